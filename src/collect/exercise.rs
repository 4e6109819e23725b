//! The exercise: evidence of an invented breach, carried inside the program, for `demo` and for tests.
//!
//! Owns which files there are, under which context and as of when, and must never read anything else. All names, digests
//! and secrets in them are invented; every planted secret says `not-a-real` or `NOTAREAL`.
//!
//! The story, after what happened on Docker Hub in April 2019: somebody was in a database of Docker Hub, with names, hashed
//! passwords and the tokens of automatic builds, and for five hours, from 02:00Z to 07:00Z on 2026-03-17, pointed tags to
//! images of their own. The registry's mail names one, `alpine:3.19`. Harbourline became aware at 07:40Z.
//!
//! A build of the shopfloor team took that alpine at 03:12Z as the base of `shopfloor/base:3`, on which `till` and `kiosk`
//! stand; `relay` takes files out of it. `scale` stands on the alpine of before and ran already. Of three no one can tell:
//! `report` (no layers), `backup` (squashed) and `printer` (a tag alone).
//!
//! What the mail does not name is left to find: with the token of an automatic build `harbourline/monitoring-agent:1.5.0`
//! was pushed a second time (03:41Z), and one node pulled it at 04:26Z. The teams dumped what they had: two pod lists of one
//! cluster before and after, one cluster that refused, and teams that each sent something else. The webshop runs without a
//! cluster: its compose project takes the agent's tag from `.env`, and its Dockerfile copies the agent out of it. The plants'
//! edge boxes run it in OT zones that no cluster knows. One Dockerfile depends on an argument that only a release job knows.
//!
//! What was known of vulnerabilities the evening before makes the rows of the guide that responders learn from: `api-service`
//! and `auth-gateway` are P0, `worker-service` P1, `logging-agent` P2, `dev-image` P3. Scans of what the shopfloor built in
//! the five hours found nothing of it: scanners know old mistakes, not new malice. One team says by a statement (VEX) that a
//! finding does not matter; most images nobody scanned; one report is of a page that is gone; and the bastion's list of
//! packages names an xz that was backdoored.
//!
//! Played to its end, at 12:20Z, it is declared and contained: tokens of automatic builds are proved dead, the agent is
//! found by Docker Hub's audit log, deadlines run or were met, and what to do better is written down. What nobody played
//! stays open: `prod-us` still refuses, and nothing was built again.

use crate::model::priority::Priority;

/// One file of the exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExerciseFile {
    /// Path within the exercise.
    pub path: &'static str,
    /// The cluster context it was taken from, where the sender said so.
    pub context: Option<&'static str>,
    /// When it was taken, RFC 3339, where the sender said so.
    pub as_of: Option<&'static str>,
    /// Its bytes, as they were sent.
    pub bytes: &'static [u8],
}

/// The exercise case's title.
pub const TITLE: &str = "Exercise: Docker Hub breached, alpine:3.19 re-pointed for 5 h";

/// When the exercise's responder opens the case, RFC 3339: after the last dump.
pub const START: &str = "2026-03-17T08:20:00Z";

/// The day on which it plays.
pub const DAY: &str = "2026-03-17";

/// When the organisation became aware, RFC 3339.
pub const AWARE: &str = "2026-03-17T07:40:00Z";

/// Who told it.
pub const AWARE_SOURCE: &str = "mail from the registry's security team to on-call";

macro_rules! file {
    ($path:literal, $context:expr, $as_of:expr) => {
        ExerciseFile {
            path: $path,
            context: $context,
            as_of: $as_of,
            bytes: include_bytes!(concat!("../../assets/exercise/", $path)),
        }
    };
}

const EU: Option<&str> = Some("prod-eu");
const US: Option<&str> = Some("prod-us");
const CI: Option<&str> = Some("ci-eu");

/// What the registry's mail named first, as a target; from when until when; and who says so. The responder added it.
pub const INDICATOR: (&str, &str, &str) = (
    "tag:docker.io/library/alpine:3.19",
    "2026-03-17T02:00:00Z..2026-03-17T07:00:00Z",
    "mail from the registry's security team",
);

/// What the responder set by hand: image, priority, and why. Facts give it less.
pub const OVERRIDE: (&str, Priority, &str) = (
    "registry.harbourline.example:5000/ops/bastion-tools:4",
    Priority::P1,
    "holds the kubeconfig of every cluster, and its list of packages names xz 5.6.1",
);

/// The evidence, in the order in which it came in.
pub const FILES: &[ExerciseFile] = &[
    file!("prod-eu/pods-wide.txt", EU, Some("2026-03-17T07:49:00Z")),
    file!("prod-eu/pods-0750.json", EU, Some("2026-03-17T07:50:00Z")),
    file!("prod-eu/workloads.json", EU, Some("2026-03-17T07:52:00Z")),
    file!("prod-eu/nodes.json", EU, Some("2026-03-17T07:53:00Z")),
    file!("prod-eu/events.json", EU, Some("2026-03-17T07:54:00Z")),
    file!("prod-us/pods.json", US, Some("2026-03-17T07:55:00Z")),
    file!("prod-us/deployments.json", US, Some("2026-03-17T07:55:30Z")),
    file!("prod-eu/network.json", EU, Some("2026-03-17T07:56:00Z")),
    file!("prod-eu/access.json", EU, Some("2026-03-17T07:57:00Z")),
    file!("prod-eu/caches.yaml", EU, Some("2026-03-17T07:58:00Z")),
    file!("prod-eu/config.yaml", EU, Some("2026-03-17T07:59:00Z")),
    file!("teams/dev-pods.jsonl", None, Some("2026-03-17T08:01:00Z")),
    file!("teams/payments-running-images.txt", None, Some("2026-03-17T08:03:00Z")),
    file!("teams/search-pods.json", None, Some("2026-03-17T08:06:00Z")),
    file!("teams/platform-base-images.txt", None, None),
    file!("teams/edge-gateway.yaml", None, None),
    file!("teams/webshop/compose.yaml", None, None),
    file!("teams/webshop/.env", None, None),
    file!("teams/webshop/storefront/Dockerfile", None, None),
    file!("teams/webshop/proxy/Dockerfile", None, None),
    file!("teams/webshop/.github/workflows/release.yml", None, None),
    file!("teams/plant-devices.csv", None, Some("2026-03-17T08:09:00Z")),
    file!("teams/bastion-inspect.json", None, Some("2026-03-17T08:11:00Z")),
    file!("teams/owners.csv", None, None),
    file!("ci-eu/pods.json", CI, Some("2026-03-17T08:12:00Z")),
    file!("teams/shopfloor/build-02-images.json", None, Some("2026-03-17T08:13:00Z")),
    file!("teams/shopfloor/shop-17-containers.json", None, Some("2026-03-17T08:14:00Z")),
    file!("teams/shopfloor/compose.yaml", None, None),
    file!("teams/shopfloor/labels/Dockerfile", None, None),
    // The nightly snapshot was found last: older than the rest, and still the only witness of the time before the push.
    file!("prod-eu/pods-0215.json", EU, Some("2026-03-17T02:15:00Z")),
    // What was known of vulnerabilities: the operator's reports, what teams scanned and listed, and the snapshots that
    // somebody had on a laptop.
    file!("scans/prod-eu-vulnerabilityreports.json", EU, Some("2026-03-17T08:00:00Z")),
    file!("scans/logging-agent.grype.json", None, Some("2026-03-16T21:40:08Z")),
    file!("scans/dev-image.trivy.json", None, Some("2026-03-16T10:02:11Z")),
    file!("scans/shopfloor-base.trivy.json", None, Some("2026-03-17T03:21:30Z")),
    file!("scans/shopfloor-till.trivy.json", None, Some("2026-03-17T03:42:00Z")),
    file!("scans/shopfloor-kiosk.trivy.json", None, Some("2026-03-17T03:46:20Z")),
    file!("scans/shopfloor-scale.trivy.json", None, Some("2026-03-09T14:04:40Z")),
    file!("scans/api-service.cdx.json", None, Some("2026-03-12T10:00:00Z")),
    file!("scans/worker-service.spdx", None, Some("2026-03-12T10:05:00Z")),
    file!("scans/bastion-tools.syft.json", None, Some("2026-03-14T16:20:44Z")),
    file!("scans/kev.json", None, Some("2026-03-13T15:00:00Z")),
    file!("scans/epss.csv", None, Some("2026-03-15T12:55:00Z")),
    file!("scans/CVE-2021-44228.json", None, Some("2026-03-10T04:00:11Z")),
    file!("scans/CVE-2023-4911.json", None, Some("2026-03-10T04:00:20Z")),
    file!("scans/worker.openvex.json", None, Some("2026-03-16T09:00:00Z")),
];

/// What the responders said when it was played, as TOML: its head says how it is written.
pub const SCRIPT: &str = include_str!("../../assets/exercise/tabletop/script.toml");

/// What they piped into their commands, by name.
pub const TABLETOP: &[(&str, &[u8])] = &[
    ("notice.eml", include_bytes!("../../assets/exercise/tabletop/notice.eml")),
    ("hub-accounts.csv", include_bytes!("../../assets/exercise/tabletop/hub-accounts.csv")),
    ("hub-audit.json", include_bytes!("../../assets/exercise/tabletop/hub-audit.json")),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Micros;

    #[test]
    fn every_time_is_before_the_start() {
        let start = Micros::parse_rfc3339(START).unwrap();
        assert!(Micros::parse_rfc3339(AWARE).unwrap() < start);
        for file in FILES {
            if let Some(at) = file.as_of {
                assert!(Micros::parse_rfc3339(at).unwrap() < start, "{}", file.path);
            }
        }
    }

    #[test]
    fn paths_are_unique_and_small_in_all() {
        let paths: std::collections::BTreeSet<_> = FILES.iter().map(|f| f.path).collect();
        assert_eq!(paths.len(), FILES.len());
        let bytes: usize = FILES.iter().map(|f| f.bytes.len()).sum();
        assert!(bytes < 300_000, "{bytes} bytes are carried in every binary");
        assert!(FILES.iter().all(|f| !f.bytes.is_empty()));
    }

    #[test]
    fn files_are_text_and_json_where_they_say_so() {
        // One team's terminal cut its file short; one cluster answered in kubectl's words where JSON was asked for.
        let broken = ["teams/search-pods.json", "prod-us/pods.json"];
        for file in FILES {
            let text = std::str::from_utf8(file.bytes).unwrap();
            if file.path.ends_with(".json") {
                let read = serde_json::from_str::<serde_json::Value>(text);
                assert_eq!(read.is_err(), broken.contains(&file.path), "{}", file.path);
            }
            if file.path.ends_with(".jsonl") {
                assert!(text.lines().all(|l| serde_json::from_str::<serde_json::Value>(l).is_ok()), "{}", file.path);
            }
        }
    }
}

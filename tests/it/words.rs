//! The words against real text: which images the exercise and the recordings of a real API server hold.
//!
//! `corpus/kubernetes.expected.json` was worked out without this crate's readers, by walking the schemas' own paths. For
//! each file it says how far a responder should expect it to be understood (`status`) and which images it names:
//!
//! * `images`: what `containers`, `initContainers`, `ephemeralContainers`, image volumes and the templates of workloads
//!   ask for (`registry/repository:tag`; `registry/repository@digest` where only a digest was written). What a runtime
//!   reports in `status` is no image of its own.
//! * `events`: names quoted in the messages of events; `node_cache`: names of `status.images` of nodes. Absent: none.
//! * `continues`: the list was a page and more pages followed. The page itself is `read`; the import of it alone is
//!   `partial`, because the others are missing.
//!
//! Refusals (401, 403) are `denied`, other failures `failed`. Tables, metadata-only lists and the plain output of
//! `kubectl get` cannot name images and are `partial`; so is a watch, which tells changes and not the whole. Request records, discovery documents, versions, health probes,
//! HTTP headers and `kubectl describe` are no inventory: `unrecognised`.

use std::collections::{BTreeMap, BTreeSet};

use hullbreach::collect::exercise::FILES;
use hullbreach::model::reference::{NotAReference, Reference};
use serde_json::Value;

/// What the exercise's containers, image volumes, workloads and lists ask for, by hand.
pub const EXERCISE_IMAGES: &[&str] = &[
    // Running in prod-eu.
    "docker.io/envoyproxy/envoy:v1.31.2",
    "docker.io/harbourline/dev-image:latest",
    LOGGING_AGENT,
    "docker.io/harbourline/monitoring-agent:1.5.0",
    "docker.io/harbourline/rate-limiter:3.2.1",
    "docker.io/library/alpine:3.18",
    "docker.io/library/busybox:1.36",
    "docker.io/library/redis:7.2",
    "quay.io/harbourline/cache-operator:0.9.1",
    "registry.harbourline.example:5000/edge/auth-gateway:3.2.1",
    "registry.harbourline.example:5000/ops/model-bundle:7",
    "registry.harbourline.example:5000/platform/api-migrate:2026-03-12",
    "registry.harbourline.example:5000/platform/api-service:2026-03-12",
    "registry.harbourline.example:5000/platform/scheduler-service:2026-03-11",
    "registry.harbourline.example:5000/platform/worker-service:2026-03-12",
    "registry.k8s.io/etcd:3.5.21-0",
    // Ended, never pulled, waiting for the night, scaled to nothing, kept for a rollback.
    "registry.harbourline.example:5000/platform/report-job:1.4.0",
    "ghcr.io/harbourline-labs/feature-preview:v9",
    "registry.harbourline.example:5000/platform/nightly-reconcile:2026.03",
    "docker.io/harbourline/dev-image:2025-11",
    "registry.harbourline.example:5000/platform/api-migrate:2026-02-27",
    "registry.harbourline.example:5000/platform/api-service:2026-02-27",
    // The teams' dumps and manifests.
    "docker.io/curlimages/curl:8.11.0",
    "docker.io/library/alpine:3.18.0",
    "docker.io/library/alpine:3.19",
    "docker.io/library/alpine:latest",
    "docker.io/library/golang:1.22",
    "docker.io/library/nginx:1.27",
    "docker.io/library/postgres:16.4",
    "docker.io/library/ubuntu:latest",
    "localhost:5001/dev/api-service:wip",
    "registry.harbourline.example:5000/base/app-base:v1.2.3",
    "registry.harbourline.example:5000/base/middleware-base:v2.1.0",
    "registry.harbourline.example:5000/base/utility-base:v1.0.0",
    "registry.harbourline.example:5000/edge/auth-gateway:3.3.0-rc.1",
    "registry.harbourline.example:5000/payments/ledger:4.2.0",
    "registry.harbourline.example:5000/payments/payout-worker:4.2.0",
    "registry.harbourline.example:5000/search/indexer:5.1.0",
    "registry.harbourline.example:5000/search/query:5.1.0",
    "registry.k8s.io/coredns/coredns:v1.11.3",
];

/// In the webshop's project files, on devices and on the bastion; names with their variables replaced, actions as written.
pub const EXERCISE_PROJECTS: &[&str] = &[
    "registry.harbourline.example:5000/webshop/storefront:2026-03-14",
    "docker.io/library/webshop-search-proxy:latest",
    "docker.io/docker/dockerfile:1.7",
    // By itself the Dockerfile stands on its default, built by compose on what `.env` says.
    "docker.io/library/node:18-alpine",
    "docker.io/library/node:20.11-alpine",
    // What nothing defines stays as written.
    "${PROXY_BASE}",
    "ghcr.io/harbourline-labs/release-tools:3",
    "actions/checkout@v4",
    "docker/build-push-action@v5",
    "quay.io/harbourline/plc-bridge:2.8.1",
    "registry.harbourline.example:5000/ops/bastion-tools:4",
    // The shopfloor's build host, one of its shops, and what every shop gets.
    "registry.harbourline.example:5000/shopfloor/backup:9",
    "registry.harbourline.example:5000/shopfloor/base:3",
    "registry.harbourline.example:5000/shopfloor/kiosk:3.4",
    "registry.harbourline.example:5000/shopfloor/printer:5",
    "registry.harbourline.example:5000/shopfloor/relay:2.0",
    "registry.harbourline.example:5000/shopfloor/report:1",
    "registry.harbourline.example:5000/shopfloor/scale:1.9",
    "registry.harbourline.example:5000/shopfloor/till:3.4",
];

/// In the custom resource and in `RELATED_IMAGE_*` only.
pub const EXERCISE_FIELDS: &[&str] = &[
    "docker.io/harbourline/cache-server:2.2.4",
    "docker.io/harbourline/cache-server:2.3.0",
    "quay.io/oliver006/redis_exporter:v1.62.0",
];

/// Kept on a node under names that stand nowhere else. What was pulled by tag and digest is kept by its digest only.
pub const EXERCISE_NODE_CACHE: &[&str] =
    &["docker.io/library/nginx:1.25.3", MONITORING_AGENT_BEFORE, AUTH_GATEWAY_KEPT, "registry.k8s.io/pause:3.10"];

/// Pulled by a pod that is gone, seen in an event only.
pub const EXERCISE_EVENTS: &[&str] = &["registry.harbourline.example:5000/platform/api-service:2026-03-13-hotfix"];

/// Of a page that was taken down; its report stayed.
pub const EXERCISE_SCANNED: &[&str] = &["registry.harbourline.example:5000/web/status-page:1.0"];

/// Written on purpose as no reference: a pod that can never start.
pub const EXERCISE_BAD: &str = "docker.io/harbourline/Dev-Image:latest";

const LOGGING_AGENT: &str =
    "docker.io/harbourline/logging-agent@sha256:231e7d64a4b3db7dc40812c0b7904c06015ffb10072e41142259d04780d754a4";
const MONITORING_AGENT_BEFORE: &str =
    "docker.io/harbourline/monitoring-agent@sha256:f17487c808ca033e3db2b0c8faa268193a7218e8119a003aeab48c9ebdcb32e3";
const AUTH_GATEWAY_KEPT: &str = "registry.harbourline.example:5000/edge/auth-gateway\
    @sha256:3f3e24c25f7816ff78dd393c3cd51874f747bf9ba0bb640cfa4bfdea36638c3e";

/// The name of an image in these lists.
pub fn name_of(reference: &Reference) -> String {
    if reference.tag().is_none() { reference.to_string() } else { reference.canonical() }
}

/// Image strings of the exercise by the kind of place, found by plain text rules that share nothing with the readers.
#[derive(Default)]
struct Found {
    images: BTreeSet<String>,
    fields: BTreeSet<String>,
    node_cache: BTreeSet<String>,
    events: BTreeSet<String>,
    bad: BTreeSet<String>,
}

impl Found {
    fn add(&mut self, place: fn(&mut Found) -> &mut BTreeSet<String>, text: &str) {
        match Reference::parse(text) {
            Ok(reference) => drop(place(self).insert(name_of(&reference))),
            Err(_) => drop(self.bad.insert(text.to_owned())),
        }
    }

    fn walk(&mut self, value: &Value, key: &str) {
        match value {
            Value::Array(items) if key == "images" => items.iter().for_each(|kept| self.kept_image(kept)),
            Value::Array(items) => items.iter().for_each(|item| self.walk(item, key)),
            Value::Object(fields) => {
                let spec = matches!(key, "containers" | "initContainers" | "ephemeralContainers");
                if let (true, Some(Value::String(image))) = (spec, fields.get("image")) {
                    self.add(|f| &mut f.images, image);
                }
                if let Some(Value::String(image)) = value.pointer("/image/reference").filter(|_| key == "volumes") {
                    self.add(|f| &mut f.images, image);
                }
                let related =
                    fields.get("name").and_then(Value::as_str).is_some_and(|n| n.starts_with("RELATED_IMAGE_"));
                if let (true, Some(Value::String(image))) = (related, fields.get("value")) {
                    self.add(|f| &mut f.fields, image);
                }
                if let (true, Some(message)) = (fields.contains_key("involvedObject"), fields.get("message")) {
                    let quoted = message.as_str().and_then(|m| m.split_once("mage \"")?.1.split('"').next());
                    quoted.into_iter().for_each(|image| self.add(|f| &mut f.events, image));
                }
                for (key, value) in fields {
                    self.walk(value, key);
                }
            }
            _ => {}
        }
    }

    /// A kept image goes by its tags, and by its digest only where it has none.
    fn kept_image(&mut self, kept: &Value) {
        let names: Vec<&str> = kept["names"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let tagged: Vec<&str> = names.iter().copied().filter(|n| !n.contains('@')).collect();
        for name in if tagged.is_empty() { names } else { tagged } {
            self.add(|f| &mut f.node_cache, name);
        }
    }

    fn lines(&mut self, path: &str, text: &str) {
        for line in text.lines() {
            let words = line.rsplit('\t').next().unwrap_or_default().split(' ');
            match path {
                "prod-eu/caches.yaml" | "teams/edge-gateway.yaml" | "teams/search-pods.json" => {
                    let line = line.trim_start_matches([' ', '-', '{']);
                    let after =
                        ["image: ", "name: curl, image: ", "\"image\": "].iter().find_map(|k| line.strip_prefix(k));
                    let image = after.map(|a| a.trim_matches([' ', '"', ',']).split('"').next().unwrap_or_default());
                    let place: fn(&mut Found) -> &mut BTreeSet<String> =
                        if path.contains("caches") { |f| &mut f.fields } else { |f| &mut f.images };
                    image.into_iter().for_each(|image| self.add(place, image));
                }
                _ => words.for_each(|image| self.add(|f| &mut f.images, image)),
            }
        }
    }
}

fn exercise() -> Found {
    let mut found = Found::default();
    for file in FILES {
        let text = std::str::from_utf8(file.bytes).unwrap();
        match file.path {
            // No images in them: kubectl's table, a refusal, a ConfigMap and a Secret.
            // Project files and tables: what they come to is held against the command line's own list.
            // Reports speak of images that stand elsewhere, or of none.
            path if path.starts_with("teams/webshop/")
                || path.starts_with("scans/")
                || path.starts_with("teams/shopfloor/")
                || path.ends_with(".csv")
                || path.contains("inspect") => {}
            "prod-eu/pods-wide.txt" | "prod-us/pods.json" | "prod-eu/config.yaml" => {}
            "teams/search-pods.json" => found.lines(file.path, text),
            path if path.ends_with(".json") => found.walk(&serde_json::from_str(text).unwrap(), ""),
            path if path.ends_with(".jsonl") => {
                text.lines().for_each(|line| found.walk(&serde_json::from_str(line).unwrap(), ""));
            }
            path => found.lines(path, text),
        }
    }
    found
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

#[test]
fn exercise_holds_exactly_these_images() {
    let found = exercise();
    assert_eq!(found.images, set(EXERCISE_IMAGES));
    assert_eq!(&found.fields - &found.images, set(EXERCISE_FIELDS));
    let named = &found.images | &found.fields;
    assert_eq!(&found.node_cache - &named, set(EXERCISE_NODE_CACHE));
    assert_eq!(&(&found.events - &named) - &found.node_cache, set(EXERCISE_EVENTS));
    // Docker prints dangling images as `<none>`.
    assert_eq!(found.bad, set(&[EXERCISE_BAD, "<none>:<none>"]));
    assert_eq!(Reference::parse(EXERCISE_BAD), Err(NotAReference::UpperCase));
}

#[test]
fn exercise_moves_a_tag_on_one_node() {
    let digest_on = |path: &str, node: &str| {
        let file = FILES.iter().find(|f| f.path == path).unwrap();
        let list: Value = serde_json::from_slice(file.bytes).unwrap();
        let pods = list["items"].as_array().unwrap();
        let pod =
            pods.iter().find(|p| p["spec"]["nodeName"] == node && p["metadata"]["labels"]["app"] == "monitoring-agent");
        pod.unwrap()["status"]["containerStatuses"][0]["imageID"].as_str().unwrap().to_owned()
    };
    let (before, after) = ("prod-eu/pods-0215.json", "prod-eu/pods-0750.json");
    assert_eq!(digest_on(before, "eu-worker-1"), MONITORING_AGENT_BEFORE);
    assert_ne!(digest_on(after, "eu-worker-1"), MONITORING_AGENT_BEFORE);
    assert_eq!(digest_on(before, "eu-worker-2"), digest_on(after, "eu-worker-2"));
}

#[test]
fn exercise_defeats_the_one_liner() {
    let file = FILES.iter().find(|f| f.path == "prod-eu/pods-0750.json").unwrap();
    let list: Value = serde_json::from_slice(file.bytes).unwrap();
    let containers = list["items"].as_array().unwrap().iter().flat_map(|p| p["spec"]["containers"].as_array().unwrap());
    let truth: Vec<(String, String)> = EXERCISE_IMAGES.iter().map(|n| ((*n).to_owned(), (*n).to_owned())).collect();
    let pods = containers.map(|c| c["image"].as_str().unwrap().to_owned()).collect();
    let visible = hullbreach::model::naive::Visible { pods, ..Default::default() };
    let result = hullbreach::model::naive::run(&visible, &truth);
    // What kubectl, cut and sort print for this list.
    let line = "harbourline/dev-image docker.io/harbourline/Dev-Image:latest registry.harbourline.example";
    assert_eq!(
        (result.lines.as_slice(), result.mangled.as_slice()),
        ([line.to_owned()].as_slice(), [line.to_owned()].as_slice())
    );
    assert_eq!((result.found.len(), result.missed.len()), (0, EXERCISE_IMAGES.len()));
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// How far it is understood.
    pub status: hullbreach::model::reading::Status,
    /// What its specs ask for.
    pub images: Vec<String>,
    /// Named by events only.
    #[serde(default)]
    pub events: Vec<String>,
    /// Kept on nodes.
    #[serde(default)]
    pub node_cache: Vec<String>,
    /// A page of a list that goes on.
    #[serde(default)]
    pub continues: bool,
}

/// The expectation of each recording.
pub fn expected() -> BTreeMap<String, Expected> {
    serde_json::from_str(include_str!("corpus/kubernetes.expected.json")).unwrap()
}

#[test]
fn expected_names_are_canonical_and_sorted() {
    use hullbreach::model::reading::Status;
    let files = expected();
    assert_eq!(files["pods-all.json"].images.len(), 39);
    for (file, expected) in files {
        for names in [&expected.images, &expected.events, &expected.node_cache] {
            assert!(names.is_sorted_by(|a, b| a < b), "{file}");
            for name in names {
                assert_eq!(name_of(&Reference::parse(name).unwrap()), *name, "{file}");
            }
        }
        let nothing = expected.images.is_empty() && expected.events.is_empty() && !expected.continues;
        let watch = file.starts_with("watch-") && expected.status == Status::Partial;
        assert!(nothing || watch || expected.status == Status::Read, "{file}");
    }
}

/// Needs the recordings: the folder that holds `kubernetes/`, named by `HULLBREACH_CORPUS`.
#[test]
#[ignore = "needs HULLBREACH_CORPUS"]
fn corpus_sweep_every_recording_has_an_expectation() {
    let folder =
        std::path::PathBuf::from(std::env::var_os("HULLBREACH_CORPUS").expect("HULLBREACH_CORPUS")).join("kubernetes");
    let files: BTreeSet<String> =
        std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    let expected = expected();
    assert_eq!(files, expected.keys().cloned().collect());
    let dump = std::fs::read_to_string(folder.join("kubectl-jsonpath-images.txt")).unwrap();
    let images = dump.lines().flat_map(|line| line.rsplit('\t').next().unwrap().split(' '));
    let names: BTreeSet<String> = images.map(|image| name_of(&Reference::parse(image).unwrap())).collect();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), expected["kubectl-jsonpath-images.txt"].images);
}

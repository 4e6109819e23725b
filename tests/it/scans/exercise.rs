//! The exercise's reports: the guide's rows come out of evidence, criticals come from bases, one finding is cleared, a page
//! that is gone has a report, most images have none, and one machine carries an xz that was backdoored.

use std::collections::BTreeSet;

use hullbreach::cli::Exit;
use hullbreach::env::Env;
use serde_json::{Value, json};

use crate::cli::{exercise, piped};
use crate::support::World;

fn ask(env: &Env, arguments: &[&str]) -> Value {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
    piped(env, &arguments).ended(Exit::Done).json()
}

/// The row of the image with that digest.
fn of<'v>(all: &'v Value, digest: &str) -> &'v Value {
    let rows = all["images"].as_array().unwrap();
    rows.iter().find(|row| row["id"].as_str().unwrap().starts_with(digest)).unwrap_or_else(|| panic!("no {digest}"))
}

#[test]
fn the_guides_rows_come_out_of_the_evidence() {
    let world = World::new();
    let env = exercise(&world);
    let all = ask(&env, &["triage"]);
    for (digest, name, wanted) in [
        ("cc81b9b8", "platform/api-service:2026-03-12", "critical easy internet P0 V1"),
        ("3f3e24c2", "edge/auth-gateway:3.2.1", "critical medium internet P0 V1"),
        ("54e3f48d", "platform/worker-service:2026-03-12", "high medium internal P1 V2"),
        ("231e7d64", "harbourline/logging-agent", "medium hard internal P2 V5"),
        ("3bc50037", "harbourline/dev-image:latest", "low n/a dev-only P3 V9"),
    ] {
        let row = of(&all, digest);
        assert!(row["name"].as_str().unwrap().ends_with(name), "{row}");
        let told =
            ["criticality", "exploitability", "exposure", "priority", "rule"].map(|key| row[key].as_str().unwrap());
        assert_eq!((told.join(" ").as_str(), &row["assumed"]), (wanted, &json!([])), "{name}");
        assert_eq!((&row["verdict"], &row["standing"]), (&json!("predates"), &json!("running")), "{name}");
    }
    // The same tag by another node's digest has no report: what is in it is not known.
    assert_eq!(of(&all, "64b1f3b8")["exploitability"], "unknown");
}

#[test]
fn all_four_priorities_stand_in_both_lenses() {
    let world = World::new();
    let env = exercise(&world);
    let all = ask(&env, &["triage"]);
    for lens in ["compromise", "vulnerability"] {
        let given: BTreeSet<&str> =
            all["images"].as_array().unwrap().iter().filter_map(|row| row[lens]["priority"].as_str()).collect();
        assert_eq!(given, BTreeSet::from(["P0", "P1", "P2", "P3"]), "{lens}");
    }
}

#[test]
fn one_priority_is_set_by_hand_and_shows_the_computed_one() {
    let world = World::new();
    let env = exercise(&world);
    let all = ask(&env, &["triage"]);
    let by_hand: Vec<&Value> =
        all["images"].as_array().unwrap().iter().filter(|row| row["overridden"] == json!(true)).collect();
    let [bastion] = by_hand[..] else { panic!("{by_hand:?}") };
    assert!(bastion["name"].as_str().unwrap().ends_with("/ops/bastion-tools:4"));
    let told = ["priority", "computed", "asks_again", "exploitability"].map(|key| bastion[key].clone());
    assert_eq!(told, [json!("P1"), json!("P2"), json!(false), json!("unknown")]);
    let why = piped(&env, &["explain", "bastion-tools"]).ended(Exit::Done).stdout;
    assert!(why.contains("by hand; computed P2") && why.contains("kubeconfig of every cluster"), "{why}");
}

#[test]
fn findings_tell_of_bases_of_statements_and_of_what_is_not_known() {
    let world = World::new();
    let env = exercise(&world);
    let found = ask(&env, &["findings"]);
    let row = |id: &str, package: &str| {
        let fits = |row: &&Value| row["id"] == id && row["package"].as_str().unwrap().ends_with(package);
        found["findings"]
            .as_array()
            .unwrap()
            .iter()
            .find(fits)
            .unwrap_or_else(|| panic!("no {id} in {package}"))
            .clone()
    };
    let log4j = row("CVE-2021-44228", "log4j-core");
    assert_eq!(
        (&log4j["kev"], &log4j["exploitation_by"], &log4j["automatable_by"]),
        (&json!(true), &json!("kev"), &json!("vulnrichment"))
    );
    let libc = row("CVE-2023-4911", "libc6");
    assert_eq!((&libc["images"], &libc["automatable"]), (&json!(2), &json!(false)), "the gateway's and the worker's");
    assert_eq!(row("CVE-2023-38545", "libcurl4")["exploitation_by"], "epss-proxy");
    // The worker's statement clears the curl of that image, and of no other.
    let curl = found["findings"].as_array().unwrap().iter().filter(|row| row["package"] == "curl");
    let cleared: u64 = curl.map(|row| row["cleared"].as_u64().unwrap()).sum();
    assert_eq!(cleared, 1);
    let ssl = row("CVE-2024-5535", "libssl3");
    assert_eq!((&ssl["images"], &ssl["from_base"]), (&json!(4), &json!(4)), "alpine's, in all that stand on it");
    // Of 15 criticals, 2 of each of base, till, kiosk and scale come from alpine, curl of till and kiosk from their base.
    let shares = &found["shares"];
    assert_eq!((&shares["criticals"], &shares["unscanned"]), (&json!(15), &json!(80)));
    let of_bases: Vec<u64> =
        shares["bases"].as_array().unwrap().iter().map(|base| base["criticals"].as_u64().unwrap()).collect();
    assert_eq!(of_bases, [6, 2, 2]);
    assert!(shares["bases"][0]["name"].as_str().unwrap().ends_with("/shopfloor/base:3"), "{shares}");
    let shown = piped(&env, &["findings"]).ended(Exit::Done).stdout;
    assert!(shown.contains("66 % of the criticals come from 3 bases"), "{shown}");
    assert_eq!((found["stray"].as_array().unwrap().len(), found["stray_count"].as_u64()), (1, Some(1)));
    assert_eq!(found["stray"][0]["name"], "registry.harbourline.example:5000/web/status-page:1.0");
}

#[test]
fn snapshots_stand_beside_with_the_time_they_speak_of() {
    let world = World::new();
    let env = exercise(&world);
    let found = ask(&env, &["findings"]);
    // The day is the catalogue's and the score's own, not that of the import; a scanner's report brings its own scores.
    let dates: Vec<(&str, &str)> = found["snapshots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["source"].as_str().unwrap(), &row["oldest"].as_str().unwrap()[..10]))
        .collect();
    assert!(dates.contains(&("KEV", "2026-03-13")) && dates.contains(&("EPSS", "2026-03-15")), "{dates:?}");
}

#[test]
fn who_carries_xz_takes_three_numbers() {
    let world = World::new();
    let env = exercise(&world);
    let listed = ask(&env, &["images"]);
    let names = listed["images"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap());
    let all = names.filter(|name| !name.starts_with("action:")).count() as u64;
    let xz = ask(&env, &["packages", "--name", "xz", "--version", ">=5.6.0 <5.6.2"]);
    let yes: BTreeSet<&str> = xz["yes"].as_array().unwrap().iter().map(|row| row["image"].as_str().unwrap()).collect();
    assert_eq!(yes, BTreeSet::from(["registry.harbourline.example:5000/ops/bastion-tools:4"]));
    let number = |key: &str| xz[key].as_u64().unwrap();
    assert_eq!(
        (number("no"), number("no") + number("no_sbom") + 1),
        (2, all),
        "the two others with a list of packages"
    );
    let ssl = ask(&env, &["packages", "--name", "openssl", "--version", "<3.1.4-r1"]);
    let packages: Vec<&str> =
        ssl["yes"].as_array().unwrap().iter().map(|row| row["package"].as_str().unwrap()).collect();
    assert_eq!(packages, ["libcrypto3", "libssl3", "libssl3"], "by source package, in both ecosystems, each once");
}

#[test]
fn a_scan_that_found_nothing_of_the_breach_clears_nothing() {
    let world = World::new();
    let env = exercise(&world);
    let all = ask(&env, &["triage"]);
    let kiosk = of(&all, "50426834");
    assert_eq!((&kiosk["verdict"], &kiosk["priority"], &kiosk["rule"]), (&json!("bad"), &json!("P0"), &json!("C1")));
    assert_eq!((&kiosk["exploitability"], &kiosk["lens"]), (&json!("hard"), &json!("compromise")));
}

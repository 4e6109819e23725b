//! How old what is known is, wherever it stands beside a judgement; and lists that are cut.

use hullbreach::cli::Exit;
use serde_json::{Value, json};

use super::{add, ask, case_of, pod, pods, sha, trivy, vulnerability};
use crate::cli::piped;

const API: &str = "registry.example/pay/api:7";

/// A pod, its report with three findings that are alike but for their names, and two sources with days of their own.
fn files() -> Vec<(&'static str, String)> {
    let found = ["CVE-2024-0003", "CVE-2024-0001", "CVE-2024-0002"];
    let found: Vec<Value> =
        found.iter().map(|id| vulnerability(id, &format!("lib{}", &id[12..]), "1.0", "CRITICAL", 'a')).collect();
    let kev = json!({"title": "CISA", "catalogVersion": "2026.10.02", "dateReleased": "2026-10-02T15:00:00Z", "count": 1,
        "vulnerabilities": [{"cveID": "CVE-2024-0002", "dateAdded": "2026-10-01"}]});
    let epss =
        "#model_version:v2025.03.14,score_date:2026-09-18T12:55:00Z\ncve,epss,percentile\nCVE-2024-0003,0.5,0.9\n";
    vec![
        ("pods.json", pods(&[pod("api", API, '1')]).to_string()),
        ("api.json", trivy(API, 'f', '1', &['a'], json!(found)).to_string()),
        ("kev.json", kev.to_string()),
        ("epss.csv", epss.to_owned()),
    ]
}

/// The newest time of each source.
fn days(document: &Value) -> Vec<(&str, &str)> {
    let rows = document["snapshots"].as_array().unwrap().iter();
    rows.map(|row| (row["source"].as_str().unwrap(), &row["newest"].as_str().unwrap()[..10])).collect()
}

#[test]
fn a_snapshot_is_as_old_as_it_says_however_lately_it_was_copied() {
    let world = case_of(&files());
    for command in ["findings", "triage", "matrix"] {
        let told = ask(&world, &[command]);
        let days = days(&told);
        for wanted in [("KEV", "2026-10-02"), ("EPSS", "2026-09-18"), ("trivy scan", "2026-11-20")] {
            assert!(days.contains(&wanted), "{command}: {days:?}");
        }
        let text = piped(&world.ana(), &[command]).ended(Exit::Done).stdout;
        assert!(text.contains("KEV 2026-10-02") && text.contains("EPSS 2026-09-18"), "{text}");
    }
    let why = ask(&world, &["explain", "pay/api"]);
    let assumed: Vec<&str> = why["assumed"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert!(assumed.iter().any(|line| line.starts_with("KEV as of 2026-10-02")), "{assumed:?}");
    let ages = why["ages"].as_array().unwrap();
    assert!(ages.iter().all(|age| age["evidence"].is_string()), "{ages:?}");
    // An older catalogue that is copied in later is no newer one.
    let older = json!({"title": "CISA", "catalogVersion": "2026.09.01", "dateReleased": "2026-09-01T15:00:00Z", "count": 1,
        "vulnerabilities": [{"cveID": "CVE-2024-0002", "dateAdded": "2026-08-01"}]});
    add(&world, &[("older.json", older.to_string())]);
    assert!(days(&ask(&world, &["findings"])).contains(&("KEV", "2026-10-02")));
}

#[test]
fn a_list_that_is_cut_is_the_beginning_of_the_whole_list() {
    let world = case_of(&files());
    for sort in ["danger", "severity", "cvss", "epss", "images", "id", "package"] {
        let ids = |limit: &[&str]| -> Vec<String> {
            let found = ask(&world, &[&["findings", "--sort", sort], limit].concat());
            found["findings"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
        };
        let all = ids(&[]);
        assert_eq!(all.len(), 3);
        assert_eq!(ids(&["--limit", "3"]), all, "{sort}");
        if matches!(sort, "id" | "package") {
            assert_eq!(all, ["CVE-2024-0001", "CVE-2024-0002", "CVE-2024-0003"]);
            assert_eq!(ids(&["--limit", "2"]), all[..2], "{sort}");
        }
    }
}

#[test]
fn what_comes_from_bases_is_told_beside_priorities_too() {
    let world = case_of(&files());
    let told = ask(&world, &["matrix"]);
    assert_eq!(told["from_bases"], json!({"criticals": 3, "bases": []}));
    let text = piped(&world.ana(), &["matrix"]).ended(Exit::Done).stdout;
    assert!(!text.contains("of the criticals come from"), "{text}");
}

#[test]
fn packages_of_alpine_are_found_by_their_url_as_old_tools_write_it_too() {
    let sbom = json!({"artifacts": [{"id": "1", "name": "openssl", "version": "3.1.4-r0", "type": "apk", "foundBy": "apkdb",
            "purl": "pkg:alpine/openssl@3.1.4-r0"}],
        "source": {"type": "image", "target": {"userInput": API, "imageID": sha('f'), "manifestDigest": sha('1'), "tags": [API]}},
        "descriptor": {"name": "syft", "version": "0.30.0"}, "schema": {"version": "1.1.0"}});
    let world = case_of(&[files(), vec![("sbom.json", sbom.to_string())]].concat());
    for (name, version) in [("openssl", "<3.1.4-r1"), ("pkg:apk/alpine/openssl@<3.1.4-r1", "")] {
        let version: &[&str] = if version.is_empty() { &[] } else { &["--version", version] };
        let found = ask(&world, &[&["packages", "--name", name], version].concat());
        assert_eq!(found["yes"].as_array().unwrap().len(), 1, "{name}: {found}");
    }
    let later = ask(&world, &["packages", "--name", "openssl", "--version", ">=3.1.4-r1"]);
    assert_eq!((later["yes"].as_array().unwrap().len(), &later["no"]), (0, &json!(1)));
}

//! Every line of an explanation, over the exercise: each fact opens its evidence, what was assumed is said, and what would
//! change the priority does change it.

use hullbreach::cli::Exit;
use hullbreach::env::Env;
use serde_json::{Value, json};

use super::{row, verified};
use crate::cli::{exercise, piped};
use crate::support::World;

const API: &str = "cc81b9b8";
const AUTH: &str = "registry.harbourline.example:5000/edge/auth-gateway:3.2.1";
const BASTION: &str = "registry.harbourline.example:5000/ops/bastion-tools:4";

fn explained(env: &Env, image: &str) -> Value {
    piped(env, &["explain", image, "--json"]).ended(Exit::Done).json()
}

fn lines(why: &Value, part: &str) -> Vec<String> {
    why[part].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_fact_opens_the_evidence_that_it_stands_in() {
    let world = World::new();
    let env = exercise(&world);
    let mut opened = 0;
    // Seen to run and scanned, exposed, with a statement, by an owners' file, passed on, by hand, by a scan of its layers.
    for image in [API, AUTH, "54e3f48d", "231e7d64", "3bc50037", "50426834", "relay", BASTION] {
        let why = explained(&env, image);
        for fact in why["because"].as_array().unwrap() {
            let text = fact["text"].as_str().unwrap();
            assert!(!text.trim().is_empty());
            let Some(evidence) = fact["evidence"].as_str() else {
                // Passed on from another image, said by a responder, told by its very name, or by what nobody knows of it.
                let from = ["image", "event"].iter().any(|key| fact[*key].is_string());
                assert!(
                    from || text.contains("by its name") || text.ends_with("is not known"),
                    "{image}: {text} leads nowhere"
                );
                continue;
            };
            let (pointer, offset) = (fact["locator"]["pointer"].as_str().unwrap(), &fact["locator"]["offset"]);
            let at =
                if pointer.is_empty() { format!("{offset}+{}", fact["locator"]["length"]) } else { pointer.to_owned() };
            let said = piped(&env, &["evidence", "show", evidence, "--at", &at]).ended(Exit::Done).stdout;
            assert!(!said.trim().is_empty(), "{image}: {text} opens nothing");
            opened += 1;
        }
    }
    assert!(opened > 20, "{opened} facts");
}

#[test]
fn a_finding_opens_at_its_own_bytes() {
    let world = World::new();
    let env = exercise(&world);
    let why = explained(&env, API);
    let facts = why["because"].as_array().unwrap();
    let log4j = facts.iter().find(|fact| fact["text"].as_str().unwrap().contains("CVE-2021-44228")).unwrap();
    assert!(log4j["text"].as_str().unwrap().contains("KEV"), "{log4j}");
    let at = format!("{}+{}", log4j["locator"]["offset"], log4j["locator"]["length"]);
    let bytes = piped(&env, &["evidence", "show", log4j["evidence"].as_str().unwrap(), "--at", &at]).stdout;
    assert!(bytes.contains("CVE-2021-44228") && bytes.contains("2.14.1"), "{bytes}");
    let dates = lines(&why, "assumed");
    assert!(dates.iter().any(|line| line.starts_with("KEV as of 2026-03-13")), "the age stands beside: {dates:?}");
}

#[test]
fn what_was_assumed_is_said_and_what_to_do_next() {
    let world = World::new();
    let env = exercise(&world);
    let proxy = explained(&env, "231e7d64");
    let facts = proxy["because"].as_array().unwrap();
    let forecast = facts.iter().any(|fact| fact["text"].as_str().unwrap().contains("EPSS"));
    assert!(forecast, "a forecast that stands for a proof of concept is said to: {facts:?}");
    let unknown = explained(&env, "printer");
    for word in ["criticality", "exposure", "exploitability"] {
        assert!(lines(&unknown, "assumed").iter().any(|line| line.starts_with(word)), "{word}: {unknown}");
    }
    assert!(!lines(&unknown, "next").is_empty());
    // Also one that nothing is urgent about.
    for image in [API, AUTH, "kiosk", BASTION, "231e7d64"] {
        assert!(!lines(&explained(&env, image), "next").is_empty(), "{image}");
    }
}

/// Says what a line of "would be" names, by hand; `None` for lines that no hand can make true.
fn saying(line: &str) -> Option<(String, String)> {
    let (priority, rest) = line.split_once(" if ")?;
    let word = |field: &str, value: &str| Some((priority.to_owned(), format!("{field}={}", value.to_lowercase())));
    let by = |prefix: &str| rest.strip_prefix(prefix);
    by("its criticality is ")
        .and_then(|value| word("criticality", value))
        .or_else(|| by("it is exposed to ").and_then(|value| word("exposure", value)))
        .or_else(|| by("a scan finds it ").and_then(|value| word("exploitability", value)))
        .or_else(|| by("a scan finds nothing").and_then(|_| word("exploitability", "n/a")))
}

#[test]
fn what_would_change_it_does() {
    let world = World::new();
    let env = exercise(&world);
    let mut tried = 0;
    for image in [AUTH, "54e3f48d", "3bc50037"] {
        for (priority, said) in lines(&explained(&env, image), "would_change").iter().filter_map(|line| saying(line)) {
            let done = piped(&env, &["assess", image, &said, "--reason", "tried", "--json"]).ended(Exit::Done).json();
            assert_eq!(explained(&env, image)["row"]["computed"], json!(priority), "{image}: {said}");
            piped(&env, &["undo", done["event"].as_str().unwrap()]).ended(Exit::Done);
            tried += 1;
        }
    }
    assert!(tried >= 8, "{tried} lines");
    verified(&env);
}

#[test]
fn no_lens_hides_behind_the_other() {
    let world = World::new();
    let env = exercise(&world);
    let kiosk = row(&env, "50426834");
    assert_eq!((&kiosk["lens"], &kiosk["compromise"]["priority"]), (&json!("compromise"), &json!("P0")));
    assert_eq!(kiosk["vulnerability"]["priority"], "P2", "what the scan gives stands beside");
    let text = piped(&env, &["explain", "50426834"]).ended(Exit::Done).stdout;
    assert!(text.contains("compromise P0 by C1; vulnerability P2 by V5"), "{text}");
}

#[test]
fn the_package_that_makes_it_bad_opens_where_a_report_lists_it() {
    let image = "registry.example/pay/api:7";
    let found = crate::scans::vulnerability("CVE-2024-3094", "liblzma5", "5.6.1-1", "LOW", 'a');
    let world = crate::scans::case_of(&[
        ("pods.json", crate::scans::pods(&[crate::scans::pod("api", image, '1')]).to_string()),
        ("scan.json", crate::scans::trivy(image, 'f', '1', &['a'], serde_json::json!([found])).to_string()),
    ]);
    let env = world.ana();
    piped(&env, &["indicator", "add", "pkg:deb/debian/liblzma5@>=5.6.0", "--state", "bad"]).ended(Exit::Done);
    let why = piped(&env, &["explain", "pay/api", "--json"]).ended(Exit::Done).json();
    let because = why["because"].as_array().unwrap();
    let carries = because.iter().find(|row| row["text"].as_str().unwrap().contains("it carries liblzma5 5.6.1-1"));
    let carries = carries.unwrap_or_else(|| panic!("{why}"));
    let (id, length) = (carries["evidence"].as_str().unwrap(), carries["locator"]["length"].as_u64().unwrap());
    let report = std::fs::read_to_string(world.root().join("scan.json")).unwrap();
    assert!(carries["text"].as_str().unwrap().contains("trivy") && length > 0, "{carries}");
    assert_eq!(id, hullbreach::model::digest::Digest::of(report.as_bytes()).as_str());
    let from = carries["locator"]["offset"].as_u64().unwrap() as usize;
    assert!(report[from..from + length as usize].contains("liblzma5"), "{carries}");
}

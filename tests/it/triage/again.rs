//! Words by hand that ask again when their facts change, and due times that stand still.

use hullbreach::cli::Exit;
use hullbreach::model::time::Micros;
use serde_json::{Value, json};

use super::{row, verified};
use crate::cli::{exercise, piped};
use crate::support::{START, World};

const BASTION: &str = "registry.harbourline.example:5000/ops/bastion-tools:4";
const AUTH: &str = "registry.harbourline.example:5000/edge/auth-gateway:3.2.1";
const HOUR: i64 = 3_600_000_000;

/// A report of Trivy on the bastion's image, by its config.
fn scan() -> Value {
    let image = "sha256:7a1e5c0b9d3f2468ace013579bdf02468ace13579bdf02468ace13579bdf0246";
    let found = json!({"VulnerabilityID": "CVE-2024-3094", "PkgName": "liblzma5", "InstalledVersion": "5.6.1-1",
        "Severity": "CRITICAL", "CVSS": {"nvd": {"V3Score": 10.0,
        "V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"}}});
    json!({"SchemaVersion": 2, "CreatedAt": "2026-03-17T08:30:00Z", "ArtifactName": BASTION,
        "ArtifactType": "container_image", "Metadata": {"ImageID": image, "RepoTags": [BASTION]},
        "Results": [{"Target": BASTION, "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": [found]}]})
}

#[test]
fn an_override_asks_again_when_evidence_changes_its_facts_and_no_more_when_that_is_undone() {
    let world = World::new();
    let env = exercise(&world);
    let asks = || row(&env, BASTION)["asks_again"].clone();
    assert_eq!(asks(), json!(false));
    let path = world.root().join("bastion.json");
    std::fs::write(&path, scan().to_string()).unwrap();
    piped(&env, &["import", path.to_str().unwrap()]).ended(Exit::Done);
    let told = row(&env, BASTION);
    assert_eq!(
        (&told["asks_again"], &told["priority"], &told["overridden"]),
        (&json!(true), &json!("P1"), &json!(true))
    );
    assert_eq!(told["exploitability"], "hard");
    let next = piped(&env, &["triage", "next", "--json"]).ended(Exit::Done).json();
    let questions = next["questions"].as_array().unwrap();
    assert!(questions.iter().any(|question| question["question"] == "look-again"), "{questions:?}");
    let why = piped(&env, &["explain", BASTION]).ended(Exit::Done).stdout;
    assert!(why.contains("its facts were then:") && why.contains("exploitability=unknown"), "{why}");
    verified(&env);
    piped(&env, &["undo"]).ended(Exit::Done);
    assert_eq!(asks(), json!(false), "its facts are again those that it was set over");
    verified(&env);
}

#[test]
fn facts_of_another_image_ask_nothing() {
    let world = World::new();
    let env = exercise(&world);
    piped(&env, &["assess", AUTH, "exposure=internal", "--reason", "the gateway was taken off"]).ended(Exit::Done);
    assert_eq!(row(&env, BASTION)["asks_again"], json!(false));
}

fn due(env: &hullbreach::env::Env) -> i64 {
    Micros::parse_rfc3339(row(env, AUTH)["due"].as_str().unwrap()).unwrap().0
}

#[test]
fn two_pauses_give_back_their_time_and_no_more() {
    let world = World::new();
    let env = exercise(&world);
    let before = due(&env);
    let mut at = START + 40 * 60_000_000;
    for hours in [3, 2] {
        world.set_clock(at);
        piped(&env, &["triage", "pause", AUTH, "--reason", "waits for the vendor"]).ended(Exit::Done);
        assert_eq!((&row(&env, AUTH)["due"], &row(&env, AUTH)["paused"]), (&json!(null), &json!(true)));
        at += hours * HOUR;
        world.set_clock(at);
        piped(&env, &["triage", "resume", AUTH, "--reason", "it came"]).ended(Exit::Done);
        at += HOUR;
    }
    let given = due(&env) - before;
    assert!((given - 5 * HOUR).abs() < 60_000_000, "{given} microseconds were given, not five hours");
    verified(&env);
}

#[test]
fn a_pause_that_is_said_again_lasts_from_its_first_word() {
    let world = World::new();
    let env = exercise(&world);
    let before = due(&env);
    let begun = START + 40 * 60_000_000;
    for (hours, reason) in [(0, "waits for the vendor"), (2, "waits for the vendor's second mail")] {
        world.set_clock(begun + hours * HOUR);
        piped(&env, &["triage", "pause", AUTH, "--reason", reason]).ended(Exit::Done);
    }
    world.set_clock(begun + 3 * HOUR);
    piped(&env, &["triage", "resume", AUTH, "--reason", "it came"]).ended(Exit::Done);
    let given = due(&env) - before;
    assert!((given - 3 * HOUR).abs() < 60_000_000, "{given} microseconds were given, not three hours");
    verified(&env);
}

#[test]
fn a_pause_that_is_undone_was_none() {
    let world = World::new();
    let env = exercise(&world);
    let before = due(&env);
    let paused = piped(&env, &["triage", "pause", AUTH, "--reason", "by mistake", "--json"]).ended(Exit::Done).json();
    world.set_clock(START + 5 * HOUR);
    piped(&env, &["undo", paused["event"].as_str().unwrap()]).ended(Exit::Done);
    assert_eq!(due(&env), before);
    verified(&env);
}

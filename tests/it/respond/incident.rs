//! Declaration, situation and handover on the command line.

use hullbreach::cli::Exit;

use super::{done, events, json};
use crate::cli::{exercise, piped};
use crate::support::{START, World};

const HOUR: i64 = 3_600_000_000;

#[test]
fn a_declaration_makes_the_guides_alert_and_can_be_changed() {
    let world = World::new();
    let env = exercise(&world);
    let before = events(&env);
    piped(&env, &["declare", "--severity", "high", "--dry-run"]).ended(Exit::Done);
    assert_eq!(events(&env), before);
    let said = done(&env, &["declare", "--severity", "high", "--channel", "bridge 7", "--role", "commander=ana"]);
    for line in [
        "SECURITY INCIDENT ALERT",
        "Severity: HIGH",
        "Docker Hub images:",
        "[x] Incident response team engaged",
        "Talk: bridge 7",
    ] {
        assert!(said.stdout.contains(line), "{line} in {}", said.stdout);
    }
    let first = json(&env, &["declare"]);
    let again = json(&env, &["declare", "--severity", "critical", "--no-role", "commander=ana"]);
    assert_eq!(first["incident"]["declared"], again["incident"]["declared"], "declared once");
    assert_eq!(
        (&again["incident"]["severity"], &again["incident"]["roles"]),
        (&"critical".into(), &serde_json::json!({}))
    );
    let affected = &again["affected"];
    assert!(affected["docker_hub"].as_u64() > Some(0) && affected["internal"].as_u64() > Some(0), "{affected}");
    let ahead = ["declare", "--aware", "2027-01-01T00:00Z", "--aware-source", "typo"];
    let said = piped(&env, &ahead).ended(Exit::Usage);
    assert!(said.stderr.contains("still to come"), "{}", said.stderr);
    for (flags, says) in [
        (["--role", "cook=ana"], "no such role"),
        (["--role", "commander"], "ROLE=WHO"),
        (["--tlp", "PURPLE"], "not a TLP"),
        (["--aware", "08:00Z"], "--aware-source"),
    ] {
        let said = piped(&env, &[&["declare"][..], &flags].concat()).ended(Exit::Usage);
        assert!(said.stderr.contains(says), "{}", said.stderr);
    }
}

#[test]
fn the_situation_says_what_to_decide_and_what_is_not_known() {
    let world = World::new();
    let env = crate::indicators::exercise(&world);
    let texts = |value: &serde_json::Value| value["decisions"].to_string();
    // An empty case says so; nothing in it is judged.
    world.new_case();
    let mut empty = env.clone();
    empty.vars.insert("HULLBREACH_CASE".to_owned(), world.path().to_str().unwrap().to_owned());
    let nothing = json(&empty, &["situation"]);
    assert!(texts(&nothing).contains("no indicator") && texts(&nothing).contains("awareness time is not stated"));
    assert!(nothing["verdicts"].as_array().unwrap().is_empty());
    let before = json(&env, &["situation"]);
    assert!(texts(&before).contains("not declared"));
    let trust = &before["trust"];
    assert!(trust["contexts_denied"].as_u64() > Some(0) && trust["running"].as_u64() > Some(0), "{trust}");
    // Events of nodes are no log of the registry's.
    assert_eq!((&trust["pull_logs"], &trust["pulls"], &trust["node_pulls"]), (&0.into(), &0.into(), &3.into()));
    assert!(done(&env, &["situation"]).stdout.contains("NONE IMPORTED; events of nodes and engines tell of 3 pulls"));
    assert!(trust["running_digest_known"].as_u64() <= trust["running"].as_u64());
    let window = ["--window", "02:00Z..07:00Z"];
    done(&env, &[&["indicator", "add", "harbourline/monitoring-agent:1.5.0", "--state", "bad"][..], &window].concat());
    done(&env, &["declare", "--role", "commander=ana"]);
    let after = json(&env, &["situation"]);
    assert!(texts(&after).contains("running BAD: isolate") && !texts(&after).contains("no indicator"));
    assert_ne!(before["state"], after["state"]);
    let text = done(&env, &["situation"]).stdout;
    for line in ["CAN I TRUST THIS PICTURE?", "DECIDE NOW", "!! BAD", "DENIED", "newest", "not legal advice"] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn a_handover_tells_what_was_said_since_somebody_left() {
    let world = World::new();
    let env = exercise(&world);
    done(&env, &["timeline", "add", "before the break"]);
    done(&env, &["handover", "--note", "watch the plants"]);
    world.set_clock(START + 9 * HOUR);
    let mut bo = env.clone();
    bo.user = "bo".to_owned();
    done(&bo, &["checklist", "claim", "C1"]);
    world.set_clock(START + 10 * HOUR);
    let told = json(&env, &["handover"]);
    assert_eq!((&told["since_known"], &told["notes"][0]["note"]), (&true.into(), &"watch the plants".into()));
    let texts = told["entries"].to_string();
    assert!(texts.contains("task C1") && !texts.contains("watch the plants"), "{texts}");
    assert_eq!(told["claims"][0]["id"], "C1");
    assert!(!told["overdue"].as_array().unwrap().is_empty());
    let text = done(&env, &["handover"]).stdout;
    assert!(text.contains("since you left") && text.contains("claim") && text.contains("watch the plants"), "{text}");
    let all = json(&env, &["handover", "--since", "2026-03-01"]);
    assert!(all["entries"].as_array().unwrap().len() > told["entries"].as_array().unwrap().len());
}

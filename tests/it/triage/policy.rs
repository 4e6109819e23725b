//! Another policy for a case.

use hullbreach::cli::Exit;
use serde_json::json;

use super::verified;
use crate::cli::{exercise, piped};
use crate::support::World;

#[test]
fn a_policy_is_tried_before_it_counts_and_is_undone() {
    let world = World::new();
    let env = exercise(&world);
    let shown = piped(&env, &["policy", "show", "--json"]).ended(Exit::Done).json();
    assert_eq!(
        (&shown["name"], &shown["built_in"], &shown["windows"]["P0"]),
        (&json!("default-1"), &json!(true), &json!("6 h"))
    );
    let text = shown["text"].as_str().unwrap();
    let stricter = text.replace("name = \"default-1\"", "name = \"stricter\"").replace(
        "rule = \"U1\"\nexploitation = \"unknown\"\nexposure = \"internet\"\ncritical = [\"P1\", \"P1\"]\nhigh = [\"P1\", \"P1\"]",
        "rule = \"U1\"\nexploitation = \"unknown\"\nexposure = \"internet\"\ncritical = [\"P0\", \"P0\"]\nhigh = [\"P0\", \"P0\"]",
    );
    let path = world.root().join("stricter.toml");
    std::fs::write(&path, &stricter).unwrap();
    let path = path.to_str().unwrap();
    let totals =
        |env: &hullbreach::env::Env| piped(env, &["matrix", "--json"]).ended(Exit::Done).json()["totals"].clone();
    let before = totals(&env);

    let preview = piped(&env, &["policy", "preview", path, "--json"]).ended(Exit::Done).json()["preview"].clone();
    assert!(preview["raised"].as_u64().unwrap() > 0 && preview["lowered"] == 0, "{preview}");
    assert_eq!((&preview["before"], totals(&env)), (&before, before.clone()), "nothing is changed");
    let line = ["policy", "set", path, "--reason", "the board wants it", "--json"];
    let set = piped(&env, &line).ended(Exit::Done).json();
    assert_eq!(set["preview"], preview);
    assert_eq!(totals(&env), preview["after"]);
    assert_eq!(piped(&env, &["matrix", "--json"]).json()["policy"], "stricter");
    verified(&env);
    piped(&env, &["undo", set["event"].as_str().unwrap()]).ended(Exit::Done);
    assert_eq!(totals(&env), before);
    verified(&env);
}

#[test]
fn other_names_of_environments_are_other_facts() {
    let world = World::new();
    let env = exercise(&world);
    let shown = piped(&env, &["policy", "show", "--json"]).ended(Exit::Done).json();
    let text = shown["text"].as_str().unwrap();
    let other = text.replace("\"sandbox\", ", "\"sandbox\", \"shop\", \"platform\", ");
    assert_ne!(other, text);
    let path = world.root().join("other.toml");
    std::fs::write(&path, other).unwrap();
    let set =
        piped(&env, &["policy", "set", path.to_str().unwrap(), "--reason", "try", "--json"]).ended(Exit::Done).json();
    assert!(set["preview"]["lowered"].as_u64().is_some());
    let totals = piped(&env, &["matrix", "--json"]).ended(Exit::Done).json()["totals"].clone();
    assert_eq!(totals, set["preview"]["after"], "what is tried is what comes");
    verified(&env);
}

#[test]
fn a_policy_that_makes_no_sense_is_refused_with_its_lines() {
    let world = World::new();
    let env = exercise(&world);
    let path = world.root().join("bad.toml");
    std::fs::write(&path, "name = \"x\"\n[windows]\nP0 = 6\n").unwrap();
    let path = path.to_str().unwrap();
    let said = piped(&env, &["policy", "check", path, "--json"]).ended(Exit::No).json();
    assert_eq!((&said["ok"], &said["problems"][0]["line"]), (&json!(false), &json!(3)));
    piped(&env, &["policy", "set", path, "--reason", "x"]).ended(Exit::Failed);
    piped(&env, &["policy", "check", "default"]).ended(Exit::Done);
    verified(&env);
}

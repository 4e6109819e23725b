//! The exercise's breach: a tag that led to something else between two and seven in the morning.

use hullbreach::cli::Exit;
use serde_json::Value;

use crate::cli::{Said, exercise, piped};
use crate::support::World;

const AGENT: &str = "docker.io/harbourline/monitoring-agent:1.5.0";
/// The agent that one node pulled inside the window.
const NEW: &str = "ecdb24db";
/// The one that ran for a week before.
const OLD: &str = "f17487c8";

fn add(env: &hullbreach::env::Env, target: &str, state: &str, rest: &[&str]) -> Said {
    let line = [&["indicator", "add", target, "--state", state, "--json"], rest].concat();
    piped(env, &line)
}

/// The verdict of the image whose first digest begins so, or of the unresolved one of that name.
fn verdict(env: &hullbreach::env::Env, image: &str) -> Option<String> {
    let images = piped(env, &["images", "--json"]).ended(Exit::Done).json();
    let fits = |row: &&Value| match row["digests"][0]["value"].as_str() {
        Some(digest) => digest["sha256:".len()..].starts_with(image),
        None => row["name"] == image,
    };
    let row = images["images"].as_array().unwrap().iter().find(fits).unwrap_or_else(|| panic!("no {image}")).clone();
    row["verdict"].as_str().map(str::to_owned)
}

fn count(env: &hullbreach::env::Env, filter: &str) -> usize {
    let images = piped(env, &["images", "--json", "--filter", filter]).ended(Exit::Done).json();
    images["images"].as_array().unwrap().len()
}

#[test]
fn a_tag_with_a_window_tells_the_new_from_the_old_and_from_what_nobody_knows() {
    let world = World::new();
    let env = exercise(&world);
    assert_eq!(verdict(&env, NEW), None);
    let all = count(&env, "verdict:none");

    let window = ["--window", "02:00Z..07:00Z", "--source", "mail of the registry"];
    let planned = add(&env, "harbourline/monitoring-agent:1.5.0", "bad", &[&window[..], &["--dry-run"]].concat());
    let planned = planned.ended(Exit::Done).json();
    assert_eq!((planned["dry_run"].clone(), verdict(&env, NEW)), (Value::Bool(true), None), "nothing is changed");

    let added = add(&env, "harbourline/monitoring-agent:1.5.0", "bad", &window).ended(Exit::Done).json();
    let row = &added["indicators"][0];
    assert_eq!((row["target"].as_str(), row["state"].as_str()), (Some(format!("tag:{AGENT}").as_str()), Some("bad")));
    assert_eq!(row["from"], "2026-03-17T02:00:00Z", "the day is that of becoming aware");
    assert!(added["notes"][0].as_str().unwrap().contains("the day taken is 2026-03-17"));
    assert_eq!(added["preview"], planned["preview"]);
    // The name without a digest, and what takes the agent out of it, only likely hold the new one.
    let spread = &added["preview"]["images"];
    assert_eq!((spread["proven"].as_u64(), spread["likely"].as_u64()), (Some(1), Some(2)), "{spread}");

    assert_eq!(verdict(&env, NEW).as_deref(), Some("bad"));
    assert_eq!(verdict(&env, OLD).as_deref(), Some("predates"));
    assert_eq!(verdict(&env, AGENT).as_deref(), Some("bad"), "without a digest the worst candidate counts");
    assert_eq!(count(&env, "verdict:none"), 0);
    assert_eq!(count(&env, "verdict:bad") + count(&env, "verdict:predates") + count(&env, "verdict:not-known"), all);
    let sorted = piped(&env, &["images", "--json", "--sort", "verdict", "--limit", "3"]).json();
    let words: Vec<&str> =
        sorted["images"].as_array().unwrap().iter().map(|row| row["verdict"].as_str().unwrap()).collect();
    assert_eq!(words, ["bad", "bad", "not-known"]);
    assert!(piped(&env, &["verify", "--json"]).ended(Exit::Done).json()["ok"].as_bool().unwrap());
}

#[test]
fn every_verdict_has_its_reason_and_the_place_where_the_fact_stands() {
    let world = World::new();
    let env = exercise(&world);
    add(&env, &format!("tag:{AGENT}"), "bad", &["--window", "02:00Z..07:00Z"]).ended(Exit::Done);
    let reason = |image: &str| {
        let image = piped(&env, &["image", image, "--json"]).ended(Exit::Done).json();
        image["findings"][0]["reasons"][0].clone()
    };
    let new = reason(NEW);
    assert_eq!(new["because"], "seen-inside");
    assert!(new["text"].as_str().unwrap().contains("2026-03-17T04:26:33Z"), "{new}");
    let (evidence, pointer) = (new["evidence"].as_str().unwrap(), new["locator"]["pointer"].as_str().unwrap());
    let bytes = piped(&env, &["evidence", "show", evidence, "--at", pointer]).ended(Exit::Done).stdout;
    assert!(bytes.contains("harbourline/monitoring-agent:1.5.0"), "{bytes}");
    assert_eq!(reason(OLD)["because"], "ran-before");
    let text = piped(&env, &["image", NEW]).ended(Exit::Done).stdout;
    assert!(text.contains("verdict  BAD") && text.contains("inside the window, eu-worker-1"), "{text}");
}

#[test]
fn undo_takes_the_verdicts_away_and_redo_brings_them_back() {
    let world = World::new();
    let env = exercise(&world);
    add(&env, NEW, "bad", &[]).ended(Exit::Done);
    assert_eq!(verdict(&env, NEW).as_deref(), Some("bad"));
    let undone = piped(&env, &["undo", "--json"]).ended(Exit::Done).json();
    assert_eq!(verdict(&env, NEW), None);
    piped(&env, &["undo", undone["event"].as_str().unwrap()]).ended(Exit::Done);
    assert_eq!(verdict(&env, NEW).as_deref(), Some("bad"));
    piped(&env, &["indicator", "retract", NEW, "--reason", "not ours"]).ended(Exit::Done);
    assert_eq!(verdict(&env, NEW), None);
    let listed = piped(&env, &["indicator", "list", "--all", "--json"]).json();
    assert_eq!(listed["indicators"][0]["open"], false);
    assert!(piped(&env, &["verify", "--json"]).ended(Exit::Done).json()["ok"].as_bool().unwrap());
}

#[test]
fn a_wider_window_judges_again_and_lists_what_changed() {
    let world = World::new();
    let env = exercise(&world);
    add(&env, &format!("tag:{AGENT}"), "bad", &["--window", "2026-03-17T05:00Z..07:00Z"]).ended(Exit::Done);
    assert_eq!(verdict(&env, NEW).as_deref(), Some("predates"), "it came before this window");
    let set = ["indicator", "set", AGENT, "--window", "2026-03-09..2026-03-17", "--json"];
    let wider = piped(&env, &set).ended(Exit::Done).json();
    let changed = wider["preview"]["changed"].as_array().unwrap();
    let of = |id: &str| changed.iter().find(|row| row["id"].as_str().unwrap().starts_with(id)).unwrap();
    assert_eq!((of(NEW)["from"].as_str(), of(NEW)["to"].as_str()), (Some("predates"), Some("bad")));
    assert_eq!(of(OLD)["to"], "bad", "it began to run within that week");
    assert_eq!(wider["preview"]["milder"], 0);
    assert_eq!(verdict(&env, OLD).as_deref(), Some("bad"));
}

#[test]
fn a_breached_registry_is_to_check_and_what_came_in_its_window_suspect() {
    let world = World::new();
    let env = exercise(&world);
    add(&env, "registry:docker.io", "suspect", &["--window", "2026-03-17T02:00Z..07:00Z"]).ended(Exit::Done);
    assert_eq!(verdict(&env, NEW).as_deref(), Some("suspect"));
    assert_eq!(verdict(&env, OLD).as_deref(), Some("predates"));
    let inside = count(&env, "registry:docker.io verdict:to-check");
    assert!(inside > 5, "{inside}");
    assert_eq!(count(&env, "registry!:docker.io verdict:to-check"), 0);
    assert_eq!(count(&env, "verdict:bad"), 0, "a breached registry alone confirms nothing");
}

#[test]
fn what_a_mirror_shows_counts_as_its_upstreams() {
    let world = World::new();
    let env = exercise(&world);
    let before = count(&env, "registry:quay.io");
    assert!(before > 0);
    add(&env, "registry:docker.io", "bad", &[]).ended(Exit::Done);
    assert_eq!(count(&env, "registry:quay.io verdict:to-check"), 0);
    piped(&env, &["mirror", "add", "quay.io=docker.io"]).ended(Exit::Done);
    assert_eq!(count(&env, "registry:quay.io verdict:to-check"), before);
    let listed = piped(&env, &["mirror", "list", "--json"]).json();
    assert_eq!(listed["mirrors"][0]["upstream"], "docker.io");
    piped(&env, &["mirror", "remove", "quay.io"]).ended(Exit::Done);
    assert_eq!(count(&env, "registry:quay.io verdict:to-check"), 0);
    piped(&env, &["mirror", "add", "no-host"]).ended(Exit::Usage);
    piped(&env, &["mirror", "remove", "quay.io"]).ended(Exit::Failed);
}

#[test]
fn what_is_cleared_is_cleared_for_the_open_window_and_no_wider_one() {
    let world = World::new();
    let env = exercise(&world);
    let tag = format!("tag:{AGENT}");
    add(&env, &tag, "bad", &["--window", "2026-03-17T02:00Z..07:00Z"]).ended(Exit::Done);
    let cleared =
        add(&env, NEW, "cleared", &["--by", "signed", "--reason", "checked by hand"]).ended(Exit::Done).json();
    assert!(cleared["notes"][0].as_str().unwrap().contains("the window of the open indicators"));
    assert_eq!(verdict(&env, NEW).as_deref(), Some("signed-ok"));
    piped(&env, &["indicator", "set", &tag, "--window", "2026-03-17T02:00Z..07:01Z"]).ended(Exit::Done);
    assert_eq!(verdict(&env, NEW).as_deref(), Some("bad"));
}

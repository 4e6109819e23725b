//! The JSON documents of the contract: every field it names is there and has its type.

use hullbreach::cli::Exit;
use serde_json::Value;

use super::{exercise, piped, with_input};
use crate::support::World;

/// Fails where a value lacks a field or has it in another type. `s` string, `n` number, `b` boolean, `a` array, `o`
/// object, `?` after it: or null.
#[track_caller]
fn fields(value: &Value, shape: &[(&str, &str)]) {
    for (name, kind) in shape {
        let found = value.get(name).unwrap_or_else(|| panic!("no {name} in {value}"));
        let fits = kind.chars().any(|kind| match kind {
            's' => found.is_string(),
            'n' => found.is_u64() || found.is_i64(),
            'b' => found.is_boolean(),
            'a' => found.is_array(),
            'o' => found.is_object(),
            _ => found.is_null(),
        });
        assert!(fits, "{name} is {found}, not {kind}");
    }
}

#[track_caller]
fn rows<'a>(document: &'a Value, name: &str, shape: &[(&str, &str)]) -> &'a Vec<Value> {
    let rows = document[name].as_array().unwrap_or_else(|| panic!("no list {name} in {document}"));
    assert!(!rows.is_empty(), "{name} is empty");
    rows.iter().for_each(|row| fields(row, shape));
    rows
}

const IMAGE: &[(&str, &str)] = &[
    ("id", "s"),
    ("name", "s"),
    ("registry", "s"),
    ("repository", "s"),
    ("tags", "a"),
    ("digests", "a"),
    ("resolved", "b"),
    ("roles", "a"),
    ("uses", "n"),
    ("running", "n"),
    ("workloads", "n"),
    ("priority", "s?"),
    ("due", "s?"),
    ("rule", "s?"),
    ("verdict", "s?"),
];

#[test]
fn import_has_the_fields_of_the_contract() {
    let world = World::new();
    drop(world.new_case());
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_CASE".to_owned(), "hub.case".to_owned());
    let list = br#"{"kind":"PodList","apiVersion":"v1","items":[
        {"metadata":{"name":"a","namespace":"p"},"spec":{"containers":[{"name":"c","image":"nginx:1.27"}]}},"#;
    let said = with_input(&env, &["import", "-", "--json"], list).ended(Exit::Gaps).json();
    let shape =
        [("sha256", "s"), ("path", "s"), ("format", "s"), ("bytes", "n"), ("observations", "n"), ("rejected", "a")];
    let evidence = rows(&said, "evidence", &shape);
    rows(&evidence[0], "rejected", &[("locator", "s"), ("reason", "s")]);
    fields(&said, &[("unrecognised", "a"), ("images", "o"), ("uses", "o")]);
    fields(&said["images"], &[("new", "n"), ("total", "n")]);
    fields(&said["uses"], &[("new", "n"), ("total", "n")]);
    let letter =
        with_input(&env, &["import", "-", "--json"], b"Dear all, this is a letter.\n").ended(Exit::Gaps).json();
    rows(&letter, "unrecognised", &[("path", "s"), ("reason", "s")]);
}

#[test]
fn lists_have_the_fields_of_the_contract() {
    let world = World::new();
    let env = exercise(&world);
    let images = piped(&env, &["images", "--json"]).ended(Exit::Done).json();
    for image in rows(&images, "images", IMAGE) {
        image["digests"].as_array().unwrap().iter().for_each(|d| fields(d, &[("value", "s"), ("kind", "s")]));
    }
    let shape = [
        ("evidence", "s"),
        ("path", "s"),
        ("format", "s"),
        ("context", "s?"),
        ("as_of", "s"),
        ("status", "s"),
        ("reason", "s"),
    ];
    let coverage = piped(&env, &["coverage", "--json"]).ended(Exit::Gaps).json();
    rows(&coverage, "sources", &shape);
    fields(&coverage["one_liner"], &[("would_find", "n"), ("missed", "a")]);
    let evidence = piped(&env, &["evidence", "--json"]).ended(Exit::Done).json();
    let strings = ["id", "path", "format", "acquired", "by", "tool", "reader"].map(|name| (name, "s"));
    let rest = [
        ("context", "s?"),
        ("as_of", "s?"),
        ("bytes", "n"),
        ("redactions", "n"),
        ("observations", "n"),
        ("rejected", "n"),
    ];
    rows(&evidence, "evidence", &[strings.as_slice(), rest.as_slice()].concat());
    let log = piped(&env, &["log", "--json"]).ended(Exit::Done).json();
    let strings = ["hash", "writer", "author", "claimed", "kind", "summary"].map(|name| (name, "s"));
    let rest = [("seq", "n"), ("anchors", "a"), ("retracted", "b")];
    rows(&log, "events", &[strings.as_slice(), rest.as_slice()].concat());
    let kind = piped(&env, &["log", "--json", "--kind", "evidence.read"]).json();
    assert!(rows(&kind, "events", &[]).iter().all(|event| event["kind"] == "evidence.read"));
}

#[test]
fn one_image_and_verify_have_the_fields_of_the_contract() {
    let world = World::new();
    let env = exercise(&world);
    let image = piped(&env, &["image", "ecdb24db", "--json"]).ended(Exit::Done).json();
    fields(&image["image"], IMAGE);
    fields(&image, &[("bases", "a"), ("descendants", "n")]);
    let shape = [
        ("locus", "s"),
        ("role", "s"),
        ("workload", "o?"),
        ("as_written", "s"),
        ("running_digest", "s?"),
        ("evidence", "s?"),
    ];
    let uses = rows(&image, "uses", &shape);
    let workload = uses.iter().map(|place| &place["workload"]).find(|workload| workload.is_object()).unwrap();
    fields(workload, &["kind", "namespace", "name", "context"].map(|name| (name, "s")));
    let verify = piped(&env, &["verify", "--reread", "--json"]).ended(Exit::Done).json();
    fields(
        &verify,
        &[
            ("ok", "b"),
            ("events", "n"),
            ("devices", "a"),
            ("evidence", "n"),
            ("problems", "a"),
            ("frontier", "s"),
            ("state", "s"),
        ],
    );
    assert_eq!(verify["ok"], true);
}

//! Names that responders give to bases that no image was read of.

use super::*;
use crate::support::assert_clean;

/// Two images with the same lowest layers, which nothing that was read is.
fn siblings() -> (World, Env) {
    let all = [inspected('b', "registry.example/api:7", "123"), inspected('c', "registry.example/job:7", "124")];
    case_of(&[("host.json", &json!(all).to_string())])
}

fn unnamed(env: &Env) -> Value {
    let found = graph(env, &["--json"]).json();
    found["nodes"].as_array().unwrap().iter().find(|node| node["kind"] == "virtual").unwrap().clone()
}

#[test]
fn a_name_stands_wherever_the_base_is_shown_until_it_is_taken_back() {
    let (world, env) = siblings();
    let base = unnamed(&env);
    assert_eq!(base["name"], "unknown base, 2 layers, in 2 images");
    let id = base["id"].as_str().unwrap();
    let name = |more: &[&str]| run(&env, ["graph", "name", id].iter().chain(more).copied().collect::<Vec<_>>());
    let planned = name(&["corp base 7", "--reason", "asked the platform team", "--dry-run"]).expect(Exit::Done);
    assert!(planned.out().contains("would say"), "{}", planned.out());
    assert_eq!(unnamed(&env)["name"], base["name"], "a plan changes nothing");
    name(&["corp base 7", "--reason", "asked the platform team"]).expect(Exit::Done);
    assert_eq!(unnamed(&env)["name"], "corp base 7");
    for view in [
        vec!["graph"],
        vec!["graph", "--focus", "api:7"],
        vec!["image", "api:7"],
        vec!["graph", "--focus", "corp base 7"],
    ] {
        let shown = run(&env, view.clone()).expect(Exit::Done).out();
        assert!(shown.contains("corp base 7"), "{view:?}: {shown}");
    }
    let log = run(&env, ["log", "--json"]).expect(Exit::Done).json();
    let last = log["events"].as_array().unwrap().iter().find(|event| event["kind"] == "base.named").unwrap().clone();
    assert!(last["anchors"][0].as_str().unwrap().starts_with("chain:sha256:"), "{last}");
    // Said again, the later word stands in place of the earlier; without a name there is none.
    name(&["corp base 8", "--reason", "read again"]).expect(Exit::Done);
    assert_eq!(unnamed(&env)["name"], "corp base 8");
    name(&["--reason", "it was another"]).expect(Exit::Done);
    assert_eq!(unnamed(&env)["name"], base["name"]);
    run(&env, ["undo"]).expect(Exit::Done);
    assert_eq!(unnamed(&env)["name"], "corp base 8");
    assert_clean(&world.verify());
}

#[test]
fn an_image_with_just_these_layers_takes_the_place_of_the_name() {
    let (world, env) = siblings();
    let id = unnamed(&env)["id"].as_str().unwrap().to_owned();
    run(&env, ["graph", "name", &id, "corp base", "--reason", "asked"]).expect(Exit::Done);
    let file = world.cases().join("base.json");
    std::fs::write(&file, json!([inspected('a', "registry.example/base:1", "12")]).to_string()).unwrap();
    run(&env, ["import", &arg(&file)]).expect(Exit::Done);
    let found = graph(&env, &["--json"]).json();
    assert!(!found.to_string().contains("corp base"), "{found}");
    assert_eq!(edges(&found).len(), 2, "both stand on the image now: {found}");
    let refused = run(&env, ["graph", "name", "base:1", "x", "--reason", "r"]).expect(Exit::Failed);
    assert!(refused.err().contains("has a name of its own"), "{}", refused.err());
    run(&env, ["undo"]).expect(Exit::Done);
    assert_eq!(unnamed(&env)["name"], "corp base", "where the image is taken back, the word counts again");
}

#[test]
fn names_are_lines_and_what_they_hide_is_shown() {
    let (_world, env) = siblings();
    let id = unnamed(&env)["id"].as_str().unwrap().to_owned();
    let long = "x".repeat(201);
    for bad in ["", " ", "two\nlines", &long] {
        run(&env, ["graph", "name", &id, bad, "--reason", "r"]).expect(Exit::Usage);
    }
    run(&env, ["graph", "name", &id, "a\u{202e}b", "--reason", "r"]).expect(Exit::Done);
    assert_eq!(unnamed(&env)["name"], "a\\u{202e}b");
    run(&env, ["graph", "name", "chain:0123456789ab", "x", "--reason", "r"]).expect(Exit::Failed);
}

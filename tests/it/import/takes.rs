//! What one import after another means: time, place, clusters, pages, repeats.

use serde_json::json;
use std::fs;

use super::pods::{case, counts, dumps, events, fed, list, one, pod, state, write};
use crate::support::World;
use crate::support::command::{arg, run};
use hullbreach::cli::Exit;

const NGINX: &str = "docker.io/library/nginx:1";

fn nginx(name: &str, node: &str) -> serde_json::Value {
    pod("web", name, name, node, "nginx:1", 1)
}

#[test]
fn the_same_bytes_of_two_places_are_two_acquisitions_of_uses_counted_once() {
    let world = World::new();
    let env = case(&world, "hub");
    let bytes = list(&[nginx("a", "n1"), nginx("b", "n2")]).to_string();
    let (first, second) = (dumps(&world).join("one/pods.json"), dumps(&world).join("two/pods.json"));
    write(&first, &bytes, 3);
    write(&second, &bytes, 3);
    run(&env, ["import", &arg(&first)]).expect(Exit::Done);
    let before = events(&env);
    let report = run(&env, ["import", &arg(&second), "--json"]).expect(Exit::Done).json();
    assert_eq!(report["evidence"][0]["already"], false);
    assert!(events(&env) > before);
    assert_eq!(counts(&env), [(NGINX.to_owned(), 2, 2)]);
    let evidence = run(&env, ["evidence", "--json"]).expect(Exit::Done).json();
    let rows = evidence["evidence"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["id"], rows[1]["id"], "one blob");
    assert_ne!(rows[0]["acquisition"], rows[1]["acquisition"]);
    state(&env);
}

#[test]
fn the_same_in_another_context_is_used_there_too() {
    let world = World::new();
    let env = case(&world, "hub");
    let file = write(&dumps(&world).join("pods.json"), list(&[nginx("a", "n1")]).to_string(), 3);
    for context in ["eu", "us"] {
        run(&env, ["import", &arg(&file), "--context", context]).expect(Exit::Done);
    }
    assert_eq!(counts(&env), [(NGINX.to_owned(), 2, 2)]);
}

#[test]
fn a_list_as_of_01_00_imported_after_one_of_03_00_makes_nothing_running() {
    let world = World::new();
    let env = case(&world, "hub");
    let late = write(&dumps(&world).join("late.json"), list(&[nginx("new", "n1")]).to_string(), 3);
    let early =
        write(&dumps(&world).join("early.json"), list(&[nginx("old", "n1"), nginx("older", "n1")]).to_string(), 1);
    run(&env, ["import", &arg(&late)]).expect(Exit::Done);
    run(&env, ["import", &arg(&early)]).expect(Exit::Done);
    assert_eq!(counts(&env), [(NGINX.to_owned(), 3, 1)]);
    // The stated time wins over the file's: an hour later they would be the ones that run.
    let world = World::new();
    let env = case(&world, "hub");
    fed(&env, &["--as-of", "2026-03-17T03:00Z"], list(&[nginx("new", "n1")]).to_string().as_bytes(), Exit::Done);
    let old = list(&[nginx("old", "n1"), nginx("older", "n1")]).to_string();
    fed(&env, &["--as-of", "2026-03-17T04:00Z"], old.as_bytes(), Exit::Done);
    assert_eq!(counts(&env), [(NGINX.to_owned(), 3, 2)]);
}

#[test]
fn unnamed_lists_that_share_no_node_remove_nothing_from_each_other() {
    let world = World::new();
    let env = case(&world, "hub");
    let file = |name: &str, node: &str, hour| {
        arg(&write(&dumps(&world).join(name), list(&[nginx(name, node)]).to_string(), hour))
    };
    run(&env, ["import", &file("one", "n1", 1)]).expect(Exit::Done);
    run(&env, ["import", &file("two", "m1", 3)]).expect(Exit::Done);
    assert_eq!(counts(&env), [(NGINX.to_owned(), 2, 2)]);
    run(&env, ["import", &file("three", "n1", 4)]).expect(Exit::Done);
    assert_eq!(counts(&env), [(NGINX.to_owned(), 3, 2)], "the list that shares n1 ends the pod on it");
}

#[test]
fn the_pages_of_a_list_remove_nothing_from_each_other() {
    let world = World::new();
    let env = case(&world, "hub");
    let page = |name: &str, more: bool| {
        let mut page = list(&[nginx(name, "n1")]);
        page["metadata"] = json!({"resourceVersion": "900", "continue": if more { "x" } else { "" }});
        page.to_string()
    };
    let before = write(&dumps(&world).join("before.json"), list(&[nginx("z", "n1")]).to_string(), 1);
    let last = write(&dumps(&world).join("2.json"), page("b", false), 3);
    let first = write(&dumps(&world).join("1.json"), page("a", true), 3);
    run(&env, ["import", &arg(&before)]).expect(Exit::Done);
    run(&env, ["import", &arg(&last)]).expect(Exit::Done);
    run(&env, ["import", &arg(&first)]).expect(Exit::Gaps);
    assert_eq!(counts(&env), [(NGINX.to_owned(), 3, 3)]);
}

#[test]
fn what_changed_at_its_place_is_a_second_acquisition() {
    let world = World::new();
    let env = case(&world, "hub");
    let file = write(&dumps(&world).join("pods.json"), one("a"), 1);
    run(&env, ["import", &arg(&file)]).expect(Exit::Done);
    write(&file, one("b"), 2);
    let report = run(&env, ["import", &arg(&file), "--json"]).expect(Exit::Done).json();
    assert_eq!(report["evidence"][0]["already"], false, "the same size, other bytes");
    assert_eq!(run(&env, ["evidence", "--json"]).json()["evidence"].as_array().unwrap().len(), 2);
}

#[test]
fn what_is_there_already_is_shown_as_it_is_in_the_case() {
    let world = World::new();
    let env = case(&world, "hub");
    let file = write(&dumps(&world).join("pods.json"), one("a"), 1);
    let first = run(&env, ["import", &arg(&file), "--json"]).expect(Exit::Done).json();
    let again = run(&env, ["import", &arg(&file), "--json"]).expect(Exit::Done).json();
    assert_eq!((&again["events"], &again["evidence"][0]["already"]), (&json!(0), &json!(true)));
    for key in ["sha256", "format", "bytes", "observations", "status", "path"] {
        assert_eq!(again["evidence"][0][key], first["evidence"][0][key], "{key}");
    }
    let fed_first = fed(&env, &[], &one("b"), Exit::Done);
    let fed_again = fed(&env, &[], &one("b"), Exit::Done);
    assert_eq!((&fed_again["events"], &fed_again["evidence"][0]["already"]), (&json!(0), &json!(true)));
    assert_eq!(fed_again["evidence"][0]["sha256"], fed_first["evidence"][0]["sha256"]);
}

#[test]
fn a_dry_run_names_what_it_would_do_and_writes_nothing() {
    let world = World::new();
    let env = case(&world, "hub");
    let file = write(&dumps(&world).join("pods.json"), one("a"), 1);
    let before = (events(&env), fs::read(world.path()).unwrap());
    let ran = run(&env, ["import", "--dry-run", &arg(&file)]).expect(Exit::Done);
    assert!(ran.out().contains("pods.json") && ran.out().contains("hub.case"), "{}", ran.out());
    assert_eq!((events(&env), fs::read(world.path()).unwrap()), before);
}

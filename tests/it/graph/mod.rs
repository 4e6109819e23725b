//! Lineage through the command line: from evidence to what `graph` and `image` say.

mod formats;
mod named;
mod shown;

use crate::support::World;
use crate::support::command::{Ran, arg, run};
use hullbreach::cli::Exit;
use hullbreach::env::Env;
use serde_json::{Value, json};

/// Digests of one letter each.
fn sha(letter: char) -> String {
    format!("sha256:{}", letter.to_string().repeat(64))
}

/// What `docker image inspect` says of an image with these layers.
fn inspected(id: char, tag: &str, layers: &str) -> Value {
    let layers: Vec<String> = layers.chars().map(sha).collect();
    json!({
        "Id": sha(id), "RepoTags": [tag], "RepoDigests": [], "Created": "2026-03-01T00:00:00Z", "Architecture": "amd64",
        "Os": "linux", "Config": {"Labels": null}, "RootFS": {"Type": "layers", "Layers": layers},
    })
}

/// A case of these files, and the device that asks it.
fn case_of(files: &[(&str, &str)]) -> (World, Env) {
    let world = World::new();
    drop(world.new_case());
    let folder = world.cases().join("evidence");
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let env = world.ana();
    if !files.is_empty() {
        run(&env, ["import", &arg(&folder)]).expect(Exit::Done);
    }
    (world, env)
}

/// A base, what stands on it, and what stands on that.
fn three() -> (World, Env) {
    let all = [
        inspected('a', "registry.example/base:1", "12"),
        inspected('b', "registry.example/pay/api:7", "123"),
        inspected('c', "registry.example/pay/job:7", "1234"),
    ];
    case_of(&[("host.json", &json!(all).to_string())])
}

#[track_caller]
fn graph(env: &Env, arguments: &[&str]) -> Ran {
    run(env, std::iter::once("graph").chain(arguments.iter().copied()).collect::<Vec<_>>()).expect(Exit::Done)
}

/// `child -> parent kind confidence proof` of each edge of a document, by name.
fn edges(document: &Value) -> Vec<String> {
    let name = |id: &Value| {
        let node = document["nodes"].as_array().unwrap().iter().find(|node| node["id"] == *id);
        node.unwrap_or_else(|| panic!("no node {id} in {document}"))["name"].as_str().unwrap().to_owned()
    };
    let edge = |edge: &Value| {
        let ways: Vec<&str> = edge["proof"].as_array().unwrap().iter().map(|way| way.as_str().unwrap()).collect();
        let (child, parent) = (name(&edge["from"]), name(&edge["to"]));
        format!("{child} -> {parent} {} {} {}", edge["kind"].as_str().unwrap(), edge["confidence"], ways.join("+"))
    };
    let mut all: Vec<String> = document["edges"].as_array().unwrap().iter().map(edge).collect();
    all.sort();
    all
}

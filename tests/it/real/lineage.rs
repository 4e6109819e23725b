//! Images that were really built, by other people's tools: exactly the true edges come out.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use hullbreach::cli::Exit;

use crate::support::World;
use crate::support::command::{arg, run};

/// `child -> parent` of each edge between images of a folder of archives, and the names of all images.
fn edges(folder: &Path) -> (BTreeSet<String>, BTreeSet<String>) {
    let world = World::new();
    drop(world.new_case());
    let env = world.ana();
    // Layers inside are no records of their own: they are counted as not read.
    let said = run(&env, ["import", &arg(folder)]);
    assert!(matches!(said.exit, Exit::Done | Exit::Gaps), "{}", said.err());
    let graph = run(&env, ["graph", "--json"]).expect(Exit::Done).json();
    let name = |id: &serde_json::Value| {
        let node = graph["nodes"].as_array().unwrap().iter().find(|node| node["id"] == *id).unwrap();
        let name = node["name"].as_str().unwrap().to_owned();
        name.trim_start_matches("registry.example/real/").trim_end_matches(":1").to_owned()
    };
    let edge = |edge: &serde_json::Value| format!("{} -> {}", name(&edge["from"]), name(&edge["to"]));
    let images = run(&env, ["images", "--json"]).expect(Exit::Done).json();
    let names =
        images["images"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect();
    (graph["edges"].as_array().unwrap().iter().map(edge).collect(), names)
}

/// The truth. What was squashed stands on something that nobody can see any more.
const TRUE_EDGES: [&str; 3] = ["child -> base", "grandchild -> child", "sibling -> base"];

/// Needs a folder to build in, named by `HULLBREACH_REAL_IMAGES`, and umoci and skopeo, or the right to install them.
#[test]
#[ignore = "needs HULLBREACH_REAL_IMAGES"]
fn real_images_give_exactly_the_true_edges() {
    let folder = PathBuf::from(std::env::var_os("HULLBREACH_REAL_IMAGES").expect("HULLBREACH_REAL_IMAGES"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/real/lineage-images.sh");
    let built = Command::new("bash").arg(&script).arg(&folder).status().unwrap();
    assert!(built.success(), "{}", script.display());
    let expected: BTreeSet<String> = TRUE_EDGES.map(str::to_owned).into();
    let all = ["base", "child", "grandchild", "sibling", "squashed", "stranger"];
    let names: BTreeSet<String> = all.map(|name| format!("registry.example/real/{name}:1")).into();
    for form in ["oci", "docker"] {
        assert_eq!(edges(&folder.join(form)), (expected.clone(), names.clone()), "{form}");
    }
    // Both at once: the same images in two packings are the same images.
    assert_eq!(edges(&folder), (expected, names), "both");
}

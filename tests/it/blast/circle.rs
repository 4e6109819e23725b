//! Forged labels that go in a circle: no line becomes too long to be read, and what is cut out of the circle says so.

use hullbreach::cli::Exit;
use hullbreach::model::digest::Digest;
use serde_json::{Value, json};

use crate::support::World;
use crate::support::command::{arg, run};

const MANY: usize = 50;

fn digest(what: &str, at: usize) -> String {
    Digest::of(format!("{what}{at}").as_bytes()).to_string()
}

fn name(at: usize) -> String {
    format!("forge.example/team/a-service-with-a-long-name-{at}")
}

/// An image whose label says that it was built on the next one, and the last one on the first.
fn inspected(at: usize) -> Value {
    let next = (at + 1) % MANY;
    let run = json!({"runImage": {"reference": format!("{}@{}", name(next), digest("m", next))}});
    json!({
        "Id": digest("c", at), "RepoTags": [format!("{}:1", name(at))],
        "RepoDigests": [format!("{}@{}", name(at), digest("m", at))], "Created": "2026-03-01T00:00:00Z",
        "Architecture": "amd64", "Os": "linux", "Config": {"Labels": {"io.buildpacks.lifecycle.metadata": run.to_string()}},
        "RootFS": {"Type": "layers", "Layers": [digest("l", at)]},
    })
}

/// A pod that runs what stands farthest from the first image.
fn pods() -> Value {
    let image = format!("{}:1", name(4));
    json!({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": [{
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "far", "namespace": "prod", "uid": "u1", "ownerReferences":
            [{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "far", "uid": "o1", "controller": true}]},
        "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": image}]},
        "status": {"phase": "Running", "containerStatuses": [{"name": "c", "image": image, "imageID": digest("c", 4),
            "ready": true, "restartCount": 0, "state": {"running": {"startedAt": "2026-03-10T00:00:00Z"}}}]},
    }]})
}

#[test]
fn a_forged_circle_floods_no_line() {
    let world = World::new();
    drop(world.new_case());
    let folder = world.cases().join("evidence");
    std::fs::create_dir_all(&folder).unwrap();
    let images: Vec<Value> = (0..MANY).map(inspected).collect();
    std::fs::write(folder.join("host.json"), Value::from(images).to_string()).unwrap();
    std::fs::write(folder.join("pods.json"), pods().to_string()).unwrap();
    let env = world.ana();
    run(&env, ["import", "--context", "eu", &arg(&folder)]).expect(Exit::Done);
    let first = format!("{}:1", name(3));
    let text = run(&env, ["blast", &first]).expect(Exit::Done).out();
    let why = text.lines().find(|line| line.starts_with("why")).unwrap();
    assert!(why.contains(" more ... -> ") && why.ends_with("StatefulSet eu/prod/far"), "{why}");
    assert!(why.len() < 400, "{}: {why}", why.len());

    // Somewhere the circle is cut: that image is said to be in one, not to stand on nothing.
    let words = "the claims go in a circle";
    let cut: Vec<usize> = (0..MANY)
        .filter(|at| {
            let told = run(&env, ["graph", "--focus", &format!("{}:1", name(*at))]).expect(Exit::Done).out();
            told.contains(words)
        })
        .collect();
    assert_eq!(cut.len(), 1);
    let image = run(&env, ["image", &format!("{}:1", name(cut[0]))]).expect(Exit::Done).out();
    assert!(image.contains(words) && image.contains("closes a circle of claims"), "{image}");
    assert!(!image.contains("one layer, from scratch"), "{image}");
}

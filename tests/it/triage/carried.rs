//! What stands on an image counts for it: an ancestor of something High in rule C4, and a base of many.

use hullbreach::cli::Exit;
use hullbreach::env::Env;
use serde_json::{Value, json};

use super::{row, told, verified};
use crate::cli::piped;
use crate::support::World;

/// A digest by number, whose first digits tell it apart: configs below 1,000, manifests from there, layers from 9,000.
fn sha(n: u32) -> String {
    format!("sha256:{}", format!("{n:04x}").repeat(16))
}

/// An image as an engine inspects it.
fn inspected(name: &str, n: u32, layers: &[u32]) -> Value {
    let repository = name.rsplit_once(':').unwrap().0;
    json!({"Id": sha(n), "RepoTags": [name], "RepoDigests": [format!("{repository}@{}", sha(n + 1000))],
        "Created": format!("2026-01-{n:02}T00:00:00Z"), "Architecture": "amd64", "Os": "linux", "Config": {"Env": [], "Labels": null},
        "RootFS": {"Type": "layers", "Layers": layers.iter().map(|n| sha(*n)).collect::<Vec<_>>()}})
}

fn pod(n: u32, image: &str, labels: &Value) -> Value {
    let repository = image.rsplit_once(':').unwrap().0;
    json!({"kind": "Pod", "apiVersion": "v1",
        "metadata": {"name": format!("pod-{n}"), "namespace": "shop", "uid": format!("u-{n}"), "labels": labels},
        "spec": {"containers": [{"name": "main", "image": image}]},
        "status": {"phase": "Running", "containerStatuses": [{"name": "main", "image": image,
            "imageID": format!("{repository}@{}", sha(n + 1000)),
            "state": {"running": {"startedAt": "2026-02-20T00:00:00Z"}}}]}})
}

fn import(world: &World, env: &Env, name: &str, as_of: &str, evidence: &Value) {
    let path = world.root().join(name);
    std::fs::write(&path, evidence.to_string()).unwrap();
    piped(env, &["import", "--as-of", as_of, path.to_str().unwrap(), "--context", "prod-eu"]).ended(Exit::Done);
}

fn list(items: &[Value]) -> Value {
    json!({"kind": "List", "apiVersion": "v1", "items": items})
}

fn case() -> (World, Env) {
    let world = World::new();
    drop(world.new_case());
    let env = world.ana();
    (world, env)
}

const DAY: &str = "2026-03-01T00:00:00Z";
const NEXT: &str = "2026-03-02T00:00:00Z";

#[test]
fn what_carries_something_high_has_a_share_in_its_urgency() {
    let (world, env) = case();
    let images = [inspected("reg.example/base:1", 1, &[9001]), inspected("reg.example/web:1", 2, &[9001, 9002])];
    import(&world, &env, "images.json", DAY, &Value::from(images.to_vec()));
    piped(&env, &["indicator", "add", &format!("digest:{}", sha(1001)), "--state", "suspect"]).ended(Exit::Done);
    let rule = || row(&env, "reg.example/base:1")["rule"].as_str().unwrap().to_owned();
    assert_eq!((told(&env, "reg.example/base:1").as_str(), rule().as_str()), ("P1 medium unknown internal kept", "C5"));

    // What stands on it begins to run, and is critical: the base is an ancestor of it, though it runs nowhere itself.
    import(&world, &env, "pods.json", DAY, &list(&[pod(2, "reg.example/web:1", &json!({"tier": "tier-0"}))]));
    assert_eq!((row(&env, "reg.example/base:1")["priority"].clone(), rule().as_str()), (json!("P0"), "C4"));
    verified(&env);
    let why = piped(&env, &["explain", "reg.example/base:1", "--json"]).ended(Exit::Done).json();
    let because = why["because"].as_array().unwrap();
    let upon = because.iter().find(|row| row["text"].as_str().unwrap().contains("stands on it")).unwrap();
    assert_eq!(
        upon["text"],
        "an image that runs, or is scheduled to, and is Critical stands on it [reg.example/web:1]"
    );
    assert_eq!(row(&env, "reg.example/web:1")["id"], upon["image"], "it opens the image that carries it");
    let would = why["would_change"].as_array().unwrap();
    assert!(
        would.contains(&json!("P1 if nothing that runs, or is scheduled to, and is High stands on it")),
        "{would:?}"
    );

    // A later reading tells less of it: the base follows.
    import(&world, &env, "later.json", NEXT, &list(&[pod(2, "reg.example/web:1", &json!({"tier": "tier-2"}))]));
    assert_eq!((row(&env, "reg.example/base:1")["priority"].clone(), rule().as_str()), (json!("P1"), "C5"));
    verified(&env);
}

#[test]
fn a_base_of_many_is_high() {
    let (world, env) = case();
    let name = |n: u32| format!("reg.example/app-{n}:1");
    let mut images = vec![inspected("reg.example/base:1", 1, &[9001])];
    images.extend((2..27).map(|n| inspected(&name(n), n, &[9001, 9000 + n])));
    import(&world, &env, "images.json", DAY, &Value::from(images));
    let pods: Vec<Value> = (2..27).map(|n| pod(n, &name(n), &json!({}))).collect();
    import(&world, &env, "most.json", DAY, &list(&pods[1..]));
    let base = || row(&env, "reg.example/base:1");
    assert_eq!((&base()["criticality"], &base()["assumed"][0]), (&json!("medium"), &json!("criticality")));
    import(&world, &env, "all.json", NEXT, &list(&pods));
    assert_eq!((&base()["criticality"], &base()["assumed"][0]), (&json!("high"), &json!("exposure")));
    let text = piped(&env, &["explain", "reg.example/base:1"]).ended(Exit::Done).stdout;
    assert!(
        text.contains("at least 25 images that run, or are scheduled to, stand on it: criticality High or worse"),
        "{text}"
    );
    assert_eq!(row(&env, "reg.example/app-7:1")["criticality"], "medium", "what stands on it is no more than before");
    verified(&env);
}

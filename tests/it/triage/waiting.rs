//! A container that waits was asked for and did not run: it is as urgent as one that runs, and is not said to run.

use hullbreach::cli::Exit;
use hullbreach::env::Env;
use serde_json::{Value, json};

use super::{row, told, verified};
use crate::cli::piped;
use crate::support::World;
use crate::support::command::{arg, run};

const IMAGE: &str = "reg.example/web:1";

fn pod(name: &str, state: &Value) -> Value {
    let id = if state.get("running").is_some() {
        format!("reg.example/web@sha256:{}", "a".repeat(64))
    } else {
        String::new()
    };
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "shop", "uid": name},
        "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": IMAGE}]},
        "status": {"phase": if id.is_empty() { "Pending" } else { "Running" }, "containerStatuses": [{
            "name": "c", "image": IMAGE, "imageID": id, "ready": false, "restartCount": 0, "state": state,
        }]},
    })
}

fn case(pods: &[Value]) -> (World, Env) {
    let world = World::new();
    drop(world.new_case());
    let env = world.ana();
    let path = world.cases().join("pods.json");
    let list = json!({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": pods});
    std::fs::write(&path, list.to_string()).unwrap();
    run(&env, ["import", "--context", "eu", &arg(&path)]).expect(Exit::Done);
    (world, env)
}

fn because(env: &Env, image: &str) -> Vec<String> {
    let why = piped(env, &["explain", image, "--json"]).ended(Exit::Done).json();
    let text = |row: &Value| row["text"].as_str().unwrap().to_owned();
    why["because"].as_array().unwrap().iter().map(text).collect()
}

#[test]
fn what_waits_is_told_as_scheduled() {
    let pull = json!({"waiting": {"reason": "ImagePullBackOff"}});
    let (_world, env) = case(&[pod("a", &pull), pod("b", &pull)]);
    piped(&env, &["indicator", "add", &format!("tag:{IMAGE}"), "--state", "bad"]).ended(Exit::Done);
    assert_eq!(told(&env, IMAGE), "P0 medium unknown internal running", "as urgent as ever");
    assert_eq!(row(&env, IMAGE)["verdict"], "bad");
    let told = because(&env, IMAGE);
    assert!(
        told.iter().any(|text| text.starts_with("scheduled, not seen to run, in 2 places [Pod shop/a]")),
        "{told:?}"
    );
    assert!(!told.iter().any(|text| text.starts_with("running in")), "{told:?}");
    let text = piped(&env, &["blast", &format!("tag:{IMAGE}")]).ended(Exit::Done).stdout;
    assert!(!text.contains("1 running"), "{text}");
    verified(&env);
}

#[test]
fn what_runs_in_one_place_and_waits_in_another_is_told_as_both() {
    let running = json!({"running": {"startedAt": "2026-03-10T00:00:00Z"}});
    let digest = format!("sha256:{}", "a".repeat(64));
    let mut late = pod("b", &json!({"waiting": {"reason": "CrashLoopBackOff"}}));
    late["status"]["containerStatuses"][0]["imageID"] = json!(format!("reg.example/web@{digest}"));
    let (_world, env) = case(&[pod("a", &running), late]);
    let told = because(&env, &digest);
    let expected = "running in 1 place, scheduled in 1 more [Pod shop/a]";
    assert!(told.iter().any(|text| text == expected), "{told:?}");
}

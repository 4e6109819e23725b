//! Targets of every kind, without any indicator: what is meant, what it reaches, what stays open.

use hullbreach::cli::Exit;
use hullbreach::env::Env;
use serde_json::{Value, json};

use crate::support::World;
use crate::support::command::{arg, run};

fn sha(letter: char) -> String {
    format!("sha256:{}", letter.to_string().repeat(64))
}

fn inspected(id: char, tag: &str, layers: &str) -> Value {
    let layers: Vec<String> = layers.chars().map(sha).collect();
    json!({
        "Id": sha(id), "RepoTags": [tag], "RepoDigests": [], "Created": "2026-03-01T00:00:00Z", "Architecture": "amd64",
        "Os": "linux", "Config": {"Labels": null}, "RootFS": {"Type": "layers", "Layers": layers},
    })
}

/// A cluster that runs images by their config digests, with the credentials of its workloads.
fn pods() -> Value {
    let pod = |name: &str, namespace: &str, image: &str, id: char, kind: &str| {
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": namespace, "uid": format!("uid-{name}"), "ownerReferences":
                [{"apiVersion": "apps/v1", "kind": kind, "name": format!("{name}-set"), "uid": format!("o-{name}"), "controller": true}]},
            "spec": {"nodeName": "n1", "serviceAccountName": name, "imagePullSecrets": [{"name": "reg"}],
                "containers": [{"name": "c", "image": image, "env":
                    [{"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": format!("{name}-db"), "key": "password"}}}]}]},
            "status": {"phase": "Running", "containerStatuses": [{"name": "c", "image": image, "imageID": sha(id), "ready": true,
                "restartCount": 0, "state": {"running": {"startedAt": "2026-03-10T00:00:00Z"}}}]},
        })
    };
    json!({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": [
        pod("api", "prod", "registry.example/pay/api:7", 'b', "StatefulSet"),
        pod("web", "dev", "registry.example/web:2", 'd', "StatefulSet"),
        pod("old", "dev", "registry.example/old:1", 'e', "StatefulSet"),
    ]})
}

/// A base, what stands on it, what stands on that; one with other layers; one without; one without a digest.
fn world() -> (World, Env) {
    let world = World::new();
    drop(world.new_case());
    let folder = world.cases().join("evidence");
    std::fs::create_dir_all(folder.join("bot")).unwrap();
    let images = json!([
        inspected('a', "registry.example/base:1", "12"),
        inspected('b', "registry.example/pay/api:7", "123"),
        inspected('c', "registry.example/pay/job:7", "1234"),
        inspected('d', "registry.example/web:2", "56"),
    ]);
    std::fs::write(folder.join("host.json"), images.to_string()).unwrap();
    std::fs::write(folder.join("pods.json"), pods().to_string()).unwrap();
    std::fs::write(
        folder.join("bot/compose.yaml"),
        "name: bot\nservices:\n  bot:\n    image: registry.example/bot:1\n    build: .\n",
    )
    .unwrap();
    std::fs::write(
        folder.join("bot/Dockerfile"),
        "FROM registry.example/web:2\nCOPY --from=registry.example/pay/api:7 /a /a\n",
    )
    .unwrap();
    let env = world.ana();
    run(&env, ["import", "--context", "eu", &arg(&folder)]).expect(Exit::Done);
    (world, env)
}

fn blast(env: &Env, targets: &[&str]) -> Value {
    run(env, ["blast", "--json"].iter().chain(targets).copied().collect::<Vec<_>>()).expect(Exit::Done).json()
}

/// `name reach` of each reached image, sorted.
fn reached(found: &Value) -> Vec<String> {
    let short = |row: &Value| {
        let name = row["name"].as_str().unwrap().trim_start_matches("registry.example/").to_owned();
        format!("{name} {}", row["reach"].as_str().unwrap())
    };
    let mut rows: Vec<String> = found["images"].as_array().unwrap().iter().map(short).collect();
    rows.sort();
    rows
}

#[test]
fn every_kind_of_target_can_be_asked_about_without_an_indicator() {
    let (_world, env) = world();
    // What `bot` copies from is a name without a digest beside the image that runs under it.
    let tree = ["base:1 proven", "bot:1 likely", "pay/api:7 likely", "pay/api:7 proven", "pay/job:7 proven"];
    let stack = {
        let layers: Vec<_> =
            ['1', '2'].into_iter().map(|l| hullbreach::model::digest::Digest::parse(&sha(l)).unwrap()).collect();
        format!("chain:{}", hullbreach::graph::chain_id(&layers).unwrap())
    };
    for target in [
        "base",
        "registry.example/base:1",
        "tag:registry.example/base:1",
        &sha('a'),
        "repo:registry.example/base",
        &stack,
    ] {
        let found = blast(&env, &[target]);
        assert_eq!(reached(&found), tree, "{target}");
        assert_eq!(found["targets"][0]["state"], Value::Null);
    }
    let layer = blast(&env, &[&format!("layer:{}", sha('3'))]);
    assert_eq!(reached(&layer), ["bot:1 likely", "pay/api:7 likely", "pay/api:7 proven", "pay/job:7 proven"]);
    let registry = blast(&env, &["registry:registry.example"]);
    assert_eq!(registry["counts"]["images"], json!({"proven": 8, "likely": 0, "cannot_tell": 0}));
    let both = blast(&env, &["web:2", "pay/job:7"]);
    assert_eq!(reached(&both), ["bot:1 likely", "pay/job:7 proven", "web:2 proven", "web:2 proven"]);
    assert_eq!(both["targets"].as_array().unwrap().len(), 2);
}

#[test]
fn what_is_reached_has_its_workloads_namespaces_and_credentials() {
    let (_world, env) = world();
    let found = blast(&env, &["base:1"]);
    let workload = &found["workloads"][0];
    assert_eq!((workload["name"].as_str(), workload["reach"].as_str()), (Some("api-set"), Some("proven")));
    assert!(found["namespaces"].as_array().unwrap().contains(&json!({"context": "eu", "namespace": "prod"})));
    let names: Vec<String> = found["credentials"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            format!(
                "{} {}/{}",
                row["kind"].as_str().unwrap(),
                row["namespace"].as_str().unwrap(),
                row["name"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(names, ["pull-secret prod/reg", "secret prod/api-db", "service-account prod/api"]);
    assert_eq!((found["counts"]["running"].as_u64(), found["counts"]["production"].as_u64()), (Some(1), Some(1)));
    assert_eq!(found["counts"]["internet"], Value::Null, "nobody judged exposure");
}

#[test]
fn what_nobody_knows_is_never_left_out() {
    let (_world, env) = world();
    let open = |found: &Value| -> Vec<String> {
        let row = |row: &Value| format!("{} {}", row["name"].as_str().unwrap(), row["why"].as_str().unwrap());
        let mut rows: Vec<String> = found["cannot_tell"].as_array().unwrap().iter().map(row).collect();
        rows.sort();
        rows
    };
    let found = blast(&env, &["base:1"]);
    let expected = ["registry.example/old:1 no layers and no base known", "registry.example/web:2 tag only, no digest"];
    assert_eq!(open(&found), expected);
    assert_eq!(found["counts"]["excluded"], 1, "web has other layers");
    // What is built in from elsewhere is not known of the one that is excluded: its verdict says so, and so does the answer.
    let text = run(&env, ["blast", "base:1"]).expect(Exit::Done).out();
    assert!(text.contains("excluded 1 image by their layers") && text.contains("their verdict is NOT KNOWN"), "{text}");
    let planned = ["indicator", "add", "base:1", "--state", "bad", "--dry-run", "--json"];
    let planned = run(&env, planned).expect(Exit::Done).json();
    assert_eq!(planned["preview"]["images"]["cannot_tell"], 3, "{planned}");
    let added = run(&env, ["indicator", "add", "base:1", "--state", "bad", "--dry-run"]).expect(Exit::Done).out();
    assert!(added.contains("3 cannot tell (NOT KNOWN)"), "{added}");
    // A digest that nothing names could be anybody's base: what has layers cannot be held against it.
    let unknown = blast(&env, &[&format!("digest:{}", sha('9'))]);
    assert_eq!(unknown["targets"][0]["unseen"], true);
    assert_eq!((unknown["images"].as_array().unwrap().len(), open(&unknown).len()), (0, 8));
    assert_eq!(unknown["counts"]["excluded"], 0);
}

#[test]
fn digests_of_kinds_that_cannot_be_compared_are_counted() {
    let (_world, env) = world();
    let found = blast(&env, &[&format!("digest:{}", sha('9'))]);
    let counts = &found["counts"];
    assert_eq!((counts["uncomparable"].as_u64(), counts["uncomparable_running"].as_u64()), (Some(5), Some(3)));
    let known = blast(&env, &[&format!("digest:{}", sha('a'))]);
    assert_eq!(known["counts"]["uncomparable"], 0, "all are config digests");
    let text = run(&env, ["blast", &format!("digest:{}", sha('9'))]).expect(Exit::Done).out();
    assert!(
        text.contains("5 images only by a digest that cannot be compared with this one, 3 of them running"),
        "{text}"
    );
}

#[test]
fn limits_cut_lists_and_never_counts() {
    let (_world, env) = world();
    let found = blast(&env, &["base:1", "--limit", "1"]);
    assert_eq!(found["images"].as_array().unwrap().len(), 1);
    assert_eq!(found["counts"]["images"]["proven"], 3);
    let text = run(&env, ["blast", "base:1", "--limit", "1"]).expect(Exit::Done).out();
    assert!(text.contains("… 4 more: --limit 5 lists them all"), "{text}");
}

#[test]
fn what_cannot_be_meant_is_refused_with_what_could() {
    let (_world, env) = world();
    let said = run(&env, ["blast", "registry.example/nothing"]);
    assert_eq!(said.exit, Exit::Failed);
    assert!(said.err().contains("nothing that was read fits"), "{}", said.err());
    let said = run(&env, ["blast", "layer:abc"]);
    assert_eq!(said.exit, Exit::Usage);
    let said = run(&env, ["blast"]);
    assert_eq!(said.exit, Exit::Failed);
    assert!(said.err().contains("name a TARGET, or add an indicator first"), "{}", said.err());
}

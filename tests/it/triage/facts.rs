//! What evidence tells: a small cluster, imported piece by piece.

use hullbreach::cli::Exit;
use hullbreach::env::Env;
use serde_json::{Value, json};

use super::{row, told, verified};
use crate::cli::piped;
use crate::support::World;

const DIGEST: &str = "sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945";

fn list(items: &[Value]) -> Value {
    json!({"kind": "List", "apiVersion": "v1", "items": items})
}

fn pod(namespace: &str, labels: &Value, spec: &Value) -> Value {
    let mut spec = spec.clone();
    spec["containers"] = json!([{"name": "main", "image": "reg.example/shop/web:1"}]);
    json!({
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {"name": "web-1", "namespace": namespace, "uid": "u-pod", "labels": labels},
        "spec": spec,
        "status": {"phase": "Running", "containerStatuses": [{
            "name": "main", "image": "reg.example/shop/web:1", "imageID": format!("reg.example/shop/web@{DIGEST}"),
            "state": {"running": {"startedAt": "2026-03-01T00:00:00Z"}},
        }]},
    })
}

fn object(kind: &str, api: &str, namespace: &str, name: &str, spec: &Value) -> Value {
    let metadata = json!({"name": name, "namespace": namespace, "uid": format!("u-{kind}-{name}")});
    let mut object = json!({"kind": kind, "apiVersion": api, "metadata": metadata});
    for (key, value) in spec.as_object().unwrap() {
        object[key] = value.clone();
    }
    object
}

fn import(world: &World, env: &Env, name: &str, evidence: &Value) {
    let path = world.root().join(name);
    std::fs::write(&path, evidence.to_string()).unwrap();
    piped(env, &["import", "--as-of", "2026-03-01T00:00:00Z", path.to_str().unwrap(), "--context", "prod-eu"])
        .ended(Exit::Done);
}

fn case() -> (World, Env) {
    let world = World::new();
    drop(world.new_case());
    let env = world.ana();
    (world, env)
}

#[test]
fn what_stands_around_a_pod_counts_whenever_it_comes() {
    let (world, env) = case();
    import(&world, &env, "pods.json", &list(&[pod("shop", &json!({"app": "web"}), &json!({}))]));
    assert_eq!(told(&env, "reg.example"), "P2 medium unknown internal running");
    assert_eq!(row(&env, "reg.example")["assumed"], json!(["criticality", "exposure", "exploitability"]));

    let selector = json!({"spec": {"type": "ClusterIP", "selector": {"app": "web"}, "ports": [{"port": 80}]}});
    import(&world, &env, "service.json", &list(&[object("Service", "v1", "shop", "web", &selector)]));
    assert_eq!(row(&env, "reg.example")["assumed"], json!(["criticality", "exploitability"]));
    verified(&env);

    let backend = json!({"spec": {"rules": [{"host": "shop.example", "http": {"paths": [
        {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}]}}]}});
    import(&world, &env, "ingress.json", &list(&[object("Ingress", "networking.k8s.io/v1", "shop", "gw", &backend)]));
    assert_eq!(told(&env, "reg.example"), "P1 medium unknown internet running");
    let why = piped(&env, &["explain", "web", "--json"]).ended(Exit::Done).json();
    let because = why["because"].as_array().unwrap();
    let told = because.iter().find(|row| row["text"].as_str().unwrap().contains("Ingress gw leads to Service web"));
    let told = told.unwrap_or_else(|| panic!("{why}"));
    assert!(told["evidence"].is_string() && told["locator"]["pointer"] == "/items/0", "{told}");
    verified(&env);
}

#[test]
fn labels_namespaces_power_and_what_could_be_carried_away() {
    let (world, env) = case();
    let spec = json!({"hostPID": true, "volumes": [{"name": "s", "secret": {"secretName": "db"}}]});
    import(&world, &env, "pods.json", &list(&[pod("dev", &json!({"team/tier": "tier-0"}), &spec)]));
    assert_eq!(told(&env, "reg.example"), "P2 critical unknown dev-only running");
    piped(&env, &["indicator", "add", &format!("digest:{DIGEST}"), "--state", "suspect"]).ended(Exit::Done);
    let found = row(&env, "reg.example");
    assert_eq!(
        (&found["priority"], &found["rule"], &found["verdict"]),
        (&json!("P0"), &json!("C4"), &json!("suspect"))
    );
    assert_eq!(found["cause"], json!(format!("digest:{DIGEST}")));
    let text = piped(&env, &["explain", "web"]).ended(Exit::Done).stdout;
    for wanted in ["label team/tier=tier-0", "power: hostPID", "could carry away: secret db", "namespace dev"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    verified(&env);
    // Development never lowers it: without the amplifier and the secret it would still be urgent.
    assert_eq!(found["exposure"], "dev-only");
}

#[test]
fn the_due_time_runs_from_what_made_it_urgent() {
    let (world, env) = case();
    import(&world, &env, "pods.json", &list(&[pod("shop", &json!({}), &json!({}))]));
    let before = row(&env, "reg.example");
    let added = piped(&env, &["indicator", "add", &format!("digest:{DIGEST}"), "--state", "bad", "--json"]);
    added.ended(Exit::Done);
    let after = row(&env, "reg.example");
    assert_eq!((&before["priority"], &after["priority"]), (&json!("P2"), &json!("P0")));
    assert!(after["reached"].as_str() > before["reached"].as_str(), "{before} {after}");
    let micros = |value: &Value| hullbreach::model::time::Micros::parse_rfc3339(value.as_str().unwrap()).unwrap().0;
    assert_eq!(micros(&after["due"]) - micros(&after["reached"]), 6 * 3_600_000_000);
    // Saying the same again does not give more time.
    piped(&env, &["indicator", "set", &format!("digest:{DIGEST}"), "--reason", "again"]).ended(Exit::Done);
    assert_eq!(row(&env, "reg.example")["due"], after["due"]);
    verified(&env);
}

#[test]
fn a_capability_counts_for_the_container_that_has_it() {
    let (world, env) = case();
    let given = |name: &str| json!({"capabilities": {"add": [name]}});
    let mesh =
        json!([{"name": "mesh-init", "image": "reg.example/mesh/init:1", "securityContext": given("NET_ADMIN")}]);
    let mut pod = pod("shop", &json!({"app": "web"}), &json!({"initContainers": mesh}));
    import(&world, &env, "pods.json", &list(&[pod.clone()]));
    let why = |image: &str| piped(&env, &["explain", image]).ended(Exit::Done).stdout;
    assert!(!why("shop/web").contains("capability"), "what another container of its pod has is not its own");
    assert!(why("mesh/init").contains("power: capability NET_ADMIN"), "{}", why("mesh/init"));
    pod["spec"]["containers"][0]["securityContext"] = given("CAP_SYS_ADMIN");
    pod["metadata"]["uid"] = json!("u-other");
    pod["metadata"]["name"] = json!("web-2");
    import(&world, &env, "more.json", &list(&[pod]));
    assert!(why("shop/web").contains("power: capability SYS_ADMIN"), "{}", why("shop/web"));
    verified(&env);
}

#[test]
fn annotations_tell_how_critical_a_pod_is_and_which_cloud_role_its_account_takes() {
    let (world, env) = case();
    let mut pod = pod("shop", &json!({}), &json!({}));
    pod["metadata"]["annotations"] = json!({"acme.example/tier": "tier-1", "checksum/config": "0123"});
    import(&world, &env, "pods.json", &list(&[pod]));
    assert_eq!(told(&env, "reg.example"), "P1 high unknown internal running");
    assert!(!row(&env, "reg.example")["assumed"].as_array().unwrap().contains(&json!("criticality")));
    let mut account = object("ServiceAccount", "v1", "shop", "default", &json!({}));
    account["metadata"]["annotations"] = json!({"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/not-a-real-role"});
    import(&world, &env, "account.json", &list(&[account]));
    let why = piped(&env, &["explain", "shop/web"]).ended(Exit::Done).stdout;
    for wanted in ["annotation acme.example/tier=tier-1", "takes the cloud role arn:aws:iam::1:role/not-a-real-role"] {
        assert!(why.contains(wanted), "{wanted}: {why}");
    }
    verified(&env);
}

#[test]
fn a_policy_holds_back_only_what_it_limits() {
    let open = json!({"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"ports": [{"port": 443}]}]});
    let everywhere = json!({"podSelector": {}, "policyTypes": ["Egress"],
        "egress": [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]});
    let nothing = json!({"podSelector": {}, "policyTypes": ["Egress"]});
    let near = json!({"podSelector": {}, "egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]});
    for (policy, held) in [(open, false), (everywhere, false), (nothing, true), (near, true)] {
        let (world, env) = case();
        let secret = json!({"volumes": [{"name": "s", "secret": {"secretName": "db"}}]});
        let pod = pod("shop", &json!({"app": "web"}), &secret);
        let policy = object("NetworkPolicy", "networking.k8s.io/v1", "shop", "out", &json!({"spec": policy}));
        import(&world, &env, "all.json", &list(&[pod, policy.clone()]));
        piped(&env, &["indicator", "add", &format!("digest:{DIGEST}"), "--state", "suspect"]).ended(Exit::Done);
        let found = row(&env, "reg.example");
        // With a secret and an open way out a suspect is C4, else C5.
        assert_eq!(found["rule"], if held { "C5" } else { "C4" }, "{policy}");
        let why = piped(&env, &["explain", "shop/web"]).ended(Exit::Done).stdout;
        assert_eq!(why.contains("held back: NetworkPolicy out"), held, "{why}");
        verified(&env);
    }
}

#[test]
fn nodes_of_the_control_plane_and_builders_by_name_have_power() {
    let (world, env) = case();
    let mut node =
        json!({"kind": "Node", "apiVersion": "v1", "metadata": {"name": "cp-1", "uid": "u-node"}, "status": {}});
    node["metadata"]["labels"] = json!({"node-role.kubernetes.io/control-plane": ""});
    let pod = pod("shop", &json!({}), &json!({"nodeName": "cp-1"}));
    let mut builder = pod.clone();
    builder["metadata"]["name"] = json!("ci-1");
    builder["metadata"]["uid"] = json!("u-ci");
    builder["spec"] = json!({"containers": [{"name": "main", "image": "reg.example/ci/gitlab-runner:17"}]});
    builder["status"] = json!({"phase": "Running"});
    import(&world, &env, "pods.json", &list(&[pod, builder]));
    let why = |image: &str| piped(&env, &["explain", image]).ended(Exit::Done).stdout;
    assert!(!why("shop/web").contains("control plane"));
    import(&world, &env, "nodes.json", &list(&[node]));
    assert!(why("shop/web").contains("power: runs on a node of the control plane"), "{}", why("shop/web"));
    assert!(why("ci/gitlab-runner").contains("power: it runs or makes builds of other images"));
    verified(&env);
}

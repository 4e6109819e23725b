//! A scanner that works in a cluster names the workload that runs what it scanned. Where nothing else tells of it, the image
//! is one that a report alone tells of: no place, not running, and yet not in files only.

use serde_json::{Value, json};

use super::{add, ask, case_of, pod, pods, sha};

const IMAGE: &str = "registry.corp/shop/api:1";

/// A report of trivy-operator on a container of a ReplicaSet.
fn report(labels: Value, digest: Option<char>) -> Value {
    json!({"apiVersion": "aquasecurity.github.io/v1alpha1", "kind": "VulnerabilityReport",
        "metadata": {"name": "replicaset-api-7c9-api", "namespace": "shop", "uid": "u1", "labels": labels,
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "api-7c9", "uid": "r1",
                "controller": true}]},
        "report": {"registry": {"server": "registry.corp"}, "scanner": {"name": "Trivy", "version": "0.60.0"},
            "artifact": {"repository": "shop/api", "tag": "1", "digest": digest.map(sha)},
            "updateTimestamp": "2026-11-20T12:00:00Z", "vulnerabilities": []}})
}

fn labels() -> Value {
    json!({"trivy-operator.resource.kind": "ReplicaSet", "trivy-operator.resource.name": "api-7c9",
        "trivy-operator.resource.namespace": "shop", "trivy-operator.container.name": "api"})
}

fn file(object: Value) -> (&'static str, String) {
    ("reports.json", pods(&[object]).to_string())
}

/// The lines of its explanation that tell of the workload.
fn told(explained: &Value) -> Vec<&Value> {
    let lines = explained["because"].as_array().unwrap();
    lines.iter().filter(|line| line["text"].as_str().unwrap().contains("told by a report only")).collect()
}

#[test]
fn an_image_that_only_a_report_tells_of_says_so_and_where() {
    for digest in [Some('a'), None] {
        let world = case_of(&[file(report(labels(), digest))]);
        let image = &ask(&world, &["image", IMAGE])["image"];
        assert_eq!((&image["uses"], &image["running"]), (&json!(0), &json!(0)));
        assert_eq!(image["roles"], json!(["scan"]));
        let row = &ask(&world, &["triage"])["images"][0];
        assert_eq!(row["standing"], "kept", "a workload ran it; nothing tells that it still does");
        let explained = ask(&world, &["explain", IMAGE]);
        let [line] = told(&explained)[..] else { panic!("one line tells of it: {explained}") };
        let text = line["text"].as_str().unwrap();
        assert!(text.contains("trivy says that ReplicaSet shop/api-7c9 container api ran it at 2026-11-20"), "{text}");
        assert_eq!(text.ends_with("by its tag alone"), digest.is_none(), "{text}");
        let evidence = line["evidence"].as_str().unwrap();
        let place = line["locator"]["pointer"].as_str().unwrap();
        assert_eq!(place, "/items/0");
        let shown = ask(&world, &["evidence", "show", evidence, "--at", place]);
        assert!(shown.to_string().contains("api-7c9"), "{shown}");
        let reports = &ask(&world, &["image", IMAGE])["vulnerabilities"]["reports"];
        assert_eq!(reports[0]["workload"], "ReplicaSet shop/api-7c9 container api");
        let stray = &ask(&world, &["findings"])["stray"][0];
        assert_eq!(stray["workload"], "ReplicaSet shop/api-7c9 container api");
    }
}

#[test]
fn a_place_that_runs_it_is_the_place_and_the_report_no_second_one() {
    let world = case_of(&[file(report(labels(), Some('a')))]);
    add(&world, &[("pods.json", pods(&[pod("api-7c9-x", IMAGE, 'a')]).to_string())]);
    let image = &ask(&world, &["image", IMAGE])["image"];
    assert_eq!((&image["uses"], &image["running"], &image["roles"]), (&json!(1), &json!(1), &json!(["app"])));
    assert_eq!(ask(&world, &["triage"])["images"][0]["standing"], "running");
    assert_eq!(told(&ask(&world, &["explain", IMAGE])), Vec::<&Value>::new());
    let other = case_of(&[("pods.json", pods(&[pod("api-7c9-x", IMAGE, 'a')]).to_string())]);
    add(&other, &[file(report(labels(), Some('a')))]);
    // When it was reached is when it was read.
    let row = |world| {
        let mut row = ask(world, &["triage"])["images"][0].clone();
        row.as_object_mut().unwrap().retain(|key, _| !["due", "reached"].contains(&key.as_str()));
        row
    };
    assert_eq!(row(&world), row(&other), "whichever came first");
}

#[test]
fn a_recipe_that_names_it_is_not_all_that_is_known_of_it() {
    let world = case_of(&[("compose.yaml", format!("services:\n  api:\n    image: {IMAGE}\n"))]);
    assert_eq!(ask(&world, &["triage"])["images"][0]["standing"], "files");
    add(&world, &[file(report(labels(), None))]);
    let row = ask(&world, &["triage"])["images"][0].clone();
    assert_eq!((&row["standing"], &row["running"]), (&json!("kept"), &json!(0)));
    let explained = ask(&world, &["explain", IMAGE]);
    assert!(explained["because"].to_string().contains("trivy says that ReplicaSet shop/api-7c9"), "{explained}");
    let state = ask(&world, &["verify"])["state"].clone();
    ask(&world, &["rebuild"]);
    assert_eq!(ask(&world, &["verify"])["state"], state, "a rebuild comes to the same");
}

#[test]
fn without_labels_the_owner_tells_and_what_runs_nothing_is_no_workload() {
    let world = case_of(&[file(report(json!({}), None))]);
    let explained = ask(&world, &["explain", IMAGE]);
    assert!(explained["because"].to_string().contains("ReplicaSet shop/api-7c9 ran it"), "{explained}");
    let node = json!({"trivy-operator.resource.kind": "Node", "trivy-operator.resource.name": "n1"});
    let world = case_of(&[file(report(node, None))]);
    assert_eq!(ask(&world, &["triage"])["images"][0]["standing"], "files");
    let explained = ask(&world, &["explain", IMAGE]);
    assert!(explained["because"].to_string().contains("files only: nothing that was read uses it"), "{explained}");
}

#[test]
fn a_clusters_report_names_the_workload_of_each_resource() {
    let resource = json!({"Namespace": "shop", "Kind": "Deployment", "Name": "api",
        "Metadata": [{"ImageID": sha('c'), "RepoTags": [IMAGE]}],
        "Results": [{"Target": IMAGE, "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": []}]});
    let whole = json!({"SchemaVersion": 0, "ClusterName": "prod", "Resources": [resource]});
    let world = case_of(&[("k8s.json", whole.to_string())]);
    let explained = ask(&world, &["explain", IMAGE]);
    assert!(explained["because"].to_string().contains("trivy says that Deployment shop/api ran it"), "{explained}");
}

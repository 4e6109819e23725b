//! One container in several reports: counted once where ids prove that it is one, whatever came first.

use serde_json::{Value, json};

use super::sha;
use crate::support::World;
use crate::support::command::run;
use hullbreach::cli::Exit;

const WHOLE: &str = "0ddf971806260ddf971806260ddf971806260ddf971806260ddf971806260ddf";
const UID: &str = "7f1f2b8e-6c9d-4f0a-9d3e-0a1b2c3d4e5f";

/// A file to be imported: context, as-of hour, content.
type File = (&'static str, u8, String);

/// Imports files in every order; the images that each comes to, `name uses/running`, which must be the same.
fn images(files: &[File]) -> Vec<String> {
    let mut orders: Vec<Vec<usize>> = vec![vec![]];
    for n in 0..files.len() {
        let longer = orders.iter().flat_map(|order| {
            (0..=order.len()).map(move |at| {
                let mut longer = order.clone();
                longer.insert(at, n);
                longer
            })
        });
        orders = longer.collect();
    }
    let came: Vec<Vec<String>> = orders.iter().map(|order| imported(files, order)).collect();
    assert!(came.windows(2).all(|two| two[0] == two[1]), "{came:#?}");
    came.into_iter().next().unwrap()
}

fn imported(files: &[File], order: &[usize]) -> Vec<String> {
    let world = World::new();
    drop(world.new_case());
    let env = world.ana();
    for n in order {
        let (context, hour, text) = &files[*n];
        let path = world.root().join(format!("{n}.txt"));
        std::fs::write(&path, text).unwrap();
        let as_of = format!("2026-11-20T{hour:02}:00:00Z");
        let ran = run(&env, ["import", path.to_str().unwrap(), "--context", context, "--as-of", &as_of]);
        assert!(matches!(ran.exit, Exit::Done | Exit::Gaps), "{}", ran.err());
    }
    run(&env, ["verify"]).expect(Exit::Done);
    let shown = run(&env, ["images", "--json"]).json();
    let row = |image: &Value| format!("{} {}/{}", image["name"].as_str().unwrap(), image["uses"], image["running"]);
    let mut rows: Vec<String> = shown["images"].as_array().unwrap().iter().map(row).collect();
    rows.sort();
    rows
}

fn table(id: &str, status: &str) -> String {
    format!(
        "CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS           PORTS     NAMES\n{id}   nginx:1   \"x\"       2 h       {status:<17}          web\n"
    )
}

fn inspected(id: &str, status: &str) -> String {
    json!([{"Id": id, "Name": "/web", "State": {"Status": status, "Running": status == "running",
        "StartedAt": "2026-11-20T00:00:00Z"}, "Image": sha('a'), "Config": {"Image": "nginx:1"}}])
    .to_string()
}

#[test]
fn a_short_id_is_the_container_whose_id_begins_so() {
    let of = |status: &str| vec![("h", 2, table(&WHOLE[..12], status)), ("h", 1, inspected(WHOLE, "running"))];
    assert_eq!(images(&of("Up 2 hours")), ["docker.io/library/nginx:1 1/1"]);
    // The later report tells the state, whichever it is.
    assert_eq!(images(&of("Exited (0) 1 h")), ["docker.io/library/nginx:1 1/0"]);
    let restarted = [("h", 2, table(&WHOLE[..12], "Up 2 hours")), ("h", 1, inspected(WHOLE, "exited"))];
    assert_eq!(images(&restarted), ["docker.io/library/nginx:1 1/1"]);
    let earlier = [("h", 1, table(&WHOLE[..12], "Exited (0) 1 h")), ("h", 2, inspected(WHOLE, "running"))];
    assert_eq!(images(&earlier), ["docker.io/library/nginx:1 1/1"]);
}

#[test]
fn names_prove_nothing() {
    // Recreated under its name, or on another host: two containers.
    for (context, id) in [("h", "1ddf97180626"), ("other", &WHOLE[..12])] {
        let files = [(context, 1, table(id, "Up 2 hours")), ("h", 1, inspected(WHOLE, "running"))];
        let rows = images(&files);
        let uses: u64 = rows.iter().filter_map(|row| row.rsplit([' ', '/']).nth(1)?.parse::<u64>().ok()).sum();
        assert_eq!(uses, 2, "{rows:?}");
    }
}

fn pods(digest: Option<char>) -> String {
    let status = digest.map_or_else(
        || json!({"phase": "Pending"}),
        |digest| {
            json!({"phase": "Running", "containerStatuses": [{"name": "api", "image": "nginx:1",
                "imageID": format!("docker.io/library/nginx@{}", sha(digest)),
                "state": {"running": {"startedAt": "2026-11-20T00:00:00Z"}}}]})
        },
    );
    json!({"kind": "List", "apiVersion": "v1", "items": [{"kind": "Pod", "apiVersion": "v1",
        "metadata": {"name": "api-1", "namespace": "pay", "uid": UID},
        "spec": {"nodeName": "n1", "containers": [{"name": "api", "image": "nginx:1"}]}, "status": status}]})
    .to_string()
}

fn crictl(uid: &str, container: &str, image: char) -> String {
    json!({"containers": [{"id": WHOLE, "podSandboxId": "s", "metadata": {"name": container, "attempt": 0},
        "image": {"image": sha(image), "userSpecifiedImage": "nginx:1"}, "imageRef": sha(image), "state": "CONTAINER_RUNNING",
        "createdAt": "1763596800000000000", "labels": {"io.kubernetes.container.name": container,
        "io.kubernetes.pod.name": "api-1", "io.kubernetes.pod.namespace": "pay", "io.kubernetes.pod.uid": uid}}]})
    .to_string()
}

/// The node's images: one whose config is `config` and whose manifest is `manifest`.
fn node_images(config: char, manifest: char) -> String {
    json!({"images": [{"id": sha(config), "repoTags": ["docker.io/library/nginx:1"],
        "repoDigests": [format!("docker.io/library/nginx@{}", sha(manifest))], "size": "1"}]})
    .to_string()
}

#[test]
fn a_nodes_container_is_the_clusters_by_the_uid_of_its_pod() {
    let one = ["docker.io/library/nginx:1 1/1"];
    // The node's report is older: the cluster's later one of the same place counts.
    assert_eq!(images(&[("prod", 2, pods(Some('b'))), ("prod", 1, crictl(UID, "api", 'c'))]), one);
    // A node that was imported under a name of its own.
    assert_eq!(images(&[("prod", 2, pods(Some('b'))), ("node-1", 1, crictl(UID, "api", 'c'))]), one);
    // Later, with the config's digest: the node's list of images tells that it is the same image.
    let kept = images(&[
        ("prod", 1, pods(Some('b'))),
        ("node-1", 2, crictl(UID, "api", 'c')),
        ("node-1", 2, node_images('c', 'b')),
    ]);
    assert_eq!(kept, ["docker.io/library/nginx:1 2/1"], "a place where it runs, one where it is kept");
}

#[test]
fn what_may_be_another_image_or_another_pod_stays() {
    let running =
        |rows: &[String]| -> u64 { rows.iter().filter_map(|row| row.rsplit('/').next()?.parse::<u64>().ok()).sum() };
    // Later and with a digest that nothing relates to the cluster's: the tag may have moved.
    let later = images(&[("prod", 1, pods(Some('b'))), ("prod", 2, crictl(UID, "api", 'c'))]);
    assert_eq!(running(&later), 2, "{later:?}");
    for (uid, container) in [("7f1f2b8e-0000-4f0a-9d3e-0a1b2c3d4e5f", "api"), (UID, "istio-proxy")] {
        let other = images(&[("prod", 2, pods(Some('b'))), ("prod", 1, crictl(uid, container, 'b'))]);
        assert_eq!(running(&other), 2, "{uid} {container}: {other:?}");
    }
    // Before the cluster saw it run, the node's digest is all there is.
    let pending = images(&[("prod", 1, pods(None)), ("prod", 2, crictl(UID, "api", 'c'))]);
    assert_eq!(running(&pending), 1, "{pending:?}");
}

#[test]
fn a_device_runs_what_its_list_states() {
    for (state, running) in
        [("running", 1), ("Up 3 days", 1), ("up", 0), ("online", 0), ("", 0), ("stopped", 0), ("restarting", 0)]
    {
        let rows = images(&[("plant", 1, format!("host,site,image,state\nplc-1,Ulm,acme/edge:1,{state}\n"))]);
        assert_eq!(rows, [format!("docker.io/acme/edge:1 1/{running}")], "{state}");
    }
}

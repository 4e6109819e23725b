//! `collect engine` against Podman's service on a socket: images out of Docker archives, containers that never started.

use serde_json::json;
use std::process::Command;

use super::images::Layout;
use super::running::{Running, asked_for, ran, until};
use crate::live::setting::Setting;
use crate::support::assert_clean;
use crate::support::command::run;
use hullbreach::cli::Exit;

#[test]
#[ignore = "needs podman, skopeo and umoci: tests/it/real/run.sh"]
fn containers_and_images_come_from_podman() {
    asked_for();
    let setting = Setting::new();
    let root = setting.world.root().to_path_buf();
    let layout = Layout::with_base_and_child(&root);
    let file = |name: &str| root.join(name).to_str().unwrap().to_owned();
    let (store, state) = (file("podman"), file("podman-run"));
    let own = [
        "--root",
        &store,
        "--runroot",
        &state,
        "--storage-driver",
        "vfs",
        "--cgroup-manager",
        "cgroupfs",
        "--events-backend",
        "file",
    ];
    let podman = |arguments: &[&str]| ran("podman", &own.iter().chain(arguments).copied().collect::<Vec<_>>());
    for tag in ["base", "child"] {
        let archive = file(&format!("{tag}.tar"));
        ran("skopeo", &["copy", &layout.source(tag), &format!("docker-archive:{archive}:localhost/{tag}:1")]);
        podman(&["load", "-i", &archive]);
    }
    podman(&[
        "create",
        "--name",
        "api",
        "--label",
        "com.docker.compose.project=shop",
        "--label",
        "com.docker.compose.service=api",
        "--env",
        "DB_PASSWORD=hunter2-in-podman",
        "localhost/child:1",
        "/api",
    ]);
    let socket = file("podman.sock");
    let address = format!("unix://{socket}");
    let arguments: Vec<&str> = own.iter().copied().chain(["system", "service", "--time", "0", &address]).collect();
    let _service = Running::new(Command::new("podman").args(arguments));
    until("podman's socket", || std::os::unix::net::UnixStream::connect(&socket).is_ok());

    let document = run(&setting.env, ["collect", "engine", "--socket", &socket, "--context", "lab", "--json"]);
    let document = document.expect(Exit::Done).json();
    let engine = &document["engines"][0];
    assert!(engine["version"].as_str().unwrap().starts_with("Podman Engine"), "{engine:#}");
    assert_eq!((&engine["containers"], &engine["images"]), (&json!(1), &json!(2)));
    let images = setting.json(&["images"]);
    let names: Vec<&str> = images["images"].as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"localhost/base:1") && names.contains(&"localhost/child:1"), "{names:?}");
    let shown = setting.json(&["images", "--filter", "running:>0"]);
    assert_eq!(shown["images"], json!([]), "nothing was started");
    let graph = setting.json(&["graph"]).to_string();
    assert!(graph.contains("layers"), "the child stands on the base: {graph}");
    assert!(
        setting.keeps("hunter2-in-podman", "none").iter().all(|path| path.contains("/podman")),
        "secrets are not stored"
    );
    assert_clean(&setting.world.verify());
}

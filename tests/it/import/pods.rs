//! Small pod lists, as `kubectl` prints them, and what a case says of them.

use serde_json::{Value, json};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::support::command::{run, run_fed};
use crate::support::{START, World};
use hullbreach::cli::Exit;
use hullbreach::env::Env;
use hullbreach::model::time::Micros;

/// A pod with one container that runs since midnight.
pub fn pod(namespace: &str, name: &str, uid: &str, node: &str, image: &str, digest: u8) -> Value {
    let running =
        format!("docker.io/{}@sha256:{}", image.split(':').next().unwrap(), format!("{digest:02x}").repeat(32));
    json!({
        "metadata": {"namespace": namespace, "name": name, "uid": uid},
        "spec": {"nodeName": node, "containers": [{"name": "c", "image": image}]},
        "status": {"phase": "Running", "containerStatuses": [{
            "name": "c", "image": image, "imageID": running, "state": {"running": {"startedAt": "2026-03-17T00:00:00Z"}},
        }]},
    })
}

/// A whole list.
pub fn list(items: &[Value]) -> Value {
    json!({"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "7"}, "items": items})
}

/// A whole list of one pod `web/NAME` on node `n1`, of an image of its own.
pub fn one(name: &str) -> Vec<u8> {
    let pod = pod("web", name, name, "n1", &format!("shop/{name}:1"), 1);
    list(&[pod]).to_string().into_bytes()
}

/// A whole list of pods that no compressor shortens much: each carries an annotation of `each` random digits.
pub fn bulky(seed: &str, pods: usize, each: usize) -> Vec<u8> {
    let noise = crate::support::noise(seed, pods * each / 2);
    let pods = noise.chunks(each / 2).enumerate().map(|(n, part)| {
        let text: String = part.iter().map(|b| format!("{b:02x}")).collect();
        let mut pod = pod("web", &format!("{seed}-{n}"), &format!("{seed}-{n}"), "n1", &format!("shop/{seed}:1"), 1);
        pod["metadata"]["annotations"] = json!({"noise": text});
        pod
    });
    list(&pods.collect::<Vec<_>>()).to_string().into_bytes()
}

/// An hour of the day the world's clock starts on.
pub fn hour(hour: i64) -> SystemTime {
    let midnight = START - 8 * 3_600_000_000;
    SystemTime::UNIX_EPOCH + Duration::from_micros((midnight + hour * 3_600_000_000).unsigned_abs())
}

/// Writes a file as of an hour of the day.
pub fn write(path: &Path, bytes: impl AsRef<[u8]>, as_of: i64) -> PathBuf {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
    File::options().write(true).open(path).unwrap().set_modified(hour(as_of)).unwrap();
    path.to_owned()
}

/// A folder of dumps in a world.
pub fn dumps(world: &World) -> PathBuf {
    let folder = world.root().join("dumps");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Makes `NAME.case` in the current folder and returns a process that works on it at a fixed moment, so that two cases
/// can differ in nothing but what is imported how.
pub fn case(world: &World, name: &str) -> Env {
    let mut env = world.ana();
    env.clock = std::sync::Arc::new(|| (Micros(START + 16 * 3_600_000_000), 0));
    env.vars.insert("HULLBREACH_CASE".into(), world.cases().join(format!("{name}.case")).to_str().unwrap().into());
    run(&env, ["new", &format!("{name}.case"), "--title", "Hub breached"]).expect(Exit::Done);
    env
}

/// `images --json`, then `image X --json` for each of them.
pub fn picture(env: &Env) -> Vec<Value> {
    let images = run(env, ["images", "--json"]).expect(Exit::Done).json();
    let names: Vec<String> = images["images"].as_array().unwrap().iter().map(selector).collect();
    let details = names.iter().map(|name| run(env, ["image", name, "--json"]).expect(Exit::Done).json());
    let details: Vec<Value> = details.collect();
    std::iter::once(images).chain(details).collect()
}

/// What names one image and no other.
fn selector(image: &Value) -> String {
    image["id"].as_str().unwrap().to_owned()
}

/// Image, uses and running places of each image, by name.
pub fn counts(env: &Env) -> Vec<(String, u64, u64)> {
    let images = run(env, ["images", "--json", "--sort", "name"]).expect(Exit::Done).json();
    let row = |i: &Value| {
        let number = |key: &str| i[key].as_u64().unwrap();
        (i["name"].as_str().unwrap().to_owned(), number("uses"), number("running"))
    };
    images["images"].as_array().unwrap().iter().map(row).collect()
}

/// The state fingerprint, from `verify`, which must find nothing wrong.
#[track_caller]
pub fn state(env: &Env) -> String {
    run(env, ["verify", "--json"]).expect(Exit::Done).json()["state"].as_str().unwrap().to_owned()
}

/// How many events there are.
pub fn events(env: &Env) -> usize {
    run(env, ["log", "--json"]).expect(Exit::Done).json()["events"].as_array().unwrap().len()
}

/// Imports standard input and returns the report.
#[track_caller]
pub fn fed(env: &Env, arguments: &[&str], stdin: &[u8], exit: Exit) -> Value {
    let arguments = ["import", "-", "--json"].iter().chain(arguments).copied();
    run_fed(env, arguments, stdin).expect(exit).json()
}

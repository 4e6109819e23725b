//! What is named in other ways than by its own name: a base by what stands on it, an image by who pushed it or by what it
//! carries, one image of an index.

use hullbreach::cli::Exit;
use hullbreach::env::Env;
use serde_json::{Value, json};

use crate::support::World;
use crate::support::command::{arg, run};

fn sha(letter: char) -> String {
    format!("sha256:{}", letter.to_string().repeat(64))
}

/// A cluster that runs these images by their digests.
fn pods(images: &[(&str, &str)]) -> Value {
    let pod = |(at, (image, digest)): (usize, &(&str, &str))| {
        let id = format!("{}@{digest}", image.rsplit_once(':').unwrap().0);
        json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": format!("p{at}"), "namespace": "prod"},
            "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": image}]},
            "status": {"phase": "Running", "containerStatuses": [{"name": "c", "image": image, "imageID": id,
                "state": {"running": {"startedAt": "2026-03-17T03:00:00Z"}}}]},
        })
    };
    let items: Vec<Value> = images.iter().enumerate().map(pod).collect();
    json!({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": items})
}

fn world(files: &[(&str, String)]) -> (World, Env) {
    let world = World::new();
    drop(world.new_case());
    let folder = world.cases().join("evidence");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let env = world.ana();
    run(&env, ["import", "--context", "eu", &arg(&folder)]).expect(Exit::Done);
    (world, env)
}

fn blast(env: &Env, args: &[&str]) -> Value {
    run(env, ["blast", "--json"].iter().chain(args).copied().collect::<Vec<_>>()).expect(Exit::Done).json()
}

fn rows(found: &Value, list: &str, fields: [&str; 2]) -> Vec<String> {
    let row = |row: &Value| fields.map(|field| row[field].as_str().unwrap_or("-").to_owned()).join(" ");
    found[list].as_array().unwrap().iter().map(row).collect()
}

fn verdict(env: &Env, name: &str) -> String {
    let images = run(env, ["images", "--json"]).expect(Exit::Done).json();
    let mut rows = images["images"].as_array().unwrap().iter().filter(|row| row["name"] == name);
    rows.next().unwrap()["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn a_base_goes_by_the_name_that_what_stands_on_it_gives_beside_its_digest() {
    let manifest = json!({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": sha('c'), "size": 3},
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": sha('1'), "size": 1}],
        "annotations": {"org.opencontainers.image.base.name": "docker.io/library/alpine:3.19",
            "org.opencontainers.image.base.digest": sha('b')}})
    .to_string();
    let own = hullbreach::model::digest::Digest::of(manifest.as_bytes()).to_string();
    let (_world, env) =
        world(&[("m.json", manifest), ("pods.json", pods(&[("registry.example/app:1", &own)]).to_string())]);
    for target in ["tag:docker.io/library/alpine:3.19", "repo:docker.io/library/alpine", "registry:docker.io"] {
        assert_eq!(
            rows(&blast(&env, &[target]), "images", ["name", "reach"]),
            ["registry.example/app:1 likely"],
            "{target}"
        );
    }
    // Of a window nobody knows whether this digest came within it: that would tell, and nothing is said to be clear.
    let window = ["tag:docker.io/library/alpine:3.19", "--window", "2026-03-17T02:00Z..2026-03-17T07:00Z"];
    let told = rows(&blast(&env, &window), "cannot_tell", ["name", "why"]);
    assert_eq!(told, ["registry.example/app:1 not known whether its digest is the one meant"]);
    // What goes by no such name is not accused by it, and the name is shown.
    assert!(rows(&blast(&env, &["tag:docker.io/library/debian:12"]), "images", ["name", "reach"]).is_empty());
    let graph = run(&env, ["graph", "--json"]).expect(Exit::Done).json();
    let names: Vec<&str> =
        graph["nodes"].as_array().unwrap().iter().map(|node| node["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"docker.io/library/alpine:3.19") && !names.contains(&""), "{names:?}");
    // The verdict follows.
    run(&env, ["indicator", "add", "tag:docker.io/library/alpine:3.19", "--state", "bad"]).expect(Exit::Done);
    assert_eq!(verdict(&env, "registry.example/app:1"), "bad");
}

#[test]
fn what_an_account_pushed_is_reached() {
    let event = json!({"events": [{"id": "3", "timestamp": "2026-03-17T03:22:00Z", "action": "push",
        "target": {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": sha('b'), "size": 5,
            "repository": "base/tool", "tag": "2"},
        "request": {"id": "r", "addr": "10.0.0.8:4711", "host": "registry.example", "method": "PUT"},
        "actor": {"name": "mallory"}}]});
    let (_world, env) = world(&[
        ("notifications.json", event.to_string()),
        (
            "pods.json",
            pods(&[("registry.example/base/tool:2", &sha('b')), ("registry.example/web:1", &sha('d'))]).to_string(),
        ),
    ]);
    let found = blast(&env, &["account:mallory"]);
    assert_eq!(rows(&found, "images", ["name", "how"]), ["registry.example/base/tool:2 what is named itself"]);
    assert_eq!(
        rows(&found, "cannot_tell", ["name", "id"]).len(),
        1,
        "of the other image it is not known who pushed it"
    );
    assert!(blast(&env, &["account:somebody"])["images"].as_array().unwrap().is_empty());
}

#[test]
fn what_carries_a_package_is_reached_and_absence_clears_nothing() {
    let sbom = |name: &str, digest: &str, package: &str| {
        json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
            "metadata": {"timestamp": "2026-03-10T00:00:00Z", "component": {"type": "container", "bom-ref": "x",
                "name": name, "version": digest}},
            "components": [{"type": "library", "name": package, "version": "1.3.0", "bom-ref": "c",
                "purl": format!("pkg:npm/{package}@1.3.0")}]})
        .to_string()
    };
    let (_world, env) = world(&[
        ("api.cdx.json", sbom("registry.example/api:1", &sha('b'), "left-pad")),
        ("web.cdx.json", sbom("registry.example/web:1", &sha('d'), "right-pad")),
        (
            "pods.json",
            pods(&[
                ("registry.example/api:1", &sha('b')),
                ("registry.example/web:1", &sha('d')),
                ("registry.example/old:1", &sha('e')),
            ])
            .to_string(),
        ),
    ]);
    let found = blast(&env, &["pkg:npm/left-pad@>=1.2,<1.4"]);
    assert_eq!(rows(&found, "images", ["name", "reach"]), ["registry.example/api:1 proven"]);
    let mut open = rows(&found, "cannot_tell", ["name", "why"]);
    open.sort();
    let expected = [
        "registry.example/old:1 no list of its packages",
        "registry.example/web:1 not in its list of packages, may be linked in",
    ];
    assert_eq!(open, expected);
    let fetch = |name: &str| {
        let rows = found["cannot_tell"].as_array().unwrap().iter();
        rows.filter(|row| row["name"] == name).map(|row| row["fetch"].clone()).next().unwrap()
    };
    let asked = format!("syft scan 'registry:registry.example/old@{}' -o syft-json | hullbreach import -", sha('e'));
    assert_eq!(fetch("registry.example/old:1"), asked);
    assert_eq!(fetch("registry.example/web:1"), Value::Null);
}

#[test]
fn one_bad_image_of_an_index_says_nothing_of_the_others() {
    let manifest = |letter: char, architecture: &str| {
        json!({"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": sha(letter), "size": 5,
            "platform": {"os": "linux", "architecture": architecture}})
    };
    let index = json!({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [manifest('a', "amd64"), manifest('b', "arm64")]})
    .to_string();
    let own = hullbreach::model::digest::Digest::of(index.as_bytes()).to_string();
    let (_world, env) = world(&[
        ("index.json", index),
        (
            "pods.json",
            pods(&[
                ("registry.example/base:1", &own),
                ("registry.example/amd:1", &sha('a')),
                ("registry.example/arm:1", &sha('b')),
            ])
            .to_string(),
        ),
    ]);
    let target = format!("digest:{}", sha('b'));
    let mut reached = rows(&blast(&env, &[&target]), "images", ["name", "reach"]);
    reached.sort();
    assert_eq!(reached, ["registry.example/arm:1 proven", "registry.example/base:1 likely"]);
    run(&env, ["indicator", "add", &target, "--state", "bad"]).expect(Exit::Done);
    assert_eq!(verdict(&env, "registry.example/arm:1"), "bad");
    assert_eq!(verdict(&env, "registry.example/base:1"), "bad");
    assert_eq!(verdict(&env, "registry.example/amd:1"), "not-known");
}

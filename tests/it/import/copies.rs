//! The stored copy of a file of many pieces has its own hash where a secret was replaced, wherever that stood, and the
//! original's where nothing was.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::{Read as _, Write as _};

use super::pods::{case, dumps};
use crate::support::World;
use crate::support::command::{arg, run};
use hullbreach::case::store::blob::{BlobReader, stat};
use hullbreach::case::{Access, Case};
use hullbreach::cli::Exit;
use hullbreach::model::digest::Digest;
use serde_json::json;

/// Enough pods for several pieces and several transactions; a secret in some of them. It is as long as what is put in its
/// place, so that the size of the copy tells nothing.
fn pods(secret: impl Fn(usize) -> bool) -> Vec<u8> {
    let pod = |n: usize| {
        let value = if secret(n) { "hunter2-xy" } else { "" };
        json!({"kind": "Pod", "apiVersion": "v1", "metadata": {"name": format!("pod-{n}"), "namespace": "prod",
            "uid": format!("uid-{n}"), "labels": {"note": "x".repeat(60_000)}},
            "spec": {"containers": [{"name": "main", "image": "registry.example/a:1",
                "env": [{"name": "PASSWORD", "value": value}]}]}})
    };
    let items: Vec<_> = (0..200).map(pod).collect();
    json!({"kind": "List", "apiVersion": "v1", "items": items}).to_string().into_bytes()
}

#[test]
fn a_copy_has_the_hash_of_its_own_bytes() {
    let world = World::new();
    let env = case(&world, "hub");
    let folder = dumps(&world).join("copies");
    fs::create_dir_all(&folder).unwrap();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&pods(|_| false)).unwrap();
    let files = [
        ("clean.json", pods(|_| false)),
        ("first.json", pods(|n| n == 0)),
        ("middle.json", pods(|n| n == 70)),
        ("last.json", pods(|n| n == 199)),
        ("clean.json.gz", gzip.finish().unwrap()),
        ("cut.json", pods(|_| false)[..9_000_000].to_vec()),
    ];
    for (name, bytes) in &files {
        fs::write(folder.join(name), bytes).unwrap();
    }
    run(&env, ["import", &arg(&folder)]);
    run(&env, ["verify", "--reread"]).expect(Exit::Done);
    let case = Case::open(&world.cases().join("hub.case"), Access::Read, &env).unwrap();
    let sources = case.state().unwrap().0.sources;
    for (name, bytes) in &files {
        let acquisition = &sources
            .values()
            .find(|source| {
                source.acquisition.origin.path.ends_with(&format!("/{name}")) || source.acquisition.origin.path == *name
            })
            .unwrap()
            .acquisition;
        let stored = acquisition.stored.clone().unwrap();
        let mut copy = Vec::new();
        let found = stat(case.conn(), &stored).unwrap().unwrap();
        BlobReader::new(case.conn(), found.row).read_to_end(&mut copy).unwrap();
        assert_eq!(stored, Digest::of(&copy), "{name}");
        assert_eq!(acquisition.original, Digest::of(bytes), "{name}");
        let same = matches!(*name, "clean.json" | "cut.json");
        assert_eq!(copy == *bytes, same, "{name}");
        let plain = !name.ends_with(".gz");
        assert!(!plain || copy.len() == bytes.len(), "{name}");
        assert!(!copy.windows(8).any(|part| part == b"hunter2-"), "{name}");
    }
}

//! What `docker save` writes and OCI layouts, whole: manifests and configs are read, layers are neither read nor stored; what
//! was taken back is gone.

use super::*;
use crate::archive::made::{gzip, tar};
use crate::support::World;
use crate::support::command::{arg, run};
use hullbreach::case::query::lineage::{LineageFacts, lineage};
use hullbreach::case::{Access, Case};
use hullbreach::cli::Exit;
use hullbreach::model::lineage::Named;

fn config(layers: &[&Digest]) -> String {
    serde_json::json!({
        "architecture": "amd64", "os": "linux", "config": {"Env": ["DB_PASSWORD=hunter22"]},
        "rootfs": {"type": "layers", "diff_ids": layers}, "history": [{"created_by": "ADD x"}],
    })
    .to_string()
}

/// An image of two layers as `docker save` of today writes it, which is an OCI layout too. The layers hold a manifest of a
/// cluster, which is nobody's.
struct Saved {
    members: Vec<(String, Vec<u8>)>,
    config: Digest,
    manifest: Digest,
    diff_ids: Vec<Digest>,
}

fn saved() -> Saved {
    let pod = br#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"containers":[{"name":"c","image":"evil:1"}]}}"#;
    let plain: Vec<Vec<u8>> =
        vec![tar(&[("etc/pod.json", pod)]), tar(&[("etc/os-release", &b"ID=debian\n"[..]), ("big", &[b'x'; 200_000])])];
    let diff_ids: Vec<Digest> = plain.iter().map(|layer| Digest::of(layer)).collect();
    let layers = [plain[0].clone(), gzip(&plain[1])];
    let digests: Vec<Digest> = layers.iter().map(|layer| Digest::of(layer)).collect();
    let config = config(&diff_ids.iter().collect::<Vec<_>>());
    let config_digest = Digest::of(config.as_bytes());
    let described: Vec<serde_json::Value> = digests
        .iter()
        .map(|digest| serde_json::json!({"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": digest, "size": 1}))
        .collect();
    let manifest = serde_json::json!({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": described,
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": config_digest, "size": 1},
        "annotations": {"org.opencontainers.image.base.name": "debian:12"},
    })
    .to_string();
    let manifest_digest = Digest::of(manifest.as_bytes());
    let index = serde_json::json!({
        "schemaVersion": 2, "manifests": [{"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": manifest_digest, "size": 1,
            "annotations": {"io.containerd.image.name": "docker.io/pay/api:7", "org.opencontainers.image.ref.name": "7"}}],
    })
    .to_string();
    let blob = |digest: &Digest| format!("blobs/sha256/{}", digest.hex());
    let list = serde_json::json!([{"Config": blob(&config_digest), "RepoTags": ["pay/api:7"], "Layers": digests.iter().map(blob).collect::<Vec<_>>()}]);
    let mut members = vec![
        (blob(&config_digest), config.into_bytes()),
        (blob(&manifest_digest), manifest.into_bytes()),
        ("index.json".to_owned(), index.into_bytes()),
        ("manifest.json".to_owned(), list.to_string().into_bytes()),
        ("oci-layout".to_owned(), br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec()),
        ("repositories".to_owned(), format!(r#"{{"pay/api":{{"7":"{}"}}}}"#, "0".repeat(64)).into_bytes()),
        (format!("{}/VERSION", "0".repeat(64)), b"1.0".to_vec()),
        (format!("{}/layer.tar", "0".repeat(64)), plain[0].clone()),
    ];
    members.extend(digests.iter().zip(layers).map(|(digest, bytes)| (blob(digest), bytes)));
    Saved { members, config: config_digest, manifest: manifest_digest, diff_ids }
}

impl Saved {
    fn tar(&self) -> Vec<u8> {
        tar(&self.members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>())
    }
}

fn facts(world: &World) -> LineageFacts {
    lineage(Case::open(&world.path(), Access::Read, &world.ana()).unwrap().conn()).unwrap()
}

#[track_caller]
fn assert_told(saved: &Saved, found: &LineageFacts) {
    let image = found.images.iter().find(|row| row.digests.iter().any(|(d, _)| *d == saved.manifest)).unwrap();
    let digests: Vec<&Digest> = image.digests.iter().map(|(d, _)| d).collect();
    assert_eq!(digests, [&saved.manifest, &saved.config]);
    assert_eq!((image.name.as_str(), image.listed), ("docker.io/pay/api:7", true));
    let kinds: Vec<(&str, Vec<&Digest>)> = found
        .chains
        .iter()
        .map(|chain| (chain.kind.as_str(), chain.layers.iter().map(|at| &found.layers[*at as usize]).collect()))
        .collect();
    assert!(kinds.contains(&("uncompressed", saved.diff_ids.iter().collect())), "{kinds:?}");
    assert_eq!(kinds.len(), 2);
    assert!(found.chains.iter().all(|chain| found.images[chain.image.unwrap() as usize].id == image.id));
    assert_eq!(found.claims.len(), 1);
    assert_eq!(found.claims[0].claim.child, Named::by_digest(saved.manifest.clone()));
}

#[test]
fn a_saved_image_is_read_without_its_layers() {
    let saved = saved();
    for (name, bytes) in [("save.tar", saved.tar()), ("save.tar.gz", gzip(&saved.tar()))] {
        let world = World::new();
        drop(world.new_case());
        let env = world.ana();
        let file = world.cases().join(name);
        std::fs::write(&file, bytes).unwrap();
        let report = run(&env, ["import", &arg(&file), "--json"]).expect(Exit::Done).json();
        assert!(report["unrecognised"].as_array().unwrap().is_empty(), "{report}");
        let evidence = report["evidence"].as_array().unwrap();
        let formats: Vec<&str> = evidence.iter().map(|row| row["format"].as_str().unwrap()).collect();
        assert_eq!(
            formats,
            ["image-json", "image-json", "image-json", "image-json", "image-json", "image-json", "archive"]
        );
        let notes = evidence[6]["notes"].to_string();
        assert!(notes.contains("10 members, 0 refused") && notes.contains("4 layers of images passed over"), "{notes}");
        let found = facts(&world);
        assert_told(&saved, &found);
        assert!(!found.images.iter().any(|row| row.name.contains("evil")), "a layer's files are no evidence");
        for file in std::fs::read_dir(world.cases()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let secret = bytes.windows(8).any(|w| w == b"hunter22");
            assert!(!secret || bytes.len() == std::fs::metadata(world.cases().join(name)).unwrap().len() as usize);
        }
        run(&env, ["verify", "--reread"]).expect(Exit::Done);
    }
}

#[test]
fn a_layout_in_a_folder_says_the_same_and_names_its_layers() {
    let saved = saved();
    let world = World::new();
    drop(world.new_case());
    let folder = world.cases().join("layout");
    for (name, bytes) in &saved.members {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let report = run(&world.ana(), ["import", &arg(&folder), "--json"]).expect(Exit::Gaps).json();
    let unread: Vec<&str> =
        report["unrecognised"].as_array().unwrap().iter().map(|row| row["reason"].as_str().unwrap()).collect();
    assert_eq!(unread.iter().filter(|reason| reason.contains("an image's layer")).count(), 3, "{unread:?}");
    let found = facts(&world);
    assert_told(&saved, &found);
    assert!(!found.images.iter().any(|row| row.name.contains("evil")));
}

#[test]
fn what_was_taken_back_or_destroyed_is_gone() {
    let saved = saved();
    let world = World::new();
    drop(world.new_case());
    let env = world.ana();
    let file = world.cases().join("save.tar");
    std::fs::write(&file, saved.tar()).unwrap();
    run(&env, ["import", &arg(&file)]).expect(Exit::Done);
    let before = facts(&world);
    run(&env, ["rebuild"]).expect(Exit::Done);
    assert_eq!(facts(&world), before);
    // The config tells the diffIDs, the manifest the layers as a registry has them.
    let config = run(&env, ["evidence", "--json"]).expect(Exit::Done).json();
    let config = config["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["path"].as_str().is_some_and(|path| path.ends_with(saved.config.hex())));
    let blob = config.unwrap()["id"].as_str().unwrap().to_owned();
    run(&env, ["expunge", &blob, "--reason", "leaked"]).expect(Exit::Done);
    let less = facts(&world);
    assert_eq!(less.chains.iter().map(|chain| chain.kind.as_str()).collect::<Vec<_>>(), ["compressed"]);
    run(&env, ["verify"]).expect(Exit::Done);
    let world = World::new();
    drop(world.new_case());
    let env = world.ana();
    let file = world.cases().join("save.tar");
    std::fs::write(&file, saved.tar()).unwrap();
    run(&env, ["import", &arg(&file)]).expect(Exit::Done);
    run(&env, ["undo"]).expect(Exit::Done);
    assert_eq!(LineageFacts { sources: Vec::new(), ..facts(&world) }, LineageFacts::default());
    run(&env, ["verify"]).expect(Exit::Done);
}

#[test]
fn a_changed_projection_is_found() {
    let saved = saved();
    for change in [
        "UPDATE p_chain SET layers = x'00'",
        "UPDATE p_chain SET flattened = 1",
        "UPDATE p_claim SET confidence = 1",
        "UPDATE p_claim SET kind = 0",
        "DELETE FROM p_claim",
        "UPDATE p_lineage SET bytes = x'00' WHERE n = 1",
        "UPDATE p_lineage SET bytes = zeroblob(length(bytes)) WHERE n = 1",
        "INSERT INTO p_lineage SELECT 99, x'00'",
        "INSERT INTO p_platform SELECT id, 0, 1, '', 0, 0 FROM p_digest LIMIT 1",
    ] {
        let world = World::new();
        drop(world.new_case());
        let env = world.ana();
        let file = world.cases().join("save.tar");
        std::fs::write(&file, saved.tar()).unwrap();
        run(&env, ["import", &arg(&file)]).expect(Exit::Done);
        let conn = rusqlite::Connection::open(world.path()).unwrap();
        assert!(conn.execute(change, []).unwrap() > 0, "{change}");
        drop(conn);
        let report = run(&env, ["verify", "--json"]).expect(Exit::No).json();
        assert_eq!(report["problems"][0]["kind"], "projection", "{change}");
    }
}

//! Sweeps over real files: the indexes of the official images, scans and SBOMs of their tools' own tests. They need the folder
//! that `HULLBREACH_CORPUS` names.

use std::path::PathBuf;

use super::*;
use crate::support::World;
use crate::support::command::run;
use hullbreach::case::query::lineage::{LineageFacts, lineage};
use hullbreach::case::{Access, Case};
use hullbreach::model::lineage::{EdgeKind, ProofKind};
use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(std::env::var_os("HULLBREACH_CORPUS").expect("HULLBREACH_CORPUS")).join(name)
}

fn builds() -> serde_json::Map<String, Value> {
    let file = folder("registry/docker-library__meta-scripts/.test/builds.json");
    match serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap() {
        Value::Object(builds) => builds,
        other => panic!("{other}"),
    }
}

const NAME: &str = "org.opencontainers.image.base.name";
const DIGEST: &str = "org.opencontainers.image.base.digest";

#[test]
#[ignore = "needs HULLBREACH_CORPUS"]
fn corpus_sweep_indexes_say_what_their_annotations_say() {
    let builds = builds();
    assert_eq!(builds.len(), 55);
    let (mut images, mut named, mut attestations) = (0, 0, 0);
    for (id, build) in &builds {
        let index = &build["build"]["resolved"];
        let whole = read(&index.to_string());
        assert!(whole.rejects.is_empty(), "{id}: {:?}", whole.reasons());
        let mut expected = Vec::new();
        let mut listed = Vec::new();
        for descriptor in index["manifests"].as_array().unwrap() {
            let annotations = &descriptor["annotations"];
            if annotations["vnd.docker.reference.type"].is_string() {
                attestations += 1;
                assert!(annotations[NAME].is_null());
                continue;
            }
            let digest = descriptor["digest"].as_str().unwrap();
            listed.push(digest.to_owned());
            if let Some(name) = annotations[NAME].as_str() {
                expected.push((digest.to_owned(), name.to_owned(), annotations[DIGEST].as_str().map(str::to_owned)));
            }
        }
        images += listed.len();
        named += expected.len();
        let lists = &whole.lineages().next().unwrap().document.as_ref().unwrap().lists;
        assert_eq!(lists.iter().map(|l| l.manifest.to_string()).collect::<Vec<_>>(), listed, "{id}");
        assert!(lists.iter().all(|l| l.platform.is_some()), "{id}");
        let found: Vec<(String, String, Option<String>)> = whole
            .claims()
            .iter()
            .map(|claim| {
                assert_eq!((claim.proof, claim.kind), (ProofKind::Annotation, Some(EdgeKind::Base)));
                let digest = |named: &hullbreach::model::lineage::Named| named.digest.as_ref().map(ToString::to_string);
                (digest(&claim.child).unwrap(), claim.parent.as_written.clone(), digest(&claim.parent))
            })
            .collect();
        assert_eq!(found, expected, "{id}");
    }
    // Counted by hand: 24 stand on scratch, 9 on debian.
    assert_eq!(named, 33);
    assert!(images >= 55 && attestations > 0, "{images} {attestations}");
}

/// What a case of a folder holds, and the formats of its files.
fn import(name: &str) -> (LineageFacts, Vec<(String, String)>, Vec<String>) {
    let world = World::new();
    drop(world.new_case());
    let env = world.ana();
    let report = run(&env, ["import", "--json", folder(name).to_str().unwrap()]).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let read = report["evidence"].as_array().unwrap().iter().map(|row| (text(&row["path"]), text(&row["format"])));
    let unread =
        report["unrecognised"].as_array().unwrap().iter().map(|row| format!("{}: {}", row["path"], row["reason"]));
    let (read, unread) = (read.collect(), unread.collect());
    run(&env, ["verify", "--reread"]).expect(hullbreach::cli::Exit::Done);
    let case = Case::open(&world.path(), Access::Read, &env).unwrap();
    (lineage(case.conn()).unwrap(), read, unread)
}

/// Layers of the image of which this is the beginning of a digest.
fn layers_of(facts: &LineageFacts, digest: &str) -> Vec<(&'static str, usize)> {
    let is = |row: &hullbreach::case::query::lineage::ImageRow| {
        row.digests.iter().any(|(d, _)| d.as_str().starts_with(digest))
    };
    let chains = facts.chains.iter().filter(|chain| chain.image.is_some_and(|at| is(&facts.images[at as usize])));
    chains.map(|chain| (chain.kind.as_str(), chain.layers.len())).collect()
}

#[test]
#[ignore = "needs HULLBREACH_CORPUS"]
fn corpus_sweep_scans_tell_the_layers_of_their_images() {
    let (facts, read, unread) = import("scans");
    assert!(unread.is_empty(), "{unread:?}");
    let count = |format: &str| read.iter().filter(|(_, f)| f == format).count();
    assert_eq!((count("trivy-json"), count("grype-json"), read.len()), (14, 3, 17));
    // alpine 3.10 by two reports, with its registry layer; ghsa-test's three layers; ubuntu's four.
    let mut alpine = layers_of(&facts, "sha256:961769676411");
    alpine.sort_unstable();
    assert_eq!(alpine, [("compressed", 1), ("uncompressed", 1), ("uncompressed", 1)], "with its platform, and without");
    assert!(layers_of(&facts, "sha256:e1a0913e5e6e").contains(&("uncompressed", 3)));
    // fluentd's report is of an SBOM: its layers are sorted.
    assert!(layers_of(&facts, "sha256:5a992077baba").is_empty());
    assert!(
        facts.images.iter().any(|row| row.name == "ghcr.io/aquasecurity/trivy-test-images:ubuntu-1804" && row.listed)
    );
}

#[test]
#[ignore = "needs HULLBREACH_CORPUS"]
fn corpus_sweep_sboms_are_recognised() {
    let (facts, read, unread) = import("sboms");
    assert!(unread.is_empty(), "{unread:?}");
    let count = |format: &str| read.iter().filter(|(_, f)| f == format).count();
    assert_eq!((count("cyclonedx-json"), count("spdx-json"), count("syft-json")), (10, 4, 1));
    // Syft's alpine: its layer is the config's diffID, not the registry's digest.
    assert_eq!(layers_of(&facts, "sha256:14119a10abf4"), [("uncompressed", 1)]);
    let layer = facts.layers.iter().any(|layer| layer.as_str().starts_with("sha256:e2eb06d8"));
    assert!(layer && !facts.layers.iter().any(|layer| layer.as_str().starts_with("sha256:a0d0a0d4")));
    assert_eq!(layers_of(&facts, "sha256:f1cb7c7d58b7"), [("uncompressed", 1)], "centos by Trivy's SPDX");
    assert!(layers_of(&facts, "sha256:5a992077baba").is_empty());
}

//! What Dockerfiles say of the images that compose and bake files name: claims of the built name, each of its own build.

use std::collections::BTreeSet;

use crate::support::World;
use crate::support::command::{arg, run};
use hullbreach::case::query::lineage::lineage;
use hullbreach::case::{Access, Case};
use hullbreach::model::lineage::ProofKind;

const DOCKERFILE: &str = "# syntax=docker/dockerfile:1.7
ARG TAG=3.12-slim
FROM golang:1.22 AS build
FROM node:22 AS unused
FROM python:${TAG} AS runtime
COPY --from=build /x /x
COPY --from=ghcr.io/astral-sh/uv:0.5 /uv /uv
FROM scratch AS bare
COPY --from=build /x /x
";

/// `child -> parent kind confidence` of each claim in a case of these files.
fn claims(files: &[(&str, &str)]) -> BTreeSet<String> {
    let world = World::new();
    drop(world.new_case());
    let folder = world.cases().join("project");
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    run(&world.ana(), ["import", &arg(&folder)]);
    let facts = lineage(Case::open(&world.path(), Access::Read, &world.ana()).unwrap().conn()).unwrap();
    let shown = |row: &hullbreach::case::query::lineage::ClaimRow| {
        let claim = &row.claim;
        assert_eq!((claim.proof, claim.child.digest.as_ref()), (ProofKind::Dockerfile, None));
        assert!(facts.sources[row.source as usize].path.ends_with("Dockerfile") && claim.spot.length > 0);
        let kind = claim.kind.unwrap().as_str();
        format!("{} -> {} {kind} {}", claim.child.as_written, claim.parent.as_written, claim.confidence)
    };
    facts.claims.iter().map(shown).collect()
}

fn expected(lines: &[&str]) -> BTreeSet<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn each_build_says_what_its_own_target_stands_on() {
    let compose = "services:
  api:
    image: registry.corp:5000/pay/api:7
    build: {context: app, target: runtime}
  bare:
    image: pay/bare:7
    build: {context: app, target: bare}
";
    let api = "registry.corp:5000/pay/api:7";
    let bare = "docker.io/pay/bare:7";
    let found = claims(&[("compose.yaml", compose), ("app/Dockerfile", DOCKERFILE)]);
    assert_eq!(
        found,
        expected(&[
            &format!("{api} -> python:3.12-slim base 0.70"),
            &format!("{api} -> golang:1.22 build-input 0.85"),
            &format!("{api} -> ghcr.io/astral-sh/uv:0.5 build-input 0.85"),
            &format!("{api} -> docker/dockerfile:1.7 frontend 0.85"),
            &format!("{bare} -> golang:1.22 build-input 0.85"),
            &format!("{bare} -> docker/dockerfile:1.7 frontend 0.85"),
        ])
    );
}

#[test]
fn a_digest_raises_and_an_unknown_variable_lowers_what_is_trusted() {
    let hex = "d".repeat(64);
    let dockerfile = format!("ARG BASE\nFROM ${{BASE}} AS a\nFROM debian:12@sha256:{hex} AS b\n");
    let compose = "services:
  a: {image: pay/a:1, build: {context: ., target: a}}
  b: {image: pay/b:1, build: {context: ., target: b}}
";
    let found = claims(&[("compose.yaml", compose), ("Dockerfile", &dockerfile)]);
    assert_eq!(
        found,
        expected(&[
            "docker.io/pay/a:1 -> ${BASE} base 0.30",
            &format!("docker.io/pay/b:1 -> debian:12@sha256:{hex} base 0.95"),
        ])
    );
}

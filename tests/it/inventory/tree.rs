//! The folder.

use std::path::{Path, PathBuf};

use hullbreach::env::Env;
use serde_json::Value;

use crate::cli::piped;
use crate::support::World;

/// Its files. Every image in them is named in [`super::together`] with its place.
pub const FILES: &[(&str, &str)] = &[
    ("shop/compose.yaml", COMPOSE),
    ("shop/compose.override.yaml", "services:\n  cache:\n    image: valkey/valkey:8.0\n"),
    ("shop/.env", "TAG=1.8.0\nNODE=20-alpine\nDB_PASSWORD=not-a-real-password\n"),
    ("shop/web/Dockerfile", DOCKERFILE),
    ("bake/docker-bake.hcl", BAKE),
    ("bake/docker-bake.override.hcl", "target \"api\" {\n  args = { MODE = \"release\" }\n}\n"),
    ("bake/Containerfile", "FROM alpine:3.20\n"),
    (".github/workflows/ci.yml", WORKFLOW),
    ("gitlab/.gitlab-ci.yml", "image: ruby:3.3\ntest:\n  services: [\"mysql:8.4\"]\n  script: [rake]\n"),
    ("chart/values.yaml", "replicaCount: 1\nimage:\n  repository: registry.corp.example/shop/mailer\n  tag: \"0.9\"\n"),
    ("chart/Chart.yaml", "apiVersion: v2\nname: mailer\nversion: 1.0.0\n"),
    ("host/images.json", INSPECT),
    (
        "devices.csv",
        "host,site,zone,image,owner\nedge-01,bremen,OT,registry.corp.example/edge/gateway:3.1,plant team\n",
    ),
    ("owners.csv", "image,owner,criticality\npostgres:16.4,data team,high\n"),
    ("k8s/web.yaml", DEPLOYMENT),
];

const COMPOSE: &str = "\
name: shop
services:
  web:
    image: registry.corp.example/shop/web:${TAG}
    build:
      context: web
      args:
        BASE: node:${NODE}
  db:
    image: postgres:16.4
  cache:
    image: redis:7.2
";

const DOCKERFILE: &str = "\
# syntax=docker/dockerfile:1.7
ARG BASE=node:18
FROM golang:1.22 AS tools
RUN make
FROM ${BASE}
COPY --from=tools /x /x
COPY --from=busybox:1.36 /bin/sh /sh
ADD https://example.org/tool.tgz /opt/
";

const BAKE: &str = "\
variable \"TAG\" { default = \"2.0\" }
target \"api\" {
  context = \".\"
  dockerfile = \"Containerfile\"
  tags = [\"registry.corp.example/shop/api:${TAG}\"]
}
";

const WORKFLOW: &str = "\
name: ci
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    container: node:20
    services:
      db:
        image: postgres:15
    steps:
      - uses: actions/checkout@v4
      - uses: docker://alpine:3.19
      - uses: github/codeql-action/init@v3
";

const INSPECT: &str = r#"[{"Id":"sha256:1111111111111111111111111111111111111111111111111111111111111111",
"RepoTags":["postgres:16.4"],
"RepoDigests":["postgres@sha256:2222222222222222222222222222222222222222222222222222222222222222"],
"Created":"2026-03-01T00:00:00Z","Architecture":"amd64","Os":"linux","Config":{"Env":["PGDATA=/data"]},
"RootFS":{"Type":"layers","Layers":["sha256:3333333333333333333333333333333333333333333333333333333333333333"]}}]"#;

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      containers:
        - name: web
          image: registry.corp.example/shop/web:1.8.0
";

/// Writes files below a folder.
pub fn write(root: &Path, files: &[(&str, &str)]) -> PathBuf {
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    root.to_owned()
}

/// A world with an empty case, named in its environment.
pub fn world() -> (World, Env) {
    let world = World::new();
    drop(world.new_case());
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_CASE".to_owned(), "hub.case".to_owned());
    (world, env)
}

/// A world into whose case a folder of these files was imported.
pub fn imported(files: &[(&str, &str)]) -> (World, Env) {
    let (world, env) = world();
    let root = write(&world.root().join("dump"), files);
    piped(&env, &["import", root.to_str().unwrap()]);
    (world, env)
}

/// Every use as `image role place`, with its marks, sorted.
pub fn places(env: &Env) -> Vec<String> {
    let list = piped(env, &["images", "--json"]).json();
    let mut lines = Vec::new();
    for row in list["images"].as_array().unwrap() {
        let detail = piped(env, &["image", "--json", row["id"].as_str().unwrap()]).json();
        for found in detail["uses"].as_array().unwrap() {
            let mut line = format!("{} {} {}", text(&row["name"]), text(&found["role"]), text(&found["locus"]));
            for mark in found["marks"].as_array().unwrap() {
                line += &format!(" {}", text(mark));
            }
            lines.push(line);
        }
    }
    lines.sort();
    lines
}

/// A string of a document.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

//! GitLab CI, a table for each form.

use super::{assert_reads, lines, read};

#[test]
fn images_services_and_defaults() {
    let text = "default:
  image: ruby:3.3
  services: ['docker:dind']
stages: [build, test]
variables:
  TAG: '1.2'
  BASE: {value: registry.example/base, description: x}
build:
  stage: build
  image: {name: \"$BASE:$TAG\", entrypoint: ['']}
  services:
  - name: postgres:${PG}
    alias: db
  - redis
  variables: {PG: '16'}
  script: make
test:
  stage: test
  script: [rake]
publish:
  image: $CI_REGISTRY_IMAGE/tools:latest
  services: []
  script: x
";
    assert_reads(
        ".gitlab-ci.yml",
        "gitlab-ci",
        text,
        "CIJob /build
        ci image $BASE:$TAG = registry.example/base:1.2
        ci services/db postgres:${PG} = postgres:16
        ci services/2 redis
        CIJob /test
        ci image ruby:3.3
        ci services/1 docker:dind
        CIJob /publish
        ci image $CI_REGISTRY_IMAGE/tools:latest needs CI_REGISTRY_IMAGE",
    );
}

#[test]
fn extends_references_and_hidden_jobs() {
    let text = ".base: &base
  image: alpine:3.20
  variables: {V: base}
.setup:
  image: setup:1
  services: [mysql:8, 'redis:7']
.unused:
  image: unused:1
.extended:
  extends: .base
  variables: {V: '2'}
one:
  extends: [.setup, .extended]
  script: x
two:
  image: !reference [.setup, image]
  services:
  - !reference [.setup, services]
  - own:1
  script: x
three:
  <<: *base
  script: x
four:
  services: !reference [.setup, services]
  extends: .elsewhere
  inherit: {default: false}
  script: x
five:
  image: v:$V
  extends: .extended
  script: x
";
    let whole = assert_reads(
        "ci.yml",
        "gitlab-ci",
        text,
        "CIJob /.unused
        ci image unused:1 guessed
        CIJob /one
        ci image alpine:3.20
        ci services/1 mysql:8
        ci services/2 redis:7
        CIJob /two
        ci image setup:1
        ci services/1 mysql:8
        ci services/1 redis:7
        ci services/2 own:1
        CIJob /three
        ci image alpine:3.20
        CIJob /four
        ci services/1 mysql:8
        ci services/2 redis:7
        CIJob /five
        ci image v:$V = v:2",
    );
    assert!(whole.collected.notes.iter().any(|note| note.contains("`.elsewhere`")));
    assert_eq!(whole.items[2].uses[0].spot.pointer, "/.setup/image");
}

#[test]
fn references_to_texts_and_services_named_like_jobs() {
    let text = ".tool: tool:1
one:
  image: !reference [.tool]
  script: x
redis:
  image: redis-cli:7
  services: [redis, postgres]
  script: x
";
    assert_reads(
        "",
        "gitlab-ci",
        text,
        "CIJob /one
        ci image tool:1
        CIJob /redis
        ci image redis-cli:7
        ci services/1 redis
        ci services/2 postgres",
    );
}

#[test]
fn matrices_and_inputs() {
    let text = "spec:
  inputs:
    tag: {default: '1'}
---
image: python:3.12
build:
  parallel:
    matrix:
    - PY: ['3.11', '3.12']
      OS: slim
    - PY: '3.13'
      OS: [alpine]
  image: python:$PY-$OS
  script: x
other:
  image: tool:$[[ inputs.tag ]]
  script: x
";
    assert_reads(
        "x.yml",
        "gitlab-ci",
        text,
        "CIJob /build
        ci image (3.11, slim) python:$PY-$OS = python:3.11-slim
        ci image (3.12, slim) python:$PY-$OS = python:3.12-slim
        ci image (3.13, alpine) python:$PY-$OS = python:3.13-alpine
        CIJob /other
        ci image tool:$[[ inputs.tag ]] needs inputs.tag",
    );
}

#[test]
fn includes_are_named_and_not_followed() {
    let text = "include:
- local: /ci/build.yml
- project: acme/ci
  file: [a.yml, b.yml]
- remote: https://example.test/ci.yml
- template: Auto-DevOps.gitlab-ci.yml
- shared.yml
variables: {A: b}
";
    let notes = read("", text).collected.notes.join("\n");
    for part in ["local `/ci/build.yml`, a separate", "file `a.yml`, `b.yml`", "remote", "template", "`shared.yml`"] {
        assert!(notes.contains(part), "{part} is not in {notes}");
    }
}

#[test]
fn a_file_of_defaults_and_circles() {
    let whole = read("defaults.gitlab-ci.yml", "default:\n  image: a:1\n  before_script: [x]\n");
    assert_eq!(lines(&whole), ["CIJob /default", "  ci image a:1"]);
    let circle = "a:\n  extends: b\n  script: x\nb:\n  extends: a\n  image: !reference [a, image]\n  script: y\n";
    let whole = read("", circle);
    assert_eq!(lines(&whole), ["CIJob /a", "CIJob /b"]);
    assert_eq!(whole.rejects.len(), 2);
}

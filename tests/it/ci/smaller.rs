//! Smaller CI systems.

use super::assert_reads;

#[test]
fn circleci() {
    let text = "version: 2.1
orbs: {node: circleci/node@5.2.0}
executors:
  shared:
    docker:
    - image: cimg/base:2024.01
  idle:
    docker: [{image: idle:1}]
jobs:
  build:
    docker:
    - image: cimg/go:1.22
    - image: postgres:16
      name: db
      environment: {POSTGRES_PASSWORD: hunter2}
    steps: [checkout]
  test:
    executor: shared
    steps: [checkout]
  vm:
    machine: {image: 'ubuntu-2204:current'}
    steps: [checkout]
  given:
    parameters: {tag: {type: string, default: x}}
    docker: [{image: 'a/b:<< parameters.tag >>'}]
    steps: [checkout]
workflows: {all: {jobs: [build]}}
";
    let whole = assert_reads(
        ".circleci/config.yml",
        "circleci",
        text,
        "CIJob /build
        ci docker/1 cimg/go:1.22
        ci docker/db postgres:16
        CIJob /test
        ci docker/1 cimg/base:2024.01
        CIJob /vm
        CIJob /given
        ci docker/1 a/b:<< parameters.tag >> needs parameters.tag
        CIJob /executor idle
        ci docker/1 idle:1 guessed",
    );
    assert!(whole.collected.notes.iter().any(|note| note.contains("circleci/node@5.2.0")));
}

#[test]
fn azure() {
    let text = "trigger: [main]
resources:
  containers:
  - container: tools
    image: acme.azurecr.io/tools:1
  - container: unused
    image: idle:2
stages:
- stage: build
  jobs:
  - job: one
    container: tools
    services: {db: 'postgres:16'}
    steps: [{script: make}]
  - deployment: two
    container: {image: 'node:$(nodeVersion)'}
  - template: jobs/more.yml
";
    assert_reads(
        "azure-pipelines.yml",
        "azure-pipelines",
        text,
        "CIJob /one
        ci container acme.azurecr.io/tools:1
        ci services/db postgres:16
        CIJob /two
        ci container node:$(nodeVersion) needs node:$(nodeVersion)
        CIJob /resources
        ci unused idle:2 guessed",
    );
}

#[test]
fn drone_woodpecker_and_bitbucket() {
    let drone = "kind: pipeline\ntype: docker\nname: default\nsteps:\n- name: test\n  image: golang:1.22\n  commands: [go test]\nservices:\n- name: cache\n  image: redis:7\n";
    assert_reads(
        ".drone.yml",
        "woodpecker",
        drone,
        "CIJob /default\nci steps/test golang:1.22\nci services/cache redis:7",
    );
    let woodpecker = "matrix:\n  GO: ['1.21', '1.22']\nsteps:\n  build:\n    image: golang:${GO}\n    commands: [x]\n  push:\n    image: plugins/docker:${CI_COMMIT_TAG}\n";
    assert_reads(
        ".woodpecker.yml",
        "woodpecker",
        woodpecker,
        "CIJob /
        ci steps/build (1.21) golang:${GO} = golang:1.21
        ci steps/build (1.22) golang:${GO} = golang:1.22
        ci steps/push plugins/docker:${CI_COMMIT_TAG} needs CI_COMMIT_TAG",
    );
    let bitbucket = "image: node:20
definitions:
  services:
    db: {image: 'postgres:16'}
pipelines:
  default:
  - step:
      name: test
      services: [db, docker]
      script: [x]
  branches:
    main:
    - parallel:
      - step:
          name: ship
          image: {name: 'acme/ship:1'}
          script:
          - pipe: atlassian/slack-notify:2.0.0
          - pipe: docker://acme/pipe:3
";
    assert_reads(
        "bitbucket-pipelines.yml",
        "bitbucket-pipelines",
        bitbucket,
        "CIJob default/test
        ci image node:20
        ci services/db postgres:16
        CIJob main/ship
        ci image acme/ship:1
        action script/1 atlassian/slack-notify:2.0.0
        ci script/2 acme/pipe:3",
    );
}

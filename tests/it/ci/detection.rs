//! Which reader is given a file, and that what looks alike is told apart.

use super::detected;

#[test]
fn each_is_told_by_its_content() {
    for (text, format) in [
        ("on: push\njobs:\n  a:\n    runs-on: x\n    steps: []\n", "github-actions"),
        ("'on':\n  push:\njobs:\n  a:\n    uses: a/b/.github/workflows/c.yml@v1\n", "github-actions"),
        ("# c\nname: x\ntrue: {push: {}}\njobs:\n  a:\n    runs-on: x\n", "github-actions"),
        ("on: push\nservices:\njobs:\n  a:\n    runs-on: x\n    services:\n      db: {image: a}\n", "github-actions"),
        ("name: x\nruns:\n  using: node20\n  main: dist/index.js\n", "github-actions"),
        ("build:\n  script: make\n", "gitlab-ci"),
        ("image: ruby\nservices:\n- postgres\nbuild job:\n  script:\n  - make\n", "gitlab-ci"),
        ("stages: [a]\nbuild:\n  extends: .x\n", "gitlab-ci"),
        ("default:\n  image: a\n", "gitlab-ci"),
        ("include:\n- local: a.yml\nvariables:\n  A: b\n", "gitlab-ci"),
        ("version: 2.1\njobs:\n  a:\n    docker:\n    - image: b\n", "circleci"),
        ("trigger: none\nsteps:\n- script: x\n", "azure-pipelines"),
        ("stages:\n- stage: a\n  jobs:\n  - job: b\nvariables: {a: b}\n", "azure-pipelines"),
        ("steps:\n- name: a\n  image: b\n", "woodpecker"),
        ("kind: pipeline\nname: a\nsteps:\n- name: a\n  image: b\nservices:\n- name: c\n  image: d\n", "woodpecker"),
        ("image: a\npipelines:\n  default:\n  - step:\n      script: [x]\n", "bitbucket-pipelines"),
        ("replicaCount: 1\nimage:\n  repository: a\n  tag: b\n", "helm-values"),
        ("a:\n  b:\n    pullPolicy: Always\n    repository: a\n", "helm-values"),
        ("target \"a\" {\n  tags = []\n}\n", "bake-hcl"),
        ("// c\ngroup \"default\" { targets = [\"a\"] }\n", "bake-hcl"),
        ("variable \"A\" {\n  default = 1\n}\ntarget \"a\" {\n}\n", "bake-hcl"),
        ("{\"target\":{\"a\":{\"tags\":[\"x\"]}}}", "bake-json"),
        ("{\"group\":{\"default\":{\"targets\":[\"a\"]}},\"variable\":{},\"target\":{}}", "bake-json"),
    ] {
        assert_eq!(detected("", text), format, "{text}");
    }
}

#[test]
fn what_looks_alike_is_told_apart() {
    for (name, text, part) in [
        ("x.yaml", "apiVersion: batch/v1\nkind: Job\njobs: []\non: x\n", "kubernetes-yaml"),
        ("x.yaml", "apiVersion: v1\nkind: ConfigMap\nimage: {repository: a, tag: b}\n", "kubernetes-yaml"),
        ("playbook.yml", "- hosts: all\n  tasks:\n  - name: x\n    script: y\n", "plain text"),
        ("x.yaml", "openapi: 3.0.0\npaths: {}\njobs:\n  a:\n    steps: []\n", "OpenAPI"),
        ("serverless.yml", "service: a\nprovider:\n  name: aws\nfunctions:\n  b:\n    image: c\n", "no reader"),
        ("Chart.yaml", "apiVersion: v2\nname: a\nversion: 1\n", "chart"),
        ("Taskfile.yml", "version: '3'\ntasks:\n  a:\n    cmds: [x]\n", "no reader"),
        (".travis.yml", "language: ruby\nscript: rake\nstages: [a, b]\n", "no reader"),
        (".pre-commit-config.yaml", "repos:\n- repo: x\n  rev: y\nci:\n  script: x\n", "no reader"),
        ("x.tf", "variable \"a\" {\n}\nresource \"x\" \"y\" {\n  image = \"a\"\n}\n", "Terraform"),
        ("x.hcl", "job \"a\" {\n  group \"b\" {\n  }\n}\n", "Nomad"),
        ("x.hcl", "variable \"a\" {\n}\n", "variables only"),
        ("docker-bake.override.hcl", "variable \"a\" {\n}\n", "bake-hcl"),
        ("tsconfig.json", "{\"target\":\"es5\",\"files\":[]}", "JSON"),
        ("x.json", "{\"target\":{\"a\":{}},\"projects\":{}}", "JSON"),
        ("values.yaml", "a: b\nc: d\n", "helm-values"),
        ("x.yaml", "a: b\nc: d\n", "no reader"),
        (".markdownlint.yaml", "default: true\nMD013: false\nMD024:\n  image: x\n", "no reader"),
        ("web_test.yaml", "suite: web\ntests:\n- set:\n    image:\n      repository: a\n      tag: b\n", "no reader"),
    ] {
        let found = detected(name, text);
        assert!(found.contains(part), "{name} is {found:?}, not {part:?}\n{text}");
    }
}

#[test]
fn compose_is_never_taken_for_ci_or_values() {
    for (name, text) in [
        ("values.yaml", "services:\n  web:\n    image: a\n"),
        ("compose.yaml", "services:\n  jobs:\n    image: a\n  on:\n    build: .\n"),
        ("compose.yaml", "x-a: &a\n  image: a\nservices:\n  script:\n    image: b\n"),
        ("compose.yaml", "x-a:\n  script: y\nservices:\n  web:\n    image: b\n"),
        ("compose.yaml", "version: '3'\nservices:\n  web:\n    image: b\nvolumes:\n  a:\n    driver: x\n"),
        ("compose.yaml", "include:\n- a.yml\nservices:\n  web:\n    image: b\n"),
    ] {
        let found = detected(name, text);
        assert!(found.contains("compose"), "{text} is {found}");
    }
}

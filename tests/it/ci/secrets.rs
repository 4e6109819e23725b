//! What is redacted at capture in CI files, Helm values and bake files, and that what decides on images stays.

use super::{lines, read};

const SECRET: &str = "hunter2-and-more";

/// Reads a file in which `SECRET` stands at every place of a secret; none is stored, and these uses are found.
#[track_caller]
fn assert_hidden(name: &str, text: &str, uses: &[&str]) {
    let whole = read(name, text);
    let stored = String::from_utf8(whole.stored.clone()).unwrap();
    assert!(!stored.contains(SECRET), "{stored}");
    assert_eq!(stored.lines().count(), text.lines().count(), "lines change:\n{stored}");
    assert_eq!(whole.rejects, [], "{stored}");
    let found = lines(&whole);
    for place in uses {
        assert!(found.iter().any(|line| line.trim() == *place), "{place} is not in {found:?}\n{stored}");
    }
}

#[test]
fn github() {
    assert_hidden(
        "",
        "on: push
env:
  TAG: '1.2'
  NPM_TOKEN: hunter2-and-more
jobs:
  a:
    runs-on: x
    env: {DB_PASSWORD: hunter2-and-more, IMAGE: acme/base}
    container:
      image: ${{ env.IMAGE }}:${{ env.TAG }}
      credentials: {username: bob, password: hunter2-and-more}
      env: {API_KEY: hunter2-and-more}
    services:
      db:
        image: postgres:16
        env: {POSTGRES_PASSWORD: hunter2-and-more}
        options: -e PGPASSWORD=hunter2-and-more
    steps:
    - uses: docker/login-action@v3
      with: {username: bob, password: hunter2-and-more}
    - uses: acme/token-action@8ade135a41bc03ea155e62e844d188df1ea18608
    - run: |
        curl -H 'Authorization: Bearer hunter2-and-more' https://bob:hunter2-and-more@example.test
",
        &[
            "ci container ${{ env.IMAGE }}:${{ env.TAG }} = acme/base:1.2",
            "ci services/db postgres:16",
            "action steps/step 1 docker/login-action@v3",
            "action steps/step 2 acme/token-action@8ade135a41bc03ea155e62e844d188df1ea18608",
        ],
    );
}

#[test]
fn gitlab() {
    assert_hidden(
        "",
        "variables:
  TAG: '1.2'
  SECRET_BASE_IMAGE: acme/base
  DEPLOY_TOKEN: hunter2-and-more
  API_TOKEN: {value: hunter2-and-more, description: x}
  OTHER_TOKEN:
    description: of the deployment
    value: hunter2-and-more
build:
  image: $SECRET_BASE_IMAGE:$TAG
  variables: {PASSWORD: hunter2-and-more}
  environment: {name: prod, url: https://example.test}
  services: [{name: 'postgres:16', variables: {POSTGRES_PASSWORD: hunter2-and-more}}]
  script:
  - docker login -u bob -p hunter2-and-more registry.example
",
        &["ci image $SECRET_BASE_IMAGE:$TAG = acme/base:1.2", "ci services/1 postgres:16"],
    );
}

#[test]
fn a_redacted_value_is_never_a_part_of_a_name() {
    let whole = read("", "variables: {REGISTRY_TOKEN: abcdef-secret}\na:\n  image: x/$REGISTRY_TOKEN\n  script: x\n");
    assert_eq!(lines(&whole)[1].trim(), "ci image x/$REGISTRY_TOKEN needs REGISTRY_TOKEN");
}

#[test]
fn helm() {
    assert_hidden(
        "values.yaml",
        "image: {repository: acme/web, tag: '1', pullSecrets: [regcred]}
auth:
  password: hunter2-and-more
  existingSecret: web
  image: {registry: quay.io, repository: acme/auth, tag: v2}
secret:
  token: hunter2-and-more
  image: {repository: acme/secret, tag: v3}
env:
  DB_PASSWORD: hunter2-and-more
  LOG: debug
extraEnv: [{name: API_KEY, value: hunter2-and-more}, {name: SIDECAR_IMAGE, value: 'a/b:1'}]
config: |
  password: hunter2-and-more
",
        &[
            "field image acme/web:1 900",
            "field auth/image quay.io/acme/auth:v2 900",
            "field secret/image acme/secret:v3 900",
        ],
    );
}

#[test]
fn bake() {
    let text = "variable \"TAG\" { default = \"1.2\" }
variable \"NPM_TOKEN\" {
  description = \"of the registry\"
  default     = \"hunter2-and-more\"
}
variable \"SECRET_KEY\" { default = \"hunter2-and-more\" }
target \"app\" {
  args = {
    API_TOKEN   = \"hunter2-and-more\"
    BASE        = \"alpine:3.20\"
    DB_PASSWORD : \"hunter2-and-more\"
    TOKEN_IMAGE = \"acme/token:1\"
  }
  context = \"https://bob:hunter2-and-more@example.test/x.git\"
  tags = [\"acme/app:${TAG}\"]
}
";
    assert_hidden("", text, &[]);
    let whole = read("", text);
    let stored = String::from_utf8(whole.stored).unwrap();
    for kept in ["alpine:3.20", "acme/token:1", "acme/app:${TAG}", "default = \"1.2\""] {
        assert!(stored.contains(kept), "{kept} is lost:\n{stored}");
    }
    let json = r#"{"variable":{"NPM_TOKEN":{"default":"hunter2-and-more"},"TAG":{"default":"1"}},
"target":{"app":{"args":{"API_TOKEN":"hunter2-and-more","BASE":"alpine:3"},"tags":["acme/app:${TAG}"]}}}"#;
    assert_hidden("", json, &[]);
}

//! What of a compose file is replaced before it is stored, and that nothing else is.

use hullbreach::collect::redact::{Shape, redact_segment};

fn redacted(shape: Shape, text: &str) -> String {
    let mut out = Vec::new();
    redact_segment(shape, text.as_bytes(), &mut out);
    let mut again = Vec::new();
    redact_segment(shape, &out, &mut again);
    assert_eq!(String::from_utf8_lossy(&out), String::from_utf8_lossy(&again), "redacting twice changes something");
    String::from_utf8(out).unwrap()
}

#[test]
fn images_paths_and_variable_names_stay() {
    let text = "\
name: ${PROJECT:-shop}
include:
  - path: ../common/compose.yaml
    env_file: ../common/.env
services:
  web:
    image: ${REGISTRY:?set a registry first}/team/web:${WEB_TAG:-1.2.3}
    extends:
      file: ${TOKEN_FILE:-base.yaml}
      service: web
    build:
      context: ./app
      dockerfile: docker/Dockerfile.prod
      target: runtime
      args:
        BASE_IMAGE: altinity/clickhouse-server:25.8.1
        PYTHON_VERSION: \"3.12\"
        UID: 1000
        REGISTRY: ${REGISTRY}
        PASSED_ON:
      additional_contexts:
        base: docker-image://alpine:3.20
      cache_from:
        - corp/web:cache
    profiles: [debug]
    ports: ['8080:80']
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock
  api:
    image: \"registry.corp:5000/auth/token-service:2.1\"
    build:
      context: .
      args:
        - BASE=debian:bookworm-slim
        - HTTP_PROXY
        - TAG=${TAG}
  auth:
    image: ${AUTH_IMAGE:-secret/token:1}
";
    assert_eq!(redacted(Shape::Yaml, text), text);
}

#[test]
fn environments_and_secret_arguments_are_replaced() {
    let text = "\
services:
  web:
    image: nginx
    environment:
      MODE: production
      DB_PASSWORD: hunter2
      FROM_SHELL: ${FROM_SHELL}
    build:
      args:
        NPM_TOKEN: hunter2
        NOTE: two words
        BASE: alpine
  api:
    image: a
    environment:
      - KEY=hunter2
    build:
      args:
        - GITHUB_TOKEN=hunter2
        - BASE=alpine
";
    let out = redacted(Shape::Yaml, text);
    for gone in ["hunter2", "production", "two words"] {
        assert!(!out.contains(gone), "{gone} in {out}");
    }
    for kept in
        ["BASE: alpine", "BASE=alpine", "NPM_TOKEN:", "GITHUB_TOKEN=", "DB_PASSWORD:", "FROM_SHELL: ${FROM_SHELL}"]
    {
        assert!(out.contains(kept), "{kept} not in {out}");
    }
    assert_eq!(out.lines().count(), text.lines().count());
}

#[test]
fn arguments_behind_anchors_are_judged_too() {
    let text = "x-args: &args\n  API_SECRET: hunter2\n  BASE: alpine:3\nservices:\n  a:\n    build:\n      context: .\n      args:\n        <<: *args\n        MORE: 'p@ss word'\n";
    let out = redacted(Shape::Yaml, text);
    assert!(!out.contains("hunter2") && !out.contains("p@ss") && out.contains("BASE: alpine:3"), "{out}");
}

#[test]
fn json_has_the_same_rules() {
    let text = r#"{"services":{"a":{"image":"x/y:1","build":{"context":".","args":{"BASE":"alpine:3","NPM_TOKEN":"hunter2"}}}}}"#;
    let out = redacted(Shape::Json, text);
    assert!(!out.contains("hunter2") && out.contains("alpine:3") && out.contains("x/y:1"), "{out}");
}

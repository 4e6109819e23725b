//! What `grep FROM Dockerfile*` gets wrong, each by name.

use super::*;

#[test]
fn flags_are_not_the_name() {
    check(&[("FROM --platform=$BUILDPLATFORM golang:1.22 AS b", &["base b: golang:1.22"])]);
}

#[test]
fn a_registry_port_is_no_tag_and_a_digest_stays_whole() {
    let digest = "sha256:0ddf971806f264da7750d44ac39298a63c7ed5720e03e86cb7bdc33f50ddf971";
    let text = format!("FROM localhost:5000/a/b:2\nCOPY --from=a/b:1.0@{digest} x y");
    let expected = ["base 0: localhost:5000/a/b:2".to_owned(), format!("build-input 0: a/b:1.0@{digest}")];
    assert_eq!(uses(&text), expected);
}

#[test]
fn comments_are_no_instructions() {
    check(&[("# FROM old\nFROM a\n  # FROM older\n", &["base 0: a"])]);
}

#[test]
fn instructions_have_no_case() {
    check(&[("fRom a\ncOpY --from=b x y", &["base 0: a", "build-input 0: b"])]);
}

#[test]
fn from_inside_run_comments_and_heredocs_is_text() {
    let text = "FROM a\nRUN echo \"copied FROM upstream\"\nRUN x && \\\n FROM b\nRUN <<E\nFROM c\nE\n";
    check(&[(text, &["base 0: a"])]);
}

#[test]
fn stage_names_are_no_images() {
    check(&[("FROM a AS build\nFROM build AS test\nFROM test", &["base build: a"])]);
}

#[test]
fn variables_are_resolved_or_named() {
    check(&[
        ("ARG BASE=node TAG=20\nFROM ${BASE}:${TAG}", &["base 0: node:20"]),
        ("FROM ${BASE}:${TAG}", &["base 0: ${BASE}:${TAG}?BASE,TAG"]),
    ]);
}

#[test]
fn build_arguments_of_the_asking_file_decide() {
    let request = args(&[("BASE_IMAGE", Some("altinity/clickhouse-server:25.8"))]);
    assert_eq!(uses_of("ARG BASE_IMAGE\nFROM ${BASE_IMAGE}", &request), ["base 0: altinity/clickhouse-server:25.8"]);
}

#[test]
fn copy_mount_and_frontend_are_images() {
    check(&[(
        "# syntax=f\nFROM a\nCOPY --from=b x y\nRUN --mount=from=c x",
        &["frontend : f", "base 0: a", "build-input 0: b", "build-input 0: c"],
    )]);
}

#[test]
fn continued_lines_are_one() {
    check(&[("FROM \\\n    image", &["base 0: image"])]);
}

#[test]
fn the_base_of_the_last_stage_is_what_runs() {
    check(&[("FROM a AS b\nFROM c\nCOPY --from=b x y", &["build-input b: a", "base 1: c"])]);
}

#[test]
fn carriage_returns_and_byte_order_marks_stay_out_of_names() {
    check(&[("\u{feff}FROM a\r\nCOPY --from=b x y\r\n", &["base 0: a", "build-input 0: b"])]);
}

#[test]
fn two_uses_of_one_image_are_two() {
    check(&[("FROM a AS x\nFROM a AS y\nCOPY --from=x b c", &["build-input x: a", "base y: a"])]);
}

#[test]
fn templates_are_refused_by_line_and_the_rest_is_read() {
    let text = "{% if x %}\nFROM {{ base }}:1 AS b\n{% endif %}\nRUN x\nFROM a\nCOPY --from=c x y\n";
    let parsed = parse(text, &Limits::default());
    let lines: Vec<&str> = parsed.rejects.iter().map(|r| r.locator.as_str()).collect();
    assert_eq!(lines, ["line:1", "line:2", "line:3"]);
    assert!(parsed.rejects.iter().all(|r| r.reason.contains("template")), "{:?}", parsed.rejects);
    assert_eq!(uses(text), ["base 1: a", "build-input 1: c"]);
}

#[test]
fn the_sample_of_the_comparison() {
    let text = "# syntax=docker/dockerfile:1.7\n\
                ARG REG=registry.corp:5000\n\
                ARG PY=3.12\n\
                FROM --platform=$BUILDPLATFORM golang:1.22 AS build\n\
                RUN echo \"copied FROM upstream\"\n\
                FROM build AS test\n\
                RUN go test ./...\n\
                from ${REG}/base/python:${PY:-3.11}-slim as runtime\n\
                COPY --from=ghcr.io/astral-sh/uv:0.5 /uv /bin/\n\
                COPY --from=build /app /app\n\
                FROM runtime\n";
    assert_eq!(
        uses(text),
        [
            "frontend : docker/dockerfile:1.7",
            "build-input build: golang:1.22",
            "base runtime: registry.corp:5000/base/python:3.12-slim",
            "build-input runtime: ghcr.io/astral-sh/uv:0.5",
        ]
    );
}

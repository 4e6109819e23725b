//! Redaction over the planted secrets, over recordings of a real cluster, and over whatever proptest thinks of.

#![allow(clippy::unwrap_used, clippy::panic)] // In a test a panic is the report.

mod trees;

use hullbreach::collect::redact::{MARK, Redactions, Shape, redact_segment, redact_text};
use proptest::prelude::*;
use serde_json::Value;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use trees::{key, leaf, tree, yaml};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/secrets")
}

fn shape_of(path: &Path) -> Shape {
    match path.extension().and_then(|e| e.to_str()) {
        Some("json") => Shape::Json,
        Some("yaml" | "yml") => Shape::Yaml,
        _ => Shape::Text,
    }
}

fn redacted(shape: Shape, bytes: &[u8]) -> (Vec<u8>, Redactions) {
    let mut out = Vec::new();
    let counts = redact_segment(shape, bytes, &mut out);
    (out, counts)
}

/// All files with planted secrets: name, shape, bytes.
fn fixtures() -> Vec<(String, Shape, Vec<u8>)> {
    let mut files: Vec<_> =
        fs::read_dir(folder()).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()).collect();
    files.sort();
    let name = |p: &Path| p.file_name().unwrap().to_str().unwrap().to_owned();
    files.retain(|p| name(p) != "planted.txt");
    files.iter().map(|p| (name(p), shape_of(p), fs::read(p).unwrap())).collect()
}

fn planted() -> Vec<String> {
    fs::read_to_string(folder().join("planted.txt")).unwrap().lines().map(str::to_owned).collect()
}

fn contains(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

fn lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b == b'\n').count()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What must not change in JSON: everything but strings, and long numbers beside a telling name.
fn skeleton(value: &Value) -> Value {
    match value {
        Value::String(_) => Value::String(String::new()),
        Value::Number(n) if n.to_string().len() > 6 => Value::String(String::new()),
        Value::Array(items) => Value::Array(items.iter().map(skeleton).collect()),
        Value::Object(map) => Value::Object(map.iter().map(|(k, v)| (k.clone(), skeleton(v))).collect()),
        other => other.clone(),
    }
}

/// The events of YAML with keys, and with values blanked.
fn events(source: &str) -> Option<Vec<String>> {
    use granit_parser::{Event, Parser};
    let mut found = Vec::new();
    // For every open collection: whether it is a mapping, and whether a key comes next.
    let mut open: Vec<(bool, bool)> = Vec::new();
    for event in Parser::new_from_str(source) {
        let (event, _) = event.ok()?;
        let at_key = open.last().is_some_and(|(mapping, key)| *mapping && *key);
        let node = event.is_node();
        match &event {
            Event::Scalar(value, ..) if at_key => found.push(format!("key {value}")),
            Event::Scalar(_, _, anchor, _) => found.push(format!("scalar {anchor}")),
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
                found.push("end".to_owned());
            }
            // Secrets are replaced there, too.
            Event::Comment(..) => {}
            other => found.push(format!("{other:?}")),
        }
        let closes = matches!(event, Event::MappingEnd | Event::SequenceEnd);
        let opens = matches!(event, Event::MappingStart(..) | Event::SequenceStart(..));
        if ((node && !opens) || closes)
            && let Some((_, key)) = open.last_mut()
        {
            *key = !*key;
        }
        if opens {
            open.push((matches!(event, Event::MappingStart(..)), true));
        }
    }
    Some(found)
}

fn same_structure(shape: Shape, before: &[u8], after: &[u8]) {
    assert_eq!(lines(before), lines(after), "{}", text(after));
    if shape == Shape::Json
        && let Ok(before) = serde_json::from_slice::<Value>(before)
    {
        let after = serde_json::from_slice::<Value>(after).unwrap_or_else(|e| panic!("{e}: {}", text(after)));
        assert_eq!(skeleton(&before), skeleton(&after));
    }
    if shape == Shape::Yaml
        && let Some(before) = std::str::from_utf8(before).ok().and_then(events)
    {
        assert_eq!(Some(before), std::str::from_utf8(after).ok().and_then(events), "{}", text(after));
    }
}

/// Redacts, and checks what holds for any input.
fn checked(shape: Shape, bytes: &[u8]) -> Vec<u8> {
    let (out, counts) = redacted(shape, bytes);
    same_structure(shape, bytes, &out);
    let (again, more) = redacted(shape, &out);
    assert_eq!(text(&again), text(&out), "redacting twice changed it; first: {}", text(bytes));
    assert_eq!(more.total(), 0, "{more:?} in {}", text(&out));
    assert_eq!(counts.total() > 0, out != bytes, "counts tell whether something was replaced: {counts:?}");
    out
}

#[test]
fn every_planted_secret_is_gone_and_lines_and_structure_stay() {
    let planted = planted();
    assert!(planted.len() >= 40);
    let mut seen = BTreeSet::new();
    for (name, shape, bytes) in fixtures() {
        let out = checked(shape, &bytes);
        for secret in &planted {
            let escaped = secret.replacen("PLA", "PL\\u0041", 1);
            if contains(&bytes, secret) || contains(&bytes, &escaped) {
                seen.insert(secret);
            }
            assert!(!contains(&out, secret) && !contains(&out, &escaped), "{name}: {secret} in\n{}", text(&out));
        }
        assert!(!contains(&out, "PLANTED") && !contains(&out, "hunter2"), "{name}:\n{}", text(&out));
    }
    let missing: Vec<_> = planted.iter().filter(|secret| !seen.contains(secret)).collect();
    assert!(missing.is_empty(), "planted.txt names what no file holds: {missing:?}");
}

#[test]
fn what_is_no_secret_stays() {
    for evidence in [
        "registry.internal.example:5000/team/api:1.2.3",
        "registry.internal.example:5000/team/injected:2.0",
        "registry.internal.example:5000/team/worker:3",
        "team/sidecar@sha256:0ddf971806f264da7750d44ac39298a63c7ed5720e03e86cb7bdc33f50ddf971",
        "docker-pullable://registry.internal.example:5000/team/api@sha256:3fd3a4800ca592924f2c9b2e4e84aead0e758a339abd85d370d8b63d4c9f8a44",
        "containerd://0ddf971806f264da7750d44ac39298a63c7ed5720e03e86cb7bdc33f50ddf971",
        "ghcr.io/example-org/worker@sha256:3fd3a4800ca592924f2c9b2e4e84aead0e758a339abd85d370d8b63d4c9f8a44",
        "6d61fe6aa1fb019df82898d5144703c6a226e9fbdfc1c8dd7e7fef4d333f86ed",
        "7d61fe6aa1fb019df82898d5144703c6a226e9fbdfc1c8dd7e7fef4d333f86ed",
        "registry.corp:5000/base/python:3.12-slim",
        "golang:1.22",
        "ghcr.io/example-org/uv:0.5",
        "docker/dockerfile:1.7",
        "ghcr.io/example-org/helper:1.0",
        "PYTHON_VERSION=3.12.1",
        "docker.io/library/python:3.12-slim",
        "redis:7@sha256:3fd3a480",
        "postgres:16.4",
        "$REGISTRY/team/app:1",
        "registry.example.com:5000/team/app:1.2.3",
        "BASE_IMAGE=python:3.12-slim",
        "nginx:1.25",
        "regcred",
        "db-credentials",
        "app-secret",
        "existingSecret",
        "tokenExpirationSeconds: 3600",
        "ghcr.io/example-org/app:v9",
        "file:3fd3a4800ca592924f2c9b2e4e84aead0e758a339abd85d370d8b63d4c9f8a44 in /",
        "- db_password",
        "--workers 4",
        "docker login -u ci -p",
        "<set to the key 'password' in secret",
    ] {
        let count = |bytes: &[u8]| bytes.windows(evidence.len()).filter(|w| *w == evidence.as_bytes()).count();
        let mut found = 0;
        for (name, shape, bytes) in fixtures() {
            let (out, _) = redacted(shape, &bytes);
            // An image named in data of a ConfigMap is replaced with all its data.
            if name != "crlf.yaml" {
                assert_eq!(count(&bytes), count(&out), "{name}: {evidence}\n{}", text(&out));
            }
            found += count(&bytes);
        }
        assert!(found > 0, "no file holds {evidence}");
    }
}

#[test]
fn nothing_planted_survives_a_cut_at_any_place() {
    for (name, shape, bytes) in fixtures() {
        if bytes.len() > 12_000 {
            continue;
        }
        let step = (bytes.len() / 150).max(1);
        for cut in (0..bytes.len()).step_by(step) {
            let head = &bytes[..cut];
            let out = checked(shape, head);
            // Number 40 is a secret only by an alias further down.
            let planted = planted();
            for secret in planted.iter().filter(|s| s.starts_with("PLANTED-") && !s.starts_with("PLANTED-40")) {
                assert!(!contains(&out, secret), "{name} cut at {cut}: {secret} in\n{}", text(&out));
            }
        }
    }
}

#[test]
fn hostile_repetition_costs_no_more_than_its_length() {
    // Each of these would take minutes if a rule looked at the rest of the text at every place.
    for unit in [
        "a@",
        "u:p@",
        "token=",
        "password:",
        "key=",
        "{",
        "}",
        ")",
        "(",
        "eyJ.",
        "sk-",
        "SG.",
        "password ",
        "-----BEGIN PRIVATE KEY\n",
        "x-----END PRIVATE KEY",
        "-----BEGIN PRIVATE KEY-----",
        "\"",
        "\\",
        "\\\"",
        "\"name\":",
        "{\"a\":",
        "[",
        "- ",
        "? ",
        ": ",
        "&a ",
        "*a ",
        "# ",
        "'",
        "--token ",
        "Bearer ",
        "://",
        "name: value: ",
        "data:\n ",
        "ghp_",
        "|\n",
    ] {
        let text = unit.repeat(60_000 / unit.len());
        for shape in [Shape::Text, Shape::Json, Shape::Yaml] {
            let (out, _) = redacted(shape, text.as_bytes());
            assert_eq!(lines(text.as_bytes()), lines(&out));
        }
    }
    let bunch = format!("{}{}", "{".repeat(100_000), "a:".repeat(50_000));
    assert_eq!(text(&redacted(Shape::Text, bunch.as_bytes()).0), bunch);
}

#[test]
fn pieces_of_a_list_are_treated_like_the_list() {
    let list = text(&fs::read(folder().join("list.json")).unwrap());
    let items: Vec<Value> = serde_json::from_str::<Value>(&list).unwrap()["items"].as_array().unwrap().clone();
    for item in &items {
        let out = text(&checked(Shape::Json, item.to_string().as_bytes()));
        assert!(!out.contains("PLANTED"), "{out}");
    }
    let as_yaml = "- metadata:\n    name: db\n  data:\n    a: PLANTED1\n- env:\n  - name: A\n    value: PLANTED2\n";
    for indent in ["", "  "] {
        let piece: String = as_yaml.lines().map(|line| format!("{indent}{line}\n")).collect();
        let out = text(&checked(Shape::Yaml, piece.as_bytes()));
        assert!(!out.contains("PLANTED"), "{out}");
    }
    for (shape, glue) in [
        (Shape::Json, "{\"apiVersion\":\"v1\",\"items\":["),
        (Shape::Json, ","),
        (Shape::Json, "],\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"12\"}}\n"),
        (Shape::Yaml, "apiVersion: v1\nitems:\n"),
        (Shape::Yaml, "kind: List\nmetadata:\n  resourceVersion: \"\"\n"),
        (Shape::Yaml, "---\n"),
    ] {
        assert_eq!(text(&checked(shape, glue.as_bytes())), glue);
    }
}

#[test]
fn counts_name_the_places() {
    let mut all = Redactions::default();
    for (_, shape, bytes) in fixtures() {
        all.merge(&redacted(shape, &bytes).1);
    }
    for place in [
        "env-value",
        "url-userinfo",
        "command-line",
        "config-data",
        "key-shaped",
        "probe-header",
        "image-history",
        "telling-name",
    ] {
        assert!(all.by_place.get(place).is_some_and(|n| *n > 0), "{place}: {all:?}");
    }
}

/// Every string under a key that holds image references, in order.
fn images(value: &Value, key: &str, found: &mut Vec<String>) {
    match value {
        Value::String(s) if ["image", "imageID", "names", "containerID", "uid", "resourceVersion"].contains(&key) => {
            found.push(s.clone());
        }
        Value::Array(items) => items.iter().for_each(|v| images(v, key, found)),
        Value::Object(map) => map.iter().for_each(|(k, v)| images(v, k, found)),
        _ => {}
    }
}

#[test]
fn recordings_keep_all_their_images() {
    for name in ["pods-dev.json", "nodes.json"] {
        let bytes = fs::read(folder().join("recorded").join(name)).unwrap();
        let out = checked(Shape::Json, &bytes);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        images(&serde_json::from_slice(&bytes).unwrap(), "", &mut before);
        images(&serde_json::from_slice(&out).unwrap(), "", &mut after);
        assert!(before.len() >= 8);
        assert_eq!(before, after);
    }
}

#[test]
fn free_text_is_borrowed_when_clean() {
    let clean = "kubectl get pods -A: 12 pods of registry.example.com:5000/team/app@sha256:00";
    assert!(matches!(redact_text(clean), std::borrow::Cow::Borrowed(_)));
    assert_eq!(redact_text("cannot open https://a:b@h/x"), format!("cannot open https://{MARK}@h/x"));
    assert_eq!(redact_text("{\"token\":\"x1y2\"}"), format!("{{\"token\":\"{MARK}\"}}"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn json_changes_only_in_its_strings(tree in tree(), pretty in any::<bool>()) {
        let bytes = if pretty { serde_json::to_vec_pretty(&tree) } else { serde_json::to_vec(&tree) }.unwrap();
        checked(Shape::Json, &bytes);
    }

    #[test]
    fn yaml_changes_only_in_its_scalars(tree in tree(), styles in prop::collection::vec(0_u8..3, 1..20)) {
        let mut out = String::new();
        yaml(&tree, 0, &mut styles.iter().copied().cycle(), &mut out);
        out.push('\n');
        checked(Shape::Yaml, out.as_bytes());
    }

    #[test]
    fn any_lines_keep_their_number_and_stay_redacted(parts in prop::collection::vec((key(), "[:= \n]{1,3}", leaf()), 0..12)) {
        let text: String = parts.iter().map(|(k, s, v)| format!("{k}{s}{v}\n")).collect();
        for shape in [Shape::Text, Shape::Yaml, Shape::Json] {
            checked(shape, text.as_bytes());
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for shape in [Shape::Text, Shape::Yaml, Shape::Json] {
            checked(shape, &bytes);
        }
    }

    #[test]
    fn damaged_fixtures_are_survived(which in 0_usize..100, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let fixtures = fixtures();
        let (_, shape, bytes) = &fixtures[which % fixtures.len()];
        let mut bytes = bytes.clone();
        for (at, byte) in flips {
            *at.get_mut(&mut bytes) = byte;
        }
        checked(*shape, &bytes);
    }
}

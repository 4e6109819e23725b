//! One parse for redaction and reading: what the parser told when secrets were looked for is what it would tell of the
//! redacted copy, to the byte.

use proptest::prelude::*;

use hullbreach::collect::redact::{Shape, redact_segment, redact_yaml};
use hullbreach::read::{Format, Hints, Limits, Segment, SegmentKind, read_told, read_with};

const FORMATS: [Format; 2] = [Format::KubernetesYaml, Format::ComposeYaml];

/// Reads a document both ways; whether the shorter one was open.
#[track_caller]
fn same(text: &str) -> bool {
    let mut stored = Vec::new();
    let (counts, told) = redact_yaml(text.as_bytes(), &mut stored);
    let mut expected = Vec::new();
    assert_eq!(counts, redact_segment(Shape::Yaml, text.as_bytes(), &mut expected));
    assert_eq!(String::from_utf8_lossy(&stored), String::from_utf8_lossy(&expected));
    let segment = Segment { kind: SegmentKind::Item, pointer: String::new(), list: None, bytes: text.into() };
    let (hints, limits) = (Hints::default(), Limits::default());
    for format in FORMATS {
        let parsed = read_with(format, &segment, &stored, &hints, &limits);
        let shared = read_told(format, &segment, &stored, told.as_deref(), &hints, &limits);
        assert_eq!(shared, parsed, "{format:?} of {text}");
    }
    told.is_some()
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n";

#[test]
fn documents_with_plain_secrets_are_parsed_once() {
    for text in [
        format!("{POD}  - name: a\n    image: shop/a:1 # the first\n    env:\n    - name: TOKEN\n      value: hunter2\n  - name: b\n    image: 'shop/b:1'\n"),
        format!("{POD}  - {{name: a, image: \"shop/a:1\", env: [{{name: X, value: \"1\"}}]}}\n  - name: b\n    image: shop/b:2\n"),
        "services:\n  web:\n    image: shop/web:1\n    environment:\n      PASSWORD: hunter2\n      LEVEL: \"info\"\n  db:\n    image: postgres:16\n".into(),
        "services:\n  web:\n    image: é/ü:1\n    environment:\n      - KEY=été\n  # password: hunter2 stands here\n  db:\n    image: postgres:16\n".into(),
        "x-base: &base\n  image: shop/base:1\n  environment: {A: b}\nservices:\n  web: *base\n  api:\n    <<: *base\n    build: .\n".into(),
        "services:\n  web:\n    image: a\n---\nservices:\n  other:\n    image: b\n    environment: {A: b}\n".into(),
    ] {
        assert!(same(&text), "{text}");
    }
}

#[test]
fn what_moves_otherwise_is_parsed_again() {
    for text in [
        "services:\n  web:\n    image: a:1\n    environment:\n      KEY: |\n        line one\n        line two\n  db:\n    image: b:1\n",
        "services:\n  web:\n    environment:\n      KEY: one\n        two\n    image: a:1\n",
        "\u{feff}services:\n  web:\n    image: a:1\n",
        "services:\n  web:\n    image: *nothing\n  db:\n    image: b:1\n",
        "services: {web: {image: a:1}\n",
    ] {
        assert!(!same(text), "{text}");
    }
}

/// Lines of mappings at one depth, secrets, quotes, comments and blocks among them.
fn document() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec![
        "shop/web:1",
        "'quoted: yes'",
        "\"esc\\naped\"",
        "hunter2",
        "\"1\"",
        "~",
        "[a, 'b', {c: d}]",
        "{image: \"x:1\", password: hunter2}",
        "|\n        block\n        password: x",
        ">-\n        folded\n        text",
        "&anchor shop/db:2",
        "*anchor",
        "https://u:p@h/x",
        "a\n        b",
        "é # token: hunter2",
        "!!str 12",
        "",
    ]);
    let key = prop::sample::select(vec!["image", "environment", "password", "command", "name", "'image'", "x"]);
    let line = (key, value).prop_map(|(key, value)| format!("      {key}: {value}\n"));
    prop::collection::vec(line, 0..8).prop_map(|lines| format!("services:\n  web:\n    a:\n{}", lines.concat()))
}

proptest! {
    #[test]
    fn any_document_is_read_the_same(text in document()) {
        same(&text);
    }

    #[test]
    fn any_text_is_read_the_same(text in "[a-c:{}'\"#&*| \n-]{0,60}") {
        same(&text);
    }
}

//! Trees for the property tests of redaction, as JSON and as YAML.

use hullbreach::collect::redact::MARK;
use proptest::prelude::*;
use serde_json::Value;

/// Keys and values that the rules care about, and some they do not.
pub fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "name",
            "value",
            "env",
            "environment",
            "Env",
            "args",
            "command",
            "data",
            "kind",
            "password",
            "auth",
            "annotations",
            "message",
            "image",
            "httpHeaders",
            "metadata",
            "template",
            "secrets",
            "token",
            "key",
            "items",
            "managedFields",
            "created_by",
            "apiVersion",
            "<<",
        ])
        .prop_map(str::to_owned),
        "[a-z]{1,6}",
        any::<String>(),
    ]
}

pub fn leaf() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "",
            "true",
            "--token",
            "-p",
            "mysql",
            "curl",
            "-u",
            "hunter2 x",
            "KEY=value",
            "A_TOKEN=x",
            "nginx:1",
            "https://u:p@h/x",
            "X_IMAGE",
            "RELATED_IMAGE_X",
            "password: a b",
            "Authorization: Bearer abc123",
            MARK,
            "a [redacted] b",
            "${X:-y}",
            "ghp_0123456789abcdefABCDEF0123456789",
            "-----BEGIN PRIVATE KEY-----\nMI",
            "{\"password\":\"x y\"}",
            "[\"--token\",\"z\"]",
            "{\"a\":\"{\\\"token\\\":\\\"q\\\"}\"}",
            "{\"a\": oops",
            "token aB3dE5fG7hI9jK1lM3nO5",
            "one\n  password: |\n    two\nthree",
            "data:\n  a: b",
            "it's",
            "# x",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
        "[ -~]{0,30}",
    ]
}

pub fn tree() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        4 => leaf().prop_map(Value::String),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::Null),
    ];
    scalar.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((key(), inner), 0..5).prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

/// Writes a tree as block YAML, with the notation of scalars chosen by `style`.
pub fn yaml(value: &Value, indent: usize, style: &mut impl Iterator<Item = u8>, out: &mut String) {
    let pad = " ".repeat(indent);
    match value {
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                out.push_str(&format!("\n{pad}-"));
                yaml(item, indent + 2, style, out);
            }
        }
        Value::Object(map) if !map.is_empty() => {
            for (key, item) in map {
                let key = serde_json::to_string(key).unwrap();
                if key.len() > 200 {
                    continue;
                }
                out.push_str(&format!("\n{pad}{key}:"));
                yaml(item, indent + 2, style, out);
            }
        }
        Value::String(s) => match style.next() {
            Some(0) if s.chars().all(|c| c.is_ascii_graphic() || c == ' ') && s.trim() == s && !s.is_empty() => {
                out.push_str(&format!(" '{}' # {s}", s.replace('\'', "''")));
            }
            Some(1) if s.chars().all(|c| c.is_ascii_graphic() || c == ' ' || c == '\n') && !s.trim().is_empty() => {
                let body: Vec<_> = s.split('\n').map(|line| format!("{pad}  {}", line.trim())).collect();
                let sign = if s.len().is_multiple_of(2) { '|' } else { '>' };
                out.push_str(&format!(" {sign}-\n{}", body.join("\n")));
            }
            _ => out.push_str(&format!(" {value}")),
        },
        other => out.push_str(&format!(" {other}")),
    }
}

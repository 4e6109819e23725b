//! STIX 2.1 bundles: patterns, hashes and names of their objects, each with its time of validity.

use serde_json::Value;

use super::Line;
use crate::model::indicator::Window;
use crate::model::time::Micros;

/// Objects that are looked at.
const MOST: usize = 10_000;
/// Fields in which something may be named.
const FIELDS: [&str; 5] = ["pattern", "value", "name", "description", "hashes"];

/// One line an object; none where the text is no STIX.
pub(super) fn lines(text: &str) -> Option<Vec<Line>> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with('{') {
        return None;
    }
    let document: Value = serde_json::from_str(text).ok()?;
    let kind = document.get("type").and_then(Value::as_str)?;
    let objects = match document.get("objects").and_then(Value::as_array) {
        Some(objects) if kind == "bundle" => objects.iter().collect(),
        _ if document.get("spec_version").is_some() => vec![&document],
        _ => return None,
    };
    let revoked = |object: &&Value| object.get("revoked").and_then(Value::as_bool) == Some(true);
    let numbered = (1..).zip(objects).take(MOST).filter(|(_, object)| !revoked(object));
    Some(numbered.map(|(number, object)| line(number, object)).collect())
}

fn line(number: usize, object: &Value) -> Line {
    let mut words = Vec::new();
    for field in FIELDS {
        match object.get(field) {
            Some(Value::String(text)) => words.push(text.clone()),
            Some(Value::Object(hashes)) => {
                let sha256 = hashes.iter().filter(|(name, _)| name.replace('-', "").eq_ignore_ascii_case("sha256"));
                words.extend(sha256.filter_map(|(_, hash)| hash.as_str().map(str::to_owned)));
            }
            _ => {}
        }
    }
    let time = |names: [&str; 2]| names.into_iter().find_map(|name| object.get(name)?.as_str());
    let (from, to) = (time(["valid_from", "first_observed"]), time(["valid_until", "last_observed"]));
    let whole = |(from, to): (&str, &str)| super::times::window(&format!("{from} {to}"), None);
    // What is valid from some time on and nobody says until when, is valid without an end.
    let window = from.zip(to).and_then(whole).or_else(|| open_window(from, to));
    Line { number, text: words.join(" "), window }
}

/// A window with one end; none where that end is no time.
fn open_window(from: Option<&str>, to: Option<&str>) -> Option<String> {
    let written = format!("{}..{}", from.unwrap_or_default(), to.unwrap_or_default());
    let parsed = Window::parse(&written, Micros(0)).ok()?;
    (parsed.window.from.is_some() || parsed.window.to.is_some()).then_some(written)
}

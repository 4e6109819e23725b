//! Credentials that a bake target is given: `secret` and `ssh`, by name. Never a value.

use super::evaluate::{Scope, evaluate};
use super::targets::Target;
use super::value::Value;
use super::words;
use crate::model::credential::CredentialKind;
use crate::model::fact::Spot;
use crate::model::given::{Given, MOST_GIVEN};
use crate::model::recipe::BakeValue;
use crate::model::text::scrub;

/// What a target is given, each with the number of the file that says so. What it inherits stays (buildx,
/// `Target.Merge`); of one credential that several say the last counts. The scope is left to the caller.
pub(super) fn given(part: &str, target: &Target<'_>, scope: &Scope<'_>) -> Vec<(usize, Given)> {
    let mut found: Vec<(usize, Given)> = Vec::new();
    for attribute in ["secret", "ssh"] {
        for (file, value) in target.layers(attribute) {
            for (written, spot, value) in entries(value, scope) {
                for entry in value.list() {
                    let (name, detail) = entry_of(attribute, &written, entry);
                    if name.is_empty() || found.len() >= MOST_GIVEN {
                        continue;
                    }
                    let given = Given::new(CredentialKind::BuildSecret, scrub(&name), spot.clone());
                    let given = Given { part: part.to_owned(), detail: scrub(&detail).into_owned(), ..given };
                    found.retain(|(_, known)| known.name != given.name);
                    found.push((*file, given));
                }
            }
        }
    }
    found
}

/// Each entry that is written out, with its text and its place; of one that is written as a map those of its id.
fn entries(value: &BakeValue, scope: &Scope<'_>) -> Vec<(String, Spot, Value)> {
    match value {
        BakeValue::List(list) => list.iter().flat_map(|value| entries(value, scope)).collect(),
        BakeValue::Map(map) => {
            let id = map.get("id").or_else(|| map.values().next()).map(|id| words(id, scope)).unwrap_or_default();
            let placed = |(written, spot, _)| (written, spot, evaluate(value, scope));
            id.into_iter().take(1).map(placed).collect()
        }
        value => words(value, scope),
    }
}

/// The name of one entry, and what the file says beside it. One that depends on what nothing defines is called as it is
/// written.
fn entry_of(attribute: &str, written: &str, entry: Value) -> (String, String) {
    let (id, origin) = match entry {
        Value::Map(mut map) => {
            let unknown = map.get("id").is_some_and(|id| !id.missing().is_empty());
            let mut of =
                |key: &str| map.remove(key).and_then(|value| value.text().ok()).filter(|text| !text.is_empty());
            let file = of("src").or_else(|| of("source")).or_else(|| of("paths"));
            let id = if unknown { Some(written.to_owned()) } else { of("id") };
            (id.unwrap_or_default(), origin(file, of("env")))
        }
        value => match value.text() {
            Ok(text) if attribute == "ssh" => {
                let (id, path) = text.split_once('=').map_or((text.as_str(), None), |(id, path)| (id, Some(path)));
                (id.to_owned(), origin(path.map(str::to_owned), None))
            }
            Ok(text) => secret(&text),
            // What is not known of its origin leaves its name as it is.
            Err(_) if attribute == "secret" && is_plain(&secret(written).0) => secret(written),
            Err(needs) => {
                let needs: Vec<String> = needs.into_iter().collect();
                (written.to_owned(), format!("depends on {}, which nothing defines", needs.join(", ")))
            }
        },
    };
    match attribute {
        "ssh" => (format!("ssh {}", if id.is_empty() { "default" } else { &id }), origin),
        _ => (id, origin),
    }
}

/// `type=file,id=ID,src=PATH` or `type=env,id=ID,env=NAME` (buildx, `ParseSecretSpecs`).
fn secret(text: &str) -> (String, String) {
    let (mut id, mut file, mut variable) = (String::new(), None, None);
    for field in text.split(',') {
        let Some((key, value)) = field.trim_matches('"').split_once('=') else { continue };
        match key.trim().to_ascii_lowercase().as_str() {
            "id" => value.clone_into(&mut id),
            "src" | "source" => file = Some(value.to_owned()),
            "env" => variable = Some(value.to_owned()),
            _ => {}
        }
    }
    (id, origin(file, variable))
}

fn is_plain(id: &str) -> bool {
    !id.is_empty() && !id.contains(['$', '%'])
}

fn origin(file: Option<String>, variable: Option<String>) -> String {
    match (file, variable) {
        (Some(file), _) => format!("from the file {file}"),
        (_, Some(variable)) => format!("from the variable {variable}"),
        _ => String::new(),
    }
}

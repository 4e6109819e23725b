//! Payloads of what responders say while they respond: the incident, tasks, clocks, the timeline, credentials.
//!
//! All have one shape: which thing, the fields that are said, and the events whose words on those fields they stand in
//! place of. What a field means, and which of several words counts, is for `respond`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{EventError, EventHash, strict};
use crate::model::digest::Digest;
use crate::model::record::{Fields, Thing};
use crate::model::time::Micros;

/// The kinds, each with what it is about.
const KINDS: [(&str, Thing); 9] = [
    ("incident.said", Thing::Incident),
    ("task.said", Thing::Task),
    ("clock.said", Thing::Clock),
    ("trigger.said", Thing::Trigger),
    ("calendar.said", Thing::Calendar),
    ("entry.said", Thing::Entry),
    ("entries.imported", Thing::Import),
    ("credential.said", Thing::Credential),
    ("handover.said", Thing::Handover),
];

/// The kind of events about a thing.
pub fn kind(thing: Thing) -> &'static str {
    KINDS.into_iter().find(|(_, of)| *of == thing).map_or("incident.said", |(kind, _)| kind)
}

/// Whether a kind is one of these.
pub fn is(kind: &str) -> bool {
    KINDS.into_iter().any(|(known, _)| known == kind)
}

/// The field that names a blob.
pub const BLOB: &str = "blob";

/// Fields that are times, in microseconds.
const TIMES: [&str; 9] =
    ["at", "declared", "discovered", "met", "proved_dead", "reissued", "revoked", "start", "until"];

/// The payload of all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Which one.
    pub id: String,
    /// What is said of it.
    pub says: Fields,
    /// The events whose words on the same fields it stands in place of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<EventHash>,
}

/// A payload with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saying {
    /// What it is about.
    pub thing: Thing,
    /// What is said.
    pub said: Said,
}

impl Saying {
    /// Decodes a payload of one of these kinds.
    pub fn of(kind: &str, value: Value) -> Result<Saying, EventError> {
        let thing = KINDS.into_iter().find(|(known, _)| *known == kind).map(|(_, thing)| thing);
        let thing = thing.ok_or_else(|| EventError::Shape(format!("{kind} is said of no thing")))?;
        strict::decode(value).map(|said| Saying { thing, said })
    }

    /// The blob that it names, where it names one.
    pub fn blob(&self) -> Option<Digest> {
        Digest::parse(self.said.says.get(BLOB)?.as_str()?).ok()
    }

    /// One line for people.
    pub fn summary(&self) -> String {
        let shown = |(field, value): (&String, &Value)| match value {
            Value::String(text) => format!("{field} {text}"),
            Value::Bool(true) => field.clone(),
            Value::Bool(false) => format!("not {field}"),
            // 0 takes a time back.
            Value::Number(at) if TIMES.contains(&field.as_str()) && at.as_i64() == Some(0) => {
                format!("not {}", field.replace('_', " "))
            }
            Value::Number(at) if TIMES.contains(&field.as_str()) => {
                format!("{field} {}", Micros(at.as_i64().unwrap_or_default()).rfc3339())
            }
            // A task or a rule: what it is called.
            Value::Object(fields) => match fields.get("title").and_then(Value::as_str) {
                Some(title) => format!("{field} {title}"),
                None => format!("{field} {value}"),
            },
            other => format!("{field} {other}"),
        };
        let says: Vec<String> = self.said.says.iter().map(shown).collect();
        let id = if self.thing == Thing::Incident { String::new() } else { format!(" {}", self.said.id) };
        format!("{}{id}: {}", self.thing.as_str(), says.join(", ")).chars().take(300).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_and_titles_are_told_in_words() {
        let said = json!({"id": "x", "says": {"until": 5, "spec": {"id": "x", "title": "Sweep"}, "skew": 5}});
        let saying = Saying::of("task.said", said).unwrap();
        assert_eq!(saying.summary(), "task x: skew 5, spec Sweep, until 1970-01-01T00:00:00.000005Z");
    }

    #[test]
    fn every_thing_has_a_kind_of_its_own() {
        for thing in Thing::ALL {
            let said = json!({"id": "x", "says": {"state": "open", "privileged": true}});
            assert!(is(kind(thing)));
            let saying = Saying::of(kind(thing), said).unwrap();
            assert_eq!(saying.thing, thing);
            assert!(saying.summary().ends_with("privileged, state open"), "{}", saying.summary());
        }
        assert!(!is("note.written") && Saying::of("note.written", json!({})).is_err());
        assert!(Saying::of("task.said", json!({"id": 3})).is_err());
    }
}

//! Payloads of what responders say of images by hand: assessments, priorities, due times; and of the case's policy.
//!
//! Each names the events that it stands in place of, as words on indicators do, and why it is said.

use serde::{Deserialize, Serialize};

use super::EventHash;
use crate::model::judgement::Field;
use crate::model::priority::Priority;

/// A part of an assessment was set by hand, or left to the facts again.
pub const ASSESSED: &str = "assessment.set";
/// A priority was set by hand, or left to the policy again.
pub const PRIORITISED: &str = "priority.set";
/// A due time was paused, or runs again.
pub const DUE: &str = "due.set";
/// The case has another policy, or the built-in one again.
pub const POLICY: &str = "policy.set";

/// Layers that no known image is got a name, or lost it.
pub const NAMED: &str = "base.named";

/// Payload of all five.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The image as the responder saw it: a digest, or a canonical name where no digest was known; `chain:` and a ChainID for
    /// layers that no known image is. Empty for the policy.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// What is said.
    pub field: Field,
    /// The value; none leaves it to the facts again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Why.
    pub reason: String,
    /// For a priority: what was computed when it was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<Over>,
    /// The events whose words on this field it stands in place of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<EventHash>,
}

/// What an override was set over. Where the facts are others later, it asks to be looked at again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Over {
    /// The computed priority.
    pub priority: Priority,
    /// By which rule.
    pub rule: String,
    /// The inputs in words.
    pub facts: String,
}

impl Judged {
    /// The kind of event that says it.
    pub fn kind(&self) -> &'static str {
        match self.field {
            Field::Criticality | Field::Exploitability | Field::Exposure => ASSESSED,
            Field::Priority => PRIORITISED,
            Field::Due => DUE,
            Field::Policy => POLICY,
            Field::Name => NAMED,
        }
    }

    /// Decodes a payload of one of these kinds; `None` for another kind. A field that is not the kind's own is an error.
    pub fn of(kind: &str, value: serde_json::Value) -> Option<Result<Judged, super::EventError>> {
        if ![ASSESSED, PRIORITISED, DUE, POLICY, NAMED].contains(&kind) {
            return None;
        }
        let judged: Result<Judged, _> = super::strict::decode(value);
        Some(judged.and_then(|judged| {
            let fits = judged.kind() == kind && judged.value.as_ref().is_none_or(|v| judged.field.value(v).is_some());
            if fits { Ok(judged) } else { Err(super::EventError::Shape(format!("{kind} says what is not its own"))) }
        }))
    }

    /// One line for people.
    pub fn summary(&self) -> String {
        let value = match (self.field, &self.value) {
            (Field::Policy, Some(_)) => "another one",
            (Field::Policy, None) => "the built-in one",
            (Field::Name, None) => "none any more",
            (_, Some(value)) => value,
            (_, None) => "left to the facts",
        };
        let subject = if self.subject.is_empty() { String::new() } else { format!(" of {}", self.subject) };
        format!("{}{subject}: {value} ({})", self.field.as_str(), self.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn payloads_are_read_back_and_foreign_ones_refused() {
        let judged = Judged {
            subject: "docker.io/library/nginx:1".into(),
            field: Field::Priority,
            value: Some("P1".into()),
            reason: "isolated".into(),
            over: Some(Over { priority: Priority::P0, rule: "C1".into(), facts: "verdict=bad".into() }),
            replaces: vec![],
        };
        let value = serde_json::to_value(&judged).unwrap();
        assert_eq!(value["over"]["priority"], json!("P0"));
        assert_eq!(judged.summary(), "priority of docker.io/library/nginx:1: P1 (isolated)");
        assert_eq!(Judged::of(PRIORITISED, value.clone()).unwrap().unwrap(), judged);
        assert!(Judged::of(DUE, value.clone()).unwrap().is_err());
        assert!(Judged::of("note.written", value).is_none());
        let bad = json!({"field": "exposure", "value": "outer space", "reason": "", "subject": "x"});
        assert!(Judged::of(ASSESSED, bad).unwrap().is_err());
    }
}

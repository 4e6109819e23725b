//! What a responder may say of an image, or of layers that no known image is, by hand: the fields, and which of two values is the more severe.

use serde::{Deserialize, Serialize};

use super::assessment::{Criticality, Exploitability, Exposure};
use super::priority::Priority;

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// How much depends on it.
    Criticality,
    /// How easily it is attacked.
    Exploitability,
    /// From where it is reached.
    Exposure,
    /// Its priority, in place of the computed one.
    Priority,
    /// Whether its due time runs.
    Due,
    /// The policy of the case; it is about no image.
    Policy,
    /// What layers are called that no known image is.
    Name,
}

/// The longest name, in characters.
const LONGEST_NAME: usize = 200;

/// A due time that stands still.
pub const PAUSED: &str = "paused";
/// A due time that runs.
pub const RUNNING: &str = "running";

impl Field {
    /// The fields of an assessment.
    pub const ASSESSED: [Field; 3] = [Field::Criticality, Field::Exploitability, Field::Exposure];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Criticality => "criticality",
            Field::Exploitability => "exploitability",
            Field::Exposure => "exposure",
            Field::Priority => "priority",
            Field::Due => "due",
            Field::Policy => "policy",
            Field::Name => "name",
        }
    }

    /// The field of an assessment of that word.
    pub fn parse(word: &str) -> Option<Field> {
        Field::ASSESSED.into_iter().find(|field| field.as_str().eq_ignore_ascii_case(word.trim()))
    }

    /// The word in which a value is kept; `None` where it is none of this field's.
    pub fn value(self, text: &str) -> Option<String> {
        match self {
            Field::Criticality => Criticality::parse(text).map(|word| word.as_str().to_owned()),
            Field::Exploitability => Exploitability::parse(text).map(|word| word.as_str().to_owned()),
            Field::Exposure => Exposure::parse(text).map(|word| word.as_str().to_owned()),
            Field::Priority => Priority::parse(text).map(|word| word.as_str().to_owned()),
            Field::Due => [PAUSED, RUNNING].into_iter().find(|word| *word == text).map(str::to_owned),
            Field::Policy => Some(text.to_owned()),
            Field::Name => {
                let name = text.trim();
                let fits = !name.is_empty() && name.chars().count() <= LONGEST_NAME;
                (fits && !name.chars().any(char::is_control)).then(|| name.to_owned())
            }
        }
    }

    /// The values it takes, for errors and help.
    pub fn values(self) -> String {
        match self {
            Field::Criticality => Criticality::ALL.map(Criticality::as_str).join(", "),
            Field::Exploitability => Exploitability::ALL.map(Exploitability::as_str).join(", "),
            Field::Exposure => Exposure::ALL.map(Exposure::as_str).join(", "),
            Field::Priority => Priority::ALL.map(Priority::as_str).join(", "),
            Field::Due => [PAUSED, RUNNING].join(", "),
            Field::Policy => "a policy".to_owned(),
            Field::Name => format!("a line of at most {LONGEST_NAME} characters"),
        }
    }

    /// How severe a value is: of several said at once the most severe counts. A due time that runs is more severe than
    /// one that stands still.
    pub fn severity(self, value: &str) -> i64 {
        match self {
            Field::Criticality => Criticality::parse(value).map_or(-1, |word| word as i64),
            Field::Exploitability => Exploitability::parse(value).map_or(-1, |word| word as i64),
            Field::Exposure => Exposure::parse(value).map_or(-1, |word| word as i64),
            Field::Priority => Priority::parse(value).map_or(-1, Priority::number),
            Field::Due => i64::from(value == RUNNING),
            Field::Policy | Field::Name => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_in_one_form_and_ordered() {
        assert_eq!(Field::parse("Exposure"), Some(Field::Exposure));
        assert_eq!(Field::parse("priority"), None);
        for (field, text, kept) in [
            (Field::Exposure, "Dev only", "dev-only"),
            (Field::Exploitability, "?", "unknown"),
            (Field::Criticality, "HIGH", "high"),
            (Field::Priority, "p1", "P1"),
        ] {
            assert_eq!(field.value(text).as_deref(), Some(kept));
            assert!(field.values().contains(kept));
        }
        assert_eq!(Field::Priority.value("urgent"), None);
        assert_eq!(Field::Name.value(" our base 7 ").as_deref(), Some("our base 7"));
        for bad in ["", "  ", "two\nlines", &"x".repeat(201)] {
            assert_eq!(Field::Name.value(bad), None, "{bad:?}");
        }
        assert!(Field::Priority.severity("P0") > Field::Priority.severity("P3"));
        assert!(Field::Exploitability.severity("easy") > Field::Exploitability.severity("unknown"));
        assert!(Field::Due.severity(RUNNING) > Field::Due.severity(PAUSED));
    }
}

//! What responders say of one thing over time: each word with the words it stands in place of.
//!
//! Every field is a register that keeps every word nobody replaced. Two who said something at once are both heard, in
//! whatever order their words arrive; which of several counts is for the caller, by the rule of its field. Nothing here
//! knows what a field means.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

use super::time::Micros;

/// What a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Thing {
    /// The incident as a whole; its only id is [`INCIDENT`].
    Incident,
    /// A task of the checklist.
    Task,
    /// A deadline.
    Clock,
    /// What deadlines run from, as awareness.
    Trigger,
    /// Days on which nobody works, by the name of their calendar.
    Calendar,
    /// An entry of the timeline.
    Entry,
    /// Entries that were imported together.
    Import,
    /// A credential.
    Credential,
    /// A handover between shifts.
    Handover,
}

/// The id of the incident's only record.
pub const INCIDENT: &str = "incident";

impl Thing {
    /// Every thing.
    pub const ALL: [Thing; 9] = [
        Thing::Incident,
        Thing::Task,
        Thing::Clock,
        Thing::Trigger,
        Thing::Calendar,
        Thing::Entry,
        Thing::Import,
        Thing::Credential,
        Thing::Handover,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Thing::Incident => "incident",
            Thing::Task => "task",
            Thing::Clock => "clock",
            Thing::Trigger => "trigger",
            Thing::Calendar => "calendar",
            Thing::Entry => "entry",
            Thing::Import => "import",
            Thing::Credential => "credential",
            Thing::Handover => "handover",
        }
    }
}

/// Fields by name; what is absent is not said.
pub type Fields = BTreeMap<String, Value>;

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The event that says it.
    pub event: String,
    /// Who, as the machine knew them.
    pub author: String,
    /// When, by that machine's clock.
    pub at: Micros,
    /// What is said.
    pub says: Fields,
    /// The events whose words on the same fields it stands in place of.
    pub replaces: Vec<String>,
}

/// All words on one thing, in the order of events.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// Its id.
    pub id: String,
    /// The words; never empty in a record of a case.
    pub words: Vec<Word>,
}

impl Record {
    /// The words on a field that no other word on it replaced, in order. A value that does not read as `T` is left out.
    pub fn standing<T: DeserializeOwned>(&self, field: &str) -> Vec<(&Word, T)> {
        let on_field = || self.words.iter().filter(|word| word.says.contains_key(field));
        let replaced: BTreeSet<&str> = on_field().flat_map(|word| word.replaces.iter().map(String::as_str)).collect();
        on_field()
            .filter(|word| !replaced.contains(word.event.as_str()))
            .filter_map(|word| Some((word, T::deserialize(word.says.get(field)?).ok()?)))
            .collect()
    }

    /// Of several words on a field, the last in the order.
    pub fn latest<T: DeserializeOwned>(&self, field: &str) -> Option<T> {
        self.standing(field).pop().map(|(_, value)| value)
    }

    /// Of several, the smallest.
    pub fn least<T: DeserializeOwned + Ord>(&self, field: &str) -> Option<T> {
        self.standing(field).into_iter().map(|(_, value)| value).min()
    }

    /// Of several, the largest.
    pub fn most<T: DeserializeOwned + Ord>(&self, field: &str) -> Option<T> {
        self.standing(field).into_iter().map(|(_, value)| value).max()
    }

    /// The names that stand in a set whose members are fields `PREFIX:NAME` that are true. Who added at the same time as
    /// another took away wins.
    pub fn members(&self, prefix: &str) -> BTreeSet<String> {
        let fields: BTreeSet<&String> = self.words.iter().flat_map(|word| word.says.keys()).collect();
        let names =
            fields.into_iter().filter_map(|field| Some((field, field.strip_prefix(prefix)?.strip_prefix(':')?)));
        names.filter(|(field, _)| self.most::<bool>(field) == Some(true)).map(|(_, name)| name.to_owned()).collect()
    }

    /// Where words on a field stand side by side and differ: what each says and who said it.
    pub fn clash(&self, field: &str) -> Option<String> {
        let standing = self.standing::<Value>(field);
        let (_, first) = standing.first()?;
        if standing.iter().all(|(_, value)| value == first) {
            return None;
        }
        let shown = |(word, value): &(&Word, Value)| match value {
            Value::String(text) => format!("{text} ({})", word.author),
            other => format!("{other} ({})", word.author),
        };
        Some(format!("{field}: {}", standing.iter().map(shown).collect::<Vec<_>>().join(", ")))
    }

    /// Every clash of these fields.
    pub fn clashes(&self, fields: &[&str]) -> Vec<String> {
        fields.iter().filter_map(|field| self.clash(field)).collect()
    }

    /// The events that a word on these fields stands in place of.
    pub fn behind<'f>(&self, fields: impl Iterator<Item = &'f String>) -> Vec<String> {
        let events: BTreeSet<String> =
            fields.flat_map(|field| self.standing::<Value>(field)).map(|(word, _)| word.event.clone()).collect();
        events.into_iter().collect()
    }

    /// The last word in which a field was said, replaced or not.
    pub fn last_on(&self, field: &str) -> Option<&Word> {
        self.words.iter().rev().find(|word| word.says.contains_key(field))
    }

    /// What a fingerprint adds up: field, and the values that stand, sorted.
    pub fn terms(&self) -> Vec<(String, String)> {
        let fields: BTreeSet<&String> = self.words.iter().flat_map(|word| word.says.keys()).collect();
        let values = |field: &str| {
            let mut values: Vec<String> =
                self.standing::<Value>(field).into_iter().map(|(_, value)| value.to_string()).collect();
            values.sort();
            values.join("\n")
        };
        fields.into_iter().map(|field| (field.clone(), values(field))).collect()
    }
}

/// The records of a case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Records(BTreeMap<Thing, BTreeMap<String, Record>>);

impl Records {
    /// Takes one more word; words come in the order of events.
    pub fn take(&mut self, thing: Thing, id: &str, word: Word) {
        let record = self.0.entry(thing).or_default().entry(id.to_owned()).or_default();
        if record.words.is_empty() {
            record.id = id.to_owned();
        }
        record.words.push(word);
    }

    /// One record; none where nothing was said.
    pub fn get(&self, thing: Thing, id: &str) -> Option<&Record> {
        self.0.get(&thing)?.get(id)
    }

    /// All records about things of a kind, by id.
    pub fn all(&self, thing: Thing) -> impl Iterator<Item = &Record> {
        self.0.get(&thing).into_iter().flat_map(BTreeMap::values)
    }

    /// True where nothing was said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The incident's record, an empty one where nothing was said.
    pub fn incident(&self) -> Record {
        self.get(Thing::Incident, INCIDENT).cloned().unwrap_or_default()
    }

    /// Every record with its kind.
    pub fn each(&self) -> impl Iterator<Item = (Thing, &Record)> {
        self.0.iter().flat_map(|(thing, records)| records.values().map(|record| (*thing, record)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn word(event: &str, says: Value, replaces: &[&str]) -> Word {
        let Value::Object(says) = says else { panic!("fields") };
        Word {
            event: event.to_owned(),
            author: event.to_owned(),
            at: Micros(0),
            says: says.into_iter().collect(),
            replaces: replaces.iter().map(|event| (*event).to_owned()).collect(),
        }
    }

    fn record(words: &[Word]) -> Record {
        Record { id: "x".into(), words: words.to_vec() }
    }

    #[test]
    fn a_word_replaces_what_it_had_seen_and_only_on_its_own_fields() {
        let record = record(&[
            word("a", json!({"state": "open", "due": 5}), &[]),
            word("b", json!({"state": "done"}), &["a"]),
            word("c", json!({"state": "claimed"}), &["a"]),
        ]);
        assert_eq!(record.latest::<String>("state"), Some("claimed".into()));
        assert_eq!(record.latest::<i64>("due"), Some(5));
        assert_eq!(record.clash("state").unwrap(), "state: done (b), claimed (c)");
        assert_eq!(record.clash("due"), None);
        assert_eq!(record.behind(["state".to_owned()].iter()), ["b", "c"]);
        assert_eq!(record.latest::<i64>("state"), None, "a value of another shape is left out");
    }

    #[test]
    fn who_adds_wins_against_who_takes_away_at_the_same_time() {
        let added = word("a", json!({"role:scribe:ana": true}), &[]);
        let away = word("b", json!({"role:scribe:ana": false}), &["a"]);
        let again = word("c", json!({"role:scribe:ana": true}), &["a"]);
        assert!(record(&[added.clone(), away.clone()]).members("role:scribe").is_empty());
        assert_eq!(record(&[added, away, again]).members("role:scribe"), BTreeSet::from(["ana".to_owned()]));
    }

    proptest! {
        /// What stands does not depend on the order in which concurrent words come.
        #[test]
        fn terms_do_not_depend_on_order(seed in proptest::collection::vec((0u8..4, 0u8..3), 1..8), turn in 0usize..8) {
            let words: Vec<Word> = seed.iter().enumerate().map(|(n, (value, back))| {
                let replaces: Vec<String> = (n >= 1 && *back > 0).then(|| format!("{}", n - 1)).into_iter().collect();
                Word { replaces, ..word(&n.to_string(), json!({"f": value}), &[]) }
            }).collect();
            let mut turned = words.clone();
            turned.rotate_left(turn % words.len());
            prop_assert_eq!(record(&words).terms(), record(&turned).terms());
        }
    }
}

//! What the events say by hand of images, and of the policy.
//!
//! Each field of each subject is a register that keeps every word nobody replaced. Of several the most severe counts, the
//! others are kept and shown as a conflict until somebody says the field again. Several policies at once all count: an
//! image has the most urgent priority that any of them gives. The order in which events arrive plays no part.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::events::EventHash;
use super::events::judgements::{Judged, Over};
use super::events::order::Place;
use super::state::Told;
use crate::model::judgement::{Field, PAUSED};
use crate::model::time::Micros;

/// A word that nobody replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The event.
    pub hash: EventHash,
    /// The value; none leaves it to the facts.
    pub value: Option<String>,
    /// Why.
    pub reason: String,
    /// Who, as the machine knew them.
    pub author: String,
    /// When, by that machine's clock.
    pub at: Micros,
    /// What an override was set over.
    pub over: Option<Over>,
}

/// What stands of one field of one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// A digest or a canonical name; empty for the policy.
    pub subject: String,
    /// What is said.
    pub field: Field,
    /// The words that stand, the most severe first; of those alike, the earliest.
    pub standing: Vec<Said>,
    /// How long its due time stood still in pauses that are over, in microseconds.
    pub paused: i64,
    /// Policies only: when each began to count and what it was, the earliest first; the last ones stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<(Micros, Option<String>)>,
}

impl Judgement {
    /// The word that counts.
    pub fn counts(&self) -> Option<&Said> {
        self.standing.first()
    }

    /// Words said at once that differ, for people; empty where there is no conflict.
    pub fn conflict(&self) -> String {
        let values: BTreeSet<Option<&String>> = self.standing.iter().map(|said| said.value.as_ref()).collect();
        if values.len() < 2 {
            return String::new();
        }
        let policy = self.field == Field::Policy;
        let shown = |said: &Said| match &said.value {
            Some(_) if policy => format!("a policy ({})", said.author),
            Some(value) => format!("{value} ({})", said.author),
            None => format!("left to the facts ({})", said.author),
        };
        let words: Vec<String> = self.standing.iter().map(shown).collect();
        format!("{}: {}", self.field.as_str(), words.join(", "))
    }
}

/// All judgements of a case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Judgements {
    /// When the case began, by the clock of who began it.
    pub begun: Option<Micros>,
    /// When the organisation became aware, where stated.
    pub aware: Option<Micros>,
    /// What stands, by subject and field.
    pub entries: Vec<Judgement>,
}

impl Judgements {
    /// What a fingerprint adds up: entity, field, winner, losers.
    pub(super) fn terms(&self) -> Vec<[String; 4]> {
        let shown = |said: &Said| format!("{} {:?}", said.value.as_deref().unwrap_or("-"), said.reason);
        let term = |judgement: &Judgement| {
            let winner = judgement.counts().map(shown).unwrap_or_default();
            let losers: Vec<String> = judgement.standing.iter().skip(1).map(shown).collect();
            let entity = format!("judgement {}", judgement.subject);
            [entity, format!("{} {}", judgement.field.as_str(), judgement.paused), winner, losers.join("\n")]
        };
        self.entries.iter().map(term).collect()
    }
}

/// A word with its place in the order.
#[derive(Debug, Clone)]
struct Word {
    place: Place,
    said: Said,
    replaces: Vec<EventHash>,
}

/// A fold that goes on; what it is given may come in any order.
#[derive(Debug, Default)]
pub(super) struct Folding {
    begun: Option<(Place, Micros, Option<Micros>)>,
    words: BTreeMap<(String, Field), Vec<Word>>,
}

impl Folding {
    /// Takes the beginning of the case.
    pub fn begin(&mut self, told: &Told, aware: Option<Micros>) {
        if self.begun.as_ref().is_none_or(|(place, ..)| told.place < *place) {
            self.begun = Some((told.place, told.envelope.at.us, aware));
        }
    }

    /// Takes one word that is not taken back.
    pub fn take(&mut self, told: &Told, judged: Judged) {
        let Judged { subject, field, value, reason, over, replaces } = judged;
        let (author, at) = (told.envelope.actor.clone(), told.envelope.at.us);
        let said = Said { hash: told.hash, value, reason, author, at, over };
        self.words.entry((subject, field)).or_default().push(Word { place: told.place, said, replaces });
    }

    /// What all of it comes to.
    pub fn end(self) -> Judgements {
        // One word may stand in place of words on another alias of the same image.
        let replaced: BTreeMap<EventHash, BTreeSet<Field>> = self.replaced();
        let gone = |word: &Word, field| replaced.get(&word.said.hash).is_some_and(|fields| fields.contains(&field));
        let pauses = self.pauses();
        let mut entries = Vec::new();
        for ((subject, field), mut words) in self.words {
            words.sort_by_key(|word| word.place);
            let paused = words.iter().map(|word| ended_pauses(word, &pauses)).sum();
            let before = match field {
                Field::Policy => words.iter().map(|word| (word.said.at, word.said.value.clone())).collect(),
                _ => Vec::new(),
            };
            let mut standing: Vec<Said> =
                words.into_iter().filter(|word| !gone(word, field)).map(|word| word.said).collect();
            // Stable: of those alike the earliest stays first, and saying it again does not make it later.
            if field == Field::Name {
                // No name is more severe than another: the later is shown, the other kept.
                standing.reverse();
            }
            standing.sort_by_key(|said| {
                std::cmp::Reverse(said.value.as_ref().map_or(i64::MIN, |value| field.severity(value)))
            });
            if !standing.is_empty() {
                entries.push(Judgement { subject, field, standing, paused, before });
            }
        }
        let (begun, aware) = self.begun.map_or((None, None), |(_, begun, aware)| (Some(begun), aware));
        Judgements { begun, aware, entries }
    }

    fn replaced(&self) -> BTreeMap<EventHash, BTreeSet<Field>> {
        let mut replaced: BTreeMap<EventHash, BTreeSet<Field>> = BTreeMap::new();
        for ((_, field), words) in &self.words {
            for hash in words.iter().flat_map(|word| &word.replaces) {
                replaced.entry(*hash).or_default().insert(*field);
            }
        }
        replaced
    }

    /// When each pause began. One that was said again while it lasted began when it was first said.
    fn pauses(&self) -> BTreeMap<EventHash, Micros> {
        let due = self.words.iter().filter(|((_, field), _)| *field == Field::Due).flat_map(|(_, words)| words);
        let mut pauses: Vec<&Word> = due.filter(|word| word.said.value.as_deref() == Some(PAUSED)).collect();
        pauses.sort_by_key(|word| word.place);
        let mut began: BTreeMap<EventHash, Micros> = BTreeMap::new();
        for word in pauses {
            let lasted = word.replaces.iter().filter_map(|hash| began.get(hash)).copied();
            let first = lasted.chain([word.said.at]).min().unwrap_or(word.said.at);
            began.insert(word.said.hash, first);
        }
        began
    }
}

/// How long the pauses lasted that a word ends: from the first of them.
fn ended_pauses(word: &Word, pauses: &BTreeMap<EventHash, Micros>) -> i64 {
    if word.said.value.as_deref() == Some(PAUSED) {
        return 0;
    }
    let began = word.replaces.iter().filter_map(|hash| pauses.get(hash)).min();
    began.map_or(0, |began| word.said.at.0.saturating_sub(began.0).max(0))
}

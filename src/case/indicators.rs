//! What the events say of indicators and mirrors now.
//!
//! Each field of an indicator is a register that keeps every word nobody replaced. Of several, the most severe state, the
//! widest window and the latest source and reason count, the others are kept and shown as a conflict until somebody sets
//! the field again. The order in which events arrive plays no part. A retraction withdraws what it had seen: a word said
//! at the same time keeps the indicator open.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::events::EventHash;
use super::events::indicators::{IndicatorAdded, IndicatorRetracted, Says, Word};
use super::events::order::Place;
use super::state::Told;
use crate::model::id::Id;
use crate::model::indicator::{ClearedBy, Indicator, State, Window};
use crate::model::mirror::Mirror;
use crate::model::time::Micros;

/// An indicator with all that is said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// As it counts.
    pub indicator: Indicator,
    /// As it was typed.
    pub written: String,
    /// Who or what says so.
    pub source: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who added it.
    pub author: String,
    /// When, by that machine's clock.
    pub at: Micros,
    /// Since when it is in the state that counts.
    #[serde(default)]
    pub since: Micros,
    /// Not withdrawn.
    pub open: bool,
    /// Words that were said at once and differ, for people; each stands until the field is set again.
    pub conflicts: Vec<String>,
    /// The events whose words count: what a change of it stands in place of.
    pub words: Vec<EventHash>,
}

/// All indicators and mirrors of a case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Indicators {
    /// Every indicator, withdrawn ones too, in the order in which they were added.
    pub entries: Vec<Entry>,
    /// The mirrors that stand, each with the events that added it.
    pub mirrors: BTreeMap<Mirror, Vec<EventHash>>,
}

impl Indicators {
    /// The indicators that count.
    pub fn open(&self) -> impl Iterator<Item = &Indicator> {
        self.entries.iter().filter(|entry| entry.open).map(|entry| &entry.indicator)
    }

    /// What a fingerprint adds up: entity, field, winner, losers.
    pub(super) fn terms(&self) -> Vec<[String; 4]> {
        let mut terms = Vec::new();
        for entry in &self.entries {
            let entity = format!("indicator {}", entry.indicator.id);
            let term = |field: &str, value: String| [entity.clone(), field.to_owned(), value, String::new()];
            terms.push(term("target", entry.indicator.target.to_string()));
            terms.push(term("state", format!("{} {:?}", entry.indicator.state.as_str(), entry.indicator.cleared_by)));
            terms.push(term("window", entry.indicator.window.as_ref().map(Window::shown).unwrap_or_default()));
            terms.push(term("source", entry.source.clone().unwrap_or_default()));
            terms.push(term("reason", entry.reason.clone().unwrap_or_default()));
            terms.push(term("open", entry.open.to_string()));
            terms.push(term("conflicts", entry.conflicts.join("\n")));
        }
        for mirror in self.mirrors.keys() {
            terms.push(["mirror".to_owned(), mirror.to_string(), String::new(), String::new()]);
        }
        terms
    }
}

/// One word on an indicator.
#[derive(Debug, Clone)]
struct Said {
    hash: EventHash,
    place: Place,
    author: String,
    at: Micros,
    says: Says,
    replaces: Vec<EventHash>,
}

/// A fold that goes on; what it is given may come in any order.
#[derive(Debug, Default)]
pub(super) struct Folding {
    added: BTreeMap<Id, (IndicatorAdded, Said)>,
    set: BTreeMap<Id, Vec<Said>>,
    gone: BTreeMap<Id, Vec<IndicatorRetracted>>,
    mirrors: BTreeMap<Mirror, BTreeSet<EventHash>>,
    no_mirrors: Vec<(Mirror, Vec<EventHash>)>,
}

impl Folding {
    /// Takes one word that is not taken back.
    pub fn take(&mut self, told: &Told, word: Word) {
        let said = |says: &Says, replaces: &[EventHash]| Said {
            hash: told.hash,
            place: told.place,
            author: told.envelope.actor.clone(),
            at: told.envelope.at.us,
            says: says.clone(),
            replaces: replaces.to_vec(),
        };
        match word {
            Word::Added(added) => {
                let new = said(&added.says, &[]);
                // Ids are random; of two that are alike, the first in the order counts.
                let known = self.added.get(&added.id).is_some_and(|(_, known)| known.place < new.place);
                if !known {
                    self.added.insert(added.id, (added, new));
                }
            }
            Word::Set(set) => self.set.entry(set.id).or_default().push(said(&set.says, &set.replaces)),
            Word::Retracted(gone) => self.gone.entry(gone.id).or_default().push(gone),
            Word::Mirror(added) => drop(self.mirrors.entry(added.mirror).or_default().insert(told.hash)),
            Word::NoMirror(removed) => self.no_mirrors.push((removed.mirror, removed.replaces)),
        }
    }

    /// What all of it comes to.
    pub fn end(mut self) -> Indicators {
        let mut entries = Vec::new();
        for (id, (added, first)) in self.added {
            let mut words = vec![first.clone()];
            words.extend(self.set.remove(&id).unwrap_or_default());
            words.sort_by_key(|said| said.place);
            let gone = self.gone.remove(&id).unwrap_or_default();
            entries.push((first.place, entry(added, &first, &words, &gone)));
        }
        entries.sort_by_key(|(place, _)| *place);
        for (mirror, replaced) in self.no_mirrors {
            if let Some(adding) = self.mirrors.get_mut(&mirror) {
                adding.retain(|hash| !replaced.contains(hash));
            }
        }
        self.mirrors.retain(|_, adding| !adding.is_empty());
        Indicators {
            entries: entries.into_iter().map(|(_, entry)| entry).collect(),
            mirrors: self.mirrors.into_iter().map(|(mirror, adding)| (mirror, adding.into_iter().collect())).collect(),
        }
    }
}

fn entry(added: IndicatorAdded, first: &Said, words: &[Said], gone: &[IndicatorRetracted]) -> Entry {
    let mut conflicts = Vec::new();
    let states = standing(words, |says| says.state);
    let state = states.iter().map(|(_, state)| *state).max().unwrap_or(State::Suspect);
    clash(&mut conflicts, "state", states.iter().map(|(said, state)| (*said, state.as_str().to_owned())));
    let since = states.iter().filter(|(_, said)| *said == state).map(|(said, _)| said.at).min();
    let windows = standing(words, |says| says.window.clone());
    clash(&mut conflicts, "window", windows.iter().map(|(said, window)| (*said, window.shown())));
    let cleared = standing(words, |says| says.cleared_by);
    let latest = |field: fn(&Says) -> Option<String>| standing(words, field).pop().map(|(_, value)| value);
    let withdrawn = |said: &Said| gone.iter().any(|gone| gone.replaces.contains(&said.hash));
    let open = gone.is_empty() || words.iter().any(|said| !withdrawn(said));
    if open && !gone.is_empty() {
        conflicts.push("withdrawn, and kept open by words that the withdrawal had not seen".to_owned());
    }
    Entry {
        indicator: Indicator {
            id: added.id,
            target: added.target,
            state,
            window: merged(state, windows.into_iter().map(|(_, window)| window)),
            cleared_by: cleared
                .into_iter()
                .map(|(_, by)| by)
                .max_by_key(|by| by.verdict())
                .unwrap_or(ClearedBy::default()),
        },
        written: added.written,
        source: latest(|says| says.source.clone()),
        reason: latest(|says| says.reason.clone()),
        author: first.author.clone(),
        at: first.at,
        since: since.unwrap_or(first.at),
        open,
        conflicts,
        words: words.iter().map(|said| said.hash).collect(),
    }
}

/// The words on a field that no other word on it replaced, in order.
fn standing<T>(words: &[Said], field: impl Fn(&Says) -> Option<T>) -> Vec<(&Said, T)> {
    let replaced: BTreeSet<EventHash> = words
        .iter()
        .filter(|said| field(&said.says).is_some())
        .flat_map(|said| said.replaces.iter().copied())
        .collect();
    let stands = |said: &&Said| !replaced.contains(&said.hash);
    words.iter().filter(stands).filter_map(|said| field(&said.says).map(|value| (said, value))).collect()
}

/// Several windows at once: the widest, but for what clears the narrowest. Windows that clear and share nothing clear
/// nothing together, so the first stands and the conflict is shown.
fn merged(state: State, windows: impl Iterator<Item = Window>) -> Option<Window> {
    let mut windows: Vec<Window> = windows.collect();
    windows.sort_by_key(|window| (window.from, window.to));
    windows.into_iter().reduce(|a, b| match state {
        State::Cleared => a.shared(&b).unwrap_or(a),
        State::Bad | State::Suspect => a.hull(&b),
    })
}

fn clash<'s>(conflicts: &mut Vec<String>, field: &str, words: impl Iterator<Item = (&'s Said, String)>) {
    let words: Vec<(&Said, String)> = words.collect();
    let distinct: BTreeSet<&String> = words.iter().map(|(_, value)| value).collect();
    if distinct.len() > 1 {
        let shown: Vec<String> = words.iter().map(|(said, value)| format!("{value} ({})", said.author)).collect();
        conflicts.push(format!("{field}: {}", shown.join(", ")));
    }
}

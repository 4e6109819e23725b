//! The response of a case: what its records and its inventory come to now.
//!
//! Owns the hand-over between the case and [`crate::respond`] alone. Nothing is decided here.

mod about;
mod act;
mod actions;
mod board;
mod conflicts;
mod credentials;
mod proof;
mod sets;
mod timeline;
mod urgent;
mod words;

pub use about::note_target;
pub use act::{
    ClockWord, CredentialWord, Planned, TaskWord, clock_word, credential_word, declared, entry_added, entry_named,
    entry_retracted, task_word,
};
pub use actions::actions;
pub use board::Board;
pub use conflicts::{Conflict, conflicts};
pub use credentials::credentials;
pub use proof::proof;
pub use timeline::{newest, since, timeline, words_of};
pub use urgent::urgent_groups;
pub use words::evidence_in_words;

use crate::case::state::State;
use crate::model::time::Micros;
use crate::model::tlp::Tlp;
use crate::respond::clock::{Clocks, FirstAware};
use crate::respond::incident::{First, Incident};

/// What was stated of awareness when the case was made.
pub fn first_aware(state: &State) -> Option<FirstAware> {
    let aware = state.genesis.as_ref()?.aware.as_ref()?;
    Some(FirstAware { at: aware.at, written: aware.written.clone(), source: aware.source.clone() })
}

/// The incident as it is declared, over what was stated when the case was made.
pub fn incident(state: &State) -> Incident {
    let genesis = state.genesis.as_ref();
    let severity = genesis.and_then(|genesis| genesis.severity);
    let first = First {
        severity: severity.map(|severity| format!("{severity:?}").to_lowercase()),
        tlp: genesis.and_then(|genesis| genesis.tlp.as_deref()).and_then(Tlp::parse),
    };
    Incident::of(&state.response.incident(), &first)
}

/// Where the deadlines stand.
pub fn clocks(state: &State, now: Micros) -> Clocks {
    Clocks::of(&state.response, first_aware(state).as_ref(), now)
}

//! The response of a case: what its records and its inventory come to now.
//!
//! Owns the hand-over between the case and [`crate::respond`] alone. Nothing is decided here.

mod act;
mod actions;
mod board;
mod conflicts;
mod credentials;
mod proof;
mod sets;
mod timeline;

pub use act::{Planned, TaskWord, task_word};
pub use actions::actions;
pub use board::Board;
pub use conflicts::{Conflict, conflicts};
pub use credentials::credentials;
pub use proof::proof;
pub use timeline::{newest, since, timeline, words_of};

use crate::case::state::State;
use crate::model::time::Micros;
use crate::respond::clock::{Clocks, FirstAware};

/// What was stated of awareness when the case was made.
pub fn first_aware(state: &State) -> Option<FirstAware> {
    let aware = state.genesis.as_ref()?.aware.as_ref()?;
    Some(FirstAware { at: aware.at, written: aware.written.clone(), source: aware.source.clone() })
}

/// Where the deadlines stand.
pub fn clocks(state: &State, now: Micros) -> Clocks {
    Clocks::of(&state.response, first_aware(state).as_ref(), now)
}

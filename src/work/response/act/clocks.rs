//! Words on deadlines and on what they run from.

use serde_json::{Map, Value, json};

use super::{Planned, one_line};
use crate::case::responding::Statement;
use crate::case::state::State;
use crate::case::{Case, CaseError};
use crate::collect::redact::redact_text;
use crate::model::record::Thing;
use crate::model::time::Micros;
use crate::respond::clock::Catalog;
use crate::work::response::proof;

/// What is said of a deadline, or of what one runs from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClockWord {
    /// It runs since then; who or what says so.
    Start {
        /// Since when.
        at: Micros,
        /// The time as it was typed.
        written: String,
        /// Who or what says so. It is a legal fact: nobody else does.
        source: String,
    },
    /// What it asks for was done then; what proves it, as it was typed.
    Met {
        /// When.
        at: Micros,
        /// What proves it.
        evidence: Vec<String>,
    },
    /// It does not apply, or is not so: why.
    Deny(String),
}

/// What a word on a deadline comes to; `what` is the id of a clock, or of something that clocks run from.
pub fn clock_word(case: &Case, state: &State, what: &str, word: &ClockWord) -> Result<Planned, CaseError> {
    let catalog = Catalog::of(&state.response);
    let is_clock = catalog.clock(what).is_some();
    if !is_clock && !catalog.triggers.contains_key(what) {
        return Err(unknown(what));
    }
    let thing = if is_clock { Thing::Clock } else { Thing::Trigger };
    let (says, text) = match word {
        ClockWord::Start { at, written, source } => {
            let source = one_line("the source", source)?;
            let written = redact_text(written.trim()).into_owned();
            let says = match thing {
                Thing::Clock => json!({"start": at, "written": written, "source": source, "applies": true}),
                _ => json!({"at": at, "written": written, "source": source, "so": true}),
            };
            (says, format!("{what} stated for {}, by {source}", at.to_minute()))
        }
        ClockWord::Met { .. } if !is_clock => return Err(unknown(what)),
        ClockWord::Met { at, evidence } => {
            let mut says = Map::from_iter([("met".to_owned(), json!(at))]);
            for typed in evidence {
                says.insert(format!("evidence:{}", proof(case, state, typed)?), Value::Bool(true));
            }
            (Value::Object(says), format!("{what} met at {}", at.to_minute()))
        }
        ClockWord::Deny(reason) => {
            let reason = one_line("the reason", reason)?;
            match thing {
                Thing::Clock => {
                    (json!({"applies": false, "reason": reason}), format!("{what} does not apply: {reason}"))
                }
                _ => (json!({"so": false, "source": reason}), format!("{what} is not so: {reason}")),
            }
        }
    };
    Ok(Planned { statement: Statement::new(thing, what, &says)?, text, notes: Vec::new() })
}

fn unknown(what: &str) -> CaseError {
    let what = redact_text(what);
    CaseError::Refused(format!(
        "{what}: no deadline and nothing that one runs from; `hullbreach clocks --all` lists both"
    ))
}

//! What a responder says, held against where things stand: a function for each kind of word, the same for the command line
//! and the terminal. Nothing is stored here; texts are redacted.

mod clocks;
mod credentials;
mod entries;
mod incident;
mod tasks;

pub use clocks::{ClockWord, clock_word};
pub use credentials::{CredentialWord, credential_word};
pub use entries::{entry_added, entry_named, entry_retracted};
pub use incident::declared;
pub use tasks::{TaskWord, task_word};

use crate::case::CaseError;
use crate::case::change::MAX_LINE;
use crate::case::responding::Statement;
use crate::collect::redact::redact_text;

/// What is about to be said.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The statement.
    pub statement: Statement,
    /// The same in words.
    pub text: String,
    /// What whoever says it should know.
    pub notes: Vec<String>,
}

/// A typed line: not empty, not too long, without a pasted secret.
fn one_line(what: &str, typed: &str) -> Result<String, CaseError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(CaseError::Refused(format!("{what} is empty")));
    }
    if typed.chars().count() > MAX_LINE {
        return Err(CaseError::Refused(format!("{what} is longer than {MAX_LINE} characters")));
    }
    Ok(redact_text(typed).into_owned())
}

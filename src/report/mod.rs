//! What people and machines receive of a case: one model of the report, written in the form that each of them reads.
//!
//! | part | owns |
//! |---|---|
//! | [`model`] | what a report says, as plain data |
//! | [`choice`] | for whom it is, how far it may go, what was asked for by name |
//! | [`release`] | what stays out: labels, privilege, personal data, audience |
//! | [`form`] | the forms by name |
//! | [`page`] | the same as sections, tables and charts, for every form that people read |
//! | [`markdown`], [`html`], [`jira`], [`slack`] | forms for people; indicators in them are defanged |
//! | [`json`], [`csv`], [`timesketch`], [`stix`], [`openvex`] | forms for machines; nothing in them is defanged |
//!
//! Pure: what is written depends on the model alone, byte for byte. Nothing here asks a case, reads a clock or opens a
//! file, and nothing from evidence reaches a form without being escaped for it.

pub mod choice;
pub mod csv;
pub mod form;
pub mod html;
pub mod jira;
pub mod json;
mod lines;
pub mod markdown;
pub mod model;
pub mod openvex;
pub mod page;
mod persons;
pub mod release;
mod safe;
pub mod slack;
pub mod stix;
pub mod timesketch;

pub use choice::{Audience, Choice, Topic};
pub use form::Form;
pub use model::Report;

/// Why a form cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The place that it is written to refused.
    #[error("writing the summary: {0}")]
    Io(#[from] std::io::Error),
    /// A value could not be encoded.
    #[error("writing the summary: {0}")]
    Json(#[from] serde_json::Error),
    /// The form needs something that the report does not hold.
    #[error("{0}")]
    Nothing(&'static str),
}

/// What a writer comes to.
pub type Written = Result<(), ReportError>;

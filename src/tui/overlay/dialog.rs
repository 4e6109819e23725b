//! A dialog: what is asked, the plan, and what is done on yes.

use crate::tui::data::{Deed, Proposal};

/// A question that a person answers with yes or no.
#[derive(Debug)]
pub struct Dialog {
    /// What is asked.
    pub title: String,
    /// The plan, line by line, made safe.
    pub lines: Vec<String>,
    /// The first line that shows.
    pub offset: usize,
    /// What is done on yes; taken when it is.
    pub deed: Option<Box<dyn Deed>>,
}

impl From<Proposal> for Dialog {
    fn from(proposal: Proposal) -> Self {
        Dialog { title: proposal.title, lines: proposal.lines, offset: 0, deed: Some(proposal.deed) }
    }
}

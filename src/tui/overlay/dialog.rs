//! A question about a deed: the widget asks it, and what is done on yes waits here.

use ratatui::layout::Rect;

use crate::tui::data::{Deed, Proposal};
use crate::tui::view::pane;
use crate::tui::widget::dialog::{Answer, Dialog, Intent};

/// A question that a person answers with yes or no.
#[derive(Debug)]
pub struct Asked {
    /// The question, its consequences and the answer that is chosen.
    pub dialog: Dialog,
    deed: Option<Box<dyn Deed>>,
}

impl From<Proposal> for Asked {
    fn from(proposal: Proposal) -> Self {
        let dialog = Dialog::confirm(&proposal.title, "", "Yes, do it").with_consequences(proposal.lines);
        Asked { dialog, deed: Some(proposal.deed) }
    }
}

/// What a command led to.
#[derive(Debug)]
pub enum Outcome {
    /// It is still asked.
    Open,
    /// The answer was no.
    No,
    /// The answer was yes: this is to be done.
    Yes(Option<Box<dyn Deed>>),
}

impl Asked {
    /// Does what a command says; none where it is none of a dialog. A stray Enter is a no.
    pub fn command(&mut self, id: &str, body: Rect) -> Option<Outcome> {
        let intent = match id {
            "dialog.confirm" => {
                self.dialog.apply(Intent::Choose(1));
                Intent::Accept
            }
            "dialog.accept" => Intent::Accept,
            "dialog.turn" => Intent::Next,
            id => {
                self.dialog.scroll(pane::movement(id, 1)?, body);
                return Some(Outcome::Open);
            }
        };
        Some(match self.dialog.apply(intent) {
            Answer::Open => Outcome::Open,
            Answer::Yes => Outcome::Yes(self.deed.take()),
            Answer::Cancelled | Answer::Chosen(_) | Answer::Text(_) => Outcome::No,
        })
    }
}

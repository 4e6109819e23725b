//! A page to read: help, messages. Lines with a heading, keys and words; it scrolls.

use crate::tui::theme::Slot;
use crate::tui::view::pane;
use crate::tui::widget::detail::{DetailState, Lines, TextLine};
use crate::tui::widget::{Line, Regions};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A heading.
    Heading(String),
    /// Keys or a time, and what they stand for.
    Pair(String, String),
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its title.
    pub title: String,
    /// Its lines.
    pub rows: Vec<Row>,
    /// How far it is scrolled.
    pub state: DetailState,
}

/// The pane's name in regions.
pub const PANE: &str = "page";

/// Columns of keys, so that what they stand for is aligned.
const KEYS: usize = 18;

impl Page {
    /// A page from its start.
    pub fn new(title: &str, rows: Vec<Row>) -> Page {
        Page { title: title.to_owned(), rows, state: DetailState::default() }
    }

    /// Scrolls; what changed, or none where the command is none of scrolling.
    pub fn command(&mut self, id: &str, seen: &Regions<()>) -> Option<bool> {
        let movement = pane::text_movement(id)?;
        self.state.seen(seen);
        let total = self.total();
        Some(self.state.apply(movement, total))
    }
}

impl Lines for Page {
    fn total(&self) -> u64 {
        self.rows.len() as u64
    }

    fn line(&self, index: u64) -> Option<TextLine<'_>> {
        let line = match self.rows.get(usize::try_from(index).ok()?)? {
            Row::Heading(text) => Line::new(text.as_str(), Slot::Title),
            Row::Pair(left, right) => {
                let blanks = " ".repeat(KEYS.saturating_sub(crate::model::text::width(left)) + 1);
                Line::new(format!(" {left}{blanks}"), Slot::Key).and(right.as_str(), Slot::Base)
            }
        };
        Some(TextLine { number: None, line })
    }
}

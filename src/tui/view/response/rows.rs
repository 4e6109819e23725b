//! A row as it is held: worked out by the reader and shared, so that the loop copies only what is shown.

use std::sync::Arc;

use crate::command::Call;
use crate::model::time::Micros;
use crate::tui::theme::Slot;
use crate::tui::view::below::Told;
use crate::tui::view::sheet::Entry;
use crate::tui::widget::Line;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What names it across refreshes.
    pub key: String,
    /// A text a column, with a meaning where it has one.
    pub cells: Vec<(String, Option<Slot>)>,
    /// The row's own style.
    pub slot: Option<Slot>,
    /// Where it leads.
    pub link: Option<Call>,
    /// All that is known of it.
    pub told: Told,
    /// The parts of the list that it is in, beside all of it.
    pub parts: Vec<&'static str>,
    /// Its place among what can be done next.
    pub next: Option<usize>,
    /// When it was, where it has a time.
    pub at: Option<Micros>,
    /// What it is called while something is typed of it.
    pub name: String,
}

impl Row {
    /// True where a text in lower case stands in any column, or in what is told of it.
    pub fn holds(&self, text: &str) -> bool {
        let cells = self.cells.iter().map(|(cell, _)| cell);
        text.is_empty() || cells.chain(self.told.iter().map(|(_, told)| told)).any(|t| t.to_lowercase().contains(text))
    }

    /// What it is called.
    pub fn called(&self) -> String {
        if self.name.is_empty() { self.key.clone() } else { self.name.clone() }
    }
}

impl Entry for Arc<Row> {
    fn key(&self) -> String {
        self.key.clone()
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let line = |(text, slot): &(String, Option<Slot>)| match slot {
            Some(slot) => Line::new(text.clone(), *slot),
            None => Line::plain(text.clone()),
        };
        self.cells.iter().map(line).collect()
    }

    fn slot(&self) -> Option<Slot> {
        self.slot
    }

    fn link(&self) -> Option<Call> {
        self.link.clone()
    }

    fn no_link(&self) -> &'static str {
        "it leads nowhere; p shows all of it"
    }

    fn told(&self) -> Told {
        self.told.clone()
    }
}

//! What the first screen shows, as plain values: rows that open, and what stands around them.

use crate::command::Call;
use crate::tui::theme::Slot;
use crate::tui::view::below::Told;

use super::figures::Figure;

/// A part of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Its columns; 0 for all that are left.
    pub width: u16,
    /// Its figures stand at the right.
    pub right: bool,
    /// What it means; none for ordinary text.
    pub slot: Option<Slot>,
    /// What it opens by itself.
    pub link: Option<Call>,
}

impl Cell {
    /// A text in so many columns.
    pub fn text(text: impl Into<String>, width: u16) -> Cell {
        Cell { text: text.into(), width, right: false, slot: None, link: None }
    }

    /// A count, which opens what it counts; nothing is counted by 0.
    pub fn count(count: u64, width: u16, link: Call) -> Cell {
        let some = count > 0;
        let slot = (!some).then_some(Slot::Muted);
        Cell { text: count.to_string(), width, right: true, slot, link: some.then_some(link) }
    }

    /// With a meaning.
    #[must_use]
    pub fn meaning(mut self, slot: Slot) -> Cell {
        self.slot = Some(slot);
        self
    }

    /// At the right.
    #[must_use]
    pub fn at_right(mut self) -> Cell {
        self.right = true;
        self
    }
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    /// Verdicts and priorities.
    Verdicts,
    /// Whether the picture can be trusted.
    Trust,
    /// What needs a decision.
    Decide,
    /// Deadlines, in one line.
    Clocks,
    /// One deadline, where there is room.
    Clock,
    /// Tasks.
    Tasks,
    /// What was said last.
    Newest,
}

/// A row that opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What names it across refreshes.
    pub key: String,
    /// Where it stands.
    pub block: Block,
    /// Its parts.
    pub cells: Vec<Cell>,
    /// What it opens.
    pub link: Option<Call>,
    /// All that is known of it.
    pub told: Told,
}

/// A course of counts over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// What is counted, since when.
    pub label: String,
    /// The counts.
    pub counts: Vec<u64>,
    /// What they mean.
    pub slot: Slot,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Credentials and bases are counted, too; see `Board::glance`.
    pub whole: bool,
    /// No image is known: the first steps stand in place of the verdicts.
    pub empty: bool,
    /// The line on top.
    pub head: (String, Slot),
    /// The line over the verdicts.
    pub columns: String,
    /// Rows that open, block by block.
    pub items: Vec<Item>,
    /// Priorities over time.
    pub courses: Vec<Course>,
    /// Figures for who stands far away.
    pub figures: Vec<Figure>,
    /// What stands in place of decisions where there is none.
    pub nothing: String,
}

//! The one tree: an outline of which the visible rows are drawn.
//!
//! Owns what a row of a tree looks like. Which rows there are is an [`Outline`]'s to say, or that of an owner who knows
//! better; a draw asks for the visible rows only.

mod draw;
mod outline;
mod state;

pub use outline::{MOST_DEPTH, MOST_ROWS, Nodes, Outline, OutlineRow, Path};
pub use state::{Step, TreeState};

use crate::tui::widget::Line;

/// What is below a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    /// Nothing.
    Leaf,
    /// Rows that are hidden.
    Collapsed,
    /// Rows that are shown.
    Expanded,
}

/// What a row shows beside its guides.
#[derive(Debug, Clone, Default)]
pub struct Label<'a> {
    /// The name and what belongs to it; cut at the end.
    pub line: Line<'a>,
    /// Stands on the right while there is room: counts, verdicts.
    pub right: Line<'a>,
}

/// A tree for one draw: the rows of an outline and what they show.
pub struct Tree<'a, N, F> {
    /// The visible rows.
    pub outline: &'a Outline<N>,
    /// What a node shows; called once a draw for each row in the window.
    pub label: F,
    /// True when this tree has the keys.
    pub focused: bool,
    /// Shown without rows.
    pub empty: &'a str,
}

/// A part of a tree on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TreePart {
    /// The row with this index.
    Row(u64),
    /// The sign that expands and collapses the row with this index.
    Toggle(u64),
    /// A place on the scroll bar, and the row it stands for.
    ScrollBar(u64),
}

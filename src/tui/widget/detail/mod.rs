//! A pane of text with tabs: what is known of one thing, and the raw lines of its evidence.
//!
//! Owns tabs, scrolling both ways and the numbers beside lines. The lines are the owner's; a draw asks for the visible
//! ones only.

mod draw;
mod state;

pub use state::{DetailState, MOST_SHIFT};

use crate::tui::widget::Line;

/// A line of text.
#[derive(Debug, Clone, Default)]
pub struct TextLine<'a> {
    /// Its number in the file it is from, from 1; `None`: it has none.
    pub number: Option<u64>,
    /// The text. Of a very long line the owner gives the part around what matters.
    pub line: Line<'a>,
}

/// What holds the lines of the tab that is shown.
pub trait Lines {
    /// Lines there are.
    fn total(&self) -> u64;

    /// A line, or `None` while it is still being fetched. Called once a draw for each visible line.
    fn line(&self, index: u64) -> Option<TextLine<'_>>;
}

/// A pane for one draw.
#[derive(Debug, Clone, Copy)]
pub struct Detail<'a, L> {
    /// The names of the tabs; none: no row of tabs.
    pub tabs: &'a [&'a str],
    /// The lines of the tab that is shown.
    pub lines: &'a L,
    /// The line that is meant (a locator's), marked beside its number.
    pub meant: Option<u64>,
    /// True when this pane has the keys.
    pub focused: bool,
    /// Shown without lines.
    pub empty: &'a str,
}

/// A part of a pane on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DetailPart {
    /// The tab with this index.
    Tab(usize),
    /// The line with this index.
    Line(u64),
    /// A place on the scroll bar, and the line it stands for.
    ScrollBar(u64),
}

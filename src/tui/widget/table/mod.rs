//! The one table: a window on rows that somebody else holds.
//!
//! Owns what a table is told (columns, rows) and where its parts are. Its cost depends on the window: a draw asks for
//! the rows that are visible and for no others, be there ten or ten million. Must never keep a row.

mod columns;
mod draw;
mod grouping;
mod marks;
mod state;

pub use columns::Column;
pub use grouping::{Group, Grouping, Place};
pub use marks::Marks;
pub use state::{Direction, Sort, TableState};

use crate::tui::theme::Slot;
use crate::tui::widget::Line;

/// What holds the rows, in the order and the filter that is shown.
pub trait Rows {
    /// What names a row across refreshes and sorts. Compare whole ids, not hashes: marks decide what is acted on.
    type Key: Clone + Ord;

    /// Rows there are, group heads included.
    fn total(&self) -> u64;

    /// A row, or `None` while its page is still being fetched. Called once a draw for each visible row.
    fn row(&self, index: u64) -> Option<Row<'_, Self::Key>>;

    /// The key of a row; `None` while it is not known.
    fn key(&self, index: u64) -> Option<Self::Key> {
        self.row(index).map(|row| match row {
            Row::Item { key, .. } | Row::Group { key, .. } => key,
        })
    }
}

/// A visible row.
#[derive(Debug, Clone)]
pub enum Row<'a, K> {
    /// One thing.
    Item {
        /// Its name across refreshes.
        key: K,
        /// A line a column; missing ones are blank.
        cells: Vec<Line<'a>>,
        /// The row's own style; `None`: ordinary.
        slot: Option<Slot>,
    },
    /// The head of a group, across all columns.
    Group {
        /// Its name across refreshes.
        key: K,
        /// What the rows below share.
        title: Line<'a>,
        /// Rows in the group, shown or not.
        count: u64,
        /// True when they are hidden.
        collapsed: bool,
    },
}

/// How much of the selected row is highlighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bar {
    /// The gutter and the pinned columns, on a narrow screen without the last of them: a step writes little, which tells over
    /// a slow line.
    #[default]
    Lead,
    /// The whole row.
    Row,
}

/// What a table is made of for one draw.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a, R> {
    /// From left to right, the most important first.
    pub columns: &'a [Column],
    /// The rows.
    pub rows: &'a R,
    /// Columns that stay when the rest is scrolled sideways.
    pub pinned: usize,
    /// True when this table has the keys.
    pub focused: bool,
    /// How the selected row is highlighted.
    pub bar: Bar,
    /// Shown without rows; may have several lines. It says why there is nothing and what to do.
    pub empty: &'a str,
}

/// A part of a table on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TablePart {
    /// The head of this column.
    Header(usize),
    /// The row with this index.
    Row(u64),
    /// The head of a group with this index.
    Group(u64),
    /// A place on the scroll bar, and the row it stands for.
    ScrollBar(u64),
}

impl<'a, R: Rows> Table<'a, R> {
    /// A focused table whose first column is pinned.
    pub fn new(columns: &'a [Column], rows: &'a R) -> Self {
        Table { columns, rows, pinned: 1, focused: true, bar: Bar::default(), empty: "Nothing to show." }
    }
}

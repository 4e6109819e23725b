//! What this view asks: the images a filter lets through, sorted.

use crate::case::query::filter::Filter;
use crate::case::query::images::{ImageRow, Sort, count, images};
use crate::tui::data::{Desk, Question};
use crate::tui::message::Answer;

/// Most rows that are read at once.
pub const MOST: u64 = 2_000;

/// Rows for a filter as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// The filter's text.
    pub filter: String,
    /// The order.
    pub sort: Sort,
}

/// The answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// The rows, at most [`MOST`].
    pub rows: Vec<ImageRow>,
    /// How many there are in all.
    pub total: u64,
}

impl Question for Rows {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let Some(case) = &desk.case else { return Err("no case is open".to_owned()) };
        let filter = Filter::parse(&self.filter).map_err(|e| e.to_string())?;
        let rows = images(case.conn(), &filter, self.sort, Some(MOST)).map_err(|e| e.to_string())?;
        let total = match rows.len() as u64 {
            full @ MOST.. => count(case.conn(), &filter).map_err(|e| e.to_string())?.max(full),
            fewer => fewer,
        };
        Ok(Box::new(Page { rows, total }))
    }
}

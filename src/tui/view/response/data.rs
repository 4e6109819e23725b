//! What the views ask, and what they are told: lines and rows as they are shown.

mod boards;
mod time;

use std::sync::Arc;

use super::kinds::Kind;
use super::rows::Row;
use crate::tui::data::{Desk, Question};
use crate::tui::message::Answer;
use crate::tui::theme::Slot;
use crate::work::response::Board;

/// A line with its meaning.
pub type Line = (String, Slot);

/// All that a view shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Picture {
    /// Lines on top, on the left.
    pub left: Vec<Line>,
    /// Lines on top, on the right where there is room, else below the others.
    pub right: Vec<Line>,
    /// The rows.
    pub rows: Vec<Arc<Row>>,
    /// Lines at the foot.
    pub foot: Vec<Line>,
}

/// Asks for all that a view shows. Reads the events, so it is asked for when somebody wrote.
#[derive(Debug)]
pub struct Ask(pub Kind);

impl Question for Ask {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let case = desk.case.as_ref().ok_or("no case is open")?;
        let (state, _) = case.state().map_err(|e| e.to_string())?;
        let board = || Board::of(case, &state).map_err(|e| e.to_string());
        let picture = match self.0 {
            Kind::Tasks => boards::tasks(&board()?, &desk.env.user),
            Kind::Credentials => boards::credentials(&board()?),
            Kind::Clocks => boards::clocks(&board()?),
            Kind::Time => time::picture(&crate::work::response::timeline(case, &state).map_err(|e| e.to_string())?),
        };
        Ok(Box::new(picture))
    }
}

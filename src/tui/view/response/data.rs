//! What the views ask, and what they are told: lines and rows as they are shown.

mod boards;
mod time;

use std::collections::HashMap;
use std::sync::Arc;

use super::kinds::Kind;
use super::rows::Row;
use crate::case::notes::Note;
use crate::cli::words::when;
use crate::respond::handover::left_at;
use crate::tui::data::{Desk, Question};
use crate::tui::message::Answer;
use crate::tui::theme::Slot;
use crate::work::response::{Board, timeline, words_of};

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
        let mut picture = match self.0 {
            Kind::Tasks => boards::tasks(&board()?, &desk.env.user),
            Kind::Credentials => boards::credentials(&board()?),
            Kind::Clocks => boards::clocks(&board()?),
            Kind::Time => {
                let left = left_at(&words_of(&state, &desk.env.user), desk.env.now());
                time::picture(&timeline(case, &state).map_err(|e| e.to_string())?, left)
            }
        };
        if case.has_notes().map_err(|e| e.to_string())? {
            noted(&mut picture, self.0, &case.notes(&state).map_err(|e| e.to_string())?);
        }
        Ok(Box::new(picture))
    }
}

/// Puts notes to the rows that they are about.
fn noted(picture: &mut Picture, kind: Kind, notes: &[Note]) {
    let mut about: HashMap<&str, Vec<String>> = HashMap::new();
    for note in notes {
        let Some(named) = note.about.as_deref() else { continue };
        let text = note.text.as_deref().unwrap_or("destroyed on purpose");
        let line = format!("{}{} {}: {text}", note.label().shown(), when(&note.claimed), note.author);
        about.entry(named).or_default().push(line);
    }
    for row in &mut picture.rows {
        if let Some(lines) = about.get(kind.named(&row.key).as_str()) {
            Arc::make_mut(row).told.push(("notes", lines.join("\n")));
        }
    }
}

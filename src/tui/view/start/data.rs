//! What this view asks: the cases that were open before, and where it is.

use std::path::PathBuf;

use crate::tui::data::{Desk, Question, recent};
use crate::tui::message::Answer;

/// The recent cases.
#[derive(Debug)]
pub struct Recent;

/// The answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// Cases that still exist, newest first.
    pub recent: Vec<PathBuf>,
    /// The current folder.
    pub folder: PathBuf,
}

impl Question for Recent {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        Ok(Box::new(Found { recent: recent::list(&desk.env), folder: desk.env.current_dir.clone() }))
    }
}

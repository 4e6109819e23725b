//! Prose with meanings, held line by line: names and digests, a comparison, a report.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Around, Look, pane};
use crate::tui::regions::Regions;
use crate::tui::theme::Slot;
use crate::tui::widget::Line;
use crate::tui::widget::detail::{Detail, DetailState, Lines, TextLine};

/// A text and how far it is scrolled.
#[derive(Debug, Default)]
pub struct Text {
    lines: Vec<Line<'static>>,
    state: DetailState,
}

impl Lines for Text {
    fn total(&self) -> u64 {
        self.lines.len() as u64
    }

    fn line(&self, index: u64) -> Option<TextLine<'_>> {
        let line = self.lines.get(usize::try_from(index).ok()?)?;
        Some(TextLine { number: None, line: line.clone() })
    }
}

impl Text {
    /// Another text, scrolled as far.
    pub fn set(&mut self, lines: Vec<Line<'static>>) {
        self.lines = lines;
    }

    /// Scrolls; what changed, or none where the command is none of scrolling.
    pub fn command(&mut self, id: &str, around: Around<'_>, name: &str) -> Option<bool> {
        let movement = pane::text_movement(id)?;
        self.state.seen(&pane::seen(around.regions, name));
        let total = self.total();
        Some(self.state.apply(movement, total))
    }

    /// Draws it.
    pub fn draw(&self, name: &'static str, empty: &str, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let detail = Detail { tabs: &[], lines: self, meant: None, focused: true, empty };
        pane::text_hits(&detail.draw(&self.state, look.theme, area, buffer), name)
    }
}

/// A heading.
pub fn heading(text: impl Into<String>) -> Line<'static> {
    Line::new(text.into(), Slot::Header)
}

/// A word on the left, and what stands to it.
pub fn labelled(word: &str, text: impl Into<String>) -> Line<'static> {
    Line::new(format!(" {word:<14}"), Slot::Muted).and(text.into(), Slot::Base)
}

//! Paints an input and its completions.

use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::{Position, Rect};
use unicode_segmentation::UnicodeSegmentation as _;

use super::InputState;
use crate::tui::theme::{Glyph, Slot, Theme};
use crate::tui::widget::region::row;
use crate::tui::widget::{Cut, Line, Painter, Regions, Side, Span};

/// Completions shown at once.
const MOST_SHOWN: u16 = 8;

/// What an input is made of for one draw.
#[derive(Debug, Clone, Copy, Default)]
pub struct Input<'a> {
    /// Stands before the text: `/`, `:` or a word.
    pub prompt: &'a str,
    /// Shown while the text is empty.
    pub placeholder: &'a str,
    /// True when it has the keys.
    pub focused: bool,
}

/// A part of an input on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputPart {
    /// A place in the text, as a column from its beginning: for [`super::Edit::Column`].
    Column(usize),
    /// The completion with this index.
    Completion(usize),
}

impl Input<'_> {
    /// Paints the line into the first row; what is wrong into the second when there is one.
    pub fn draw(&self, state: &InputState, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions<InputPart> {
        let mut painter = Painter::new(theme, area, buffer);
        let area = painter.area();
        painter.clear(area);
        let line = row(area, 0);
        // The prompt gives way before the text does.
        let prompt = Rect { width: line.width.saturating_sub(line.width.min(6)), ..line };
        let used = painter.text(prompt, self.prompt, Slot::Key);
        let place = Rect { x: line.x.saturating_add(used), width: line.width.saturating_sub(used), ..line };
        let mut regions = Regions::new(area);
        regions.body = place;
        if state.text().is_empty() {
            painter.text(place, self.placeholder, Slot::Muted);
        }
        let cursor = columns_of(state.text().get(..state.cursor()).unwrap_or_default());
        let skip = skipped(cursor, place.width);
        let style = painter.style(Slot::Input);
        if !state.text().is_empty() {
            painter.window(place, &spans(state), style, skip);
        }
        for column in 0..place.width {
            let at = Rect { x: place.x.saturating_add(column), width: 1, ..place };
            regions.add(at, InputPart::Column(skip + usize::from(column)));
        }
        let shown = u16::try_from(cursor.saturating_sub(skip)).unwrap_or(u16::MAX);
        if self.focused && shown < place.width {
            regions.cursor = Some(Position { x: place.x.saturating_add(shown), y: place.y });
        }
        if let Some(problem) = &state.problem {
            let text = format!("{} {}", theme.glyph(Glyph::Error), problem.message);
            painter.text(row(area, 1), &text, Slot::Error);
        }
        regions
    }

    /// Paints the completions into a box below or above the line, whichever side of `screen` has room; `line` is the
    /// area the input was drawn in.
    pub fn draw_completions(
        &self,
        state: &InputState,
        theme: &Theme,
        line: Rect,
        screen: Rect,
        buffer: &mut Buffer,
    ) -> Regions<InputPart> {
        let Some(completion) = state.completion() else { return Regions::new(Rect { height: 0, ..line }) };
        let count = u16::try_from(completion.items.len()).unwrap_or(u16::MAX).min(MOST_SHOWN);
        let area = beside(line, screen, count);
        let mut painter = Painter::new(theme, area, buffer);
        let area = painter.area();
        painter.clear(area);
        let mut regions = Regions::new(area);
        let chosen = completion.chosen.unwrap_or(0);
        let first = chosen.saturating_sub(usize::from(area.height.saturating_sub(1)));
        let items = completion.items.iter().enumerate().skip(first);
        for (at, (index, (item, note))) in (0..area.height).zip(items) {
            let place = row(area, at);
            let is_chosen = completion.chosen == Some(index);
            let slot = if is_chosen { Slot::Selected } else { Slot::Input };
            painter.fill(place, painter.style(slot));
            let sign = if is_chosen { theme.glyph(Glyph::Marker) } else { " " };
            let mut text = vec![Span::plain(sign), Span::plain(item.as_str())];
            if !note.is_empty() {
                text.extend([
                    Span::plain("  "),
                    if is_chosen { Span::plain(note.as_str()) } else { Span::new(note.as_str(), Slot::Muted) },
                ]);
            }
            painter.line(place, &Line::from(text), painter.style(slot), Cut::End, Side::Left);
            regions.add(place, InputPart::Completion(index));
        }
        regions
    }
}

/// Columns of a text as it is drawn.
pub(super) fn columns_of(text: &str) -> usize {
    text.graphemes(true).map(|grapheme| usize::from(grapheme.cell_width()).max(1)).sum()
}

/// Columns scrolled away, so that the cursor is in sight. It follows from cursor and width alone and changes by half a
/// width at a time, so that the text does not crawl.
fn skipped(cursor: usize, width: u16) -> usize {
    let width = usize::from(width.max(1));
    let step = (width / 2).max(1);
    // The last column holds the mark that more follows.
    let last = width.saturating_sub(2);
    if cursor <= last { 0 } else { (cursor - last).div_ceil(step) * step }
}

fn spans(state: &InputState) -> Line<'_> {
    let text = state.text();
    let Some(problem) = &state.problem else { return Line::plain(text) };
    let range = if problem.range.is_empty() { 0..text.len() } else { problem.range.clone() };
    match (text.get(..range.start), text.get(range.clone()), text.get(range.end..)) {
        (Some(before), Some(wrong), Some(after)) => {
            Line::from(vec![Span::plain(before), Span::new(wrong, Slot::Error), Span::plain(after)])
        }
        _ => Line::new(text, Slot::Error),
    }
}

fn beside(line: Rect, screen: Rect, rows: u16) -> Rect {
    let below = screen.bottom().saturating_sub(line.bottom());
    let above = line.y.saturating_sub(screen.y);
    let (y, height) = if below >= rows || below >= above {
        (line.bottom(), rows.min(below))
    } else {
        (line.y.saturating_sub(rows.min(above)), rows.min(above))
    };
    Rect { y, height, ..line }.intersection(screen)
}

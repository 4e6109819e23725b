//! Longer texts: notes, reasons, entries.
//!
//! Owns the text while it is edited, and its draft. Must never save anything: the owner stores the [`Draft`] on every
//! change, so that a kill costs nothing. Texts are scrubbed on their way in: what one sees is what is signed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget as _;
use ratatui_textarea::{CursorMove, TextArea, WrapMode};
use serde::{Deserialize, Serialize};

use crate::model::text::scrub_lines;
use crate::tui::theme::{Glyph, Slot, Theme};
use crate::tui::widget::region::split_bottom;
use crate::tui::widget::{Cut, Line, Painter, Regions, Side};

/// From here on a text is called long.
pub const SOFT_LIMIT: usize = 16 * 1024;

/// Bytes a text holds; what goes beyond is refused and counted. Below what the rows of a 16-bit screen can address.
pub const HARD_LIMIT: usize = 48 * 1024;

/// Changes that can be undone.
const MOST_UNDO: usize = 500;

/// A text that is not yet part of the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What it will become part of; the owner's word.
    pub id: String,
    /// As typed.
    pub text: String,
    /// Row and character, from 0.
    pub cursor: (usize, usize),
}

/// One change or movement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// A character was typed.
    Insert(char),
    /// A text was pasted.
    Paste(String),
    /// A new line.
    Newline,
    /// Takes the character before the cursor away.
    Backspace,
    /// Takes the character at the cursor away.
    Delete,
    /// Takes the word before the cursor away.
    DeleteWord,
    /// Takes the rest of the line away.
    DeleteToEnd,
    /// Takes the last change back.
    Undo,
    /// Does it again.
    Redo,
    /// Moves the cursor.
    Go(Go),
}

/// Movements of the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    /// One character left.
    Left,
    /// One character right.
    Right,
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// One word left.
    WordLeft,
    /// One word right.
    WordRight,
    /// To the beginning of the line.
    Home,
    /// To the end of the line.
    End,
    /// To the beginning of the text.
    Top,
    /// To the end of the text.
    Bottom,
    /// To a row and column of the text's body on the screen (the mouse).
    At(u16, u16),
}

/// What became of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// The draft is another: it is to be saved. Also after a movement.
    pub changed: bool,
    /// Characters that were refused, because the text is full.
    pub refused: usize,
}

/// A text that is being edited.
#[derive(Debug, Clone)]
pub struct Editor {
    id: String,
    area: TextArea<'static>,
}

impl Editor {
    /// A text from a draft, or an empty one, in the colours of a theme.
    pub fn open(draft: Draft, theme: &Theme) -> Self {
        let text =
            scrub_lines(kept(&draft.text.replace("\r\n", "\n").replace(['\r', '\t'], " "), HARD_LIMIT)).into_owned();
        let text = kept(&text, HARD_LIMIT);
        let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
        area.set_max_histories(MOST_UNDO);
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        let small = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        area.move_cursor(CursorMove::Jump(small(draft.cursor.0), small(draft.cursor.1)));
        let mut editor = Editor { id: draft.id, area };
        editor.dress(theme);
        editor
    }

    /// Takes the colours of another theme.
    pub fn dress(&mut self, theme: &Theme) {
        let base = theme.style(Slot::Base);
        self.area.set_style(base.patch(theme.style(Slot::Input)));
        self.area.set_cursor_line_style(Style::new());
        self.area.set_cursor_style(base.patch(theme.style(Slot::Selected)));
    }

    /// The text as it stands, to be saved.
    pub fn draft(&self) -> Draft {
        let cursor = self.area.cursor();
        Draft { id: self.id.clone(), text: self.text(), cursor: (cursor.0, cursor.1) }
    }

    /// The text.
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Its bytes.
    pub fn len(&self) -> usize {
        let lines = self.area.lines();
        lines.iter().map(String::len).sum::<usize>() + lines.len().saturating_sub(1)
    }

    /// True without a character.
    pub fn is_empty(&self) -> bool {
        self.area.is_empty()
    }

    /// Does one edit.
    pub fn apply(&mut self, edit: Edit) -> Taken {
        let changed = match edit {
            Edit::Insert(c) => return self.insert(c.encode_utf8(&mut [0; 4])),
            Edit::Paste(text) => return self.insert(&text),
            Edit::Newline => return self.insert("\n"),
            Edit::Backspace => self.area.delete_char(),
            Edit::Delete => self.area.delete_next_char(),
            Edit::DeleteWord => self.area.delete_word(),
            Edit::DeleteToEnd => self.area.delete_line_by_end(),
            Edit::Undo => self.area.undo(),
            Edit::Redo => self.area.redo(),
            Edit::Go(go) => {
                let before = self.area.cursor();
                self.go(go);
                before != self.area.cursor()
            }
        };
        Taken { changed, refused: 0 }
    }

    fn insert(&mut self, text: &str) -> Taken {
        let room = HARD_LIMIT.saturating_sub(self.len());
        let plain = kept(text, room);
        let mut refused = text.get(plain.len()..).unwrap_or_default().chars().count();
        let plain = plain.replace("\r\n", "\n").replace(['\r', '\t'], " ");
        let clean = scrub_lines(&plain);
        let taken = kept(&clean, room);
        refused += clean.get(taken.len()..).unwrap_or_default().chars().count();
        let changed = !taken.is_empty() && self.area.insert_str(taken);
        Taken { changed, refused }
    }

    fn go(&mut self, go: Go) {
        self.area.move_cursor(match go {
            Go::Left => CursorMove::Back,
            Go::Right => CursorMove::Forward,
            Go::Up => CursorMove::Up,
            Go::Down => CursorMove::Down,
            Go::WordLeft => CursorMove::WordBack,
            Go::WordRight => CursorMove::WordForward,
            Go::Home => CursorMove::Head,
            Go::End => CursorMove::End,
            Go::Top => CursorMove::Top,
            Go::Bottom => CursorMove::Bottom,
            Go::At(row, column) => {
                let (top, left) = self.area.scroll_offset();
                let at = self
                    .area
                    .screen_to_data(usize::from(top) + usize::from(row), usize::from(left) + usize::from(column));
                let small = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
                CursorMove::Jump(small(at.0), small(at.1))
            }
        });
    }

    /// Paints the text, and below it how long it is when that is worth saying. The cursor is a cell of the text.
    pub fn draw(&self, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions<()> {
        let mut painter = Painter::new(theme, area, buffer);
        let area = painter.area();
        painter.clear(area);
        let mut regions = Regions::new(area);
        let long = self.len() > SOFT_LIMIT;
        let (body, foot) = split_bottom(area, u16::from(long && area.height > 2));
        regions.body = body;
        if long {
            let full = if self.len() >= HARD_LIMIT { "; nothing more fits" } else { "" };
            let text = format!("{} {} of {} bytes{full}", theme.glyph(Glyph::Warning), self.len(), HARD_LIMIT);
            painter.line(foot, &Line::plain(text), painter.style(Slot::Warning), Cut::End, Side::Left);
        }
        if body.is_empty() {
            return regions;
        }
        let escaped = theme.ascii() && !self.area.lines().iter().all(|line| line.is_ascii());
        if body.width < 2 || escaped {
            self.draw_plainly(&mut painter, body);
        } else {
            (&self.area).render(body, buffer);
        }
        regions.add(body, ());
        regions
    }

    /// Without wrapping, for places where a wide character does not fit, and for other letters on terminals that take
    /// ASCII only.
    fn draw_plainly(&self, painter: &mut Painter<'_>, body: Rect) {
        let at = self.area.cursor();
        let first = (at.0 + 1).saturating_sub(usize::from(body.height));
        for (y, line) in (0..body.height).zip(self.area.lines().iter().skip(first)) {
            let place = super::region::row(body, y);
            painter.text(place, line, Slot::Input);
            if first + usize::from(y) == at.0 {
                let column = u16::try_from(at.1).unwrap_or(u16::MAX).min(body.width - 1);
                let cursor = Rect { x: place.x.saturating_add(column), width: 1, ..place };
                painter.mark(cursor, Slot::Selected);
            }
        }
    }
}

/// The beginning of a text that fits into so many bytes.
fn kept(text: &str, room: usize) -> &str {
    text.get(..text.floor_char_boundary(room)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty() -> Editor {
        Editor::open(Draft { id: "note".to_owned(), text: String::new(), cursor: (0, 0) }, &Theme::default())
    }

    #[test]
    fn drafts_come_back_as_they_were() {
        let mut editor = empty();
        editor.apply(Edit::Paste("first\r\nsecond\u{1b}".to_owned()));
        editor.apply(Edit::Newline);
        editor.apply(Edit::Insert('x'));
        editor.apply(Edit::Go(Go::Up));
        let draft = editor.draft();
        assert_eq!((draft.text.as_str(), draft.cursor), ("first\nsecond␛\nx", (1, 1)));
        let stored = serde_json::to_string(&draft).unwrap();
        assert_eq!(Editor::open(serde_json::from_str(&stored).unwrap(), &Theme::default()).draft(), draft);
        let outside = Draft { cursor: (99, 99), ..draft };
        assert_eq!(Editor::open(outside, &Theme::default()).draft().cursor, (2, 1));
    }

    #[test]
    fn changes_can_be_taken_back() {
        let mut editor = empty();
        for c in "abc".chars() {
            assert!(editor.apply(Edit::Insert(c)).changed);
        }
        assert!(editor.apply(Edit::DeleteWord).changed);
        assert!(editor.is_empty());
        editor.apply(Edit::Undo);
        assert_eq!(editor.text(), "abc");
        editor.apply(Edit::Redo);
        assert_eq!(editor.text(), "");
        assert!(!editor.apply(Edit::Backspace).changed);
    }

    #[test]
    fn a_full_text_refuses_and_counts() {
        let mut editor = empty();
        let taken = editor.apply(Edit::Paste("x".repeat(1_000_000)));
        assert_eq!((editor.len(), taken.refused), (HARD_LIMIT, 1_000_000 - HARD_LIMIT));
        assert_eq!(editor.apply(Edit::Newline), Taken { changed: false, refused: 1 });
    }

    #[test]
    fn the_longest_text_is_drawn_in_the_narrowest_place() {
        let mut editor = empty();
        editor.apply(Edit::Paste("x\n".repeat(HARD_LIMIT / 2)));
        editor.apply(Edit::Go(Go::Bottom));
        for (width, height) in [(1, 1), (2, 500), (3, 1)] {
            let area = Rect::new(0, 0, width, height);
            let regions = editor.draw(&Theme::default(), area, &mut Buffer::empty(area));
            assert!(regions.cursor.is_none_or(|cursor| area.contains(cursor)), "{width} by {height}");
        }
    }
}

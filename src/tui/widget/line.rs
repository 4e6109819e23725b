//! One line of text as a view states it: spans with meanings, and how the line gives way where room is short.
//!
//! Owns cutting by grapheme and column over several spans. The work depends on the room, never on the length of the
//! text.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::CellWidth as _;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::model::text::scrub;
use crate::tui::theme::Slot;

/// Characters of a text that are searched for a match.
const MOST_SEARCHED: usize = 4_096;

/// A part of a line with one meaning. The text is data: it need not be scrubbed, drawing does that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span<'a> {
    /// As it is.
    pub text: Cow<'a, str>,
    /// `None`: the line's own.
    pub slot: Option<Slot>,
}

/// A line of spans.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line<'a> {
    /// From left to right.
    pub spans: Vec<Span<'a>>,
}

/// Which part of a text gives way.
#[derive(Debug, Clone, Copy, Default)]
pub enum Cut {
    /// The end: prose.
    #[default]
    End,
    /// The beginning: paths.
    Start,
    /// The middle: names whose both ends tell.
    Middle,
    /// As this says, for texts with a grammar (image names): text and columns in, at most that many columns out. Used
    /// for lines of one span; others are cut in the middle.
    With(fn(&str, usize) -> String),
}

/// Which side a text stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// Words.
    #[default]
    Left,
    /// Numbers.
    Right,
}

impl<'a> Span<'a> {
    /// Text in the line's own style.
    pub fn plain(text: impl Into<Cow<'a, str>>) -> Self {
        Span { text: text.into(), slot: None }
    }

    /// Text with a meaning of its own.
    pub fn new(text: impl Into<Cow<'a, str>>, slot: Slot) -> Self {
        Span { text: text.into(), slot: Some(slot) }
    }
}

impl<'a> Line<'a> {
    /// One span in the line's own style.
    pub fn plain(text: impl Into<Cow<'a, str>>) -> Self {
        Line { spans: vec![Span::plain(text)] }
    }

    /// One span with a meaning.
    pub fn new(text: impl Into<Cow<'a, str>>, slot: Slot) -> Self {
        Line { spans: vec![Span::new(text, slot)] }
    }

    /// With another span at the end.
    #[must_use]
    pub fn and(mut self, text: impl Into<Cow<'a, str>>, slot: Slot) -> Self {
        self.spans.push(Span::new(text, slot));
        self
    }

    /// A text with byte ranges of it marked as [`Slot::Match`]. Ranges that overlap, run backwards, end outside the
    /// text or inside a character are left out.
    pub fn with_matches(text: &'a str, ranges: &[Range<usize>]) -> Self {
        let mut line = Line::default();
        let mut done = 0;
        for range in ranges {
            let (Some(before), Some(hit)) = (text.get(done..range.start), text.get(range.clone())) else { continue };
            line.spans.extend([Span::plain(before), Span::new(hit, Slot::Match)]);
            done = range.end;
        }
        line.spans.push(Span::plain(text.get(done..).unwrap_or_default()));
        line.spans.retain(|span| !span.text.is_empty());
        line
    }

    /// A text with what was looked for marked, whatever its case. Only the beginning of a very long text is searched.
    pub fn with_found(text: &'a str, wanted: &str) -> Self {
        let wanted: Vec<char> = wanted.chars().flat_map(char::to_lowercase).collect();
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let starts = text.char_indices().take(MOST_SEARCHED).map(|(at, _)| at);
        for start in starts.filter(|_| !wanted.is_empty()) {
            let taken = ranges.last().is_some_and(|range| start < range.end);
            if let Some(end) = found_end(text.get(start..).unwrap_or_default(), &wanted).filter(|_| !taken) {
                ranges.push(start..start + end);
            }
        }
        Line::with_matches(text, &ranges)
    }

    /// True without a character.
    pub fn is_empty(&self) -> bool {
        self.spans.iter().all(|span| span.text.is_empty())
    }
}

impl<'a> From<&'a str> for Line<'a> {
    fn from(text: &'a str) -> Self {
        Line::plain(text)
    }
}

impl From<String> for Line<'_> {
    fn from(text: String) -> Self {
        Line::plain(text)
    }
}

impl<'a> From<Vec<Span<'a>>> for Line<'a> {
    fn from(spans: Vec<Span<'a>>) -> Self {
        Line { spans }
    }
}

/// One thing in one or more cells, safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Atom {
    pub text: String,
    pub columns: usize,
    pub slot: Option<Slot>,
}

/// What a place of so many columns shows of a line. At most `room` columns, whatever the text.
pub(super) fn fit_line(line: &Line<'_>, room: usize, cut: Cut, ascii: bool) -> Vec<Atom> {
    if room == 0 {
        return Vec::new();
    }
    if let (Cut::With(cutter), [span]) = (cut, line.spans.as_slice()) {
        let text = cutter(&scrub(&span.text), room);
        return fit_line(&Line { spans: vec![Span { text: text.into(), slot: span.slot }] }, room, Cut::End, ascii);
    }
    let head = atoms_from_start(line, room + 1, ascii);
    if columns(&head) <= room {
        return head;
    }
    let mark = Atom { text: if ascii { "~" } else { "…" }.to_owned(), columns: 1, slot: None };
    let left = match cut {
        Cut::End => room - 1,
        Cut::Start => 0,
        Cut::Middle | Cut::With(_) => room - 1 - (room - 1) * 2 / 3,
    };
    let mut kept = take(head.into_iter(), left);
    kept.push(Atom { slot: kept.last().and_then(|atom| atom.slot), ..mark });
    if !matches!(cut, Cut::End) {
        let tail = atoms_from_end(line, room, ascii);
        let mut end = take(tail.into_iter().rev(), room - columns(&kept));
        end.reverse();
        kept.extend(end);
    }
    kept
}

/// What a place shows of a line that is scrolled sideways by `skip` columns; both sides say when there is more.
pub(super) fn window_line(line: &Line<'_>, skip: usize, room: usize, ascii: bool) -> Vec<Atom> {
    if skip == 0 || room == 0 {
        return fit_line(line, room, Cut::End, ascii);
    }
    let mut atoms = vec![Atom { text: if ascii { "~" } else { "…" }.to_owned(), columns: 1, slot: None }];
    atoms.extend(beyond(line, skip.saturating_add(1), room - 1, ascii));
    atoms
}

fn beyond(line: &Line<'_>, skip: usize, room: usize, ascii: bool) -> Vec<Atom> {
    let mut at = 0;
    let mut shown = Vec::new();
    for span in &line.spans {
        let most = most_characters(skip.saturating_add(room).saturating_add(1).saturating_sub(at));
        let end = span.text.char_indices().nth(most).map_or(span.text.len(), |(end, _)| end);
        let clean = scrub(span.text.get(..end).unwrap_or_default());
        for grapheme in clean.graphemes(true) {
            let begins = at;
            at += drawn_columns(grapheme, ascii);
            if begins >= skip {
                shown.push(Span { text: grapheme.to_owned().into(), slot: span.slot });
            } else if at > skip {
                // A wide character that is cut by the left edge leaves its columns blank.
                shown.push(Span { text: " ".repeat(at - skip).into(), slot: span.slot });
            }
            if begins > skip.saturating_add(room) {
                return fit_line(&Line { spans: shown }, room, Cut::End, ascii);
            }
        }
    }
    fit_line(&Line { spans: shown }, room, Cut::End, ascii)
}

fn drawn_columns(grapheme: &str, ascii: bool) -> usize {
    if ascii && !grapheme.is_ascii() {
        return grapheme.chars().map(|c| in_ascii(c).len()).sum();
    }
    usize::from(grapheme.cell_width()).max(1)
}

/// Where a match that begins here ends.
fn found_end(text: &str, wanted: &[char]) -> Option<usize> {
    let mut left = wanted;
    for (at, c) in text.char_indices() {
        for lower in c.to_lowercase() {
            left = left.strip_prefix(&[lower])?;
        }
        if left.is_empty() {
            return Some(at + c.len_utf8());
        }
    }
    None
}

/// Columns of some atoms.
pub(super) fn columns(atoms: &[Atom]) -> usize {
    atoms.iter().map(|atom| atom.columns).sum()
}

/// Characters that can stand in so many columns: each has at most one base and four marks.
const fn most_characters(room: usize) -> usize {
    room.saturating_mul(5).saturating_add(8)
}

fn atoms_from_start(line: &Line<'_>, room: usize, ascii: bool) -> Vec<Atom> {
    let mut atoms = Vec::new();
    let mut used = 0;
    for span in &line.spans {
        let end = span.text.char_indices().nth(most_characters(room)).map_or(span.text.len(), |(at, _)| at);
        split(span.text.get(..end).unwrap_or_default(), span.slot, room.saturating_sub(used), ascii, &mut atoms);
        used = columns(&atoms);
        if used >= room {
            break;
        }
    }
    atoms
}

fn atoms_from_end(line: &Line<'_>, room: usize, ascii: bool) -> Vec<Atom> {
    let mut parts = Vec::new();
    let mut used = 0;
    for span in line.spans.iter().rev() {
        let start = span.text.char_indices().rev().nth(most_characters(room)).map_or(0, |(at, _)| at);
        let mut atoms = Vec::new();
        split(span.text.get(start..).unwrap_or_default(), span.slot, usize::MAX, ascii, &mut atoms);
        used += columns(&atoms);
        parts.push(atoms);
        if used >= room {
            break;
        }
    }
    parts.into_iter().rev().flatten().collect()
}

/// The one place where text becomes cells: scrubbed, cut into graphemes, each with its columns.
fn split(text: &str, slot: Option<Slot>, room: usize, ascii: bool, atoms: &mut Vec<Atom>) {
    let mut used = 0;
    let clean = scrub(text);
    for grapheme in clean.graphemes(true) {
        if used >= room {
            return;
        }
        let before = atoms.len();
        if ascii && !grapheme.is_ascii() {
            let written: String = grapheme.chars().map(in_ascii).collect();
            let each = written.chars().map(|c| Atom { text: c.to_string(), columns: 1, slot });
            atoms.extend(each);
        } else {
            atoms.push(atom(grapheme, slot));
        }
        used += columns(atoms.get(before..).unwrap_or_default());
    }
}

fn atom(grapheme: &str, slot: Option<Slot>) -> Atom {
    match usize::from(grapheme.cell_width()) {
        // A mark without a base would climb onto the neighbour's cell.
        0 => Atom { text: format!("◌{grapheme}"), columns: 1, slot },
        columns => Atom { text: grapheme.to_owned(), columns, slot },
    }
}

/// What stands for a character where only ASCII may be shown: what it means, or its number.
fn in_ascii(c: char) -> String {
    match c {
        '…' => "~".to_owned(),
        '–' | '—' | '─' | '·' => "-".to_owned(),
        '→' => "->".to_owned(),
        '│' => "|".to_owned(),
        'µ' => "u".to_owned(),
        c if c.is_ascii() => c.to_string(),
        c => c.escape_unicode().to_string(),
    }
}

fn take(atoms: impl Iterator<Item = Atom>, room: usize) -> Vec<Atom> {
    let mut used = 0;
    atoms
        .take_while(|atom| {
            used += atom.columns;
            used <= room
        })
        .collect()
}

#[cfg(test)]
mod tests;

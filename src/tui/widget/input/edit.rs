//! The text of an input and what can be done to it.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use super::History;
use crate::model::text::scrub;

/// Bytes a line holds; what goes beyond is refused and counted.
pub const MOST_BYTES: usize = 64 * 1024;

/// One change or movement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// A character was typed.
    Insert(char),
    /// A text was pasted: line ends become blanks, control characters visible.
    Paste(String),
    /// One grapheme to the left.
    Left,
    /// One grapheme to the right.
    Right,
    /// To the beginning of the word.
    WordLeft,
    /// Behind the end of the word.
    WordRight,
    /// To the beginning.
    Home,
    /// To the end.
    End,
    /// To this column of the text as drawn from its beginning (the mouse).
    Column(usize),
    /// Takes the grapheme before the cursor away.
    Backspace,
    /// Takes the grapheme at the cursor away.
    Delete,
    /// Kills the word before the cursor.
    KillWord,
    /// Kills to the beginning.
    KillToStart,
    /// Kills to the end.
    KillToEnd,
    /// Puts back what was killed.
    Yank,
    /// Empties the line; yank brings it back.
    Clear,
    /// The line before in the history.
    Older,
    /// The line after in the history.
    Newer,
    /// The next completion.
    NextCompletion,
    /// The completion before.
    PreviousCompletion,
    /// Takes the chosen completion.
    Complete,
    /// Hides the completions.
    EndCompletion,
}

/// What became of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// The text is another.
    pub changed: bool,
    /// Characters that were refused, because the line is full.
    pub refused: usize,
}

/// What is wrong with the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Bytes of the text to underline; empty: the whole.
    pub range: Range<usize>,
    /// What is wrong and what to write instead.
    pub message: String,
}

/// What could stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completion {
    /// Bytes of the text that an item takes the place of.
    pub replaces: Range<usize>,
    /// What would stand there, and a note beside it.
    pub items: Vec<(String, String)>,
    /// The chosen item; `None`: none yet.
    pub chosen: Option<usize>,
}

/// The state of an input.
#[derive(Debug, Clone, Default)]
pub struct InputState {
    text: String,
    /// Always between graphemes.
    cursor: usize,
    killed: String,
    completion: Option<Completion>,
    /// What is wrong with the text, as the owner found it; an edit takes it away.
    pub problem: Option<Problem>,
    /// Lines typed before.
    pub history: History,
}

impl InputState {
    /// With a text, the cursor at its end.
    pub fn new(text: &str) -> Self {
        let mut state = InputState::default();
        state.set_text(text);
        state
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Bytes before the cursor.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The completions that are shown.
    pub fn completion(&self) -> Option<&Completion> {
        self.completion.as_ref()
    }

    /// Another text, the cursor at its end.
    pub fn set_text(&mut self, text: &str) {
        self.text.clear();
        self.cursor = 0;
        self.insert(text);
        self.completion = None;
        self.problem = None;
    }

    /// Offers completions; an offer without items or with a range outside the text hides them.
    pub fn offer(&mut self, completion: Completion) {
        let fits = self.text.get(completion.replaces.clone()).is_some() && !completion.items.is_empty();
        self.completion = fits
            .then(|| Completion { chosen: completion.chosen.filter(|at| *at < completion.items.len()), ..completion });
    }

    /// Takes the text for use: it goes into the history and the line is empty.
    pub fn accept(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        self.history.add(text.clone());
        self.set_text("");
        text
    }

    /// Does one edit.
    pub fn apply(&mut self, edit: Edit) -> Taken {
        let before = self.text.len();
        let mut refused = 0;
        let changed = match edit {
            Edit::Insert(c) => {
                refused = self.insert(c.encode_utf8(&mut [0; 4]));
                refused == 0
            }
            Edit::Paste(text) => {
                refused = self.insert(&text);
                self.text.len() != before
            }
            Edit::Yank => {
                let killed = self.killed.clone();
                refused = self.insert(&killed);
                self.text.len() != before
            }
            Edit::Backspace => self.cut(self.left()..self.cursor, false),
            Edit::Delete => self.cut(self.cursor..self.right(), false),
            Edit::KillWord => self.cut(self.word_left()..self.cursor, true),
            Edit::KillToStart => self.cut(0..self.cursor, true),
            Edit::KillToEnd => self.cut(self.cursor..self.text.len(), true),
            Edit::Clear => self.cut(0..self.text.len(), true),
            Edit::Older => self.recall(true),
            Edit::Newer => self.recall(false),
            Edit::Complete => self.complete(),
            other => {
                self.go(&other);
                false
            }
        };
        if changed {
            self.problem = None;
            self.completion = None;
        }
        Taken { changed, refused }
    }

    fn go(&mut self, edit: &Edit) {
        match edit {
            Edit::NextCompletion => return self.choose(true),
            Edit::PreviousCompletion => return self.choose(false),
            Edit::Left => self.cursor = self.left(),
            Edit::Right => self.cursor = self.right(),
            Edit::WordLeft => self.cursor = self.word_left(),
            Edit::WordRight => self.cursor = self.word_right(),
            Edit::Home => self.cursor = 0,
            Edit::End => self.cursor = self.text.len(),
            Edit::Column(column) => self.cursor = self.at_column(*column),
            _ => {}
        }
        self.completion = None;
    }

    /// Characters refused.
    fn insert(&mut self, text: &str) -> usize {
        let room = MOST_BYTES.saturating_sub(self.text.len());
        // Scrubbed text is never shorter in characters: no more of a hostile paste is looked at than can be kept.
        let kept: usize = text
            .chars()
            .map(char::len_utf8)
            .scan(0, |sum, n| {
                *sum += n;
                Some(*sum)
            })
            .take_while(|sum| *sum <= room)
            .count();
        let end = text.char_indices().nth(kept).map_or(text.len(), |(at, _)| at);
        let mut refused = text.get(end..).unwrap_or_default().chars().count();
        let lines = text.get(..end).unwrap_or_default().replace("\r\n", " ").replace(['\n', '\r', '\t'], " ");
        let clean = scrub(&lines);
        let fits = clean
            .grapheme_indices(true)
            .map(|(at, grapheme)| at + grapheme.len())
            .take_while(|end| *end <= room)
            .last();
        let (taken, over) = clean.split_at_checked(fits.unwrap_or(0)).unwrap_or_default();
        refused += over.chars().count();
        self.text.insert_str(self.cursor, taken);
        self.cursor = self.boundary_at_or_after(self.cursor + taken.len());
        refused
    }

    fn cut(&mut self, range: Range<usize>, keep: bool) -> bool {
        if range.is_empty() || self.text.get(range.clone()).is_none() {
            return false;
        }
        let start = range.start;
        let cut: String = self.text.drain(range).collect();
        if keep {
            self.killed = cut;
        }
        // What stood on both sides may join to one grapheme.
        self.cursor = self.boundary_at_or_after(start);
        true
    }

    fn recall(&mut self, older: bool) -> bool {
        let line = if older { self.history.older(&self.text) } else { self.history.newer() };
        line.inspect(|line| self.set_text(line)).is_some()
    }

    fn choose(&mut self, forward: bool) {
        let Some(completion) = self.completion.as_mut() else { return };
        let count = completion.items.len();
        completion.chosen = match (completion.chosen, forward) {
            (None, true) => Some(0),
            (None, false) => count.checked_sub(1),
            (Some(at), true) => Some((at + 1) % count.max(1)),
            (Some(at), false) => Some(at.checked_sub(1).unwrap_or(count.saturating_sub(1))),
        };
    }

    fn complete(&mut self) -> bool {
        let Some(completion) = self.completion.take() else { return false };
        let Some((item, _)) = completion.items.get(completion.chosen.unwrap_or(0)) else { return false };
        if self.text.get(completion.replaces.clone()).is_none() {
            return false;
        }
        let start = completion.replaces.start;
        self.text.drain(completion.replaces);
        self.cursor = start;
        self.insert(item);
        true
    }

    fn left(&self) -> usize {
        self.before().grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn right(&self) -> usize {
        self.cursor + self.after().graphemes(true).next().map_or(0, str::len)
    }

    fn word_left(&self) -> usize {
        let mut graphemes = self.before().grapheme_indices(true).rev().skip_while(|(_, own)| kind(own) == Kind::Blank);
        let Some((mut start, first)) = graphemes.next() else { return 0 };
        for (at, _) in graphemes.take_while(|(_, own)| kind(own) == kind(first)) {
            start = at;
        }
        start
    }

    fn word_right(&self) -> usize {
        let mut graphemes = self.after().grapheme_indices(true).skip_while(|(_, own)| kind(own) == Kind::Blank);
        let Some((mut at, first)) = graphemes.next() else { return self.text.len() };
        let mut length = first.len();
        for (next, own) in graphemes.take_while(|(_, own)| kind(own) == kind(first)) {
            (at, length) = (next, own.len());
        }
        self.cursor + at + length
    }

    fn at_column(&self, column: usize) -> usize {
        let mut used = 0;
        let before = |(_, grapheme): &(usize, &str)| {
            used += super::draw::columns_of(grapheme);
            used > column
        };
        self.text.grapheme_indices(true).find(before).map_or(self.text.len(), |(at, _)| at)
    }

    fn boundary_at_or_after(&self, at: usize) -> usize {
        self.text.grapheme_indices(true).map(|(start, _)| start).find(|start| *start >= at).unwrap_or(self.text.len())
    }

    fn before(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    fn after(&self) -> &str {
        self.text.get(self.cursor..).unwrap_or_default()
    }
}

/// Letters hang together, signs hang together: `priority:>0` is three words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Letter,
    Sign,
}

fn kind(grapheme: &str) -> Kind {
    match grapheme.chars().next() {
        Some(c) if c.is_alphanumeric() || c == '_' => Kind::Letter,
        Some(c) if !c.is_whitespace() => Kind::Sign,
        _ => Kind::Blank,
    }
}

#[cfg(test)]
mod tests;

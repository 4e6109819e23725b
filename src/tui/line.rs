//! One line of text with a cursor, for the palette and filters. Bounded; control characters never get into it.

use unicode_segmentation::UnicodeSegmentation as _;

use super::message::MAX_PASTE;
use crate::model::text::{scrub, width};

/// A line being typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    text: String,
    /// Byte offset, always between graphemes.
    cursor: usize,
}

impl Line {
    /// A line with the cursor at its end.
    pub fn new(text: &str) -> Line {
        let mut line = Line::default();
        line.insert(text);
        line
    }

    /// What stands in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Types or pastes: line ends and tabs become blanks, other control characters are left out.
    pub fn insert(&mut self, text: &str) {
        let room = MAX_PASTE.saturating_sub(self.text.chars().count());
        let plain = |c: char| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
        let taken: String = text.chars().map(plain).filter(|c| !c.is_control()).take(room).collect();
        self.text.insert_str(self.cursor, &taken);
        self.cursor += taken.len();
    }

    /// Does what an `input.` command says; false where it is none about the line itself.
    pub fn command(&mut self, id: &str) -> bool {
        let (before, after) = self.text.split_at(self.cursor);
        let left = before.graphemes(true).next_back().map_or(0, str::len);
        let right = after.graphemes(true).next().map_or(0, str::len);
        match id {
            "input.left" => self.cursor -= left,
            "input.right" => self.cursor += right,
            "input.home" => self.cursor = 0,
            "input.end" => self.cursor = self.text.len(),
            "input.backspace" => self.delete(self.cursor - left),
            "input.delete" => drop(self.text.drain(self.cursor..self.cursor + right)),
            "input.delete-word" => {
                let word = before.trim_end().rfind(' ').map_or(0, |at| at + 1);
                self.delete(word);
            }
            "input.clear" => *self = Line::default(),
            _ => return false,
        }
        true
    }

    fn delete(&mut self, from: usize) {
        self.text.drain(from..self.cursor);
        self.cursor = from;
    }

    /// The part that fits into so many columns with the cursor in sight, made safe, and the cursor's column in it.
    pub fn shown(&self, columns: usize) -> (String, usize) {
        let before = scrub(self.text.get(..self.cursor).unwrap_or_default()).into_owned();
        let room = columns.saturating_sub(1);
        let mut kept = before.as_str();
        while width(kept) > room {
            kept = kept.get(kept.graphemes(true).next().map_or(kept.len(), str::len)..).unwrap_or_default();
        }
        let at = width(kept);
        let mut shown = kept.to_owned();
        for grapheme in scrub(self.text.get(self.cursor..).unwrap_or_default()).graphemes(true) {
            if width(&shown) + width(grapheme) > columns {
                break;
            }
            shown.push_str(grapheme);
        }
        (shown, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn typing_and_deleting() {
        let mut line = Line::new("case.new hub\u{1b}\n");
        assert_eq!(line.text(), "case.new hub ");
        for (command, wanted) in [
            ("input.delete-word", "case.new "),
            ("input.backspace", "case.new"),
            ("input.home", "case.new"),
            ("input.delete", "ase.new"),
            ("input.right", "ase.new"),
            ("input.backspace", "se.new"),
            ("input.clear", ""),
        ] {
            assert!(line.command(command));
            assert_eq!(line.text(), wanted, "{command}");
        }
        assert!(!line.command("input.accept"));
    }

    #[test]
    fn the_cursor_stays_in_sight() {
        let mut line = Line::new("abcdef東京");
        assert_eq!(line.shown(5), ("東京".to_owned(), 4));
        assert_eq!(line.shown(6), ("f東京".to_owned(), 5));
        assert_eq!(line.shown(20), ("abcdef東京".to_owned(), 10));
        line.command("input.home");
        assert_eq!(line.shown(4), ("abcd".to_owned(), 0));
        assert_eq!(line.shown(0), (String::new(), 0));
    }

    proptest! {
        #[test]
        fn no_order_of_keys_breaks_it(text in any::<String>(), keys in proptest::collection::vec(0_usize..9, 0..30), columns in 0_usize..30) {
            let ids = ["left", "right", "home", "end", "backspace", "delete", "delete-word", "clear", "x"];
            let mut line = Line::new(&text);
            for key in keys {
                if !line.command(&format!("input.{}", ids[key])) {
                    line.insert(&text);
                }
                let (shown, at) = line.shown(columns);
                prop_assert!(width(&shown) <= columns && at <= columns);
                prop_assert!(line.text().chars().count() <= MAX_PASTE);
            }
        }
    }
}

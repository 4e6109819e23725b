//! Where paths to be imported are typed: several of them, names with blanks in double quotes.

use crate::tui::data::paths::words;
use crate::tui::view::pane;
use crate::tui::widget::input::{Completion, Edit, InputState};

/// The line.
#[derive(Debug, Default)]
pub struct Prompt {
    /// What is typed.
    pub input: InputState,
}

/// What became of a command.
#[derive(Debug, PartialEq, Eq)]
pub enum Typed {
    /// It is none of typing.
    Unknown,
    /// Ask for names again where the text is another.
    Edited,
    /// Import these.
    Accepted(Vec<String>),
    /// Nothing is imported.
    Cancelled,
}

impl Prompt {
    /// Text was typed or pasted.
    pub fn insert(&mut self, text: &str) {
        self.input.apply(Edit::Paste(text.to_owned()));
    }

    /// An `input.` command.
    pub fn command(&mut self, id: &str) -> Typed {
        let chosen = self.input.completion().is_some_and(|completion| completion.chosen.is_some());
        match id {
            "input.accept" if chosen => drop(self.input.apply(Edit::Complete)),
            "input.accept" => return Typed::Accepted(words(self.input.text())),
            "input.cancel" if chosen => drop(self.input.apply(Edit::EndCompletion)),
            "input.cancel" => return Typed::Cancelled,
            "input.complete" => {
                self.input.apply(Edit::NextCompletion);
                if self.input.completion().is_some_and(|completion| completion.items.len() == 1) {
                    self.input.apply(Edit::Complete);
                }
            }
            id => match pane::edit(id) {
                Some(edit) => drop(self.input.apply(edit)),
                None => return Typed::Unknown,
            },
        }
        Typed::Edited
    }

    /// The path that ends at the cursor, without its quote.
    pub fn path(&self) -> &str {
        let before = self.input.text().get(..self.input.cursor()).unwrap_or_default();
        before.get(start(before)..).unwrap_or_default()
    }

    /// Offers names for a path that is still the one at the cursor.
    pub fn offer(&mut self, path: &str, names: Vec<String>) {
        let cursor = self.input.cursor();
        let begun = path.rsplit('/').next().unwrap_or_default().len();
        if self.path() != path || names.iter().all(|name| name.len() == begun) {
            return;
        }
        let items = names.into_iter().map(|name| (name, String::new())).collect();
        self.input.offer(Completion { replaces: cursor.saturating_sub(begun)..cursor, items, chosen: None });
    }
}

/// Where the last word of a text begins.
fn start(text: &str) -> usize {
    let (mut start, mut quoted) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => (start, quoted) = (at + 1, !quoted),
            ' ' if !quoted => start = at + 1,
            _ => {}
        }
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_paths_and_names_with_blanks() {
        let mut prompt = Prompt::default();
        prompt.insert("dumps/ \"my fol");
        assert_eq!(prompt.path(), "my fol");
        prompt.offer("my fol", vec!["my folder/".to_owned()]);
        assert_eq!(prompt.command("input.complete"), Typed::Edited);
        assert_eq!(prompt.input.text(), "dumps/ \"my folder/");
        assert_eq!(prompt.command("input.accept"), Typed::Accepted(vec!["dumps/".to_owned(), "my folder/".to_owned()]));
        prompt.offer("elsewhere", vec!["x".to_owned()]);
        assert!(prompt.input.completion().is_none(), "an answer that comes too late");
        assert_eq!(prompt.command("input.cancel"), Typed::Cancelled);
    }
}

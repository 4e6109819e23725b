//! A page of facts: words, what stands to them, and where each leads. What an image is called, what an event says, what a
//! check found.

use std::collections::HashMap;

use super::below::Told;
use super::link;
use super::sheet::{Entry, Sheet};
use crate::case::notes::Note;
use crate::cli::words::when;
use crate::command::Call;
use crate::tui::theme::Slot;
use crate::tui::widget::Line;
use crate::tui::widget::table::Column;

/// The columns of a page.
pub const COLUMNS: &[Column] = &[Column::new("WHAT", 12, 14), Column::new("", 20, 200).growing(1)];

/// A page.
pub type Facts = Sheet<Fact>;

/// One line of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// How many lines before it say the same: no two share a name.
    nth: usize,
    word: &'static str,
    text: String,
    slot: Option<Slot>,
    link: Option<Call>,
    heading: bool,
}

/// A page that is being written.
#[derive(Debug, Default)]
pub struct Page {
    facts: Vec<Fact>,
    said: HashMap<(&'static str, String), usize>,
}

impl Page {
    /// A heading over the lines that follow, with a blank line above.
    pub fn heading(&mut self, word: &'static str, text: impl Into<String>) {
        if !self.facts.is_empty() {
            self.push(Fact { heading: true, ..fact("", "") });
        }
        self.push(Fact { heading: true, slot: Some(Slot::Header), ..fact(word, text) });
    }

    /// A word and what stands to it.
    pub fn line(&mut self, word: &'static str, text: impl Into<String>) {
        self.push(fact(word, text));
    }

    /// The same, standing out.
    pub fn toned(&mut self, slot: Slot, word: &'static str, text: impl Into<String>) {
        self.push(Fact { slot: Some(slot), ..fact(word, text) });
    }

    /// The same, leading somewhere.
    pub fn linked(&mut self, word: &'static str, text: impl Into<String>, link: Option<Call>) {
        self.push(Fact { link, ..fact(word, text) });
    }

    /// The same, leading somewhere and standing out.
    pub fn toned_link(&mut self, slot: Option<Slot>, word: &'static str, text: impl Into<String>, link: Option<Call>) {
        self.push(Fact { slot, link, ..fact(word, text) });
    }

    /// All lines.
    pub fn end(self) -> Vec<Fact> {
        self.facts
    }

    fn push(&mut self, fact: Fact) {
        let said = self.said.entry((fact.word, fact.text.clone())).or_default();
        self.facts.push(Fact { nth: *said, ..fact });
        *said += 1;
    }
}

/// Notes, the text of each line by line; they lead to their events.
pub fn notes(notes: &[Note]) -> Vec<Fact> {
    let mut page = Page::default();
    for note in notes {
        let link = Some(link::event(&note.event));
        let about = note.about.as_deref().unwrap_or("the case");
        page.toned_link(
            Some(Slot::Header),
            "note",
            format!("{}{} by {}  {about}", note.label().shown(), when(&note.claimed), note.author),
            link.clone(),
        );
        match &note.text {
            Some(text) => text.lines().for_each(|line| page.toned_link(Some(Slot::Base), "", line, link.clone())),
            None => page.toned(Slot::Muted, "", "destroyed on purpose: the event that did says why"),
        }
        for mention in &note.mentions {
            page.linked("mentions", mention.written.clone(), link::mentioned(&mention.target));
        }
        page.line("", "");
    }
    page.end()
}

fn fact(word: &'static str, text: impl Into<String>) -> Fact {
    Fact { nth: 0, word, text: text.into(), slot: None, link: None, heading: false }
}

impl Entry for Fact {
    fn key(&self) -> String {
        format!("{}|{}|{}", self.word, self.text, self.nth)
    }

    fn cells(&self) -> Vec<Line<'_>> {
        if self.heading {
            return vec![Line::plain(self.word), Line::plain(self.text.as_str())];
        }
        let word = Line::new(self.word, Slot::Muted);
        let text = match (&self.link, self.slot) {
            (Some(_), None) => Line::new(self.text.as_str(), Slot::Link),
            _ => Line::plain(self.text.as_str()),
        };
        vec![word, text]
    }

    fn slot(&self) -> Option<Slot> {
        self.slot
    }

    fn link(&self) -> Option<Call> {
        self.link.clone()
    }

    fn no_link(&self) -> &'static str {
        "this line leads nowhere; underlined ones do"
    }

    fn told(&self) -> Told {
        // A heading keeps the pane where it is.
        vec![(self.word, if self.text.is_empty() { " ".to_owned() } else { self.text.clone() })]
    }
}

//! A page of this view in front of the outline: the ways to an image, or two images side by side.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::data;
use super::ways::Told;
use crate::command::Call;
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::message::Slot;
use crate::tui::regions::Regions;
use crate::tui::theme::Slot as Meaning;
use crate::tui::view::below::Below;
use crate::tui::view::facts::{self, Facts};
use crate::tui::view::{Around, Look, Reply};

const PANE: &str = "graph.page";

/// A page, as far as it is read.
#[derive(Debug)]
pub struct Paged {
    /// The command that leads here again.
    pub place: Call,
    /// For the way back.
    pub crumb: String,
    title: String,
    facts: Facts,
}

impl Paged {
    /// Before anything is read.
    pub fn new(place: Call) -> Paged {
        let crumb = place.id.trim_start_matches("graph.").to_owned();
        Paged { place, crumb, title: "reading ...".to_owned(), facts: Facts::default() }
    }

    /// Asks for it again.
    pub fn ask(&self, slot: Slot, reply: &mut Reply) {
        match (self.place.id.as_str(), self.place.argument.split_once(' ')) {
            ("graph.compare", Some((first, second))) => {
                reply.ask(slot, data::Beside(first.to_owned(), second.to_owned()), false);
            }
            _ => reply.ask(slot, data::Ways(self.place.argument.clone()), false),
        }
    }

    /// It came; that of another place is of no use.
    pub fn take(&mut self, told: Told) {
        if told.place.id == self.place.id && (told.asked == self.place.argument || told.place == self.place) {
            (self.place, self.title, self.crumb) = (told.place, told.title, told.crumb);
            self.facts.set(told.facts);
        }
    }

    /// It cannot be told, in words.
    pub fn failed(&mut self, why: String) {
        self.title = why;
    }

    /// Moves; none where the command is none of moving.
    pub fn moved(&mut self, id: &str, around: Around<'_>) -> Option<bool> {
        self.facts.command(id, around, PANE)
    }

    /// True with a row.
    pub fn has_rows(&self) -> bool {
        self.facts.marked().is_some()
    }

    /// Goes where the marked row leads.
    pub fn open(&self, reply: &mut Reply) {
        self.facts.open(reply);
    }

    /// Puts the marker on a row; true when it was there before.
    pub fn click(&mut self, row: usize) -> bool {
        self.facts.click(row)
    }

    /// Draws it.
    pub fn draw(&self, building: &str, below: &Below, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut lines = Cursor::new(area);
        put(buffer, lines.line(), &format!(" {}", self.title), look.theme.style(Meaning::Title));
        self.facts.draw((facts::COLUMNS, PANE, building), below, look, lines.rest(), buffer)
    }
}

//! A list in front of the tables: what to find out next, or what is P0 by its cause.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::causes::{self, Causes};
use super::queue::{self, Queue};
use super::{CAUSES, QUEUE, data};
use crate::command::Call;
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::regions::Regions;
use crate::tui::theme::Slot;
use crate::tui::view::below::Below;
use crate::tui::view::{Around, Look, Reply, link};

/// Which one is open.
#[derive(Debug)]
pub enum Front {
    /// What to find out next, and whether it was read.
    Questions(Box<Queue>, bool),
    /// What is P0, by cause and owner.
    Causes(Box<Causes>),
}

impl Front {
    /// Before anything is read.
    pub fn questions() -> Front {
        Front::Questions(Box::default(), false)
    }

    /// Before anything is read.
    pub fn causes() -> Front {
        Front::Causes(Box::default())
    }

    /// The command that leads there.
    pub fn id(&self) -> &'static str {
        match self {
            Front::Questions(..) => "matrix.queue",
            Front::Causes(_) => "matrix.causes",
        }
    }

    /// For the way back.
    pub fn crumb(&self) -> &'static str {
        match self {
            Front::Questions(..) => "what to find out",
            Front::Causes(_) => "P0 by cause",
        }
    }

    /// Asks for what stands in it.
    pub fn ask(&self, hurry: bool, reply: &mut Reply) {
        match self {
            Front::Questions(..) => reply.ask(QUEUE, data::Next, hurry),
            Front::Causes(_) => reply.ask(CAUSES, data::Urgencies, hurry),
        }
    }

    /// The image at the marker.
    pub fn image(&self) -> Option<&str> {
        match self {
            Front::Questions(list, _) => list.marked().map(|row| row.id.as_str()),
            Front::Causes(list) => list.image().map(|image| image.row.id.as_str()),
        }
    }

    /// What an image is called, where it is listed.
    pub fn name_of(&self, image: &str) -> Option<&str> {
        match self {
            Front::Questions(list, _) => list.items().iter().find(|row| row.id == image).map(|row| row.name.as_str()),
            Front::Causes(list) => list.name_of(image),
        }
    }

    /// The images that something is said of.
    pub fn chosen(&self) -> Vec<String> {
        match self {
            Front::Questions(list, _) => list.chosen(),
            Front::Causes(list) => list.chosen(),
        }
    }

    /// True with a marked row.
    pub fn has_marks(&self) -> bool {
        match self {
            Front::Questions(list, _) => list.has_marks(),
            Front::Causes(list) => list.has_marks(),
        }
    }

    /// Takes all marks away.
    pub fn unmark(&mut self) {
        match self {
            Front::Questions(list, _) => list.unmark(),
            Front::Causes(list) => list.unmark(),
        }
    }

    /// Turns the mark of the row at the marker over, and goes on to the next.
    pub fn mark(&mut self) {
        match self {
            Front::Questions(list, _) => list.mark(),
            Front::Causes(list) => list.mark(),
        }
    }

    /// Marks every row; how many there are.
    pub fn mark_all(&mut self) -> usize {
        match self {
            Front::Questions(list, _) => list.mark_all(),
            Front::Causes(list) => list.mark_all(),
        }
    }

    /// Moves; what changed, or none where the command is none of moving.
    pub fn moved(&mut self, id: &str, around: Around<'_>) -> Option<bool> {
        match self {
            Front::Questions(list, _) => list.moved(id, around, queue::PANE),
            Front::Causes(list) => list.moved(id, around),
        }
    }

    /// Opens the row at the marker: a group shows its images, a question why it is asked, an image all about it.
    pub fn open(&mut self, reply: &mut Reply) {
        match self {
            Front::Questions(..) => reply.call("matrix.why"),
            Front::Causes(list) => match list.image().map(|image| link::image(&image.row.id)) {
                Some(image) => reply.calls.push(image),
                None => reply.changed |= list.toggle(),
            },
        }
    }

    /// Puts the marker on a row; true when it was there before.
    pub fn click(&mut self, row: usize) -> bool {
        match self {
            Front::Questions(list, _) => list.click(row),
            Front::Causes(list) => list.click(row),
        }
    }

    /// The command that opens this list.
    pub fn place(&self) -> Call {
        Call::parse(self.id())
    }

    /// Draws it.
    pub fn draw(&self, below: &Below, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut lines = Cursor::new(area);
        let head = match self {
            Front::Questions(list, read) => queue::head(list, *read),
            Front::Causes(list) => list.head(),
        };
        put(buffer, lines.line(), &head, look.theme.style(Slot::Title));
        match self {
            Front::Questions(list, read) => list.draw(&queue::plan(*read), true, below, look, lines.rest(), buffer),
            Front::Causes(list) => list.draw(below, look, lines.rest(), buffer),
        }
    }

    /// True where rows of this pane are in it.
    pub fn has_pane(&self, pane: &str) -> bool {
        match self {
            Front::Questions(..) => pane == queue::PANE,
            Front::Causes(_) => pane == causes::PANE,
        }
    }
}

//! The matrix: the whole fleet at a glance, what first, and why. Both lenses as tables of cells, the images of the marked
//! cell below; what to find out next; what another policy would move.

mod answers;
mod causes;
mod commands;
mod compromise;
mod data;
mod draw;
mod front;
mod grid;
mod head;
mod images;
mod list;
mod page;
mod queue;
mod spot;
mod steps;
mod text;
mod typing;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::below::{self, Below};
use super::{Around, Look, Reply, View, ViewRow, link};
use crate::case::query::triage::cell::CellImage;
use crate::cli::words::{counted, short_name};
use crate::command::Call;
use crate::command::when::Conditions;
use crate::tui::message::{Answer, Slot};
use crate::tui::model::toast::Tone;
use crate::tui::regions::Regions;
use data::Whole;
use front::Front;
use list::List;
use page::Open;
use spot::Spot;
use typing::Typing;

/// Its row.
pub const ROW: ViewRow =
    ViewRow { id: "matrix", title: "Matrix", commands: commands::COMMANDS, make: || Box::new(Board::default()) };

const ALL: Slot = "matrix.all";
const CELL: Slot = "matrix.cell";
const EVERY: Slot = "matrix.every";
const QUEUE: Slot = "matrix.queue";
const CAUSES: Slot = "matrix.causes";
const PAGE: Slot = "matrix.page";
const EVIDENCE: Slot = "matrix.evidence";
const PATHS: Slot = "matrix.paths";
const PANE: &str = "matrix.list";

/// Its state.
#[derive(Debug, Default)]
struct Board {
    whole: Option<Whole>,
    /// Why there is none.
    trouble: String,
    /// The marked cell; none before anything is read.
    spot: Option<Spot>,
    /// Where the marker was in the other lens.
    other: Option<Spot>,
    images: List<CellImage>,
    /// The cell that the images are of.
    images_of: Option<Spot>,
    /// The keys are in the list of images.
    in_list: bool,
    /// A list in front of the tables, while it is shown.
    front: Option<Front>,
    page: Option<Box<Open>>,
    typing: Option<Typing>,
    below: Below,
}

impl Board {
    fn is_open(&self) -> bool {
        self.in_list || self.front.is_some() || self.page.is_some()
    }

    /// The image at the marker.
    fn image(&self) -> Option<&str> {
        if let Some(page) = &self.page {
            return page.image.as_deref();
        }
        if let Some(front) = &self.front {
            return front.image();
        }
        let at_hand = self.images_of == self.spot;
        self.images.marked().filter(|_| at_hand).map(|image| image.row.id.as_str())
    }

    /// What an image is called, where it is listed here.
    fn name_of(&self, image: &str) -> Option<&str> {
        match (&self.page, &self.front) {
            (Some(page), _) => Some(page.name.as_str()),
            (None, Some(front)) => front.name_of(image),
            (None, None) => self.images.items().iter().find(|row| row.row.id == image).map(|row| row.row.name.as_str()),
        }
    }

    /// The images that something is said of: the marked ones, else the one at the marker; and how they are called.
    fn chosen(&self) -> (Vec<String>, String) {
        let ids = match (&self.page, &self.front) {
            (Some(page), _) => page.image.iter().cloned().collect(),
            (None, Some(front)) => front.chosen(),
            (None, None) if self.images_of == self.spot => self.images.chosen(),
            (None, None) => Vec::new(),
        };
        let label = match ids.as_slice() {
            [only] => self.name_of(only).map_or_else(|| "1 image".to_owned(), |name| short_name(name, 30)),
            several => counted(several.len() as u64, "image"),
        };
        (ids, label)
    }
}

impl View for Board {
    fn refresh(&mut self, reply: &mut Reply) {
        reply.ask(ALL, data::All, false);
        if let Some(front) = &self.front {
            front.ask(false, reply);
        }
        self.ask_page(reply);
    }

    fn modes(&self) -> &'static [&'static str] {
        if self.typing.is_some() { &["input"] } else { &["matrix", "table"] }
    }

    fn conditions(&self, conditions: &mut Conditions) {
        let marks = self.front.as_ref().map_or_else(|| self.images.has_marks(), Front::has_marks);
        let line = self.page.as_ref().is_some_and(|page| page.has_rows());
        // The head of a group stands for all its images.
        let several = self.page.is_none() && self.front.as_ref().is_some_and(|front| !front.chosen().is_empty());
        conditions.set("rows", self.image().is_some() || line || several);
        conditions.set("selection", marks && self.page.is_none());
        conditions.set("open", self.is_open());
    }

    fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool {
        if self.typing.is_some() {
            return self.typed(&call.id, reply);
        }
        if let Some(changed) = self.below.command(&call.id, around.regions) {
            reply.changed |= changed;
            return true;
        }
        match call.id.as_str() {
            "matrix.show" => self.show(&call.argument, reply),
            "matrix.queue" => self.show_front(Front::questions(), reply),
            "matrix.causes" => self.show_front(Front::causes(), reply),
            "matrix.why" => self.why(&call.argument, reply),
            "matrix.policy" => self.policy(&call.argument, reply),
            "matrix.set" | "matrix.assess" => self.begin(call, reply),
            "matrix.lens" => self.lens(&call.argument, reply),
            "matrix.cell" => self.show(&call.argument, reply),
            "matrix.images" => reply.calls.extend(self.spot.map(|spot| link::images(&spot.filter()))),
            "matrix.evidence" | "matrix.details" | "matrix.reach" => self.of_image(&call.id, reply),
            "matrix.mark" | "matrix.mark-all" => self.mark(call.id == "matrix.mark-all", reply),
            "table.unmark" => {
                self.images.unmark();
                if let Some(front) = &mut self.front {
                    front.unmark();
                }
                reply.changed = true;
            }
            "table.close" if self.is_open() => self.close(reply),
            "table.open" => self.open(reply),
            id => return self.moved(id, around, reply),
        }
        true
    }

    fn insert(&mut self, text: &str, reply: &mut Reply) {
        self.inserted(text, reply);
    }

    fn answer(&mut self, slot: Slot, answer: Option<Result<Answer, String>>, reply: &mut Reply) {
        match (slot, answer) {
            (_, None) => {}
            (_, Some(Ok(answer))) => self.answered(slot, answer, reply),
            (PAGE, Some(Err(error))) => {
                if let Some(page) = &mut self.page {
                    page.failed(error);
                    reply.changed = true;
                }
            }
            (ALL, Some(Err(error))) => (self.whole, self.trouble, reply.changed) = (None, error, true),
            (PATHS, Some(Err(_))) => {}
            (_, Some(Err(error))) => reply.say(Tone::Error, error),
        }
    }

    fn below(&mut self) -> Option<&mut Below> {
        Some(&mut self.below)
    }

    fn wheel(&mut self, pane: &'static str, call: &Call, around: Around<'_>, reply: &mut Reply) {
        match pane {
            below::PANE => {
                self.below.wheel(&call.id);
                reply.changed = true;
            }
            // The wheel acts on the list under the pointer, wherever the keys are.
            PANE => {
                reply.changed |= self.images.moved(&call.id, around, PANE) == Some(true);
                self.fetch_cell(reply);
            }
            _ => {
                self.command(call, around, reply);
            }
        }
    }

    fn place(&self) -> Option<Call> {
        if let Some(page) = &self.page {
            return Some(page.place.clone());
        }
        if let Some(front) = &self.front {
            return Some(front.place());
        }
        let cell = self.spot.map_or_else(String::new, |spot| spot.words());
        let argument = if self.in_list { format!("{cell} images") } else { cell };
        Some(Call { id: "matrix.show".to_owned(), argument })
    }

    fn click(&mut self, pane: &'static str, row: usize, reply: &mut Reply) {
        reply.changed = true;
        let again = match (pane, &mut self.page, &mut self.front) {
            (page::PANE, Some(page), _) => page.click(row),
            (_, None, Some(front)) if front.has_pane(pane) => front.click(row),
            _ => {
                let before = std::mem::replace(&mut self.in_list, self.images.total() > 0);
                let again = self.images.click(row) && before;
                self.fetch_cell(reply);
                again
            }
        };
        if again {
            self.open(reply);
        }
    }

    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        self.drawn(look, area, buffer)
    }

    fn subject(&self) -> Option<String> {
        self.image().map(str::to_owned)
    }

    fn crumb(&self) -> String {
        match (&self.page, &self.front) {
            (Some(page), _) => page.crumb.clone(),
            (None, Some(front)) => front.crumb().to_owned(),
            (None, None) if self.in_list => self.spot.map_or_else(String::new, |spot| spot.title()),
            (None, None) => String::new(),
        }
    }
}

#[cfg(test)]
mod tests;

//! Where the marker goes, and what is opened and closed on the way.

use super::front::Front;
use super::page::Open;
use super::spot::{Lens, Spot, Way};
use super::{Board, CELL, EVERY, EVIDENCE, PAGE, PANE, data};
use crate::command::Call;
use crate::tui::model::toast::Tone;
use crate::tui::view::{Around, Reply, link};

/// Said where many are marked.
const UNMARK: &str = "Ctrl-a takes the marks away";

impl Board {
    /// Asks for the images of the marked cell around the marker. Of marked ones it is told which are gone.
    pub(super) fn ask_cell(&self, marked: Vec<String>, hurry: bool, reply: &mut Reply) {
        let Some(spot) = self.spot else { return };
        let at_hand = self.images_of == Some(spot);
        let (near, key) = if at_hand { self.images.at() } else { (0, None) };
        let follow = key.into_iter().cloned().collect();
        reply.ask(CELL, data::Within { spot, near, follow, marked }, hurry);
    }

    /// Asks for rows that are missing around the marker.
    pub(super) fn fetch_cell(&self, reply: &mut Reply) {
        if self.images_of == self.spot && self.images.lacks() {
            self.ask_cell(Vec::new(), false, reply);
        }
    }

    /// Puts the marker on a cell.
    pub(super) fn go(&mut self, spot: Spot, reply: &mut Reply) {
        if self.spot.is_some_and(|before| before.lens() != spot.lens()) {
            self.other = self.spot;
        }
        if self.spot != Some(spot) {
            self.images.unmark();
            self.below.restart();
        }
        (self.spot, reply.changed) = (Some(spot), true);
        self.ask_cell(Vec::new(), true, reply);
    }

    pub(super) fn step(&mut self, way: Way, reply: &mut Reply) {
        if let (Some(whole), Some(spot)) = (&self.whole, self.spot) {
            let next = spot.moved(way, &whole.matrix);
            if next != spot {
                self.go(next, reply);
            }
        }
    }

    pub(super) fn lens(&mut self, word: &str, reply: &mut Reply) {
        let here = self.spot.map_or(Lens::Vulnerability, |spot| spot.lens());
        let turned = if here == Lens::Compromise { Lens::Vulnerability } else { Lens::Compromise };
        let wanted = if word.is_empty() { Some(turned) } else { Lens::parse(word) };
        let Some(wanted) = wanted else {
            return reply.say(Tone::Warning, format!("{word}: compromise or vulnerability"));
        };
        (self.in_list, self.front, self.page, reply.changed) = (false, None, None, true);
        let Some(whole) = self.whole.as_ref().filter(|_| wanted != here) else { return };
        let spot = self.other.filter(|spot| spot.lens() == wanted);
        self.go(spot.unwrap_or_else(|| Spot::first(&whole.matrix, wanted)), reply);
    }

    /// The tables, at a cell where one is named, with the keys in its list where `images` stands behind it.
    pub(super) fn show(&mut self, argument: &str, reply: &mut Reply) {
        (self.front, self.page, self.in_list, reply.changed) = (None, None, false, true);
        let cell = argument.strip_suffix("images").unwrap_or(argument).trim();
        match Spot::parse(cell) {
            Some(spot) => {
                self.in_list = cell != argument.trim();
                self.go(spot, reply);
            }
            None if cell.is_empty() => {}
            None => reply.say(Tone::Warning, format!("{cell}: no cell is called so")),
        }
    }

    pub(super) fn show_page(&mut self, id: &str, argument: &str, crumb: &str, reply: &mut Reply) {
        let same = self.page.as_ref().is_some_and(|page| page.place.id == id && page.place.argument == argument);
        if !same {
            self.page = Some(Box::new(Open::new(id, argument, crumb)));
            self.below.restart();
        }
        self.ask_page(reply);
        reply.changed = true;
    }

    pub(super) fn ask_page(&self, reply: &mut Reply) {
        let Some(Call { id, argument }) = self.page.as_ref().map(|page| &page.place) else { return };
        match id.as_str() {
            "matrix.policy" => reply.ask(PAGE, data::Trial(argument.clone()), true),
            _ => reply.ask(PAGE, data::Why(argument.clone()), true),
        }
    }

    pub(super) fn why(&mut self, argument: &str, reply: &mut Reply) {
        let marked = self.image().map(str::to_owned);
        match (argument, marked) {
            ("", None) => reply.say(Tone::Info, "put the marker on an image first"),
            ("", Some(id)) => self.show_page("matrix.why", &id, "why", reply),
            (alias, _) => self.show_page("matrix.why", alias, "why", reply),
        }
    }

    /// A list in front of the tables; one that is open already stays as it is.
    pub(super) fn show_front(&mut self, wanted: Front, reply: &mut Reply) {
        let same = self.front.as_ref().is_some_and(|front| front.id() == wanted.id());
        if !same {
            self.below.restart();
        }
        let front = self.front.take().filter(|_| same).unwrap_or(wanted);
        front.ask(true, reply);
        (self.front, self.page, reply.changed) = (Some(front), None, true);
    }

    /// Closes what is in front, and goes back to where it was opened from.
    pub(super) fn close(&mut self, reply: &mut Reply) {
        reply.changed = true;
        self.below.restart();
        if self.page.take().is_some() || self.front.take().is_some() {
            return reply.call("app.back followed");
        }
        self.in_list = false;
    }

    pub(super) fn open(&mut self, reply: &mut Reply) {
        match (&self.page, &mut self.front) {
            (Some(page), _) => page.open(reply),
            (None, Some(front)) => front.open(reply),
            (None, None) if self.in_list => reply.calls.extend(self.image().map(link::image)),
            (None, None) => {
                self.in_list = self.images.total() > 0;
                reply.changed = true;
                if !self.in_list {
                    reply.say(Tone::Info, "no image is in this cell");
                }
            }
        }
    }

    pub(super) fn mark(&mut self, all: bool, reply: &mut Reply) {
        if self.page.is_some() {
            return;
        }
        reply.changed = true;
        match (&mut self.front, self.spot, all) {
            (Some(front), _, true) => {
                let all = front.mark_all();
                reply.say(Tone::Info, format!("all {all} that are listed are marked; {UNMARK}"));
            }
            (Some(front), _, false) => front.mark(),
            // Most of them may not be at hand.
            (None, Some(spot), true) => reply.ask(EVERY, data::Every(spot), true),
            (None, _, _) => {
                self.images.mark();
                self.fetch_cell(reply);
            }
        }
    }

    /// All images of the marked cell are marked, or as many as one action is about.
    pub(super) fn mark_every(&mut self, ids: Vec<String>, reply: &mut Reply) {
        let (all, marked) = (self.images.total(), ids.len() as u64);
        self.images.mark_rows(ids);
        reply.changed = true;
        if marked < all {
            let text = format!("the {marked} most urgent of {all} are marked: one action is about no more; {UNMARK}");
            return reply.say(Tone::Warning, text);
        }
        reply.say(Tone::Info, format!("all {marked} in the cell are marked; {UNMARK}"));
    }

    /// Movement, wherever the keys are. False where the command is none of moving.
    pub(super) fn moved(&mut self, id: &str, around: Around<'_>, reply: &mut Reply) -> bool {
        let moved = match (&mut self.page, &mut self.front) {
            (Some(page), _) => page.moved(id, around),
            (None, Some(front)) => front.moved(id, around),
            (None, None) if self.in_list => self.images.moved(id, around, PANE),
            (None, None) => {
                match id {
                    "table.up" => self.step(Way::Up, reply),
                    "table.down" => self.step(Way::Down, reply),
                    "table.top" => (0..9).for_each(|_| self.step(Way::Up, reply)),
                    "table.bottom" => (0..9).for_each(|_| self.step(Way::Down, reply)),
                    "table.left" => self.step(Way::Left, reply),
                    "table.right" => self.step(Way::Right, reply),
                    "table.page-up" | "table.page-down" => {}
                    _ => return false,
                }
                return true;
            }
        };
        if moved == Some(true) {
            self.below.restart();
            reply.changed = true;
            self.fetch_cell(reply);
        }
        moved.is_some()
    }

    /// Commands about the image at the marker.
    pub(super) fn of_image(&mut self, id: &str, reply: &mut Reply) {
        let Some(image) = self.image() else {
            return reply.say(Tone::Info, "put the marker on an image first");
        };
        match id {
            "matrix.evidence" => reply.ask(EVIDENCE, data::Evidence(image.to_owned()), true),
            "matrix.details" => reply.calls.push(link::image(image)),
            _ => reply.calls.push(link::blast(image)),
        }
    }
}

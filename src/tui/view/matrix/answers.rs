//! What came of the questions.

use super::causes::Urgent;
use super::front::Front;
use super::list::List;
use super::page::Paper;
use super::spot::{Lens, Spot};
use super::{ALL, Board, CAUSES, CELL, EVERY, PAGE, PATHS, QUEUE, data};
use crate::tui::message::{Answer, Slot};
use crate::tui::model::toast::Tone;
use crate::tui::view::{Reply, link};
use data::Whole;

impl Board {
    pub(super) fn take(&mut self, whole: Whole, reply: &mut Reply) {
        reply.changed |= self.whole.as_ref() != Some(&whole);
        let first = Spot::first(&whole.matrix, Lens::Vulnerability);
        (self.whole, self.trouble) = (Some(whole), String::new());
        // What the cell holds may have changed with it.
        self.spot = self.spot.or(Some(first));
        self.ask_cell(self.images.marks().cloned().collect(), true, reply);
    }

    pub(super) fn answered(&mut self, slot: Slot, answer: Answer, reply: &mut Reply) {
        match slot {
            ALL => {
                if let Ok(whole) = answer.downcast::<Whole>() {
                    self.take(*whole, reply);
                }
            }
            CELL => {
                if let Ok(found) = answer.downcast::<data::Images>() {
                    self.take_images(*found, reply);
                }
            }
            EVERY => {
                if let Ok(found) = answer.downcast::<data::Ids>()
                    && self.spot == Some(found.0)
                {
                    self.mark_every(found.1, reply);
                }
            }
            QUEUE => {
                if let (Ok(rows), Some(Front::Questions(queue, read))) =
                    (answer.downcast::<data::Rows>(), &mut self.front)
                {
                    queue.set(rows.0);
                    (*read, reply.changed) = (true, true);
                }
            }
            CAUSES => {
                if let (Ok(urgent), Some(Front::Causes(list))) = (answer.downcast::<Urgent>(), &mut self.front) {
                    list.set(*urgent);
                    reply.changed = true;
                }
            }
            PAGE => {
                if let (Ok(paper), Some(page)) = (answer.downcast::<Paper>(), &mut self.page) {
                    page.take(*paper);
                    reply.changed = true;
                }
            }
            PATHS => self.offered(answer, reply),
            _ => {
                if let Ok(stands) = answer.downcast::<data::Stands>() {
                    stood(*stands, reply);
                }
            }
        }
    }

    fn take_images(&mut self, found: data::Images, reply: &mut Reply) {
        // That of a cell that was left meanwhile is of no use.
        if self.spot != Some(found.spot) {
            return;
        }
        let data::Images { spot, window, gone } = found;
        if self.images_of.replace(spot) != Some(spot) {
            self.images = List::default();
        }
        reply.changed = true;
        self.in_list &= window.total > 0;
        self.images.unmark_rows(&gone);
        self.images.take(window);
        // The marker may have been moved on since the question.
        self.fetch_cell(reply);
    }
}

/// Goes to what tells of an image.
fn stood(stands: data::Stands, reply: &mut Reply) {
    match stands.1 {
        Some(link) => reply.calls.push(link),
        None => {
            reply.say(Tone::Info, "no evidence tells it by itself: these are the reasons");
            reply.calls.push(link::why(&stands.0));
        }
    }
}

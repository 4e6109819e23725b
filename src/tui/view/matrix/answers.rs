//! What came of the questions.

use super::page::Paper;
use super::spot::{Lens, Spot};
use super::{ALL, Board, CELL, PAGE, PATHS, QUEUE, data};
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
        self.ask_cell(reply);
    }

    pub(super) fn answered(&mut self, slot: Slot, answer: Answer, reply: &mut Reply) {
        match slot {
            ALL => {
                if let Ok(whole) = answer.downcast::<Whole>() {
                    self.take(*whole, reply);
                }
            }
            CELL => {
                // That of a cell that was left meanwhile is of no use.
                if let Ok(found) = answer.downcast::<data::Images>()
                    && self.spot == Some(found.0)
                {
                    let data::Images(spot, images) = *found;
                    (self.images_of, reply.changed) = (Some(spot), true);
                    self.in_list &= !images.is_empty();
                    self.images.set(images);
                }
            }
            QUEUE => {
                if let (Ok(rows), Some((queue, read))) = (answer.downcast::<data::Rows>(), &mut self.queue) {
                    queue.set(rows.0);
                    (*read, reply.changed) = (true, true);
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
                    match stands.1 {
                        Some(link) => reply.calls.push(link),
                        None => {
                            reply.say(Tone::Info, "no evidence tells it by itself: these are the reasons");
                            reply.calls.push(link::why(&stands.0));
                        }
                    }
                }
            }
        }
    }
}

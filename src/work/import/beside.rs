//! The way from the store to the fold that goes on beside it: what is stored is handed on in the same order.

use crossbeam_channel::Sender;
use std::sync::Arc;

use super::feed::{Begun, Ended};
use super::finish::Finished;
use super::small::Given;
use crate::case::ahead::{Part, Placed};
use crate::collect::redact::Redactions;
use crate::model::acquisition::Acquisition;
use crate::model::reading::{AsOfSource, Reading};
use crate::model::time::Micros;

/// What goes to the fold in one piece.
pub(super) type Parts = Vec<Part<Arc<Given>>>;

/// Whole sources that are handed on together.
const TOGETHER: usize = 64;

/// Hands on what is stored; does nothing where it is folded later.
pub(super) struct Beside {
    sender: Option<Sender<Parts>>,
    waiting: Parts,
    now: Micros,
}

impl Beside {
    /// With where to hand it on, and the time at which the import began.
    pub fn new(folding: Option<(Sender<Parts>, Micros)>) -> Self {
        let (sender, now) = folding.unzip();
        Beside { sender, waiting: Vec::new(), now: now.unwrap_or_default() }
    }

    /// Nothing more will come.
    pub fn end(&mut self) {
        self.send();
        self.sender = None;
    }

    /// Items of a source whose end is not known; `streams` is whether there were any before.
    pub fn items(&mut self, begun: &Begun, streams: &mut bool, items: Vec<Placed>) {
        if self.sender.is_none() || items.is_empty() {
            return;
        }
        if !*streams {
            *streams = true;
            self.waiting.push(beginning(begun, self.now));
        }
        self.waiting.push(Part::Items(items));
        self.send();
    }

    /// A source was stored; `given` is what it gave where it came whole.
    pub fn stored(&mut self, streamed: bool, told: (Acquisition, Reading), given: Option<Arc<Given>>) {
        let told = Box::new(told);
        self.push(if streamed { Part::End(told) } else { Part::Whole(told, given) });
    }

    /// A source will not be stored.
    pub fn lost(&mut self, streamed: bool) {
        if streamed {
            self.push(Part::Lost);
        }
    }

    fn push(&mut self, part: Part<Arc<Given>>) {
        if self.sender.is_some() {
            self.waiting.push(part);
            if self.waiting.len() >= TOGETHER {
                self.send();
            }
        }
    }

    /// Where the fold has ended, what it missed is folded when all is stored.
    fn send(&mut self) {
        let parts = std::mem::take(&mut self.waiting);
        if let Some(sender) = self.sender.as_ref().filter(|_| !parts.is_empty()) {
            let _ = sender.send(parts);
        }
    }
}

/// What is known of a source while it comes in: all that its items need, if the time it speaks of is known by now.
fn beginning(begun: &Begun, now: Micros) -> Part<Arc<Given>> {
    let so_far = Finished {
        begun: begun.clone(),
        ended: Ended::default(),
        collected: None,
        redactions: Redactions::default(),
        raw: false,
        extra: Vec::new(),
        streamed: false,
    };
    let acquisition = so_far.acquisition(None, now);
    let reading = so_far.reading(&acquisition, None);
    match reading.as_of.source {
        AsOfSource::Acquired => Part::Lost,
        _ => Part::Begin(Box::new((acquisition, reading))),
    }
}

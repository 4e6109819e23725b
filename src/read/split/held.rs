//! The bytes a splitter holds: those of the segment it is in, and what of the last chunk it has not looked at.

use std::sync::Arc;

use super::PIECE;
use crate::read::{Limits, ListHead, ReadError, Segment, SegmentKind};

/// The bytes held. `start` is the first byte of the pending segment, `pos` the next byte to look at; both count from the
/// first byte held.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub bytes: Vec<u8>,
    pub start: usize,
    pub pos: usize,
    items: u64,
}

impl Held {
    /// Appends a chunk.
    pub fn extend(&mut self, chunk: &[u8]) {
        self.bytes.extend_from_slice(chunk);
    }

    /// Forgets what was handed out, once a chunk; how many bytes all places moved by.
    pub fn compact(&mut self) -> usize {
        let moved = self.start;
        if moved > 0 {
            self.bytes.drain(..moved);
            self.pos -= moved;
            self.start = 0;
        }
        moved
    }

    /// The byte to look at.
    pub fn byte(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    /// A part of the bytes held; empty where the places are not inside.
    pub fn slice(&self, from: usize, to: usize) -> &[u8] {
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// How many bytes the pending segment has up to `pos`.
    pub fn pending(&self) -> usize {
        self.pos.saturating_sub(self.start)
    }

    /// Hands out the pending bytes up to `end` as glue, if there are any.
    pub fn glue(&mut self, end: usize, out: &mut Vec<Segment>) {
        if end > self.start {
            out.push(Segment::glue(self.slice(self.start, end).to_vec()));
            self.start = end;
        }
    }

    /// Hands out long glue in pieces of one size, counted from its first byte.
    pub fn glue_pieces(&mut self, out: &mut Vec<Segment>) {
        while self.pending() >= PIECE {
            self.glue(self.start + PIECE, out);
        }
    }

    /// Hands out everything held as glue.
    pub fn glue_rest(&mut self, out: &mut Vec<Segment>) {
        self.glue(self.bytes.len(), out);
        self.pos = self.bytes.len();
    }

    /// Hands out the pending bytes up to `end` as an item.
    pub fn item(
        &mut self,
        end: usize,
        pointer: String,
        list: Option<Arc<ListHead>>,
        limits: &Limits,
        out: &mut Vec<Segment>,
    ) -> Result<(), ReadError> {
        if end.saturating_sub(self.start) > limits.segment {
            return Err(ReadError::SegmentTooLarge { locator: pointer, limit: limits.segment });
        }
        if self.items >= limits.items {
            return Err(ReadError::TooManyItems { locator: pointer, limit: limits.items });
        }
        self.items += 1;
        let bytes = self.slice(self.start, end).to_vec();
        out.push(Segment { kind: SegmentKind::Item, pointer, list, bytes });
        self.start = end;
        Ok(())
    }
}

/// The pointer of a document: empty for the first, `/doc/n` from the second.
pub(super) fn document_pointer(number: u64) -> String {
    if number <= 1 { String::new() } else { format!("/doc/{number}") }
}

/// What a list said of itself in the text before its items.
pub(super) fn head_of(root: Option<crate::read::tree::Node<'_>>) -> Arc<ListHead> {
    let word = |key| root.and_then(|r| r.string_at(key)).unwrap_or_default();
    Arc::new(ListHead { kind: word("kind"), api_version: word("apiVersion"), columns: String::new() })
}

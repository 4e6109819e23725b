//! Splits text into runs of whole lines. The header of a table travels with every run that it heads.
//!
//! Runs are counted in lines, not bytes: redaction changes how long lines are, never how many.

use std::sync::Arc;

use super::held::Held;
use crate::read::engine::is_header as is_engine_header;
use crate::read::text::is_header;
use crate::read::{Limits, ListHead, ReadError, Segment};

/// Lines of a run.
const RUN: u64 = 256;
/// No header is longer.
const HEADER: usize = 64 << 10;

#[derive(Debug)]
pub(super) struct LineSplitter {
    pub held: Held,
    limits: Limits,
    /// Number of the pending run's first line, and of the next line.
    first: u64,
    next: u64,
    /// How far the line that is not finished yet was searched.
    searched: usize,
    /// The header above the pending run, and the last one met.
    head: Option<Arc<ListHead>>,
    header: Option<Arc<ListHead>>,
}

impl LineSplitter {
    pub fn new(limits: Limits) -> Self {
        LineSplitter { held: Held::default(), limits, first: 1, next: 1, searched: 0, head: None, header: None }
    }

    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<Segment>) -> Result<(), ReadError> {
        self.held.extend(chunk);
        while let Some(step) = memchr::memchr(b'\n', self.held.bytes.get(self.searched..).unwrap_or_default()) {
            let end = self.searched + step + 1;
            self.searched = end;
            self.line(end, out)?;
        }
        if self.held.bytes.len() - self.held.pos > self.limits.segment {
            return self.too_large(out);
        }
        self.searched = self.held.bytes.len();
        self.searched -= self.held.compact();
        Ok(())
    }

    pub fn finish(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        let end = self.held.bytes.len();
        if end > self.held.pos {
            self.line(end, out)?;
        }
        self.run(out)
    }

    /// Takes the line that ends before `end`.
    fn line(&mut self, end: usize, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        if end - self.held.pos > self.limits.segment {
            return self.too_large(out);
        }
        let line = self.held.slice(self.held.pos, end);
        if line.len() < HEADER
            && let Ok(text) = std::str::from_utf8(line)
            && (is_header(text) || is_engine_header(text))
        {
            let columns = text.trim_end().to_owned();
            self.header = Some(Arc::new(ListHead { columns, ..ListHead::default() }));
        }
        // Lines that are together larger than a segment may be, make runs of their own.
        if end - self.held.start > self.limits.segment {
            self.run(out)?;
        }
        self.held.pos = end;
        self.next += 1;
        if self.next - self.first >= RUN { self.run(out) } else { Ok(()) }
    }

    fn run(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        if self.held.pending() > 0 {
            let pointer = format!("line:{}", self.first);
            self.held.item(self.held.pos, pointer, self.head.clone(), &self.limits, out)?;
        }
        self.first = self.next;
        self.head = self.header.clone();
        Ok(())
    }

    /// Ends the run before a line that is too long, and says so.
    fn too_large(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        self.run(out)?;
        Err(ReadError::SegmentTooLarge { locator: format!("line:{}", self.next), limit: self.limits.segment })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{items, pairs, same_for_all_chunks, split};
    use super::*;
    use crate::read::Format;

    #[test]
    fn runs_of_lines_carry_their_first_line_and_header() {
        let text = format!("NS   POD   IMAGES\n{}", "prod   api   nginx:1\n".repeat(600));
        let (segments, error) = split(Format::ImageTable, Limits::default(), text.as_bytes(), 1000);
        assert_eq!((error, segments.len()), (None, 3));
        assert_eq!(segments[0].pointer, "line:1");
        assert!(segments[0].list.is_none());
        assert_eq!(segments[1].pointer, "line:257");
        assert_eq!(segments[1].list.as_ref().unwrap().columns, "NS   POD   IMAGES");
        same_for_all_chunks(Format::ImageTable, Limits::default(), text.as_bytes());
    }

    #[test]
    fn a_last_line_needs_no_end_and_a_long_line_is_an_error() {
        assert_eq!(items(Format::ReferenceList, "a\nb"), [("line:1".into(), "a\nb".into())]);
        assert_eq!(items(Format::ReferenceList, ""), []);
        let limits = Limits { segment: 50, ..Limits::default() };
        let text = format!("short\n{}\n", "x".repeat(100));
        let (segments, error) = split(Format::ReferenceList, limits, text.as_bytes(), 7);
        assert_eq!(error, Some(ReadError::SegmentTooLarge { locator: "line:2".into(), limit: 50 }));
        assert_eq!(pairs(&segments), [("line:1".into(), "short\n".into())]);
        same_for_all_chunks(Format::ReferenceList, limits, text.as_bytes());
    }
}

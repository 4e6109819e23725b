//! Splits delimited text into runs of whole records. The header travels with every run after the first.
//!
//! Runs are counted in records, never bytes, and end where a record does, so a quoted cell that goes over several lines
//! is never cut; where records end is for [`crate::model::delimited`] to say. A table of any length streams.

use std::sync::Arc;

use super::held::Held;
use crate::model::delimited::{self, Cell, End};
use crate::read::{Limits, ListHead, ReadError, Segment};

/// No header ends later.
const HEADER: usize = 1 << 20;
/// The largest record. Looking for the end of one begins again with each chunk.
const RECORD: usize = 16 << 20;

#[derive(Debug)]
pub(super) struct DelimitedSplitter {
    pub held: Held,
    limits: Limits,
    /// What the header says; `None` until it was met or given up.
    delimiter: Option<u8>,
    /// The header above the pending run, and the one that was met.
    head: Option<Arc<ListHead>>,
    header: Option<Arc<ListHead>>,
    /// Number of the pending run's first line, and of the next record's.
    first: u64,
    next: u64,
    /// Records of a run.
    run: u64,
    /// Records in the pending run.
    records: u64,
    cells: Vec<Cell>,
}

impl DelimitedSplitter {
    pub fn new(limits: Limits, run: u64) -> Self {
        DelimitedSplitter {
            held: Held::default(),
            limits: Limits { segment: limits.segment.min(RECORD), ..limits },
            delimiter: None,
            head: None,
            header: None,
            first: 1,
            next: 1,
            run,
            records: 0,
            cells: Vec::new(),
        }
    }

    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<Segment>) -> Result<(), ReadError> {
        self.held.extend(chunk);
        // A record ends with a line.
        if chunk.contains(&b'\n') {
            self.scan(false, out)?;
        }
        if self.held.bytes.len() - self.held.pos > self.limits.segment {
            return self.too_large(out);
        }
        self.held.compact();
        Ok(())
    }

    pub fn finish(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        self.scan(true, out)?;
        self.run(out)
    }

    fn scan(&mut self, whole: bool, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        let Some(delimiter) = self.delimiter(whole) else { return Ok(()) };
        while self.held.pos < self.held.bytes.len() {
            match delimited::record(&self.held.bytes, self.held.pos, delimiter, whole, &mut self.cells) {
                End::At(end) => self.record(end, out)?,
                End::Open => break,
            }
        }
        Ok(())
    }

    /// The delimiter, once the header was met. A table without one is cut at commas: its reader will say what is missing.
    fn delimiter(&mut self, whole: bool) -> Option<u8> {
        if self.delimiter.is_some() {
            return self.delimiter;
        }
        match delimited::header(&self.held.bytes, whole) {
            Some(header) if header.range.end <= HEADER => {
                let above = self.held.slice(0, header.range.end);
                self.next += newlines(above);
                let columns = String::from_utf8_lossy(self.held.slice(header.range.start, header.range.end));
                let columns = columns.trim_end_matches(['\r', '\n']).to_owned();
                self.header = Some(Arc::new(ListHead { columns, ..ListHead::default() }));
                self.held.pos = header.range.end;
                self.records = 1;
                self.delimiter = Some(header.delimiter);
            }
            Some(_) => self.delimiter = Some(b','),
            None if whole || self.held.bytes.len() > HEADER => self.delimiter = Some(b','),
            None => {}
        }
        self.delimiter
    }

    /// Takes the record that ends before `end`.
    fn record(&mut self, end: usize, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        if end - self.held.pos > self.limits.segment {
            return self.too_large(out);
        }
        // Records that are together larger than a segment may be, make runs of their own.
        if end - self.held.start > self.limits.segment {
            self.run(out)?;
        }
        self.next += newlines(self.held.slice(self.held.pos, end));
        self.held.pos = end;
        self.records += 1;
        if self.records >= self.run { self.run(out) } else { Ok(()) }
    }

    fn run(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        if self.held.pending() > 0 {
            let pointer = format!("line:{}", self.first);
            self.held.item(self.held.pos, pointer, self.head.clone(), &self.limits, out)?;
        }
        self.first = self.next;
        self.records = 0;
        self.head = self.header.clone();
        Ok(())
    }

    /// Ends the run before a record that is too long, and says so.
    fn too_large(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        self.run(out)?;
        Err(ReadError::SegmentTooLarge { locator: format!("line:{}", self.next), limit: self.limits.segment })
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use super::super::testing::{items, pairs, same_for_all_chunks, split};
    use super::*;
    use crate::read::Format;

    const FORMAT: Format = Format::MachineTable;

    #[test]
    fn runs_of_records_carry_their_first_line_and_header() {
        let row = "\"h\n1\",nginx:1\n";
        let text = format!("\u{feff}host,image\r\n{}", row.repeat(600));
        let (segments, error) = split(FORMAT, Limits::default(), text.as_bytes(), 1000);
        assert_eq!((error, segments.len()), (None, 3));
        assert!(segments[0].list.is_none());
        // 255 records of two lines stand below the header in the first run.
        assert_eq!(segments[1].pointer, "line:512");
        assert_eq!(segments[1].list.as_ref().unwrap().columns, "host,image");
        assert_eq!(segments[1].bytes.len(), 256 * row.len());
        same_for_all_chunks(FORMAT, Limits::default(), text.as_bytes());
    }

    #[test]
    fn quotes_that_are_never_closed_do_not_swallow_the_table() {
        let text = format!("host,image\n\"a,b:1\n{}", "c,d:1\n".repeat(700));
        let (segments, error) = split(FORMAT, Limits::default(), text.as_bytes(), 77);
        assert_eq!((error, segments.len()), (None, 3));
        same_for_all_chunks(FORMAT, Limits::default(), text.as_bytes());
    }

    #[test]
    fn a_record_without_end_is_an_error_and_what_was_good_is_kept() {
        let limits = Limits { segment: 50, ..Limits::default() };
        let text = format!("host,image\na,b\n{}\n", "x".repeat(100));
        let (segments, error) = split(FORMAT, limits, text.as_bytes(), 7);
        assert_eq!(error, Some(ReadError::SegmentTooLarge { locator: "line:3".into(), limit: 50 }));
        assert_eq!(pairs(&segments), [("line:1".into(), "host,image\na,b\n".into())]);
        same_for_all_chunks(FORMAT, limits, text.as_bytes());
        assert_eq!(items(FORMAT, ""), []);
        assert_eq!(items(FORMAT, "a;b"), [("line:1".into(), "a;b".into())]);
    }
}

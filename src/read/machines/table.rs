//! Rows of delimited text. Lines are counted as an editor counts them, also inside quoted cells.

use super::fields::{Columns, Field, Hints};
use super::owner;
use super::row::{self, Row, Value, images_in, is_nothing};
use crate::model::delimited::{self, Cell, End};
use crate::model::fact::Spot;
use crate::model::text::scrub;
use crate::read::outcome::Outcome;
use crate::read::{Format, Segment};

/// What a table of each kind needs, for people.
const MACHINES: &str =
    "a column of images is missing: name it with `--map image=COLUMN` (and the machines' with `--map host=COLUMN`)";
const OWNERS: &str = "columns are missing: a list of owners needs one of image, repository, namespace or workload, and one of \
                      owner or criticality; name them with `--map FIELD=COLUMN`";
const NO_HEADER: &str = "a table without a header line";

/// A record below its columns.
struct Record<'a> {
    source: &'a str,
    start: usize,
    cells: &'a [Cell],
    columns: &'a Columns,
}

impl Row for Record<'_> {
    fn get(&self, field: Field) -> Option<Value> {
        let cell = self.cells.get(self.columns.get(field)?)?;
        let text = cell.text(self.source);
        (!is_nothing(&text)).then(|| Value { spot: self.spot(cell), text: text.into_owned() })
    }

    fn images(&self) -> Vec<Value> {
        let filled = |field| self.cells.get(self.columns.get(field)?).filter(|c| !is_nothing(&c.text(self.source)));
        let Some(cell) = filled(Field::Image).or_else(|| filled(Field::Repository)) else { return Vec::new() };
        let text = self.source.get(cell.start..cell.end).unwrap_or_default();
        let places = images_in(text).map(|(at, word)| {
            let offset = (cell.start.saturating_sub(self.start) + at) as u64;
            let spot = Spot { pointer: String::new(), offset, length: word.len() as u64 };
            Value { text: word.to_owned(), spot }
        });
        places.collect()
    }
}

impl Record<'_> {
    fn spot(&self, cell: &Cell) -> Spot {
        let offset = cell.start.saturating_sub(self.start) as u64;
        Spot { pointer: String::new(), offset, length: cell.end.saturating_sub(cell.start) as u64 }
    }
}

/// Reads a run of records.
pub(in crate::read) fn read(format: Format, source: &str, segment: &Segment, hints: &Hints, out: &mut Outcome) {
    let bytes = source.as_bytes();
    let above = segment.list.as_ref().map(|list| list.columns.as_str());
    let first: u64 = segment.pointer.strip_prefix("line:").and_then(|n| n.parse().ok()).unwrap_or(1);
    let (text, found) = match above {
        Some(columns) => (columns, delimited::header(columns.as_bytes(), true)),
        None => (source, delimited::header(bytes, true)),
    };
    let Some(header) = found else {
        if !source.trim().is_empty() {
            out.reject(segment.pointer.clone(), NO_HEADER);
        }
        return;
    };
    let mut cells = Vec::new();
    delimited::record(text.as_bytes(), header.range.start, header.delimiter, true, &mut cells);
    let headers: Vec<_> = cells.iter().map(|cell| cell.text(text)).collect();
    if let Some(pair) = hints.without_column(headers.iter().map(AsRef::as_ref)) {
        if above.is_none() {
            let found = scrub(&headers.join(", ")).into_owned();
            let reason = format!("`--map {}`: there is no such column; it has {found}", scrub(&pair));
            out.reject(format!("line:{}", first + header.line as u64), reason);
        }
        return;
    }
    let columns = Columns::of(headers.iter().map(AsRef::as_ref), hints);
    if let Some(reason) = missing(format, &columns) {
        // Said once, where the header stands.
        if above.is_none() {
            out.reject(format!("line:{}", first + header.line as u64), reason);
        }
        return;
    }
    let mut at = if above.is_some() { 0 } else { header.range.end };
    let mut number = first + newlines(bytes.get(..at).unwrap_or_default());
    while let End::At(end) = delimited::record(bytes, at, header.delimiter, true, &mut cells) {
        if at >= bytes.len() {
            break;
        }
        let record = Record { source, start: at, cells: &cells, columns: &columns };
        one(format, &record, end, number, out);
        number += newlines(bytes.get(at..end).unwrap_or_default());
        at = end;
    }
}

fn missing(format: Format, columns: &Columns) -> Option<&'static str> {
    let images = columns.has(Field::Image) || columns.has(Field::Repository);
    match format {
        Format::OwnerTable if !columns.are_of_owners() => Some(OWNERS),
        Format::MachineTable if !images => Some(MACHINES),
        _ => None,
    }
}

fn one(format: Format, record: &Record<'_>, end: usize, number: u64, out: &mut Outcome) {
    let text = record.source.get(record.start..end).unwrap_or_default();
    if text.trim_matches([',', ';', '\t', ' ', '\r', '\n', '"']).is_empty() {
        return;
    }
    let locator = format!("line:{number}");
    let beyond = record.cells.iter().skip(record.columns.count).any(|cell| !cell.text(record.source).is_empty());
    if beyond {
        return out
            .reject(locator, "more cells than the header has columns: a cell that holds the delimiter needs quotes");
    }
    if record.cells.iter().any(|c| !c.quoted && c.of(record.source.as_bytes()).starts_with(b"\"")) {
        out.reject(locator.clone(), "a quote that is never closed: the row was read to the end of its line");
    }
    let length = text.trim_end_matches(['\r', '\n']).len() as u64;
    let spot = Spot { pointer: locator.clone(), offset: record.start as u64, length };
    match format {
        Format::OwnerTable => owner::read(record, spot, &locator, out),
        _ => row::read(record, spot, &locator, out),
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

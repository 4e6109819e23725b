//! Tables of pulls: what a warehouse gives out, and Docker Hub's report. The one reader that must keep the pace of a log of
//! ten million lines: a row costs no allocation once its image was seen.

use std::cell::RefCell;
use std::collections::HashMap;

use super::fields::{Columns, Field};
use super::manner::{self, Action};
use super::name::{self, Parts};
use super::row::{self, Told};
use super::sum::{Record, Sum};
use super::time;
use crate::model::delimited::{self, Cell, End};
use crate::model::digest::Digest;
use crate::model::fact::{SightingKind, Spot};
use crate::model::pulls::Manner;
use crate::model::reading::Reject;
use crate::read::machines::Hints;
use crate::read::{Outcome, Segment};

/// Rejects of one run that are named; the rest is counted.
const NAMED: usize = 8;
/// Images that are remembered by what stands in their cells.
const REMEMBERED: usize = 20_000;
/// What names an image.
const CELLS: [Field; 5] = [Field::Image, Field::Repository, Field::Registry, Field::Tag, Field::Digest];
/// Bytes of the longest cells that are remembered.
const LONGEST: usize = 512;

/// Reads a run of records into the sums.
pub(in crate::read) fn read(source: &str, segment: &Segment, hints: &Hints, sum: &mut Sum, out: &mut Outcome) {
    let above = segment.list.as_ref().map(|list| list.columns.as_str());
    let first = first_line(segment);
    let Some(table) = Table::of(above, source, hints) else {
        if !source.trim().is_empty() {
            out.reject(segment.pointer.clone(), "a table without a header line");
        }
        return;
    };
    if let Some(reason) = table.columns.missing() {
        // Said once, where the header stands.
        if above.is_none() {
            out.reject(format!("line:{}", first + table.line), reason);
        }
        return;
    }
    if sum.columns.is_empty() {
        sum.columns.clone_from(&table.header);
    }
    sum.cells.are_under(&table.header);
    let mut run = Run { table: &table, key: String::new(), named: 0 };
    table.each(source, above.is_none(), first, |row| run.one(row, sum, out));
    sum.end_segment(source.len() as u64, first);
}

pub(super) fn first_line(segment: &Segment) -> u64 {
    segment.pointer.strip_prefix("line:").and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// The header of a table, and how its records are cut.
pub(super) struct Table {
    pub columns: Columns,
    pub header: String,
    delimiter: u8,
    /// Of the header, counted from the first line.
    line: u64,
    /// First byte below it, where it stands in the run itself.
    below: usize,
}

/// A record and where it stands.
pub(super) struct Row<'a> {
    source: &'a str,
    cells: &'a [Cell],
    pub start: usize,
    pub end: usize,
    pub line: u64,
}

impl Table {
    /// By the header above a run, or else by the first record of it.
    pub fn of(above: Option<&str>, source: &str, hints: &Hints) -> Option<Table> {
        let text = above.unwrap_or(source);
        let found = delimited::header(text.as_bytes(), true)?;
        let mut cells = Vec::new();
        delimited::record(text.as_bytes(), found.range.start, found.delimiter, true, &mut cells);
        let headers: Vec<_> = cells.iter().map(|cell| cell.text(text)).collect();
        Some(Table {
            columns: Columns::of(headers.iter().map(AsRef::as_ref), hints),
            header: text.get(found.range.clone()).unwrap_or_default().trim_end_matches(['\r', '\n']).to_owned(),
            delimiter: found.delimiter,
            line: found.line as u64,
            below: found.range.end,
        })
    }

    /// Hands on every record that is not blank.
    pub fn each(&self, source: &str, has_header: bool, first: u64, mut take: impl FnMut(&Row<'_>)) {
        let bytes = source.as_bytes();
        let mut at = if has_header { self.below } else { 0 };
        let mut line = first + newlines(bytes.get(..at).unwrap_or_default());
        let mut cells = Vec::new();
        while at < bytes.len()
            && let End::At(end) = delimited::record(bytes, at, self.delimiter, true, &mut cells)
        {
            let blank = match cells.as_slice() {
                [one] => one.of(bytes).trim_ascii().is_empty(),
                many => many.iter().all(|cell| cell.start == cell.end),
            };
            if !blank {
                take(&Row { source, cells: &cells, start: at, end, line });
            }
            line += newlines(bytes.get(at..end).unwrap_or_default());
            at = end;
        }
    }
}

impl<'a> Row<'a> {
    /// What stands in the column of a field; empty where there is nothing, or what people write for it.
    pub fn get(&self, columns: &Columns, field: Field) -> std::borrow::Cow<'a, str> {
        let cell = columns.get(field).and_then(|column| self.cells.get(column));
        let text = cell.map(|cell| cell.text(self.source)).unwrap_or_default();
        if row::is_nothing(&text) { std::borrow::Cow::Borrowed("") } else { text }
    }

    pub fn has_unclosed_quote(&self) -> bool {
        self.cells.iter().any(|cell| !cell.quoted && cell.of(self.source.as_bytes()).first() == Some(&b'"'))
    }

    /// What it tells.
    pub fn told(&self, columns: &Columns) -> Result<Told<'a>, &'static str> {
        let get = |field| self.get(columns, field);
        let stamp = time::parse(&get(Field::Time)).ok_or(time::NO_TIME)?;
        let count = |field| -> Result<Option<u64>, &'static str> {
            match get(field) {
                text if text.is_empty() => Ok(None),
                text => text.parse().map(Some).map_err(|_| "a number of pulls that is none"),
            }
        };
        Ok(Told {
            stamp,
            action: manner::action(&get(Field::Action)),
            user: get(Field::User),
            hosts: get(Field::Host),
            agent: get(Field::Agent),
            pulls: count(Field::Pulls)?,
            checks: count(Field::Checks)?,
        })
    }
}

/// Reading one run.
struct Run<'a> {
    table: &'a Table,
    key: String,
    named: usize,
}

impl Run<'_> {
    fn one(&mut self, row: &Row<'_>, sum: &mut Sum, out: &mut Outcome) {
        let columns = &self.table.columns;
        let told = match row.told(columns) {
            Ok(told) => told,
            Err(reason) => return self.reject(row, reason, sum, out),
        };
        if row.has_unclosed_quote() {
            self.reject(row, "a quote that is never closed: the row was read to the end of its line", sum, out);
        }
        sum.precision = sum.precision.max(told.stamp.precision);
        sum.assumed_utc |= told.stamp.assumed_utc;
        sum.numbered |= told.stamp.number;
        if told.action == Action::Other {
            return sum.other(told.stamp.at);
        }
        let transfer = manner::of(&told.agent, &told.user);
        for (kind, manner, count) in told.transfers(transfer).into_iter().flatten() {
            match self.group(row, kind, manner, sum) {
                Err(reason) => return self.reject(row, reason, sum, out),
                Ok(group) => {
                    let record = Record {
                        at: told.stamp.at,
                        user: &told.user,
                        hosts: &told.hosts,
                        count,
                        offset: row.start as u64,
                        length: (row.end - row.start) as u64,
                    };
                    sum.add(group, &record, || format!("line:{}", row.line));
                }
            }
        }
    }

    fn group(
        &mut self,
        row: &Row<'_>,
        kind: SightingKind,
        manner: Manner,
        sum: &mut Sum,
    ) -> Result<usize, &'static str> {
        let columns = &self.table.columns;
        self.key.clear();
        self.key.push(char::from(b'a' + kind as u8 * 8 + manner.number() as u8));
        for field in CELLS {
            let cell = columns.get(field).and_then(|column| row.cells.get(column));
            let text = cell.and_then(|cell| row.source.get(cell.start..cell.end)).unwrap_or_default();
            self.key.push_str(text);
            self.key.push('\0');
        }
        if let Some(known) = sum.cells.known.get(self.key.as_str()) {
            return *known;
        }
        let found = remembered(&self.key, row, columns).and_then(|(name, untold)| {
            sum.untold |= untold;
            sum.group(&name.as_written, &name.digest, kind, manner).ok_or(row::TOO_MANY)
        });
        if sum.cells.known.len() < REMEMBERED && self.key.len() < LONGEST {
            sum.cells.known.insert(self.key.as_str().into(), found);
        }
        found
    }

    fn reject(&mut self, row: &Row<'_>, reason: &str, sum: &mut Sum, out: &mut Outcome) {
        self.named += 1;
        if self.named <= NAMED {
            out.rejects.push(Reject { locator: format!("line:{}", row.line), reason: reason.to_owned() });
        } else {
            sum.rejected += 1;
        }
    }
}

/// What [`image`] says.
type Named = Result<(name::Name, bool), &'static str>;

thread_local! {
    /// What was said of the same cells in runs before: a log is read in thousands of runs, and most say the same images.
    static NAMED_BEFORE: RefCell<HashMap<String, Named>> = RefCell::default();
}

/// The same as [`image`] of the cells in `key`, worked out once on each thread.
fn remembered(key: &str, row: &Row<'_>, columns: &Columns) -> Named {
    let stated = columns.registry.as_deref().unwrap_or_default();
    // The first character of a key says what was done, which bears on no name.
    let cells = key.get(1..).unwrap_or_default();
    if cells.bytes().filter(|byte| *byte == 0).count() != CELLS.len() {
        // A cell with such a byte of its own could pass for two.
        return image(row, columns);
    }
    let whole = format!("{}{stated}\0{cells}", u8::from(columns.of_docker_hub));
    NAMED_BEFORE.with_borrow_mut(|before| {
        if let Some(named) = before.get(&whole) {
            return named.clone();
        }
        let named = image(row, columns);
        if before.len() < REMEMBERED && whole.len() < LONGEST {
            before.insert(whole, named.clone());
        }
        named
    })
}

/// The image of a record, and whether its registry is not told.
pub(super) fn image(row: &Row<'_>, columns: &Columns) -> Named {
    let get = |field| row.get(columns, field);
    let (image, repository) = (get(Field::Image), get(Field::Repository));
    let (registry, tag, digest) = (get(Field::Registry), get(Field::Tag), get(Field::Digest));
    let whole = if image.is_empty() { &repository } else { &image };
    let registry = match columns.registry.as_deref() {
        Some(stated) if registry.is_empty() => stated,
        _ if columns.of_docker_hub => "docker.io",
        _ => &registry,
    };
    let parts = Parts { image: whole, registry, tag: &tag, digest: &digest, untold: false };
    name::joined(&parts).map(|name| {
        let untold = name.as_written.starts_with(name::UNTOLD);
        (name, untold)
    })
}

fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// Hands on the names and digests of a table that has columns of both; false where it has not.
pub(in crate::read) fn known_table(source: &str, take: &mut dyn FnMut(&str, &Digest, Spot)) -> bool {
    let Some(table) = Table::of(None, source, &Hints::default()) else { return false };
    let columns = &table.columns;
    let named = columns.has(Field::Image) || columns.has(Field::Repository);
    if !named || !columns.has(Field::Digest) {
        return false;
    }
    table.each(source, true, 1, |row| {
        let Ok((name, _)) = image(row, columns) else { return };
        if let Ok(digest) = Digest::parse(&name.digest) {
            let (offset, length) = (row.start as u64, (row.end - row.start) as u64);
            take(&name.as_written, &digest, Spot { pointer: format!("line:{}", row.line), offset, length });
        }
    });
    true
}

//! Lists of machines and of owners, by their header; other delimited text is told what it would need.

use super::json::{Members, Peek};
use crate::model::delimited::{self, Cell, End};
use crate::model::text::scrub;
use crate::read::Format;
use crate::read::machines::{Columns, Hints, is_of_another_table};

/// Records below the header that are looked at.
const ROWS: usize = 20;

/// A table of machines or owners.
pub(super) fn table(text: &str, complete: bool) -> Option<Format> {
    let headers = headers(text, complete)?;
    if headers.iter().any(|header| is_of_another_table(header)) {
        return None;
    }
    let columns = Columns::of(headers.iter().map(String::as_str), &Hints::default());
    match () {
        () if columns.are_of_machines() => Some(Format::MachineTable),
        () if columns.are_of_owners() => Some(Format::OwnerTable),
        () => None,
    }
}

/// What a delimited table of another kind would need; `None` where the text is no such table.
pub(super) fn unknown(text: &str, complete: bool) -> Option<String> {
    let headers = headers(text, complete)?;
    let shown: Vec<String> = headers.iter().take(8).map(|h| h.chars().take(40).collect()).collect();
    let more = if headers.len() > shown.len() { ", …" } else { "" };
    Some(format!(
        "a table (CSV) that no reader knows, with the columns {}{more}: a list of machines needs a column of hosts and \
         one of images (`--as machine-csv --map image=COLUMN`), a list of owners one of image, repository, namespace or \
         workload and one of owner or criticality (`--as owner-csv --map owner=COLUMN`)",
        scrub(&shown.join(", "))
    ))
}

/// The headers of a text that is a table: two or more words, and as many cells in nearly all rows below.
pub(super) fn headers(text: &str, complete: bool) -> Option<Vec<String>> {
    let bytes = text.as_bytes();
    let header = delimited::header(bytes, complete)?;
    let mut cells: Vec<Cell> = Vec::new();
    delimited::record(bytes, header.range.start, header.delimiter, complete, &mut cells);
    let headers: Vec<String> = cells.iter().map(|cell| cell.text(text).into_owned()).collect();
    let named = headers.iter().filter(|h| !h.is_empty()).count();
    let is_word =
        |h: &String| h.len() <= 100 && !h.contains([':', '=', '{', '<', '@', '"']) && h.split(' ').count() <= 6;
    if named < 2 || !headers.iter().all(is_word) || headers.iter().any(|h| h.ends_with('.')) {
        return None;
    }
    let (mut at, mut rows, mut fitting) = (header.range.end, 0, 0);
    while rows < ROWS
        && at < bytes.len()
        && let End::At(end) = delimited::record(bytes, at, header.delimiter, complete, &mut cells)
    {
        if bytes.get(at..end).is_some_and(|line| !line.trim_ascii().is_empty()) {
            rows += 1;
            fitting += usize::from(cells.len() == headers.len());
        }
        at = end;
    }
    (rows > 0 && fitting * 2 >= rows).then_some(headers)
}

/// Flat objects of machines.
pub(super) fn json(members: &Members) -> Option<Format> {
    let flat = members.0.iter().all(|(_, value)| !matches!(value, Peek::Object(_)));
    let keys = || members.0.iter().map(|(key, _)| key.as_str());
    let other = keys().any(|key| is_of_another_table(key) || matches!(key, "apiVersion" | "kind" | "$schema"));
    let columns = Columns::of(keys(), &Hints::default());
    (flat && !other && columns.are_of_machines()).then_some(Format::MachineJson)
}

//! Delimited text, cell by cell: what a column's header tells counts for every cell below it, and delimiters, quotes and
//! newlines stay, so a redacted table has the records and cells of the original.

use super::clean;
use super::commandline::Command;
use super::leaf::{self, Change};
use super::names::{self, Strength};
use super::rules::Place;
use super::text::{self, Mode};
use super::{MARK, Redactions};
use crate::model::delimited::{self, Cell, End};

/// Appends a run of records to `out` with its secrets replaced. `columns` is the header above it; where it is empty the
/// run begins with its own.
pub(super) fn redact(columns: &str, bytes: &[u8], counts: &mut Redactions, out: &mut Vec<u8>) {
    let above = (!columns.is_empty()).then_some(columns.as_bytes());
    let Some(header) = delimited::header(above.unwrap_or(bytes), true) else {
        return plain(bytes, counts, out);
    };
    let mut cells = Vec::new();
    delimited::record(above.unwrap_or(bytes), header.range.start, header.delimiter, true, &mut cells);
    let places: Vec<Place> = cells.iter().map(|cell| place(cell.of(above.unwrap_or(bytes)))).collect();
    let mut at = 0;
    if above.is_none() {
        at = header.range.end;
        plain(bytes.get(..at).unwrap_or_default(), counts, out);
    }
    while at < bytes.len()
        && let End::At(end) = delimited::record(bytes, at, header.delimiter, true, &mut cells)
    {
        let mut copied = at;
        for (i, cell) in cells.iter().enumerate() {
            out.extend_from_slice(bytes.get(copied..cell.start).unwrap_or_default());
            let place = places.get(i).copied().unwrap_or(Place::Open);
            one(cell, place, bytes, counts, out);
            copied = cell.end;
            // Nothing belongs between a closing quote and the delimiter, which does not keep secrets out of there.
            let behind =
                bytes.get(cell.end + 1..cell.after).filter(|rest| cell.quoted && !rest.trim_ascii().is_empty());
            if let Some(behind) = behind {
                out.extend_from_slice(b"\"");
                plain(behind, counts, out);
                copied = cell.after;
            }
        }
        out.extend_from_slice(bytes.get(copied..end).unwrap_or_default());
        at = end;
    }
}

fn plain(bytes: &[u8], counts: &mut Redactions, out: &mut Vec<u8>) {
    match text::redact(bytes, Mode::Prose, counts) {
        Some(redacted) => out.extend_from_slice(&redacted),
        None => out.extend_from_slice(bytes),
    }
}

/// What a header tells of the cells below it.
fn place(header: &[u8]) -> Place {
    match names::strength(header.trim_ascii()) {
        Strength::Strong => Place::Telling,
        Strength::Weak => Place::WeakTelling,
        Strength::None => Place::Open,
    }
}

/// One cell. What is kept as it is although it took a look is remembered.
fn one(cell: &Cell, place: Place, bytes: &[u8], counts: &mut Redactions, out: &mut Vec<u8>) {
    let raw = cell.of(bytes);
    let open = place == Place::Open;
    if open && leaf::is_boring(raw) {
        return out.extend_from_slice(raw);
    }
    let doubled = cell.quoted && raw.contains(&b'"');
    let hash = if open && !doubled { clean::cell_hash(raw) } else { None };
    if hash.is_some_and(clean::knows) {
        return out.extend_from_slice(raw);
    }
    let text = if doubled { undouble(raw) } else { raw.to_vec() };
    let before = counts.total();
    match leaf::treat(place, &mut Command::default(), &text, 0, counts) {
        Change::Keep => {
            if let Some(hash) = hash.filter(|_| counts.total() == before) {
                clean::remember(hash);
            }
            out.extend_from_slice(raw);
        }
        Change::Whole if raw.contains(&b'\n') => text::write_mark(raw, out),
        Change::Whole => out.extend_from_slice(MARK.as_bytes()),
        Change::Part(part) => {
            for byte in part {
                out.push(byte);
                if byte == b'"' && cell.quoted {
                    out.push(byte);
                }
            }
        }
    }
}

fn undouble(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut bytes = raw.iter();
    while let Some(byte) = bytes.next() {
        out.push(*byte);
        if *byte == b'"' {
            bytes.next();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn redacted(columns: &str, text: &str) -> String {
        let (mut out, mut again) = (Vec::new(), Vec::new());
        redact(columns, text.as_bytes(), &mut Redactions::default(), &mut out);
        redact(columns, &out, &mut Redactions::default(), &mut again);
        assert_eq!(String::from_utf8_lossy(&out), String::from_utf8_lossy(&again), "not idempotent");
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn telling_columns_and_secrets_in_cells() {
        for (columns, text, expected) in [
            ("", "host,root_password,image\na,hunter2,b:1\n", "host,root_password,image\na,[redacted],b:1\n"),
            ("host;token;image", "a;\"x;\n y\";b:1\n", "a;\"[redacted]\n [redacted]\";b:1\n"),
            (
                "host,notes,image",
                "a,\"say \"\"password=hunter2\"\" x\",b:1\n",
                "a,\"say \"\"password=[redacted]\"\" x\",b:1\n",
            ),
            ("host,image", "a,u:p4ssw0rd@x.example/b:1\n", "a,[redacted]@x.example/b:1\n"),
            ("host,url", "a,https://u:p4ssw0rd@x.example/\n", "a,https://[redacted]@x.example/\n"),
            ("host,image", "\"a\" token=abcdef0123,b:1\n", "\"a\" token=[redacted],b:1\n"),
            ("host,image", "plain,registry.corp:5000/a/b:1\r\n", "plain,registry.corp:5000/a/b:1\r\n"),
        ] {
            assert_eq!(redacted(columns, text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn cells_and_lines_stay(text in "(a|b|,|\"|\n|password=x1y2|token: abc9|-----BEGIN PRIVATE KEY-----|[ ]){0,30}") {
            let shape = |text: &str| {
                let (mut at, mut cells, mut all) = (0, Vec::new(), Vec::new());
                while at < text.len() {
                    let End::At(end) = delimited::record(text.as_bytes(), at, b',', true, &mut cells) else { break };
                    all.push((cells.len(), text[at..end].matches('\n').count()));
                    at = end;
                }
                all
            };
            let mut out = Vec::new();
            redact("host,secret,image", text.as_bytes(), &mut Redactions::default(), &mut out);
            prop_assert_eq!(shape(&String::from_utf8(out).unwrap()), shape(&text));
        }
    }
}

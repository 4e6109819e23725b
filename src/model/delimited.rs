//! Delimited text (RFC 4180 and what spreadsheets make of it): where its header, its records and their cells stand.
//!
//! The splitter, the redaction and the reader all cut by these rules, so that they can never disagree about which cell a
//! byte is in. Nothing is copied and nothing is decided about what a cell means.

use std::borrow::Cow;
use std::ops::Range;

/// Lines that a quoted cell may span. One that is not closed by then has no closing quote: what opens it is a stray
/// character, and its record ends where its line does. Counted in lines, because redaction changes how long lines are,
/// never how many.
const QUOTED_LINES: usize = 200;
/// Cells of a record that are told apart; what follows is one cell more.
pub const MOST_CELLS: usize = 500;
/// Lines that may stand above a header: `sep=;`, comments, blank lines.
const ABOVE_HEADER: usize = 20;

/// One cell: the bytes between its delimiters, without its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// First byte.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// It stands in quotes, so a quote in it is written twice.
    pub quoted: bool,
    /// Where the delimiter or newline behind it stands.
    pub after: usize,
}

impl Cell {
    /// The cell's bytes as they stand.
    pub fn of<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// The cell's text: quotes written twice are one, blanks around it are dropped.
    pub fn text<'a>(&self, source: &'a str) -> Cow<'a, str> {
        let text = source.get(self.start..self.end).unwrap_or_default().trim();
        if self.quoted && text.contains("\"\"") { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) }
    }
}

/// What a record at a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It ends before this byte; its newline is part of it.
    At(usize),
    /// The bytes end first. `None` of what stands there is certain unless these are all bytes there are.
    Open,
}

/// Where the record that begins at `at` ends, and its cells. `whole`: nothing follows these bytes.
pub fn record(bytes: &[u8], at: usize, delimiter: u8, whole: bool, cells: &mut Vec<Cell>) -> End {
    cells.clear();
    let mut at = at;
    loop {
        let (cell, next) = match cell(bytes, at, delimiter, whole) {
            Some(found) => found,
            None => return End::Open,
        };
        if cells.len() <= MOST_CELLS {
            cells.push(cell);
        } else if let Some(last) = cells.last_mut() {
            (last.end, last.after, last.quoted) = (cell.end, cell.after, false);
        }
        match bytes.get(next) {
            Some(b'\n') => return End::At(next + 1),
            Some(_) => at = next + 1,
            None if whole => return End::At(bytes.len()),
            None => return End::Open,
        }
    }
}

/// The cell at a place and where the delimiter or newline after it stands.
fn cell(bytes: &[u8], at: usize, delimiter: u8, whole: bool) -> Option<(Cell, usize)> {
    if bytes.get(at) == Some(&b'"') {
        match closing_quote(bytes, at + 1, whole) {
            Quote::At(quote) => {
                let end = plain_end(bytes, quote + 1, delimiter);
                return Some((Cell { start: at + 1, end: quote, quoted: true, after: end }, end));
            }
            Quote::Unknown => return None,
            Quote::Stray => {}
        }
    }
    let end = plain_end(bytes, at, delimiter);
    let content = bytes.get(at..end).unwrap_or_default();
    let carriage = usize::from(content.last() == Some(&b'\r'));
    Some((Cell { start: at, end: end - carriage, quoted: false, after: end }, end))
}

fn plain_end(bytes: &[u8], at: usize, delimiter: u8) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    memchr::memchr2(delimiter, b'\n', rest).map_or(bytes.len(), |step| at + step)
}

enum Quote {
    At(usize),
    /// The bytes end too early to tell.
    Unknown,
    /// There is none.
    Stray,
}

fn closing_quote(bytes: &[u8], mut at: usize, whole: bool) -> Quote {
    let mut lines = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(step) = memchr::memchr2(b'"', b'\n', rest) else {
            return if whole { Quote::Stray } else { Quote::Unknown };
        };
        at += step;
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'\n'), _) => {
                lines += 1;
                if lines >= QUOTED_LINES {
                    return Quote::Stray;
                }
            }
            (_, Some(b'"')) => at += 1,
            (_, None) if !whole => return Quote::Unknown,
            _ => return Quote::At(at),
        }
        at += 1;
    }
}

/// A header's place and the delimiter it uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The record's bytes, its newline included.
    pub range: Range<usize>,
    /// `,`, `;` or a tab: whichever it has most of.
    pub delimiter: u8,
    /// Number of its line, from 0 for the first of the bytes.
    pub line: usize,
}

/// Finds the header: the first line that is not blank, no comment and no `sep=;`. `None` where the bytes end before it
/// does, or none of the first lines is one.
pub fn header(bytes: &[u8], whole: bool) -> Option<Header> {
    let mut start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    for line in 0..ABOVE_HEADER {
        let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let end = match memchr::memchr(b'\n', rest) {
            Some(step) => start + step + 1,
            None if whole => bytes.len(),
            None => return None,
        };
        let text = bytes.get(start..end)?.trim_ascii();
        if text.is_empty() || text.starts_with(b"#") || text.starts_with(b"sep=") {
            start = end;
            continue;
        }
        let delimiter = delimiter(text);
        return match record(bytes, start, delimiter, whole, &mut Vec::new()) {
            End::At(end) => Some(Header { range: start..end, delimiter, line }),
            End::Open => None,
        };
    }
    None
}

/// The delimiter that a line has most of outside of its quotes.
pub fn delimiter(line: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0usize), (b';', 0), (b'\t', 0)];
    for byte in line {
        quoted ^= *byte == b'"';
        for (delimiter, count) in &mut counts {
            *count += usize::from(!quoted && byte == delimiter);
        }
    }
    // Of equals the first, which a comma is.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All records' cells as the rules here cut them.
    fn cut(text: &str, delimiter: u8) -> Vec<Vec<String>> {
        let (mut at, mut cells, mut all) = (0, Vec::new(), Vec::new());
        while at < text.len() {
            let End::At(end) = record(text.as_bytes(), at, delimiter, true, &mut cells) else { panic!("open at {at}") };
            all.push(cells.iter().map(|c| c.text(text).into_owned()).collect());
            at = end;
        }
        all
    }

    #[test]
    fn cells_of_a_record() {
        let table = [
            ("a,b\r\nc,d", vec![vec!["a", "b"], vec!["c", "d"]]),
            ("\"a,\"\"x\"\"\",\"b\nc\"\r\nd,", vec![vec!["a,\"x\"", "b\nc"], vec!["d", ""]]),
            ("x\"y,z\n", vec![vec!["x\"y", "z"]]),
            // A quote that is never closed takes no more than its line.
            ("\"a,b\nc,d\n", vec![vec!["\"a", "b"], vec!["c", "d"]]),
            ("\"a\" junk,b\n", vec![vec!["a", "b"]]),
        ];
        for (text, expected) in table {
            assert_eq!(cut(text, b','), expected, "{text:?}");
        }
    }

    #[test]
    fn an_unclosed_quote_ends_after_its_lines() {
        let text = format!("\"open,x\n{}\"late\",y\n", "a,b\n".repeat(QUOTED_LINES));
        let rows = cut(&text, b',');
        assert_eq!(rows.len(), QUOTED_LINES + 2);
        assert_eq!(rows[0], ["\"open", "x"]);
        let short = format!("\"open,x\n{}\",y\n", "a,b\n".repeat(QUOTED_LINES - 2));
        assert_eq!(cut(&short, b',').len(), 1);
    }

    #[test]
    fn headers_and_their_delimiters() {
        let table = [
            ("host;image\na;b\n", Some((0..11, b';', 0))),
            ("\u{feff}sep=;\r\n# x\r\n\r\nhost;image\r\n", Some((17..29, b';', 3))),
            ("a,b,\"c;d;e;f\"\n", Some((0..14, b',', 0))),
            ("a\tb", Some((0..3, b'\t', 0))),
            ("", None),
            ("\n\n", None),
        ];
        for (text, expected) in table {
            let found = header(text.as_bytes(), true).map(|h| (h.range, h.delimiter, h.line));
            assert_eq!(found, expected, "{text:?}");
        }
        assert_eq!(header(b"host,ima", false), None);
    }

    #[test]
    fn a_row_of_delimiters_alone_is_bounded() {
        let mut cells = Vec::new();
        let row = ",".repeat(100_000);
        assert_eq!(record(row.as_bytes(), 0, b',', true, &mut cells), End::At(row.len()));
        assert_eq!(cells.len(), MOST_CELLS + 1);
    }

    proptest! {
        #[test]
        fn closed_quotes_are_cut_as_the_csv_crate_cuts_them(
            rows in proptest::collection::vec(proptest::collection::vec("[ab\",\n; ]{0,6}", 2..5), 1..6)
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let trimmed: Vec<Vec<String>> =
                rows.iter().map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect()).collect();
            prop_assert_eq!(cut(&text, b','), trimmed);
        }

        #[test]
        fn records_are_the_bytes_and_do_not_depend_on_what_is_known_of_the_rest(
            text in "[ab\",\n\r]{0,60}", known in 0usize..60
        ) {
            let (mut at, mut whole, mut part) = (0, Vec::new(), Vec::new());
            while at < text.len() {
                let End::At(end) = record(text.as_bytes(), at, b',', true, &mut whole) else { panic!() };
                prop_assert!(end > at);
                let known = text.get(..known.min(text.len())).unwrap();
                if let End::At(sooner) = record(known.as_bytes(), at.min(known.len()), b',', false, &mut part)
                    && at < known.len()
                {
                    prop_assert_eq!(sooner, end);
                    prop_assert_eq!(&part, &whole);
                }
                at = end;
            }
        }
    }
}

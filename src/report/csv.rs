//! One table of a report as CSV (RFC 4180), which a spreadsheet opens without running anything.

use std::borrow::Cow;
use std::io::Write;

use super::choice::Topic;
use super::model::Report;
use super::page::table;
use super::{ReportError, Written};

/// Writes the table of a topic: a line of names, then all rows; the label stands in a column of its own in each row, so
/// that no row is copied without it.
pub fn write(report: &Report, topic: Topic, to: &mut dyn Write) -> Written {
    const NONE: &str = "this part of the summary is no table: name affected, indicators, timeline, notes, evidence, unknown or conflicts";
    let table = table(report, topic, usize::MAX).ok_or(ReportError::Nothing(NONE))?;
    let label = report.header.tlp.shown();
    let names = table.columns.iter().map(|column| column.key).chain(["tlp"]);
    line(names.map(Cow::Borrowed), to)?;
    for row in &table.rows {
        let cells = row.cells.iter().map(|cell| cell.plain()).chain([Cow::Borrowed(label.as_str())]);
        line(cells, to)?;
    }
    Ok(())
}

/// One record.
pub(super) fn line<'c>(cells: impl Iterator<Item = Cow<'c, str>>, to: &mut dyn Write) -> Written {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            to.write_all(b",")?;
        }
        to.write_all(quoted(&harmless(&cell)).as_bytes())?;
    }
    to.write_all(b"\r\n")?;
    Ok(())
}

/// A cell that a spreadsheet would take for a formula gets an apostrophe in front, behind which it is text (OWASP, CSV
/// injection). Whole numbers are none, whatever their sign.
fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.parse::<i64>().is_ok() {
        return Cow::Borrowed(cell);
    }
    let first = cell.trim_start_matches([' ', '"', '\'']).chars().next().or_else(|| cell.chars().next());
    let risky = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '|' | '%');
    let wide = |c: char| matches!(c, '＝' | '＋' | '－' | '＠');
    match first {
        Some(c) if risky(c) || wide(c) => Cow::Owned(format!("'{cell}")),
        _ => Cow::Borrowed(cell),
    }
}

fn quoted(cell: &str) -> Cow<'_, str> {
    if cell.contains([',', '"', '\n', '\r']) || cell.starts_with(' ') || cell.ends_with(' ') {
        Cow::Owned(format!("\"{}\"", cell.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_become_text() {
        for risky in ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\tx", " =1", "\"=1", "＝1", "|calc"] {
            assert!(harmless(risky).starts_with('\''), "{risky}");
        }
        for plain in ["", "nginx", "docker.io/x:1", "2026-03-17T00:00:00Z", "17", "-17"] {
            assert_eq!(harmless(plain), plain);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(cells in proptest::collection::vec("\\PC{0,12}|[=+,\"\r\n@ -]{0,8}", 1..6)) {
            let mut bytes = Vec::new();
            line(cells.iter().map(|cell| Cow::Borrowed(cell.as_str())), &mut bytes).unwrap();
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
            let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            let wanted: Vec<String> = cells.iter().map(|cell| harmless(cell).into_owned()).collect();
            // One empty cell is an empty line, which is no record.
            if wanted != [String::new()] {
                prop_assert_eq!(rows.len(), 1);
                prop_assert_eq!(rows[0].iter().collect::<Vec<_>>(), wanted.iter().map(String::as_str).collect::<Vec<_>>());
            }
        }
    }
}

//! Delimited text that responders hand over: its header, and its rows with their lines.

use crate::model::delimited::{Cell, End, header, record};

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Table {
    /// What the columns are called.
    pub names: Vec<String>,
    /// Line from 1, and the cells; blank rows are left out.
    pub rows: Vec<(u64, Vec<String>)>,
    /// There are more rows than were asked for.
    pub more: bool,
}

impl Table {
    /// Reads a text, at most so many rows of it; none without a header.
    pub fn read(text: &str, most: usize) -> Option<Table> {
        let bytes = text.as_bytes();
        let head = header(bytes, true)?;
        let mut cells: Vec<Cell> = Vec::new();
        record(bytes, head.range.start, head.delimiter, true, &mut cells);
        let mut table = Table { names: texts(&cells, text), ..Table::default() };
        let (mut at, mut line) = (head.range.end, head.line as u64 + 2);
        while at < bytes.len() {
            let End::At(end) = record(bytes, at, head.delimiter, true, &mut cells) else { break };
            let row = text.get(at..end).unwrap_or_default();
            if !row.trim().is_empty() {
                if table.rows.len() == most {
                    table.more = true;
                    break;
                }
                table.rows.push((line, texts(&cells, text)));
            }
            line += row.matches('\n').count().max(1) as u64;
            at = end.max(at + 1);
        }
        Some(table)
    }

    /// Where a column of that name is.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known.eq_ignore_ascii_case(name))
    }
}

fn texts(cells: &[Cell], text: &str) -> Vec<String> {
    cells.iter().map(|cell| cell.text(text).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_their_lines_and_at_most_so_many_are_read() {
        let table = Table::read("a;b\n1;\"x\ny\"\n\n2;z\n3;w\n", 2).unwrap();
        assert_eq!(table.names, ["a", "b"]);
        assert_eq!(table.rows, [(2, vec!["1".to_owned(), "x\ny".into()]), (5, vec!["2".into(), "z".into()])]);
        assert!(table.more && table.place("B") == Some(1) && table.place("c").is_none());
        assert_eq!(Table::read("", 2), None);
    }
}

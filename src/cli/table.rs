//! Aligned tables for people. On a terminal that is too narrow the least important columns go first, then texts are cut,
//! each in the way that leaves it recognisable.

use super::Failure;
use super::out::{Out, Tone, ascii};
use super::words::{middle, short_name, short_path};
use crate::model::text::{fit, scrub, width};

/// Below this a text tells nothing any more.
const NARROWEST: usize = 12;

/// How the texts of a column are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Never,
    End,
    Middle,
    Name,
    Path,
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    head: &'static str,
    right: bool,
    cut: Cut,
    /// The order in which columns go; 0 stays.
    drop: u8,
}

/// Text that may lose its end.
pub const fn text(head: &'static str) -> Column {
    Column { head, right: false, cut: Cut::End, drop: 0 }
}

/// A word or time that is never cut.
pub const fn word(head: &'static str) -> Column {
    Column { head, right: false, cut: Cut::Never, drop: 0 }
}

/// Numbers, on the right.
pub const fn number(head: &'static str) -> Column {
    Column { head, right: true, cut: Cut::Never, drop: 0 }
}

/// Image names.
pub const fn name(head: &'static str) -> Column {
    Column { head, right: false, cut: Cut::Name, drop: 0 }
}

/// Paths.
pub const fn path(head: &'static str) -> Column {
    Column { head, right: false, cut: Cut::Path, drop: 0 }
}

/// Text whose beginning and end both tell.
pub const fn place(head: &'static str) -> Column {
    Column { head, right: false, cut: Cut::Middle, drop: 0 }
}

impl Column {
    /// Goes where there is no room, the highest order first.
    pub const fn dropped(self, order: u8) -> Self {
        Column { drop: order, ..self }
    }
}

/// A table that is printed when it is complete.
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<(Tone, Vec<String>)>,
}

impl Table {
    /// With these columns.
    pub fn new(columns: &[Column]) -> Self {
        Table { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row; its texts are made safe here.
    pub fn row(&mut self, tone: Tone, cells: Vec<String>) {
        self.rows.push((tone, cells.iter().map(|c| scrub(c).into_owned()).collect()));
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// True where nothing needs to be cut or dropped.
    pub fn fits(&self, out: &Out<'_>) -> bool {
        let total = self.natural().iter().sum::<usize>() + 2 * self.columns.len().saturating_sub(1);
        out.columns.is_none_or(|columns| total <= columns)
    }

    /// Prints it.
    pub fn print(mut self, out: &mut Out<'_>) -> Result<(), Failure> {
        for (tone, line) in self.lines(out) {
            out.toned(tone, &line)?;
        }
        Ok(())
    }

    /// Prints it beside the output, as a part of an error.
    pub fn note(mut self, out: &mut Out<'_>) {
        for (_, line) in self.lines(out) {
            out.note(&line);
        }
    }

    fn lines(&mut self, out: &Out<'_>) -> Vec<(Tone, String)> {
        if out.ascii {
            // Before they are measured: an escaped character is wider.
            self.rows.iter_mut().flat_map(|(_, cells)| cells).for_each(|cell| *cell = ascii(cell));
        }
        let widths = self.widths(out.columns);
        let heads: Vec<String> = self.columns.iter().map(|column| column.head.to_owned()).collect();
        let rows = self.rows.iter().map(|(tone, cells)| (*tone, cells));
        std::iter::once((Tone::Strong, &heads))
            .chain(rows)
            .map(|(tone, cells)| (tone, self.line(cells, &widths, out.ascii)))
            .collect()
    }

    fn natural(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self.columns.iter().map(|column| width(column.head)).collect();
        for (_, cells) in &self.rows {
            for (widest, cell) in widths.iter_mut().zip(cells) {
                *widest = (*widest).max(width(cell));
            }
        }
        widths
    }

    /// Each column's width; 0 for one that is left out.
    fn widths(&self, columns: Option<usize>) -> Vec<usize> {
        let mut widths = self.natural();
        let Some(columns) = columns else { return widths };
        let over = |widths: &[usize]| {
            let gaps = 2 * widths.iter().filter(|w| **w > 0).count().saturating_sub(1);
            widths.iter().sum::<usize>() + gaps > columns
        };
        let mut order: Vec<usize> = (0..self.columns.len()).filter(|i| self.drop(*i) > 0).collect();
        order.sort_by_key(|i| std::cmp::Reverse(self.drop(*i)));
        for column in order {
            if over(&widths)
                && let Some(width) = widths.get_mut(column)
            {
                *width = 0;
            }
        }
        while over(&widths) {
            let may = |i: usize| self.columns.get(i).is_some_and(|column| column.cut != Cut::Never);
            let widest = widths.iter().enumerate().filter(|(i, w)| may(*i) && **w > NARROWEST).max_by_key(|(_, w)| **w);
            let Some((widest, _)) = widest else { break };
            if let Some(width) = widths.get_mut(widest) {
                *width -= 1;
            }
        }
        widths
    }

    fn drop(&self, column: usize) -> u8 {
        self.columns.get(column).map_or(0, |column| column.drop)
    }

    fn line(&self, cells: &[String], widths: &[usize], in_ascii: bool) -> String {
        let mut line = String::new();
        for ((cell, columns), column) in cells.iter().zip(widths).zip(&self.columns).filter(|((_, w), _)| **w > 0) {
            if !line.is_empty() {
                line.push_str("  ");
            }
            let mut text = match column.cut {
                Cut::Never => cell.clone(),
                Cut::End => fit(cell, *columns),
                Cut::Middle => middle(cell, *columns),
                Cut::Name => short_name(cell, *columns),
                Cut::Path => short_path(cell, *columns),
            };
            if in_ascii {
                // One column, as what it stands for.
                text = text.replace('…', "~");
            }
            let pad = " ".repeat(columns.saturating_sub(width(&text)));
            if column.right { line.extend([pad, text]) } else { line.extend([text, pad]) }
        }
        line.trim_end().to_owned()
    }
}

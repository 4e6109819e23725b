//! Aligned tables for people: columns as wide as they need, the widest one cut where a terminal is too narrow.

use unicode_width::UnicodeWidthStr as _;

use super::Failure;
use super::out::{Out, Tone};
use crate::model::text::{fit, scrub};

/// How a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// A table that is printed when it is complete.
pub struct Table {
    heads: Vec<(&'static str, Align)>,
    rows: Vec<(Tone, Vec<String>)>,
}

impl Table {
    /// With these columns.
    pub fn new(heads: &[(&'static str, Align)]) -> Self {
        Table { heads: heads.to_vec(), rows: Vec::new() }
    }

    /// Adds a row; its texts are made safe here.
    pub fn row(&mut self, tone: Tone, cells: Vec<String>) {
        self.rows.push((tone, cells.iter().map(|c| scrub(c).into_owned()).collect()));
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Prints it.
    pub fn print(&self, out: &mut Out<'_>) -> Result<(), Failure> {
        let widths = self.widths(out.columns);
        let heads: Vec<String> = self.heads.iter().map(|(head, _)| (*head).to_owned()).collect();
        let line = self.line(&heads, &widths);
        out.toned(Tone::Strong, &line)?;
        for (tone, cells) in &self.rows {
            let line = self.line(cells, &widths);
            out.toned(*tone, &line)?;
        }
        Ok(())
    }

    fn widths(&self, columns: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<usize> = self.heads.iter().map(|(head, _)| head.width()).collect();
        for (_, cells) in &self.rows {
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = (*width).max(cell.width());
            }
        }
        if let Some(columns) = columns {
            let gaps = 2 * widths.len().saturating_sub(1);
            // The widest text column gives way first, down to a width at which a name is still told from another.
            while widths.iter().sum::<usize>() + gaps > columns {
                let widest =
                    widths.iter().enumerate().filter(|(i, w)| self.is_text(*i) && **w > 12).max_by_key(|(_, w)| **w);
                let Some((widest, _)) = widest else { break };
                if let Some(width) = widths.get_mut(widest) {
                    *width -= 1;
                }
            }
        }
        widths
    }

    fn is_text(&self, column: usize) -> bool {
        self.heads.get(column).is_some_and(|(_, align)| *align == Align::Left)
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for ((cell, width), (_, align)) in cells.iter().zip(widths).zip(&self.heads) {
            if !line.is_empty() {
                line.push_str("  ");
            }
            let text = fit(cell, *width);
            let pad = " ".repeat(width.saturating_sub(text.width()));
            match align {
                Align::Left => line.extend([text, pad]),
                Align::Right => line.extend([pad, text]),
            }
        }
        line.trim_end().to_owned()
    }
}

//! Work that takes a while: what, how far, how fast, and how to stop it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::meter::draw_bar;
use crate::tui::theme::{Slot, Theme};
use crate::tui::widget::region::{row, split_right};
use crate::tui::widget::{Cut, Line, Painter, Regions, Side};

/// One piece of work as its worker reported it last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// What is done: `Import of dumps/`.
    pub label: String,
    /// Pieces done.
    pub done: u64,
    /// Pieces there are; `None`: not known.
    pub total: Option<u64>,
    /// Bytes read.
    pub bytes: u64,
    /// Bytes a second, as the owner measured it.
    pub rate: Option<u64>,
    /// Frames of the spinner so far, counted by the owner; it stands still when that does.
    pub tick: usize,
    /// What stops it: `Esc stops, what is read stays`.
    pub cancel: String,
}

/// A number of bytes in the largest unit that tells: `812 B`, `3.4 MB`.
pub fn bytes(count: u64) -> String {
    const UNITS: [(&str, u64); 4] =
        [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    match UNITS.into_iter().find(|(_, size)| count >= *size) {
        Some((unit, size)) => format!("{}.{} {unit}", count / size, count % size / (size / 10)),
        None => format!("{count} B"),
    }
}

impl Progress {
    /// Paints label, figures and what stops it into the first row, and a bar into the second when there is one and the
    /// total is known. The part is the hint that stops it.
    pub fn draw(&self, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions<()> {
        let mut painter = Painter::new(theme, area, buffer);
        let area = painter.area();
        painter.clear(area);
        let mut regions = Regions::new(area);
        let line = row(area, 0);
        let figures = self.figures();
        let room = crate::model::text::width(&figures) + 4 + crate::model::text::width(&self.label).min(12);
        let hint = u16::try_from(crate::model::text::width(&self.cancel)).unwrap_or(u16::MAX);
        let fits = usize::from(line.width) >= room + usize::from(hint) + 2;
        let (left, right) = split_right(line, if fits { hint } else { 0 });
        if fits {
            painter.text(right, &self.cancel, Slot::Muted);
            regions.add(right, ());
        }
        let (label, numbers) = split_right(left, u16::try_from(figures.len() + 3).unwrap_or(0).min(left.width / 2));
        let text = format!("{} {}", theme.spinner(self.tick), self.label);
        let used = painter.line(label, &Line::plain(text), painter.style(Slot::Base), Cut::Middle, Side::Left);
        // Figures stand behind the label, not far from it.
        let x = label.x.saturating_add(used).saturating_add(2).min(numbers.right());
        let numbers = Rect { x, width: numbers.right() - x, ..numbers };
        painter.text(numbers, &figures, Slot::Accent);
        if let Some(total) = self.total {
            draw_bar(self.done, total, Slot::Accent, theme, row(area, 1), buffer);
        }
        regions
    }

    fn figures(&self) -> String {
        let mut parts = vec![match self.total {
            Some(total) => format!("{} of {total}", self.done),
            None => self.done.to_string(),
        }];
        if self.bytes > 0 {
            parts.push(bytes(self.bytes));
        }
        if let Some(rate) = self.rate {
            parts.push(format!("{}/s", bytes(rate)));
        }
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_said_in_units_that_tell() {
        let table = [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (3_449_999, "3.4 MB"), (u64::MAX, "18446744.0 TB")];
        for (count, wanted) in table {
            assert_eq!(bytes(count), wanted);
        }
    }

    #[test]
    fn the_hint_goes_before_the_figures() {
        let progress = Progress { label: "Import".into(), done: 3, cancel: "Esc stops".into(), ..Progress::default() };
        let line = |width| {
            let area = Rect::new(0, 0, width, 1);
            let mut buffer = Buffer::empty(area);
            progress.draw(&Theme::default().with_ascii(true), area, &mut buffer);
            buffer.content().iter().map(|cell| cell.symbol()).collect::<String>()
        };
        assert_eq!(line(30), "| Import  3          Esc stops");
        assert_eq!(line(14), "| Import  3   ");
    }
}

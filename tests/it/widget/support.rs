//! Rows, nodes and lines made of a few names, and buffers as text.

use std::cell::Cell;

use hullbreach::tui::theme::{Slot, Theme};
use hullbreach::tui::widget::detail::{Lines, TextLine};
use hullbreach::tui::widget::table::{Column, Row, Rows};
use hullbreach::tui::widget::tree::Nodes;
use hullbreach::tui::widget::{Cut, Line};
use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// The columns of a table of images.
pub const COLUMNS: [Column; 6] = [
    Column::new("P", 2, 2).sorted_by("priority"),
    Column::new("IMAGE", 14, 40).cut(Cut::Middle).growing(1).sorted_by("name"),
    Column::new("VERDICT", 12, 12).sorted_by("verdict"),
    Column::new("RUNS", 5, 6).right().sorted_by("running"),
    Column::new("OWNER", 8, 14).dropped(1),
    Column::new("BASE", 10, 24).dropped(2),
];

/// Names that are hard to lay out.
pub const WIDE: [&str; 8] = [
    "registry.example/東京/支払いサービス:最新",
    "docker.io/library/🚀-launcher:🔥",
    "ghcr.io/e\u{301}quipe/cafe\u{301}-paye\u{301}:1",
    "registry.example/שלום/עולם:גרסה",
    "registry.example/مرحبا:الاصدار",
    "한국어/이미지:안정",
    "nginx\u{202e}tset:\u{200b}latest",
    "a",
];

/// Names, repeated up to `total`; rows from `loaded` on are still being fetched.
pub struct Names {
    pub names: Vec<String>,
    pub total: u64,
    pub loaded: u64,
    pub asked: Cell<u64>,
}

impl Names {
    pub fn new(names: &[&str], total: u64) -> Self {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Names { names, total, loaded: u64::MAX, asked: Cell::new(0) }
    }

    pub fn images(total: u64) -> Self {
        let names = [
            "docker.io/library/node:20-slim",
            "registry.example:5000/pay/api:2026-03-12",
            "web/edge",
            "ops/cron:stable",
        ];
        Names::new(&names, total)
    }

    pub fn name(&self, index: u64) -> &str {
        let at = index as usize % self.names.len().max(1);
        self.names.get(at).map_or("", String::as_str)
    }
}

impl Rows for Names {
    type Key = u64;

    fn total(&self) -> u64 {
        self.total
    }

    fn row(&self, index: u64) -> Option<Row<'_, u64>> {
        self.asked.set(self.asked.get() + 1);
        if index >= self.total || index >= self.loaded {
            return None;
        }
        if index % 10 == 5 {
            return Some(Row::Group {
                key: index,
                title: Line::plain(self.name(index)),
                count: 9,
                collapsed: index % 20 == 5,
            });
        }
        let verdicts = [
            ("!! BAD", Slot::VerdictBad, "P0", Slot::PriorityP0),
            ("!  SUSPECT", Slot::VerdictSuspect, "P1", Slot::PriorityP1),
            ("?  TO CHECK", Slot::VerdictToCheck, "P2", Slot::PriorityP2),
            (".  NO LINK", Slot::VerdictNoLink, "P3", Slot::PriorityP3),
        ];
        let (verdict, slot, priority, own) = verdicts[index as usize % 4];
        let cells = vec![
            Line::new(priority, own),
            Line::plain(self.name(index)),
            Line::new(verdict, slot),
            Line::plain((index % 1_000 * 7 % 1_000).to_string()),
            Line::new(if index.is_multiple_of(3) { "-" } else { "pay-oncall" }, Slot::Muted),
            Line::plain(format!("debian:bookworm-slim {index:08x}")),
        ];
        Some(Row::Item { key: index, cells, slot: None })
    }

    fn key(&self, index: u64) -> Option<u64> {
        (index < self.total && index < self.loaded).then_some(index)
    }
}

impl Lines for Names {
    fn total(&self) -> u64 {
        self.total
    }

    fn line(&self, index: u64) -> Option<TextLine<'_>> {
        self.asked.set(self.asked.get() + 1);
        let line = Line::with_matches(self.name(index), std::slice::from_ref(&(2..5)));
        (index < self.loaded).then_some(TextLine { number: Some(index + 1), line })
    }
}

/// Below each node three more, four levels deep.
impl Nodes for Names {
    type Node = u64;

    fn roots(&self) -> Vec<u64> {
        (1..=self.total.min(1_000)).collect()
    }

    fn children(&self, node: &u64) -> Vec<u64> {
        if *node >= 1_000_000_000 { Vec::new() } else { (1..4).map(|n| node * 1_000 + n).collect() }
    }
}

/// Draws into a buffer of its own.
pub fn drawn(width: u16, height: u16, draw: impl FnOnce(Rect, &mut Buffer)) -> Buffer {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    draw(area, &mut buffer);
    buffer
}

/// The rows of a buffer as a terminal shows them: a wide character hides the cells behind it.
pub fn lines(buffer: &Buffer) -> Vec<String> {
    let area = buffer.area;
    (area.y..area.bottom())
        .map(|y| {
            let mut line = String::new();
            let mut x = area.x;
            while x < area.right() {
                let symbol = buffer[(x, y)].symbol();
                line.push_str(symbol);
                x += symbol.cell_width().max(1);
            }
            line
        })
        .collect()
}

/// Where styles other than the base are, a line a row: `3: 0..30 bold black on cyan`.
pub fn styles(buffer: &Buffer, theme: &Theme) -> Vec<String> {
    let area = buffer.area;
    let base = buffer_style(theme.style(Slot::Base));
    let mut rows = Vec::new();
    for y in area.y..area.bottom() {
        let mut runs: Vec<(u16, u16, Style)> = Vec::new();
        for x in area.x..area.right() {
            let style = buffer[(x, y)].style();
            match runs.last_mut().filter(|(_, end, own)| *end == x && *own == style) {
                Some((_, end, _)) => *end += 1,
                None => runs.push((x, x + 1, style)),
            }
        }
        let told: Vec<String> = runs
            .iter()
            .filter(|(_, _, style)| *style != base)
            .map(|(from, to, style)| format!("{from}..{to} {}", words(*style)))
            .collect();
        if !told.is_empty() {
            rows.push(format!("{y}: {}", told.join(", ")));
        }
    }
    rows
}

fn buffer_style(style: Style) -> Style {
    let mut cell = ratatui::buffer::Cell::EMPTY;
    cell.set_style(style).style()
}

fn words(style: Style) -> String {
    let modifiers = format!("{:?}", style.add_modifier).to_lowercase().replace(" | ", " ").replace("none", "");
    let colour = |colour: Option<ratatui::style::Color>| format!("{:?}", colour.unwrap_or_default()).to_lowercase();
    format!("{modifiers} {} on {}", colour(style.fg), colour(style.bg)).replace(" reset on reset", "").trim().to_owned()
}

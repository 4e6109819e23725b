//! The three zones on the screen: one below the other where there is little room, side by side where there is enough.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::focus::{COLUMNS, Item, Zone, Zoned};
use crate::tui::regions::{Hit, Regions};
use crate::tui::theme::{Glyph, Slot};
use crate::tui::view::below::Below;
use crate::tui::view::sheet::{Entry as _, Sheet};
use crate::tui::view::{Around, Look, Reply};
use crate::tui::widget::region::row;
use crate::tui::widget::{Cut, Painter, Side};

/// Its pane.
pub const PANE: &str = "graph.around";
/// From this width on the zones stand side by side.
const WIDE: u16 = 110;
/// Shares of the width, in hundredths, from the left.
const SHARES: [u16; 3] = [31, 31, 38];

/// One image with what is around it, as far as it is read.
#[derive(Debug)]
pub struct Centre {
    /// As it was asked for; its id as soon as that is known.
    pub asked: String,
    title: String,
    /// For the way back.
    pub crumb: String,
    read: bool,
    items: Sheet<Item>,
}

impl Centre {
    /// Before anything is read.
    pub fn new(asked: &str) -> Centre {
        let (title, crumb) = (asked.to_owned(), asked.chars().take(12).collect());
        Centre { asked: asked.to_owned(), title, crumb, read: false, items: Sheet::default() }
    }

    /// What is around it came; true when anything changed.
    pub fn take(&mut self, zoned: Zoned) -> bool {
        if zoned.asked != self.asked && zoned.id != self.asked {
            return false;
        }
        let first = !std::mem::replace(&mut self.read, true);
        (self.asked, self.title, self.crumb) = (zoned.id, zoned.title, zoned.crumb);
        let changed = self.items.set(zoned.items);
        if first {
            self.items.mark(|item| item.zone == Zone::Image && !item.heading);
        }
        changed || first
    }

    /// It cannot be told, in words.
    pub fn failed(&mut self, why: String) {
        self.title = why;
    }

    /// Moves; none where the command is none of moving.
    pub fn moved(&mut self, id: &str, around: Around<'_>) -> Option<bool> {
        self.items.command(id, around, PANE)
    }

    /// To the zone beside; false where there is none.
    pub fn beside(&mut self, forward: bool) -> bool {
        let Some(here) = self.items.marked().map(|item| item.zone) else { return false };
        let next = match (here, forward) {
            (Zone::Below, true) | (Zone::Above, false) => Zone::Image,
            (Zone::Image, true) => Zone::Above,
            (Zone::Image, false) => Zone::Below,
            _ => return false,
        };
        self.items.mark(|item| item.zone == next && !item.heading)
    }

    /// True with a row.
    pub fn has_rows(&self) -> bool {
        self.items.marked().is_some()
    }

    /// Goes where the marked row leads.
    pub fn open(&self, reply: &mut Reply) {
        self.items.open(reply);
    }

    /// Puts the marker on a row; true when it was there before.
    pub fn click(&mut self, row: usize) -> bool {
        self.items.click(row)
    }

    /// Draws it.
    pub fn draw(&self, building: &str, below: &Below, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut painter = Painter::new(look.theme, area, buffer);
        painter.clear(area);
        painter.text(row(area, 0), &format!(" {}", self.title), Slot::Title);
        let body = Rect { y: area.y.saturating_add(1), height: area.height.saturating_sub(1), ..area };
        if body.width < WIDE || !self.read {
            let empty = if building.is_empty() { "reading ..." } else { building };
            return self.items.draw((COLUMNS, PANE, empty), below, look, body, buffer);
        }
        let told = self.items.marked().map(|item| item.told()).unwrap_or_default();
        let panes = below.panes(body, 14);
        let mut regions = Regions::default();
        regions.push(panes.first, Hit::Pane(PANE));
        let mut rest = panes.first;
        for (zone, share) in Zone::ALL.into_iter().zip(SHARES) {
            let wide = if zone == Zone::Above { rest.width } else { panes.first.width * share / 100 };
            let place = Rect { width: wide.min(rest.width), ..rest };
            self.draw_zone(zone, place, look, buffer, &mut regions);
            rest = Rect { x: place.right(), width: rest.width - place.width, ..rest };
        }
        regions.extend(below.draw(&panes, &told, look, body, buffer));
        regions
    }

    /// One of them: the rows around the marker where it is here, else from the top. Below each base stands how it is known.
    fn draw_zone(&self, zone: Zone, place: Rect, look: Look<'_>, buffer: &mut Buffer, regions: &mut Regions) {
        let marked = self.items.marked().map(|item| item.key());
        let mut lines: Vec<(usize, &Item, bool)> = Vec::new();
        for (at, item) in self.items.entries().iter().enumerate().filter(|(_, item)| item.zone == zone) {
            lines.push((at, item, false));
            if zone == Zone::Below && !item.how.is_empty() {
                lines.push((at, item, true));
            }
        }
        let is_marked = |item: &Item| marked.as_deref() == Some(item.key().as_str());
        let here = lines.iter().position(|(_, item, _)| is_marked(item)).unwrap_or(0);
        let height = usize::from(place.height);
        let first = (here + 3).saturating_sub(height).min(lines.len().saturating_sub(height));
        let mut painter = Painter::new(look.theme, place, buffer);
        let inner = Rect { width: place.width.saturating_sub(2), ..place };
        for (y, (at, item, proof)) in (0..place.height).zip(lines.iter().skip(first)) {
            let line = row(inner, y);
            regions.push(line, Hit::Row(PANE, *at));
            let text = Rect { x: line.x.saturating_add(1), width: line.width.saturating_sub(1), ..line };
            if *proof {
                let behind = item.indent.saturating_add(2).min(text.width);
                let text = Rect { x: text.x.saturating_add(behind), width: text.width - behind, ..text };
                painter.line(text, &item.proof(), look.theme.style(Slot::Base), Cut::End, Side::Left);
                continue;
            }
            // Names give way in their middle, sentences at their end.
            let (taken, cut) = if item.runs.is_empty() { (0, Cut::End) } else { (item.runs.len() + 1, Cut::Middle) };
            let taken = u16::try_from(taken).unwrap_or(u16::MAX);
            let room = Rect { width: text.width.saturating_sub(taken), ..text };
            let used = painter.line(room, &item.line(), look.theme.style(Slot::Base), cut, Side::Left);
            painter.line(text, &item.runs.as_str().into(), look.theme.style(Slot::Base), Cut::End, Side::Right);
            if is_marked(item) {
                painter.glyph(Rect { width: 1, ..line }, Glyph::Marker, Slot::Selected);
                painter.mark(Rect { width: used.saturating_add(1).min(line.width), ..line }, Slot::Selected);
            }
        }
        let hidden = lines.len().saturating_sub(first + height);
        if hidden > 0 {
            let text = format!(" {hidden} more lines below ");
            painter.line(
                row(inner, place.height.saturating_sub(1)),
                &text.into(),
                look.theme.style(Slot::Muted),
                Cut::End,
                Side::Right,
            );
        }
    }
}

//! The marked row in full, below its list: what columns cut or leave out. The line between can be dragged, and the pane
//! shown or hidden for good.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Look;
use crate::model::text::width;
use crate::tui::draw::paint::{Cursor, put, write};
use crate::tui::regions::{Hit, Regions};
use crate::tui::theme::Slot;
use crate::tui::widget::split::{Lie, Pane, Panes, Split};
use crate::tui::widget::wrap::wrap;

/// Its name in regions, and that of the line above it.
pub const PANE: &str = "below";
/// Columns of the words on the left.
const LABEL: usize = 11;
/// Most lines of one text.
const MOST_LINES: usize = 200;
/// The first pane's share in thousandths, and what a key adds to it or takes away.
const SHARE: u16 = 700;
const STEP: u16 = 100;
/// The least rows of the list and of the pane.
const LEAST: (u16, u16) = (4, 2);

/// What there is to say about a row: words, and what stands to them.
pub type Told = Vec<(&'static str, String)>;

/// Whether the pane is shown, how large it is, how far it is scrolled.
#[derive(Debug)]
pub struct Below {
    split: Split,
    /// As the responder wants it; none leaves it to the room there is.
    wanted: Option<bool>,
    offset: usize,
}

impl Default for Below {
    fn default() -> Self {
        Below { split: Split::new(Lie::Stacked, SHARE, LEAST), wanted: None, offset: 0 }
    }
}

impl Below {
    /// One of its commands; none where it is another's. Whether the pane is shown now tells which way it is turned.
    pub fn command(&mut self, id: &str, regions: &Regions) -> Option<bool> {
        match id {
            "table.full" => self.wanted = Some(!regions.has(PANE)),
            "table.full-larger" => self.resize(false),
            "table.full-smaller" => self.resize(true),
            "table.full-down" => self.offset = self.offset.saturating_add(1),
            "table.full-up" => self.offset = self.offset.saturating_sub(1),
            _ => return None,
        }
        Some(true)
    }

    /// The wheel was turned over it.
    pub fn wheel(&mut self, id: &str) {
        self.offset = if id == "table.up" { self.offset.saturating_sub(1) } else { self.offset.saturating_add(1) };
    }

    /// The line was dragged.
    pub fn drag(&mut self, to: Position, area: Rect) {
        self.split.drag(to, area);
    }

    /// Another row is marked: from its beginning.
    pub fn restart(&mut self) {
        self.offset = 0;
    }

    fn resize(&mut self, list_grows: bool) {
        let share = self.split.share();
        let share = if list_grows { share.saturating_add(STEP) } else { share.saturating_sub(STEP) };
        self.split = Split::new(Lie::Stacked, share.clamp(STEP, 1_000 - STEP), LEAST);
        self.wanted = Some(true);
    }

    /// Where list and pane are. `least` is the height from which on the pane is shown unasked.
    pub fn panes(&self, area: Rect, least: u16) -> Panes {
        if self.wanted.unwrap_or(area.height >= least) {
            return self.split.panes(area, Pane::First);
        }
        let none = Rect { width: 0, height: 0, ..area };
        Panes { first: area, divider: none, second: none }
    }

    /// Draws the line and what is told.
    pub fn draw(&self, panes: &Panes, told: &Told, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut regions = Regions::default();
        if panes.is_collapsed() {
            return regions;
        }
        self.split.draw(panes, look.theme, buffer);
        regions.push(panes.divider, Hit::Line(PANE, area));
        regions.push(panes.second, Hit::Pane(PANE));
        let room = usize::from(panes.second.width).saturating_sub(LABEL + 2);
        let lines = lines(told, room);
        let height = usize::from(panes.second.height);
        let first = self.offset.min(lines.len().saturating_sub(height));
        let mut cursor = Cursor::new(panes.second);
        for (label, text) in lines.iter().skip(first).take(height) {
            let place = cursor.line();
            put(buffer, place, &format!(" {label}"), look.theme.style(Slot::Muted));
            let indent = (LABEL + 1) as u16;
            let indent = indent.min(place.width);
            let behind = Rect { x: place.x.saturating_add(indent), width: place.width - indent, ..place };
            write(buffer, behind, text, look.theme.style(Slot::Base));
        }
        while !cursor.rest().is_empty() {
            put(buffer, cursor.line(), "", look.theme.style(Slot::Base));
        }
        more(lines.len().saturating_sub(first + height), panes.second, look, buffer);
        regions
    }
}

/// Says that there is more than fits.
fn more(hidden: usize, area: Rect, look: Look<'_>, buffer: &mut Buffer) {
    if hidden == 0 {
        return;
    }
    let text = format!(" {hidden} more: J ");
    let wide = (width(&text) as u16).min(area.width);
    let place = Rect {
        x: area.right().saturating_sub(wide),
        y: area.bottom().saturating_sub(1),
        width: wide,
        height: area.height.min(1),
    };
    write(buffer, place, &text, look.theme.style(Slot::Accent));
}

/// Texts broken into lines, the word in front of the first one.
fn lines(told: &Told, room: usize) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    for (label, text) in told.iter().filter(|(_, text)| !text.is_empty()) {
        for (at, line) in wrap(text, room, MOST_LINES).into_iter().enumerate() {
            lines.push((if at == 0 { *label } else { "" }, line));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::Theme;

    #[test]
    fn the_pane_is_shown_where_there_is_room_or_as_asked() {
        let mut below = Below::default();
        let (low, high) = (Rect::new(0, 0, 80, 12), Rect::new(0, 0, 80, 20));
        assert!(below.panes(low, 14).is_collapsed() && !below.panes(high, 14).is_collapsed());
        assert_eq!(below.command("table.full", &Regions::default()), Some(true));
        assert!(!below.panes(low, 14).is_collapsed(), "it was not there");
        let mut shown = Regions::default();
        shown.push(low, Hit::Pane(PANE));
        below.command("table.full", &shown);
        assert!(below.panes(high, 14).is_collapsed());
        assert_eq!(below.command("table.down", &shown), None);
    }

    #[test]
    fn keys_make_it_larger_and_smaller_within_bounds() {
        let (mut below, area) = (Below::default(), Rect::new(0, 0, 80, 30));
        let before = below.panes(area, 1).second.height;
        below.command("table.full-larger", &Regions::default());
        assert!(below.panes(area, 1).second.height > before);
        for _ in 0..50 {
            below.command("table.full-smaller", &Regions::default());
        }
        assert!(below.panes(area, 1).second.height >= LEAST.1);
        below.drag(Position::new(3, 10), area);
        assert_eq!(below.panes(area, 1).divider.y, 10);
    }

    #[test]
    fn long_texts_are_broken_and_what_is_hidden_is_counted() {
        let told = vec![("digest", "0123456789".repeat(20)), ("empty", String::new()), ("name", "x".to_owned())];
        let (mut below, area) = (Below::default(), Rect::new(0, 0, 40, 12));
        let look = Look { theme: &Theme::default(), now: crate::model::time::Micros(0) };
        let text = |below: &Below| {
            let mut buffer = Buffer::empty(area);
            below.draw(&below.panes(area, 1), &told, look, area, &mut buffer);
            buffer.content().iter().map(|cell| cell.symbol()).collect::<String>()
        };
        let shown = text(&below);
        assert!(shown.contains("digest") && shown.contains("more: J") && !shown.contains("empty"), "{shown}");
        for _ in 0..100 {
            below.wheel("table.down");
        }
        let shown = text(&below);
        assert!(shown.contains("name") && !shown.contains("more: J"), "{shown}");
    }
}

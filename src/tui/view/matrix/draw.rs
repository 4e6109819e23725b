//! How the matrix is laid out: what is shown in which room.
//!
//! From top to bottom: two lines about what is looked at, the tables of both lenses, the images of the marked cell, totals.
//! In a low window the table of the lens that has the marker stays, and then the list that has the keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::data::Whole;
use super::list::Plan;
use super::spot::{Lens, Spot};
use super::typing::Typing;
use super::{Board, PANE, compromise, grid, head, images};
use crate::cli::words::counted;
use crate::tui::draw::paint::Cursor;
use crate::tui::regions::{Hit, Regions};
use crate::tui::theme::Slot;
use crate::tui::view::{Look, judge};
use crate::tui::widget::Painter;
use crate::tui::widget::region::{row, split_top};

/// From these heights on there are the totals, the policy with the age of what it knows, how much comes from bases, and blank
/// lines between tables.
const TOTALS: u16 = 9;
const SOURCES: u16 = 12;
const BASES: u16 = 19;
const ROOMY: u16 = 30;
/// Rows that the list keeps, with its head.
const LIST: u16 = 3;
/// From this height of what is left on the signs are explained.
const LEGEND: u16 = 15;

const NOTHING: &str = "No images yet, so nothing has a priority.\ni imports files and folders; scans, SBOMs, KEV and EPSS \
                       files too.";
const POLICY: &str = "a policy file, or default; hullbreach policy show prints one to begin with";

impl Board {
    /// All of it.
    pub(super) fn drawn(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut regions = match (&self.page, &self.front) {
            (Some(page), _) => page.draw(&self.below, look, area, buffer),
            (None, Some(front)) => front.draw(&self.below, look, area, buffer),
            (None, None) => match &self.whole {
                Some(whole) if whole.matrix.images > 0 => self.tables(whole, look, area, buffer),
                Some(_) => say(NOTHING, look, area, buffer),
                None if self.trouble.is_empty() => say("reading ...", look, area, buffer),
                None => say(&self.trouble, look, area, buffer),
            },
        };
        if let Some(typing) = &self.typing {
            regions.cursor = line(typing, look, area, buffer);
        }
        regions
    }

    fn tables(&self, whole: &Whole, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut regions = Regions::default();
        let mut lines = Cursor::new(area);
        let lens = self.spot.map_or(Lens::Vulnerability, |spot| spot.lens());
        regions.extend(head::lenses(whole, lens, look, lines.line(), buffer));
        if area.height >= SOURCES {
            regions.extend(head::sources(whole, look, lines.line(), buffer));
        }
        if area.height >= TOTALS {
            regions.extend(head::totals(whole, look, lines.last(), buffer));
        }
        if area.height >= BASES && !whole.from_bases.is_empty() {
            regions.extend(head::from_bases(whole, look, lines.last(), buffer));
        }
        let mut rest = lines.rest();
        if !self.in_list || area.height >= ROOMY {
            let gap = u16::from(area.height >= ROOMY);
            let (grid_rows, legend, breach_rows) = shares(whole, lens, rest.height.saturating_sub(2 * gap));
            let attack = self.spot.and_then(|spot| if let Spot::Attack(at) = spot { Some(at) } else { None });
            let breach = self.spot.and_then(|spot| if let Spot::Breach(at) = spot { Some(at) } else { None });
            rest = blank(rest, gap.min(grid_rows), look, buffer);
            let (place, after) = split_top(rest, grid_rows);
            regions.extend(grid::draw(&whole.matrix, attack, !self.in_list, look, place, buffer));
            let (place, after) = split_top(after, legend);
            if !place.is_empty() {
                regions.extend(head::legend(whole, look, place, buffer));
            }
            let after = blank(after, gap.min(breach_rows), look, buffer);
            let (place, after) = split_top(after, breach_rows);
            regions.extend(compromise::draw(&whole.matrix, breach, !self.in_list, look, place, buffer));
            rest = blank(after, gap, look, buffer);
        }
        let plan = self.plan(whole);
        regions.extend(self.images.draw(&plan, self.in_list, &self.below, look, rest, buffer));
        regions
    }

    /// How the images of the marked cell are drawn.
    fn plan(&self, whole: &Whole) -> Plan<'static> {
        let spot = self.spot;
        let found = spot.and_then(|spot| spot.counted(&whole.matrix));
        let in_cell = found.map_or(0, |(_, images)| images);
        let read = self.images_of == spot;
        let empty = if read { "No image is in this cell." } else { "reading ..." };
        let mut title = format!(" CELL {}", spot.map_or_else(String::new, |spot| spot.title()));
        if self.in_list {
            title.push_str(&format!("  {}", counted(in_cell, "image")));
        }
        // What the other lens or a hand makes of it stands in the cell; here is what this lens says.
        let alone = spot.and_then(|spot| spot.alone(&whole.matrix));
        if let (Some((worst, _)), Some(alone)) = (found, alone)
            && worst != alone
        {
            title.push_str(&format!("  (by this lens {alone})"));
        }
        let (chosen, _) = self.chosen();
        if self.images.has_marks() {
            title.push_str(&format!("  {} marked", chosen.len()));
        }
        Plan { columns: images::COLUMNS, pinned: 2, name: PANE, title, over: images::OVER, empty, roomy: 12 }
    }
}

/// Rows of the one table, of the line about its signs, and of the other. The list keeps its share; where both tables do not
/// fit, that of the lens with the marker has all.
fn shares(whole: &Whole, lens: Lens, room: u16) -> (u16, u16, u16) {
    let breach = compromise::rows(&whole.matrix);
    if room < grid::ROWS + 2 + LIST {
        return match lens {
            Lens::Vulnerability => (grid::ROWS.min(room.saturating_sub(LIST).max(1)), 0, 0),
            Lens::Compromise => (0, 0, breach.min(room.saturating_sub(LIST).max(1))),
        };
    }
    let legend = u16::from(room >= LEGEND);
    let breach = breach.min(room - grid::ROWS - legend - LIST);
    (grid::ROWS, legend, breach)
}

/// So many blank rows; what is left.
fn blank(area: Rect, rows: u16, look: Look<'_>, buffer: &mut Buffer) -> Rect {
    let (place, rest) = split_top(area, rows);
    Painter::new(look.theme, place, buffer).clear(place);
    rest
}

/// A text instead of everything.
fn say(text: &str, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
    let mut regions = Regions::default();
    regions.push(area, Hit::Pane(PANE));
    let mut painter = Painter::new(look.theme, area, buffer);
    painter.clear(area);
    for (at, line) in (0..area.height).zip(text.lines()) {
        painter.text(row(area, at), &format!(" {line}"), Slot::Muted);
    }
    regions
}

/// The line that is typed, over the first rows; where its cursor is.
fn line(typing: &Typing, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Option<ratatui::layout::Position> {
    match typing {
        Typing::Ask(ask) => judge::draw(ask, look, area, buffer),
        Typing::File(prompt) => judge::line("policy ", POLICY, &prompt.input, look, area, buffer),
    }
}

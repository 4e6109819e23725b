//! The table of the vulnerability lens: criticality by exploitability, once for each exposure. A cell tells the worst
//! priority of its images and how many they are.
//!
//! Owns how much of it there is room for: all three blocks, with short counts where needed; else the marked block, and one
//! column for each of the others.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::spot::{Attack, Spot};
use super::text::{Form, cell_hit, priority_slot, shown};
use crate::case::query::triage::matrix::Matrix;
use crate::model::assessment::{Criticality, Exploitability, Exposure};
use crate::model::priority::Priority;
use crate::model::text::width;
use crate::tui::draw::paint::{put, write};
use crate::tui::regions::Regions;
use crate::tui::theme::{Glyph, Slot};
use crate::tui::view::Look;
use crate::tui::widget::region::row;

/// Rows of it: two of heads, one for each criticality.
pub const ROWS: u16 = 6;
/// Columns of the names of the rows, with the sign of what is assumed.
const LABEL: u16 = 9;
/// What a column grows by at most, where there is room.
const GROWS: u16 = 3;

/// A column that is drawn.
struct Placed {
    exposure: Exposure,
    /// None for a whole block in one column.
    exploitability: Option<Exploitability>,
    x: u16,
    width: u16,
}

/// The table in so many columns.
struct Plan {
    columns: Vec<Placed>,
    form: Form,
    /// Where the lines between blocks stand.
    lines: Vec<u16>,
    /// Where the sums of the rows stand, and how wide they are.
    all: (u16, u16),
}

fn head(word: Exploitability) -> &'static str {
    match word {
        Exploitability::Medium => "Med",
        other => other.shown(),
    }
}

fn block_head(exposure: Exposure, short: bool) -> &'static str {
    match (exposure, short) {
        (Exposure::Internet, false) => "INTERNET",
        (Exposure::Internal, false) => "INTERNAL",
        (Exposure::DevOnly, false) => "DEV ONLY",
        (Exposure::Internet, true) => "NET",
        (Exposure::Internal, true) => "INT",
        (Exposure::DevOnly, true) => "DEV",
    }
}

/// The worst priority and the images of some cells of a row; none without an image.
fn sum(matrix: &Matrix, wanted: impl Fn(Attack) -> bool) -> Option<(Priority, u64)> {
    let cells = matrix.cells.iter().filter(|cell| wanted(Attack::of(cell)));
    cells.map(|cell| (cell.priority, cell.images)).reduce(|a, b| (a.0.max(b.0), a.1.saturating_add(b.1)))
}

impl Placed {
    fn of(&self, matrix: &Matrix, criticality: Criticality) -> Option<(Priority, u64)> {
        sum(matrix, |at| {
            at.criticality == criticality
                && at.exposure == self.exposure
                && self.exploitability.is_none_or(|word| word == at.exploitability)
        })
    }

    fn head(&self) -> &'static str {
        self.exploitability.map_or_else(|| block_head(self.exposure, true), head)
    }

    /// Columns that its texts need, with a blank or the marker in front.
    fn need(&self, matrix: &Matrix, form: Form) -> u16 {
        let texts = Criticality::ALL.into_iter().map(|level| width(&shown(self.of(matrix, level), form)));
        u16::try_from(texts.chain([width(self.head())]).max().unwrap_or(0) + 1).unwrap_or(u16::MAX)
    }
}

impl Plan {
    /// The fullest that fits: all blocks, the marked one and the worst of the others, the marked one alone. What fits
    /// nowhere is cut at the edge.
    fn of(matrix: &Matrix, marked: Exposure, room: u16) -> Plan {
        let second = Exposure::ALL.into_iter().find(|other| *other != marked).unwrap_or(marked);
        let opened = [Exposure::ALL.to_vec(), vec![marked, second], vec![marked]];
        let mut last = Plan { columns: Vec::new(), form: Form::Short, lines: Vec::new(), all: (LABEL, 0) };
        for open in opened {
            for form in [Form::Full, Form::Plain, Form::Short] {
                let (plan, needed) = Plan::with(matrix, form, |exposure| open.contains(&exposure), room);
                if needed <= room {
                    return plan;
                }
                last = plan;
            }
        }
        last
    }

    fn with(matrix: &Matrix, form: Form, open: impl Fn(Exposure) -> bool, room: u16) -> (Plan, u16) {
        let mut columns = Vec::new();
        for exposure in Exposure::ALL {
            let words = Exploitability::ALL.into_iter().filter(|_| open(exposure)).map(Some);
            let words: Vec<_> = if open(exposure) { words.collect() } else { vec![None] };
            columns.extend(words.into_iter().map(|exploitability| Placed { exposure, exploitability, x: 0, width: 0 }));
        }
        for column in &mut columns {
            column.width = column.need(matrix, form);
        }
        let sums = Criticality::ALL.into_iter().map(|level| width(&all(matrix, level, form)));
        let all = u16::try_from(sums.max().unwrap_or(0).max(3) + 1).unwrap_or(u16::MAX);
        let lines = Exposure::ALL.len() as u16 + 1;
        let needed = columns.iter().fold(LABEL + lines + all, |sum, column| sum.saturating_add(column.width));
        let spare = room.saturating_sub(needed).checked_div(columns.len() as u16).unwrap_or(0).min(GROWS);
        let (mut x, mut lines, mut before) = (LABEL, Vec::new(), None);
        for column in &mut columns {
            if before != Some(column.exposure) {
                lines.push(x);
                x = x.saturating_add(1);
            }
            before = Some(column.exposure);
            (column.x, column.width) = (x, column.width.saturating_add(spare));
            x = x.saturating_add(column.width);
        }
        lines.push(x);
        (Plan { columns, form, lines, all: (x.saturating_add(1), all) }, needed)
    }
}

fn all(matrix: &Matrix, level: Criticality, form: Form) -> String {
    let images = sum(matrix, |at| at.criticality == level).map_or(0, |(_, images)| images);
    super::text::count(images, form)
}

/// A part of a row that lies in the area; empty past its end.
fn part(area: Rect, x: u16, wide: u16) -> Rect {
    let x = x.min(area.width);
    Rect { x: area.x.saturating_add(x), width: wide.min(area.width - x), ..area }
}

/// Draws it; the marker is in it where `spot` is one of its cells. Every cell can be hit.
pub fn draw(
    matrix: &Matrix,
    spot: Option<Attack>,
    focused: bool,
    look: Look<'_>,
    area: Rect,
    buffer: &mut Buffer,
) -> Regions {
    let plan = Plan::of(matrix, spot.map_or(Exposure::Internet, |spot| spot.exposure), area.width);
    heads(&plan, look, area, buffer);
    let mut regions = Regions::default();
    for (at, level) in (2..).zip(Criticality::ALL) {
        let line = row(area, at);
        if line.is_empty() {
            break;
        }
        let assumed = matrix.cells.iter().any(|cell| cell.criticality == level && cell.assumed > 0);
        let label = format!(" {}{}", level.shown(), if assumed { "*" } else { "" });
        put(buffer, line, &label, look.theme.style(Slot::Base));
        for column in &plan.columns {
            let found = column.of(matrix, level);
            let text = shown(found, plan.form);
            let place = part(line, column.x, column.width);
            let marked = spot.filter(|spot| {
                spot.criticality == level
                    && spot.exposure == column.exposure
                    && column.exploitability.is_none_or(|word| word == spot.exploitability)
            });
            paint(&text, found, marked.is_some(), focused, look, place, buffer);
            if let Some(exploitability) = column.exploitability {
                let spot = Spot::Attack(Attack { criticality: level, exploitability, exposure: column.exposure });
                regions.push(place, cell_hit(&spot));
            }
        }
        between(&plan, look, line, buffer);
        let text = all(matrix, level, plan.form);
        let place = part(line, plan.all.0, plan.all.1);
        right(&text, place, look.theme.style(Slot::Base), buffer);
    }
    regions
}

/// A cell's text on the right of its place, the marker right before it.
pub(super) fn paint(
    text: &str,
    found: Option<(Priority, u64)>,
    marked: bool,
    focused: bool,
    look: Look<'_>,
    place: Rect,
    buffer: &mut Buffer,
) {
    let slot = found.map_or(Slot::Muted, |(priority, _)| priority_slot(priority));
    if !marked {
        return right(text, place, look.theme.style(slot), buffer);
    }
    let (glyph, bar) = match focused {
        true => (Glyph::Marker, Slot::Selected),
        false => (Glyph::MarkerInactive, Slot::SelectedInactive),
    };
    let style = look.theme.style(slot).patch(look.theme.style(bar));
    right(&format!("{}{text}", look.theme.glyph(glyph)), place, style, buffer);
}

fn right(text: &str, place: Rect, style: ratatui::style::Style, buffer: &mut Buffer) {
    let wide = u16::try_from(width(text)).unwrap_or(u16::MAX).min(place.width);
    let x = place.x.saturating_add(place.width - wide);
    if wide > 0 {
        write(buffer, Rect { x, width: wide, ..place }, text, style);
    }
}

fn heads(plan: &Plan, look: Look<'_>, area: Rect, buffer: &mut Buffer) {
    let style = look.theme.style(Slot::Header);
    let (blocks, words) = (row(area, 0), row(area, 1));
    put(buffer, blocks, "", style);
    put(buffer, words, " CRITIC.", style);
    let mut before = None;
    for column in &plan.columns {
        if before != Some(column.exposure) && column.exploitability.is_some() {
            let wide = plan.columns.iter().filter(|other| other.exposure == column.exposure).map(|c| c.width).sum();
            let place = part(blocks, column.x, wide);
            write(buffer, place, &format!(" {}", block_head(column.exposure, false)), style);
        }
        before = Some(column.exposure);
        right(column.head(), part(words, column.x, column.width), style, buffer);
    }
    right("all", part(words, plan.all.0, plan.all.1), style, buffer);
    between(plan, look, blocks, buffer);
    between(plan, look, words, buffer);
}

fn between(plan: &Plan, look: Look<'_>, line: Rect, buffer: &mut Buffer) {
    for x in &plan.lines {
        let place = part(line, *x, 1);
        if !place.is_empty() {
            write(buffer, place, look.theme.glyph(Glyph::Vertical), look.theme.style(Slot::Border));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::Theme;
    use crate::tui::view::matrix::tests::{matrix, text_of};

    fn drawn(matrix: &Matrix, wide: u16) -> String {
        let (theme, area) = (Theme::named("mono").unwrap(), Rect::new(0, 0, wide, ROWS));
        let look = Look { theme: &theme, now: crate::model::time::Micros(0) };
        let Spot::Attack(spot) = Spot::first(matrix, super::super::spot::Lens::Vulnerability) else { panic!() };
        let mut buffer = Buffer::empty(area);
        draw(matrix, Some(spot), true, look, area, &mut buffer);
        text_of(&buffer)
    }

    #[test]
    fn all_blocks_or_one_of_them_as_there_is_room() {
        let wide = drawn(&matrix(), 120);
        assert!(wide.contains(">P0:3") && wide.contains("INTERNET") && wide.contains("DEV ONLY"), "{wide}");
        let plain = drawn(&matrix(), 80);
        assert!(plain.contains(">0:3") && plain.contains("DEV ONLY") && plain.contains("Medium*"), "{plain}");
        let two = drawn(&matrix(), 66);
        assert!(two.contains("INTERNET") && two.contains("INTERNAL") && !two.contains("DEV ONLY"), "{two}");
        let narrow = drawn(&matrix(), 48);
        assert!(narrow.contains(">0:3") && narrow.contains("INTERNET") && narrow.contains("DEV"), "{narrow}");
        assert!(!narrow.contains("INTERNAL") && !narrow.contains("DEV ONLY"), "{narrow}");
    }

    #[test]
    fn large_counts_are_shortened_before_anything_is_left_out() {
        let mut large = matrix();
        for cell in &mut large.cells {
            cell.images += 31_000;
        }
        let text = drawn(&large, 86);
        assert!(text.contains("31k") && text.contains("DEV ONLY"), "{text}");
    }

    #[test]
    fn no_width_is_too_small() {
        for wide in 0..140 {
            let text = drawn(&matrix(), wide);
            assert!(text.lines().all(|line| line.chars().count() <= usize::from(wide)), "{wide}\n{text}");
            assert!(wide < 30 || text.contains('>'), "the marked cell shows at {wide}\n{text}");
        }
    }
}

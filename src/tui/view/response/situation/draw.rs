//! Drawing the first screen's lines.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::figures::{self, Figure};
use super::layout::{LEFT, Line, Part};
use super::picture::{Cell, Course, Item, Picture};
use super::{PANE, first_line};
use crate::model::text::{fit, width};
use crate::tui::draw::paint::{Cursor, put, write};
use crate::tui::regions::{Hit, Regions};
use crate::tui::theme::{Glyph, Slot, Theme};
use crate::tui::view::Look;
use crate::tui::widget::meter::draw_line;

/// What is marked.
#[derive(Debug, Clone, Copy)]
pub struct Marked {
    /// The row.
    pub item: usize,
    /// Its part, where only that is marked.
    pub cell: Option<usize>,
}

/// Draws as many lines as fit, the marked row's among them.
pub fn lines(
    picture: Option<&Picture>,
    lines: &[Line],
    marked: Marked,
    look: Look<'_>,
    area: Rect,
    buffer: &mut Buffer,
) -> Regions {
    let mut regions = Regions::default();
    regions.push(area, Hit::Pane(PANE));
    let mut cursor = Cursor::new(area);
    let Some(picture) = picture else {
        put(buffer, cursor.line(), " reading ...", look.theme.style(Slot::Title));
        return regions;
    };
    let first = first_line(lines, marked.item, usize::from(area.height));
    let mut drawing = Drawing { picture, marked, look, regions };
    for line in lines.iter().skip(first).take(usize::from(area.height)) {
        let place = cursor.line();
        put(buffer, place, "", look.theme.style(Slot::Base));
        match line.right {
            None => drawing.part(line.left, place, buffer),
            Some(right) => {
                let gap = LEFT.min(place.width);
                drawing.part(line.left, Rect { width: gap, ..place }, buffer);
                let rest = Rect { x: place.x.saturating_add(gap), width: place.width - gap, ..place };
                write(buffer, rest, look.theme.glyph(Glyph::Vertical), look.theme.style(Slot::Border));
                let rest = Rect { x: rest.x.saturating_add(1), width: rest.width.saturating_sub(1), ..rest };
                drawing.part(right, rest, buffer);
            }
        }
    }
    drawing.regions
}

struct Drawing<'d> {
    picture: &'d Picture,
    marked: Marked,
    look: Look<'d>,
    regions: Regions,
}

impl Drawing<'_> {
    fn style(&self, slot: Slot) -> Style {
        self.look.theme.style(slot)
    }

    fn part(&mut self, part: Part, place: Rect, buffer: &mut Buffer) {
        let text = |text: &str| format!(" {text}");
        match part {
            Part::Blank => {}
            Part::Head => put(buffer, place, &text(&self.picture.head.0), self.style(self.picture.head.1)),
            Part::Columns => put(buffer, place, &text(&self.picture.columns), self.style(Slot::Header)),
            Part::Heading(heading) => put(buffer, place, &text(heading), self.style(Slot::Header)),
            Part::Nothing => put(buffer, place, &text(&self.picture.nothing), self.style(Slot::Muted)),
            Part::More(more) => {
                let says = format!("    {more} more: a shows all");
                put(buffer, place, &says, self.style(Slot::Muted));
                self.regions.push(place, Hit::Call(crate::command::Call::parse("situation.all")));
            }
            Part::Item(at) => {
                if let Some(item) = self.picture.items.get(at) {
                    self.item(at, item, place, buffer);
                }
            }
            Part::Course(at) => {
                if let Some(drawn) = self.picture.courses.get(at) {
                    course(drawn, self.look.theme, place, buffer);
                }
            }
            Part::Figures(line) => figure_line(&self.picture.figures, line, self.look.theme, place, buffer),
        }
    }

    fn item(&mut self, at: usize, item: &Item, place: Rect, buffer: &mut Buffer) {
        let is_marked = self.marked.item == at;
        let whole = is_marked && self.marked.cell.is_none();
        self.regions.push(place, Hit::Row(PANE, at));
        let theme = self.look.theme;
        if whole {
            put(buffer, place, "", theme.style(Slot::Selected));
        }
        if is_marked {
            write(
                buffer,
                place,
                theme.glyph(Glyph::Marker),
                theme.style(if whole { Slot::Selected } else { Slot::Base }),
            );
        }
        let mut rest = Rect { x: place.x.saturating_add(1), width: place.width.saturating_sub(1), ..place };
        let fixed: u16 = item.cells.iter().map(|cell| cell.width.saturating_add(1)).sum();
        for (number, cell) in item.cells.iter().enumerate() {
            let wide = if cell.width == 0 { rest_for(place, fixed) } else { cell.width }.min(rest.width);
            let part = Rect { width: wide, ..rest };
            let chosen = is_marked && self.marked.cell == Some(number);
            let style = match (whole || chosen, cell.slot) {
                (true, Some(slot)) => theme.style(slot).patch(theme.style(Slot::Selected)),
                (true, None) => theme.style(Slot::Selected),
                (false, slot) => theme.style(slot.unwrap_or(Slot::Base)),
            };
            if chosen {
                put(buffer, part, "", style);
            }
            write(buffer, part, &aligned(cell, usize::from(wide)), style);
            if let Some(link) = &cell.link {
                self.regions.push(part, Hit::Call(link.clone()));
            }
            let used = wide.saturating_add(1).min(rest.width);
            rest = Rect { x: rest.x.saturating_add(used), width: rest.width - used, ..rest };
        }
    }
}

/// Columns that are left for the one part that takes what is left. The row's marker and its blanks are taken away.
fn rest_for(place: Rect, fixed: u16) -> u16 {
    place.width.saturating_sub(fixed.saturating_add(1))
}

fn aligned(cell: &Cell, columns: usize) -> String {
    let text = fit(&cell.text, columns);
    if !cell.right {
        return text;
    }
    let blanks = columns.saturating_sub(width(&text));
    format!("{}{text}", " ".repeat(blanks))
}

/// What is counted, and heights for how many there were.
fn course(course: &Course, theme: &Theme, place: Rect, buffer: &mut Buffer) {
    let label = fit(&format!(" {} ", course.label), usize::from(place.width));
    let used = write(buffer, place, &label, theme.style(Slot::Muted));
    let rest = Rect { x: place.x.saturating_add(used), width: place.width.saturating_sub(used + 1), ..place };
    // As many points as there is room for, the last one always among them.
    let room = usize::from(rest.width).saturating_sub(digits(&course.counts) + 5).max(1);
    let many = course.counts.len();
    let at = |column: usize| course.counts.get((column + 1) * many / room - 1).copied().unwrap_or(0);
    let counts: Vec<u64> = if many > room { (0..room).map(at).collect() } else { course.counts.clone() };
    draw_line(&counts, course.slot, theme, rest, buffer);
}

fn digits(counts: &[u64]) -> usize {
    counts.iter().max().map_or(1, |most| most.to_string().len())
}

/// A line of all figures side by side; the first has what they count.
fn figure_line(figures: &[Figure], line: u16, theme: &Theme, place: Rect, buffer: &mut Buffer) {
    let many = u16::try_from(figures.len()).unwrap_or(1).max(1);
    let each = place.width / many;
    for (at, figure) in (0_u16..).zip(figures) {
        let left = Rect { x: place.x.saturating_add(at * each), width: each, ..place };
        let (text, slot) = match line.checked_sub(1) {
            None => (figure.label.clone(), Slot::Muted),
            Some(line) => (figures::line(&figure.text, line, theme.glyph(Glyph::BarFull)), figure.slot),
        };
        write(buffer, left, &fit(&format!(" {text}"), usize::from(each)), theme.style(slot));
    }
}

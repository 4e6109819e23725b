//! Paints a table.
//!
//! Owns what each row looks like. A step of the marker changes the two rows it leaves and enters, in the gutter and the
//! highlighted columns only.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::columns::{Layout, layout};
use super::{Bar, Column, Direction, Row, Rows, Table, TablePart, TableState};
use crate::tui::theme::{Glyph, Slot, Theme};
use crate::tui::widget::region::{row, split_right, split_top};
use crate::tui::widget::{Cut, Line, Painter, Regions, Side, Span};

/// From this width on there is a gutter with room for the marker and a mark, and a column for the scroll bar.
const ROOMY: u16 = 8;
/// From this width on the name of the selected row is highlighted with what stands before it. On a narrower screen a step
/// would write two long names again beside the row that comes in, and those are the screens of slow lines.
const BROAD: u16 = 100;

/// One draw.
struct Drawing<'a, 'b, R: Rows> {
    table: &'a Table<'a, R>,
    state: &'a TableState<R::Key>,
    painter: Painter<'b>,
    regions: Regions<TablePart>,
    layout: Layout,
    gutter: u16,
}

impl<R: Rows> Table<'_, R> {
    /// Paints it; the regions say where rows, heads and the scroll bar are.
    pub fn draw(
        &self,
        state: &TableState<R::Key>,
        theme: &Theme,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Regions<TablePart> {
        let mut painter = Painter::new(theme, area, buffer);
        let area = painter.area();
        painter.clear(area);
        let (gutter, bar) = if area.width >= ROOMY { (2, 1) } else { (u16::from(area.width > 2), 0) };
        let (content, bar) = split_right(area, bar);
        let (head, body) = split_top(content, u16::from(area.height > 1));
        let layout = layout(self.columns, self.pinned, content.width.saturating_sub(gutter), state.shift());
        let mut regions = Regions::new(area);
        regions.body = body;
        regions.shift = layout.last_shift;
        let mut drawing = Drawing { table: self, state, painter, regions, layout, gutter };
        drawing.head(head, bar);
        drawing.body(body);
        drawing.bar(Rect { y: body.y, height: body.height, ..bar });
        drawing.regions
    }
}

impl<R: Rows> Drawing<'_, '_, R> {
    fn head(&mut self, place: Rect, bar: Rect) {
        let style = self.painter.style(Slot::Header);
        if self.layout.shift > 0 {
            self.painter.text(Rect { width: self.gutter.min(1), ..place }, "<", Slot::Muted);
        }
        if self.layout.more && place.height > 0 {
            self.painter.text(bar, ">", Slot::Muted);
        }
        for placed in self.layout.placed.clone() {
            let Some(column) = self.table.columns.get(placed.column) else { continue };
            let own = column_place(place, self.gutter, placed.x, placed.width);
            let line = Line::plain(column.title);
            match self.arrow(column) {
                Some(arrow) if own.width > 1 => {
                    let (title, sign) = split_right(own, 1);
                    // The arrow stands right behind the title, and is the last to be cut.
                    let used = match column.side {
                        Side::Left => self.painter.line(title, &line, style, Cut::End, Side::Left),
                        Side::Right => {
                            self.painter.line(title, &line, style, Cut::End, Side::Right);
                            title.width
                        }
                    };
                    let x = sign.x.saturating_sub(title.width.saturating_sub(used));
                    self.painter.line(Rect { x, ..sign }, &Line::plain(arrow), style, Cut::End, Side::Left);
                }
                _ => {
                    self.painter.line(own, &line, style, Cut::End, column.side);
                }
            }
            self.regions.add(own, TablePart::Header(placed.column));
        }
    }

    fn arrow(&self, column: &Column) -> Option<&'static str> {
        let sort = self.state.sort.filter(|sort| column.key == Some(sort.key))?;
        let glyph = if sort.direction == Direction::Up { Glyph::SortUp } else { Glyph::SortDown };
        Some(self.painter.theme().glyph(glyph))
    }

    fn body(&mut self, body: Rect) {
        if self.table.rows.total() == 0 {
            for (at, line) in (0..body.height).zip(self.table.empty.lines()) {
                let place = row(body, at);
                let indented = Rect {
                    x: place.x.saturating_add(self.gutter),
                    width: place.width.saturating_sub(self.gutter),
                    ..place
                };
                self.painter.text(indented, line, Slot::Muted);
            }
            return;
        }
        let range = self.state.range();
        for (at, index) in (0..body.height).zip(self.window(body.height)) {
            let place = row(body, at);
            let selected = self.state.selected() == Some(index);
            match self.table.rows.row(index) {
                Some(Row::Item { key, cells, slot }) => {
                    let marked =
                        self.state.marks.contains(&key) || range.as_ref().is_some_and(|range| range.contains(&index));
                    let lead = self.item(place, &cells, slot);
                    self.gutter(place, selected, marked, lead);
                    self.regions.add(place, TablePart::Row(index));
                }
                Some(Row::Group { title, count, collapsed, .. }) => {
                    self.group(place, title, count, collapsed);
                    self.gutter(place, selected, false, self.layout.lead);
                    self.regions.add(place, TablePart::Group(index));
                }
                None => {
                    let own = column_place(place, self.gutter, 0, place.width.saturating_sub(self.gutter));
                    self.painter.glyph(own, Glyph::Pending, Slot::Muted);
                    self.gutter(place, selected, false, self.layout.lead);
                    self.regions.add(place, TablePart::Row(index));
                }
            }
        }
    }

    /// The rows may have become fewer since the state last heard of them.
    fn window(&self, height: u16) -> std::ops::Range<u64> {
        let total = self.table.rows.total();
        if self.state.scroll().total() == total {
            return self.state.window(height);
        }
        let mut scroll = self.state.scroll().clone();
        scroll.set_total(total);
        scroll.window(height)
    }

    /// Its cells; how many columns of it are highlighted when it is selected: to the end of the last pinned text, on a narrow
    /// screen those before the last. Blanks behind it are not: they would have to be written twice at every step.
    fn item(&mut self, place: Rect, cells: &[Line<'_>], slot: Option<Slot>) -> u16 {
        let style = self.painter.style(slot.unwrap_or(Slot::Base));
        let mut lead = 0;
        let led = if place.width < BROAD && self.table.pinned > 1 { self.table.pinned - 1 } else { self.table.pinned };
        for placed in self.layout.placed.clone() {
            if let (Some(column), Some(cell)) = (self.table.columns.get(placed.column), cells.get(placed.column)) {
                let own = column_place(place, self.gutter, placed.x, placed.width);
                let used = self.painter.line(own, cell, style, column.cut, column.side);
                if placed.column < led {
                    let used = if column.side == Side::Right { placed.width } else { used.min(placed.width) };
                    lead = placed.x.saturating_add(used);
                }
            }
        }
        lead.max(1)
    }

    fn group(&mut self, place: Rect, title: Line<'_>, count: u64, collapsed: bool) {
        let own = column_place(place, self.gutter, 0, place.width.saturating_sub(self.gutter));
        let sign = self.painter.theme().glyph(if collapsed { Glyph::Collapsed } else { Glyph::Expanded });
        let style = self.painter.style(Slot::Header);
        let mut spans = vec![Span::plain(format!("{sign} "))];
        spans.extend(title.spans);
        let counted = Line::new(format!("  {count}"), Slot::Muted);
        let used = self.painter.line(own, &Line { spans }, style, Cut::End, Side::Left);
        let rest = Rect { x: own.x.saturating_add(used), width: own.width.saturating_sub(used), ..own };
        self.painter.line(rest, &counted, self.painter.style(Slot::Base), Cut::End, Side::Left);
    }

    /// The marker and the mark, and the highlight of the selected row: `lead` columns of it where only those are.
    fn gutter(&mut self, place: Rect, selected: bool, marked: bool, lead: u16) {
        let marker = Rect { width: self.gutter.min(1), ..place };
        let mark = Rect { x: place.x.saturating_add(1), width: self.gutter.saturating_sub(1), ..place };
        if marked {
            self.painter.glyph(if self.gutter > 1 { mark } else { marker }, Glyph::Mark, Slot::Marked);
        }
        if !selected {
            return;
        }
        let focused = self.table.focused;
        let slot = if focused { Slot::Selected } else { Slot::SelectedInactive };
        self.painter.glyph(marker, if focused { Glyph::Marker } else { Glyph::MarkerInactive }, slot);
        let wide = match self.table.bar {
            Bar::Lead => self.gutter.saturating_add(lead).max(1).min(place.width),
            Bar::Row => place.width,
        };
        self.painter.mark(Rect { width: wide, ..place }, slot);
    }

    fn bar(&mut self, place: Rect) {
        let total = self.table.rows.total();
        let window = self.window(place.height);
        let shown = window.end - window.start;
        self.painter.scroll_bar(place, total, window.start, shown);
        if total <= shown {
            return;
        }
        let steps = u128::from(place.height.saturating_sub(1).max(1));
        for y in 0..place.height {
            let target = u128::from(total - 1) * u128::from(y) / steps;
            self.regions.add(row(place, y), TablePart::ScrollBar(u64::try_from(target).unwrap_or(total - 1)));
        }
    }
}

fn column_place(row: Rect, gutter: u16, x: u16, width: u16) -> Rect {
    let room = row.width.saturating_sub(gutter).saturating_sub(x);
    Rect { x: row.x.saturating_add(gutter).saturating_add(x), width: width.min(room), ..row }
}

//! The one door to the screen's buffer.
//!
//! Owns the rule that no control, bidi, zero-width or tag character from data reaches a cell, and that nothing is
//! written outside the area a piece was given. Every widget paints through it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::line::{Atom, Cut, Line, Side, columns, fit_line, window_line};
use crate::tui::theme::{Glyph, Slot, Theme};

/// Paints into an area and nowhere else.
pub struct Painter<'a> {
    theme: &'a Theme,
    buffer: &'a mut Buffer,
    area: Rect,
}

impl<'a> Painter<'a> {
    /// For an area; what of it is outside the buffer is not painted.
    pub fn new(theme: &'a Theme, area: Rect, buffer: &'a mut Buffer) -> Self {
        let area = area.intersection(buffer.area);
        Painter { theme, buffer, area }
    }

    /// The area that is painted.
    pub fn area(&self) -> Rect {
        self.area
    }

    /// The theme.
    pub fn theme(&self) -> &'a Theme {
        self.theme
    }

    /// A slot's style over the base.
    pub fn style(&self, slot: Slot) -> Style {
        self.theme.style(Slot::Base).patch(self.theme.style(slot))
    }

    /// Empties a place.
    pub fn clear(&mut self, area: Rect) {
        self.fill(area, self.style(Slot::Base));
    }

    /// Blanks in a style.
    pub fn fill(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.area);
        for position in area.positions() {
            if let Some(cell) = self.buffer.cell_mut(position) {
                cell.reset();
                cell.set_style(style);
            }
        }
    }

    /// Lays a slot's style over what stands there. What was dimmed is so no more: the marker is to be seen.
    pub fn mark(&mut self, area: Rect, slot: Slot) {
        let area = area.intersection(self.area);
        self.buffer.set_style(area, self.theme.style(slot).remove_modifier(Modifier::DIM));
    }

    /// The columns a line takes when there are so many at most; one more than that when it takes more.
    pub fn columns(&self, line: &Line<'_>, most: u16) -> u16 {
        let looked_at = usize::from(most).saturating_add(1);
        u16::try_from(columns(&fit_line(line, looked_at, Cut::End, self.theme.ascii()))).unwrap_or(u16::MAX)
    }

    /// A text in one style from the left of a place of one row, its end cut; the columns it took.
    pub fn text(&mut self, place: Rect, text: &str, slot: Slot) -> u16 {
        self.line(place, &Line::plain(text), self.style(slot), Cut::End, Side::Left)
    }

    /// A line in the first row of a place; the columns it took. Spans without a slot take `style`, others theirs over
    /// it.
    pub fn line(&mut self, place: Rect, line: &Line<'_>, style: Style, cut: Cut, side: Side) -> u16 {
        let atoms = fit_line(line, usize::from(place.width), cut, self.theme.ascii());
        let used = u16::try_from(columns(&atoms)).unwrap_or(u16::MAX);
        let x = match side {
            Side::Left => place.x,
            Side::Right => place.x.saturating_add(place.width.saturating_sub(used)),
        };
        self.put(x, place, &atoms, style);
        used
    }

    /// A line that is scrolled sideways by `skip` columns.
    pub fn window(&mut self, place: Rect, line: &Line<'_>, style: Style, skip: usize) -> u16 {
        let atoms = window_line(line, skip, usize::from(place.width), self.theme.ascii());
        self.put(place.x, place, &atoms, style);
        u16::try_from(columns(&atoms)).unwrap_or(u16::MAX)
    }

    /// One of our own signs.
    pub fn glyph(&mut self, place: Rect, glyph: Glyph, slot: Slot) -> u16 {
        self.text(place, self.theme.glyph(glyph), slot)
    }

    /// A line of one glyph from left to right.
    pub fn rule(&mut self, place: Rect, slot: Slot) {
        let text = self.theme.glyph(Glyph::Horizontal).repeat(usize::from(place.width));
        self.text(place, &text, slot);
    }

    /// A box with a title; the place inside it. Too small a place gets no box.
    pub fn frame(&mut self, place: Rect, title: &Line<'_>, slot: Slot) -> Rect {
        if place.width < 3 || place.height < 3 {
            return place;
        }
        let set = self.theme.border_set();
        let inner = Rect { x: place.x + 1, y: place.y + 1, width: place.width - 2, height: place.height - 2 };
        let across = set.horizontal_top.repeat(usize::from(inner.width));
        let bottom = Rect { y: inner.y.saturating_add(inner.height), height: 1, ..place };
        self.text(place, &format!("{}{across}{}", set.top_left, set.top_right), slot);
        self.text(bottom, &format!("{}{across}{}", set.bottom_left, set.bottom_right), slot);
        for y in inner.y..inner.y.saturating_add(inner.height) {
            self.text(Rect { y, width: 1, height: 1, ..place }, set.vertical_left, slot);
            let right = Rect { x: inner.x.saturating_add(inner.width), y, width: 1, height: 1 };
            self.text(right, set.vertical_right, slot);
        }
        if !title.is_empty() && inner.width > 2 {
            let mut padded = vec![super::Span::plain(" ")];
            padded.extend(title.spans.iter().cloned());
            padded.push(super::Span::plain(" "));
            let place = Rect { x: inner.x, y: place.y, width: inner.width, height: 1 };
            self.line(place, &Line { spans: padded }, self.style(Slot::Title), Cut::End, Side::Left);
        }
        inner
    }

    /// A scroll bar from top to bottom: `shown` of `total` rows from `offset` on.
    pub fn scroll_bar(&mut self, place: Rect, total: u64, offset: u64, shown: u64) {
        let height = u64::from(place.height);
        if total <= shown || height == 0 {
            return;
        }
        let scaled =
            |rows: u64| u64::try_from(u128::from(rows) * u128::from(height) / u128::from(total)).unwrap_or(height);
        let length = scaled(shown).clamp(1, height);
        let last = height - length;
        let start = match (offset, total - shown) {
            (0, _) => 0,
            (offset, end) if offset >= end => last,
            // Neither end is claimed before it is reached.
            (offset, _) => scaled(offset).clamp(u64::from(last > 1), last.saturating_sub(u64::from(last > 1))),
        };
        // Its way stays blank and it has no style: over a slow line each step that scrolls would write both again.
        for y in (0..place.height).filter(|y| (start..start + length).contains(&u64::from(*y))) {
            self.glyph(super::region::row(place, y), Glyph::ScrollThumb, Slot::Base);
        }
    }

    fn put(&mut self, x: u16, place: Rect, atoms: &[Atom], style: Style) {
        if place.height == 0 || place.y < self.area.y || place.y >= self.area.bottom() {
            return;
        }
        let theme = self.theme;
        let own = |slot: Option<Slot>| slot.map_or(style, |slot| style.patch(theme.style(slot)));
        cells(self.buffer, self.area, (x, place.y), atoms, own);
    }
}

/// A text of one style at the beginning of a place, its end cut, for lines that belong to no piece; the columns it took.
pub fn styled(buffer: &mut Buffer, place: Rect, text: &str, style: Style) -> u16 {
    let place = Rect { height: place.height.min(1), ..place }.intersection(buffer.area);
    if place.is_empty() {
        return 0;
    }
    let atoms = fit_line(&Line::plain(text), usize::from(place.width), Cut::End, false);
    cells(buffer, place, (place.x, place.y), &atoms, |_| style);
    u16::try_from(columns(&atoms)).unwrap_or(u16::MAX)
}

fn cells(buffer: &mut Buffer, area: Rect, (mut x, y): (u16, u16), atoms: &[Atom], own: impl Fn(Option<Slot>) -> Style) {
    for atom in atoms {
        let end = x.saturating_add(u16::try_from(atom.columns).unwrap_or(u16::MAX));
        if x < area.x || end > area.right() {
            x = end;
            continue;
        }
        if let Some(cell) = buffer.cell_mut((x, y)) {
            cell.reset();
            cell.set_symbol(&atom.text).set_style(own(atom.slot));
        }
        // The cells that a wide character hides.
        for hidden in x.saturating_add(1)..end {
            if let Some(cell) = buffer.cell_mut((hidden, y)) {
                cell.reset();
                cell.set_style(own(atom.slot));
            }
        }
        x = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(width: u16, height: u16, paint: impl FnOnce(&mut Painter<'_>)) -> Vec<String> {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let theme = Theme::default().with_ascii(true);
        paint(&mut Painter::new(&theme, buffer.area, &mut buffer));
        let cells: Vec<&str> = buffer.content().iter().map(|cell| cell.symbol()).collect();
        cells.chunks(usize::from(width)).map(|row| row.concat()).collect()
    }

    #[test]
    fn frames_have_titles_and_an_inside() {
        let lines = painted(10, 3, |painter| {
            let inner = painter.frame(painter.area(), &Line::plain("Hi"), Slot::Border);
            assert_eq!(inner, Rect::new(1, 1, 8, 1));
        });
        assert_eq!(lines, ["+ Hi ----+", "|        |", "+--------+"]);
        painted(2, 2, |painter| {
            assert_eq!(painter.frame(painter.area(), &Line::plain("Hi"), Slot::Border), painter.area());
        });
    }

    #[test]
    fn scroll_bars_claim_the_ends_only_there() {
        let bar = |offset| painted(1, 5, |painter| painter.scroll_bar(painter.area(), 100_000, offset, 5)).concat();
        assert_eq!((bar(0).as_str(), bar(1).as_str()), ("#    ", " #   "));
        assert_eq!((bar(99_994).as_str(), bar(99_995).as_str()), ("   # ", "    #"));
        assert_eq!(painted(1, 2, |painter| painter.scroll_bar(painter.area(), 5, 0, 5)).concat(), "  ");
        painted(1, 3, |painter| painter.scroll_bar(painter.area(), u64::MAX, u64::MAX, 3));
    }

    #[test]
    fn nothing_leaves_the_area() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 2));
        let theme = Theme::default();
        let mut painter = Painter::new(&theme, Rect::new(1, 0, 4, 1), &mut buffer);
        painter.text(Rect::new(0, 0, 6, 1), "東東東", Slot::Base);
        painter.text(Rect::new(1, 1, 6, 1), "abc", Slot::Base);
        painter.fill(Rect::new(0, 0, 90, 90), Style::new());
        let cells: Vec<&str> = buffer.content().iter().map(|cell| cell.symbol()).collect();
        assert!(cells.iter().all(|symbol| *symbol == " "), "{cells:?}");
    }
}

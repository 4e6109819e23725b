//! Paints a pane of text.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Detail, DetailPart, DetailState, Lines, MOST_SHIFT, TextLine};
use crate::tui::theme::{Glyph, Slot, Theme};
use crate::tui::widget::region::{row, split_right, split_top};
use crate::tui::widget::{Painter, Regions};

impl<L: Lines> Detail<'_, L> {
    /// Paints it; the regions say where tabs, lines and the scroll bar are.
    pub fn draw(&self, state: &DetailState, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions<DetailPart> {
        let mut painter = Painter::new(theme, area, buffer);
        let area = painter.area();
        painter.clear(area);
        let mut regions = Regions::new(area);
        let (head, rest) = split_top(area, u16::from(!self.tabs.is_empty() && area.height > 1));
        self.tabs(&mut painter, head, state.tab(), &mut regions);
        let (body, bar) = split_right(rest, u16::from(area.width >= 8));
        regions.body = body;
        let total = self.lines.total();
        if total == 0 {
            for (at, line) in (0..body.height).zip(self.empty.lines()) {
                painter.text(row(body, at), line, Slot::Muted);
            }
            return regions;
        }
        let first = state.offset().min(total.saturating_sub(u64::from(body.height.max(1))));
        let shown: Vec<(u64, Option<TextLine<'_>>)> =
            (first..total).take(usize::from(body.height)).map(|index| (index, self.lines.line(index))).collect();
        let numbers = number_columns(&shown, body.width);
        let longest = shown.iter().filter_map(|(_, line)| line.as_ref()).map(bytes).max().unwrap_or(0);
        regions.shift = longest.saturating_sub(1).min(MOST_SHIFT);
        let shift = state.shift().min(regions.shift);
        for (at, (index, line)) in (0..body.height).zip(&shown) {
            self.line(&mut painter, row(body, at), (*index, line.as_ref()), numbers, shift);
            regions.add(row(body, at), DetailPart::Line(*index));
        }
        let count = shown.len() as u64;
        painter.scroll_bar(bar, total, first, count);
        if total > count {
            let steps = u128::from(bar.height.saturating_sub(1).max(1));
            for y in 0..bar.height {
                let target = u128::from(total - 1) * u128::from(y) / steps;
                regions.add(row(bar, y), DetailPart::ScrollBar(u64::try_from(target).unwrap_or(total - 1)));
            }
        }
        regions
    }

    /// `[uses] names evidence`: the brackets say which one is shown, on every terminal.
    fn tabs(&self, painter: &mut Painter<'_>, place: Rect, shown: usize, regions: &mut Regions<DetailPart>) {
        let mut rest = place;
        // Where not all have room, those before the one that is shown go first.
        let columns =
            |name: &&str| u16::try_from(crate::model::text::width(name)).unwrap_or(u16::MAX).saturating_add(2);
        let all = self.tabs.iter().map(columns).fold(0_u16, u16::saturating_add);
        let first = if all > place.width { shown.min(self.tabs.len().saturating_sub(1)) } else { 0 };
        for (index, name) in self.tabs.iter().enumerate().skip(first) {
            let is_shown = index == shown;
            let text = if is_shown { format!("[{name}]") } else { format!(" {name} ") };
            let slot = match (is_shown, self.focused) {
                (true, true) => Slot::Title,
                (true, false) => Slot::Base,
                (false, _) => Slot::Muted,
            };
            let used = painter.text(rest, &text, slot);
            regions.add(Rect { width: used, ..rest }, DetailPart::Tab(index));
            rest = Rect { x: rest.x.saturating_add(used), width: rest.width.saturating_sub(used), ..rest };
        }
    }

    fn line(
        &self,
        painter: &mut Painter<'_>,
        place: Rect,
        (index, line): (u64, Option<&TextLine<'_>>),
        numbers: u16,
        shift: usize,
    ) {
        let (text, _) = split_right(place, place.width.saturating_sub(numbers));
        let gutter = Rect { width: numbers, ..text };
        let body = Rect { x: place.x.saturating_add(numbers), width: place.width.saturating_sub(numbers), ..place };
        let Some(line) = line else {
            painter.glyph(body, Glyph::Pending, Slot::Muted);
            return;
        };
        if numbers > 0 {
            let meant = self.meant == Some(index);
            let sign = if meant { painter.theme().glyph(Glyph::Marker) } else { " " };
            let number = line.number.map(|number| number.to_string()).unwrap_or_default();
            let digits = usize::from(numbers.saturating_sub(2));
            painter.text(gutter, &format!("{sign}{number:>digits$} "), if meant { Slot::Accent } else { Slot::Muted });
        }
        painter.window(body, &line.line, painter.style(Slot::Base), shift);
    }
}

/// The marker, the digits and a blank; nothing when no line has a number or the place is too narrow for both.
fn number_columns(shown: &[(u64, Option<TextLine<'_>>)], width: u16) -> u16 {
    let largest = shown.iter().filter_map(|(_, line)| line.as_ref()?.number).max();
    let columns = largest.map_or(0, |largest| u16::try_from(largest.to_string().len()).unwrap_or(20) + 2);
    if columns.saturating_mul(3) > width { 0 } else { columns }
}

fn bytes(line: &TextLine<'_>) -> usize {
    line.line.spans.iter().map(|span| span.text.len()).sum()
}

//! Small figures: a bar of how much of a whole, and a line of how much over time. Both say it in figures too, or have
//! heights; neither needs colour.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::theme::{Glyph, Slot, Theme};
use crate::tui::widget::region::{row, split_right};
use crate::tui::widget::{Cut, Line, Painter, Regions, Side};

/// Per cent, rounded down: 100 only when all is done, 0 only when nothing is.
pub fn percent(done: u64, total: u64) -> Option<u64> {
    if total == 0 {
        return None;
    }
    let done = done.min(total);
    let share = u64::try_from(u128::from(done) * 100 / u128::from(total)).unwrap_or(100);
    Some(if done == 0 { 0 } else { share.max(1) })
}

/// Paints `[####----]  41 %` into the first row; too narrow a place gets the figure alone, an unknown total `- %`.
pub fn draw_bar(done: u64, total: u64, slot: Slot, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions<()> {
    let mut painter = Painter::new(theme, area, buffer);
    let area = painter.area();
    painter.clear(area);
    let share = percent(done, total);
    let text = share.map_or("   - %".to_owned(), |share| format!(" {share:>3} %"));
    let (bar, figure) = split_right(row(area, 0), 6);
    painter.line(figure, &Line::plain(text), painter.style(Slot::Base), Cut::Start, Side::Right);
    if bar.width > 3 {
        let room = usize::from(bar.width - 2);
        let full = share.map_or(0, |share| usize::try_from(share).unwrap_or(0) * room / 100);
        // Something done is seen.
        let full = if share.is_some_and(|share| share > 0) { full.max(1) } else { full };
        let parts = Line::plain("[")
            .and(theme.glyph(Glyph::BarFull).repeat(full), slot)
            .and(theme.glyph(Glyph::BarEmpty).repeat(room - full), Slot::Muted)
            .and("]", Slot::Base);
        painter.line(bar, &parts, painter.style(Slot::Base), Cut::End, Side::Left);
    }
    Regions::new(area)
}

/// Paints values as heights into the first row, the newest on the right, and the largest of those shown as a figure
/// behind them. Values above zero are never flat.
pub fn draw_line(values: &[u64], slot: Slot, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions<()> {
    let mut painter = Painter::new(theme, area, buffer);
    let area = painter.area();
    painter.clear(area);
    let place = row(area, 0);
    let widest = values.iter().max().map_or(0, |largest| largest.to_string().len() + 5);
    let figure = u16::try_from(widest).unwrap_or(u16::MAX);
    let (line, figure) =
        if place.width > figure.saturating_add(4) { split_right(place, figure) } else { (place, row(place, 1)) };
    let first = values.len().saturating_sub(usize::from(line.width));
    let shown = values.get(first..).unwrap_or_default();
    let largest = shown.iter().copied().max().unwrap_or(0);
    let height = |value: &u64| match value {
        0 => theme.glyph(Glyph::GuideNone).get(..1).unwrap_or(" "),
        value => {
            let level = u128::from(*value) * 7 / u128::from(largest.max(1));
            theme.level(usize::try_from(level).unwrap_or(7))
        }
    };
    let text: String = shown.iter().map(height).collect();
    painter.line(line, &Line::plain(text), painter.style(slot), Cut::Start, Side::Right);
    if !shown.is_empty() {
        painter.line(figure, &Line::plain(format!(" max {largest}")), painter.style(Slot::Muted), Cut::End, Side::Left);
    }
    Regions::new(area)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(width: u16, paint: impl FnOnce(&Theme, Rect, &mut Buffer)) -> String {
        let area = Rect::new(0, 0, width, 1);
        let mut buffer = Buffer::empty(area);
        paint(&Theme::default().with_ascii(true), area, &mut buffer);
        buffer.content().iter().map(|cell| cell.symbol()).collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn bars_round_down_and_never_lie_at_the_ends() {
        let bar = |done, total, width| {
            text(width, |theme, area, buffer| drop(draw_bar(done, total, Slot::Accent, theme, area, buffer)))
        };
        assert_eq!(bar(1, 2, 18), "[#####-----]  50 %");
        assert_eq!(bar(999, 1_000, 18), "[#########-]  99 %");
        assert_eq!(bar(1, 100_000, 18), "[#---------]   1 %");
        assert_eq!(bar(5, 0, 18), "[----------]   - %");
        assert_eq!(bar(9, 3, 7), "  100 %");
        assert_eq!(percent(u64::MAX, u64::MAX), Some(100));
    }

    #[test]
    fn lines_have_heights_and_a_figure() {
        let line = |values: &[u64], width| {
            text(width, |theme, area, buffer| drop(draw_line(values, Slot::Accent, theme, area, buffer)))
        };
        assert_eq!(line(&[0, 1, 4, 8], 20).trim_start(), ".=# max 8");
        assert_eq!(line(&[0, 1, 4, 8], 3), ".=#");
        assert_eq!(line(&[], 10), "");
        assert!(line(&[u64::MAX, 1], 40).contains("#."));
    }
}

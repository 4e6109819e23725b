//! The way back: the steps from the first view to this one.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::text::{scrub, width};
use crate::tui::theme::{Glyph, Slot, Theme};
use crate::tui::widget::region::row;
use crate::tui::widget::{Cut, Line, Painter, Regions, Side};

/// Columns a step is not cut below while there are others to leave out.
const NARROWEST: usize = 8;

/// Paints the steps into the first row, the last one as the title; the part is the index of a step. Where there is no
/// room the first steps go, and a mark stands for them.
pub fn draw<T: AsRef<str>>(steps: &[T], theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions<usize> {
    let mut painter = Painter::new(theme, area, buffer);
    let area = painter.area();
    painter.clear(area);
    let mut regions = Regions::new(area);
    let mut rest = row(area, 0);
    let separator = theme.glyph(Glyph::Crumb);
    let first = first_shown(steps, usize::from(rest.width), width(separator));
    if first > 0 && rest.width > 1 {
        let mark = format!("{}{separator}", theme.glyph(Glyph::Cut));
        let used = painter.text(rest, &mark, Slot::Muted);
        regions.add(Rect { width: used, ..rest }, first - 1);
        rest = skip(rest, used);
    }
    for (index, step) in steps.iter().enumerate().skip(first) {
        let last = index + 1 == steps.len();
        let style = painter.style(if last { Slot::Title } else { Slot::Link });
        let used = painter.line(rest, &Line::plain(step.as_ref()), style, Cut::Middle, Side::Left);
        regions.add(Rect { width: used, ..rest }, index);
        rest = skip(rest, used);
        if !last {
            rest = skip(rest, painter.text(rest, separator, Slot::Muted));
        }
    }
    regions
}

fn first_shown<T: AsRef<str>>(steps: &[T], room: usize, separator: usize) -> usize {
    // A step is looked at no further than it could be shown.
    let columns = |step: &T| width(&scrub(&step.as_ref().chars().take(room + 1).collect::<String>()));
    let mut used = 0;
    for (index, step) in steps.iter().enumerate().rev() {
        let own = columns(step);
        let mark = if index == 0 { 0 } else { 1 + separator };
        let least = if index + 1 == steps.len() { own.min(NARROWEST) } else { own };
        if used + least + mark > room {
            return (index + 1).min(steps.len().saturating_sub(1));
        }
        used += own + separator;
    }
    0
}

fn skip(place: Rect, columns: u16) -> Rect {
    let columns = columns.min(place.width);
    Rect { x: place.x.saturating_add(columns), width: place.width - columns, ..place }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Position;

    fn shown(steps: &[&str], width: u16) -> (String, Regions<usize>) {
        let area = Rect::new(0, 0, width, 1);
        let mut buffer = Buffer::empty(area);
        let regions = draw(steps, &Theme::default().with_ascii(true), area, &mut buffer);
        (buffer.content().iter().map(|cell| cell.symbol()).collect::<String>().trim_end().to_owned(), regions)
    }

    #[test]
    fn the_first_steps_go_first() {
        let steps = ["Situation", "Images", "pay/api"];
        assert_eq!(shown(&steps, 40).0, "Situation > Images > pay/api");
        assert_eq!(shown(&steps, 27).0, "~ > Images > pay/api");
        assert_eq!(shown(&steps, 12).0, "~ > pay/api");
        assert_eq!(shown(&steps, 6).0, "~ > p~");
        assert_eq!(shown(&[], 6).0, "");
    }

    #[test]
    fn steps_are_hit_and_the_mark_leads_back() {
        let (_, regions) = shown(&["Situation", "Images", "pay/api"], 27);
        assert_eq!(regions.hit(Position::new(0, 0)), Some(&0));
        assert_eq!(regions.hit(Position::new(4, 0)), Some(&1));
        assert_eq!(regions.hit(Position::new(11, 0)), None);
    }
}

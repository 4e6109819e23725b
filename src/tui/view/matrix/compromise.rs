//! The table of the compromise lens: verdicts by where their images stand.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::grid::paint;
use super::spot::{Breach, Spot, verdicts};
use super::text::{Form, cell_hit, shown};
use crate::case::query::triage::matrix::Matrix;
use crate::model::assessment::Standing;
use crate::model::text::width;
use crate::tui::draw::paint::{put, write};
use crate::tui::regions::Regions;
use crate::tui::theme::Slot;
use crate::tui::view::Look;
use crate::tui::view::signs::{sign, slot_of};
use crate::tui::widget::region::row;

/// Columns of the names of the rows, at best and at least.
const LABEL: (u16, u16) = (20, 14);
/// Columns of a cell, at most.
const WIDE: u16 = 16;

/// Rows that it has, with its head.
pub fn rows(matrix: &Matrix) -> u16 {
    u16::try_from(verdicts(matrix).len()).unwrap_or(u16::MAX).max(1).saturating_add(1)
}

fn head(standing: Standing, room: u16) -> &'static str {
    let full = standing.shown();
    if width(full) < usize::from(room) {
        return full;
    }
    match standing {
        Standing::Running => "run",
        Standing::CiBuild => "CI",
        Standing::Kept => "kept",
        Standing::Files => "files",
    }
}

/// Draws it. Where there is no room for all rows, the marked one is among those that are shown.
pub fn draw(
    matrix: &Matrix,
    spot: Option<Breach>,
    focused: bool,
    look: Look<'_>,
    area: Rect,
    buffer: &mut Buffer,
) -> Regions {
    let mut regions = Regions::default();
    if area.is_empty() {
        return regions;
    }
    let label = if area.width >= 76 { LABEL.0 } else { LABEL.1.min(area.width) };
    let wide = (area.width - label) / Standing::ALL.len() as u16;
    let wide = wide.min(WIDE);
    let place = |line: Rect, at: u16| {
        let x = label.saturating_add(at.saturating_mul(wide)).min(line.width);
        Rect { x: line.x.saturating_add(x), width: wide.min(line.width - x), ..line }
    };
    heads(label, |at| place(row(area, 0), at), look, area, buffer);
    let all = verdicts(matrix);
    if all.is_empty() {
        let text = " nothing is said to be bad yet: hullbreach indicator add";
        put(buffer, row(area, 1), text, look.theme.style(Slot::Muted));
        return regions;
    }
    let room = usize::from(area.height.saturating_sub(1));
    let marked = spot.and_then(|spot| all.iter().position(|verdict| *verdict == spot.verdict)).unwrap_or(0);
    let first = marked.saturating_sub(room.saturating_sub(1));
    for (at, verdict) in (1..area.height).zip(all.iter().skip(first)) {
        let line = row(area, at);
        let name = format!(" {:<2} {}", sign(*verdict), verdict.shown());
        put(buffer, line, "", look.theme.style(Slot::Base));
        write(buffer, Rect { width: label, ..line }, &name, look.theme.style(slot_of(*verdict)));
        for (column, standing) in (0..).zip(Standing::ALL) {
            let breach = Breach { verdict: *verdict, standing };
            let found = breach.cell(matrix).map(|cell| (cell.priority, cell.images));
            let form = if wide < 9 { Form::Short } else { Form::Full };
            let place = place(line, column);
            paint(&shown(found, form), found, spot == Some(breach), focused, look, place, buffer);
            regions.push(place, cell_hit(&Spot::Breach(breach)));
        }
    }
    let hidden = all.len().saturating_sub(first + room);
    if hidden > 0 {
        let text = format!(" {hidden} more: c ");
        let wide = (width(&text) as u16).min(area.width);
        let line = row(area, area.height - 1);
        let place = Rect { x: line.x.saturating_add(line.width - wide), width: wide, ..line };
        write(buffer, place, &text, look.theme.style(Slot::Accent));
    }
    regions
}

fn heads(label: u16, place: impl Fn(u16) -> Rect, look: Look<'_>, area: Rect, buffer: &mut Buffer) {
    let style = look.theme.style(Slot::Header);
    let line = row(area, 0);
    let title = if label == LABEL.0 { " COMPROMISE, worse wins" } else { " COMPROMISE" };
    put(buffer, line, "", style);
    write(buffer, Rect { width: label.saturating_add(5).min(line.width), ..line }, title, style);
    for (column, standing) in (0..).zip(Standing::ALL) {
        let place = place(column);
        let text = head(standing, place.width);
        let wide = (width(text) as u16).min(place.width);
        let place = Rect { x: place.x.saturating_add(place.width - wide), width: wide, ..place };
        write(buffer, place, text, style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::verdict::Verdict;
    use crate::tui::theme::Theme;
    use crate::tui::view::matrix::tests::{matrix, text_of};

    fn drawn(matrix: &Matrix, verdict: Verdict, (wide, high): (u16, u16)) -> String {
        let (theme, area) = (Theme::named("mono").unwrap(), Rect::new(0, 0, wide, high));
        let look = Look { theme: &theme, now: crate::model::time::Micros(0) };
        let mut buffer = Buffer::empty(area);
        let spot = Breach { verdict, standing: Standing::Running };
        draw(matrix, Some(spot), true, look, area, &mut buffer);
        text_of(&buffer)
    }

    #[test]
    fn verdicts_stand_by_where_their_images_are() {
        let text = drawn(&matrix(), Verdict::Bad, (80, 5));
        assert!(text.contains("!! BAD") && text.contains(">P0:3") && text.contains("cached/stopped"), "{text}");
        assert!(text.contains("!  SUSPECT") && text.contains("P1:9") && text.contains(".  NO LINK"), "{text}");
    }

    #[test]
    fn the_marked_row_is_shown_whatever_the_room() {
        let text = drawn(&matrix(), Verdict::NoLink, (80, 2));
        assert!(text.contains("NO LINK") && !text.contains("SUSPECT"), "{text}");
        let text = drawn(&matrix(), Verdict::Bad, (80, 2));
        assert!(text.contains("!! BAD") && text.contains("2 more: c"), "{text}");
        for (wide, high) in [(0, 0), (1, 1), (5, 3), (13, 9), (40, 3)] {
            drawn(&matrix(), Verdict::Suspect, (wide, high));
        }
        let none = Matrix { compromise: Vec::new(), ..matrix() };
        assert!(drawn(&none, Verdict::Bad, (80, 3)).contains("indicator add"));
    }
}

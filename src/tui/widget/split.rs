//! Two panes beside or above each other, with a line between that can be dragged.
//!
//! Owns who gets how much. Where there is no room for both, one takes all of it: which, the owner says by what is in
//! use.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::tui::theme::{Glyph, Slot, Theme};
use crate::tui::widget::Painter;
use crate::tui::widget::region::row;

/// How two panes lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// Left and right.
    Beside,
    /// Above and below.
    Stacked,
}

/// One of two panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// Left or above.
    #[default]
    First,
    /// Right or below.
    Second,
}

/// A split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    lie: Lie,
    /// The first pane's share in thousandths.
    share: u16,
    least: (u16, u16),
}

/// Where the panes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panes {
    /// Left or above; empty when there is no room for both and the other is in use.
    pub first: Rect,
    /// The line between; empty when there is one pane only.
    pub divider: Rect,
    /// Right or below.
    pub second: Rect,
}

impl Panes {
    /// True when there was no room for both.
    pub fn is_collapsed(&self) -> bool {
        self.divider.is_empty()
    }

    /// The pane at a place; the line between belongs to none.
    pub fn at(&self, position: Position) -> Option<Pane> {
        match position {
            at if self.first.contains(at) => Some(Pane::First),
            at if self.second.contains(at) => Some(Pane::Second),
            _ => None,
        }
    }
}

impl Split {
    /// With the first pane's share in thousandths, and the least columns (or rows) of each.
    pub fn new(lie: Lie, share: u16, least: (u16, u16)) -> Self {
        Split { lie, share: share.min(1_000), least }
    }

    /// The first pane's share in thousandths, to be remembered.
    pub fn share(&self) -> u16 {
        self.share
    }

    /// Where the panes are in an area; `used` is the pane that stays when there is room for one only.
    pub fn panes(&self, area: Rect, used: Pane) -> Panes {
        let length = self.length(area);
        let (least, other) = (self.least.0.max(1), self.least.1.max(1));
        let none = Rect { width: 0, height: 0, ..area };
        let Some(most) = length.checked_sub(other.saturating_add(1)).filter(|most| *most >= least && !area.is_empty())
        else {
            let (first, second) = if used == Pane::First { (area, none) } else { (none, area) };
            return Panes { first, divider: none, second };
        };
        let wanted = u32::from(length) * u32::from(self.share) / 1_000;
        let first = u16::try_from(wanted).unwrap_or(most).clamp(least, most);
        Panes {
            first: self.part(area, 0, first),
            divider: self.part(area, first, 1),
            second: self.part(area, first + 1, length - first - 1),
        }
    }

    /// The line was dragged to a place.
    pub fn drag(&mut self, to: Position, area: Rect) {
        let (at, start) = match self.lie {
            Lie::Beside => (to.x, area.x),
            Lie::Stacked => (to.y, area.y),
        };
        self.set(at.saturating_sub(start), area);
    }

    /// The first pane grows by so many columns or rows, or shrinks.
    pub fn grow(&mut self, by: i16, area: Rect) {
        let panes = self.panes(area, Pane::First);
        if !panes.is_collapsed() {
            self.set(self.length(panes.first).saturating_add_signed(by), area);
        }
    }

    /// Paints the line between.
    pub fn draw(&self, panes: &Panes, theme: &Theme, buffer: &mut Buffer) {
        let mut painter = Painter::new(theme, panes.divider, buffer);
        let place = painter.area();
        match self.lie {
            Lie::Beside => (0..place.height).for_each(|y| {
                painter.glyph(row(place, y), Glyph::Vertical, Slot::Border);
            }),
            Lie::Stacked => painter.rule(place, Slot::Border),
        }
    }

    /// The share is rounded up, so that the place is met again when it is turned into columns.
    fn set(&mut self, first: u16, area: Rect) {
        let length = u32::from(self.length(area).max(1));
        let share = (u32::from(first) * 1_000).div_ceil(length);
        self.share = u16::try_from(share).unwrap_or(1_000).min(1_000);
    }

    fn length(&self, area: Rect) -> u16 {
        if self.lie == Lie::Beside { area.width } else { area.height }
    }

    fn part(&self, area: Rect, from: u16, length: u16) -> Rect {
        match self.lie {
            Lie::Beside => Rect { x: area.x.saturating_add(from), width: length, ..area },
            Lie::Stacked => Rect { y: area.y.saturating_add(from), height: length, ..area },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn panes_collapse_to_the_one_in_use() {
        let split = Split::new(Lie::Beside, 500, (20, 30));
        let wide = split.panes(Rect::new(0, 0, 81, 5), Pane::First);
        assert_eq!((wide.first.width, wide.divider.x, wide.second.width), (40, 40, 40));
        let least = split.panes(Rect::new(0, 0, 51, 5), Pane::First);
        assert_eq!((least.first.width, least.second.width), (20, 30));
        let narrow = split.panes(Rect::new(0, 0, 50, 5), Pane::Second);
        assert!(narrow.is_collapsed() && narrow.first.is_empty());
        assert_eq!(narrow.at(Position::new(3, 3)), Some(Pane::Second));
    }

    proptest! {
        #[test]
        fn drags_are_met_and_nothing_is_lost(
            width in 0_u16..300, height in 0_u16..60, to in 0_u16..320, stacked: bool, least in (0_u16..40, 0_u16..40), by in -50_i16..50,
        ) {
            let area = Rect::new(3, 4, width, height);
            let mut split = Split::new(if stacked { Lie::Stacked } else { Lie::Beside }, 333, least);
            split.drag(Position::new(to, to), area);
            let panes = split.panes(area, Pane::First);
            prop_assert_eq!(panes.first.area() + panes.divider.area() + panes.second.area(), area.area());
            if !panes.is_collapsed() {
                let at = if stacked { panes.divider.y } else { panes.divider.x };
                let (first, last) = if stacked { (area.y, area.bottom()) } else { (area.x, area.right()) };
                let wanted = to.clamp(first + least.0.max(1), last - least.1.max(1) - 1);
                prop_assert_eq!(at, wanted);
            }
            split.grow(by, area);
            let grown = split.panes(area, Pane::First);
            prop_assert_eq!(grown.is_collapsed(), panes.is_collapsed());
        }
    }
}

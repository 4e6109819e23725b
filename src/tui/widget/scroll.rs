//! Where one is in a long list: the selected row and the window around it.
//!
//! Owns the movements that tables, trees and texts share. Knows positions only: what stands there is the owner's.

use std::ops::Range;

use crate::tui::widget::Regions;

/// Rows kept between the marker and the window's edge.
const MARGIN: u64 = 2;

/// A movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// So many rows up.
    Up(u64),
    /// So many rows down.
    Down(u64),
    /// A window up.
    PageUp,
    /// A window down.
    PageDown,
    /// Half a window up.
    HalfUp,
    /// Half a window down.
    HalfDown,
    /// To the first row.
    Top,
    /// To the last row.
    Bottom,
    /// To this row.
    To(u64),
    /// The window so many rows up; the marker comes along when it must (the wheel).
    ScrollUp(u64),
    /// The window so many rows down.
    ScrollDown(u64),
    /// So many columns to the left.
    Left(u16),
    /// So many columns to the right.
    Right(u16),
}

/// A place in a list of `total` rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scroll {
    total: u64,
    selected: u64,
    offset: u64,
    height: u16,
}

impl Scroll {
    /// In a list of so many rows, at the top.
    pub fn new(total: u64) -> Self {
        Scroll { total, ..Scroll::default() }
    }

    /// Rows there are.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The selected row; 0 in an empty list.
    pub fn selected(&self) -> u64 {
        self.selected
    }

    /// The first row of the window as it was last seen.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The window's height as it was last seen, at least 1.
    pub fn page(&self) -> u64 {
        u64::from(self.height.max(1))
    }

    /// The list has so many rows now; the marker stays where it can.
    pub fn set_total(&mut self, total: u64) {
        self.total = total;
        self.selected = self.selected.min(total.saturating_sub(1));
        self.follow();
    }

    /// Takes the window's height from the last draw.
    pub fn seen<Part>(&mut self, regions: &Regions<Part>) {
        self.height = regions.body.height;
        self.follow();
    }

    /// Puts the marker on a row.
    pub fn select(&mut self, row: u64) {
        self.selected = row.min(self.total.saturating_sub(1));
        self.follow();
    }

    /// Puts the marker on a row that stands where the marked one stood on the screen: after a sort or a refresh the eye
    /// finds it at the same height.
    pub fn settle(&mut self, row: u64, total: u64) {
        let above = self.selected.saturating_sub(self.offset);
        self.total = total;
        self.selected = row.min(total.saturating_sub(1));
        self.offset = self.selected.saturating_sub(above);
        self.follow();
    }

    /// Moves; true when the marker or the window changed.
    pub fn apply(&mut self, movement: Move) -> bool {
        let before = (self.selected, self.offset);
        let page = self.page();
        let half = (page / 2).max(1);
        match movement {
            Move::Up(rows) => self.select(self.selected.saturating_sub(rows)),
            Move::Down(rows) => self.select(self.selected.saturating_add(rows)),
            Move::PageUp => self.jump(page, false),
            Move::PageDown => self.jump(page, true),
            Move::HalfUp => self.jump(half, false),
            Move::HalfDown => self.jump(half, true),
            Move::Top => self.select(0),
            Move::Bottom => self.select(u64::MAX),
            Move::To(row) => self.select(row),
            Move::ScrollUp(rows) => self.scroll(self.offset.saturating_sub(rows)),
            Move::ScrollDown(rows) => self.scroll(self.offset.saturating_add(rows)),
            Move::Left(_) | Move::Right(_) => {}
        }
        before != (self.selected, self.offset)
    }

    /// The rows that a window of this height shows; always with the marker in it.
    pub fn window(&self, height: u16) -> Range<u64> {
        let offset = self.offset_for(height);
        offset..offset.saturating_add(u64::from(height)).min(self.total)
    }

    /// The window moves with the marker, so that the marker stays at its height.
    fn jump(&mut self, rows: u64, down: bool) {
        let moved = |from: u64| if down { from.saturating_add(rows) } else { from.saturating_sub(rows) };
        self.offset = moved(self.offset).min(self.last_offset(self.height));
        self.select(moved(self.selected));
    }

    fn scroll(&mut self, offset: u64) {
        self.offset = offset.min(self.last_offset(self.height));
        let page = self.page();
        let margin = margin(page);
        let first = if self.offset == 0 { 0 } else { self.offset + margin };
        let end = self.offset.saturating_add(page);
        let last = if end >= self.total { self.total.saturating_sub(1) } else { end - 1 - margin };
        self.selected = self.selected.clamp(first.min(last), last);
    }

    fn follow(&mut self) {
        self.offset = self.offset_for(self.height);
    }

    fn last_offset(&self, height: u16) -> u64 {
        self.total.saturating_sub(u64::from(height.max(1)))
    }

    fn offset_for(&self, height: u16) -> u64 {
        let page = u64::from(height.max(1));
        let margin = margin(page);
        let lowest = self.selected.saturating_add(margin + 1).saturating_sub(page);
        let highest = self.selected.saturating_sub(margin);
        self.offset.clamp(lowest.min(highest), highest).min(self.last_offset(height))
    }
}

const fn margin(page: u64) -> u64 {
    let half = (page - 1) / 2;
    if half < MARGIN { half } else { MARGIN }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::layout::Rect;

    fn at(total: u64, height: u16) -> Scroll {
        let mut scroll = Scroll::new(total);
        scroll.seen(&Regions::<()>::new(Rect::new(0, 0, 10, height)));
        scroll
    }

    #[test]
    fn movements_go_where_they_say() {
        let mut scroll = at(100, 10);
        let table = [
            (Move::Down(1), 1, 0),
            (Move::Down(7), 8, 1),
            (Move::PageDown, 18, 11),
            (Move::HalfDown, 23, 16),
            (Move::HalfUp, 18, 11),
            (Move::PageUp, 8, 1),
            (Move::Bottom, 99, 90),
            (Move::Down(5), 99, 90),
            (Move::ScrollUp(3), 94, 87),
            (Move::ScrollDown(90), 94, 90),
            (Move::To(50), 50, 48),
            (Move::Top, 0, 0),
            (Move::Up(1), 0, 0),
            (Move::ScrollDown(4), 6, 4),
        ];
        for (movement, selected, offset) in table {
            scroll.apply(movement);
            assert_eq!((scroll.selected(), scroll.offset()), (selected, offset), "{movement:?}");
        }
        assert!(!at(0, 5).apply(Move::Down(1)));
    }

    #[test]
    fn a_refresh_keeps_the_marker_at_its_height() {
        let mut scroll = at(1_000, 10);
        scroll.select(500);
        let above = scroll.selected() - scroll.offset();
        scroll.settle(700, 1_200);
        assert_eq!((scroll.selected(), scroll.offset()), (700, 700 - above));
        scroll.settle(0, 1);
        assert_eq!(scroll.window(10), 0..1);
    }

    proptest! {
        #[test]
        fn the_marker_is_always_in_the_window(
            total in prop_oneof![0_u64..40, Just(u64::MAX)], heights in proptest::collection::vec(0_u16..30, 1..5),
            moves in proptest::collection::vec((0_usize..11, 0_u64..50), 0..30),
        ) {
            let mut scroll = Scroll::new(total);
            for (n, (which, rows)) in moves.into_iter().enumerate() {
                let height = heights[n % heights.len()];
                scroll.seen(&Regions::<()>::new(Rect::new(0, 0, 10, height)));
                let movement = [
                    Move::Up(rows), Move::Down(rows), Move::PageUp, Move::PageDown, Move::HalfUp, Move::HalfDown,
                    Move::Top, Move::Bottom, Move::To(rows), Move::ScrollUp(rows), Move::ScrollDown(rows),
                ][which];
                scroll.apply(movement);
                for height in [1, height, height.saturating_add(7)] {
                    let window = scroll.window(height);
                    prop_assert!(window.end - window.start <= u64::from(height));
                    if total > 0 && height > 0 {
                        prop_assert!(window.contains(&scroll.selected()), "{:?} {:?}", scroll, window);
                        prop_assert_eq!(window.end - window.start, total.min(u64::from(height)));
                    }
                }
            }
        }
    }
}

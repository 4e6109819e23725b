//! Which tab is shown, and how far each is scrolled.

use std::collections::BTreeMap;

use crate::tui::widget::{Move, Regions};

/// Columns a text is scrolled sideways at most. Of longer lines the owner gives the part that matters.
pub const MOST_SHIFT: usize = 64 * 1024;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Reached {
    offset: u64,
    shift: usize,
}

/// The state of a pane.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DetailState {
    tab: usize,
    tabs: BTreeMap<usize, Reached>,
    height: u16,
}

impl DetailState {
    /// The tab that is shown.
    pub fn tab(&self) -> usize {
        self.tab
    }

    /// The first line that is shown, before it is known how many there are.
    pub fn offset(&self) -> u64 {
        self.reached().offset
    }

    /// Columns scrolled away on the left.
    pub fn shift(&self) -> usize {
        self.reached().shift
    }

    /// Takes height and width from the last draw.
    pub fn seen<Part>(&mut self, regions: &Regions<Part>) {
        self.height = regions.body.height;
        let most = regions.shift;
        let reached = self.reached_mut();
        reached.shift = reached.shift.min(most);
    }

    /// Shows a tab, scrolled as it was left.
    pub fn show(&mut self, tab: usize, tabs: usize) {
        self.tab = tab.min(tabs.saturating_sub(1));
    }

    /// The next tab, or the one before, around the ends.
    pub fn turn(&mut self, forward: bool, tabs: usize) {
        let tabs = tabs.max(1);
        self.tab = if forward { (self.tab + 1) % tabs } else { self.tab.checked_sub(1).unwrap_or(tabs - 1) };
    }

    /// Another thing is shown: all tabs from their beginning.
    pub fn restart(&mut self) {
        self.tabs.clear();
    }

    /// Brings a line into sight, a third from the top.
    pub fn reveal(&mut self, line: u64, total: u64) {
        let above = u64::from(self.height / 3);
        self.reached_mut().offset = line.saturating_sub(above);
        self.clamp(total);
    }

    /// Scrolls in a text of so many lines; true when anything changed.
    pub fn apply(&mut self, movement: Move, total: u64) -> bool {
        let before = self.reached();
        let page = u64::from(self.height.max(1));
        let reached = self.reached_mut();
        let at = reached.offset;
        match movement {
            Move::Up(lines) | Move::ScrollUp(lines) => reached.offset = at.saturating_sub(lines),
            Move::Down(lines) | Move::ScrollDown(lines) => reached.offset = at.saturating_add(lines),
            Move::PageUp => reached.offset = at.saturating_sub(page),
            Move::PageDown => reached.offset = at.saturating_add(page),
            Move::HalfUp => reached.offset = at.saturating_sub((page / 2).max(1)),
            Move::HalfDown => reached.offset = at.saturating_add((page / 2).max(1)),
            Move::Top => *reached = Reached::default(),
            Move::Bottom => reached.offset = u64::MAX,
            Move::To(line) => reached.offset = line,
            Move::Left(columns) => reached.shift = reached.shift.saturating_sub(usize::from(columns)),
            Move::Right(columns) => reached.shift = reached.shift.saturating_add(usize::from(columns)).min(MOST_SHIFT),
        }
        self.clamp(total);
        before != self.reached()
    }

    fn clamp(&mut self, total: u64) {
        let last = total.saturating_sub(u64::from(self.height.max(1)));
        let reached = self.reached_mut();
        reached.offset = reached.offset.min(last);
    }

    fn reached(&self) -> Reached {
        self.tabs.get(&self.tab).copied().unwrap_or_default()
    }

    fn reached_mut(&mut self) -> &mut Reached {
        self.tabs.entry(self.tab).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;

    #[test]
    fn each_tab_keeps_its_place() {
        let mut state = DetailState::default();
        state.seen(&Regions::<()>::new(Rect::new(0, 0, 40, 10)));
        assert!(state.apply(Move::PageDown, 100));
        assert!(state.apply(Move::Right(8), 100));
        state.turn(true, 3);
        assert_eq!((state.tab(), state.offset(), state.shift()), (1, 0, 0));
        state.turn(false, 3);
        assert_eq!((state.tab(), state.offset(), state.shift()), (0, 10, 8));
        state.turn(false, 3);
        assert_eq!(state.tab(), 2);
        state.show(9, 3);
        assert_eq!(state.tab(), 2);
        state.restart();
        state.show(0, 3);
        assert_eq!(state.offset(), 0);
    }

    #[test]
    fn texts_end_at_their_last_line() {
        let mut state = DetailState::default();
        state.seen(&Regions::<()>::new(Rect::new(0, 0, 40, 10)));
        let table =
            [(Move::Bottom, 90), (Move::Down(3), 90), (Move::HalfUp, 85), (Move::To(40), 40), (Move::Up(50), 0)];
        for (movement, wanted) in table {
            state.apply(movement, 100);
            assert_eq!(state.offset(), wanted, "{movement:?}");
        }
        state.reveal(50, 100);
        assert_eq!(state.offset(), 47);
        state.apply(Move::Right(u16::MAX), 100);
        state.apply(Move::Right(u16::MAX), 100);
        assert_eq!(state.shift(), MOST_SHIFT);
        let mut regions = Regions::<()>::new(Rect::new(0, 0, 40, 10));
        regions.shift = 7;
        state.seen(&regions);
        assert_eq!(state.shift(), 7);
    }
}

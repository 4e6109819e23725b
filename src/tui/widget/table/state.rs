//! What a table remembers between draws: where the marker is, what is marked, how rows are sorted.
//!
//! Owns the rule that the marker follows a thing, not a line: its key is kept, and looked up again after each refresh.

use std::ops::Range;

use super::{Column, Marks, Row, Rows};
use crate::tui::widget::{Move, Regions, Scroll, Side};

/// Which way rows are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The smallest first.
    Up,
    /// The largest first.
    Down,
}

/// What rows are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// A column's key.
    pub key: &'static str,
    /// Which way.
    pub direction: Direction,
}

/// The state of a table whose rows are named by `K`.
#[derive(Debug, Clone)]
pub struct TableState<K> {
    scroll: Scroll,
    key: Option<K>,
    /// Where a range of marks began.
    anchor: Option<(u64, K)>,
    shift: usize,
    /// The marked rows.
    pub marks: Marks<K>,
    /// What rows are sorted by; the owner sorts them.
    pub sort: Option<Sort>,
}

impl<K> Default for TableState<K> {
    fn default() -> Self {
        let (scroll, marks) = (Scroll::default(), Marks::default());
        TableState { scroll, key: None, anchor: None, shift: 0, marks, sort: None }
    }
}

impl<K: Clone + Ord> TableState<K> {
    /// The index of the selected row; `None` without rows.
    pub fn selected(&self) -> Option<u64> {
        (self.scroll.total() > 0).then(|| self.scroll.selected())
    }

    /// The key of the selected row; `None` without rows or while it is not known.
    pub fn key(&self) -> Option<&K> {
        self.key.as_ref()
    }

    /// Where the window stands.
    pub fn scroll(&self) -> &Scroll {
        &self.scroll
    }

    /// Columns scrolled away on the left.
    pub fn shift(&self) -> usize {
        self.shift
    }

    /// The rows that the next draw will ask for in a body of this height: what the owner should have fetched.
    pub fn window(&self, height: u16) -> Range<u64> {
        self.scroll.window(height)
    }

    /// Takes page height and columns from the last draw.
    pub fn seen<Part>(&mut self, regions: &Regions<Part>) {
        self.scroll.seen(regions);
        self.shift = self.shift.min(regions.shift);
    }

    /// Moves; true when anything changed.
    pub fn apply<R: Rows<Key = K>>(&mut self, movement: Move, rows: &R) -> bool {
        let shift = self.shift;
        match movement {
            Move::Left(by) => self.shift = shift.saturating_sub(usize::from(by)),
            Move::Right(by) => self.shift = shift.saturating_add(usize::from(by)),
            other => {
                self.adopt(rows.total());
                let moved = self.scroll.apply(other);
                self.name(rows);
                return moved;
            }
        }
        shift != self.shift
    }

    /// Puts the marker on a row.
    pub fn select<R: Rows<Key = K>>(&mut self, row: u64, rows: &R) {
        self.apply(Move::To(row), rows);
    }

    /// After a refresh, filter or sort: finds the marked row by its key, at the height on the screen where it was. When
    /// it is gone, the marker stays on the line. `index_of` answers for the new order.
    pub fn reconcile<R: Rows<Key = K>>(&mut self, rows: &R, index_of: impl Fn(&K) -> Option<u64>) {
        let total = rows.total();
        let found = self.key.as_ref().and_then(&index_of);
        match found {
            Some(row) => self.scroll.settle(row, total),
            None => self.scroll.settle(self.scroll.selected(), total),
        }
        if found.is_none() {
            self.key = None;
        }
        self.name(rows);
        self.anchor = self.anchor.take().and_then(|(_, key)| index_of(&key).map(|row| (row, key)));
    }

    /// Learns the key of the selected row when its page has come.
    pub fn name<R: Rows<Key = K>>(&mut self, rows: &R) {
        self.key = self.selected().and_then(|row| rows.key(row));
    }

    /// The next [`Self::reconcile`] looks for this row.
    pub fn seek(&mut self, key: K) {
        self.key = Some(key);
    }

    /// Turns the mark of the selected row over; false on group heads and rows that are not there yet.
    pub fn toggle_mark<R: Rows<Key = K>>(&mut self, rows: &R) -> bool {
        match self.selected().and_then(|row| rows.row(row)) {
            Some(Row::Item { key, .. }) => {
                self.marks.toggle(key);
                true
            }
            _ => false,
        }
    }

    /// Begins a range of marks at the selected row; false while its key is not known.
    pub fn begin_range(&mut self) -> bool {
        self.anchor = self.key.clone().map(|key| (self.scroll.selected(), key));
        self.anchor.is_some()
    }

    /// The rows between the beginning of the range and the marker, both included.
    pub fn range(&self) -> Option<Range<u64>> {
        let (anchor, _) = self.anchor.as_ref()?;
        let marker = self.selected()?;
        Some(*anchor.min(&marker)..anchor.max(&marker).saturating_add(1))
    }

    /// Ends the range and marks its rows. The owner hands in the keys of [`Self::range`], because only it knows those
    /// outside the window; group heads are to be left out.
    pub fn end_range(&mut self, keys: impl IntoIterator<Item = K>) {
        self.anchor = None;
        self.marks.add(keys);
    }

    /// Ends the range and marks nothing.
    pub fn cancel_range(&mut self) {
        self.anchor = None;
    }

    /// Sorts by a column, or turns the direction when it is sorted by it already; numbers start with the largest. False
    /// when the column does not sort.
    pub fn sort_by(&mut self, column: &Column) -> bool {
        let Some(key) = column.key else { return false };
        let direction = match (self.sort, column.side) {
            (Some(Sort { key: now, direction: Direction::Up }), _) if now == key => Direction::Down,
            (Some(Sort { key: now, direction: Direction::Down }), _) if now == key => Direction::Up,
            (_, Side::Left) => Direction::Up,
            (_, Side::Right) => Direction::Down,
        };
        self.sort = Some(Sort { key, direction });
        true
    }

    fn adopt(&mut self, total: u64) {
        if self.scroll.total() != total {
            self.scroll.set_total(total);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widget::Line;
    use ratatui::layout::Rect;

    struct Names(Vec<u32>);

    impl Rows for Names {
        type Key = u32;

        fn total(&self) -> u64 {
            self.0.len() as u64
        }

        fn row(&self, index: u64) -> Option<Row<'_, u32>> {
            let key = *self.0.get(index as usize)?;
            Some(Row::Item { key, cells: vec![Line::plain(key.to_string())], slot: None })
        }
    }

    impl Names {
        fn index_of(&self, key: &u32) -> Option<u64> {
            self.0.iter().position(|own| own == key).map(|at| at as u64)
        }
    }

    fn at(rows: &Names, row: u64) -> TableState<u32> {
        let mut state = TableState::default();
        state.seen(&Regions::<()>::new(Rect::new(0, 0, 40, 10)));
        state.select(row, rows);
        state
    }

    #[test]
    fn the_marker_follows_its_row() {
        let rows = Names((0..100).collect());
        let mut state = at(&rows, 50);
        let height = 50 - state.scroll().offset();
        let turned = Names((0..100).rev().collect());
        state.reconcile(&turned, |key| turned.index_of(key));
        assert_eq!((state.selected(), state.key()), (Some(49), Some(&50)));
        assert_eq!(49 - state.scroll().offset(), height);
    }

    #[test]
    fn a_row_that_is_gone_leaves_the_marker_on_its_line() {
        let rows = Names((0..10).collect());
        let mut state = at(&rows, 5);
        let less = Names((0..10).filter(|key| *key != 5).collect());
        state.reconcile(&less, |key| less.index_of(key));
        assert_eq!((state.selected(), state.key()), (Some(5), Some(&6)));
        let none = Names(Vec::new());
        state.reconcile(&none, |key| none.index_of(key));
        assert_eq!((state.selected(), state.key()), (None, None));
    }

    #[test]
    fn ranges_survive_a_sort_and_end_with_their_row() {
        let rows = Names((0..20).collect());
        let mut state = at(&rows, 4);
        assert!(state.begin_range());
        state.apply(Move::Down(3), &rows);
        assert_eq!(state.range(), Some(4..8));
        let turned = Names((0..20).rev().collect());
        state.reconcile(&turned, |key| turned.index_of(key));
        assert_eq!(state.range(), Some(12..16));
        let range = state.range().unwrap();
        state.end_range(range.filter_map(|row| turned.key(row)));
        assert_eq!(state.marks.iter().copied().collect::<Vec<_>>(), [4, 5, 6, 7]);
        state.begin_range();
        let without = Names((0..20).filter(|key| *key != 7).collect());
        state.reconcile(&without, |key| without.index_of(key));
        assert_eq!(state.range(), None);
    }

    #[test]
    fn marks_are_kept_by_key() {
        let rows = Names((0..5).collect());
        let mut state = at(&rows, 1);
        assert!(state.toggle_mark(&rows));
        state.marks.invert(0..5);
        assert_eq!(state.marks.len(), 4);
        assert!(!state.marks.contains(&1));
        assert_eq!(state.marks.retain(|key| *key < 3), 2);
        state.marks.clear();
        assert!(state.marks.is_empty());
    }

    #[test]
    fn sorting_turns_and_numbers_start_with_the_largest() {
        let (name, uses) = (Column::new("N", 1, 1).sorted_by("name"), Column::new("U", 1, 1).right().sorted_by("uses"));
        let mut state: TableState<u32> = TableState::default();
        assert!(!state.sort_by(&Column::new("X", 1, 1)));
        let mut directions = Vec::new();
        for column in [&name, &name, &uses, &uses, &name] {
            assert!(state.sort_by(column));
            directions.push(state.sort.unwrap().direction);
        }
        assert_eq!(directions, [Direction::Up, Direction::Down, Direction::Down, Direction::Up, Direction::Up]);
    }
}

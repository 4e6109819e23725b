//! How columns share a row.
//!
//! Owns widths, and what gives way where there is no room. Widths follow from the columns and the room alone, never
//! from the rows: nothing jumps while scrolling.

use crate::tui::widget::{Cut, Side};

/// Blank columns between two.
const GAP: u16 = 2;

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its head.
    pub title: &'static str,
    /// Where its texts stand.
    pub side: Side,
    /// How its texts are cut.
    pub cut: Cut,
    /// Below this it tells nothing.
    pub min: u16,
    /// More it needs only when there is room to spare.
    pub ideal: u16,
    /// Its share of the room that is left when all have what they need; 0: none.
    pub grow: u16,
    /// The order in which columns go where there is no room, the highest first; 0 stays.
    pub drop: u8,
    /// What rows are sorted by through this column; `None`: they are not.
    pub key: Option<&'static str>,
}

impl Column {
    /// Words on the left, cut at the end.
    pub const fn new(title: &'static str, min: u16, ideal: u16) -> Self {
        Column { title, side: Side::Left, cut: Cut::End, min, ideal, grow: 0, drop: 0, key: None }
    }

    /// Numbers, on the right.
    #[must_use]
    pub const fn right(self) -> Self {
        Column { side: Side::Right, ..self }
    }

    /// Cut in this way.
    #[must_use]
    pub const fn cut(self, cut: Cut) -> Self {
        Column { cut, ..self }
    }

    /// Takes this share of spare room.
    #[must_use]
    pub const fn growing(self, share: u16) -> Self {
        Column { grow: share, ..self }
    }

    /// Goes where there is no room.
    #[must_use]
    pub const fn dropped(self, order: u8) -> Self {
        Column { drop: order, ..self }
    }

    /// Sorts rows by this key.
    #[must_use]
    pub const fn sorted_by(self, key: &'static str) -> Self {
        Column { key: Some(key), ..self }
    }

    fn need(&self) -> u16 {
        self.min.max(1)
    }
}

/// Where a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    /// Its index among all columns.
    pub column: usize,
    /// From the left of the row.
    pub x: u16,
    pub width: u16,
}

/// The columns that are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Layout {
    pub placed: Vec<Placed>,
    /// Columns scrolled away on the left, after clamping.
    pub shift: usize,
    /// Columns that can be scrolled away.
    pub last_shift: usize,
    /// True when columns on the right are not shown.
    pub more: bool,
    /// Columns of the screen that the pinned ones take.
    pub lead: u16,
}

/// Shares `width` between the columns. Without a shift the least important columns go; with one, all columns from there
/// on are shown as far as they fit, so that every column can be reached.
pub(super) fn layout(columns: &[Column], pinned: usize, width: u16, shift: usize) -> Layout {
    let pinned = pinned.min(columns.len());
    let last_shift = last_shift(columns, pinned, width);
    let shift = shift.min(last_shift);
    let mut shown: Vec<usize> = (0..pinned).chain(pinned + shift..columns.len()).collect();
    if shift == 0 {
        drop_least(columns, &mut shown, width);
    }
    while shown.len() > 1 && needed(columns, &shown) > width {
        shown.pop();
    }
    let more = columns.len() - shift > shown.len();
    let widths = share(columns, &shown, width);
    let mut x: u16 = 0;
    let mut layout = Layout { shift, last_shift, more, ..Layout::default() };
    for (column, wide) in shown.into_iter().zip(widths) {
        layout.placed.push(Placed { column, x, width: wide });
        if column < pinned {
            layout.lead = x.saturating_add(wide);
        }
        x = x.saturating_add(wide).saturating_add(GAP);
    }
    layout
}

fn last_shift(columns: &[Column], pinned: usize, width: u16) -> usize {
    let most = columns.len().saturating_sub(pinned + 1);
    let fits = |shift: &usize| {
        let shown: Vec<usize> = (0..pinned).chain(pinned + shift..columns.len()).collect();
        needed(columns, &shown) <= width
    };
    (0..most).find(fits).unwrap_or(most)
}

fn drop_least(columns: &[Column], shown: &mut Vec<usize>, width: u16) {
    let order = |at: usize| columns.get(at).map_or(0, |column| column.drop);
    while shown.len() > 1 && needed(columns, shown) > width {
        let least = shown.iter().copied().filter(|at| order(*at) > 0).max_by_key(|at| order(*at));
        let Some(least) = least else { return };
        shown.retain(|at| *at != least);
    }
}

fn needed(columns: &[Column], shown: &[usize]) -> u16 {
    let gaps = GAP.saturating_mul(u16::try_from(shown.len().saturating_sub(1)).unwrap_or(u16::MAX));
    shown.iter().filter_map(|at| columns.get(*at)).fold(gaps, |sum, column| sum.saturating_add(column.need()))
}

/// First what they need, then what they would like, the important ones first, then the shares of what is left.
fn share(columns: &[Column], shown: &[usize], width: u16) -> Vec<u16> {
    let shown: Vec<&Column> = shown.iter().filter_map(|at| columns.get(*at)).collect();
    let gaps = GAP.saturating_mul(u16::try_from(shown.len().saturating_sub(1)).unwrap_or(u16::MAX));
    let mut spare = width.saturating_sub(gaps);
    let mut widths = Vec::with_capacity(shown.len());
    for column in &shown {
        let own = column.need().min(spare);
        spare -= own;
        widths.push(own);
    }
    let mut order: Vec<usize> = (0..shown.len()).collect();
    order.sort_by_key(|at| shown.get(*at).map_or(0, |column| column.drop));
    for at in order {
        if let (Some(own), Some(column)) = (widths.get_mut(at), shown.get(at)) {
            let more = column.ideal.saturating_sub(*own).min(spare);
            *own += more;
            spare -= more;
        }
    }
    let mut shares: u32 = shown.iter().map(|column| u32::from(column.grow)).sum();
    for (own, column) in widths.iter_mut().zip(&shown) {
        if let Some(more) = (u32::from(spare) * u32::from(column.grow)).checked_div(shares) {
            let more = u16::try_from(more).unwrap_or(spare).min(spare);
            shares -= u32::from(column.grow);
            *own += more;
            spare -= more;
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COLUMNS: [Column; 5] = [
        Column::new("IMAGE", 12, 30).growing(1),
        Column::new("VERDICT", 9, 12),
        Column::new("USES", 5, 6).dropped(1),
        Column::new("OWNER", 8, 12).dropped(2),
        Column::new("BASE", 10, 20).dropped(3),
    ];

    fn shown(width: u16, shift: usize) -> Vec<(usize, u16)> {
        layout(&COLUMNS, 1, width, shift).placed.iter().map(|placed| (placed.column, placed.width)).collect()
    }

    #[test]
    fn the_least_important_columns_go_first() {
        assert_eq!(shown(120, 0), [(0, 62), (1, 12), (2, 6), (3, 12), (4, 20)]);
        assert_eq!(shown(52, 0), [(0, 12), (1, 9), (2, 5), (3, 8), (4, 10)]);
        assert_eq!(shown(51, 0), [(0, 23), (1, 9), (2, 5), (3, 8)]);
        assert_eq!(shown(30, 0), [(0, 12), (1, 9), (2, 5)]);
        assert_eq!(shown(28, 0), [(0, 17), (1, 9)]);
        assert_eq!(shown(9, 0), [(0, 9)]);
        assert_eq!(shown(0, 0), [(0, 0)]);
    }

    #[test]
    fn every_column_can_be_reached_beside_the_pinned() {
        let reached = |width| {
            let all: std::collections::BTreeSet<usize> =
                (0..9).flat_map(|shift| shown(width, shift)).map(|(column, _)| column).collect();
            all.len()
        };
        for width in [24, 30, 40, 51, 80] {
            assert_eq!(reached(width), 5, "{width}");
        }
        assert_eq!(layout(&COLUMNS, 1, 80, 3).shift, 0);
        assert_eq!(layout(&COLUMNS, 1, 24, 9).shift, 3);
        assert_eq!(layout(&COLUMNS, 1, 24, 1).lead, 17);
    }

    proptest! {
        #[test]
        fn columns_never_overlap_or_leave_the_row(
            columns in proptest::collection::vec((0_u16..40, 0_u16..60, 0_u16..3, 0_u8..4), 0..8),
            pinned in 0_usize..4, width in 0_u16..200, shift in 0_usize..10,
        ) {
            let columns: Vec<Column> = columns.into_iter()
                .map(|(min, ideal, grow, drop)| Column::new("x", min, ideal).growing(grow).dropped(drop)).collect();
            let layout = layout(&columns, pinned, width, shift);
            prop_assert_eq!(layout.placed.is_empty(), columns.is_empty());
            let mut end = 0;
            for placed in &layout.placed {
                prop_assert!(placed.x >= end);
                end = placed.x + placed.width;
                prop_assert!(end <= width);
            }
        }
    }
}

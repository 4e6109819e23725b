//! A bend in every column that a line passes, so that lines run between neighbouring columns only.

use std::collections::HashMap;

use super::{Bent, Line};
use crate::graph::lists::Lists;

/// Most bends of one part. Lines beyond are drawn straight and take no room: nobody can read such a drawing anyway.
const MOST_BENDS: usize = 200_000;

/// Bends lines. Lines from one parent and of one group share their bends.
pub(super) fn bend(column: &[u32], lines: &[Line]) -> Bent {
    let mut all = column.to_vec();
    let mut shared: HashMap<(u32, u8, u32), u32> = HashMap::new();
    let mut through = Vec::with_capacity(lines.len());
    let mut pairs = Vec::with_capacity(lines.len());
    for line in lines {
        let (from, to) = (column[line.parent as usize], column[line.child as usize]);
        let mut bends = Vec::new();
        let room = all.len() - column.len() + (to.saturating_sub(from) as usize) < MOST_BENDS;
        if to > from + 1 && room {
            for at in from + 1..to {
                let bend = *shared.entry((line.parent, line.group, at)).or_insert_with(|| {
                    all.push(at);
                    all.len() as u32 - 1
                });
                bends.push(bend);
            }
        }
        if to == from + 1 || !bends.is_empty() {
            let stops = [line.parent].into_iter().chain(bends.iter().copied()).chain([line.child]);
            pairs.extend(stops.clone().zip(stops.skip(1)));
        }
        through.push(bends);
    }
    pairs.sort_unstable();
    pairs.dedup();
    let columns = all.iter().copied().max().map_or(0, |last| last as usize + 1);
    Bent {
        boxes: column.len(),
        columns,
        left: Lists::group(all.len(), pairs.iter().map(|(a, b)| (*b, *a))),
        right: Lists::group(all.len(), pairs.iter().copied()),
        column: all,
        through,
    }
}

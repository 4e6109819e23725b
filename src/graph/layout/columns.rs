//! In which column each node stands.

use super::Line;
use crate::graph::lists::Lists;

/// How often nodes are moved along to shorten lines.
const ROUNDS: usize = 4;

/// Columns from 0: every node to the right of all its parents, as near to them and to its children as shortens lines.
/// Lines that close a circle, of which callers have none, are passed over.
pub(super) fn columns(count: usize, lines: &[Line]) -> Vec<u32> {
    let up = Lists::group(count, lines.iter().map(|line| (line.child, line.parent)));
    let down = Lists::group(count, lines.iter().map(|line| (line.parent, line.child)));
    let order = parents_first(count, &up, &down);
    let mut column = vec![0_u32; count];
    for node in &order {
        let nearest = up.of(*node).iter().map(|parent| column[*parent as usize] + 1).max();
        column[*node as usize] = nearest.unwrap_or(0);
    }
    for _ in 0..ROUNDS {
        let before = column.clone();
        for node in order.iter().rev() {
            settle(*node, &up, &down, &mut column);
        }
        for node in &order {
            settle(*node, &up, &down, &mut column);
        }
        if column == before {
            break;
        }
    }
    let first = column.iter().copied().min().unwrap_or(0);
    column.iter_mut().for_each(|column| *column -= first);
    column
}

/// Moves a node as far towards its parents or its children as shortens its lines in sum.
fn settle(node: u32, up: &Lists, down: &Lists, column: &mut [u32]) {
    let (parents, children) = (up.of(node), down.of(node));
    let low = parents.iter().map(|parent| column[*parent as usize] + 1).max();
    let high = children.iter().map(|child| column[*child as usize].saturating_sub(1)).min();
    let at = column[node as usize];
    let wanted = match parents.len().cmp(&children.len()) {
        std::cmp::Ordering::Less => high.unwrap_or(at),
        std::cmp::Ordering::Greater => low.unwrap_or(at),
        std::cmp::Ordering::Equal => at,
    };
    column[node as usize] = wanted.min(high.unwrap_or(wanted)).max(low.unwrap_or(0));
}

/// Parents before children (Kahn), the lowest number first among those that wait for nothing.
fn parents_first(count: usize, up: &Lists, down: &Lists) -> Vec<u32> {
    let mut waits: Vec<u32> = (0..count as u32).map(|node| up.of(node).len() as u32).collect();
    let mut order: Vec<u32> = (0..count as u32).filter(|node| waits[*node as usize] == 0).collect();
    let mut at = 0;
    while let Some(node) = order.get(at).copied() {
        at += 1;
        for child in down.of(node) {
            let waits = &mut waits[*child as usize];
            *waits -= 1;
            if *waits == 0 {
                order.push(*child);
            }
        }
    }
    order
}

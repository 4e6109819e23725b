//! How often lines between two neighbouring columns cross.

use crate::graph::lists::Lists;

/// Counts inversions with a Fenwick tree (Barth, Jünger and Mutzel, GD 2002): each pair of lines whose ends are in
/// opposite order crosses once.
pub(super) fn between(column: &[u32], right: &Lists, position: &[u32], next: usize, room: &mut Room) -> u64 {
    room.tree.clear();
    room.tree.resize(next + 1, 0);
    let mut crossings = 0;
    let mut seen = 0_u64;
    for vertex in column {
        room.ends.clear();
        room.ends.extend(right.of(*vertex).iter().map(|end| position[*end as usize]));
        for end in &room.ends {
            crossings += seen - sum(&room.tree, *end as usize + 1);
        }
        for end in &room.ends {
            add(&mut room.tree, *end as usize + 1);
            seen += 1;
        }
    }
    crossings
}

/// Room that is used again from count to count.
#[derive(Debug, Default)]
pub(super) struct Room {
    tree: Vec<u32>,
    ends: Vec<u32>,
}

fn sum(tree: &[u32], mut at: usize) -> u64 {
    let mut total = 0;
    while at > 0 {
        total += u64::from(tree[at]);
        at &= at - 1;
    }
    total
}

fn add(tree: &mut [u32], mut at: usize) {
    while let Some(place) = tree.get_mut(at) {
        *place += 1;
        at += at & at.wrapping_neg();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_comparing_every_pair(pairs in prop::collection::btree_set((0_u32..8, 8_u32..16), 0..40)) {
            let right = Lists::group(16, pairs.iter().copied());
            let position: Vec<u32> = (0..16).map(|vertex| (vertex * 5 + 3) % 8).collect();
            let mut column: Vec<u32> = (0..8).collect();
            column.sort_by_key(|vertex| position[*vertex as usize]);
            let at = |vertex: u32| position[vertex as usize];
            let lines: Vec<_> = pairs.iter().map(|(a, b)| (at(*a), at(*b))).collect();
            let plain = lines.iter().flat_map(|one| lines.iter().filter(move |two| one.0 < two.0 && one.1 > two.1)).count();
            prop_assert_eq!(between(&column, &right, &position, 8, &mut Room::default()), plain as u64);
        }
    }
}

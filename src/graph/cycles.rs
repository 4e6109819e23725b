//! An order in which every node comes after all that it stands on, even where forged claims go in circles.
//!
//! Owns which edges are cut to get there: only within circles, the weakest first, the same whatever the order of
//! arrival. Edges that layers prove cannot form a circle and are never cut. Nothing here recurses.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::lists::Lists;

/// An edge as far as order is concerned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tie {
    pub child: u32,
    pub parent: u32,
    /// What cutting it costs.
    pub cost: u64,
}

/// What an edge costs that must not be cut.
pub(super) const NEVER: u64 = 1 << 40;

/// All nodes, parents first, and the edges (by their place in `ties`) that had to be cut.
pub(super) fn order(count: usize, ties: &[Tie]) -> (Vec<u32>, Vec<u32>) {
    let up = Lists::group(count, ties.iter().enumerate().map(|(at, tie)| (tie.child, at as u32)));
    let groups = circles(count, ties, &up);
    let mut group_of = vec![0_u32; count];
    for (number, group) in (0_u32..).zip(&groups) {
        group.iter().for_each(|node| group_of[*node as usize] = number);
    }
    let inner =
        ties.iter().enumerate().filter(|(_, tie)| group_of[tie.child as usize] == group_of[tie.parent as usize]);
    let inner_down = Lists::group(count, inner.map(|(at, tie)| (tie.parent, at as u32)));
    let mut out =
        Opened { ties, down: &inner_down, order: Vec::with_capacity(count), place: vec![0; count], cuts: vec![] };
    for group in &groups {
        match group.as_slice() {
            [single] => out.put(*single),
            several => out.open(several),
        }
    }
    out.find_cuts();
    (out.order, out.cuts)
}

/// Groups of nodes that circles tie together, parents first (Tarjan, SIAM J. Comput. 1 (1972), without recursion).
fn circles(count: usize, ties: &[Tie], up: &Lists) -> Vec<Vec<u32>> {
    const NEW: u32 = u32::MAX;
    let (mut seen, mut low) = (vec![NEW; count], vec![NEW; count]);
    let mut waiting = vec![false; count];
    let (mut path, mut stack, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    let mut next = 0_u32;
    for start in 0..count as u32 {
        if seen[start as usize] != NEW {
            continue;
        }
        path.push((start, 0_usize));
        while let Some((node, at)) = path.pop() {
            let n = node as usize;
            if at == 0 {
                (seen[n], low[n], waiting[n]) = (next, next, true);
                next += 1;
                stack.push(node);
            }
            if let Some(tie) = up.of(node).get(at) {
                let parent = ties[*tie as usize].parent;
                path.push((node, at + 1));
                match seen[parent as usize] {
                    NEW => path.push((parent, 0)),
                    number if waiting[parent as usize] => low[n] = low[n].min(number),
                    _ => {}
                }
                continue;
            }
            if let Some((child, _)) = path.last() {
                low[*child as usize] = low[*child as usize].min(low[n]);
            }
            if low[n] == seen[n] {
                let from = stack.iter().rposition(|other| *other == node).unwrap_or(0);
                let group = stack.split_off(from);
                group.iter().for_each(|member| waiting[*member as usize] = false);
                groups.push(group);
            }
        }
    }
    groups
}

struct Opened<'t> {
    ties: &'t [Tie],
    /// Edges within circles, by parent.
    down: &'t Lists,
    order: Vec<u32>,
    place: Vec<u32>,
    cuts: Vec<u32>,
}

impl Opened<'_> {
    fn put(&mut self, node: u32) {
        self.place[node as usize] = self.order.len() as u32 + 1;
        self.order.push(node);
    }

    /// Puts the nodes of a circle in order: always the one whose edges to nodes not yet put cost least to cut.
    fn open(&mut self, group: &[u32]) {
        let mut cost = std::collections::HashMap::with_capacity(group.len());
        cost.extend(group.iter().map(|node| (*node, 0_u64)));
        for tie in group.iter().flat_map(|node| self.down.of(*node)) {
            let tie = self.ties[*tie as usize];
            if let Some(cost) = cost.get_mut(&tie.child) {
                *cost += tie.cost;
            }
        }
        let mut heap: BinaryHeap<_> = cost.iter().map(|(node, cost)| Reverse((*cost, *node))).collect();
        while let Some(Reverse((at, node))) = heap.pop() {
            if self.place[node as usize] != 0 || cost.get(&node) != Some(&at) {
                continue;
            }
            self.put(node);
            for tie in self.down.of(node) {
                let tie = self.ties[*tie as usize];
                if let Some(cost) = cost.get_mut(&tie.child) {
                    *cost -= tie.cost.min(*cost);
                    heap.push(Reverse((*cost, tie.child)));
                }
            }
        }
    }

    fn find_cuts(&mut self) {
        let goes_back = |tie: &Tie| self.place[tie.parent as usize] >= self.place[tie.child as usize];
        let cuts = self.ties.iter().enumerate().filter(|(_, tie)| goes_back(tie));
        self.cuts = cuts.map(|(at, _)| at as u32).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tie(child: u32, parent: u32, cost: u64) -> Tie {
        Tie { child, parent, cost }
    }

    #[test]
    fn without_circles_nothing_is_cut() {
        let (order, cuts) = order(4, &[tie(0, 1, 5), tie(1, 3, 5), tie(0, 3, 5), tie(2, 3, 5)]);
        assert!(cuts.is_empty());
        let place = |node| order.iter().position(|other| *other == node);
        assert!(place(3) < place(1) && place(1) < place(0) && place(3) < place(2));
    }

    #[test]
    fn a_circle_is_cut_where_it_is_weakest() {
        let ties = [tie(0, 1, 900), tie(1, 2, 300), tie(2, 0, 850), tie(3, 0, 1), tie(2, 4, 1)];
        let (_, cuts) = order(5, &ties);
        assert_eq!(cuts, [1]);
        assert_eq!(order(1, &[tie(0, 0, 900)]).1, [0]);
    }

    #[test]
    fn a_long_circle_does_not_recurse() {
        let count = 200_000;
        let ties: Vec<Tie> = (0..count).map(|n| tie(n, (n + 1) % count, 500)).collect();
        let (order, cuts) = order(count as usize, &ties);
        assert_eq!((order.len(), cuts.len()), (count as usize, 1));
    }

    proptest! {
        #[test]
        fn what_is_left_has_no_circle(pairs in prop::collection::vec((0_u32..12, 0_u32..12, 1_u64..1000), 0..40)) {
            // Edges to a higher number stand for layers: they have no circle among themselves.
            let ties: Vec<Tie> = pairs
                .iter()
                .map(|(a, b, cost)| tie(*a, *b, if a < b { NEVER } else { *cost }))
                .collect();
            let (order, cuts) = order(12, &ties);
            let mut place = [0; 12];
            order.iter().enumerate().for_each(|(at, node)| place[*node as usize] = at);
            let mut all = order.clone();
            all.sort_unstable();
            prop_assert_eq!(all, (0..12).collect::<Vec<_>>());
            for (at, tie) in ties.iter().enumerate() {
                let kept = place[tie.parent as usize] < place[tie.child as usize];
                prop_assert_eq!(kept, !cuts.contains(&(at as u32)));
                prop_assert!(kept || tie.cost < NEVER);
            }
        }
    }
}

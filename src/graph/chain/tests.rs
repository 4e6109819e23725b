//! The chain index, held against a plain comparison of layers.

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn index(chains: &[&[u32]]) -> (Lists, ChainIndex) {
    let mut lists = Lists::new();
    chains.iter().for_each(|chain| lists.push(chain.iter().copied()));
    let index = ChainIndex::new(&lists, |_| true);
    (lists, index)
}

/// For each chain what it stands on: the layers, and whether that is nobody's whole chain.
fn below(lists: &Lists, index: &ChainIndex, chain: u32) -> Option<(Vec<u32>, bool)> {
    let point = index.point(index.below(index.whole(chain)?)?)?;
    Some((lists.of(point.sample)[..point.depth as usize].to_vec(), point.is_virtual()))
}

#[test]
fn the_deepest_whole_chain_below_is_the_base() {
    let (lists, index) = index(&[&[1, 2, 3, 4], &[1], &[1, 2, 3], &[9]]);
    assert_eq!(below(&lists, &index, 0), Some((vec![1, 2, 3], false)));
    assert_eq!(below(&lists, &index, 2), Some((vec![1], false)));
    assert_eq!(below(&lists, &index, 1), None);
    assert_eq!(below(&lists, &index, 3), None);
}

#[test]
fn siblings_share_a_point_that_nobody_is() {
    let (lists, index) = index(&[&[1, 2, 7], &[1, 2, 8], &[1, 2, 8, 9], &[1, 2, 8, 10]]);
    assert_eq!(below(&lists, &index, 0), Some((vec![1, 2], true)));
    assert_eq!(below(&lists, &index, 1), Some((vec![1, 2], true)));
    assert_eq!(below(&lists, &index, 3), Some((vec![1, 2, 8], false)));
    let shared = index.points().find(|(_, point)| point.is_virtual()).unwrap().1;
    assert_eq!((shared.depth, shared.sharers), (2, 4));
}

#[test]
fn the_same_layers_are_one_point_with_both_images() {
    let (_, index) = index(&[&[1, 2], &[1, 2], &[1, 2, 3], &[]]);
    assert_eq!(index.whole(0), index.whole(1));
    assert_eq!(index.chains_at(index.whole(0).unwrap()), [0, 1]);
    assert_eq!(index.whole(3), None);
}

#[test]
fn images_that_stand_on_nothing_share_nothing() {
    let mut lists = Lists::new();
    [[1, 2], [1, 3], [1, 4]].into_iter().for_each(|chain| lists.push(chain));
    let index = ChainIndex::new(&lists, |chain| chain == 2);
    assert!(index.points().all(|(_, point)| !point.is_virtual()));
    assert_eq!(index.below(index.whole(2).unwrap()), None);
}

/// The same answer by comparing every chain with every other.
fn plainly(chains: &[Vec<u32>], chain: &[u32]) -> Option<(Vec<u32>, bool)> {
    let whole: BTreeSet<&[u32]> = chains.iter().map(Vec::as_slice).collect();
    (1..chain.len()).rev().find_map(|depth| {
        let stack = &chain[..depth];
        let mut ways = BTreeMap::new();
        for other in chains.iter().filter(|other| other.len() > depth && other.starts_with(stack)) {
            *ways.entry(other[depth]).or_insert(0) += 1;
        }
        let known = whole.contains(stack);
        (known || ways.len() >= 2).then(|| (stack.to_vec(), !known))
    })
}

proptest! {
    #[test]
    fn agrees_with_plain_comparison(chains in prop::collection::vec(prop::collection::vec(0_u32..3, 0..6), 0..30)) {
        let slices: Vec<&[u32]> = chains.iter().map(Vec::as_slice).collect();
        let (lists, index) = index(&slices);
        for (at, chain) in chains.iter().enumerate() {
            prop_assert_eq!(below(&lists, &index, at as u32), plainly(&chains, chain), "{:?}", chain);
        }
        for (number, point) in index.points().filter(|(_, point)| point.is_virtual()) {
            let stack = &lists.of(point.sample)[..point.depth as usize];
            let sharers = chains.iter().filter(|chain| chain.starts_with(stack)).count();
            prop_assert_eq!(point.sharers as usize, sharers);
            prop_assert!(index.chains_at(number).is_empty());
        }
        prop_assert!(index.points.len() <= 2 * chains.len());
    }
}

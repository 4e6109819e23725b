//! What a fold changes in the numbers of each image, gathered before it is written.
//!
//! Every use row is counted under the values it is stored with; whoever changes such a row says so here. So a small
//! import costs what it changes, whatever the size of the case.

use std::collections::{BTreeMap, BTreeSet};

use super::settle::role_of;

/// Places and names gathered before they are written.
const GATHERED: usize = 200_000;

/// Context, namespace and workload.
pub(super) type Reach = [i64; 3];

/// One use as it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counted {
    pub role: i64,
    pub name: i64,
    pub current: bool,
    pub running: bool,
    pub first: i64,
    pub last: i64,
    pub reach: Reach,
}

/// What is to be added to an image's numbers.
#[derive(Debug, Default)]
pub(super) struct Delta {
    pub uses: i64,
    pub running: i64,
    pub roles: u32,
    /// Earliest and latest as-of.
    pub seen: Option<(i64, i64)>,
    /// Uses and running.
    pub reach: BTreeMap<Reach, (i64, i64)>,
    /// Uses and current uses by name as written.
    pub names: BTreeMap<i64, (i64, i64)>,
}

impl Delta {
    /// Counts a use in.
    pub fn add(&mut self, found: &Counted) {
        self.count(found, 1);
        self.roles |= role_of(found.role).map_or(0, |role| role.bit());
        self.widen(found.first, found.last);
    }

    fn count(&mut self, found: &Counted, sign: i64) {
        let (running, current) = (sign * i64::from(found.running), sign * i64::from(found.current));
        self.uses += sign;
        self.running += running;
        let reach = self.reach.entry(found.reach).or_default();
        *reach = (reach.0 + sign, reach.1 + running);
        let name = self.names.entry(found.name).or_default();
        *name = (name.0 + sign, name.1 + current);
    }

    fn widen(&mut self, first: i64, last: i64) {
        self.seen = Some(self.seen.map_or((first, last), |(f, l)| (f.min(first), l.max(last))));
    }
}

/// All changes of a fold.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    pub deltas: BTreeMap<i64, Delta>,
    /// Images that lost a use: what they add up to is counted anew.
    pub recount: BTreeSet<i64>,
    /// Images whose row must be written, for whatever reason.
    pub touched: BTreeSet<i64>,
    gathered: usize,
}

impl Tallies {
    /// A new use.
    pub fn add(&mut self, image: i64, found: &Counted) {
        self.deltas.entry(image).or_default().add(found);
        self.touched.insert(image);
        self.gathered += 1;
    }

    /// A use that is there already was seen at more times.
    pub fn widen(&mut self, image: i64, first: i64, last: i64) {
        self.deltas.entry(image).or_default().widen(first, last);
        self.touched.insert(image);
    }

    /// A use counts otherwise than before; `None` for one that does not count.
    pub fn change(&mut self, image: i64, before: Option<&Counted>, after: Option<&Counted>) {
        match (before, after) {
            (Some(before), Some(after)) if before != after => {
                let delta = self.deltas.entry(image).or_default();
                delta.count(before, -1);
                delta.count(after, 1);
                self.touched.insert(image);
                self.gathered += 1;
            }
            (None, Some(after)) => self.add(image, after),
            (Some(_), None) => self.recount_later(image),
            _ => {}
        }
    }

    /// An image gained or lost uses in a way that was not followed.
    pub fn recount_later(&mut self, image: i64) {
        self.recount.insert(image);
        self.touched.insert(image);
    }

    /// True when it is time to write what was gathered.
    pub fn is_full(&self) -> bool {
        self.gathered >= GATHERED
    }

    /// Takes what was gathered.
    pub fn take(&mut self) -> BTreeMap<i64, Delta> {
        self.gathered = 0;
        std::mem::take(&mut self.deltas)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_use_moves_between_workloads_and_counts_once() {
        let before = Counted { role: 0, name: 5, current: true, running: true, first: 1, last: 2, reach: [1, 1, 1] };
        let after = Counted { running: false, current: false, reach: [1, 1, 2], ..before };
        let mut tallies = Tallies::default();
        tallies.add(9, &before);
        tallies.change(9, Some(&before), Some(&after));
        let delta = tallies.deltas.remove(&9).unwrap();
        assert_eq!((delta.uses, delta.running, delta.seen), (1, 0, Some((1, 2))));
        assert_eq!(delta.reach, BTreeMap::from([([1, 1, 1], (0, 0)), ([1, 1, 2], (1, 0))]));
        assert_eq!(delta.names, BTreeMap::from([(5, (1, 0))]));
    }

    #[test]
    fn a_use_that_no_longer_counts_makes_its_image_be_counted_anew() {
        let found = Counted { role: 0, name: 5, current: true, running: true, first: 1, last: 2, reach: [1, 1, 1] };
        let mut tallies = Tallies::default();
        tallies.change(9, Some(&found), None);
        assert!(tallies.recount.contains(&9) && tallies.touched.contains(&9));
    }
}

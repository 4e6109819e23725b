//! Sessions: a pull is several requests, and ten minutes of silence end it.
//!
//! Stretches of a log are looked at side by side; each gives its fragments, and fragments are joined in the order of the log.
//! Only those that something may still be joined to are held, so a log that is in the order of time needs little memory,
//! whichever end it begins with.

use std::collections::HashMap;

use crate::model::pulls::SESSION;

/// How far from the time at hand a fragment is still held: a log may be that much out of order.
pub(super) const SLACK: i64 = 3_600_000_000;
/// Fragments that are held without looking which of them may go.
const HELD: usize = 4_096;

/// Records of one puller in one repository, close together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fragment {
    /// Puller and repository.
    pub who: u64,
    pub first: i64,
    pub last: i64,
    /// The image that it began with.
    pub group: usize,
}

/// The fragments of a stretch while it is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Stretch {
    open: HashMap<u64, usize>,
    pub fragments: Vec<Fragment>,
}

impl Stretch {
    /// Adds a record.
    pub fn add(&mut self, who: u64, at: i64, group: usize) {
        let known = self.open.get(&who).and_then(|place| self.fragments.get_mut(*place));
        match known.filter(|known| joins((known.first, known.last), (at, at))) {
            Some(known) => (known.first, known.last) = (known.first.min(at), known.last.max(at)),
            None => {
                self.open.insert(who, self.fragments.len());
                self.fragments.push(Fragment { who, first: at, last: at, group });
            }
        }
    }

    /// Its fragments; it is empty afterwards.
    pub fn take(&mut self) -> Vec<Fragment> {
        self.open.clear();
        std::mem::take(&mut self.fragments)
    }
}

/// The fragments that may still be joined.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Window {
    held: HashMap<u64, (i64, i64)>,
    /// Looked at again when so many are held.
    look_at: usize,
}

impl Window {
    /// Takes the fragments of the next stretch, whose records are of this time; `began` is told of each session that began.
    pub fn take(&mut self, fragments: &[Fragment], (from, to): (i64, i64), mut began: impl FnMut(usize)) {
        for fragment in fragments {
            let new = (fragment.first, fragment.last);
            match self.held.get_mut(&fragment.who) {
                Some(known) if joins(*known, new) => *known = (known.0.min(new.0), known.1.max(new.1)),
                Some(known) => {
                    *known = new;
                    began(fragment.group);
                }
                None => {
                    self.held.insert(fragment.who, new);
                    began(fragment.group);
                }
            }
        }
        if self.held.len() > self.look_at.max(HELD) {
            let near = |first: i64, last: i64| {
                last >= from.saturating_sub(SLACK + SESSION) && first <= to.saturating_add(SLACK + SESSION)
            };
            self.held.retain(|_, (first, last)| near(*first, *last));
            self.look_at = self.held.len() * 2;
        }
    }
}

/// Whether no more than a session's silence lies between two spans.
fn joins((first, last): (i64, i64), (from, to): (i64, i64)) -> bool {
    from.saturating_sub(last) <= SESSION && first.saturating_sub(to) <= SESSION
}

/// Whether the records of a log are in the order of time, forwards or backwards, but for an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    latest: i64,
    earliest: i64,
    /// How far a record was before the latest one above it, and after the earliest one.
    drop: i64,
    rise: i64,
}

impl Default for Order {
    fn default() -> Self {
        Order { latest: i64::MIN, earliest: i64::MAX, drop: 0, rise: 0 }
    }
}

impl Order {
    /// Takes the next record.
    pub fn add(&mut self, at: i64) {
        self.then(&Order { latest: at, earliest: at, drop: 0, rise: 0 });
    }

    /// Takes all of the next stretch.
    pub fn then(&mut self, next: &Order) {
        self.drop = self.drop.max(next.drop).max(self.latest.saturating_sub(next.earliest));
        self.rise = self.rise.max(next.rise).max(next.latest.saturating_sub(self.earliest));
        self.latest = self.latest.max(next.latest);
        self.earliest = self.earliest.min(next.earliest);
    }

    pub fn is_kept(&self) -> bool {
        self.drop <= SLACK || self.rise <= SLACK
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const MINUTE: i64 = 60_000_000;

    /// Sessions counted from all records at once.
    fn plainly(records: &[(u64, i64)]) -> usize {
        let mut by_who: BTreeMap<u64, Vec<i64>> = BTreeMap::new();
        for (who, at) in records {
            by_who.entry(*who).or_default().push(*at);
        }
        let sessions = |times: &mut Vec<i64>| {
            times.sort_unstable();
            1 + times.windows(2).filter(|pair| pair[1] - pair[0] > SESSION).count()
        };
        by_who.values_mut().map(sessions).sum()
    }

    fn in_stretches(records: &[(u64, i64)], size: usize) -> (usize, bool) {
        let (mut window, mut sessions, mut order) = (Window::default(), 0, Order::default());
        for part in records.chunks(size) {
            let mut stretch = Stretch::default();
            part.iter().for_each(|(who, at)| stretch.add(*who, *at, 0));
            let times = || part.iter().map(|(_, at)| *at);
            let span = (times().min().unwrap(), times().max().unwrap());
            window.take(&stretch.take(), span, |_| sessions += 1);
            times().for_each(|at| order.add(at));
        }
        (sessions, order.is_kept())
    }

    proptest! {
        #[test]
        fn a_log_in_order_is_counted_exactly_however_it_is_cut(
            mut records in proptest::collection::vec((0u64..9, 0i64..3_000), 1..200), size in 1usize..50, back in any::<bool>()
        ) {
            records.sort_by_key(|(_, at)| *at);
            if back {
                records.reverse();
            }
            let records: Vec<(u64, i64)> = records.into_iter().map(|(who, at)| (who, at * MINUTE)).collect();
            prop_assert_eq!(in_stretches(&records, size), (plainly(&records), true));
        }

        #[test]
        fn a_log_out_of_order_has_at_most_so_many(
            records in proptest::collection::vec((0u64..5, 0i64..3_000), 1..100), size in 1usize..20
        ) {
            let records: Vec<(u64, i64)> = records.into_iter().map(|(who, at)| (who, at * MINUTE)).collect();
            prop_assert!(in_stretches(&records, size).0 >= plainly(&records));
        }
    }

    #[test]
    fn what_lies_far_back_is_forgotten() {
        let mut window = Window::default();
        let mut sessions = 0;
        for hour in 0..40_i64 {
            let at = hour * 10 * SLACK;
            let fragments: Vec<Fragment> =
                (0..3_000).map(|n| Fragment { who: n + hour as u64 * 3_000, first: at, last: at, group: 0 }).collect();
            window.take(&fragments, (at, at), |_| sessions += 1);
            assert!(window.held.len() <= 6_000);
        }
        assert_eq!(sessions, 120_000);
    }

    #[test]
    fn two_records_far_out_of_order_are_no_order() {
        let mut order = Order::default();
        [0, 5 * SLACK, 4 * SLACK].iter().for_each(|at| order.add(*at));
        assert!(order.is_kept());
        order.add(2 * SLACK);
        assert!(!order.is_kept());
    }
}

//! Logs that tell of the same time: what two of them count may be the same pulls, written down twice.
//!
//! Their sums do not say which records are the same, so nothing is taken away: what is certain is told beside what both
//! add up to. Of a day in which several logs have records at least the largest of their counts is certain.

use std::collections::{BTreeMap, HashMap};

use super::inside::Inside;
use super::logs::LogRow;
use super::pulls::PullSum;

/// Microseconds of a day, and the seconds of one.
const DAY: i64 = 86_400_000_000;
const DAY_SECONDS: u64 = 86_400;

/// By number of the log: the group of logs whose times meet, directly or through others. Logs that meet no other have none.
pub(super) fn groups(logs: &[LogRow]) -> HashMap<i64, usize> {
    let mut spans: Vec<_> =
        logs.iter().filter(|log| !log.repeated).filter_map(|log| Some((log.span?, log.id))).collect();
    spans.sort_unstable();
    let mut groups: Vec<Vec<i64>> = Vec::new();
    let mut end = None;
    for ((from, to), log) in spans {
        match groups.last_mut().filter(|_| end.is_some_and(|end| from <= end)) {
            Some(group) => group.push(log),
            None => groups.push(vec![log]),
        }
        end = end.max(Some(to));
    }
    let several = groups.into_iter().filter(|group| group.len() > 1).enumerate();
    several.flat_map(|(number, logs)| logs.into_iter().map(move |log| (log, number))).collect()
}

/// The pulls of one image in logs of groups.
#[derive(Debug, Default)]
pub(super) struct Overlapping {
    /// By group and day, what each log counts.
    days: BTreeMap<(usize, i64), BTreeMap<i64, u64>>,
    /// By group, what each log has for certain inside of the windows.
    inside: BTreeMap<usize, BTreeMap<i64, u64>>,
}

impl Overlapping {
    /// Takes a row of a log.
    pub fn add(&mut self, group: usize, row: &PullSum, inside: &Inside) {
        let days = &mut self.days;
        row.buckets.each(row.width, row.moved, |from, _, count| {
            // Where a bucket is wider than a day, nobody knows of which: then all of it is one.
            let day = if row.width <= DAY_SECONDS { from.0.div_euclid(DAY) } else { i64::MIN };
            let counted = days.entry((group, day)).or_default().entry(row.source).or_default();
            *counted = counted.saturating_add(count);
        });
        let counted = self.inside.entry(group).or_default().entry(row.source).or_default();
        *counted = counted.saturating_add(inside.least);
    }

    /// Pulls that are certain, in all and inside of the windows.
    pub fn certain(&self) -> (u64, u64) {
        let largest = |logs: &BTreeMap<i64, u64>| logs.values().copied().max().unwrap_or(0);
        let inside = self.inside.values().map(largest).fold(0, u64::saturating_add);
        (self.days.values().map(largest).fold(0, u64::saturating_add), inside)
    }
}

//! Times stated inside evidence, as far as they bear on how old it is.

use std::collections::BTreeMap;

use crate::model::time::Micros;

/// So many days are remembered, more than ten years of them: a hostile file may state every day there ever was.
const MOST: usize = 4_096;

/// The newest time of each day that was stated. What a file can have stated is known only when it is known when it was
/// got, so the newest of all is not enough: it may be one that a wrong clock, or an attacker, put into the future.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Times(BTreeMap<i64, Micros>);

impl Times {
    /// Takes a time.
    pub(super) fn take(&mut self, time: Option<Micros>) {
        let Some(time) = time else { return };
        let newest = self.0.entry(day(time)).or_insert(time);
        *newest = (*newest).max(time);
        if self.0.len() > MOST {
            // The oldest: whatever comes in whatever order, the newest days stay.
            self.0.pop_first();
        }
    }

    /// Takes all of others.
    pub(super) fn merge(&mut self, others: &Times) {
        others.0.values().for_each(|time| self.take(Some(*time)));
    }

    /// The newest.
    pub fn last(&self) -> Option<Micros> {
        self.0.values().next_back().copied()
    }

    /// The newest that is not later than a limit. Of the limit's own day only the newest is known.
    pub fn last_by(&self, limit: Micros) -> Option<Micros> {
        self.0.range(..=day(limit)).map(|(_, time)| *time).rfind(|time| *time <= limit)
    }
}

/// The day that a time is of.
fn day(time: Micros) -> i64 {
    time.0.div_euclid(86_400_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    #[test]
    fn the_newest_within_a_limit_is_found_behind_those_beyond_it() {
        let (mut times, mut others) = (Times::default(), Times::default());
        for at in [3 * DAY, 5 * DAY + 7, 5 * DAY + 2] {
            times.take(Some(Micros(at)));
        }
        others.take(Some(Micros(900 * DAY)));
        others.take(None);
        times.merge(&others);
        assert_eq!(times.last(), Some(Micros(900 * DAY)));
        assert_eq!(times.last_by(Micros(899 * DAY)), Some(Micros(5 * DAY + 7)));
        assert_eq!(
            times.last_by(Micros(5 * DAY + 3)),
            Some(Micros(3 * DAY)),
            "of the limit's day there is a later one"
        );
        assert_eq!(times.last_by(Micros(DAY)), None);
        assert_eq!(Times::default().last_by(Micros(i64::MAX)), None);
    }

    #[test]
    fn the_newest_days_are_remembered_in_whatever_order_they_come() {
        let days = || (0..10_000_i64).map(|n| Some(Micros(n * DAY)));
        let (mut up, mut down) = (Times::default(), Times::default());
        days().for_each(|time| up.take(time));
        days().rev().for_each(|time| down.take(time));
        assert_eq!(up, down);
        assert_eq!((up.0.len(), up.last_by(Micros(9_000 * DAY))), (MOST, Some(Micros(9_000 * DAY))));
    }
}

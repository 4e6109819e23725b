//! Joining the sums of stretches that were read side by side, and keeping within bounds.

use super::sessions::Fragment;
use super::sum::{Group, HOUR, MINUTE, Pullers, Sum};
use crate::model::pulls::distinct;

/// Hashes of users and hosts that are held of one log; beyond, each image keeps fewer.
const MOST_HASHES: usize = 1 << 20;
/// Buckets that are held of one log; beyond, all become twice as wide.
const MOST_BUCKETS: usize = 5_000_000;
/// Minutes with records that are held of one log, to tell its gaps; beyond, they become twice as long.
const MOST_MINUTES: usize = 500_000;

impl Sum {
    /// Adds the sums of what comes next in the log.
    pub(in crate::read) fn merge(&mut self, mut next: Sum) {
        self.join();
        let numbers: Vec<Option<usize>> = next.groups.drain(..).map(|group| self.merge_group(group)).collect();
        self.merge_pullers(next.pullers, &next.texts, &numbers);
        for mut waiting in next.waiting {
            let group = |of: &Fragment| numbers.get(of.group).copied().flatten();
            waiting.fragments =
                waiting.fragments.iter().filter_map(|f| Some(Fragment { group: group(f)?, ..*f })).collect();
            self.waiting.push(waiting);
        }
        self.users.merge(&next.users, distinct::MOST);
        self.hosts.merge(&next.hosts, distinct::MOST);
        self.minutes.merge(&next.minutes);
        self.records = self.records.saturating_add(next.records);
        self.others += next.others;
        self.failed += next.failed;
        self.rejected += next.rejected;
        self.precision = self.precision.max(next.precision);
        self.assumed_utc |= next.assumed_utc;
        self.numbered |= next.numbered;
        self.untold |= next.untold;
        if self.columns.is_empty() {
            self.columns = next.columns;
        }
        self.join();
        self.stay_small();
    }

    fn merge_group(&mut self, group: Group) -> Option<usize> {
        let Some(at) = self.group(&group.as_written, &group.digest, group.kind, group.manner) else {
            self.rejected = self.rejected.saturating_add(1);
            self.records = self.records.saturating_sub(group.count);
            return None;
        };
        let (width, most) = (self.width, self.most);
        let known = self.groups.get_mut(at)?;
        (known.from, known.to) = (known.from.min(group.from), known.to.max(group.to));
        known.count = known.count.saturating_add(group.count);
        known.sessions += group.sessions;
        self.hashes += known.users.merge(&group.users, most) + known.hosts.merge(&group.hosts, most);
        let mut coming = group.buckets;
        for _ in 0..(width / HOUR).max(1).trailing_zeros() {
            coming.widen();
        }
        known.buckets.merge(&coming);
        if group.spot.offset < known.spot.offset {
            known.spot = group.spot;
        }
        Some(at)
    }

    fn merge_pullers(&mut self, pullers: Option<Pullers>, texts: &[Box<str>], groups: &[Option<usize>]) {
        let Some(pullers) = pullers else {
            self.pullers = None;
            return;
        };
        if self.pullers.is_none() {
            return;
        }
        let numbers: Vec<u32> = texts.iter().map(|text| self.number(text)).collect();
        for ((group, user, host), who) in pullers {
            let group = groups.get(group as usize).copied().flatten();
            let user = numbers.get(user as usize).copied();
            let host = numbers.get(host as usize).copied();
            if let (Some(group), Some(user), Some(host)) = (group, user, host) {
                self.add_puller((group as u32, user, host), who);
            }
        }
    }

    /// Keeps within what may be held. Each step depends on what was added alone, never on when: what has to be cut in the
    /// middle would have to be cut at the end.
    pub(super) fn stay_small(&mut self) {
        while self.hashes > MOST_HASHES && self.most > distinct::FEWEST {
            self.most /= 2;
            let most = self.most;
            self.groups
                .iter_mut()
                .for_each(|group| [&mut group.users, &mut group.hosts].into_iter().for_each(|s| s.cut(most)));
            self.hashes = self.groups.iter().map(|group| group.users.kept() + group.hosts.kept()).sum();
        }
        let buckets = |groups: &[Group]| groups.iter().map(|group| group.buckets.len()).sum::<usize>();
        if buckets(&self.groups) > MOST_BUCKETS {
            self.groups.iter_mut().for_each(|group| group.buckets.settle());
            while buckets(&self.groups) > MOST_BUCKETS && self.width < HOUR << 16 {
                self.width *= 2;
                self.groups.iter_mut().for_each(|group| group.buckets.widen());
            }
        }
        if self.minutes.len() > MOST_MINUTES {
            self.minutes.settle();
            while self.minutes.len() > MOST_MINUTES && self.minute < MINUTE << 20 {
                self.minute *= 2;
                self.minutes.widen();
            }
        }
    }
}

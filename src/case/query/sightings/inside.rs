//! What lies inside of windows: counted by buckets, and at the windows' ends by the records themselves, where somebody
//! opened them.

use std::collections::BTreeMap;

use super::logs::LogRow;
use super::pulls::{PullSum, Stretch};
use crate::model::indicator::Window;
use crate::model::pulls::Part;
use crate::model::time::Micros;

/// At least and at most so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Inside {
    /// At least.
    pub least: u64,
    /// At most.
    pub most: u64,
}

impl Inside {
    pub(super) fn add(&mut self, other: &Inside) {
        self.least = self.least.saturating_add(other.least);
        self.most = self.most.saturating_add(other.most);
    }
}

/// What stands at the ends of windows, log by log.
#[derive(Debug, Clone, Default)]
pub struct Edges {
    /// By number of the log: what was counted there, by number of the row of `p_pull`; only of logs whose edges were opened.
    pub counted: BTreeMap<i64, BTreeMap<i64, u64>>,
}

/// What must be opened of a log so that windows are counted exactly.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Open {
    /// The stretches of time at the windows' ends, sorted, none touching the next.
    pub stretches: Vec<Stretch>,
    /// The parts that may have records of them.
    pub parts: Vec<Part>,
}

impl Open {
    /// Bytes to be read.
    pub fn bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.length).sum()
    }
}

/// What must be opened of a log whose buckets are so wide; nothing where no window begins or ends within its span.
pub fn edges(log: &LogRow, windows: &[Window], (width, moved): (u64, i64)) -> Open {
    let Some(span) = log.span else { return Open::default() };
    let width = i64::try_from(width.max(1)).unwrap_or(i64::MAX).saturating_mul(1_000_000);
    let mut stretches: Vec<Stretch> = Vec::new();
    for end in windows.iter().flat_map(|window| [window.from, window.to]).flatten() {
        let start = (end.0.saturating_sub(moved)).div_euclid(width).saturating_mul(width).saturating_add(moved);
        let stretch = (Micros(start), Micros(start.saturating_add(width - 1)));
        if stretch.0 <= span.1 && stretch.1 >= span.0 {
            stretches.push(stretch);
        }
    }
    stretches.sort_unstable();
    stretches.dedup();
    let meets = |part: &&Part| stretches.iter().any(|(from, to)| part.from <= *to && part.to >= *from);
    Open { parts: log.parts.iter().filter(meets).cloned().collect(), stretches }
}

/// How many records of a row lie inside of the windows.
fn inside(row: &PullSum, windows: &[Window]) -> Inside {
    let mut found = Inside::default();
    row.buckets.each(row.width, row.moved, |from, to, count| {
        let (from, to) = clipped(row, from, to);
        if windows.iter().any(|window| window.meets(from, to)) {
            found.most = found.most.saturating_add(count);
            let whole = windows.iter().any(|window| window.holds(from) && window.holds(to));
            found.least = found.least.saturating_add(if whole { count } else { 0 });
        }
    });
    found
}

/// No record is before the first or after the last.
fn clipped(row: &PullSum, from: Micros, to: Micros) -> (Micros, Micros) {
    (Micros(from.0.max(row.span.0)), Micros(to.0.min(row.span.1)))
}

/// The same, made exact by what was counted at the windows' ends.
pub(super) fn certain(row: &PullSum, log: &LogRow, windows: &[Window], edges: &Edges) -> Inside {
    let by_buckets = inside(row, windows);
    let Some(counted) = edges.counted.get(&log.id).filter(|_| by_buckets.least != by_buckets.most) else {
        return by_buckets;
    };
    // Buckets at an edge are counted by their records, all others are wholly inside or outside.
    let open = self::edges(log, windows, (row.width, row.moved));
    let mut found = 0_u64;
    row.buckets.each(row.width, row.moved, |from, to, count| {
        let at_edge = open.stretches.iter().any(|(first, _)| *first == from);
        if !at_edge && windows.iter().any(|window| window.meets(from, to)) {
            found = found.saturating_add(count);
        }
    });
    let exact = found.saturating_add(counted.get(&row.id).copied().unwrap_or(0));
    Inside { least: exact, most: exact }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::pulls::{Buckets, Distinct, Manner, Packed, buckets};
    use proptest::prelude::*;

    const MINUTE: i64 = 60_000_000;

    fn row(times: &[i64]) -> PullSum {
        let mut counted = Buckets::default();
        times.iter().for_each(|at| counted.add(buckets::index(Micros(*at), 3_600), 1));
        PullSum {
            id: 1,
            source: 1,
            name: 1,
            canonical: "a".into(),
            digest: 0,
            value: String::new(),
            kind: 2,
            manner: Manner::Ordinary,
            span: (*times.iter().min().unwrap(), *times.iter().max().unwrap()),
            count: times.len() as u64,
            sessions: 0,
            users: Distinct::default(),
            hosts: Distinct::default(),
            buckets: Packed::of(&counted),
            width: 3_600,
            moved: 0,
        }
    }

    proptest! {
        #[test]
        fn the_truth_lies_between_the_bounds(
            times in proptest::collection::vec(0i64..1_000, 1..60), from in 0i64..1_000, long in 0i64..600
        ) {
            let times: Vec<i64> = times.into_iter().map(|minute| minute * MINUTE).collect();
            let (from, to) = (Micros(from * MINUTE), Micros((from + long) * MINUTE));
            let window = Window { from: Some(from), to: Some(to), written: String::new() };
            let truth = times.iter().filter(|at| window.holds(Micros(**at))).count() as u64;
            let found = inside(&row(&times), &[window]);
            prop_assert!(found.least <= truth && truth <= found.most, "{} {:?}", truth, found);
        }
    }
}

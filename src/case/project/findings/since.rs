//! Since when the case has known what makes an image as urgent as it is: for each of the six points, the earliest report
//! that has a finding with it, once what is told of its vulnerability made it that.
//!
//! Times are those that evidence speaks of, never of its arrival, so the order of imports plays no part. The same word in
//! tomorrow's copy of a catalogue makes nothing later.

use super::known::{Attack, Told};

/// The six points, by the place of their bit.
const POINTS: usize = 6;

/// Since when each point is known, in microseconds; the greatest number for one that is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::case) struct Since([i64; POINTS]);

impl Default for Since {
    fn default() -> Since {
        Since([i64::MAX; POINTS])
    }
}

impl Since {
    /// Notes a point at a time; the earliest stays.
    pub fn note(&mut self, bit: i64, at: i64) {
        for (n, known) in self.0.iter_mut().enumerate() {
            if bit & 1 << n != 0 {
                *known = (*known).min(at);
            }
        }
    }

    /// Each of these points, in the order in which they came to be known: the time, and all that were known from then on.
    pub fn steps(&self, points: u8) -> Vec<(i64, u8)> {
        let mut times: Vec<i64> = (0..POINTS).filter(|n| points & 1 << n != 0).map(|n| self.0[n]).collect();
        times.sort_unstable();
        times.dedup();
        let known = |at: i64| (0..POINTS).filter(|n| self.0[*n] <= at).fold(0, |bits, n| bits | 1 << n) & points;
        times.into_iter().map(|at| (at, known(at))).collect()
    }

    /// As it is stored.
    pub fn bytes(&self) -> [u8; POINTS * 8] {
        let mut bytes = [0; POINTS * 8];
        for (place, at) in bytes.chunks_exact_mut(8).zip(self.0) {
            place.copy_from_slice(&at.to_le_bytes());
        }
        bytes
    }

    /// From what is stored; what is cut off is not known.
    pub fn read(bytes: &[u8]) -> Since {
        let mut since = Since::default();
        for (place, bytes) in since.0.iter_mut().zip(bytes.chunks_exact(8)) {
            *place = bytes.try_into().map_or(i64::MAX, i64::from_le_bytes);
        }
        since
    }
}

/// What a vulnerability was known to be, each with since when: from the start by its report alone, then with each word that
/// came. Only times differ from what it is now, never what counts.
pub(super) fn history(told: &Told, score: i64, vector: &str) -> Vec<(i64, i64)> {
    let [kev, epss, ssvc] = told.since;
    let present = [(told.kev.is_some(), kev), (told.epss.is_some(), epss), (told.ssvc.is_some(), ssvc)];
    let mut times: Vec<i64> = present.iter().filter(|(is, _)| *is).map(|(_, at)| *at).collect();
    times.push(i64::MIN);
    times.sort_unstable();
    times.dedup();
    let mut steps: Vec<(i64, i64)> = Vec::with_capacity(times.len());
    for at in times {
        let then = Told {
            kev: told.kev.filter(|_| kev <= at),
            epss: told.epss.filter(|_| epss <= at),
            ssvc: told.ssvc.filter(|_| ssvc <= at),
            since: told.since,
        };
        let bit = Attack::of(&then, score, vector).bit();
        if steps.iter().all(|(_, known)| *known != bit) {
            steps.push((at, bit));
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Exploitation;

    #[test]
    fn a_point_is_known_since_the_word_that_made_it() {
        let told = Told { kev: Some(5), epss: Some((420_000, 0)), since: [90, 30, 0], ..Told::default() };
        // Nothing, then a forecast that stands for a proof of concept, then attacks. Open to machines all the while.
        let steps = history(&told, 50, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
        assert_eq!(steps, [(i64::MIN, 1 << 1), (30, 1 << 3), (90, 1 << 5)]);
        let mild = Told { ssvc: Some((Some(Exploitation::None), Some(false))), since: [0, 0, 40], ..Told::default() };
        assert_eq!(history(&mild, 98, ""), [(i64::MIN, 1 << 3), (40, 1)]);
    }

    #[test]
    fn steps_are_of_the_points_that_count_and_read_back() {
        let mut since = Since::default();
        for (bit, at) in [(1 << 5, 90), (1 << 3, 30), (1 << 3, 20), (1 << 4, 10)] {
            since.note(bit, at);
        }
        assert_eq!(since.steps(1 << 5 | 1 << 3), [(20, 1 << 3), (90, 1 << 5 | 1 << 3)]);
        assert_eq!(Since::read(&since.bytes()), since);
        assert_eq!(Since::read(&since.bytes()[..20]).steps(1 << 5), [(i64::MAX, 1 << 5)]);
    }
}

//! What the reports of one image come to.

use rusqlite::{Connection, Row};
use std::collections::{BTreeMap, HashMap};

use super::super::error::ProjectError;
use super::super::verdicts::Which;
use crate::model::finding::Severity;

/// The row of one image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Risk {
    /// Which of the six points of exploitation and automation its findings have.
    pub points: i64,
    /// The worst severity, by its place; 0 where nothing was found.
    pub worst: i64,
    /// Findings by severity, the least first.
    pub by_severity: [i64; 6],
    pub fixable: i64,
    pub cleared: i64,
    pub kev: i64,
    /// The highest EPSS, in millionths.
    pub epss: i64,
    /// Critical findings, and all, that come from the nearest base.
    pub critical_from_base: i64,
    pub from_base: i64,
    /// The nearest base, by number; 0 for none known.
    pub base: i64,
    /// When the oldest and the newest report that counts was made.
    pub oldest: i64,
    pub newest: i64,
}

/// The columns of `p_risk`, in the order of its table.
pub(super) const COLUMNS: usize = 18;

impl Risk {
    pub fn numbers(&self) -> [i64; COLUMNS - 1] {
        let [negligible, low, unknown, medium, high, critical] = self.by_severity;
        [
            self.points,
            self.worst,
            negligible,
            low,
            unknown,
            medium,
            high,
            critical,
            self.fixable,
            self.cleared,
            self.kev,
            self.epss,
            self.critical_from_base,
            self.from_base,
            self.base,
            self.oldest,
            self.newest,
        ]
    }

    fn read(r: &Row<'_>) -> rusqlite::Result<Risk> {
        Ok(Risk {
            points: r.get(1)?,
            worst: r.get(2)?,
            by_severity: [r.get(3)?, r.get(4)?, r.get(5)?, r.get(6)?, r.get(7)?, r.get(8)?],
            fixable: r.get(9)?,
            cleared: r.get(10)?,
            kev: r.get(11)?,
            epss: r.get(12)?,
            critical_from_base: r.get(13)?,
            from_base: r.get(14)?,
            base: r.get(15)?,
            oldest: r.get(16)?,
            newest: r.get(17)?,
        })
    }
}

/// The rows that are stored.
pub(super) fn stored(conn: &Connection) -> Result<BTreeMap<i64, Risk>, ProjectError> {
    let mut statement = conn.prepare("SELECT * FROM p_risk")?;
    let rows = statement.query_map([], |r| Ok((r.get(0)?, Risk::read(r)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Which points of exploitation (none, proof of concept, active) and automation (no, yes) the findings of images have, that
/// VEX does not clear: bit 2 × exploitation + automation. One that a scanner found nothing in has the mildest; one that
/// nobody scanned is not among them.
pub(in crate::case) fn points(conn: &Connection, which: &Which) -> Result<BTreeMap<i64, u8>, ProjectError> {
    let (condition, bound) = which.condition("image");
    let mut statement = conn.prepare(&format!("SELECT image, points FROM p_risk WHERE {condition}"))?;
    let rows = statement.query_map([bound], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A finding, as far as counting needs it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Weighed {
    /// The vulnerability (its CVE as a negative number where it has one) and the package's name: what two scanners mean when
    /// they find the same.
    pub key: (i64, i64),
    pub severity: u8,
    pub fixable: bool,
    pub kev: bool,
    pub epss: i64,
    pub bit: i64,
}

/// Counts findings of one image, each vulnerability of a package once, as the worst that is said of it.
#[derive(Debug, Default)]
pub(super) struct Counting {
    met: HashMap<(i64, i64), (u8, bool, bool)>,
    pub risk: Risk,
}

impl Counting {
    pub fn add(&mut self, finding: &Weighed, from_base: bool) {
        self.risk.points |= finding.bit;
        self.risk.epss = self.risk.epss.max(finding.epss);
        let entry = self.met.entry(finding.key).or_insert((0, false, false));
        let first = entry.0 == 0;
        if first {
            self.risk.kev += i64::from(finding.kev);
        }
        // One more, so that 0 means that it is new.
        entry.0 = entry.0.max(finding.severity + 1);
        entry.1 |= finding.fixable;
        entry.2 |= from_base;
    }

    pub fn finish(mut self) -> Risk {
        for (severity, fixable, from_base) in self.met.values() {
            let at = usize::from(severity.saturating_sub(1));
            if let Some(count) = self.risk.by_severity.get_mut(at) {
                *count += 1;
            }
            self.risk.worst = self.risk.worst.max(at as i64);
            self.risk.fixable += i64::from(*fixable);
            self.risk.from_base += i64::from(*from_base);
            let critical = at == usize::from(Severity::Critical.index());
            self.risk.critical_from_base += i64::from(*from_base && critical);
        }
        // A scan that found nothing tells that nothing is known to be exploited.
        self.risk.points |= 1;
        self.risk
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_scanners_that_find_the_same_count_it_once_as_the_worst() {
        let mut counting = Counting::default();
        let found = Weighed { key: (-7, 1), severity: 4, fixable: false, kev: true, epss: 10, bit: 1 << 5 };
        counting.add(&found, false);
        counting.add(&Weighed { severity: 5, fixable: true, bit: 1 << 4, ..found }, true);
        counting.add(&Weighed { key: (8, 1), severity: 1, kev: false, bit: 1, epss: 99, fixable: false }, false);
        let risk = counting.finish();
        assert_eq!((risk.by_severity, risk.worst, risk.fixable), ([0, 1, 0, 0, 0, 1], 5, 1));
        assert_eq!((risk.kev, risk.epss, risk.from_base, risk.critical_from_base), (1, 99, 1, 1));
        assert_eq!(risk.points, 1 << 5 | 1 << 4 | 1);
    }

    #[test]
    fn nothing_found_is_the_mildest_point() {
        assert_eq!(Counting::default().finish(), Risk { points: 1, ..Risk::default() });
    }
}

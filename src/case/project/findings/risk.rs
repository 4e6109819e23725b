//! What the reports of one image come to.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::error::ProjectError;
use super::super::verdicts::Which;
use super::since::Since;
use crate::model::finding::Severity;
use crate::model::id::hex;

/// The row of one image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
    /// Since when each point is known.
    pub told: Since,
    /// The vulnerabilities of the worst point, in short; empty where none is known to be attacked.
    pub grounds: String,
}

/// The columns of `p_risk`, in the order of its table.
pub(super) const COLUMNS: usize = 20;

impl Risk {
    pub fn values(&self) -> impl Iterator<Item = Value> {
        let [negligible, low, unknown, medium, high, critical] = self.by_severity;
        let numbers = [
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
        ];
        let told = Value::Blob(self.told.bytes().to_vec());
        numbers.map(Value::Integer).into_iter().chain([told, Value::Text(self.grounds.clone())])
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
            told: Since::read(r.get_ref(18)?.as_blob()?),
            grounds: r.get(19)?,
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

/// Since when the points of images are known, where any of them came after a time.
pub(in crate::case) fn told_after(conn: &Connection, begun: i64) -> Result<HashMap<i64, Since>, ProjectError> {
    let mut statement = conn.prepare("SELECT image, points, told FROM p_risk")?;
    let mut found = HashMap::new();
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let since = Since::read(r.get_ref(2)?.as_blob().unwrap_or_default());
        if since.steps(r.get(1)?).last().is_some_and(|(at, _)| *at > begun) {
            found.insert(r.get(0)?, since);
        }
    }
    Ok(found)
}

/// The vulnerabilities that make an image as exploitable as it is, in short; empty where nothing tells of attacks.
pub(in crate::case) fn grounds(conn: &Connection, image: i64) -> Result<String, ProjectError> {
    let mut statement = conn.prepare_cached("SELECT grounds FROM p_risk WHERE image = ?1")?;
    Ok(statement.query_row([image], |r| r.get(0)).optional()?.unwrap_or_default())
}

/// So many vulnerabilities are named; how many more, and which, is told by number and hash.
const NAMED: usize = 3;

/// Names, and a short hash over those that are not named: two lists that differ read differently.
fn in_short(names: &BTreeSet<&str>) -> String {
    let mut text = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(",");
    let more: Vec<&str> = names.iter().skip(NAMED).copied().collect();
    if !more.is_empty() {
        let hash = hex(&Sha256::digest(more.join("\n").as_bytes())[..4]);
        text.push_str(&format!("+{}:{hash}", more.len()));
    }
    text
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
    met: HashMap<(i64, i64), Met>,
    /// When somebody looked for the first time.
    looked: Option<i64>,
    pub risk: Risk,
}

/// What is known of a vulnerability in a package.
#[derive(Debug, Clone, Copy, Default)]
struct Met {
    /// One more than its place.
    severity: u8,
    fixable: bool,
    from_base: bool,
    bits: i64,
}

impl Counting {
    /// One finding more.
    pub fn add(&mut self, finding: &Weighed, from_base: bool) {
        self.risk.points |= finding.bit;
        self.risk.epss = self.risk.epss.max(finding.epss);
        let entry = self.met.entry(finding.key).or_default();
        if entry.severity == 0 {
            self.risk.kev += i64::from(finding.kev);
        }
        // One more, so that 0 means that it is new.
        entry.severity = entry.severity.max(finding.severity + 1);
        entry.fixable |= finding.fixable;
        entry.from_base |= from_base;
        entry.bits |= finding.bit;
    }

    /// Notes when a report was made, also one that found nothing.
    pub fn looked(&mut self, at: i64) {
        self.looked = Some(self.looked.map_or(at, |known| known.min(at)));
    }

    /// Notes since when the points of a finding are known, by a report of a time. Reports that later ones replaced tell it
    /// too: to be scanned again makes nothing later.
    pub fn note(&mut self, history: &[(i64, i64)], at: i64) {
        for (since, bit) in history {
            self.risk.told.note(*bit, at.max(*since));
        }
    }

    /// What all of them come to. `name` tells the name of a vulnerability by its key.
    pub fn finish<'n>(mut self, name: impl Fn(i64) -> &'n str) -> Risk {
        self.risk.grounds = self.grounds(name);
        for Met { severity, fixable, from_base, .. } in self.met.values() {
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
        self.risk.told.note(1, self.looked.unwrap_or(i64::MAX));
        self.risk
    }

    fn grounds<'n>(&self, name: impl Fn(i64) -> &'n str) -> String {
        // What nothing is known to attack is no ground: the lowest two points.
        let worst = self.risk.points.checked_ilog2().filter(|bit| *bit > 1).map(|bit| 1_i64 << bit);
        let Some(worst) = worst else { return String::new() };
        let keys =
            self.met.iter().filter(|(_, met)| met.bits & worst != 0).map(|((vulnerability, _), _)| *vulnerability);
        let keys: BTreeSet<i64> = keys.collect();
        in_short(&keys.into_iter().map(name).collect())
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
        let risk = counting.finish(|_| "CVE-2026-0001");
        assert_eq!((risk.by_severity, risk.worst, risk.fixable), ([0, 1, 0, 0, 0, 1], 5, 1));
        assert_eq!((risk.kev, risk.epss, risk.from_base, risk.critical_from_base), (1, 99, 1, 1));
        assert_eq!(risk.points, 1 << 5 | 1 << 4 | 1);
    }

    #[test]
    fn nothing_found_is_the_mildest_point() {
        let mut counting = Counting::default();
        counting.looked(9);
        counting.looked(7);
        let risk = counting.finish(|_| "");
        assert_eq!((risk.points, risk.grounds.as_str(), risk.told.steps(1)), (1, "", vec![(7, 1)]));
        assert_eq!(risk.by_severity, [0; 6]);
    }

    #[test]
    fn grounds_are_the_vulnerabilities_of_the_worst_point() {
        let names = |key: i64| match key {
            -1 => "CVE-2026-0001",
            -2 => "CVE-2026-0002",
            -3 => "CVE-2026-0003",
            -4 => "CVE-2026-0004",
            _ => "GHSA-xxxx",
        };
        let of = |found: &[(i64, i64)]| {
            let mut counting = Counting::default();
            for (key, bit) in found {
                let weighed = Weighed { key: (*key, 1), severity: 1, bit: 1 << bit, ..Weighed::default() };
                counting.add(&weighed, false);
            }
            counting.finish(names).grounds
        };
        assert_eq!(of(&[(-1, 1), (-2, 0)]), "");
        assert_eq!(of(&[(-1, 5), (-2, 3)]), "CVE-2026-0001");
        assert_eq!(of(&[(-2, 5), (-1, 5), (5, 1)]), "CVE-2026-0001,CVE-2026-0002");
        let four = of(&[(-1, 3), (-2, 3), (-3, 3), (-4, 3)]);
        assert!(four.starts_with("CVE-2026-0001,CVE-2026-0002,CVE-2026-0003+1:"), "{four}");
        assert_ne!(four, of(&[(-1, 3), (-2, 3), (-3, 3), (5, 3)]));
    }
}

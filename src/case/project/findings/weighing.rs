//! The reports of one image on their way to its row.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::bases::Standing;
use super::packed::FoundRow;
use super::risk::{Counting, Risk};
use super::settle::Findings;
use super::statements::{Row, clears};

/// Findings that a statement clears, by number: source and offset of the statement, and its status.
type Clear = BTreeMap<i64, (i64, i64, i64)>;

/// Takes the reports of an image one by one.
pub(super) struct Weighing<'f> {
    findings: &'f Findings,
    standing: &'f Standing,
    about: &'f BTreeMap<i64, Vec<&'f Row>>,
    counting: Counting,
    met: HashMap<i64, bool>,
    clear: Clear,
    /// When the oldest and the newest report that counts was made.
    made: (i64, i64),
}

/// What they come to.
pub(super) struct OfImage {
    pub risk: Risk,
    /// The findings that were met, each with whether it comes from the base.
    pub met: HashMap<i64, bool>,
    pub clear: Clear,
}

impl<'f> Weighing<'f> {
    pub fn new(findings: &'f Findings, standing: &'f Standing, about: &'f BTreeMap<i64, Vec<&'f Row>>) -> Weighing<'f> {
        let (counting, met, clear) = (Counting::default(), HashMap::new(), Clear::new());
        Weighing { findings, standing, about, counting, met, clear, made: (i64::MAX, i64::MIN) }
    }

    /// One report more. Of one that does not count, as a later one of its scanner is there, only since when things are known
    /// is taken.
    pub fn report(&mut self, rows: &[FoundRow], at: i64, counts: bool) {
        self.counting.looked(at);
        if counts {
            self.made = (self.made.0.min(at), self.made.1.max(at));
        }
        for row in rows {
            let Some(found) = self.findings.get(row.finding) else { continue };
            if !self.about.is_empty()
                && let Some(by) = clears(self.about, found.about())
            {
                if counts {
                    self.clear.insert(row.finding, (by.source, by.offset, by.status.number()));
                }
                continue;
            }
            self.counting.note(&found.history, at);
            if counts {
                let from_base = self.standing.layers.contains(&row.layer);
                self.counting.add(&found.weighed, from_base);
                *self.met.entry(row.finding).or_insert(false) |= from_base;
            }
        }
    }

    pub fn finish(self) -> OfImage {
        let Weighing { findings, standing, counting, met, clear, made: (oldest, newest), .. } = self;
        let base = standing.ancestors.first().copied().unwrap_or(0);
        let keys: HashSet<(i64, i64)> =
            clear.keys().filter_map(|id| findings.get(*id)).map(|found| found.weighed.key).collect();
        let counted = counting.finish(|key| findings.name(key));
        OfImage { risk: Risk { base, oldest, newest, cleared: keys.len() as i64, ..counted }, met, clear }
    }
}

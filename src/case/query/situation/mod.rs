//! The case in the numbers of its first screen: what is in use, what of it is touched, and how far that can be trusted.
//!
//! Owns the counting. It is asked whenever somebody wrote to the case, so that it reads counts off an index, and never
//! goes through places or workloads; [`spread`] does, for those who ask.

mod burndown;
mod spread;
mod trust;

use rusqlite::Connection;
use serde::Serialize;

pub use burndown::{Burndown, Point, burndown};
pub use spread::{Spread, spread};
pub use trust::{Trust, running_base_known};

use super::triage::matrix::Totals as Priorities;
use crate::case::project::ProjectError;
use crate::model::fact::Role;
use crate::model::priority::Priority;
use crate::model::verdict::Verdict;

/// One verdict with its images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerdictRow {
    /// The word.
    pub verdict: &'static str,
    /// Images that have it.
    pub images: u64,
    /// Of them, those that run.
    pub running: u64,
    /// Of them, those of each priority.
    pub priorities: Priorities,
}

/// The numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Numbers {
    /// Images in all.
    pub images: u64,
    /// Images that run somewhere.
    pub images_running: u64,
    /// Verdicts, the worst first; empty without an open indicator.
    pub verdicts: Vec<VerdictRow>,
    /// Images by priority, whatever their verdict.
    pub priorities: Priorities,
    /// Of those that run.
    pub running_priorities: Priorities,
    /// What can be trusted.
    pub trust: Trust,
    /// Running images that are BAD or SUSPECT.
    pub running_suspect: u64,
    /// Images that are BAD or SUSPECT.
    pub suspect: u64,
    /// Running images that are NOT KNOWN.
    pub running_not_known: u64,
    /// Running images that have a verdict.
    pub running_judged: u64,
    /// Images that CI jobs use and that are BAD or SUSPECT: what such a job could read was in reach.
    pub ci_touched: u64,
}

impl Numbers {
    /// The row of a verdict.
    pub fn of(&self, verdict: Verdict) -> Option<&VerdictRow> {
        self.verdicts.iter().find(|row| row.verdict == verdict.as_str())
    }
}

/// In the order of an index that has every column: nothing is sorted, and no row of the table is read.
const TALLY: &str = "SELECT verdict, priority, count(*), sum(running > 0), sum(running), sum(running * resolved),
     sum(roles & ?1 <> 0) FROM p_image INDEXED BY p_image_tally GROUP BY verdict, priority
     ORDER BY verdict DESC, priority DESC";

/// Counts all of it, but for what [`running_base_known`] tells.
pub fn numbers(conn: &Connection) -> Result<Numbers, ProjectError> {
    let mut numbers = Numbers { trust: trust::trust(conn)?, ..Numbers::default() };
    let mut statement = conn.prepare(TALLY)?;
    let rows = statement.query_map([Role::Ci.bit()], |r| {
        let count = |column| r.get::<_, i64>(column).map(i64::unsigned_abs);
        let [verdict, priority] = [r.get::<_, i64>(0)?, r.get::<_, i64>(1)?];
        let counts = [count(2)?, count(3)?, count(4)?, count(5)?, count(6)?];
        Ok((Verdict::from_number(verdict), Priority::from_number(priority), counts))
    })?;
    for row in rows {
        let (verdict, priority, counts) = row?;
        numbers.take(verdict, priority, counts);
    }
    numbers.trust.images_running = numbers.images_running;
    Ok(numbers)
}

impl Numbers {
    /// Images of one verdict and priority: how many, those that run, their places that run, those of them with a known
    /// digest, and the images that CI jobs use.
    fn take(&mut self, verdict: Option<Verdict>, priority: Option<Priority>, counts: [u64; 5]) {
        let [images, running, places, known, ci] = counts;
        self.images += images;
        self.images_running += running;
        self.trust.running += places;
        self.trust.running_digest_known += known;
        if let Some(priority) = priority {
            self.priorities.add(priority, images);
            self.running_priorities.add(priority, running);
        }
        let Some(verdict) = verdict else { return };
        self.running_judged += running;
        if verdict >= Verdict::Suspect {
            self.suspect += images;
            self.running_suspect += running;
            self.ci_touched += ci;
        }
        if verdict == Verdict::NotKnown {
            self.running_not_known += running;
        }
        let word = verdict.as_str();
        if self.verdicts.last().is_none_or(|row| row.verdict != word) {
            self.verdicts.push(VerdictRow { verdict: word, images: 0, running: 0, priorities: Priorities::default() });
        }
        if let Some(row) = self.verdicts.last_mut() {
            row.images += images;
            row.running += running;
            priority.into_iter().for_each(|priority| row.priorities.add(priority, images));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::project::SCHEMA;

    fn case(images: &[(i64, i64, i64, i64)]) -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(SCHEMA).unwrap();
        for (at, (verdict, priority, running, resolved)) in images.iter().enumerate() {
            conn.execute(
                "INSERT INTO p_image (id, ident, name, registry, repository, resolved, roles, uses, running, workloads, moved,
                 first_seen, last_seen, tags, digests, verdict, priority)
                 VALUES (?1, ?1, ?1, 'r', 'p', ?2, ?6, ?3, ?3, 0, 0, 0, 0, '[]', '[]', ?4, ?5)",
                rusqlite::params![at as i64 + 1, resolved, running, verdict, priority, Role::Ci.bit()],
            )
            .unwrap();
        }
        conn
    }

    #[test]
    fn verdicts_and_priorities_are_counted_together() {
        let [bad, suspect, not_known] = [Verdict::Bad, Verdict::Suspect, Verdict::NotKnown].map(Verdict::number);
        let [p0, p1] = [Priority::P0, Priority::P1].map(Priority::number);
        let conn = case(&[
            (bad, p0, 3, 1),
            (bad, p0, 0, 1),
            (suspect, p1, 1, 0),
            (suspect, p0, 2, 1),
            (not_known, p1, 4, 0),
            (0, p0, 5, 1),
            (0, 0, 0, 0),
        ]);
        let numbers = numbers(&conn).unwrap();
        let words: Vec<&str> = numbers.verdicts.iter().map(|row| row.verdict).collect();
        assert_eq!(words, ["bad", "suspect", "not-known"], "the worst first; without a verdict in no row");
        let row = numbers.of(Verdict::Suspect).unwrap();
        assert_eq!((row.images, row.running, row.priorities.P0, row.priorities.P1), (2, 2, 1, 1));
        assert_eq!((numbers.of(Verdict::Bad).unwrap().running, numbers.of(Verdict::NoLink)), (1, None));
        assert_eq!((numbers.images, numbers.images_running), (7, 5));
        assert_eq!((numbers.priorities.P0, numbers.running_priorities.P0, numbers.priorities.P1), (4, 3, 2));
        assert_eq!((numbers.trust.running, numbers.trust.running_digest_known), (15, 10));
        assert_eq!((numbers.suspect, numbers.running_suspect, numbers.ci_touched), (4, 3, 4));
        assert_eq!((numbers.running_not_known, numbers.running_judged), (1, 4));
    }

    #[test]
    fn the_tally_is_read_off_its_index() {
        let conn = case(&[]);
        let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {TALLY}")).unwrap();
        let plan: Vec<String> = statement.query_map([1], |r| r.get(3)).unwrap().map(Result::unwrap).collect();
        assert!(plan.iter().any(|line| line.contains("COVERING INDEX p_image_tally")), "{plan:?}");
        assert!(plan.iter().all(|line| !line.contains("TEMP B-TREE")), "{plan:?}");
    }
}

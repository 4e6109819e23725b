//! How many images were P0 and P1 over time.
//!
//! No history of priorities is stored. It is derived from what the events of the case left in the projections: each image
//! has its priority now and the time since when it has it (see `project::triage`), and where that was set by hand, what
//! the policy gave before. So what was raised appears when it was raised, what a person lowered goes when that was said,
//! and what lost its urgency through new facts (a rebuild, an indicator that was withdrawn) counts as it is now, for all
//! of the time. The last point is always what is so now.

use rusqlite::Connection;
use serde::Serialize;

use crate::case::project::{ProjectError, Settled};
use crate::model::priority::Priority;
use crate::model::time::Micros;

/// One moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Point {
    /// When.
    #[serde(serialize_with = "shown")]
    pub at: Micros,
    /// Images that were P0 then.
    #[serde(rename = "P0")]
    pub p0: u64,
    /// And P1.
    #[serde(rename = "P1")]
    pub p1: u64,
}

fn shown<S: serde::Serializer>(at: &Micros, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&at.rfc3339())
}

/// The whole time in equal steps, the earliest first; empty while no image has a priority.
pub type Burndown = Vec<Point>;

/// Images came to a priority, or left it.
struct Change {
    at: i64,
    priority: Priority,
    images: i64,
}

/// So many points from when the case began until now.
pub fn burndown(conn: &Connection, began: Micros, now: Micros, points: u16) -> Result<Burndown, ProjectError> {
    let mut changes = arrivals(conn)?;
    changes.extend(lowered(conn)?);
    changes.sort_by_key(|change| change.at);
    let (Some(first), false) = (changes.first().map(|change| change.at), points == 0) else { return Ok(Vec::new()) };
    let first = first.max(began.0).min(now.0);
    let span = i128::from(now.0) - i128::from(first);
    let (mut at_hand, mut counts) = (changes.into_iter().peekable(), [0_i64; 2]);
    let steps = (1..=points).map(|step| {
        let until = i128::from(first) + span * i128::from(step) / i128::from(points);
        let last = step == points;
        // What is stated to begin later than now is so all the same.
        while let Some(change) = at_hand.next_if(|change| last || i128::from(change.at) <= until) {
            if let Some(count) = counts.get_mut(change.priority.index()) {
                *count += change.images;
            }
        }
        let [p0, p1] = counts.map(|count| count.max(0).unsigned_abs());
        Point { at: Micros(i64::try_from(until).unwrap_or(now.0)), p0, p1 }
    });
    Ok(steps.collect())
}

/// Since when images have the priority that they have.
fn arrivals(conn: &Connection) -> Result<Vec<Change>, ProjectError> {
    let mut found = Vec::new();
    let mut statement = conn.prepare(
        "SELECT reached, count(*) FROM p_triage INDEXED BY p_triage_reached WHERE priority = ?1 GROUP BY reached",
    )?;
    for priority in [Priority::P0, Priority::P1] {
        for row in statement.query_map([priority.number()], |r| Ok((r.get(0)?, r.get(1)?)))? {
            let (at, images) = row?;
            found.push(Change { at, priority, images });
        }
    }
    Ok(found)
}

/// What the policy makes more urgent than a person did: there from when its facts were, until that was said.
fn lowered(conn: &Connection) -> Result<Vec<Change>, ProjectError> {
    let mut found = Vec::new();
    let mut statement = conn.prepare(
        "SELECT computed, since, reached, count(*) FROM p_triage WHERE hand & ?1 <> 0 AND priority < computed
         GROUP BY 1, 2, 3",
    )?;
    let rows = statement.query_map([Settled::OVERRIDDEN], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
    for row in rows {
        let (computed, since, said, images): (i64, i64, i64, i64) = row?;
        let Some(priority @ (Priority::P0 | Priority::P1)) = Priority::from_number(computed) else { continue };
        found.push(Change { at: since.min(said), priority, images });
        found.push(Change { at: said, priority, images: -images });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::project::SCHEMA;

    fn case(rows: &[(Priority, Priority, i64, i64)]) -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(SCHEMA).unwrap();
        for (at, (computed, priority, since, reached)) in rows.iter().enumerate() {
            let hand = if computed == priority { 0 } else { Settled::OVERRIDDEN };
            conn.execute(
                "INSERT INTO p_triage VALUES (?1, 0, 0, 0, ?2, 0, ?3, ?4, ?5, ?6)",
                rusqlite::params![at as i64, since, computed.number(), priority.number(), reached, hand],
            )
            .unwrap();
        }
        conn
    }

    #[test]
    fn what_was_raised_appears_and_what_was_lowered_by_hand_goes() {
        use Priority::{P0, P1, P3};
        let conn = case(&[(P0, P0, 10, 10), (P0, P0, 50, 50), (P0, P1, 20, 60), (P0, P3, 20, 90), (P3, P3, 0, 0)]);
        let points = burndown(&conn, Micros(0), Micros(100), 9).unwrap();
        let p0: Vec<u64> = points.iter().map(|point| point.p0).collect();
        assert_eq!(p0, [3, 3, 3, 4, 3, 3, 3, 2, 2], "{points:?}");
        assert_eq!(points.iter().map(|point| point.p1).collect::<Vec<_>>(), [0, 0, 0, 0, 1, 1, 1, 1, 1]);
        assert_eq!(points.last().map(|point| point.at), Some(Micros(100)));
    }

    #[test]
    fn the_last_point_is_what_is_so_now() {
        let conn = case(&[(Priority::P0, Priority::P0, 10, 500), (Priority::P1, Priority::P1, 10, 10)]);
        let points = burndown(&conn, Micros(0), Micros(100), 3).unwrap();
        assert_eq!(points.last().map(|point| (point.p0, point.p1)), Some((1, 1)));
        assert!(burndown(&case(&[]), Micros(0), Micros(100), 3).unwrap().is_empty());
        assert!(burndown(&conn, Micros(i64::MIN), Micros(i64::MAX), 0).unwrap().is_empty());
        assert_eq!(burndown(&conn, Micros(i64::MIN), Micros(i64::MAX), 2).unwrap().len(), 2);
    }
}

//! What statements (VEX) take out of the vulnerability lens, and what would be without them. Whoever could push an image
//! could say so of it too, so each is named with where it stands, and never stands for anything in the compromise lens.

use rusqlite::Connection;

use super::BecauseRow;
use crate::case::project::ProjectError;
use crate::case::query::findings::cleared;
use crate::model::assessment::Exploitation;
use crate::model::finding::Exploitation as Stored;
use crate::model::text::scrub;
use crate::triage::vulnerability::{Point, Points};

/// Statements that are listed.
const LISTED: usize = 8;

/// The statements that count for an image, each with where it stands; the rest are counted.
pub(super) fn because(conn: &Connection, image: i64, because: &mut Vec<BecauseRow>) -> Result<(), ProjectError> {
    let rows = cleared(conn, image)?;
    let more = rows.len().saturating_sub(LISTED);
    for row in rows.into_iter().take(LISTED) {
        let author = if row.author.is_empty() { "a statement (VEX)" } else { &row.author };
        let why = if row.justification.is_empty() { String::new() } else { format!(", {}", row.justification) };
        let text = format!("{} in {} does not count: {author} says {}{why} (VEX)", row.id, row.package, row.status);
        because.push(BecauseRow {
            text: scrub(&text).into_owned(),
            evidence: row.evidence,
            locator: Some(row.locator),
            image: None,
            event: None,
        });
    }
    if more > 0 {
        let text = format!("{more} more findings do not count by statements (VEX)");
        because.push(BecauseRow { text, evidence: None, locator: None, image: None, event: None });
    }
    Ok(())
}

/// The points that an image would have without them; none where no statement counts.
pub(super) fn points_without(conn: &Connection, image: i64, now: Points) -> Result<Option<Points>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT DISTINCT f.exploitation, f.automatable FROM p_cleared c JOIN p_finding f ON f.id = c.finding
         WHERE c.image = ?1",
    )?;
    let found = statement.query_map([image], |r| {
        let automatable = match r.get::<_, i64>(1)? {
            0 => None,
            told => Some(told == 2),
        };
        let word = Stored::of(r.get(0)?).as_str();
        let found = Exploitation::ALL.into_iter().find(|state| state.as_str() == word);
        let exploitation = found.unwrap_or(Exploitation::Active);
        Ok(Point { exploitation, automatable })
    })?;
    let found: Vec<Point> = found.collect::<Result<_, _>>()?;
    let all = found.iter().fold(now, |points, point| points.with(*point));
    Ok((!found.is_empty()).then_some(all))
}

//! What evidence tells of the time in which things happened: the first run, pull and push of each touched image.

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::time;
use crate::case::project::{ProjectError, sighting_word};

/// Rows that are told at most.
const MOST: i64 = 2_000;

/// Something that an image did at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Happening {
    /// `ran`, `pull`, `push`, `cache`, `record`, `running`.
    pub kind: &'static str,
    /// The image's id.
    pub image: String,
    /// Its name.
    pub name: String,
    /// Where: a workload, a node, a host; empty where not told.
    pub place: String,
    /// The first time, RFC 3339.
    pub at: String,
    /// The same in microseconds.
    #[serde(skip)]
    pub micros: i64,
    /// How often.
    pub count: u64,
    /// SHA-256 of the evidence that tells it.
    pub evidence: Option<String>,
}

/// When images that are BAD or SUSPECT first ran in each workload, and when they were first seen at each host; the
/// earliest first, at most two thousand of each.
pub fn happenings(conn: &Connection) -> Result<Vec<Happening>, ProjectError> {
    let mut found = Vec::new();
    let mut runs = conn.prepare(
        "SELECT i.ident, i.name, coalesce(k.text || ' ' || n.text || '/' || l.name, x.name), min(u.started), count(*),
           (SELECT evidence FROM p_source WHERE id = u.source)
         FROM p_image i JOIN p_use u ON u.image = i.id JOIN p_object x ON x.id = u.object
         LEFT JOIN p_workload l ON l.id = x.workload LEFT JOIN p_text k ON k.id = l.kind LEFT JOIN p_text n ON n.id = l.namespace
         WHERE i.verdict >= 3 AND u.started IS NOT NULL
         GROUP BY i.id, x.workload, CASE WHEN x.workload = 0 THEN x.id END ORDER BY 4, 2, 3 LIMIT ?1",
    )?;
    for row in runs.query_map([MOST], |r| happening(r, "ran"))? {
        found.push(row?);
    }
    let mut seen = conn.prepare(
        "SELECT i.ident, i.name, s.host, min(coalesce(s.since, s.until)), sum(s.count),
           (SELECT evidence FROM p_source WHERE id = s.source), s.kind
         FROM p_image i JOIN p_digest d ON d.image = i.id JOIN p_sighting s ON s.digest = d.id
         WHERE i.verdict >= 3 AND coalesce(s.since, s.until) IS NOT NULL
         GROUP BY i.id, s.host, s.kind ORDER BY 4, 2, 3, 7 LIMIT ?1",
    )?;
    for row in seen.query_map([MOST], |r| happening(r, sighting_word(r.get(6)?)))? {
        found.push(row?);
    }
    Ok(found)
}

/// A row of image, name, place, time, count and evidence.
fn happening(r: &Row<'_>, kind: &'static str) -> rusqlite::Result<Happening> {
    let micros: i64 = r.get(3)?;
    Ok(Happening {
        kind,
        image: r.get(0)?,
        name: r.get(1)?,
        place: r.get(2)?,
        at: time(micros),
        micros,
        count: r.get::<_, i64>(4)?.unsigned_abs(),
        evidence: r.get(5)?,
    })
}

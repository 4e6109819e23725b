//! What evidence tells of the time in which things happened: the first run, pull and push of each touched image; and what
//! turned up while a cluster was watched.

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::time;
use crate::case::project::{ProjectError, sighting_word};
use crate::model::live::WATCHED;
use crate::resolve::tags::Movement;

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

/// Something that turned up while a cluster was watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnedUp {
    /// The name of an image that was not known, or of a tag that moved.
    pub name: String,
    /// What the tag leads to now; `None` for a new image.
    pub digest: Option<String>,
    /// The tag moved unless a node's runtime was changed: one node reported two digests.
    pub likely: bool,
    /// The context; empty where none was told.
    pub context: String,
    /// When it came, in microseconds.
    pub at: i64,
    /// SHA-256 of the evidence that tells it.
    pub evidence: Option<String>,
}

/// Images and moved tags that were seen first in what a watched cluster sent; the earliest first, at most two thousand of
/// each.
pub fn turned_up(conn: &Connection) -> Result<Vec<TurnedUp>, ProjectError> {
    let watched = format!(
        "WITH watched AS MATERIALIZED (SELECT c.text AS context, s.as_of AS at, s.evidence FROM p_source s
           JOIN p_text c ON c.id = s.context WHERE s.path LIKE '%{WATCHED}' AND s.items > 0)"
    );
    let images = format!(
        "{watched} SELECT i.name, NULL, 0, w.context, w.at, w.evidence FROM watched w JOIN p_image i ON i.first_seen = w.at
         ORDER BY w.at, i.name, i.ident LIMIT ?1"
    );
    let [moved, likely] = [Movement::Moved, Movement::Likely].map(Movement::index);
    // A tag's own times are those at which containers began; it was heard of when a place was first read.
    let tags = format!(
        "{watched}, led AS MATERIALIZED (SELECT n.id, n.canonical, n.moved, d.value, (SELECT min(u.first_seen) FROM p_use u
           WHERE u.image = d.image AND u.name = n.id AND u.digest = d.id) AS at
           FROM p_name n JOIN p_tag t ON t.name = n.id JOIN p_digest d ON d.id = t.digest WHERE n.moved IN ({moved}, {likely}))
         SELECT l.canonical, l.value, l.moved = {likely}, w.context, w.at, w.evidence FROM watched w JOIN led l ON l.at = w.at
         WHERE EXISTS (SELECT 1 FROM led o WHERE o.id = l.id AND o.at < l.at)
         ORDER BY w.at, l.canonical, l.value LIMIT ?1"
    );
    let mut found = Vec::new();
    for sql in [images, tags] {
        let mut statement = conn.prepare(&sql)?;
        for row in statement.query_map([MOST], turned)? {
            found.push(row?);
        }
    }
    Ok(found)
}

fn turned(r: &Row<'_>) -> rusqlite::Result<TurnedUp> {
    Ok(TurnedUp {
        name: r.get(0)?,
        digest: r.get(1)?,
        likely: r.get(2)?,
        context: r.get(3)?,
        at: r.get(4)?,
        evidence: r.get(5)?,
    })
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

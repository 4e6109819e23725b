//! Where an image was seen without being used: pulled, found in a cache, named by an event.

use rusqlite::Connection;
use serde::Serialize;

use crate::case::project::{ProjectError, sighting_word};
use crate::case::query::image::Locator;
use crate::case::query::time;

/// Sightings listed; a pull log has many.
const LISTED: i64 = 1_000;

/// One sighting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SightingRow {
    /// `running`, `pull`, `push`, `cache`, `record`.
    pub kind: &'static str,
    /// As written there.
    pub as_written: String,
    /// The digest; none where only the name was told, so that it may have been another image of that name.
    pub digest: Option<String>,
    /// Node or machine; empty where none was told.
    pub host: String,
    /// The first time; none for a pull or push of which no time is told: it was not later than the last.
    pub from: Option<String>,
    /// The last time.
    pub to: String,
    /// How often.
    pub count: i64,
    /// SHA-256 of the stored evidence.
    pub evidence: Option<String>,
    /// Where it stands in the evidence.
    pub locator: Locator,
}

const SIGHTINGS: &str = "SELECT s.kind, w.text, d.value, s.host, coalesce(s.since, s.until, s.as_of),
    coalesce(s.until, s.since, s.as_of), s.count, e.evidence, s.pointer, s.offset, s.length,
    s.since IS NULL AND s.until IS NULL AND s.kind IN (2, 3)
    FROM p_sighting s JOIN p_written w ON w.id = s.written JOIN p_source e ON e.id = s.source
    LEFT JOIN p_digest d ON d.id = s.digest
    WHERE s.key IN (
      SELECT key FROM p_sighting WHERE digest IN (SELECT id FROM p_digest WHERE image = ?1)
      UNION SELECT n.key FROM p_sighting n JOIN p_written nw ON nw.id = n.written WHERE n.digest = 0 AND (nw.name = -?1
        OR nw.name IN (SELECT t.name FROM p_digest td JOIN p_tag t ON t.digest = td.id WHERE td.image = ?1)))
    UNION ALL
    SELECT p.kind, coalesce(w.text, ''), d.value, '', p.since, p.until, p.count, e.evidence, p.pointer, p.offset, p.length, 0
    FROM p_pull p LEFT JOIN p_written w ON w.id = p.written JOIN p_source e ON e.id = p.source
    LEFT JOIN p_digest d ON d.id = p.digest
    WHERE p.id IN (SELECT id FROM p_pull WHERE digest IN (SELECT id FROM p_digest WHERE image = ?1)
      UNION SELECT m.id FROM p_pull m JOIN p_written mw ON mw.id = m.written WHERE m.digest = 0 AND (mw.name = -?1
        OR mw.name IN (SELECT t.name FROM p_digest td JOIN p_tag t ON t.digest = td.id WHERE td.image = ?1)))
    ORDER BY 5, 4, 2, 1, 8, 10 LIMIT ?2";

/// The first time of a sighting. `untimed` is one of something that was done, with no time told: the evidence's own says
/// only that it was done by then.
pub(super) fn first_time(untimed: bool, at: i64) -> Option<String> {
    (!untimed).then(|| time(at))
}

/// The sightings of an image by its digests, and by its names where no digest was told; the earliest first, at most a
/// thousand.
pub(in crate::case::query) fn sightings(conn: &Connection, image: i64) -> Result<Vec<SightingRow>, ProjectError> {
    let mut statement = conn.prepare(SIGHTINGS)?;
    let rows = statement.query_map([image, LISTED], |r| {
        Ok(SightingRow {
            kind: sighting_word(r.get(0)?),
            as_written: r.get(1)?,
            digest: r.get(2)?,
            host: r.get(3)?,
            from: first_time(r.get(11)?, r.get(4)?),
            to: time(r.get(5)?),
            count: r.get(6)?,
            evidence: r.get(7)?,
            locator: Locator { pointer: r.get(8)?, offset: r.get(9)?, length: r.get(10)? },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

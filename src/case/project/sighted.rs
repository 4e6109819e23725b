//! Images that no place uses, but that were seen: pulled by a pod that is gone, named by an event alone. They belong into
//! the inventory, because what ran an hour ago may be what was breached.

use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

use super::error::ProjectError;

/// What sightings say of an image.
#[derive(Debug)]
pub(super) struct Sighted {
    /// Numbers of the names it was called by.
    pub names: BTreeSet<i64>,
    /// The first time.
    pub first: i64,
    /// The last time.
    pub last: i64,
}

/// Each image that sightings tell of, with the name and the times. A name alone is an image of its own only where it
/// leads to no digest and no place asks for it; elsewhere it is those images' name.
const SIGHTED: &str = "SELECT -w.name AS image, w.name, min(coalesce(s.since, s.until, s.as_of)),
    max(coalesce(s.until, s.since, s.as_of)) FROM p_sighting s JOIN p_written w ON w.id = s.written
    WHERE s.digest = 0 AND NOT EXISTS (SELECT 1 FROM p_tag t WHERE t.name = w.name)
    AND NOT EXISTS (SELECT 1 FROM p_use u WHERE u.image = -w.name) GROUP BY w.name
    UNION ALL
    SELECT d.image, w.name, min(coalesce(s.since, s.until, s.as_of)), max(coalesce(s.until, s.since, s.as_of))
    FROM p_sighting s JOIN p_written w ON w.id = s.written JOIN p_digest d ON d.id = s.digest
    WHERE d.image <> 0 GROUP BY d.image, w.name
    UNION ALL
    SELECT -w.name, w.name, min(p.since), max(p.until) FROM p_pull p JOIN p_written w ON w.id = p.written
    WHERE p.digest = 0 AND NOT EXISTS (SELECT 1 FROM p_tag t WHERE t.name = w.name)
    AND NOT EXISTS (SELECT 1 FROM p_use u WHERE u.image = -w.name) GROUP BY w.name
    UNION ALL
    SELECT d.image, w.name, min(p.since), max(p.until)
    FROM p_pull p JOIN p_written w ON w.id = p.written JOIN p_digest d ON d.id = p.digest
    WHERE d.image <> 0 GROUP BY d.image, w.name";

/// All images that sightings tell of. In most cases there are few beside the uses, so they are looked at in each fold.
pub(super) fn sighted(conn: &Connection) -> Result<BTreeMap<i64, Sighted>, ProjectError> {
    let mut statement = conn.prepare(SIGHTED)?;
    let mut found: BTreeMap<i64, Sighted> = BTreeMap::new();
    for row in statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))? {
        let (image, name, first, last): (i64, i64, i64, i64) = row?;
        let seen = found.entry(image).or_insert_with(|| Sighted { names: BTreeSet::new(), first, last });
        seen.names.insert(name);
        (seen.first, seen.last) = (seen.first.min(first), seen.last.max(last));
    }
    Ok(found)
}

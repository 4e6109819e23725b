//! Images that no report is of.

use rusqlite::Connection;

use crate::case::project::ProjectError;
use crate::case::query::images::DigestCell;

/// Names by which a scanner can get them, what runs most first: with the digest of a manifest or an index where one is known,
/// else with the tag. `searched`: no report looked for vulnerabilities; else none lists packages.
pub fn unscanned(conn: &Connection, searched: bool, limit: Option<u64>) -> Result<Vec<String>, ProjectError> {
    let bit = if searched { 1 } else { 2 };
    let mut statement = conn.prepare(
        "SELECT i.name, i.digests, i.registry, i.repository FROM p_image i JOIN p_name n ON n.canonical = i.name AND n.parsed
         WHERE i.uses > 0 AND NOT EXISTS (SELECT 1 FROM p_scanned x WHERE x.image = i.id AND x.counts & ?1 <> 0)
         ORDER BY i.running DESC, i.uses DESC, i.name, i.ident LIMIT ?2",
    )?;
    let limit = limit.map_or(-1, |n| i64::try_from(n).unwrap_or(i64::MAX));
    let mut rows = statement.query([bit, limit])?;
    let mut found = Vec::new();
    while let Some(r) = rows.next()? {
        let (name, digests): (String, String) = (r.get(0)?, r.get(1)?);
        let (registry, repository): (String, String) = (r.get(2)?, r.get(3)?);
        let digests: Vec<DigestCell> =
            serde_json::from_str(&digests).map_err(|e| ProjectError::Damaged(format!("image {name}: {e}")))?;
        // A config's digest is not what a registry is asked for.
        let pullable = digests.iter().find(|digest| digest.kind != "config");
        found.push(match pullable {
            Some(digest) => format!("{registry}/{repository}@{}", digest.value),
            None => name,
        });
    }
    // A tag of which two digests are known is asked for once.
    let mut met = std::collections::BTreeSet::new();
    found.retain(|name| met.insert(name.clone()));
    Ok(found)
}

//! Who answers for an image: by its name, by a repository above it, by a workload or a namespace that uses it.

use rusqlite::Connection;
use serde::Serialize;

use super::image::Locator;
use crate::case::project::{ProjectError, Subject};

/// A word on who answers for an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnerRow {
    /// Who; empty where only a criticality was told.
    pub owner: String,
    /// How critical, as written; empty where not told.
    pub criticality: String,
    /// What the word is about: `image`, `repository`, `workload`, `namespace`.
    pub by: &'static str,
    /// Its name.
    pub subject: String,
    /// The site it is said for; empty where none was told.
    pub site: String,
    /// SHA-256 of the stored evidence.
    pub evidence: Option<String>,
    /// Where it stands in the evidence.
    pub locator: Locator,
}

/// True where what `p_owner w` says holds for `p_image i`. Names are compared with and without registry, as people write
/// them; a repository holds for all below it. What was said for a context holds for workloads and namespaces there only.
pub(super) const OWNS: &str = "CASE w.kind
    WHEN 1 THEN w.subject IN (i.name, i.registry || '/' || i.repository, i.repository, substr(i.name, length(i.registry) + 2),
      CASE WHEN i.name LIKE 'docker.io/library/%' THEN substr(i.name, 19) END,
      CASE WHEN i.name LIKE 'docker.io/library/%' THEN substr(i.repository, 9) END)
    WHEN 2 THEN i.registry <> '' AND (w.subject = i.registry
      OR substr(i.registry || '/' || i.repository || '/', 1, length(w.subject) + 1) = w.subject || '/'
      OR substr(i.repository || '/', 1, length(w.subject) + 1) = w.subject || '/'
      OR i.registry = 'docker.io' AND i.repository = 'library/' || w.subject)
    WHEN 3 THEN EXISTS (SELECT 1 FROM p_reach r JOIN p_workload l ON l.id = r.workload JOIN p_text ln ON ln.id = l.namespace
      JOIN p_text lk ON lk.id = l.kind JOIN p_text wc ON wc.id = w.context WHERE r.image = i.id
      AND (wc.text = '' OR r.context = w.context) AND w.subject IN (l.name, ln.text || '/' || l.name, lk.text || '/' || l.name,
      ln.text || '/' || lk.text || '/' || l.name))
    ELSE EXISTS (SELECT 1 FROM p_reach r JOIN p_text n ON n.id = r.namespace JOIN p_text wc ON wc.id = w.context
      WHERE r.image = i.id AND n.text = w.subject AND (wc.text = '' OR r.context = w.context))
    END";

/// All words that hold for an image, the most exact first.
pub fn owners(conn: &Connection, image: i64) -> Result<Vec<OwnerRow>, ProjectError> {
    let mut statement = conn.prepare(&format!(
        "SELECT w.owner, w.criticality, w.kind, w.subject, w.site, s.evidence, w.pointer, w.offset, w.length
         FROM p_image i JOIN p_owner w JOIN p_source s ON s.id = w.source JOIN p_text c ON c.id = w.context
         WHERE i.id = ?1 AND {OWNS} ORDER BY w.kind, length(w.subject) DESC, w.subject, w.site, c.text"
    ))?;
    let rows = statement.query_map([image], |r| {
        Ok(OwnerRow {
            owner: r.get(0)?,
            criticality: r.get(1)?,
            by: Subject::of(r.get(2)?).map_or("", Subject::as_str),
            subject: r.get(3)?,
            site: r.get(4)?,
            evidence: r.get(5)?,
            locator: Locator { pointer: r.get(6)?, offset: r.get(7)?, length: r.get(8)? },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

//! The images of a cell of the matrix, with what a responder asks of each at once: which digest, who answers for it, is it
//! attacked, is there a fix.

use rusqlite::{Connection, OptionalExtension as _};
use serde::Serialize;

use super::{TriageRow, triage};
use crate::case::project::ProjectError;
use crate::case::query::filter::Filter;
use crate::case::query::owners::Owners;

/// An image of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellImage {
    /// As the list of priorities has it; its owner is told here whatever its priority.
    #[serde(flatten)]
    pub row: TriageRow,
    /// Its primary digest; none where none is known.
    pub digest: Option<String>,
    /// Findings in it that are known to be attacked (KEV).
    pub attacked: u64,
    /// Findings in it that a newer package takes away.
    pub fixable: u64,
}

/// The images that a filter lets through, the most urgent first, of those alike the one that is due first; at most `limit`.
pub fn images(conn: &Connection, filter: &Filter, limit: usize) -> Result<Vec<CellImage>, ProjectError> {
    let owners = Owners::load(conn)?;
    let mut more = conn.prepare(
        "SELECT i.id, i.registry, i.repository, json_extract(i.digests, '$[0].value'), coalesce(r.kev, 0),
         coalesce(r.fixable, 0) FROM p_image i LEFT JOIN p_risk r ON r.image = i.id WHERE i.ident = ?1",
    )?;
    let mut found = Vec::new();
    for mut row in triage(conn, filter, Some(limit))? {
        let known = more.query_row([&row.id], |r| {
            let place: [String; 2] = [r.get(1)?, r.get(2)?];
            let count = |column: usize| r.get::<_, i64>(column).map(i64::unsigned_abs);
            Ok((r.get::<_, i64>(0)?, place, r.get(3)?, count(4)?, count(5)?))
        });
        let Some((image, [registry, repository], digest, attacked, fixable)) = known.optional()? else { continue };
        if row.owner.is_none() {
            row.owner = owners.of(conn, image, &row.name, [&registry, &repository])?;
        }
        found.push(CellImage { row, digest, attacked, fixable });
    }
    Ok(found)
}

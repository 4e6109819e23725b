//! The images of a cell of the matrix, with what a responder asks of each at once: which digest, who answers for it, is it
//! attacked, is there a fix.

use rusqlite::{Connection, OptionalExtension as _};
use serde::Serialize;

use super::{TriageRow, by_id};
use crate::case::project::ProjectError;
use crate::case::query::filter::Filter;
use crate::case::query::images::{Sort, SortKey};
use crate::case::query::owners::Owners;
use crate::case::query::pages::{List, Window};

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

/// The list of a cell: the most urgent first, of those alike the one that is due first.
fn list(filter: Filter) -> List {
    List { filter, sort: Sort { key: SortKey::Priority, reverse: false }, group: None }
}

/// At most `limit` images that a filter lets through, around the first of `follow` that is among them, else around `near`.
pub fn window(
    conn: &Connection,
    filter: Filter,
    near: u64,
    limit: u64,
    follow: &[String],
) -> Result<Window<CellImage>, ProjectError> {
    let list = list(filter);
    list.part(conn, near, limit, follow, |moment, first| images(moment, &list.ids(moment, first, limit)?))
}

/// The ids of the first images that a filter lets through, in that order.
pub fn ids(conn: &Connection, filter: Filter, limit: u64) -> Result<Vec<String>, ProjectError> {
    list(filter).ids(conn, 0, limit)
}

fn images(conn: &Connection, ids: &[String]) -> Result<Vec<CellImage>, ProjectError> {
    let owners = Owners::load(conn)?;
    let mut more = conn.prepare(
        "SELECT i.id, i.registry, i.repository, json_extract(i.digests, '$[0].value'), coalesce(r.kev, 0),
         coalesce(r.fixable, 0) FROM p_image i LEFT JOIN p_risk r ON r.image = i.id WHERE i.ident = ?1",
    )?;
    let mut found = Vec::new();
    for mut row in by_id(conn, ids)? {
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

//! Credentials that the inventory names: never a value.

use rusqlite::Connection;
use serde::Serialize;

use crate::case::project::ProjectError;
use crate::model::verdict::Verdict;

/// A registry that something is pulled from, so that somebody may have a login to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegistryRow {
    /// The host.
    pub host: String,
    /// Images of it.
    pub images: u64,
    /// Workloads that use them.
    pub workloads: u64,
    /// The worst verdict among them.
    pub worst: Option<Verdict>,
}

/// Every registry of the inventory, by host.
pub fn registries(conn: &Connection) -> Result<Vec<RegistryRow>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT i.registry, count(DISTINCT i.id), count(DISTINCT nullif(r.workload, 0)), max(i.verdict)
         FROM p_image i LEFT JOIN p_reach r ON r.image = i.id
         WHERE i.registry <> '' AND i.uses > 0 GROUP BY i.registry ORDER BY i.registry",
    )?;
    let rows = statement.query_map([], |r| {
        Ok(RegistryRow {
            host: r.get(0)?,
            images: r.get::<_, i64>(1)?.unsigned_abs(),
            workloads: r.get::<_, i64>(2)?.unsigned_abs(),
            worst: Verdict::from_number(r.get(3)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

//! Credentials that the inventory names: never a value.

use rusqlite::{Connection, Row};
use serde::Serialize;
use std::collections::HashMap;

use super::holds::{CredentialCell, held};
use crate::case::project::ProjectError;
use crate::model::priority::Priority;
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
    /// One of them is P0.
    pub urgent: bool,
}

/// Every registry of the inventory, by host.
pub fn registries(conn: &Connection) -> Result<Vec<RegistryRow>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT i.registry, count(DISTINCT i.id), count(DISTINCT nullif(r.workload, 0)), max(i.verdict),
           max(i.priority)
         FROM p_image i LEFT JOIN p_reach r ON r.image = i.id
         WHERE i.registry <> '' AND i.uses > 0 GROUP BY i.registry ORDER BY i.registry",
    )?;
    let rows = statement.query_map([], |r| {
        Ok(RegistryRow {
            host: r.get(0)?,
            images: r.get::<_, i64>(1)?.unsigned_abs(),
            workloads: r.get::<_, i64>(2)?.unsigned_abs(),
            worst: Verdict::from_number(r.get(3)?),
            urgent: r.get::<_, i64>(4)? == Priority::P0.number(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A credential that places of images can use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldRow {
    /// As a cluster names it.
    pub credential: CredentialCell,
    /// Objects that hold it.
    pub objects: u64,
    /// The worst verdict of an image beside it.
    pub worst: Option<Verdict>,
    /// An image beside it is P0.
    pub urgent: bool,
}

/// What a verdict's number is raised by, so that none of them is below 0.
const RAISED: i64 = 4;

/// Every pull secret; service accounts and other secrets only beside images that are BAD, SUSPECT or P0: nobody rotates
/// all there are, and a list of all would hide those that count.
pub fn beside_images(conn: &Connection) -> Result<Vec<HeldRow>, ProjectError> {
    let raised = |r: &Row<'_>| Ok((r.get(0)?, u8::try_from(r.get::<_, i64>(1)?.saturating_add(RAISED)).unwrap_or(0)));
    let all = held(conn, &ranks(conn, "SELECT id, verdict FROM p_image WHERE uses > 0", raised)?)?;
    let urgent = format!("SELECT id FROM p_image WHERE uses > 0 AND priority = {}", Priority::P0.number());
    let urgent = held(conn, &ranks(conn, &urgent, |r| Ok((r.get(0)?, 1)))?)?;
    let rows = all.into_iter().map(|(credential, (rank, objects))| HeldRow {
        urgent: urgent.contains_key(&credential),
        credential,
        objects,
        worst: Verdict::from_number(i64::from(rank) - RAISED),
    });
    let counts =
        |row: &HeldRow| row.credential.kind == "pull-secret" || row.worst >= Some(Verdict::Suspect) || row.urgent;
    Ok(rows.filter(counts).collect())
}

fn ranks(
    conn: &Connection,
    sql: &str,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<(i64, u8)>,
) -> Result<HashMap<i64, u8>, ProjectError> {
    let mut statement = conn.prepare(sql)?;
    Ok(statement.query_map([], |r| read(r))?.collect::<Result<_, _>>()?)
}

//! Credentials that the inventory names: never a value.

use rusqlite::Connection;
use serde::Serialize;
use std::collections::HashMap;

use super::holds::{CredentialCell, held};
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

/// A credential that places of images can use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldRow {
    /// As a cluster names it.
    pub credential: CredentialCell,
    /// Objects that hold it.
    pub objects: u64,
    /// The worst verdict of an image beside it.
    pub worst: Option<Verdict>,
}

/// What a verdict's number is raised by, so that none of them is below 0.
const RAISED: i64 = 4;

/// Every pull secret; service accounts and other secrets only beside images that are BAD or SUSPECT: nobody rotates all
/// there are, and a list of all would hide those that count.
pub fn beside_images(conn: &Connection) -> Result<Vec<HeldRow>, ProjectError> {
    let mut statement = conn.prepare("SELECT id, verdict FROM p_image WHERE uses > 0")?;
    let ranks: HashMap<i64, u8> = statement
        .query_map([], |r| Ok((r.get(0)?, u8::try_from(r.get::<_, i64>(1)?.saturating_add(RAISED)).unwrap_or(0))))?
        .collect::<Result<_, _>>()?;
    let rows = held(conn, &ranks)?.into_iter().map(|(credential, (rank, objects))| HeldRow {
        credential,
        objects,
        worst: Verdict::from_number(i64::from(rank) - RAISED),
    });
    let counts = |row: &HeldRow| row.credential.kind == "pull-secret" || row.worst >= Some(Verdict::Suspect);
    Ok(rows.filter(counts).collect())
}

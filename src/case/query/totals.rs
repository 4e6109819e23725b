//! The case in numbers, and what the usual one-liner has to work with.

use rusqlite::Connection;
use serde::Serialize;

use crate::case::project::ProjectError;

/// The inventory in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Totals {
    /// Images in all.
    pub images: u64,
    /// Of them, those with a known digest.
    pub resolved: u64,
    /// Images that run somewhere.
    pub images_running: u64,
    /// Places.
    pub uses: u64,
    /// Places that run.
    pub running: u64,
    /// Of them, those whose digest is known.
    pub running_resolved: u64,
    /// Workloads that use any image.
    pub workloads: u64,
    /// Context and namespace pairs that use any image.
    pub namespaces: u64,
    /// Readings.
    pub sources: u64,
    /// Items and fields that were not understood.
    pub rejected: u64,
}

/// Counts the inventory.
pub fn totals(conn: &Connection) -> Result<Totals, ProjectError> {
    let one = |sql: &str| conn.query_row(sql, [], |r| r.get::<_, i64>(0)).map(|n| n.max(0) as u64);
    Ok(Totals {
        images: one("SELECT count(*) FROM p_image")?,
        resolved: one("SELECT count(*) FROM p_image WHERE resolved = 1")?,
        images_running: one("SELECT count(*) FROM p_image WHERE running > 0")?,
        uses: one("SELECT coalesce(sum(uses), 0) FROM p_image")?,
        running: one("SELECT coalesce(sum(running), 0) FROM p_image")?,
        running_resolved: one("SELECT coalesce(sum(running), 0) FROM p_image WHERE resolved = 1")?,
        workloads: one("SELECT count(DISTINCT workload) FROM p_reach WHERE workload <> 0")?,
        namespaces: one("SELECT count(*) FROM (SELECT DISTINCT context, namespace FROM p_reach)")?,
        sources: one("SELECT count(*) FROM p_source")?,
        rejected: one("SELECT coalesce(sum(rejected), 0) FROM p_source")?,
    })
}

/// The main containers' images of the pods that are there now, as written, in the order of the evidence: what
/// `kubectl get pods -A -o jsonpath='{.items[*].spec.containers[*].image}'` would have printed.
pub fn pod_images(conn: &Connection) -> Result<Vec<String>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT w.text FROM p_object o JOIN p_text k ON k.id = o.kind AND k.text = 'Pod'
         JOIN p_use u ON u.object = o.id JOIN p_written w ON w.id = u.written JOIN p_source s ON s.id = u.source
         WHERE o.origin <> 2 AND o.gone = 0 AND u.role = 0 AND u.current = 1 AND u.hidden = 0
         ORDER BY s.as_of, s.acquisition, u.offset",
    )?;
    let rows = statement.query_map([], |r| r.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every image of the inventory as written, with its variables replaced, and by its canonical name: what there is to be
/// found. A place whose variables nothing defines names no image that anybody could find.
pub fn written_images(conn: &Connection) -> Result<Vec<(String, String)>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT DISTINCT coalesce(x.text, w.text), n.canonical FROM p_use u JOIN p_written w ON w.id = u.written
         JOIN p_name n ON n.id = u.name LEFT JOIN p_text x ON x.id = u.resolved
         WHERE u.hidden = 0 AND u.needs = 0 ORDER BY 2, 1",
    )?;
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

//! The images that have a verdict, the worst first, with the workloads that use them: what a report lists.

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::images::{COLUMNS, ImageRow, StoredRow};
use super::totals::Totals;
use crate::case::project::ProjectError;
use crate::model::verdict::Verdict;

/// An image with its number in the projections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Its number; means nothing outside this file.
    pub number: i64,
    /// As in the images list.
    pub row: ImageRow,
}

/// A workload, and how many of its places run an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsedBy {
    /// Context; empty for the unnamed one.
    pub context: String,
    /// Namespace; empty where there is none.
    pub namespace: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Places that run the image.
    pub running: u64,
}

/// Every image that is not proved to have nothing to do with it, the worst first, then what runs most; empty without an
/// open indicator.
pub fn touched(conn: &Connection) -> Result<Vec<Touched>, ProjectError> {
    let mut statement = conn.prepare(&format!(
        "SELECT {COLUMNS}, i.id FROM p_image i WHERE i.verdict NOT IN (0, ?1)
         ORDER BY i.verdict DESC, i.running DESC, i.name, i.ident"
    ))?;
    let read = |r: &Row<'_>| Ok((StoredRow::read(r)?, r.get("id")?));
    let rows = statement.query_map([Verdict::NoLink.number()], read)?;
    rows.map(|row| {
        let (stored, number) = row?;
        Ok(Touched { number, row: stored.shown()? })
    })
    .collect()
}

/// The workloads that use an image, those that run it most in front, at most so many.
pub fn used_by(conn: &Connection, image: i64, most: usize) -> Result<Vec<UsedBy>, ProjectError> {
    let mut statement = conn.prepare_cached(
        "SELECT c.text, n.text, k.text, w.name, r.running FROM p_reach r JOIN p_workload w ON w.id = r.workload
         JOIN p_text c ON c.id = r.context JOIN p_text n ON n.id = r.namespace JOIN p_text k ON k.id = w.kind
         WHERE r.image = ?1 AND r.workload <> 0 ORDER BY r.running DESC, c.text, n.text, k.text, w.name LIMIT ?2",
    )?;
    let rows = statement.query_map((image, i64::try_from(most).unwrap_or(i64::MAX)), |r| {
        let running: i64 = r.get(4)?;
        Ok(UsedBy {
            context: r.get(0)?,
            namespace: r.get(1)?,
            kind: r.get(2)?,
            name: r.get(3)?,
            running: running.unsigned_abs(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What is BAD or SUSPECT, in numbers: each workload and namespace once, however many of its images are.
pub fn touched_totals(conn: &Connection) -> Result<Totals, ProjectError> {
    let least = Verdict::Suspect.number();
    let one = |sql: &str| conn.query_row(sql, [least], |r| r.get::<_, i64>(0)).map(i64::unsigned_abs);
    let of_images = "FROM p_image WHERE verdict >= ?1";
    let reach = "FROM p_reach r JOIN p_image i ON i.id = r.image WHERE i.verdict >= ?1";
    Ok(Totals {
        images: one(&format!("SELECT count(*) {of_images}"))?,
        resolved: one(&format!("SELECT count(*) {of_images} AND resolved = 1"))?,
        images_running: one(&format!("SELECT count(*) {of_images} AND running > 0"))?,
        uses: one(&format!("SELECT coalesce(sum(uses), 0) {of_images}"))?,
        running: one(&format!("SELECT coalesce(sum(running), 0) {of_images}"))?,
        running_resolved: one(&format!("SELECT coalesce(sum(running), 0) {of_images} AND resolved = 1"))?,
        workloads: one(&format!("SELECT count(DISTINCT r.workload) {reach} AND r.workload <> 0"))?,
        namespaces: one(&format!("SELECT count(*) FROM (SELECT DISTINCT r.context, r.namespace {reach})"))?,
        ..Totals::default()
    })
}

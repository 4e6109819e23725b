//! Files whose projections an earlier version folded: told apart from altered ones, and laid out anew.
//!
//! The tables of the truth must be exactly ours whatever the projections are, and are never changed here.

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior};
use std::collections::BTreeSet;
use std::path::Path;

use super::schema::{self, SchemaRow};
use crate::case::error::{CaseError, from_sql};
use crate::case::project::{self, is_projection, version_of};
use crate::case::refresh::FOLDED;

/// What a file's schema is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Exactly ours.
    Ours,
    /// Ours but for the projections, which are exactly those of an earlier version.
    Earlier(u32),
}

/// Judges a file's schema; any other than ours or an earlier one is refused, and so are projections that a newer version
/// folded.
pub(super) fn judge(conn: &Connection, path: &Path) -> Result<Layout, CaseError> {
    let sql = |e| from_sql(path, "reading the schema", e);
    let (found, wanted) = (schema::rows(conn).map_err(sql)?, schema::expected().map_err(sql)?);
    let altered = |what| CaseError::Schema { path: path.to_path_buf(), what };
    let difference = schema::difference(&found, &wanted);
    if let Some(what) = schema::difference(&truth(&found), &truth(&wanted)) {
        return Err(altered(what));
    }
    // The tables of the truth are ours from here on, and may be asked.
    let version = folded_by(conn).map_err(sql)?;
    if version.is_some_and(|version| version > project::VERSION) {
        return Err(CaseError::NewerViews { path: path.to_path_buf() });
    }
    match (difference, version_of(&found)) {
        (None, _) => Ok(Layout::Ours),
        (Some(_), Some(version)) => Ok(Layout::Earlier(version)),
        (Some(what), None) => Err(altered(what)),
    }
}

fn truth(rows: &BTreeSet<SchemaRow>) -> BTreeSet<SchemaRow> {
    rows.iter().filter(|row| !is_projection(row)).cloned().collect()
}

/// The version that folded the projections, as the file notes it.
fn folded_by(conn: &Connection) -> rusqlite::Result<Option<u32>> {
    let note: Option<String> =
        conn.query_row("SELECT value FROM local WHERE key = ?1", [FOLDED], |row| row.get(0)).optional()?;
    Ok(note.and_then(|note| note.split(' ').next()?.parse().ok()))
}

/// Puts empty projections of this version in the place of earlier ones, to be folded by whoever opened the file.
pub(super) fn lay_out_anew(conn: &mut Connection, path: &Path) -> Result<(), CaseError> {
    let sql = |e| from_sql(path, "making the views anew", e);
    let tx = Transaction::new(conn, TransactionBehavior::Immediate).map_err(sql)?;
    // Another process may have been first.
    if judge(&tx, path)? == Layout::Ours {
        return Ok(());
    }
    check_pages(&tx, path)?;
    let rows = schema::rows(&tx).map_err(sql)?;
    for (_, name, ..) in rows.iter().filter(|row| is_projection(row) && row.0 == "table") {
        tx.execute_batch(&format!("DROP TABLE {name}")).map_err(sql)?;
    }
    tx.execute_batch(project::SCHEMA).map_err(sql)?;
    tx.execute("DELETE FROM folded", []).map_err(sql)?;
    tx.execute("DELETE FROM local WHERE key = ?1", [FOLDED]).map_err(sql)?;
    if judge(&tx, path)? != Layout::Ours {
        let what = "its projections could not be laid out anew".to_owned();
        return Err(CaseError::Damaged { path: path.to_path_buf(), what });
    }
    tx.commit().map_err(sql)
}

/// Refuses a file in which two tables share a page: dropping a projection could take events along.
fn check_pages(tx: &Transaction<'_>, path: &Path) -> Result<(), CaseError> {
    let sql = |e| from_sql(path, "checking the file before its views are made anew", e);
    let found: String = tx.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(sql)?;
    if found == "ok" {
        return Ok(());
    }
    let what = format!("SQLite's check says {}", crate::model::text::scrub(&found));
    Err(CaseError::Damaged { path: path.to_path_buf(), what })
}

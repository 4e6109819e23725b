//! The current readings: what was read, how far, and how old it is.

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::time;
use crate::case::project::ProjectError;
use crate::model::id::Id;

/// A source as coverage shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceRow {
    /// SHA-256 of the stored evidence; none where nothing was stored.
    pub evidence: Option<String>,
    /// The acquisition's id.
    pub acquisition: String,
    /// Path relative to the import root.
    pub path: String,
    /// Root and path, as a person would name the place.
    pub place: String,
    /// The reader's format word.
    pub format: String,
    /// The context that a responder named.
    pub context: Option<String>,
    /// The time it speaks of.
    pub as_of: String,
    /// How that time is known.
    pub as_of_source: String,
    /// When it was acquired.
    pub acquired: String,
    /// `read`, `partial`, `unrecognised`, `denied`, `failed`.
    pub status: String,
    /// Why it is not `read`.
    pub reason: String,
    /// What a responder should know though nothing was rejected.
    pub notes: Vec<String>,
    /// It lists all there was, and so may say what is gone.
    pub complete: bool,
    /// Items read.
    pub items: u64,
    /// Facts stated by them.
    pub observations: u64,
    /// Items and fields not understood.
    pub rejected: u64,
}

/// All current readings, by context, place and time.
pub fn sources(conn: &Connection) -> Result<Vec<SourceRow>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT s.evidence, s.acquisition, s.path, s.place, s.format, c.text, s.as_of, s.as_of_source, s.acquired, s.status,
         s.reason, s.complete, s.items, s.facts, s.rejected, s.notes
         FROM p_source s JOIN p_text c ON c.id = s.context ORDER BY c.text, s.place, s.as_of, s.acquisition",
    )?;
    let rows = statement.query_map([], |r| Ok((read(r)?, r.get::<_, String>(15)?)))?;
    let unpack = |row: rusqlite::Result<(SourceRow, String)>| {
        let (source, notes) = row?;
        let notes = serde_json::from_str(&notes)
            .map_err(|e| ProjectError::Damaged(format!("the notes on {}: {e}", source.place)))?;
        Ok(SourceRow { notes, ..source })
    };
    rows.map(unpack).collect()
}

fn read(r: &Row<'_>) -> rusqlite::Result<SourceRow> {
    let count = |column| r.get::<_, i64>(column).map(|n| n.max(0) as u64);
    Ok(SourceRow {
        evidence: r.get(0)?,
        acquisition: Id(r.get(1)?).to_string(),
        path: r.get(2)?,
        place: r.get(3)?,
        format: r.get(4)?,
        context: Some(r.get::<_, String>(5)?).filter(|c| !c.is_empty()),
        as_of: time(r.get(6)?),
        as_of_source: r.get(7)?,
        acquired: time(r.get(8)?),
        status: r.get(9)?,
        reason: r.get(10)?,
        complete: r.get(11)?,
        items: count(12)?,
        observations: count(13)?,
        rejected: count(14)?,
        notes: Vec::new(),
    })
}

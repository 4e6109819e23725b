//! Credentials that compose files and CI files give to places of their own, by name, each with where that is said.
//!
//! A row is a function of one reading alone, so no order in which readings come can change it; what several files say of one
//! credential stands side by side, and the query puts it together.

use rusqlite::{Connection, Statement, params};

use super::error::ProjectError;
use super::sources::count;
use crate::model::given::Given;

/// The table, open for one fold.
pub(super) struct Gifts<'t> {
    write: Statement<'t>,
}

impl<'t> Gifts<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        // Of two places in one file the first counts.
        let write = conn.prepare(
            "INSERT INTO p_given VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO UPDATE SET
            detail = excluded.detail, pointer = excluded.pointer, offset = excluded.offset, length = excluded.length
            WHERE (excluded.offset, excluded.pointer, excluded.detail) < (offset, pointer, detail)",
        )?;
        Ok(Gifts { write })
    }

    /// Keeps one of an object's, said in a reading at a pointer and a byte.
    pub fn add(
        &mut self,
        object: i64,
        given: &Given,
        scope: &str,
        source: i64,
        (pointer, offset): (&str, u64),
    ) -> Result<(), ProjectError> {
        let (kind, length) = (given.kind.as_str(), count(given.spot.length));
        self.write.execute(params![
            object,
            given.part,
            kind,
            scope,
            given.name,
            source,
            given.detail,
            pointer,
            count(offset),
            length
        ])?;
        Ok(())
    }
}

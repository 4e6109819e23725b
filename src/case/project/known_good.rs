//! What was published or trusted before: names and digests by the evidence that says so. No verdict follows from it.

use rusqlite::{Connection, Statement, params};

use super::books::Books;
use super::error::ProjectError;
use super::records::Place;
use crate::model::digest::DigestKind;
use crate::model::fact::Item;
use crate::resolve::claims::Claims;

/// The table of what is known, open for one fold.
pub(super) struct KnownGood<'t> {
    write: Statement<'t>,
}

/// A kind's number in `p_good.kind`.
fn number(kind: DigestKind) -> i64 {
    match kind {
        DigestKind::Unknown => 0,
        DigestKind::Index => 1,
        DigestKind::Manifest => 2,
        DigestKind::Config => 3,
    }
}

/// The kind of a stored number.
pub(in crate::case) fn known_kind(number: i64) -> DigestKind {
    match number {
        1 => DigestKind::Index,
        2 => DigestKind::Manifest,
        3 => DigestKind::Config,
        _ => DigestKind::Unknown,
    }
}

impl<'t> KnownGood<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        Ok(KnownGood { write: conn.prepare("INSERT OR IGNORE INTO p_good VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")? })
    }

    /// Adds what an item says.
    pub fn add(&mut self, books: &mut Books<'_, '_>, item: &Item) -> Result<(), ProjectError> {
        for known in &item.known {
            let written = books.interner.written(&known.as_written)?;
            let digest = books.interner.digest(&known.digest, Claims::NONE)?;
            let place = Place::of(item, &known.spot);
            self.write.execute(params![
                written.id,
                digest,
                books.source.id,
                number(known.kind),
                place.pointer,
                place.offset,
                place.length
            ])?;
        }
        Ok(())
    }
}

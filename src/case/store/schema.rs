//! The schema, and the settings every connection must have.
//!
//! A file is accepted only if its schema is exactly this one, row by row: a view in a table's place would pass SQLite's
//! own integrity checks and could show every P0 as P3.

use rusqlite::Connection;
use std::collections::BTreeSet;

/// "HULL": the application id in the file's header.
pub const APPLICATION_ID: i64 = 0x4855_4c4c;
/// The format of the file; a newer one is refused.
pub const USER_VERSION: i64 = 1;

/// The tables of the truth: events and blobs. A blob's number is never given again: a process that wakes up after what it
/// staged was swept must not write into what another one stages. States: 0 staged, 1 stored, 2 destroyed, 3 a pack, in whose
/// only frame small blobs stand from their `first_byte` on. `folded` names the readings
/// that the projections hold, `local` what is only about this copy of the file.
const TRUTH: &str = "
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  writer BLOB NOT NULL CHECK (length(writer) = 16),
  seq INTEGER NOT NULL CHECK (seq > 0),
  lamport INTEGER NOT NULL,
  hlc_us INTEGER NOT NULL,
  hlc_n INTEGER NOT NULL,
  claimed_us INTEGER NOT NULL,
  device TEXT NOT NULL,
  kind TEXT NOT NULL,
  bytes BLOB NOT NULL,
  signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;
CREATE INDEX event_by_writer ON event (writer, seq);
CREATE TABLE blob (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash BLOB UNIQUE CHECK (hash IS NULL OR length(hash) = 32),
  bytes INTEGER NOT NULL DEFAULT 0,
  lines INTEGER NOT NULL DEFAULT 0,
  frames INTEGER NOT NULL DEFAULT 0,
  state INTEGER NOT NULL CHECK (state IN (0, 1, 2, 3)),
  lease_until INTEGER NOT NULL DEFAULT 0,
  lease_holder TEXT NOT NULL DEFAULT '',
  pack INTEGER,
  first_byte INTEGER NOT NULL DEFAULT 0,
  CHECK (state IN (0, 3) OR hash IS NOT NULL)
) STRICT;
CREATE TABLE frame (
  id INTEGER PRIMARY KEY,
  blob INTEGER NOT NULL REFERENCES blob (id) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  first_byte INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  first_line INTEGER NOT NULL,
  data BLOB NOT NULL,
  UNIQUE (blob, n)
) STRICT;
CREATE TABLE folded (
  acquisition BLOB PRIMARY KEY CHECK (length(acquisition) = 16),
  reading BLOB NOT NULL CHECK (length(reading) = 32)
) STRICT, WITHOUT ROWID;
CREATE TABLE local (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// Every statement that makes an empty case file, the projections' tables included.
pub fn statements() -> String {
    format!("{TRUTH}{}", crate::case::project::SCHEMA)
}

/// One row of `sqlite_schema`.
pub(in crate::case) use crate::case::project::SchemaRow;

/// The schema of a connection.
pub(in crate::case) fn rows(conn: &Connection) -> rusqlite::Result<BTreeSet<SchemaRow>> {
    let mut statement = conn.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    rows.collect()
}

/// What a file's schema must be.
pub(in crate::case) fn expected() -> rusqlite::Result<BTreeSet<SchemaRow>> {
    let conn = Connection::open_in_memory()?;
    conn.execute_batch(&statements())?;
    rows(&conn)
}

/// The first difference between a schema and ours, in words; `None` where there is none.
pub(in crate::case) fn difference(found: &BTreeSet<SchemaRow>, wanted: &BTreeSet<SchemaRow>) -> Option<String> {
    if let Some((kind, name, ..)) = found.difference(wanted).next() {
        let known = wanted.iter().any(|w| &w.1 == name);
        let how = if known { "is not as this hullbreach makes it" } else { "does not belong there" };
        return Some(format!("the {kind} {:?} {how}", crate::model::text::scrub(name)));
    }
    wanted.difference(found).next().map(|(kind, name, ..)| format!("the {kind} {name:?} is missing"))
}

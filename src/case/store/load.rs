//! Reading events back out of the file.

use super::Case;
use crate::case::error::CaseError;
use crate::case::events::{Envelope, EventError, EventHash};
use crate::case::state::State;

/// One event's row as it stands in the file, nothing checked.
pub struct EventRow {
    /// Arrival number.
    pub id: i64,
    /// The name in the row.
    pub hash: Vec<u8>,
    /// The chain in the row.
    pub writer: Vec<u8>,
    /// The place in the row.
    pub seq: i64,
    /// The counter in the row.
    pub lamport: i64,
    /// The hybrid time in the row.
    pub hlc: (i64, i64),
    /// The claimed time in the row.
    pub claimed_us: i64,
    /// The device in the row.
    pub device: String,
    /// The kind in the row.
    pub kind: String,
    /// The signed bytes.
    pub bytes: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
}

impl Case {
    /// Runs `see` over every event's row in arrival order.
    pub fn each_event_row(&self, mut see: impl FnMut(EventRow)) -> Result<(), CaseError> {
        let sql = self.sql("reading events");
        let mut statement = self
            .conn
            .prepare(
                "SELECT id, hash, writer, seq, lamport, hlc_us, hlc_n, claimed_us, device, kind, bytes, signature \
                 FROM event ORDER BY id",
            )
            .map_err(&sql)?;
        let mut rows = statement.query([]).map_err(&sql)?;
        while let Some(row) = rows.next().map_err(&sql)? {
            see(event_row(row).map_err(&sql)?);
        }
        Ok(())
    }

    /// What the events say now. An event whose bytes are not what its name says, or that cannot be decoded, is left out and
    /// counted: [`crate::case::verify`] names it.
    pub fn state(&self) -> Result<(State, usize), CaseError> {
        let mut events = Vec::new();
        let mut unreadable = 0;
        self.each_event_row(|row| match decode(&row) {
            Ok(event) => events.push(event),
            Err(_) => unreadable += 1,
        })?;
        Ok((State::of(events), unreadable))
    }

    /// What counts now, without the events that say so: for a large case they are the larger part.
    pub fn current(&self) -> Result<State, CaseError> {
        let mut events = Vec::new();
        self.each_event_row(|row| {
            let hash = EventHash::of(&row.bytes);
            if hash.0.as_slice() == row.hash
                && let Ok((mut envelope, payload)) = Envelope::open(&row.bytes)
            {
                envelope.anchors = Vec::new();
                events.push((hash, envelope, payload));
            }
        })?;
        Ok(State::current(events))
    }

    /// The number of events and the newest arrival: changes with every append.
    pub fn arrivals(&self) -> Result<(i64, i64), CaseError> {
        self.conn
            .query_row("SELECT (SELECT count(*) FROM event), (SELECT coalesce(max(id), 0) FROM event)", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .map_err(self.sql("counting events"))
    }

    /// One of the notes about this copy of the file.
    pub(crate) fn local(&self, key: &str) -> Result<Option<String>, CaseError> {
        use rusqlite::OptionalExtension as _;
        self.conn
            .query_row("SELECT value FROM local WHERE key = ?1", [key], |row| row.get(0))
            .optional()
            .map_err(self.sql("reading"))
    }
}

/// An event's name and envelope, where its bytes are what its name says.
pub fn decode(row: &EventRow) -> Result<(EventHash, Envelope), EventError> {
    let hash = EventHash::of(&row.bytes);
    if hash.0.as_slice() != row.hash {
        return Err(EventError::Shape("the bytes are not what the event's name says".into()));
    }
    Ok((hash, Envelope::decode(&row.bytes)?))
}

fn event_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<EventRow> {
    Ok(EventRow {
        id: row.get(0)?,
        hash: row.get(1)?,
        writer: row.get(2)?,
        seq: row.get(3)?,
        lamport: row.get(4)?,
        hlc: (row.get(5)?, row.get(6)?),
        claimed_us: row.get(7)?,
        device: row.get(8)?,
        kind: row.get(9)?,
        bytes: row.get(10)?,
        signature: row.get(11)?,
    })
}

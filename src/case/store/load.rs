//! Reading events back out of the file.

use crossbeam_channel::{Sender, bounded};
use rusqlite::Connection;
use std::panic::resume_unwind;

use super::Case;
use crate::case::error::CaseError;
use crate::case::events::kinds::Payload;
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
        current(self.conn()).map_err(self.sql("reading events"))
    }

    /// The number of events and the newest arrival: changes with every append.
    pub fn arrivals(&self) -> Result<(i64, i64), CaseError> {
        arrivals(&self.conn).map_err(self.sql("counting events"))
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

/// As [`Case::current`], within a transaction. Decoding takes longer than reading, so it has threads of its own.
pub(crate) fn current(conn: &Connection) -> rusqlite::Result<State> {
    let (to_decode, rows) = bounded::<Bytes>(4 * DECODERS);
    let events = std::thread::scope(|scope| {
        let decoders: Vec<_> = (0..DECODERS).map(|_| scope.spawn(|| rows.iter().filter_map(open).collect())).collect();
        let sent = send_events(conn, &to_decode);
        drop(to_decode);
        let joined = decoders.into_iter().map(|decoder| decoder.join().unwrap_or_else(|e| resume_unwind(e)));
        let decoded: Vec<Vec<_>> = joined.collect();
        sent.map(|()| decoded)
    })?;
    Ok(State::current(events.into_iter().flatten().collect()))
}

/// Threads that decode events.
const DECODERS: usize = 2;

/// An event's name in its row, and its bytes.
struct Bytes {
    name: Vec<u8>,
    bytes: Vec<u8>,
}

fn send_events(conn: &Connection, to_decode: &Sender<Bytes>) -> rusqlite::Result<()> {
    let mut statement = conn.prepare("SELECT hash, bytes FROM event ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let (Ok(name), Ok(bytes)) = (row.get(0), row.get(1))
            && to_decode.send(Bytes { name, bytes }).is_err()
        {
            break;
        }
    }
    Ok(())
}

/// What an event says, where its bytes are what its name says.
fn open(event: Bytes) -> Option<(EventHash, Envelope, Payload)> {
    let hash = EventHash::of(&event.bytes);
    if hash.0.as_slice() != event.name {
        return None;
    }
    let (mut envelope, payload) = Envelope::open(&event.bytes).ok()?;
    envelope.anchors = Vec::new();
    Some((hash, envelope, payload))
}

/// As [`Case::arrivals`], within a transaction.
pub(crate) fn arrivals(conn: &Connection) -> rusqlite::Result<(i64, i64)> {
    let both = "SELECT (SELECT count(*) FROM event), (SELECT coalesce(max(id), 0) FROM event)";
    conn.query_row(both, [], |row| Ok((row.get(0)?, row.get(1)?)))
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

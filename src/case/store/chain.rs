//! This process's hold on its chain: which device signs, after which event, and what the next event comes after.
//!
//! Reads only. Whatever does not follow cleanly from what the device remembers is left alone, because a new chain is
//! always safe and a second history under one name never is.

use rusqlite::{Connection, params};
use std::path::Path;

use crate::case::error::CaseError;
use crate::case::events::envelope::MAX_SEEN;
use crate::case::events::{Envelope, EventHash, HybridTime, SeenHead};
use crate::case::identity::{Binding, Device};
use crate::env::Env;
use crate::model::id::Id;
use crate::model::time::Micros;

/// How far ahead of our clock another's may be before it no longer carries ours along: one minute.
const HORIZON_MICROS: i64 = 60_000_000;

/// The device and the last event it knows of.
pub(super) struct Chain {
    pub(super) device: Device,
    pub(super) head: Option<Head>,
    /// What the state folder said of a file of this path, whether it still is that file or not.
    remembered: Option<Binding>,
}

/// The last event of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) writer: Id,
    pub(super) seq: u64,
    pub(super) hash: EventHash,
}

/// What an event comes after.
pub(super) struct Causes {
    pub(super) seen: Vec<SeenHead>,
    /// The largest counter among them.
    pub(super) lamport: u64,
    /// The latest hybrid time among them that is not far ahead of our clock.
    pub(super) hlc: HybridTime,
}

impl Chain {
    /// What this device knows of its chain in the file.
    pub(super) fn load(env: &Env, case: &EventHash, path: &Path, inode: (u64, u64)) -> Result<Self, CaseError> {
        let device = Device::load_or_create(env)?;
        let remembered = Binding::load(env, case, path);
        let head = remembered.as_ref().filter(|b| b.inode == inode).map(|b| Head {
            writer: b.writer,
            seq: b.seq,
            hash: b.head,
        });
        Ok(Chain { device, head, remembered })
    }

    /// Why a new chain begins, and the one before it, where this device wrote to a file of this path.
    pub(super) fn opening(&self) -> (String, Option<Id>) {
        let before = self
            .head
            .map(|h| (h, "the file holds less than this device wrote to it, or something else"))
            .or_else(|| {
                let b = self.remembered.as_ref()?;
                Some((Head { writer: b.writer, seq: b.seq, hash: b.head }, "another file stands at the path"))
            });
        match before {
            Some((head, what)) => {
                let because = format!(
                    "{what} (a restored backup, a copy or a change by others): this device's last event here was \
                     number {} of chain {}, {}",
                    head.seq, head.writer, head.hash
                );
                (because, Some(head.writer))
            }
            None => {
                ("this device writes to this file for the first time, or the file was copied or moved".into(), None)
            }
        }
    }

    /// True where the remembered head is in this file and every event after it in its chain was signed by this device,
    /// each after the one before: another process of it, or one killed before it could remember. Moves the head there.
    pub(super) fn goes_on(&mut self, conn: &Connection) -> rusqlite::Result<bool> {
        let Some(mut head) = self.head else { return Ok(false) };
        let mut statement = conn.prepare_cached(
            "SELECT hash, bytes, signature FROM event WHERE writer = ?1 AND seq >= ?2 ORDER BY seq, id",
        )?;
        let mut rows =
            statement.query(params![head.writer.0.as_slice(), i64::try_from(head.seq).unwrap_or(i64::MAX)])?;
        let Some(first) = rows.next()? else { return Ok(false) };
        if first.get::<_, Vec<u8>>(0)? != head.hash.0 {
            return Ok(false);
        }
        while let Some(row) = rows.next()? {
            let (hash, bytes, signature): (Vec<u8>, Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            match self.follower(head, &hash, &bytes, &signature) {
                Some(next) => head = next,
                None => return Ok(false),
            }
        }
        self.head = Some(head);
        Ok(true)
    }

    fn follower(&self, head: Head, hash: &[u8], bytes: &[u8], signature: &[u8]) -> Option<Head> {
        let name = EventHash::of(bytes);
        let envelope = Envelope::decode(bytes).ok()?;
        let next = Head { writer: head.writer, seq: head.seq.checked_add(1)?, hash: name };
        let ours = name.0.as_slice() == hash
            && (envelope.writer, envelope.seq, envelope.prev) == (next.writer, next.seq, Some(head.hash))
            && envelope.device == self.device.public()
            && envelope.check(&name, &signature.try_into().ok()?).is_ok();
        ours.then_some(next)
    }

    /// What the next event of `writer` comes after: its own head, and the heads of other chains that it has not said it
    /// saw. Where there are more than an event may carry, those that stand last in the order are carried, so that the
    /// event stands after all of them.
    pub(super) fn causes(&self, conn: &Connection, writer: Id, now: Micros) -> rusqlite::Result<Causes> {
        let mut causes = Causes { seen: Vec::new(), lamport: 0, hlc: HybridTime::default() };
        // Arrival order tells what was not there when this chain last spoke.
        let mut since = 0;
        if let Some(head) = self.head {
            let mut own = conn.prepare_cached("SELECT id, lamport, hlc_us, hlc_n FROM event WHERE hash = ?1")?;
            let (id, place) = own.query_row([head.hash.0.as_slice()], |row| Ok((row.get(0)?, place(row, 1)?)))?;
            since = id;
            causes.add(place, now);
        }
        let mut others = conn.prepare_cached(
            "SELECT writer, max(seq), hash, lamport, hlc_us, hlc_n FROM event NOT INDEXED \
             WHERE id > ?2 AND writer <> ?1 GROUP BY writer ORDER BY lamport DESC, hash LIMIT ?3",
        )?;
        let limit = i64::try_from(MAX_SEEN).unwrap_or(i64::MAX);
        let mut rows = others.query(params![writer.0.as_slice(), since, limit])?;
        while let Some(row) = rows.next()? {
            let (writer, seq, hash): (Id, i64, EventHash) = (Id(row.get(0)?), row.get(1)?, EventHash(row.get(2)?));
            causes.seen.push(SeenHead { writer, seq: seq.unsigned_abs(), hash });
            causes.add(place(row, 3)?, now);
        }
        Ok(causes)
    }
}

impl Causes {
    fn add(&mut self, (lamport, hlc): (u64, HybridTime), now: Micros) {
        self.lamport = self.lamport.max(lamport);
        // A clock far ahead of ours is kept as it was claimed and does not carry ours along.
        if hlc.us <= now.0.saturating_add(HORIZON_MICROS) {
            self.hlc = self.hlc.max(hlc);
        }
    }
}

/// Counter and hybrid time from a row's columns, which a stranger may have changed to anything.
fn place(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<(u64, HybridTime)> {
    let (lamport, us, n): (i64, i64, i64) = (row.get(at)?, row.get(at + 1)?, row.get(at + 2)?);
    Ok((u64::try_from(lamport).unwrap_or(0), HybridTime { us, n: u32::try_from(n).unwrap_or(0) }))
}

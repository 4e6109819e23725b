//! Packs: small blobs side by side in one frame, because a frame and a row of its own would cost each of them more than
//! its bytes. Every blob keeps its own name; where it stands in its pack is written in its row.
//!
//! A pack is complete in the transaction that names its blobs, so it is never staged. Bytes of a pack that belong to no
//! blob are zero: what was destroyed leaves nothing behind.

use rusqlite::{Connection, OptionalExtension as _, ToSql, params};
use std::collections::HashSet;
use std::io;

use super::blob::{FRAME_BYTES, Frame, Packer, Stat, StoreError, open_frame};
use crate::model::digest::Digest;

/// The largest blob that is packed.
pub const SMALL_BYTES: usize = 128 << 10;
/// A pack is closed when it holds this much: one is opened whole for each small blob that is looked at.
const PACK_BYTES: usize = 256 << 10;

pub(super) const PACK: i64 = 3;

/// Packs that are being filled within one transaction.
#[derive(Default)]
pub struct Packs {
    raw: Vec<u8>,
    row: Option<i64>,
    /// Names and places of blobs that have no rows so far.
    named: Vec<Named>,
    /// Their names.
    names: HashSet<[u8; 32]>,
}

struct Named {
    hash: [u8; 32],
    bytes: i64,
    lines: i64,
    first: i64,
}

/// Rows that are written by one statement: what a statement costs before its first row is several times what a row costs.
const AT_ONCE: usize = 32;

impl Packs {
    /// Stores bytes of that digest, unless they are stored or were destroyed on purpose. Nothing is in the file until
    /// [`Packs::close`].
    pub fn add(
        &mut self,
        conn: &Connection,
        digest: &Digest,
        bytes: &[u8],
        packer: &mut Packer,
    ) -> Result<(), StoreError> {
        if self.raw.len() + bytes.len() > PACK_BYTES {
            self.close(conn, packer)?;
        }
        let hash = raw_hash(digest)?;
        if self.names.contains(&hash) || is_there(conn, &hash)? {
            return Ok(());
        }
        let row = match self.row {
            Some(row) => row,
            None => {
                conn.prepare_cached("INSERT INTO blob (state, frames) VALUES (?1, 1)")?.execute([PACK])?;
                *self.row.insert(conn.last_insert_rowid())
            }
        };
        let lines = memchr::memchr_iter(b'\n', bytes).count() as i64;
        self.names.insert(hash);
        self.named.push(Named { hash, bytes: bytes.len() as i64, lines, first: self.raw.len() as i64 });
        self.raw.extend_from_slice(bytes);
        if self.named.len() >= AT_ONCE { self.name(conn, row) } else { Ok(()) }
    }

    /// Whether bytes of that digest wait for their row. Who fills two packs at once must not add them to the other.
    pub fn holds(&self, digest: &Digest) -> bool {
        raw_hash(digest).is_ok_and(|hash| self.names.contains(&hash))
    }

    /// Gives what waits for its row that row. To be called before bytes of the same digest are stored in another way.
    pub fn name_waiting(&mut self, conn: &Connection) -> Result<(), StoreError> {
        match self.row {
            Some(row) if !self.named.is_empty() => self.name(conn, row),
            _ => Ok(()),
        }
    }

    /// Gives the blobs of the pack in `row` their rows.
    fn name(&mut self, conn: &Connection, row: i64) -> Result<(), StoreError> {
        for some in self.named.chunks(AT_ONCE) {
            let values = vec!["(?, ?, ?, 1, 1, ?, ?)"; some.len()].join(", ");
            let insert =
                format!("INSERT INTO blob (hash, bytes, lines, frames, state, pack, first_byte) VALUES {values}");
            let mut insert = conn.prepare_cached(&insert)?;
            let mut at = 0;
            let mut bind = |value: &dyn ToSql| {
                at += 1;
                insert.raw_bind_parameter(at, value)
            };
            for Named { hash, bytes, lines, first } in some {
                let all: [&dyn ToSql; 5] = [&hash.as_slice(), bytes, lines, &row, first];
                all.into_iter().try_for_each(&mut bind)?;
            }
            insert.raw_execute()?;
        }
        self.named.clear();
        self.names.clear();
        Ok(())
    }

    /// Writes what is held. To be called before the transaction ends.
    pub fn close(&mut self, conn: &Connection, packer: &mut Packer) -> Result<(), StoreError> {
        let Some(row) = self.row.take() else { return Ok(()) };
        self.name(conn, row)?;
        let frame = packer.frame_of(&self.raw)?;
        self.raw.clear();
        write(conn, row, &frame)
    }
}

fn raw_hash(digest: &Digest) -> io::Result<[u8; 32]> {
    let hash = crate::model::id::unhex(digest.hex()).and_then(|hash| hash.try_into().ok());
    hash.ok_or_else(|| io::Error::other("a digest that is no SHA-256"))
}

/// Whether a blob has a row: it is stored, or was destroyed on purpose.
fn is_there(conn: &Connection, hash: &[u8; 32]) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM blob WHERE hash = ?1)")?.query_row([hash], |row| row.get(0))
}

fn write(conn: &Connection, row: i64, frame: &Frame) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO frame (blob, n, first_byte, bytes, first_line, data) VALUES (?1, 0, 0, ?2, 0, ?3)",
    )?
    .execute(params![row, frame.bytes() as i64, frame.data()])?;
    Ok(())
}

/// Where a blob stands in a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packed {
    /// The pack's row.
    pub pack: i64,
    /// Its first byte in the pack.
    pub first: i64,
    /// How many bytes it has.
    pub bytes: i64,
}

impl Packed {
    /// The blob's bytes in those of its pack; `None` where the row tells of bytes that are not there.
    pub fn of<'p>(&self, pack: &'p [u8]) -> Option<&'p [u8]> {
        let first = usize::try_from(self.first).ok()?;
        let end = first.checked_add(usize::try_from(self.bytes).ok()?)?;
        pack.get(first..end)
    }
}

/// Where the blob of a row stands in a pack; `None` where it has frames of its own.
pub fn packed(conn: &Connection, row: i64) -> rusqlite::Result<Option<Packed>> {
    conn.prepare_cached("SELECT pack, first_byte, bytes FROM blob WHERE id = ?1 AND pack IS NOT NULL")?
        .query_row([row], |r| Ok(Packed { pack: r.get(0)?, first: r.get(1)?, bytes: r.get(2)? }))
        .optional()
}

/// The pack that was opened last: its blobs are opened without opening it again. Look at blobs in the order of their rows
/// and each pack is opened once.
#[derive(Default)]
pub struct Shelf {
    open: Option<(i64, Vec<u8>)>,
}

impl Shelf {
    /// The bytes of a packed blob; `None` where it has frames of its own.
    pub fn bytes(&mut self, conn: &Connection, stat: &Stat) -> Result<Option<&[u8]>, StoreError> {
        match stat.packed {
            Some(packed) => self.part(conn, packed).map(Some),
            None => Ok(None),
        }
    }

    /// As [`Shelf::bytes`], for a place that is known.
    pub fn part(&mut self, conn: &Connection, packed: Packed) -> Result<&[u8], StoreError> {
        if self.open.as_ref().is_none_or(|(row, _)| *row != packed.pack) {
            let raw = open_pack(conn, packed.pack)?;
            self.open = Some((packed.pack, raw));
        }
        let part = self.open.as_ref().and_then(|(_, raw)| packed.of(raw));
        part.ok_or_else(|| io::Error::other("it does not stand in its pack").into())
    }
}

/// A pack's raw bytes.
pub fn open_pack(conn: &Connection, pack: i64) -> Result<Vec<u8>, StoreError> {
    let frame = open_frame(conn, pack, 0)?;
    frame.map(|f| f.raw).ok_or_else(|| io::Error::other("its pack is not there").into())
}

/// Destroys the bytes of a packed blob where they stand. Where its pack cannot be opened, nothing in it can: it goes.
pub(super) fn erase(conn: &Connection, digest: &Digest) -> Result<(), StoreError> {
    let name = crate::model::id::unhex(digest.hex()).unwrap_or_default();
    let found = conn
        .query_row("SELECT pack, first_byte, bytes FROM blob WHERE hash = ?1 AND pack IS NOT NULL", [name], |r| {
            Ok(Packed { pack: r.get(0)?, first: r.get(1)?, bytes: r.get(2)? })
        })
        .optional()?;
    let Some(packed) = found else { return Ok(()) };
    let mut raw = open_pack(conn, packed.pack).ok();
    let place = raw.as_deref().and_then(|raw| packed.of(raw)).is_some();
    let (first, bytes) = (packed.first.unsigned_abs() as usize, packed.bytes.unsigned_abs() as usize);
    match raw.as_mut().and_then(|raw| raw.get_mut(first..first.saturating_add(bytes))).filter(|_| place) {
        Some(part) => part.fill(0),
        None => {
            conn.execute("DELETE FROM frame WHERE blob = ?1", [packed.pack])?;
            return Ok(());
        }
    }
    let frame = Packer::new()?.frame_of(raw.as_deref().unwrap_or_default())?;
    write(conn, packed.pack, &frame)
}

const _: () = assert!(PACK_BYTES <= FRAME_BYTES && SMALL_BYTES <= PACK_BYTES);

//! Packs: small blobs side by side in one frame, because a frame and a row of its own would cost each of them more than
//! its bytes. Every blob keeps its own name; where it stands in its pack is written in its row.
//!
//! A pack is complete in the transaction that names its blobs, so it is never staged. Bytes of a pack that belong to no
//! blob are zero: what was destroyed leaves nothing behind.

use rusqlite::{Connection, OptionalExtension as _, params};
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
}

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
        let row = match self.row {
            Some(row) => row,
            None => {
                conn.prepare_cached("INSERT INTO blob (state, frames) VALUES (?1, 1)")?.execute([PACK])?;
                *self.row.insert(conn.last_insert_rowid())
            }
        };
        let name = crate::model::id::unhex(digest.hex()).unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', bytes).count();
        let added = conn
            .prepare_cached(
                "INSERT OR IGNORE INTO blob (hash, bytes, lines, frames, state, pack, first_byte) \
                 VALUES (?1, ?2, ?3, 1, 1, ?4, ?5)",
            )?
            .execute(params![name, bytes.len() as i64, lines as i64, row, self.raw.len() as i64])?;
        if added > 0 {
            self.raw.extend_from_slice(bytes);
        }
        Ok(())
    }

    /// Writes what is held. To be called before the transaction ends.
    pub fn close(&mut self, conn: &Connection, packer: &mut Packer) -> Result<(), StoreError> {
        let Some(row) = self.row.take() else { return Ok(()) };
        if self.raw.is_empty() {
            conn.execute("DELETE FROM blob WHERE id = ?1", [row])?;
            return Ok(());
        }
        let frame = packer.frame_of(&self.raw)?;
        self.raw.clear();
        write(conn, row, &frame)
    }
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

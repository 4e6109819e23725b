//! Blobs: bytes under their SHA-256, in zstd frames of at most 1 MiB raw with byte and line offsets, so that a locator
//! opens one frame.
//!
//! A large blob is staged over several transactions under a lease and gets its name in the transaction that signs the
//! event naming it. What a killed process left staged is swept when its process is gone, or when its process cannot be
//! asked about and its lease has run out.

use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};
use std::io;

use super::holder::Fate;
use super::pack::{self, Packed, Shelf, packed};
use crate::model::digest::Digest;
use crate::model::time::Micros;

/// The most raw bytes one frame holds.
pub const FRAME_BYTES: usize = 1 << 20;
/// How long a staged blob is left alone when its holder cannot be asked.
const LEASE_MICROS: i64 = 10 * 60 * 1_000_000;
/// zstd's fast end: evidence is mostly repetition, and 3 am is no time to wait for the last percent.
const LEVEL: i32 = 1;

const STAGED: i64 = 0;
const STORED: i64 = 1;
const EXPUNGED: i64 = 2;

/// One compressed frame and what it holds.
pub struct Frame {
    raw: Vec<u8>,
    bytes: usize,
    data: Vec<u8>,
    lines: u64,
}

impl Frame {
    /// Compresses raw bytes into frames.
    pub fn pack(raw: &[u8]) -> io::Result<Vec<Frame>> {
        Packer::new()?.pack(raw.to_vec())
    }

    /// Bytes it holds.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The compressed bytes.
    pub(super) fn data(&self) -> &[u8] {
        &self.data
    }

    /// Hashes the raw bytes and drops them, so that a frame that waits to be stored takes little memory. The blob it goes
    /// into must then [`Staged::adopt`] that hash.
    pub fn hash_into(&mut self, hash: &mut Sha256) {
        hash.update(std::mem::take(&mut self.raw));
    }

    /// Drops the raw bytes unhashed. The blob it goes into must then [`Staged::adopt`] a hash that is known otherwise.
    pub fn forget(&mut self) {
        self.raw = Vec::new();
    }

    /// Hashes the bytes of a frame that holds them only compressed.
    pub fn unpack_into(&self, hash: &mut Sha256) -> io::Result<()> {
        hash.update(zstd::bulk::decompress(&self.data, self.bytes)?);
        Ok(())
    }
}

/// Compresses, and keeps what compression needs from one call to the next. Costs time, needs no case: one a thread.
pub struct Packer {
    compressor: zstd::bulk::Compressor<'static>,
    buffer: Vec<u8>,
}

impl Packer {
    /// A packer.
    pub fn new() -> io::Result<Self> {
        let buffer = vec![0; zstd::zstd_safe::compress_bound(FRAME_BYTES)];
        Ok(Packer { compressor: zstd::bulk::Compressor::new(LEVEL)?, buffer })
    }

    /// Compresses raw bytes into frames; bytes that fit into one are not copied.
    pub fn pack(&mut self, raw: Vec<u8>) -> io::Result<Vec<Frame>> {
        if raw.is_empty() {
            return Ok(Vec::new());
        }
        if raw.len() <= FRAME_BYTES {
            return Ok(vec![self.frame(raw)?]);
        }
        raw.chunks(FRAME_BYTES).map(|part| self.frame(part.to_vec())).collect()
    }

    /// Compresses bytes of at most [`FRAME_BYTES`] into one frame that does not hold them itself.
    pub(super) fn frame_of(&mut self, raw: &[u8]) -> io::Result<Frame> {
        let size = self.compressor.compress_to_buffer(raw, self.buffer.as_mut_slice())?;
        let data = self.buffer.get(..size).unwrap_or_default().to_vec();
        Ok(Frame { bytes: raw.len(), raw: Vec::new(), data, lines: 0 })
    }

    fn frame(&mut self, raw: Vec<u8>) -> io::Result<Frame> {
        let size = self.compressor.compress_to_buffer(&raw, self.buffer.as_mut_slice())?;
        let data = self.buffer.get(..size).unwrap_or_default().to_vec();
        let lines = memchr::memchr_iter(b'\n', &raw).count() as u64;
        Ok(Frame { bytes: raw.len(), raw, data, lines })
    }
}

/// A blob that is being written.
pub struct Staged {
    row: i64,
    frames: i64,
    bytes: u64,
    lines: u64,
    hash: Sha256,
    /// The digest, where it is known without hashing.
    known: Option<Digest>,
}

impl Staged {
    /// Begins a blob.
    pub fn begin(conn: &Connection, now: Micros, holder: &str) -> rusqlite::Result<Self> {
        conn.prepare_cached("INSERT INTO blob (state, lease_until, lease_holder) VALUES (?1, ?2, ?3)")?
            .execute(params![STAGED, now.0 + LEASE_MICROS, holder])?;
        Ok(Staged { row: conn.last_insert_rowid(), frames: 0, bytes: 0, lines: 0, hash: Sha256::new(), known: None })
    }

    /// Adds one frame.
    pub fn push(&mut self, conn: &Connection, frame: &Frame) -> rusqlite::Result<()> {
        self.hash.update(&frame.raw);
        conn.prepare_cached(
            "INSERT INTO frame (blob, n, first_byte, bytes, first_line, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            self.row,
            self.frames,
            self.bytes as i64,
            frame.bytes as i64,
            self.lines as i64,
            frame.data
        ])?;
        self.frames += 1;
        self.bytes += frame.bytes as u64;
        self.lines += frame.lines;
        Ok(())
    }

    /// Keeps others from sweeping it for another while.
    pub fn renew(&self, conn: &Connection, now: Micros) -> rusqlite::Result<()> {
        let changed = conn
            .prepare_cached("UPDATE blob SET lease_until = ?2 WHERE id = ?1 AND state = ?3")?
            .execute(params![self.row, now.0 + LEASE_MICROS, STAGED])?;
        still_there(changed)
    }

    /// Takes the hash of all bytes, made while they came in ([`Frame::hash_into`]).
    pub fn adopt(&mut self, hash: Sha256) {
        self.hash = hash;
    }

    /// Takes the digest of all bytes, known because they are bytes that were hashed before they came here.
    pub fn adopt_digest(&mut self, digest: Digest) {
        self.known = Some(digest);
    }

    /// Hashes what is stored of it so far.
    pub fn hash_stored(&self, conn: &Connection, hash: &mut Sha256) -> Result<(), StoreError> {
        for n in 0..self.frames {
            let frame = open_frame(conn, self.row, n)?.ok_or_else(|| io::Error::other("a staged frame is gone"))?;
            hash.update(&frame.raw);
        }
        Ok(())
    }

    /// The digest so far.
    pub fn digest(&self) -> Digest {
        self.known.clone().unwrap_or_else(|| Digest::from_sha256(&self.hash.clone().finalize().into()))
    }

    /// Bytes so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Gives the blob its name. Where those bytes are stored already, the staged copy is dropped. Fails where it was swept,
    /// so that no event ever names bytes that are not there.
    pub fn seal(self, conn: &Connection) -> rusqlite::Result<Digest> {
        let digest = self.digest();
        let raw = crate::model::id::unhex(digest.hex()).unwrap_or_default();
        let known: Option<i64> = conn
            .prepare_cached("SELECT state FROM blob WHERE hash = ?1")?
            .query_row([raw.as_slice()], |row| row.get(0))
            .optional()?;
        if known.is_some() {
            // Also where it was expunged: what was destroyed on purpose does not come back by importing it again.
            conn.execute("DELETE FROM blob WHERE id = ?1", [self.row])?;
        } else {
            let mut name = conn.prepare_cached(
                "UPDATE blob SET hash = ?2, bytes = ?3, lines = ?4, frames = ?5, state = ?6, lease_until = 0, \
                 lease_holder = '' WHERE id = ?1 AND state = ?7",
            )?;
            let (bytes, lines) = (self.bytes as i64, self.lines as i64);
            still_there(name.execute(params![self.row, raw.as_slice(), bytes, lines, self.frames, STORED, STAGED])?)?;
        }
        Ok(digest)
    }

    /// Drops it.
    pub fn discard(self, conn: &Connection) -> rusqlite::Result<()> {
        conn.execute("DELETE FROM blob WHERE id = ?1", [self.row]).map(|_| ())
    }
}

/// Fails where a staged blob's row is no longer there.
fn still_there(changed: usize) -> rusqlite::Result<()> {
    if changed == 1 { Ok(()) } else { Err(rusqlite::Error::StatementChangedRows(changed)) }
}

/// Stores bytes that are at hand whole.
pub fn store(conn: &Connection, now: Micros, holder: &str, bytes: &[u8]) -> Result<Digest, StoreError> {
    let mut staged = Staged::begin(conn, now, holder)?;
    for frame in Frame::pack(bytes)? {
        staged.push(conn, &frame)?;
    }
    Ok(staged.seal(conn)?)
}

/// Either side of storing.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite.
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    /// Compression.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What is known of a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// Row.
    pub row: i64,
    /// Raw size.
    pub bytes: u64,
    /// Newlines in it.
    pub lines: u64,
    /// Number of frames.
    pub frames: i64,
    /// Its bytes were destroyed.
    pub expunged: bool,
    /// Where it stands among other small blobs; `None` where its frames are its own.
    pub packed: Option<Packed>,
}

/// Looks a blob up; `None` where it was never stored.
pub fn stat(conn: &Connection, digest: &Digest) -> rusqlite::Result<Option<Stat>> {
    let raw = crate::model::id::unhex(digest.hex()).unwrap_or_default();
    conn.prepare_cached("SELECT id, bytes, lines, frames, state, pack, first_byte FROM blob WHERE hash = ?1")?
        .query_row([raw], |row| {
            let (pack, first, bytes) = (row.get::<_, Option<i64>>(5)?, row.get(6)?, row.get(1)?);
            Ok(Stat {
                packed: pack.map(|pack| Packed { pack, first, bytes }),
                row: row.get(0)?,
                bytes: row.get::<_, i64>(1)?.unsigned_abs(),
                lines: row.get::<_, i64>(2)?.unsigned_abs(),
                frames: row.get(3)?,
                expunged: row.get::<_, i64>(4)? == EXPUNGED,
            })
        })
        .optional()
}

/// One frame's raw bytes, where it stands and which line it begins in (from 0).
pub struct OpenFrame {
    /// First byte within the blob.
    pub first_byte: u64,
    /// Newlines before it.
    pub first_line: u64,
    /// The bytes.
    pub raw: Vec<u8>,
}

/// Opens frame `n` of a blob. A frame that unpacks to anything but its stated size (at most [`FRAME_BYTES`]) is refused.
pub fn open_frame(conn: &Connection, row: i64, n: i64) -> Result<Option<OpenFrame>, StoreError> {
    let found = conn
        .prepare_cached("SELECT first_byte, bytes, first_line, data FROM frame WHERE blob = ?1 AND n = ?2")?
        .query_row([row, n], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?, row.get::<_, Vec<u8>>(3)?))
        })
        .optional()?;
    let Some((first_byte, bytes, first_line, data)) = found else {
        // A small blob is the only frame of itself, in its pack.
        let packed = if n == 0 { packed(conn, row)? } else { None };
        return packed.map(|packed| open_packed(conn, packed)).transpose();
    };
    let size = usize::try_from(bytes).ok().filter(|n| *n <= FRAME_BYTES);
    let size = size.ok_or_else(|| io::Error::other("a frame claims more than 1 MiB"))?;
    let raw = zstd::bulk::decompress(&data, size)?;
    if raw.len() != size {
        return Err(io::Error::other("a frame has another size than stated").into());
    }
    Ok(Some(OpenFrame { first_byte: first_byte.unsigned_abs(), first_line: first_line.unsigned_abs(), raw }))
}

fn open_packed(conn: &Connection, packed: Packed) -> Result<OpenFrame, StoreError> {
    if packed.pack == 0 {
        return Err(io::Error::other("it names no pack").into());
    }
    let raw = Shelf::default().part(conn, packed)?.to_vec();
    Ok(OpenFrame { first_byte: 0, first_line: 0, raw })
}

/// The frame that holds a byte; `None` behind the blob's end.
pub fn frame_at(conn: &Connection, row: i64, byte: u64) -> Result<Option<OpenFrame>, StoreError> {
    let n: Option<i64> = conn
        .prepare_cached("SELECT n FROM frame WHERE blob = ?1 AND first_byte <= ?2 ORDER BY n DESC LIMIT 1")?
        .query_row(params![row, i64::try_from(byte).unwrap_or(i64::MAX)], |row| row.get(0))
        .optional()?;
    let frame = open_frame(conn, row, n.unwrap_or(0))?;
    Ok(frame.filter(|f| byte.saturating_sub(f.first_byte) < f.raw.len() as u64))
}

/// A blob's bytes from the start, frame by frame, as a reader.
pub struct BlobReader<'c> {
    conn: &'c Connection,
    row: i64,
    next: i64,
    frame: Vec<u8>,
    at: usize,
}

impl<'c> BlobReader<'c> {
    /// Reads the blob of a row.
    pub fn new(conn: &'c Connection, row: i64) -> Self {
        BlobReader { conn, row, next: 0, frame: Vec::new(), at: 0 }
    }

    /// Reads it from a byte on, opening no frame before the one that holds it.
    pub fn starting_at(conn: &'c Connection, row: i64, byte: u64) -> Result<Self, StoreError> {
        let position = i64::try_from(byte).unwrap_or(i64::MAX);
        let n: Option<i64> = conn
            .prepare_cached("SELECT max(n) FROM frame WHERE blob = ?1 AND first_byte <= ?2")?
            .query_row(params![row, position], |row| row.get(0))?;
        let n = n.unwrap_or(0);
        let opened = open_frame(conn, row, n)?;
        let (first, frame) = opened.map_or((byte, Vec::new()), |f| (f.first_byte, f.raw));
        let at = usize::try_from(byte.saturating_sub(first)).unwrap_or(usize::MAX).min(frame.len());
        Ok(BlobReader { conn, row, next: n + 1, frame, at })
    }
}

impl io::Read for BlobReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.frame.len() {
            let opened = open_frame(self.conn, self.row, self.next).map_err(io::Error::other)?;
            let Some(opened) = opened else { return Ok(0) };
            (self.frame, self.at, self.next) = (opened.raw, 0, self.next + 1);
        }
        let rest = self.frame.get(self.at..).unwrap_or_default();
        let n = rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        self.at += n;
        Ok(n)
    }
}

/// Destroys the bytes of a blob and keeps its row as a tombstone; one that is not here gets a tombstone too, so that it
/// does not come later. `secure_delete` overwrites the pages.
pub fn expunge(conn: &Connection, digest: &Digest) -> Result<(), StoreError> {
    let raw = crate::model::id::unhex(digest.hex()).unwrap_or_default();
    pack::erase(conn, digest)?;
    conn.execute("DELETE FROM frame WHERE blob IN (SELECT id FROM blob WHERE hash = ?1)", [&raw])?;
    conn.execute(
        "INSERT INTO blob (hash, state) VALUES (?1, ?2) ON CONFLICT (hash) DO UPDATE \
         SET state = excluded.state, pack = NULL, first_byte = 0",
        params![raw, EXPUNGED],
    )?;
    Ok(())
}

/// Sweeps staged blobs whose holder is gone, or cannot be asked about and let its lease run out; says how many.
pub fn sweep(conn: &Connection, now: Micros, fate: impl Fn(&str) -> Fate) -> rusqlite::Result<usize> {
    let mut statement = conn.prepare("SELECT id, lease_until, lease_holder FROM blob WHERE state = 0")?;
    let rows =
        statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?)))?;
    let mut dead = Vec::new();
    for row in rows {
        let (id, until, holder) = row?;
        match fate(&holder) {
            Fate::Gone => dead.push(id),
            Fate::Unknown if until < now.0 => dead.push(id),
            Fate::Unknown | Fate::Alive => {}
        }
    }
    for id in &dead {
        conn.execute("DELETE FROM blob WHERE id = ?1", [id])?;
    }
    Ok(dead.len())
}

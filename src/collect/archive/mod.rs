//! Archives, read member by member: tar and zip. Nothing is ever written to disk, no link is followed, and a member that is
//! refused is named with its reason while the rest is read.
//!
//! Compression around a tar is not this room's: [`super::decode`] has taken it away and watches its limits.

mod name;
mod tar;
mod zip;

use std::io::{self, Read, Seek};

pub use name::{Names, is_layer};

use crate::model::time::Micros;

/// What an archive may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveLimits {
    /// Most members, refused ones counted.
    pub members: u64,
    /// Largest member, in bytes.
    pub member: u64,
    /// Most bytes of all members together, in bytes.
    pub total: u64,
    /// Largest ratio of a member's bytes to those it takes in the archive, beyond the first 16 MiB.
    pub ratio: u64,
    /// Longest name of a member, in bytes.
    pub name: usize,
    /// Largest zip archive that is held in memory, because its source cannot be read from its end, in bytes.
    pub held: u64,
}

impl Default for ArchiveLimits {
    fn default() -> Self {
        ArchiveLimits { members: 200_000, member: 8 << 30, total: 16 << 30, ratio: 200, name: 4096, held: 256 << 20 }
    }
}

/// Decompressed bytes of a member that may pass before the ratio counts.
const FREE: u64 = 16 << 20;

/// The kinds of archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Read from its beginning.
    Tar,
    /// Read from its end: its directory stands there.
    Zip,
}

/// What bytes are an archive of; `None` for everything else.
pub fn recognise(head: &[u8]) -> Option<Kind> {
    // An empty zip archive is its directory's end alone.
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Some(Kind::Zip);
    }
    tar::is_header(head).then_some(Kind::Tar)
}

/// A member that may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name, made safe and kept unambiguous.
    pub path: String,
    /// When it was last changed, as the archive says.
    pub modified: Option<Micros>,
    /// Its size, as the archive says.
    pub bytes: u64,
}

/// What a visitor is told, in the order of the archive.
pub enum Told<'r> {
    /// A file, and its bytes. An error while they are read is in our words.
    File(Member, &'r mut dyn Read),
    /// A member that is not read: its name and why.
    Refused(String, String),
}

/// Whether to go on.
pub type GoOn = bool;

/// What is told of an archive.
pub type Visit<'v> = dyn FnMut(Told<'_>) -> GoOn + 'v;

/// A source that can be read from its end.
pub trait Seekable: Read + Seek {}

impl<T: Read + Seek> Seekable for T {}

/// Reads a tar archive from its first byte. `Err` holds why it was not read to its end; what came before it stays good.
pub fn read_tar(source: &mut dyn Read, limits: &ArchiveLimits, visit: &mut Visit<'_>) -> Result<(), String> {
    tar::read(source, limits, visit)
}

/// Reads a zip archive: `directory` is read for what stands in it, `bodies`, the same bytes, for the members.
pub fn read_zip<S: Seekable>(
    directory: S,
    bodies: S,
    limits: &ArchiveLimits,
    visit: &mut Visit<'_>,
) -> Result<(), String> {
    zip::read(directory, bodies, limits, visit)
}

/// A member's bytes within its limits.
struct Measured<'r> {
    inner: &'r mut dyn Read,
    /// As the archive says.
    stated: u64,
    produced: u64,
    /// What it takes in the archive, where it is compressed there.
    packed: Option<u64>,
    limits: ArchiveLimits,
    /// Bytes of all members together.
    total: &'r mut u64,
}

impl Read for Measured<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (ratio, packed) = (self.limits.ratio, self.packed);
        if packed.is_some_and(|packed| self.produced > packed.saturating_mul(ratio).max(FREE)) {
            return Err(io::Error::other(format!(
                "expands to more than {ratio} times its size; what was read of it was kept: if you trust the archive, \
                 unpack it yourself and import the folder"
            )));
        }
        if *self.total > self.limits.total {
            return Err(io::Error::other(too_much(&self.limits)));
        }
        let read = self.inner.read(buffer).map_err(|e| io::Error::other(format!("cannot be read on: {e}")))?;
        self.produced += read as u64;
        *self.total += read as u64;
        if read == 0 && !buffer.is_empty() && self.produced < self.stated {
            let (produced, stated) = (self.produced, self.stated);
            return Err(io::Error::other(format!("cut off: {produced} of {stated} bytes are there; those were kept")));
        }
        if self.produced > self.stated {
            return Err(io::Error::other("holds more bytes than the archive says it does"));
        }
        Ok(read)
    }
}

fn too_much(limits: &ArchiveLimits) -> String {
    format!(
        "the archive's members are together larger than the limit of {} bytes: unpack it and import its parts",
        limits.total
    )
}

fn too_many(limits: &ArchiveLimits) -> String {
    format!("more than {} members: the rest is not read; unpack it and import the folder", limits.members)
}

fn too_large(limits: &ArchiveLimits) -> String {
    format!("larger than the limit of {} bytes for one member: unpack it and import it by itself", limits.member)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_told_by_their_first_bytes() {
        let mut header = ::tar::Header::new_ustar();
        header.set_path("a").unwrap();
        header.set_cksum();
        assert_eq!(recognise(header.as_bytes()), Some(Kind::Tar));
        let mut old = ::tar::Header::new_old();
        old.set_path("a").unwrap();
        old.set_size(0);
        old.set_cksum();
        assert_eq!(recognise(old.as_bytes()), Some(Kind::Tar), "without a magic word, by its checksum");
        assert_eq!(recognise(b"PK\x03\x04rest"), Some(Kind::Zip));
        assert_eq!(recognise(b"PK is how it begins"), None);
        assert_eq!(recognise(&[0; 1024]), None);
        assert_eq!(recognise(b"apiVersion: v1\n"), None);
    }

    #[test]
    fn a_member_ends_at_its_limits() {
        let limits = ArchiveLimits { total: 10, ..ArchiveLimits::default() };
        let read = |bytes: &[u8], stated: u64, before: u64| {
            let (mut total, mut inner, mut out) = (before, bytes, Vec::new());
            let inner: &mut dyn Read = &mut inner;
            let mut measured = Measured { inner, stated, produced: 0, packed: None, limits, total: &mut total };
            measured.read_to_end(&mut out).map_err(|e| e.to_string()).map(|_| out)
        };
        assert_eq!(read(b"abc", 3, 0), Ok(b"abc".to_vec()));
        assert!(read(b"abc", 4, 0).unwrap_err().contains("3 of 4 bytes"));
        assert!(read(b"abc", 2, 0).unwrap_err().contains("more bytes"));
        assert!(read(b"abc", 3, 11).unwrap_err().contains("limit of 10 bytes"));
    }
}

//! Tar: ustar, GNU and pax, from a stream. Long names and pax records are read here, within limits, because they come
//! before the member they belong to and can claim any size.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use tar::{Archive, Entry, EntryType, Header};

use super::name::Names;
use super::{ArchiveLimits, Measured, Member, Told, Visit, too_large, too_many};
use crate::model::time::Micros;

/// The most bytes that one long name or one set of pax records may take.
const RECORDS: u64 = 1 << 20;

/// True for a header block: its checksum is right, and it has a name, or the magic word where it has none, as records before
/// the first member may.
pub(super) fn is_header(head: &[u8]) -> bool {
    let Some(block) = head.get(..512) else { return false };
    let Some(field) = block.get(148..156) else { return false };
    let digits: Vec<u8> = field.iter().copied().filter(u8::is_ascii_digit).collect();
    let stated = std::str::from_utf8(&digits).ok().and_then(|text| u32::from_str_radix(text, 8).ok());
    let sum: u32 = block.iter().map(|b| u32::from(*b)).sum();
    let spaces = 8 * u32::from(b' ');
    let own: u32 = field.iter().map(|b| u32::from(*b)).sum();
    let named = block.first().is_some_and(|b| *b != 0) || block.get(257..262) == Some(b"ustar".as_slice());
    named && stated == Some(sum - own + spaces)
}

/// What records before a member say of it.
#[derive(Default)]
struct Ahead {
    name: Option<Vec<u8>>,
    modified: Option<i64>,
    size: Option<u64>,
    sparse: bool,
}

pub(super) fn read(source: &mut dyn Read, limits: &ArchiveLimits, visit: &mut Visit<'_>) -> Result<(), String> {
    let extended = Rc::new(Cell::new(false));
    let mut archive = Archive::new(Blocks { inner: source, extended: Rc::clone(&extended) });
    let damaged = |members: u64, e: &dyn std::fmt::Display| {
        format!("the tar archive is damaged or cut off after {members} members ({e}); those were kept")
    };
    let entries = archive.entries().map_err(|e| damaged(0, &e))?;
    let (mut names, mut ahead) = (Names::default(), Ahead::default());
    let (mut members, mut total) = (0, 0);
    for entry in entries.raw(true) {
        let mut entry = entry.map_err(|e| damaged(members, &e))?;
        if records(&mut entry, &mut ahead).map_err(|e| damaged(members, &e))? {
            continue;
        }
        let said = std::mem::take(&mut ahead);
        extended.set(entry.header().as_gnu().is_some_and(|h| is_sparse(entry.header()) && h.is_extended()));
        if entry.header().entry_type() == EntryType::Directory {
            continue;
        }
        members += 1;
        if members > limits.members {
            return Err(too_many(limits));
        }
        if said.size.is_some_and(|size| size != entry.size()) {
            // The next header stands where the records say, and those bytes are not worth guessing at.
            return Err(damaged(members - 1, &"a member whose size is told twice, differently"));
        }
        if !member(&mut entry, said, &mut names, limits, &mut total, visit) {
            return Ok(());
        }
    }
    Ok(())
}

/// The archive's bytes without the blocks that an old sparse header goes on in, which stand between it and its data.
struct Blocks<'r> {
    inner: &'r mut dyn Read,
    /// The header met last goes on.
    extended: Rc<Cell<bool>>,
}

impl Read for Blocks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.extended.get() {
            let mut block = [0; 512];
            self.inner.read_exact(&mut block)?;
            self.extended.set(block.get(504).is_some_and(|more| *more != 0));
        }
        self.inner.read(buffer)
    }
}

fn is_sparse(header: &Header) -> bool {
    header.entry_type() == EntryType::GNUSparse
}

fn member<R: Read>(
    entry: &mut Entry<'_, R>,
    said: Ahead,
    names: &mut Names,
    limits: &ArchiveLimits,
    total: &mut u64,
    visit: &mut Visit<'_>,
) -> bool {
    let name = said.name.unwrap_or_else(|| entry.path_bytes().into_owned());
    let path = match names.path(&name, limits.name) {
        Ok(path) => path,
        Err((shown, why)) => return visit(Told::Refused(shown, why)),
    };
    let bytes = entry.size();
    let why = match entry.header().entry_type() {
        _ if said.sparse => Some("a sparse file: not read; unpack the archive and import it by itself".to_owned()),
        EntryType::Regular | EntryType::Continuous if bytes > limits.member => Some(too_large(limits)),
        EntryType::Regular | EntryType::Continuous => None,
        EntryType::GNUSparse => Some("a sparse file: not read; unpack the archive and import it by itself".to_owned()),
        EntryType::Link => Some("a hard link: not followed; what it names is read under its own name".to_owned()),
        EntryType::Symlink => Some("a link: not followed".to_owned()),
        EntryType::Char | EntryType::Block => Some("a device: not read".to_owned()),
        EntryType::Fifo => Some("a named pipe: not read".to_owned()),
        _ => Some("a member of an unknown type: not read".to_owned()),
    };
    if let Some(why) = why {
        return visit(Told::Refused(path, why));
    }
    let seconds = said.modified.or_else(|| entry.header().mtime().ok().and_then(|t| i64::try_from(t).ok()));
    let modified = seconds.filter(|t| *t != 0).and_then(|t| t.checked_mul(1_000_000)).map(Micros);
    let mut measured = Measured { inner: entry, stated: bytes, produced: 0, packed: None, limits: *limits, total };
    visit(Told::File(Member { path, modified, bytes }, &mut measured))
}

/// Takes what an entry says of the next member; false where it is a member itself.
fn records<R: Read>(entry: &mut Entry<'_, R>, ahead: &mut Ahead) -> io::Result<bool> {
    let kind = entry.header().entry_type();
    let wanted = matches!(kind, EntryType::GNULongName | EntryType::XHeader);
    if !wanted {
        // A pax header for all members, and long names of links, say nothing that is needed here.
        return Ok(matches!(kind, EntryType::XGlobalHeader | EntryType::GNULongLink));
    }
    if entry.size() > RECORDS {
        return Err(io::Error::other("a member's name or its records take more than 1 MiB"));
    }
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes)?;
    if kind == EntryType::GNULongName {
        let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
        bytes.truncate(end);
        ahead.name = Some(bytes);
    } else {
        pax(&bytes, ahead);
    }
    Ok(true)
}

/// Pax records: `LENGTH KEY=VALUE\n`, each; POSIX.1-2017, pax Extended Header. What is malformed ends them.
fn pax(bytes: &[u8], ahead: &mut Ahead) {
    let mut rest = bytes;
    while let Some(space) = memchr::memchr(b' ', rest) {
        let length = rest.get(..space).and_then(|n| std::str::from_utf8(n).ok()).and_then(|n| n.parse::<usize>().ok());
        let Some(record) = length.filter(|n| *n > space + 1).and_then(|n| rest.get(space + 1..n)) else { return };
        rest = rest.get(space + 1 + record.len()..).unwrap_or_default();
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        let Some(equals) = memchr::memchr(b'=', record) else { return };
        let (key, value) = record.split_at(equals);
        let value = value.get(1..).unwrap_or_default();
        let number = || std::str::from_utf8(value).ok();
        match key {
            b"path" => ahead.name = Some(value.to_vec()),
            b"size" => ahead.size = number().and_then(|n| n.parse().ok()),
            // Seconds with a fraction.
            b"mtime" => ahead.modified = number().and_then(|n| n.split('.').next()).and_then(|n| n.parse().ok()),
            _ if key.starts_with(b"GNU.sparse.") => ahead.sparse = true,
            _ => {}
        }
    }
}

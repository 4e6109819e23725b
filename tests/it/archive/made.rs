//! Archives made in memory, good ones and bad ones.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Cursor, Write as _};
use tar::{Builder, EntryType, Header};
use zip::write::{ExtendedFileOptions, FileOptions};
use zip::{CompressionMethod, ZipWriter};

/// The time of every member, in seconds: 2026-03-17T03:00:00Z.
pub const TIME: u64 = 1_773_716_400;

pub fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    members.iter().for_each(|(name, bytes)| add(&mut builder, name.as_bytes(), EntryType::Regular, bytes));
    builder.into_inner().unwrap()
}

/// Adds a member whose name is written as it is, whatever it is.
pub fn add(builder: &mut Builder<Vec<u8>>, name: &[u8], kind: EntryType, bytes: &[u8]) {
    let mut header = Header::new_gnu();
    let field = &mut header.as_gnu_mut().unwrap().name;
    field[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(bytes.len() as u64);
    header.set_mtime(TIME);
    header.set_mode(0o644);
    if matches!(kind, EntryType::Symlink | EntryType::Link) {
        header.set_link_name("elsewhere").unwrap();
    }
    header.set_cksum();
    builder.append(&header, bytes).unwrap();
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

pub fn zip(members: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let time = zip::DateTime::from_date_and_time(2026, 3, 17, 3, 0, 0).unwrap();
    for (name, bytes) in members {
        let options = FileOptions::<ExtendedFileOptions>::default().compression_method(method).last_modified_time(time);
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub fn deflated(members: &[(&str, &[u8])]) -> Vec<u8> {
    zip(members, CompressionMethod::Deflated)
}

/// Changes two bytes at a place within the `n`-th local header and within its entry in the directory.
pub fn patch(bytes: &mut [u8], n: usize, local: usize, central: usize, value: u16) {
    for (signature, at) in [(b"PK\x03\x04", local), (b"PK\x01\x02", central)] {
        let start = memchr::memmem::find_iter(bytes, signature).nth(n).unwrap();
        bytes[start + at..start + at + 2].copy_from_slice(&value.to_le_bytes());
    }
}

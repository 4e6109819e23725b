//! Archives as other tools write them: zip64, zips that were streamed, nesting in each combination, sparse pax members.

use std::io::Write as _;

use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::made::{TIME, deflated, gzip, tar, zip, zstd};
use crate::import::pods::{case, counts, dumps, one, state, write};
use crate::support::World;
use crate::support::command::{arg, run};
use hullbreach::cli::Exit;
use hullbreach::env::Env;

fn names(env: &Env) -> Vec<String> {
    let mut names: Vec<String> = counts(env).into_iter().map(|(name, ..)| name).collect();
    names.sort();
    names
}

/// The images of pods as files by themselves.
fn plainly(pods: &[&[u8]]) -> Vec<String> {
    let world = World::new();
    let env = case(&world, "hub");
    let folder = dumps(&world).join("plain");
    for (n, bytes) in pods.iter().enumerate() {
        write(&folder.join(format!("{n}.json")), bytes, 3);
    }
    run(&env, ["import", &arg(&folder)]).expect(Exit::Done);
    names(&env)
}

fn imported(name: &str, bytes: &[u8], exit: Exit) -> (World, Env, Value) {
    let world = World::new();
    let env = case(&world, "hub");
    let file = write(&dumps(&world).join(name), bytes, 3);
    let report = run(&env, ["import", &arg(&file), "--json"]).expect(exit).json();
    state(&env);
    (world, env, report)
}

#[test]
fn sizes_of_64_bits_are_read() {
    let (a, b) = (one("a"), one("b"));
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes, method) in
        [("a.json", &a, CompressionMethod::Deflated), ("b.json", &b, CompressionMethod::Stored)]
    {
        writer.start_file(name, SimpleFileOptions::default().compression_method(method).large_file(true)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    let mut bytes = writer.finish().unwrap().into_inner();
    // An end of directory that leaves count, size and place to the 64-bit one, as tools write it for large archives.
    let end = memchr::memmem::rfind(&bytes, b"PK\x05\x06").unwrap();
    let field = |from: usize, length: usize| {
        bytes[end + from..end + from + length].iter().rev().fold(0u64, |n, byte| n << 8 | u64::from(*byte))
    };
    let (count, size, start) = (field(10, 2), field(12, 4), field(16, 4));
    let mut wide = b"PK\x06\x06".to_vec();
    wide.extend(44u64.to_le_bytes());
    wide.extend([45, 0, 45, 0]);
    wide.extend([0; 8]);
    for number in [count, count, size, start] {
        wide.extend(number.to_le_bytes());
    }
    wide.extend(b"PK\x06\x07\0\0\0\0");
    wide.extend((end as u64).to_le_bytes());
    wide.extend(1u32.to_le_bytes());
    wide.extend(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff");
    wide.extend([0xff; 8]);
    wide.extend([0, 0]);
    bytes.truncate(end);
    bytes.extend(wide);
    let (_world, env, _) = imported("d.zip", &bytes, Exit::Done);
    assert_eq!(names(&env), plainly(&[&a, &b]));
}

/// A zip whose sizes stand behind each member, as `zip -` and web servers write it.
fn streamed(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new_stream(Vec::new());
    for (name, bytes) in members {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_streamed_zip_is_read_by_its_directory() {
    let (a, b) = (one("a"), one("b"));
    let bytes = streamed(&[("a.json", &a), ("b.json", &b)]);
    assert!(bytes[6] & 8 != 0, "its first member has a data descriptor");
    let (_world, env, _) = imported("d.zip", &bytes, Exit::Done);
    assert_eq!(names(&env), plainly(&[&a, &b]));
}

#[test]
fn a_streamed_zip_without_its_directory_says_what_is_missing() {
    let bytes = streamed(&[("a.json", &one("a")), ("b.json", &one("b"))]);
    let cut = &bytes[..memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap()];
    let (_world, env, report) = imported("d.zip", cut, Exit::Gaps);
    assert!(report.to_string().contains("no directory at its end"), "{report:#}");
    assert_eq!(names(&env), Vec::<String>::new());
}

type Wrap = fn(&[(&str, &[u8])]) -> Vec<u8>;

const WRAPS: [(&str, Wrap); 5] = [
    ("tar", tar),
    ("tar.gz", |members| gzip(&tar(members))),
    ("tar.zst", |members| zstd(&tar(members))),
    ("zip", deflated),
    ("stored.zip", |members| zip(members, CompressionMethod::Stored)),
];

#[test]
fn every_archive_is_opened_inside_of_every_other() {
    let world = World::new();
    let env = case(&world, "hub");
    let folder = dumps(&world).join("nested");
    let mut pods = Vec::new();
    for (outer, wrap) in WRAPS {
        for (inner, wrap_inner) in WRAPS {
            let (within, beside) = (one(&format!("{outer}-{inner}")), one(&format!("beside-{outer}-{inner}")));
            let inside = wrap_inner(&[("pods/within.json", &within)]);
            let whole = wrap(&[(&format!("inner.{inner}"), &inside), ("beside.json", &beside)]);
            write(&folder.join(format!("{}-{inner}.{outer}", outer.replace('.', "-"))), whole, 3);
            pods.extend([within, beside]);
        }
    }
    run(&env, ["import", &arg(&folder)]).expect(Exit::Done);
    let pods: Vec<&[u8]> = pods.iter().map(Vec::as_slice).collect();
    assert_eq!(names(&env), plainly(&pods));
    let uses: u64 = counts(&env).into_iter().map(|(_, uses, _)| uses).sum();
    assert!(uses >= 50, "{uses}");
    state(&env);
}

#[test]
fn a_sparse_member_of_a_pax_archive_is_named_and_the_rest_is_read() {
    let good = one("good");
    let mut builder = tar::Builder::new(Vec::new());
    let records: [(&str, &[u8]); 4] = [
        ("GNU.sparse.major", b"1"),
        ("GNU.sparse.minor", b"0"),
        ("GNU.sparse.name", b"disk.img"),
        ("GNU.sparse.realsize", b"2147483648"),
    ];
    builder.append_pax_extensions(records).unwrap();
    let mut header = tar::Header::new_ustar();
    header.set_path("GNUSparseFile.0/disk.img").unwrap();
    header.set_size(512);
    header.set_mtime(TIME);
    header.set_cksum();
    builder.append(&header, [b'\n'; 512].as_slice()).unwrap();
    super::made::add(&mut builder, b"good.json", tar::EntryType::Regular, &good);
    let (_world, env, report) = imported("d.tar", &builder.into_inner().unwrap(), Exit::Gaps);
    assert!(report.to_string().contains("a sparse file: not read"), "{report:#}");
    assert_eq!(names(&env), plainly(&[&good]));
}

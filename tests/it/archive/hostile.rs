//! Archives made to hurt: each bad member is named with its reason, and the good ones are imported.

use serde_json::Value;
use std::io::Write as _;
use tar::{Builder, EntryType, Header};

use super::made::{add, deflated, gzip, patch, tar, zip};
use crate::import::pods::{bulky, case, counts, dumps, fed, one, state, write};
use crate::support::World;
use crate::support::command::{arg, run};
use hullbreach::case::{Access, Case};
use hullbreach::cli::Exit;
use hullbreach::collect::archive::ArchiveLimits;
use hullbreach::env::Env;
use hullbreach::work::import::{Content, Input, Options, Silent, import};

/// Imports an archive that has one good member `good` and something else; what is said of the archive.
fn imported(name: &str, bytes: &[u8]) -> (World, Env, Value) {
    let world = World::new();
    let env = case(&world, "hub");
    let file = write(&dumps(&world).join(name), bytes, 3);
    let report = run(&env, ["import", &arg(&file), "--json"]).expect(Exit::Gaps).json();
    let rows = report["evidence"].as_array().unwrap();
    let is_good = |row: &Value| row["path"].as_str().unwrap().ends_with("!/good.json") && row["status"] == "read";
    assert!(rows.iter().any(is_good), "{report:#}");
    assert!(!counts(&env).is_empty());
    state(&env);
    (world, env, report)
}

fn archive(report: &Value) -> &Value {
    report["evidence"].as_array().unwrap().iter().find(|row| row["format"] == "archive").unwrap()
}

/// The archive names a member with a reason that has these words.
#[track_caller]
fn refuses(report: &Value, member: &str, words: &str) {
    let rows = archive(report)["rejected"].as_array().unwrap();
    let found = rows.iter().find(|row| row["locator"] == member).unwrap_or_else(|| panic!("{member}: {rows:#?}"));
    assert!(found["reason"].as_str().unwrap().contains(words), "{found}");
}

#[test]
fn names_that_lead_out_of_it() {
    let good = one("good");
    let mut builder = Builder::new(Vec::new());
    let bad = ["../../etc/cron.d/x", "/etc/passwd", "C:\\boot.ini", "a\\..\\b"];
    bad.iter().for_each(|name| add(&mut builder, name.as_bytes(), EntryType::Regular, b"x"));
    add(&mut builder, b"good.json", EntryType::Regular, &good);
    let (_world, env, report) = imported("d.tar", &builder.into_inner().unwrap());
    refuses(&report, "../../etc/cron.d/x", "leads out");
    refuses(&report, "/etc/passwd", "absolute");
    refuses(&report, "C:\\\\boot.ini", "drive letter");
    refuses(&report, "a\\\\..\\\\b", "leads out");
    assert_eq!(archive(&report)["rejected_total"], 4);
    let reason = archive(&report)["reason"].as_str().unwrap();
    assert!(reason.contains("5 members, 4 refused"), "{reason}");
    let coverage = run(&env, ["coverage", "--json"]).json().to_string();
    assert!(coverage.contains("5 members, 4 refused"), "{coverage}");
}

#[test]
fn names_that_steer_terminals_or_repeat() {
    let good = one("good");
    let mut builder = Builder::new(Vec::new());
    add(&mut builder, b"a\x1b[2J.json", EntryType::Regular, &one("b"));
    add(&mut builder, b"a\xff.json", EntryType::Regular, &one("c"));
    for _ in 0..2 {
        add(&mut builder, b"same.json", EntryType::Regular, &good);
    }
    let world = World::new();
    let env = case(&world, "hub");
    let file = write(&dumps(&world).join("d.tar"), builder.into_inner().unwrap(), 3);
    let ran = run(&env, ["import", &arg(&file), "--json"]).expect(Exit::Done);
    assert!(!ran.out().contains('\u{1b}'));
    let text = ran.out();
    assert!(text.contains("a\\\\xff.json") && text.contains("same.json#2"), "{text}");
    assert_eq!(ran.json()["evidence"].as_array().unwrap().len(), 5);
}

#[test]
fn links_devices_pipes_and_sparse_files() {
    let good = one("good");
    let mut builder = Builder::new(Vec::new());
    for (name, kind) in [
        ("link", EntryType::Symlink),
        ("hard", EntryType::Link),
        ("dev", EntryType::Char),
        ("disk", EntryType::Block),
        ("pipe", EntryType::Fifo),
    ] {
        add(&mut builder, name.as_bytes(), kind, b"");
    }
    // Two gigabytes that take one block.
    let mut header = Header::new_gnu();
    header.set_path("sparse.img").unwrap();
    header.set_entry_type(EntryType::GNUSparse);
    header.set_size(512);
    let sparse = header.as_gnu_mut().unwrap();
    sparse.set_real_size(2 << 30);
    sparse.set_is_extended(true);
    header.set_cksum();
    let mut bytes = builder.into_inner().unwrap();
    bytes.truncate(bytes.len() - 1024);
    bytes.extend_from_slice(header.as_bytes());
    // One block in which the header goes on, then its data.
    bytes.extend_from_slice(&[0; 512]);
    bytes.extend_from_slice(&[7; 512]);
    bytes.extend_from_slice(&tar(&[("good.json", &good)]));
    let (_world, _env, report) = imported("d.tar", &bytes);
    for (name, words) in [
        ("link", "not followed"),
        ("hard", "hard link"),
        ("dev", "device"),
        ("disk", "device"),
        ("pipe", "named pipe"),
        ("sparse.img", "sparse"),
    ] {
        refuses(&report, name, words);
    }
}

#[test]
fn members_of_a_zip_that_cannot_be_read() {
    let good = one("good");
    let members: [(&str, &[u8]); 3] = [("secret.json", &good), ("odd.json", &good), ("good.json", &good)];
    let mut bytes = deflated(&members);
    patch(&mut bytes, 0, 6, 8, 1);
    patch(&mut bytes, 1, 8, 10, 12);
    let (_world, _env, report) = imported("d.zip", &bytes);
    refuses(&report, "secret.json", "encrypted");
    refuses(&report, "odd.json", "unpack the archive");
}

#[test]
fn members_that_share_their_bytes() {
    let good = one("good");
    let mut bytes = zip(&[("good.json", &good), ("again.json", &good)], ::zip::CompressionMethod::Stored);
    let entry = memchr::memmem::find_iter(&bytes, b"PK\x01\x02").nth(1).unwrap();
    bytes[entry + 42..entry + 46].copy_from_slice(&0_u32.to_le_bytes());
    let (_world, _env, report) = imported("d.zip", &bytes);
    refuses(&report, "again.json", "zip bomb");
}

#[test]
fn a_member_that_expands_beyond_its_ratio() {
    let (good, dull) = (one("good"), vec![b' '; 40 << 20]);
    let (_world, _env, report) = imported("d.zip", &deflated(&[("bomb.txt", &dull), ("good.json", &good)]));
    refuses(&report, "bomb.txt", "200 times");
    // The same in a compressed tar ends the whole stream; what came before counts.
    let bytes = gzip(&tar(&[("good.json", &good), ("bomb.txt", &dull), ("late.json", &good)]));
    let (_world, _env, report) = imported("d.tar.gz", &bytes);
    assert!(archive(&report)["reason"].as_str().unwrap().contains("200 times"), "{report:#}");
}

#[test]
fn archives_that_are_cut_off_keep_their_good_members() {
    let good = one("good");
    let noise = bulky("late", 3, 50_000);
    let members: [(&str, &[u8]); 2] = [("good.json", &good), ("late.json", &noise)];
    for (name, mut bytes, words) in [
        ("d.tar", tar(&members), "cut off"),
        ("d.tar.gz", gzip(&tar(&members)), "cut off"),
        ("d.zip", deflated(&members), "no directory"),
    ] {
        bytes.truncate(bytes.len() * 2 / 3);
        let (_world, _env, report) = imported(name, &bytes);
        let reason = archive(&report)["reason"].as_str().unwrap().to_owned();
        let rejected = archive(&report)["rejected"].to_string();
        assert!(reason.contains(words) || rejected.contains(words), "{name}: {reason} {rejected}");
    }
}

#[test]
fn a_directory_that_points_elsewhere() {
    let good = one("good");
    let mut bytes = deflated(&[("wrong.json", &good), ("good.json", &good)]);
    let entry = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
    bytes[entry + 42..entry + 46].copy_from_slice(&7_u32.to_le_bytes());
    let (_world, _env, report) = imported("d.zip", &bytes);
    refuses(&report, "wrong.json", "");
}

/// Imports bytes through standard input under limits; the archive's row.
fn limited(bytes: Vec<u8>, archives: ArchiveLimits) -> Value {
    let world = World::new();
    drop(world.new_case());
    let mut case = Case::open(&world.path(), Access::Write, &world.ana()).unwrap();
    let origin = hullbreach::model::acquisition::Origin {
        kind: hullbreach::model::acquisition::OriginKind::Stdin,
        host: "h".into(),
        root: String::new(),
        path: "-".into(),
    };
    let content = Content::Reader(Box::new(std::io::Cursor::new(bytes)));
    let input = Input { origin, content, modified: None, bytes: None, context: None, as_of: None };
    let options = Options { archives, ..Options::default() };
    let cancel = std::sync::atomic::AtomicBool::new(false);
    let report = import(&mut case, vec![input], &options, &Silent, &cancel).unwrap();
    archive(&serde_json::to_value(&report).unwrap()).clone()
}

#[test]
fn every_limit_is_an_error_with_a_way_out() {
    let (a, b) = (one("a"), one("b"));
    let members: [(&str, &[u8]); 3] = [("a.json", &a), ("b.json", &b), ("c.json", &a)];
    let most = ArchiveLimits::default();
    for archive in [tar(&members), deflated(&members)] {
        let few = limited(archive.clone(), ArchiveLimits { members: 2, ..most });
        assert!(few["reason"].as_str().unwrap().contains("more than 2 members"), "{few}");
        let small = limited(archive.clone(), ArchiveLimits { member: 10, ..most });
        assert_eq!(small["rejected_total"], 3, "{small}");
        let short = limited(archive.clone(), ArchiveLimits { name: 3, ..most });
        assert!(short["rejected"][0]["reason"].as_str().unwrap().contains("limit of 3 bytes"), "{short}");
        let total = limited(archive, ArchiveLimits { total: a.len() as u64 - 5, ..most });
        assert!(total.to_string().contains("together larger"), "{total}");
    }
    let held = limited(deflated(&members), ArchiveLimits { held: 100, ..most });
    assert!(held["reason"].as_str().unwrap().contains("save it as a file"), "{held}");
}

#[test]
fn garbage_behind_a_magic_word_ends_with_a_reason() {
    let mut junk = b"PK\x03\x04".to_vec();
    junk.write_all(&[0x41; 5_000]).unwrap();
    let mut broken = tar(&[("a.json", &one("a"))]);
    broken.truncate(512);
    for bytes in [junk, broken] {
        let world = World::new();
        let env = case(&world, "hub");
        let report = fed(&env, &[], &bytes, Exit::Gaps);
        let reason = archive(&report)["reason"].as_str().unwrap();
        assert!(reason.contains("damaged") || reason.contains("cut off"), "{reason}");
    }
}

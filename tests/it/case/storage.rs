//! Blobs: frames, places within them, leases.

use std::io::Read as _;

use crate::support::evidence::{import, store};
use crate::support::{START, World, assert_clean, noise, tamper};
use hullbreach::case::store::blob::{self, BlobReader, FRAME_BYTES, Frame, Staged, frame_at, open_frame, stat};
use hullbreach::case::store::{Fate, fate, holder};
use hullbreach::case::{Access, Case};
use hullbreach::env::Env;
use hullbreach::model::digest::Digest;
use hullbreach::model::time::Micros;

/// The holder of a lease on this machine that no longer lives.
pub fn dead_holder(env: &Env) -> String {
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let pid = child.id();
    child.wait().unwrap();
    let ours = holder(env);
    format!("{}/{pid}", ours.rsplit_once('/').unwrap().0)
}

fn stored(case: &mut Case, bytes: &[u8]) -> blob::Stat {
    let digest = case.change("storing", |change| store(change, bytes)).unwrap();
    assert_eq!(digest, Digest::of(bytes));
    stat(case.conn(), &digest).unwrap().unwrap()
}

fn read_back(case: &Case, row: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    BlobReader::new(case.conn(), row).read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn any_size_comes_back_as_it_was() {
    let world = World::new();
    let mut case = world.new_case();
    for size in [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 7 * FRAME_BYTES / 2] {
        let bytes = noise("any", size);
        let stat = stored(&mut case, &bytes);
        assert_eq!((stat.bytes, stat.frames), (size as u64, size.div_ceil(FRAME_BYTES) as i64));
        assert_eq!(stat.lines, bytes.iter().filter(|b| **b == b'\n').count() as u64);
        assert!(read_back(&case, stat.row) == bytes, "{size}");
    }
}

#[test]
fn a_byte_is_found_in_its_frame_and_nowhere_behind_the_end() {
    let world = World::new();
    let mut case = world.new_case();
    let text = "one line of evidence\n".repeat(3 * FRAME_BYTES / 21 + 500).into_bytes();
    let stat = stored(&mut case, &text);
    let end = text.len() as u64;
    let frame = FRAME_BYTES as u64;
    for (byte, first) in [(0, 0), (frame - 1, 0), (frame, frame), (3 * frame - 1, 2 * frame), (end - 1, 3 * frame)] {
        let found = frame_at(case.conn(), stat.row, byte).unwrap().unwrap();
        assert_eq!(found.first_byte, first, "{byte}");
        let at = usize::try_from(byte - first).unwrap();
        assert_eq!(found.raw[at], text[usize::try_from(byte).unwrap()]);
        let before = text[..usize::try_from(first).unwrap()].iter().filter(|b| **b == b'\n').count() as u64;
        assert_eq!(found.first_line, before);
    }
    for byte in [end, end + 1, u64::MAX] {
        assert!(frame_at(case.conn(), stat.row, byte).unwrap().is_none(), "{byte}");
    }
    assert!(frame_at(case.conn(), 12_345, 0).unwrap().is_none());
}

#[test]
fn frames_that_lie_about_their_size_are_refused() {
    let world = World::new();
    let mut case = world.new_case();
    let stat = stored(&mut case, &noise("lies", 5_000));
    drop(case);
    let bomb = zstd::bulk::compress(&vec![0; 200 << 20], 19).unwrap();
    assert!(bomb.len() < 100_000);
    for (size, data) in [
        (4_999, None),
        (5_001, None),
        (FRAME_BYTES as i64 + 1, None),
        (-1, None),
        (i64::MAX, None),
        (1 << 20, Some(bomb)),
    ] {
        let conn = tamper::raw(&world.path());
        match data {
            Some(data) => conn.execute("UPDATE frame SET bytes = ?1, data = ?2", (size, data)).unwrap(),
            None => conn.execute("UPDATE frame SET bytes = ?1", [size]).unwrap(),
        };
        drop(conn);
        let case = Case::open(&world.path(), Access::Read, &world.ana()).unwrap();
        assert!(open_frame(case.conn(), stat.row, 0).is_err(), "{size}");
        assert!(BlobReader::new(case.conn(), stat.row).read(&mut [0; 10]).is_err());
    }
}

#[test]
fn the_same_bytes_are_stored_once() {
    let world = World::new();
    let mut case = world.new_case();
    let first = import(&mut case, "a", &noise("same", 9_000));
    let count = |case: &Case| -> (i64, i64) {
        case.conn()
            .query_row("SELECT (SELECT count(*) FROM blob), (SELECT count(*) FROM frame)", [], |r| {
                Ok((r.get(0)?, r.get(1)?))
            })
            .unwrap()
    };
    let before = count(&case);
    let second = import(&mut case, "b", &noise("same", 9_000));
    assert_eq!((first.stored == second.stored, count(&case)), (true, (before.0 + 1, before.1 + 1)));
    assert_clean(&case.verify().unwrap());
}

fn staged(case: &mut Case, holder: &str, now: i64) -> Staged {
    let mut made = None;
    case.change("staging", |change| {
        let mut staged = Staged::begin(change.tx(), Micros(now), holder).unwrap();
        staged.push(change.tx(), &Frame::pack(b"half a piece of evidence").unwrap()[0]).unwrap();
        made = Some(staged);
        Ok(())
    })
    .unwrap();
    made.unwrap()
}

fn left(case: &Case) -> i64 {
    case.conn().query_row("SELECT count(*) FROM blob WHERE state = 0", [], |r| r.get(0)).unwrap()
}

#[test]
fn what_a_dead_process_left_is_swept_and_what_a_living_one_holds_is_not() {
    let world = World::new();
    let mut case = world.new_case();
    let (ours, dead) = (holder(case.env()), dead_holder(case.env()));
    let elsewhere = ours.replacen("ana-laptop", "bastion", 1);
    let rebooted = "ana-laptop/00000000-0000-0000-0000-000000000000:1/1".to_owned();
    let long_ago = START - 86_400_000_000;
    assert_eq!(fate(case.env(), &ours), Fate::Alive);
    assert_eq!(fate(case.env(), &dead), Fate::Gone);
    assert_eq!(fate(case.env(), &rebooted), Fate::Gone);
    for unknown in [elsewhere.as_str(), "", "x", "ana-laptop//", "/"] {
        assert_eq!(fate(case.env(), unknown), Fate::Unknown, "{unknown}");
    }
    for (holder, since, swept) in [
        (&dead, START, 1),
        (&rebooted, START, 1),
        (&elsewhere, START, 0),
        (&elsewhere, long_ago, 1),
        // A closed laptop: its lease is over and it will go on.
        (&ours, long_ago, 0),
    ] {
        let held = staged(&mut case, holder, since);
        assert_eq!(case.sweep().unwrap(), swept, "{holder} {since}");
        assert_eq!(left(&case), 1 - swept as i64);
        case.change("tidying", |change| held.discard(change.tx()).map_err(change.sql("tidying"))).unwrap();
        assert_eq!(left(&case), 0);
    }
    assert_eq!(case.conn().query_row("SELECT count(*) FROM frame", [], |r| r.get::<_, i64>(0)).unwrap(), 0);
    assert_clean(&case.verify().unwrap());
}

#[test]
fn one_whose_staging_was_swept_cannot_write_into_anothers() {
    let world = World::new();
    let mut case = world.new_case();
    let gone = holder(case.env()).replacen("ana-laptop", "bastion", 1);
    let mut slow = staged(&mut case, &gone, START - 86_400_000_000);
    assert_eq!(case.sweep().unwrap(), 1);
    let ours = holder(case.env());
    let quick = staged(&mut case, &ours, START);
    let frame = &Frame::pack(b" and the other half").unwrap()[0];
    let pushed =
        case.change("storing evidence", |change| slow.push(change.tx(), frame).map_err(change.sql("storing evidence")));
    let error = pushed.err().unwrap().to_string();
    assert!(error.contains("swept") && error.contains("again"), "{error}");
    let renewed =
        case.change("storing evidence", |c| slow.renew(c.tx(), Micros(START)).map_err(c.sql("storing evidence")));
    assert!(renewed.is_err());
    let sealed = case.change("storing evidence", |c| slow.seal(c.tx()).map_err(c.sql("storing evidence")));
    assert!(sealed.err().unwrap().to_string().contains("swept"));
    let digest = case.change("storing evidence", |change| Ok(quick.seal(change.tx()).unwrap())).unwrap();
    assert_eq!(digest, Digest::of(b"half a piece of evidence"));
    let row = stat(case.conn(), &digest).unwrap().unwrap().row;
    assert_eq!(read_back(&case, row), b"half a piece of evidence");
}

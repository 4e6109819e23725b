//! A chain belongs to one device and one file: copies, moves, restored backups and lost notes begin a new one.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::support::evidence::say;
use crate::support::{World, assert_clean, assert_found, tamper};
use hullbreach::case::events::EventHash;
use hullbreach::case::events::kinds::{Payload, WriterStarted};
use hullbreach::case::identity::Binding;
use hullbreach::case::{Access, Case};
use hullbreach::model::id::Id;

/// The chains of a file in order, and what each but the first said when it began.
fn chains(case: &Case) -> (usize, Vec<WriterStarted>) {
    let (state, _) = case.state().unwrap();
    let openings = state
        .events
        .iter()
        .filter_map(|t| match &t.payload {
            Payload::Writer(w) => Some(w.clone()),
            _ => None,
        })
        .collect();
    (state.events.iter().filter(|t| t.envelope.seq == 1).count(), openings)
}

fn binding(world: &World) -> PathBuf {
    let folder = world.ana().state_dir.join("writers");
    let files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.into_iter().find(|p| p.extension().is_some_and(|e| e == "json")).unwrap()
}

fn put_back(path: &Path, bytes: &[u8]) {
    let mut file = OpenOptions::new().write(true).truncate(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn a_copied_file_begins_a_chain_and_goes_on() {
    let world = World::new();
    let mut case = world.new_case();
    say(&mut case, "before");
    drop(case);
    let copy = world.cases().join("copy.case");
    fs::copy(world.path(), &copy).unwrap();
    for text in ["one", "two"] {
        let mut copied = Case::open(&copy, Access::Write, &world.ana()).unwrap();
        say(&mut copied, text);
        let (count, openings) = chains(&copied);
        assert_eq!((count, openings.len()), (2, 1));
        assert!(openings[0].because.contains("copied") && openings[0].after.is_none());
        assert_clean(&copied.verify().unwrap());
    }
    let mut original = world.open("ana");
    say(&mut original, "the original goes on with its own");
    assert_eq!(chains(&original).0, 1);
    assert_clean(&original.verify().unwrap());
}

#[test]
fn a_moved_file_begins_a_chain_and_goes_on() {
    let world = World::new();
    drop(world.new_case());
    let other = world.cases().join("moved.case");
    fs::rename(world.path(), &other).unwrap();
    let mut moved = Case::open(&other, Access::Write, &world.ana()).unwrap();
    say(&mut moved, "here now");
    assert_eq!(chains(&moved).0, 2);
    assert_clean(&moved.verify().unwrap());
    drop(moved);
    // Back again: the chain that was left behind is whole and may go on.
    fs::rename(&other, world.path()).unwrap();
    let mut back = world.open("ana");
    say(&mut back, "home");
    assert_eq!(chains(&back).0, 2);
    assert_clean(&back.verify().unwrap());
}

#[test]
fn a_backup_put_back_into_the_same_file_is_noticed() {
    let world = World::new();
    drop(world.new_case());
    let backup = fs::read(world.path()).unwrap();
    say(&mut world.open("ana"), "lost by the backup");
    put_back(&world.path(), &backup);
    assert_found(&world.verify(), "missing-tail");
    let mut case = world.open("ana");
    say(&mut case, "afterwards");
    let (count, openings) = chains(&case);
    assert_eq!(count, 2);
    assert!(openings[0].after.is_some() && openings[0].because.contains("number 3"), "{}", openings[0].because);
    let report = case.verify().unwrap();
    assert_clean(&report);
    assert!(report.notes.iter().any(|n| n.contains("number 3 of chain")), "{:?}", report.notes);
    say(&mut case, "and on");
    assert_eq!(chains(&case).0, 2);
}

#[test]
fn a_backup_renamed_into_place_is_noticed() {
    let world = World::new();
    drop(world.new_case());
    let backup = world.cases().join("backup");
    fs::copy(world.path(), &backup).unwrap();
    say(&mut world.open("ana"), "lost by the backup");
    fs::rename(&backup, world.path()).unwrap();
    assert_found(&world.verify(), "missing-tail");
    let mut case = world.open("ana");
    say(&mut case, "afterwards");
    let (count, openings) = chains(&case);
    assert_eq!(count, 2);
    assert!(openings[0].after.is_some(), "{}", openings[0].because);
    assert_clean(&case.verify().unwrap());
}

#[test]
fn a_crash_before_the_head_was_remembered_loses_nothing() {
    let world = World::new();
    drop(world.new_case());
    let remembered = fs::read(binding(&world)).unwrap();
    let mut case = world.open("ana");
    say(&mut case, "committed");
    say(&mut case, "committed too");
    drop(case);
    fs::write(binding(&world), &remembered).unwrap();
    assert_clean(&world.verify());
    let mut case = world.open("ana");
    say(&mut case, "after the crash");
    assert_eq!(chains(&case).0, 1);
    assert_clean(&case.verify().unwrap());
}

#[test]
fn a_lost_or_broken_note_begins_a_chain() {
    let world = World::new();
    drop(world.new_case());
    let whole = String::from_utf8(fs::read(binding(&world)).unwrap()).unwrap();
    let huge = whole.replace("\"seq\":2", "\"seq\":18446744073709551615");
    let elsewhere = whole.replace("hub.case", "pub.case");
    assert!(huge != whole && elsewhere != whole);
    for (n, broken) in ["", "{", "\0\0\0", "[1]", &"[".repeat(100_000), &huge, &elsewhere].into_iter().enumerate() {
        fs::write(binding(&world), broken).unwrap();
        let mut case = world.open("ana");
        say(&mut case, "on");
        assert_eq!(chains(&case).0, n + 2);
        assert_clean(&case.verify().unwrap());
    }
    fs::remove_file(binding(&world)).unwrap();
    say(&mut world.open("ana"), "on");
    assert_clean(&world.verify());
}

#[test]
fn a_note_that_cannot_be_kept_does_not_make_a_stored_change_a_failed_one() {
    let world = World::new();
    drop(world.new_case());
    let mut case = world.open("ana");
    say(&mut case, "stored before");
    let writers = world.ana().state_dir.join("writers");
    fs::remove_dir_all(&writers).unwrap();
    fs::write(&writers, b"a file where the folder was").unwrap();
    say(&mut case, "stored");
    say(&mut case, "stored too");
    drop(case);
    let mut again = world.open("ana");
    say(&mut again, "a new chain");
    assert_eq!((chains(&again).0, again.state().unwrap().0.events.len()), (2, 7));
    assert_clean(&again.verify().unwrap());
}

#[test]
fn a_slow_process_does_not_make_the_device_forget_a_later_head() {
    let world = World::new();
    let (env, path, case) = (world.ana(), world.path(), EventHash([1; 32]));
    let binding = |writer, seq, inode| Binding::new(&path, (1, inode), Id([writer; 16]), seq, EventHash([2; 32]));
    for (saved, known) in [
        (binding(1, 5, 1), binding(1, 5, 1)),
        (binding(1, 4, 1), binding(1, 5, 1)),
        (binding(1, 6, 1), binding(1, 6, 1)),
        // Another file at the path, another chain in it: what was known is over.
        (binding(1, 2, 2), binding(1, 2, 2)),
        (binding(2, 1, 2), binding(2, 1, 2)),
    ] {
        saved.save(&env, &case, &path).unwrap();
        assert_eq!(Binding::load(&env, &case, &path), Some(known));
    }
    assert_eq!(Binding::load(&env, &EventHash([9; 32]), &path), None);
    assert_eq!(Binding::load(&env, &case, &world.cases().join("other.case")), None);
}

#[test]
fn a_forged_event_behind_the_head_is_not_built_upon() {
    let world = World::new();
    let mut case = world.new_case();
    say(&mut case, "mine");
    drop(case);
    let ben = world.device("ben");
    let case = Case::open(&world.path(), Access::Read, &world.ana()).unwrap();
    let (last, mut forged) = tamper::events(&case).into_iter().last().unwrap();
    drop(case);
    (forged.seq, forged.prev, forged.payload) = (forged.seq + 1, Some(last), serde_json::json!({"text": "not hers"}));
    // Signed by another device, though it names hers.
    tamper::plant(&world.path(), &forged, &tamper::sign(&ben, &forged), 4);
    let mut case = world.open("ana");
    say(&mut case, "still mine");
    assert_eq!(chains(&case).0, 2);
    let problems = case.verify().unwrap().problems;
    assert_eq!(problems.iter().map(|p| p.kind).collect::<Vec<_>>(), ["signature"]);
}

#[test]
fn a_device_key_that_cannot_be_read_is_an_error_that_does_not_repeat_it() {
    let world = World::new();
    let mut case = world.new_case();
    drop(case.change("warming up", |_| Ok(())));
    drop(case);
    let path = world.ana().state_dir.join("device.json");
    let key = fs::read_to_string(&path).unwrap();
    for broken in [
        key.replace("\"format\":1", "\"format\":2"),
        key.replace("\"signing\":\"", "\"signing\":\"zz"),
        key[..40].into(),
    ] {
        fs::write(&path, &broken).unwrap();
        let error = world.open("ana").change("noting", |_| Ok(())).err().unwrap().to_string();
        assert!(error.contains("device.json"), "{error}");
        assert!(key.split('"').filter(|p| p.len() == 64).all(|secret| !error.contains(&secret[..16])), "{error}");
    }
}

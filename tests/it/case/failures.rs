//! Full disks, vanished files, busy neighbours: a clear error or patience, and nothing lost.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use crate::support::evidence::{import, note, say, try_import};
use crate::support::{World, assert_clean, noise};
use hullbreach::case::{Access, Case, CaseError};

#[test]
fn a_full_disk_keeps_what_was_stored() {
    let world = World::new();
    drop(world.new_case());
    let mut env = world.ana();
    let cap = fs::metadata(world.path()).unwrap().len() + 400_000;
    env.vars.insert("HULLBREACH_MAX_CASE_BYTES".into(), cap.to_string());
    let mut case = Case::open(&world.path(), Access::Write, &env).unwrap();
    import(&mut case, "fits", &noise("fits", 50_000));
    let before = case.state().unwrap().0;
    for _ in 0..2 {
        let error = try_import(&mut case, "too much", &noise("too much", 2 << 20), None).unwrap_err();
        assert!(matches!(error, CaseError::Full { .. }), "{error}");
        assert!(error.to_string().contains("no room") && error.to_string().contains("hub.case"), "{error}");
    }
    let after = case.state().unwrap().0;
    assert_eq!((before.frontier(), before.fingerprint()), (after.frontier(), after.fingerprint()));
    assert_clean(&case.verify().unwrap());
    // There is room for a word still, and its chain has no gap.
    say(&mut case, "the disk is full");
    assert_clean(&case.verify().unwrap());
    drop(case);
    env.vars.insert("HULLBREACH_MAX_CASE_BYTES".into(), "90000000".into());
    let mut case = Case::open(&world.path(), Access::Write, &env).unwrap();
    import(&mut case, "too much", &noise("too much", 2 << 20));
    assert_clean(&case.verify().unwrap());
    case.checkpoint().unwrap();
    assert!(fs::metadata(world.path()).unwrap().len() > cap);
}

fn rescued(folder: PathBuf) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .map(|d| d.map(|e| e.unwrap().path()).filter(|p| p.to_string_lossy().contains(".rescued-")).collect())
        .unwrap_or_default();
    found.sort();
    found
}

/// Takes the file away under an open case by `away`, and returns what the next change says.
fn vanish(world: &World, away: impl FnOnce()) -> CaseError {
    let mut case = world.new_case();
    import(&mut case, "pods.json", &noise("pods", 300_000));
    say(&mut case, "typed");
    away();
    let error = case.change("noting", |change| change.append(vec![note("after")])).err().unwrap();
    assert!(matches!(error, CaseError::Vanished { .. }), "{error}");
    error
}

fn assert_whole(world: &World, path: &PathBuf) {
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o7777, 0o600);
    let case = Case::open(path, Access::Read, &world.ana()).unwrap();
    assert_clean(&case.verify().unwrap());
    assert_eq!(case.state().unwrap().0.events.len(), 5);
    drop(case);
    say(&mut Case::open(path, Access::Write, &world.ana()).unwrap(), "it goes on here");
}

#[test]
fn a_deleted_file_is_saved_beside() {
    let world = World::new();
    let error = vanish(&world, || fs::remove_file(world.path()).unwrap());
    let saved = rescued(world.cases());
    assert_eq!(saved.len(), 1);
    assert!(error.to_string().contains(&*saved[0].to_string_lossy()), "{error}");
    assert_whole(&world, &saved[0]);
}

#[test]
fn a_replaced_file_is_left_alone_and_ours_is_saved_beside() {
    let world = World::new();
    let other = world.cases().join("other");
    fs::write(&other, b"not a case").unwrap();
    vanish(&world, || fs::rename(&other, world.path()).unwrap());
    assert_eq!(fs::read(world.path()).unwrap(), b"not a case");
    assert_whole(&world, &rescued(world.cases())[0]);
}

#[test]
fn with_its_folder_gone_it_is_saved_in_the_state_folder() {
    let world = World::new();
    vanish(&world, || fs::remove_dir_all(world.cases()).unwrap());
    let saved = rescued(world.ana().state_dir.join("rescued"));
    assert_eq!(saved.len(), 1);
    assert_whole(&world, &saved[0]);
}

#[test]
fn one_taken_away_during_a_change_is_saved_with_that_change() {
    let world = World::new();
    let mut case = world.new_case();
    let path = world.path();
    let error = case
        .change("noting", |change| {
            fs::remove_file(&path).unwrap();
            change.append(vec![note("typed as it went")])
        })
        .err()
        .unwrap();
    assert!(matches!(error, CaseError::Vanished { .. }), "{error}");
    let saved = Case::open(&rescued(world.cases())[0], Access::Read, &world.ana()).unwrap();
    assert!(saved.state().unwrap().0.events.iter().any(|t| t.envelope.payload["text"] == "typed as it went"));
}

#[test]
fn two_that_vanish_at_one_moment_are_both_saved() {
    let world = World::new();
    let mut env = world.ana();
    env.clock = std::sync::Arc::new(|| (hullbreach::model::time::Micros(crate::support::START), 0));
    drop(world.new_case());
    let mut cases = [(); 2].map(|()| Case::open(&world.path(), Access::Write, &env).unwrap());
    fs::remove_file(world.path()).unwrap();
    for case in &mut cases {
        assert!(case.change("noting", |_| Ok(())).is_err());
    }
    assert_eq!(rescued(world.cases()).len(), 2);
}

#[test]
fn a_neighbour_who_writes_for_a_while_is_waited_for() {
    let world = World::new();
    let mut case = world.new_case();
    let (locked, lock) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let path = world.path();
        scope.spawn(move || {
            let other = rusqlite::Connection::open(path).unwrap();
            other.execute_batch("BEGIN IMMEDIATE").unwrap();
            locked.send(()).unwrap();
            std::thread::sleep(Duration::from_millis(300));
            other.execute_batch("COMMIT").unwrap();
        });
        lock.recv().unwrap();
        say(&mut case, "patience");
    });
    assert_clean(&case.verify().unwrap());
}

#[test]
fn a_neighbour_who_never_ends_is_named_and_nothing_changes() {
    let world = World::new();
    let mut case = world.new_case();
    let before = case.arrivals().unwrap();
    let other = rusqlite::Connection::open(world.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    case.conn().busy_timeout(Duration::from_millis(50)).unwrap();
    let error = case.change("noting", |change| change.append(vec![note("x")])).err().unwrap();
    assert!(matches!(error, CaseError::Busy { .. }) && error.to_string().contains("nothing was changed"), "{error}");
    // Readers are not held up.
    let reader = Case::open(&world.path(), Access::Read, &world.ana()).unwrap();
    assert_clean(&reader.verify().unwrap());
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(case.arrivals().unwrap(), before);
    say(&mut case, "now");
    assert_clean(&case.verify().unwrap());
}

#[test]
fn verifying_sees_one_moment_while_others_write() {
    let world = World::new();
    drop(world.new_case());
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut case = world.open("ana");
            let mut n = 0;
            while !stop.load(std::sync::atomic::Ordering::SeqCst) {
                import(&mut case, &format!("{n}"), &noise(&n.to_string(), 3_000));
                n += 1;
            }
        });
        let reports: Vec<_> = (0..15).map(|_| world.verify()).collect();
        stop.store(true, std::sync::atomic::Ordering::SeqCst);
        reports.iter().for_each(assert_clean);
    });
}

//! A new case appears whole, private, and never over anything else.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::support::evidence::import;
use crate::support::{World, assert_clean, new};
use hullbreach::case::store::NewCase;
use hullbreach::case::{Access, Case, CaseError};

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn it_is_private_and_alone_in_its_folder() {
    let world = World::new();
    let mut case = world.new_case();
    assert_eq!(mode(&world.path()), 0o600);
    import(&mut case, "pods.json", b"{}");
    assert_eq!((mode(&world.cases().join("hub.case-wal")), mode(&world.cases().join("hub.case-shm"))), (0o600, 0o600));
    drop(case);
    assert_eq!(names(&world.cases()), ["hub.case"]);
    assert_eq!(fs::metadata(world.path()).unwrap().nlink(), 1);
    assert_clean(&world.verify());
}

#[test]
fn the_state_folder_and_the_key_are_private() {
    let world = World::new();
    drop(world.new_case());
    let state = world.ana().state_dir;
    assert_eq!((mode(&state), mode(&state.join("device.json")), mode(&state.join("writers"))), (0o700, 0o600, 0o700));
    let left: Vec<String> = names(&state).into_iter().chain(names(&state.join("writers"))).collect();
    assert!(left.iter().all(|n| !n.ends_with(".tmp")), "{left:?}");
    // One binding and the lock: nothing is remembered of the name the file was built under.
    assert_eq!(names(&state.join("writers")).len(), 2);
}

#[test]
fn a_group_shares_it() {
    let world = World::new();
    let gid = fs::metadata(world.cases()).unwrap().gid();
    let case = Case::create(&world.path(), &NewCase { group: Some(gid), ..new("Shared") }, &world.ana()).unwrap();
    let meta = fs::metadata(case.path()).unwrap();
    assert_eq!((meta.permissions().mode() & 0o7777, meta.gid()), (0o660, gid));
    import(&mut world.open("ben"), "pods.json", b"{}");
    assert_eq!(mode(&world.cases().join("hub.case-wal")), 0o660);
}

#[test]
fn nothing_is_overwritten() {
    let world = World::new();
    let target = world.cases().join("elsewhere");
    for make in [
        (|p: &Path, _: &Path| fs::write(p, b"precious").unwrap()) as fn(&Path, &Path),
        |p, _| fs::create_dir(p).unwrap(),
        |p, t| symlink(t, p).unwrap(),
    ] {
        make(&world.path(), &target);
        let error = Case::create(&world.path(), &new("Hub"), &world.ana()).err().unwrap();
        assert!(matches!(&error, CaseError::Exists(p) if p.ends_with("hub.case")), "{error}");
        assert!(error.to_string().contains("hub.case"));
        assert_eq!(names(&world.cases()), ["hub.case"]);
        let _ = fs::remove_file(world.path()).or_else(|_| fs::remove_dir(world.path()));
    }
    assert!(!target.exists());
}

#[test]
fn of_many_that_make_it_at_once_one_wins() {
    let world = World::new();
    let made: Vec<bool> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|_| {
                let (env, path) = (world.ana(), world.path());
                scope.spawn(move || match Case::create(&path, &new("Hub"), &env) {
                    Ok(_) => true,
                    Err(CaseError::Exists(_)) => false,
                    Err(other) => panic!("{other}"),
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(made.iter().filter(|m| **m).count(), 1);
    assert_eq!(names(&world.cases()), ["hub.case"]);
    assert_clean(&world.verify());
}

#[test]
fn a_failed_one_leaves_nothing() {
    let world = World::new();
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_MAX_CASE_BYTES".into(), "20000".into());
    let error = Case::create(&world.path(), &new("Hub"), &env).err().unwrap();
    assert!(matches!(error, CaseError::Full { .. }), "{error}");
    assert_eq!(names(&world.cases()), Vec::<String>::new());
    let writers = env.state_dir.join("writers");
    assert!(!writers.exists() || names(&writers).is_empty());
    env.vars.clear();
    assert!(Case::create(&world.path(), &new("Hub"), &env).is_ok());
}

#[test]
fn a_folder_that_is_not_there_is_said_to_be() {
    let world = World::new();
    let error = Case::create(Path::new("nowhere/hub.case"), &new("Hub"), &world.ana()).err().unwrap().to_string();
    assert!(error.contains("nowhere") && error.contains("folder") && !error.contains("no such case"), "{error}");
    assert_eq!(names(&world.cases()), Vec::<String>::new());
}

#[test]
fn every_way_to_name_it_leads_to_it() {
    let world = World::new();
    let env = world.ana();
    let real = world.cases().join("real");
    fs::create_dir(&real).unwrap();
    symlink(&real, world.cases().join("link")).unwrap();
    let long = format!("{}.case", "n".repeat(240));
    for (made, opened) in [
        (PathBuf::from("a.case"), world.cases().join("a.case")),
        (world.cases().join("b.case"), PathBuf::from("./b.case")),
        (PathBuf::from("link/c.case"), PathBuf::from("real/../link/c.case")),
        (PathBuf::from("o'd d;-- %41?#.case"), PathBuf::from("o'd d;-- %41?#.case")),
        (PathBuf::from(&long), PathBuf::from(&long)),
        (PathBuf::from("-wal"), PathBuf::from("-wal")),
    ] {
        let id = Case::create(&made, &new("Hub"), &env).unwrap_or_else(|e| panic!("{e}")).id();
        let mut again = Case::open(&opened, Access::Write, &env).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(again.id(), id, "{}", opened.display());
        import(&mut again, "pods.json", b"{}");
        // The same chain goes on, by whatever name.
        assert_eq!(again.state().unwrap().0.events.iter().filter(|t| t.envelope.seq == 1).count(), 1);
        assert_clean(&again.verify().unwrap());
    }
    assert!(real.join("c.case").is_file());
}

#[test]
fn a_path_need_not_be_utf_8() {
    let world = World::new();
    let env = world.ana();
    let name = |bytes: &[u8]| world.cases().join(std::ffi::OsStr::from_bytes(bytes));
    let paths = [name(b"\xff.case"), name(b"\xfe.case")];
    for path in &paths {
        Case::create(path, &new("Hub"), &env).unwrap();
    }
    // Both show as the same text; each keeps its own chain all the same.
    for _ in 0..2 {
        for path in &paths {
            let mut case = Case::open(path, Access::Write, &env).unwrap();
            import(&mut case, "pods.json", b"{}");
            let starts = case.state().unwrap().0.events.iter().filter(|t| t.envelope.seq == 1).count();
            assert_eq!(starts, 1);
            assert_clean(&case.verify().unwrap());
        }
    }
}

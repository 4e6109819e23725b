//! What is not a case is refused before a row of it is believed; what is one has every setting.

use rusqlite::Connection;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::support::evidence::{import, say};
use crate::support::{World, assert_clean, tamper};
use hullbreach::case::verify::unopened;
use hullbreach::case::{Access, Case, CaseError};

fn refused(world: &World, path: &Path) -> CaseError {
    let errors: Vec<CaseError> =
        [Access::Read, Access::Write].map(|access| Case::open(path, access, &world.ana()).err().unwrap()).into();
    assert_eq!(errors[0].to_string(), errors[1].to_string());
    assert!(errors[0].to_string().contains(&path.file_name().unwrap().to_string_lossy().into_owned()), "{}", errors[0]);
    errors.into_iter().next().unwrap()
}

#[test]
fn what_is_no_case_is_refused_by_name_and_reason() {
    let world = World::new();
    let at = |name: &str| world.cases().join(name);
    drop(world.new_case());
    fs::create_dir(at("folder.case")).unwrap();
    fs::write(at("empty.case"), b"").unwrap();
    fs::write(at("garbage.case"), b"apiVersion: v1\n".repeat(2_000)).unwrap();
    fs::write(at("short.case"), b"SQLite format 3\0").unwrap();
    Connection::open(at("other.case")).unwrap().execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)").unwrap();
    symlink(world.path(), at("link.case")).unwrap();
    symlink("nowhere", at("dangling.case")).unwrap();
    for (name, word) in [
        ("folder.case", "regular file"),
        ("empty.case", "empty"),
        ("garbage.case", "no SQLite database"),
        ("short.case", "not a case"),
        ("other.case", "application id"),
        ("link.case", "symbolic link"),
        ("dangling.case", "symbolic link"),
    ] {
        let before = fs::read(at(name)).ok();
        let error = refused(&world, &at(name));
        assert!(matches!(error, CaseError::Foreign { .. }), "{name}: {error}");
        assert!(error.to_string().contains(word), "{name}: {error}");
        assert_eq!(unopened(&error).unwrap().problems[0].kind, "foreign");
        assert_eq!(fs::read(at(name)).ok(), before, "{name} was changed");
    }
}

#[test]
fn a_missing_file_is_an_error_of_its_own_and_is_not_made() {
    let world = World::new();
    for path in ["gone.case", "no/folder/gone.case", ".."] {
        let error = Case::open(Path::new(path), Access::Write, &world.ana()).err().unwrap();
        assert!(matches!(error, CaseError::Missing(_)), "{error}");
        assert!(unopened(&error).is_none());
    }
    assert_eq!(fs::read_dir(world.cases()).unwrap().count(), 0);
}

#[test]
fn the_header_is_checked_both_ways() {
    let world = World::new();
    drop(world.new_case());
    let set = |sql: &str| tamper::raw(&world.path()).execute_batch(sql).unwrap();
    set("PRAGMA user_version = 2");
    let error = refused(&world, &world.path());
    assert!(matches!(error, CaseError::Newer { found: 2, known: 1, .. }), "{error}");
    assert_eq!(unopened(&error).unwrap().problems[0].kind, "newer");
    set("PRAGMA user_version = 0");
    assert!(matches!(refused(&world, &world.path()), CaseError::Foreign { .. }));
    set("PRAGMA user_version = 1; PRAGMA application_id = 1");
    let error = refused(&world, &world.path());
    assert!(matches!(error, CaseError::Foreign { .. }), "{error}");
    assert_eq!(unopened(&error).unwrap().problems[0].kind, "foreign");
    set(&format!("PRAGMA application_id = {}", 0x4855_4c4c));
    assert_clean(&world.verify());
}

#[test]
fn every_connection_has_every_setting() {
    let world = World::new();
    drop(world.new_case());
    let shared = [
        ("foreign_keys", "1"),
        ("trusted_schema", "0"),
        ("cell_size_check", "1"),
        ("mmap_size", "0"),
        ("temp_store", "2"),
        ("synchronous", "2"),
        ("busy_timeout", "10000"),
        ("journal_mode", "wal"),
        ("user_version", "1"),
        ("page_size", "8192"),
    ];
    let writing = [("secure_delete", "1"), ("fullfsync", "1"), ("checkpoint_fullfsync", "1")];
    for access in [Access::Read, Access::Write] {
        let case = Case::open(&world.path(), access, &world.ana()).unwrap();
        let more = if access == Access::Write { &writing[..] } else { &[] };
        for (pragma, wanted) in shared.iter().chain(more) {
            let got = case.conn().pragma_query_value(None, pragma, |row| row.get::<_, rusqlite::types::Value>(0));
            let got = match got {
                Ok(rusqlite::types::Value::Integer(n)) => n.to_string(),
                Ok(rusqlite::types::Value::Text(text)) => text,
                Err(rusqlite::Error::QueryReturnedNoRows) => "0".to_owned(),
                other => panic!("{pragma}: {other:?}"),
            };
            assert_eq!(&got, wanted, "{pragma} for {access:?}");
        }
        let defence = rusqlite::config::DbConfig::SQLITE_DBCONFIG_DEFENSIVE;
        assert!(case.conn().db_config(defence).unwrap());
    }
}

#[test]
fn one_opened_to_read_changes_no_byte_and_refuses_changes() {
    let world = World::new();
    let mut case = world.new_case();
    import(&mut case, "pods.json", b"{}");
    drop(case);
    let before = fs::read(world.path()).unwrap();
    let mut reading = Case::open(&world.path(), Access::Read, &world.ana()).unwrap();
    assert_eq!(reading.state().unwrap().0.sources.len(), 1);
    assert_clean(&reading.verify().unwrap());
    let error = reading.change("noting", |_| Ok(())).err().unwrap();
    assert!(matches!(error, CaseError::ReadOnly { .. }), "{error}");
    assert!(reading.conn().execute("DELETE FROM event", []).is_err());
    drop(reading);
    assert_eq!(fs::read(world.path()).unwrap(), before);
}

#[test]
fn a_reader_sees_what_a_killed_writer_left_in_the_log() {
    let world = World::new();
    let mut case = world.new_case();
    say(&mut case, "last words");
    // A crash: the files as they are, without the tidy end of the connection.
    let copy = world.cases().join("crashed.case");
    fs::copy(world.path(), &copy).unwrap();
    fs::copy(world.cases().join("hub.case-wal"), world.cases().join("crashed.case-wal")).unwrap();
    let before = fs::read(&copy).unwrap();
    let crashed = Case::open(&copy, Access::Read, &world.ana()).unwrap();
    assert_eq!(crashed.state().unwrap().0.events.len(), case.state().unwrap().0.events.len());
    assert_clean(&crashed.verify().unwrap());
    drop(crashed);
    assert_eq!(fs::read(&copy).unwrap(), before);
}

#[test]
fn a_file_that_may_not_be_written_is_said_so_at_once() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    drop(world.new_case());
    fs::set_permissions(world.path(), fs::Permissions::from_mode(0o400)).unwrap();
    if fs::OpenOptions::new().write(true).open(world.path()).is_ok() {
        return; // root: modes do not bind it
    }
    let error = Case::open(&world.path(), Access::Write, &world.ana()).err().unwrap();
    assert!(matches!(error, CaseError::ReadOnly { .. }), "{error}");
    assert_clean(&world.verify());
    // Nor may anything be made beside it.
    let _ = fs::remove_file(world.cases().join("hub.case-shm"));
    let _ = fs::remove_file(world.cases().join("hub.case-wal"));
    fs::set_permissions(world.cases(), fs::Permissions::from_mode(0o500)).unwrap();
    let report = Case::open(&world.path(), Access::Read, &world.ana()).and_then(|case| case.verify());
    fs::set_permissions(world.cases(), fs::Permissions::from_mode(0o700)).unwrap();
    assert_clean(&report.unwrap());
}

#[test]
fn a_log_that_cannot_be_read_is_not_passed_over() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    let mut case = world.new_case();
    say(&mut case, "in the log only");
    let folder = world.cases().join("medium");
    fs::create_dir(&folder).unwrap();
    for suffix in ["", "-wal"] {
        fs::copy(format!("{}{suffix}", world.path().display()), folder.join(format!("hub.case{suffix}"))).unwrap();
    }
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).unwrap();
    let root = fs::write(folder.join("probe"), b"").is_ok();
    let opened = Case::open(&folder.join("hub.case"), Access::Read, &world.ana()).err();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    if !root {
        let error = opened.unwrap();
        assert!(matches!(error, CaseError::ReadOnly { .. }) && error.to_string().contains("-wal"), "{error}");
    }
}

#[test]
fn a_file_of_two_names_is_not_written() {
    let world = World::new();
    drop(world.new_case());
    fs::hard_link(world.path(), world.cases().join("twin.case")).unwrap();
    let error = Case::open(&world.path(), Access::Write, &world.ana()).err().unwrap().to_string();
    assert!(error.contains("hub.case") && error.contains("hard link"), "{error}");
    assert_clean(&world.verify());
    fs::remove_file(world.cases().join("twin.case")).unwrap();
    say(&mut world.open("ana"), "again");
}

#[test]
fn a_cap_that_is_no_number_is_an_error() {
    let world = World::new();
    drop(world.new_case());
    let mut env = world.ana();
    for (text, fine) in [("10M", false), ("-1", false), ("", true), (" 90000000 ", true), ("99999999999999999", true)] {
        env.vars.insert("HULLBREACH_MAX_CASE_BYTES".into(), text.into());
        let opened = Case::open(&world.path(), Access::Write, &env);
        assert_eq!(opened.is_ok(), fine, "{text:?}");
        if let Err(error) = opened {
            assert!(error.to_string().contains("HULLBREACH_MAX_CASE_BYTES"), "{error}");
        }
    }
}

//! The case file in trouble while evidence comes in: a clear word, nothing lost, and it goes on.

use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::AtomicBool;

use super::pods::{bulky, case, counts, dumps, events, one, state, write};
use crate::support::command::{arg, run, run_with};
use crate::support::tamper::raw;
use crate::support::{World, assert_clean};
use hullbreach::case::{Access, Case, CaseError};
use hullbreach::cli::Exit;
use hullbreach::model::acquisition::{Origin, OriginKind};
use hullbreach::work::import::{Content, Input, Options, Silent, import};

#[test]
fn a_full_disk_names_what_to_do_and_raising_it_goes_on() {
    let world = World::new();
    let env = case(&world, "hub");
    let folder = dumps(&world).join("full");
    write(&folder.join("a.json"), one("a"), 1);
    write(&folder.join("b.json"), bulky("b", 20, 100_000), 1);
    let mut small = env.clone();
    small.vars.insert("HULLBREACH_MAX_CASE_BYTES".into(), "740000".into());
    let before = state(&env);
    for _ in 0..2 {
        let ran = run(&small, ["import", &arg(&folder)]).expect(Exit::Failed);
        assert!(ran.err().contains("no room left") && ran.err().contains("HULLBREACH_MAX_CASE_BYTES"), "{}", ran.err());
        assert!(ran.err().contains("hub.case"), "{}", ran.err());
        run(&small, ["verify"]).expect(Exit::Done);
        run(&small, ["images"]).expect(Exit::Done);
    }
    assert_eq!(state(&env), before, "both files were one transaction");
    // What fits is still stored under the same limit.
    run(&small, ["import", &arg(&folder.join("a.json"))]).expect(Exit::Done);
    run(&env, ["import", &arg(&folder)]).expect(Exit::Done);
    assert_eq!(counts(&env).iter().map(|(_, uses, _)| uses).sum::<u64>(), 21);
    state(&env);
}

/// Bytes that come after something happened.
struct After<F: FnMut()>(Option<F>, io::Cursor<Vec<u8>>);

impl<F: FnMut()> Read for After<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(mut happens) = self.0.take() {
            happens();
        }
        self.1.read(buffer)
    }
}

#[test]
fn a_case_deleted_during_an_import_is_saved_beside_with_what_it_held() {
    let world = World::new();
    let env = case(&world, "hub");
    let kept = write(&dumps(&world).join("kept.json"), one("kept"), 1);
    run(&env, ["import", &arg(&kept)]).expect(Exit::Done);
    let path = world.path();
    let reader = After(Some(move || fs::remove_file(&path).unwrap()), io::Cursor::new(one("late")));
    let ran = run_with(&env, ["import", "-"], Some(Box::new(reader))).expect(Exit::Failed);
    assert!(ran.err().contains("removed or replaced"), "{}", ran.err());
    let saved: Vec<PathBuf> = fs::read_dir(world.cases())
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.to_string_lossy().contains(".rescued-") && !p.to_string_lossy().ends_with("-wal"))
        .collect();
    let [saved] = saved.as_slice() else { panic!("{saved:?}") };
    assert!(ran.err().contains(&arg(saved)), "{}", ran.err());
    let case = Case::open(saved, Access::Read, &env).unwrap();
    assert_clean(&case.verify().unwrap());
    assert!(case.state().unwrap().0.sources.values().any(|s| s.acquisition.origin.path == "kept.json"));
    // It is a case like any other: the import is done there.
    drop(case);
    let again = run_with(&env, ["import", "-", "--case", &arg(saved)], Some(Box::new(io::Cursor::new(one("late")))));
    again.expect(Exit::Done);
}

#[test]
fn an_input_that_fails_in_the_middle_keeps_what_came_before() {
    struct Failing(io::Cursor<Vec<u8>>);
    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("the network is gone")),
                n => Ok(n),
            }
        }
    }
    let world = World::new();
    let env = case(&world, "hub");
    let mut bytes = bulky("x", 3, 1_000);
    bytes.truncate(bytes.len() - 500);
    let ran = run_with(&env, ["import", "-"], Some(Box::new(Failing(io::Cursor::new(bytes))))).expect(Exit::Gaps);
    assert!(ran.out().contains("the network is gone"), "{}", ran.out());
    assert_eq!(counts(&env)[0].1, 2);
    state(&env);
}

/// As a user whom file modes bind; root is not.
#[test]
fn a_case_that_may_not_be_written_is_said_so_and_left_alone() {
    let world = World::new();
    drop(world.new_case());
    let program = world.root().join("hullbreach");
    fs::copy(env!("CARGO_BIN_EXE_hullbreach"), &program).unwrap();
    let file = write(&world.cases().join("pods.json"), one("a"), 1);
    let home = world.root().join("nobody");
    fs::create_dir(&home).unwrap();
    let mut command = Command::new(&program);
    let binds = fs::metadata(world.root()).unwrap().uid() != 0;
    if !binds {
        use std::os::unix::process::CommandExt as _;
        for open in [world.root(), &world.cases(), &file] {
            fs::set_permissions(open, fs::Permissions::from_mode(0o755)).unwrap();
        }
        std::os::unix::fs::chown(&home, Some(65_534), Some(65_534)).unwrap();
        command.uid(65_534).gid(65_534);
    }
    fs::set_permissions(world.path(), fs::Permissions::from_mode(0o444)).unwrap();
    let before = fs::read(world.path()).unwrap();
    let output = command
        .env_clear()
        .env("HOME", &home)
        .current_dir(world.cases())
        .args(["import", &arg(&file), "--case", &arg(&world.path())])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("may not be written") && said.contains("copy the case"), "{said}");
    assert_eq!(fs::read(world.path()).unwrap(), before);
}

#[test]
fn a_case_of_a_newer_version_is_refused_and_left_alone() {
    let world = World::new();
    let env = case(&world, "hub");
    let file = write(&dumps(&world).join("pods.json"), one("a"), 1);
    let before = events(&env);
    raw(&world.path()).pragma_update(None, "user_version", 99).unwrap();
    let ran = run(&env, ["import", &arg(&file)]).expect(Exit::Failed);
    assert!(ran.err().contains("format 99") && ran.err().contains("newer"), "{}", ran.err());
    raw(&world.path()).pragma_update(None, "user_version", 1).unwrap();
    assert_eq!(events(&env), before);
    run(&env, ["import", &arg(&file)]).expect(Exit::Done);
}

#[test]
fn what_was_signed_before_the_case_vanished_stays_signed() {
    // Nothing but the store sees the file go: the error is the store's own, with the way out.
    let world = World::new();
    let mut case = world.new_case();
    let path = world.path();
    let reader = After(Some(move || fs::remove_file(&path).unwrap()), io::Cursor::new(one("a")));
    let origin = Origin { kind: OriginKind::Stdin, host: "h".into(), root: String::new(), path: "-".into() };
    let content = Content::Reader(Box::new(reader));
    let input = Input { origin, content, modified: None, bytes: None, context: None, as_of: None };
    let error = import(&mut case, vec![input], &Options::default(), &Silent, &AtomicBool::new(false)).unwrap_err();
    assert!(matches!(error, CaseError::Vanished { .. }), "{error}");
}

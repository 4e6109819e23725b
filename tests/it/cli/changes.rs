//! What commands change, how they end, and that a dry run changes nothing.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use hullbreach::cli::{Exit, Streams, run};
use hullbreach::env::Env;

use super::{Gone, evidence_id, exercise, piped, with_input};
use crate::support::World;

const PODS: &[u8] = br#"{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a","namespace":"p"},
    "spec":{"containers":[{"name":"c","image":"nginx:1.27"}]}}]}"#;

/// Bytes of the case and of what SQLite keeps beside it.
fn bytes(env: &Env) -> Vec<Vec<u8>> {
    let case = &env.vars["HULLBREACH_CASE"];
    ["", "-wal"].iter().map(|end| std::fs::read(format!("{case}{end}")).unwrap_or_default()).collect()
}

#[test]
fn a_dry_run_changes_nothing() {
    let world = World::new();
    let env = exercise(&world);
    let id = evidence_id(&env, "prod-eu/events.json");
    let pods = world.root().join("pods.json");
    std::fs::write(&pods, PODS).unwrap();
    let before = bytes(&env);
    let changing: &[&[&str]] = &[
        &["import", pods.to_str().unwrap()],
        &["undo"],
        &["expunge", &id, "--reason", "leaked"],
        &["reread"],
        &["rebuild"],
        &["new", "other.case", "--title", "Other"],
        &["demo"],
    ];
    for command in changing {
        for json in [false, true] {
            let arguments = [*command, if json { &["--dry-run", "--json"][..] } else { &["--dry-run"][..] }].concat();
            let said = piped(&env, &arguments).ended(Exit::Done);
            assert!(!said.stdout.is_empty(), "{command:?} says no plan");
            if json {
                assert!(said.json().is_object());
            }
            assert!(bytes(&env) == before, "{command:?} changed the case");
        }
    }
    assert_eq!(std::fs::read_dir(world.cases()).unwrap().count(), 0, "a case was made");
}

#[test]
fn each_way_to_end_has_its_code() {
    let world = World::new();
    let mut env = exercise(&world);
    piped(&env, &["verify"]).ended(Exit::Done);
    piped(&env, &["evidence", "show", "ffffff"]).ended(Exit::Failed);
    piped(&env, &["coverage"]).ended(Exit::Gaps);
    for usage in [
        &["images", "--nonsense"][..],
        &["images", "--sort", "size"],
        &["images", "--filter", "role:ini"],
        &["import"],
        &["import", "x", "--as", "docker"],
        &["import", "x", "--as-of", "noon"],
        &["new", "x.case", "--title", " "],
        &["new", "x.case", "--title", "T", "--tlp", "PINK"],
        &["nonsense"],
    ] {
        assert!(!piped(&env, usage).ended(Exit::Usage).stderr.is_empty(), "{usage:?}");
    }
    // A check that says no: one byte of a stored event is another.
    let case = env.vars["HULLBREACH_CASE"].clone();
    let conn = rusqlite::Connection::open(&case).unwrap();
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(conn);
    let mut file = std::fs::read(&case).unwrap();
    let at = file.windows(13).position(|w| w == b"member.joined").unwrap();
    file[at] ^= 1;
    let broken = world.root().join("broken.case");
    std::fs::write(&broken, file).unwrap();
    env.vars.insert("HULLBREACH_CASE".to_owned(), broken.to_str().unwrap().to_owned());
    let said = piped(&env, &["verify", "--json"]).ended(Exit::No).json();
    assert_eq!(said["ok"], false);
    assert!(said["problems"][0]["kind"].is_string() && said["problems"][0]["detail"].is_string(), "{said}");
}

#[test]
fn interrupted_and_cut_off_output() {
    let world = World::new();
    drop(world.new_case());
    let env = world.ana();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let streams = Streams {
        stdin: Some(Box::new(PODS)),
        stdout: &mut stdout,
        stderr: &mut stderr,
        stdout_is_terminal: false,
        stderr_is_terminal: false,
        cancel: Arc::new(AtomicBool::new(true)),
    };
    assert_eq!(run(["hullbreach", "import", "-"].map(Into::into), &env, streams), Exit::Interrupted);
    assert!(String::from_utf8(stderr).unwrap().contains("interrupted"));
    let env = exercise(&world);
    for command in [&["images"][..], &["coverage", "--json"], &["evidence"], &["--help"]] {
        let mut stderr = Vec::new();
        let streams = Streams {
            stdin: None,
            stdout: &mut Gone,
            stderr: &mut stderr,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            cancel: Arc::new(AtomicBool::new(false)),
        };
        let exit = run(["hullbreach"].iter().chain(command).map(Into::into), &env, streams);
        assert!(matches!(exit, Exit::Done | Exit::Gaps), "{command:?}");
        assert!(stderr.is_empty(), "{command:?}: {}", String::from_utf8_lossy(&stderr));
    }
}

#[test]
fn undo_and_expunge_say_what_they_did() {
    let world = World::new();
    drop(world.new_case());
    let env = world.ana();
    with_input(&env, &["import", "-", "--json"], PODS).ended(Exit::Done);
    let images = |env: &Env| piped(env, &["images", "--json"]).json()["images"].as_array().unwrap().len();
    assert_eq!(images(&env), 1);
    let said = piped(&env, &["undo", "--json"]).ended(Exit::Done).json();
    assert_eq!((said["redo"].as_bool(), images(&env)), (Some(false), 0));
    let said = piped(&env, &["undo", said["event"].as_str().unwrap()]).ended(Exit::Done);
    assert!(said.stdout.contains("brought back"), "{}", said.stdout);
    assert_eq!(images(&env), 1);
    let id = evidence_id(&env, "standard input");
    piped(&env, &["expunge", &id[..8], "--reason", "leaked"]).ended(Exit::Done);
    let said = piped(&env, &["evidence", "show", &id[..8]]).ended(Exit::Failed);
    assert!(said.stderr.contains("destroyed on purpose"), "{}", said.stderr);
}

#[test]
fn a_folder_that_its_group_cannot_write_is_said() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let world = World::new();
    let gid = std::fs::metadata(world.cases()).unwrap().gid().to_string();
    let said = piped(&world.ana(), &["new", "one.case", "--title", "T", "--group", &gid]).ended(Exit::Done);
    assert!(said.stderr.contains("chmod 2770"), "{}", said.stderr);
    std::fs::set_permissions(world.cases(), PermissionsExt::from_mode(0o2770)).unwrap();
    let said = piped(&world.ana(), &["new", "two.case", "--title", "T", "--group", &gid]).ended(Exit::Done);
    assert_eq!(said.stderr, "");
}

#[test]
fn what_is_kept_raw_is_read_through_redaction() {
    let world = World::new();
    let env = exercise(&world);
    let list = b"registry.example/a:1\npassword: \"admin:hunter2-for-tests\"\n";
    with_input(&env, &["import", "--keep-raw", "--as", "reference-list", "-"], list);
    let said = piped(&env, &["images", "--json"]).ended(Exit::Done);
    assert!(said.stdout.contains("registry.example/a:1") && !said.stdout.contains("hunter2"), "{}", said.stdout);
    let coverage = piped(&env, &["coverage", "--json"]);
    assert!(!coverage.stdout.contains("hunter2"), "{}", coverage.stdout);
    piped(&env, &["verify", "--reread"]).ended(Exit::Done);
}

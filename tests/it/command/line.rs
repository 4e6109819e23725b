//! `open`, `keys`, `completions`, `man` and the plan of an import.

use std::ffi::OsString;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use hullbreach::cli::{Exit, Next, Streams, run_or_open};
use hullbreach::env::Env;

use crate::cli::{exercise, piped};
use crate::support::World;

/// Runs it as on a terminal that can be opened.
fn interactive(env: &Env, arguments: &[&str]) -> Next {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let streams = Streams {
        stdin: None,
        stdout: &mut stdout,
        stderr: &mut stderr,
        stdout_is_terminal: true,
        stderr_is_terminal: true,
        cancel: Arc::new(AtomicBool::new(false)),
    };
    run_or_open(["hullbreach"].iter().chain(arguments).map(OsString::from), env, streams, true)
}

#[test]
fn open_prints_the_situation_where_there_is_no_terminal() {
    let world = World::new();
    let env = exercise(&world);
    let case = env.vars["HULLBREACH_CASE"].clone();
    let said = piped(&env, &["open"]).ended(Exit::Done).stdout;
    assert!(said.contains("running in") && said.contains("every view is a command"), "{said}");
    assert_eq!(piped(&env, &[&case]).ended(Exit::Done).stdout, said, "a case alone is opened");
    assert!(piped(&env, &["open", "no.case"]).ended(Exit::Failed).stderr.contains("no such case"));
}

#[test]
fn a_terminal_is_opened_only_where_it_makes_sense() {
    let world = World::new();
    let mut env = exercise(&world);
    let case = env.vars["HULLBREACH_CASE"].clone();
    let Next::Terminal(launch) = interactive(&env, &["open", "--read-only"]) else { panic!("not opened") };
    assert!(launch.read_only && launch.case.as_ref().is_some_and(|path| path.to_str() == Some(&case)), "{launch:?}");
    assert!(matches!(interactive(&env, &[]), Next::Terminal(launch) if launch.case.is_some()));
    for arguments in [&["open", "--json"][..], &["open", "--dry-run"], &["images"]] {
        assert!(matches!(interactive(&env, arguments), Next::Ended(_)), "{arguments:?}");
    }
    // What cannot be opened is said on the screen that stays.
    assert_eq!(interactive(&env, &["open", "no.case"]), Next::Ended(Exit::Failed));
    env.vars.insert("TERM".to_owned(), "dumb".to_owned());
    assert_eq!(interactive(&env, &["open"]), Next::Ended(Exit::Done));
    let without = world.device("bob");
    assert!(
        matches!(interactive(&without, &["--ascii"]), Next::Terminal(launch) if launch.case.is_none() && launch.ascii)
    );
}

#[test]
fn keys_says_what_holds_and_where_the_own_file_is_wrong() {
    let world = World::new();
    let env = world.ana();
    let said = piped(&env, &["keys"]).ended(Exit::Done).stdout;
    assert!(said.contains("table.down") && said.contains("keymap.toml"), "{said}");
    std::fs::create_dir_all(&env.config_dir).unwrap();
    let own =
        "[table]\nkeys = [\n  { on = \"x\", run = \"table.down\" },\n  { on = \"x\", run = \"table.sideways\" },\n]\n";
    std::fs::write(env.config_dir.join("keymap.toml"), own).unwrap();
    let said = piped(&env, &["keys", "--json"]).ended(Exit::Gaps);
    assert!(said.stderr.contains("keymap.toml:4:"), "{}", said.stderr);
    let keys = said.json()["keys"].as_array().unwrap().clone();
    let own: Vec<_> = keys.iter().filter(|row| row["own"] == true).collect();
    assert!(own.len() == 1 && own[0]["run"] == "table.down" && own[0]["keys"] == "x", "{own:?}");
}

#[test]
fn completions_and_man_pages_know_every_command() {
    let world = World::new();
    let env = world.ana();
    for shell in ["bash", "zsh", "fish"] {
        let script = piped(&env, &["completions", shell]).ended(Exit::Done).stdout;
        for word in ["import", "--read-only", "completions", "expunge"] {
            assert!(script.contains(word.trim_start_matches('-')), "{word} is not in the {shell} script");
        }
    }
    let folder = world.root().join("man");
    let to = folder.to_str().unwrap();
    let plan = piped(&env, &["man", to, "--dry-run"]).ended(Exit::Done).stdout;
    assert!(plan.contains("would write") && !folder.exists(), "{plan}");
    piped(&env, &["man", to]).ended(Exit::Done);
    let page = std::fs::read_to_string(folder.join("hullbreach-undo.1")).unwrap();
    assert!(page.contains("Take back your last change"), "{page}");
}

#[test]
fn the_plan_of_an_import_names_formats_and_what_is_known() {
    let world = World::new();
    let env = exercise(&world);
    let folder = world.root().join("dumps");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("pods.json"), r#"{"kind":"PodList","apiVersion":"v1","items":[]}"#).unwrap();
    std::fs::write(folder.join("noise.bin"), [0, 1, 2, 3, 255]).unwrap();
    let path = folder.to_str().unwrap();
    let plan = piped(&env, &["import", path, "--dry-run"]).ended(Exit::Done).stdout;
    assert!(plan.contains("pods.json: kubernetes-json, 47 bytes\n"), "{plan}");
    assert!(plan.contains("noise.bin: not understood"), "{plan}");
    piped(&env, &["import", path]);
    let plan = piped(&env, &["import", path, "--dry-run", "--json"]).ended(Exit::Done).json()["plan"].to_string();
    assert!(plan.contains("in the case already"), "{plan}");
}

#[test]
fn a_dry_run_of_the_exercise_makes_no_folder() {
    let world = World::new();
    let mut env = world.ana();
    let temporary = world.root().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    env.vars.insert("TMPDIR".to_owned(), temporary.to_str().unwrap().to_owned());
    piped(&env, &["demo", "--dry-run"]).ended(Exit::Done);
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
}

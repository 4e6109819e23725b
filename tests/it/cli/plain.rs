//! Output that a terminal, a pipe or a script can take: no colour where none is wanted, ASCII where asked, never wider
//! than the terminal.

use hullbreach::cli::Exit;
use hullbreach::model::text::width;

use super::{columns, evidence_id, exercise, on_terminal, piped};
use crate::support::World;

const COMMANDS: &[&[&str]] = &[
    &[],
    &["images"],
    &["images", "--limit", "3"],
    &["images", "--filter", "role:device"],
    &["image", "ecdb24db"],
    &["image", "8fa905ff"],
    &["image", "api-service"],
    &["image", "nothing-is-called-so"],
    &["coverage"],
    &["evidence"],
    &["log"],
    &["verify"],
    &["reread"],
    &["rebuild", "--dry-run"],
    &["undo", "--dry-run"],
];

#[test]
fn colour_only_where_it_is_wanted() {
    let world = World::new();
    let env = exercise(&world);
    let colourful = on_terminal(&env, &["images"]).stdout;
    assert!(colourful.contains('\u{1b}'), "a terminal has colours");
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let mut env = env.clone();
        env.vars.insert(name.to_owned(), value.to_owned());
        for command in COMMANDS {
            let said = on_terminal(&env, command);
            assert!(!said.stdout.contains('\u{1b}') && !said.stderr.contains('\u{1b}'), "{command:?} with {name}");
        }
    }
    for command in COMMANDS {
        let said = piped(&env, command);
        assert!(!said.stdout.contains('\u{1b}') && !said.stderr.contains('\u{1b}'), "{command:?} piped");
    }
}

#[test]
fn ascii_is_ascii_and_everything_fits() {
    let world = World::new();
    let mut env = exercise(&world);
    env.vars.insert("NO_COLOR".to_owned(), "1".to_owned());
    let id = evidence_id(&env, "prod-eu/pods-0750.json");
    let show: &[&str] = &["evidence", "show", &id, "--at", "/items/0/spec/containers/0/image"];
    for command in COMMANDS.iter().chain([&show]) {
        for size in [80, 120] {
            for ascii in [false, true] {
                let arguments = if ascii { [command, &["--ascii"][..]].concat() } else { command.to_vec() };
                let said = on_terminal(&columns(&env, size), &arguments);
                let text = format!("{}{}", said.stdout, said.stderr);
                assert!(!ascii || text.is_ascii(), "{arguments:?}: {text}");
                for line in text.lines() {
                    // A word that is longer stands alone, whole.
                    let fits = width(line) <= usize::from(size) || !line.trim().contains(' ');
                    assert!(fits, "{arguments:?} is {} wide: {line}", width(line));
                }
            }
        }
    }
}

#[test]
fn json_is_one_document_whatever_is_said_besides() {
    let world = World::new();
    let env = exercise(&world);
    for command in [
        &[][..],
        &["images"],
        &["image", "ecdb24db"],
        &["coverage"],
        &["evidence"],
        &["log"],
        &["verify"],
        &["reread"],
        &["rebuild"],
    ] {
        let said = on_terminal(&env, &[command, &["--json"][..]].concat());
        assert!(said.json().is_object() && !said.stdout.contains('\u{1b}'), "{command:?}");
    }
}

#[test]
fn every_command_has_help() {
    let world = World::new();
    let env = columns(&world.ana(), 80);
    let all = piped(&env, &["--help"]).ended(Exit::Done).stdout;
    let commands = [
        "new", "demo", "import", "images", "image", "coverage", "evidence", "log", "undo", "expunge", "reread",
        "verify", "rebuild",
    ];
    for command in commands {
        assert!(all.lines().any(|line| line.trim_start().starts_with(command)), "{command} is not in --help");
        let help = piped(&env, &[command, "--help"]).ended(Exit::Done).stdout;
        assert!(help.contains("Usage: hullbreach") && help.contains("--json") && help.is_ascii(), "{command}: {help}");
        assert!(help.lines().all(|line| width(line) <= 80), "{command}: {help}");
    }
    assert!(
        all.contains("Exit codes") && piped(&env, &["--version"]).ended(Exit::Done).stdout.starts_with("hullbreach ")
    );
}

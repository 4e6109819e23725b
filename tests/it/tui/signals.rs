//! Starting, leaving, being stopped, resized, pasted at and killed.

use portable_pty::CommandBuilder;
use rustix::process::{Pid, Signal, kill_process};
use std::io::Read as _;
use std::time::{Duration, Instant};

use super::pty::{LONG, Pty, spawned, text};
use crate::support::World;

fn with_case() -> World {
    let world = World::new();
    drop(world.new_case());
    world
}

fn kill(pty: &Pty, signal: Signal) {
    kill_process(Pid::from_raw(pty.id() as i32).unwrap(), signal).unwrap();
}

#[test]
fn it_starts_opens_a_case_and_puts_the_terminal_back() {
    let world = with_case();
    let mut pty = Pty::hullbreach(&world, &["hub.case"], &[]);
    pty.see("Hub breached  CRITICAL");
    pty.images();
    assert!(pty.screen(|screen| screen.alternate_screen() && screen.bracketed_paste()));
    pty.press("mt");
    pty.until("mouse", |screen| screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None);
    pty.press("?");
    pty.see("Keys that work here");
    pty.press("\u{1b}");
    pty.until("help gone", |screen| !screen.contents().contains("Keys that work here"));
    pty.press("q");
    assert_eq!(pty.end(), 0);
    pty.assert_put_back();
}

#[test]
fn without_a_case_it_offers_one_and_makes_one() {
    let world = World::new();
    let mut pty = Pty::hullbreach(&world, &[], &[]);
    pty.see("New case");
    pty.press("n");
    pty.see("NAME.case");
    pty.press("first.case A first case\r");
    pty.see("A first case");
    pty.see("[1 Situation]");
    pty.press("q");
    assert_eq!(pty.end(), 0);
    assert!(world.cases().join("first.case").exists());
    let pty = Pty::hullbreach(&world, &[], &[]);
    pty.see("first.case");
}

#[test]
fn reading_only_says_so_and_offers_no_change() {
    let world = with_case();
    let mut pty = Pty::hullbreach(&world, &["open", "hub.case", "--read-only"], &[]);
    pty.see("READ ONLY");
    pty.images();
    pty.press(":case.undo");
    pty.see("Nothing is called so");
}

#[test]
fn a_storm_of_resizes_ends_in_a_whole_picture() {
    let world = with_case();
    let mut pty = Pty::hullbreach(&world, &["hub.case"], &[]);
    pty.images();
    for n in 0..60_u16 {
        pty.resize(20 + n * 2, 5 + n % 30);
    }
    pty.resize(100, 30);
    pty.until("a picture of 100 by 30", |screen| {
        screen.rows(0, 100).nth(29).is_some_and(|bar| bar.trim_end().ends_with("1 writer"))
            && screen.contents().contains("Hub breached")
    });
    pty.resize(20, 5);
    pty.see("too small");
}

#[test]
fn it_goes_back_to_the_shell_and_returns() {
    let world = with_case();
    let mut shell = CommandBuilder::new("/bin/bash");
    shell.args(["--norc", "--noprofile", "-i"]);
    let mut pty = Pty::start(&world, shell, &[("PS1", "shell> ")]);
    pty.see("shell>");
    pty.press(&format!("{} hub.case\r", env!("CARGO_BIN_EXE_hullbreach")));
    pty.images();
    pty.press("\u{1a}");
    pty.see("Stopped");
    pty.screen(|screen| assert!(!screen.alternate_screen() && !screen.hide_cursor()));
    pty.press("echo back in $((40+2))\r");
    pty.see("back in 42");
    pty.press("fg\r");
    pty.until("the case again", |screen| screen.alternate_screen() && screen.contents().contains("No images yet"));
    pty.press("?");
    pty.see("Keys that work here");
    pty.press("qq");
    pty.until("the shell", |screen| !screen.alternate_screen());
    pty.press("exit\r");
    pty.end();
    pty.assert_put_back();
}

/// A shell with job control, and the program in it: started by this line, with the case open.
fn in_a_shell(world: &World, line: &str) -> Pty {
    let mut shell = CommandBuilder::new("/bin/bash");
    shell.args(["--norc", "--noprofile", "-i"]);
    let mut pty = Pty::start(world, shell, &[("PS1", "shell> ")]);
    pty.see("shell>");
    pty.press(&format!("{line}\r"));
    pty.images();
    pty
}

fn is_back(screen: &vt100::Screen) -> bool {
    screen.alternate_screen() && screen.contents().contains("No images yet")
}

#[test]
fn one_fg_is_enough_after_a_bg() {
    let world = with_case();
    let mut pty = in_a_shell(&world, &format!("{} hub.case", env!("CARGO_BIN_EXE_hullbreach")));
    for _ in 0..5 {
        pty.press("\u{1a}");
        pty.until("the shell", |screen| !screen.alternate_screen() && screen.contents().trim_end().ends_with("shell>"));
        // Both at once: the shell hands the terminal over while the program finds out that it is in the background.
        pty.press("bg\rfg\r");
        pty.until("the case again", is_back);
    }
    pty.press("\u{1a}");
    pty.until("the shell", |screen| !screen.alternate_screen() && screen.contents().trim_end().ends_with("shell>"));
    // And when it is known to wait for its turn.
    pty.press("bg; until [ -n \"$(jobs -s)\" ]; do sleep 0.02; done; echo waits $((40+2))\r");
    pty.see("waits 42");
    pty.press("fg\r");
    pty.until("the case again", is_back);
    pty.press("q");
    pty.until("the shell", |screen| !screen.alternate_screen());
    pty.press("exit\r");
    pty.end();
}

#[test]
fn a_terminal_that_goes_away_ends_it() {
    let world = with_case();
    let (pair, mut child) = spawned(&world, &["hub.case"]);
    let mut reader = pair.try_clone_reader().unwrap();
    let (mut shown, mut chunk) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&shown).contains("Situation") {
        let n = reader.read(&mut chunk).unwrap();
        assert!(n > 0, "it ended by itself");
        shown.extend_from_slice(&chunk[..n]);
    }
    // A line that breaks: nobody reads, nobody writes, the kernel hangs up.
    drop((reader, pair));
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < LONG, "it goes on without a terminal");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_is_typed_after_leaving_is_the_shells() {
    let world = with_case();
    let line = format!("{} hub.case", env!("CARGO_BIN_EXE_hullbreach"));
    let mut pty = in_a_shell(&world, &line);
    for n in 0..8 {
        pty.press("q");
        pty.until("the shell's screen", |screen| !screen.alternate_screen());
        // The program is still ending while this is typed.
        pty.press(&format!("echo typed $((40+{n}))\r"));
        pty.see(&format!("typed {}", 40 + n));
        pty.press(&format!("{line}\r"));
        pty.until("the case again", |screen| screen.alternate_screen() && screen.contents().contains("[1 Situation]"));
    }
    pty.press("q");
    pty.until("the shell's screen", |screen| !screen.alternate_screen());
    pty.press("exit\r");
    pty.end();
}

#[test]
fn a_script_that_runs_it_is_stopped_with_it() {
    let world = with_case();
    let script = world.cases().join("open.sh");
    std::fs::write(&script, format!("{} hub.case\necho the script went on\n", env!("CARGO_BIN_EXE_hullbreach")))
        .unwrap();
    let mut pty = in_a_shell(&world, "sh open.sh");
    pty.press("\u{1a}");
    pty.see("Stopped");
    pty.press("fg\r");
    pty.until("the case again", is_back);
    pty.press("q");
    pty.see("the script went on");
    pty.press("exit\r");
    pty.end();
}

#[test]
fn without_a_shell_it_cannot_be_stopped_and_says_so() {
    let world = with_case();
    let mut pty = Pty::hullbreach(&world, &["hub.case"], &[]);
    pty.images();
    pty.press("\u{1a}");
    pty.see("no shell to go back to");
    pty.press("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn a_megabyte_of_paste_is_bounded_and_quick() {
    let world = with_case();
    let mut pty = Pty::hullbreach(&world, &["hub.case"], &[]);
    pty.images();
    pty.press(":");
    pty.see("Command");
    let before = pty.bytes();
    pty.press(&format!("\u{1b}[200~{}\u{1b}[201~", "name ".repeat(1 << 18)));
    pty.see("name name name");
    pty.press("\u{1b}");
    pty.until("the palette gone", |screen| !screen.contents().contains("name name"));
    let written = pty.bytes() - before;
    assert!(written < 64 << 10, "{written} bytes were drawn for one paste");
    pty.press("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn without_colour_the_marked_row_still_stands_out() {
    let world = World::new();
    let pty = Pty::hullbreach(&world, &[], &[("NO_COLOR", "1")]);
    pty.see("New case");
    pty.until("a marked row", |screen| {
        let row = screen.rows(0, 80).position(|line| line.starts_with("> New case"));
        row.is_some_and(|row| screen.cell(row as u16, 5).is_some_and(vt100::Cell::inverse))
    });
    pty.screen(|screen| {
        for (row, column) in (0..24).flat_map(|row| (0..80).map(move |column| (row, column))) {
            let cell = screen.cell(row, column).unwrap();
            assert!(cell.fgcolor() == vt100::Color::Default && cell.bgcolor() == vt100::Color::Default);
        }
    });
}

#[test]
fn ascii_is_ascii() {
    let world = with_case();
    let mut pty = Pty::hullbreach(&world, &["hub.case", "--ascii"], &[]);
    pty.images();
    pty.press("?");
    pty.see("Keys that work here");
    assert!(pty.screen(|screen| screen.contents().is_ascii()));
}

#[test]
fn asked_to_end_it_leaves_cleanly() {
    let world = with_case();
    for signal in [Signal::TERM, Signal::HUP] {
        let mut pty = Pty::hullbreach(&world, &["hub.case"], &[]);
        pty.images();
        pty.press("/half a filter");
        pty.see("/half a filter");
        kill(&pty, signal);
        assert_eq!(pty.end(), 0, "{signal:?}");
        pty.assert_put_back();
    }
}

#[test]
fn what_another_process_writes_appears() {
    let world = with_case();
    let mut pty = Pty::hullbreach(&world, &["hub.case"], &[]);
    pty.images();
    let list = world.root().join("list.txt");
    std::fs::write(&list, "registry.example/pay/api:1\nregistry.example/pay/worker:2\n").unwrap();
    let said = crate::support::command::run(&world.device("bob"), ["import", text(&list), "-c", text(&world.path())]);
    assert!(matches!(said.exit, hullbreach::cli::Exit::Done), "{}", said.err());
    pty.see("registry.example/pay/worker:2");
    pty.see("2 writers");
    pty.press("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn what_is_no_terminal_gets_text() {
    let world = with_case();
    for vars in [&[("TERM", "dumb")][..], &[]] {
        let mut command = CommandBuilder::new("/bin/sh");
        let pipe = if vars.is_empty() { " | cat" } else { "" };
        command.args(["-c", &format!("{} hub.case{pipe}", env!("CARGO_BIN_EXE_hullbreach"))]);
        let mut pty = Pty::start(&world, command, vars);
        pty.end();
        assert!(pty.screen(|screen| screen.contents().contains("every view is a command")));
        assert!(pty.screen(|screen| !screen.alternate_screen()));
    }
}

//! How much a step through a long list writes: what it feels like over a slow line.

use ratatui::backend::Backend as _;
use ratatui::buffer::Buffer;

use hullbreach::cli::Exit;
use hullbreach::tui::cycle::Surface as _;
use hullbreach::tui::shift;
use hullbreach::tui::stage::Stage;
use hullbreach::tui::theme::Theme;
use hullbreach::tui::tty::Tty;

use crate::cli::piped;
use crate::support::World;

/// What a step writes at most, with the signs around a frame.
const MOST: usize = 200;

/// Bytes from one frame to the next, as the loop writes them.
fn written(before: &Buffer, after: &Buffer) -> String {
    let mut bytes = Vec::new();
    let mut tty = Tty::new(&mut bytes);
    tty.set_scrolls(true);
    tty.begin_frame().unwrap();
    let mut shown = before.clone();
    if let Some(shift) = shift::find(&shown, after) {
        assert!(tty.shift(&shift).unwrap());
        shift::apply(&mut shown, &shift);
    }
    shift::bridge(&mut shown, after);
    tty.draw(shown.diff_iter(after)).unwrap();
    tty.end_frame().unwrap();
    String::from_utf8(bytes).unwrap()
}

/// A case with these images.
fn case_of(world: &World, list: &str) -> std::path::PathBuf {
    let path = world.new_case().path().to_path_buf();
    let file = world.root().join("images.txt");
    std::fs::write(&file, list).unwrap();
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_CASE".to_owned(), path.to_str().unwrap().to_owned());
    piped(&env, &["import", file.to_str().unwrap()]).ended(Exit::Done);
    path
}

/// Steps on one screen, beyond its end and back again; every one has to be small.
fn steps_are_small(world: &World, path: &std::path::Path) {
    for theme in ["ansi", "mono"] {
        let mut stage = Stage::new(&world.ana(), Theme::named(theme).unwrap(), (80, 24));
        stage.open(path);
        stage.press("2 s n");
        let mut scrolled = 0;
        for (keys, times) in [("j", 40), ("k", 40)] {
            for step in 0..times {
                let before = stage.draw();
                stage.press(keys);
                let after = stage.draw();
                let one = written(&before, &after);
                scrolled += usize::from(one.matches("\u{1b}[r").count() == 1);
                assert!(one.len() <= MOST, "{theme}: step {step} of {keys}: {} bytes: {one:?}", one.len());
            }
        }
        assert!(scrolled > 20, "{theme}: the terminal moved rows {scrolled} times");
    }
}

#[test]
fn a_step_through_a_long_list_writes_little() {
    let world = World::new();
    let list: String = (0..500).map(|n| format!("registry.example/team-{}/app-{n:05}:1.{}\n", n % 9, n % 5)).collect();
    steps_are_small(&world, &case_of(&world, &list));
}

#[test]
fn a_step_through_names_that_differ_writes_little_too() {
    const HOSTS: [&str; 4] = ["docker.io/library", "ghcr.io/acme", "quay.io/prom", "registry.corp.example/pay"];
    const WORDS: [&str; 7] = ["api", "worker", "report-builder", "edge", "sso-proxy", "cron", "jvm"];
    let world = World::new();
    let name = |n: usize| {
        let (host, word) = (HOSTS[n % HOSTS.len()], WORDS[n % WORDS.len()]);
        format!("{host}/{word}-{:03x}:{}.{}\n", n * 2_654_435_761 % 4_096, n % 11, n % 13)
    };
    steps_are_small(&world, &case_of(&world, &(0..300).map(name).collect::<String>()));
}

#[test]
fn a_step_through_names_that_fill_their_column_writes_little_too() {
    let world = World::new();
    let name = |n: usize| {
        let (team, tag) = (n * 7_919 % 1_000, n * 104_729 % 1_000_000);
        format!("registry-{}.example/team-{team:03}/service-{:04x}:{tag:06}\n", n % 10, n * 40_503 % 65_536)
    };
    steps_are_small(&world, &case_of(&world, &(0..300).map(name).collect::<String>()));
}

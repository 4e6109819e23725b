//! How far something bad reaches, on the screen: counts that open, rows, ways, what would tell, the order of rebuilding.

use hullbreach::tui::message::Msg;
use hullbreach::tui::stage::Stage;

use super::graph::{bad, each_place, family, sha, shows, stage};
use super::pty::{Pty, text};
use crate::support::World;

/// The runtime that three services stand on is bad.
fn world() -> World {
    let world = World::new();
    family(&world, 0);
    bad(&world, &format!("digest:{}", sha('b')));
    world
}

/// The places of the view, by the keys that lead there.
const PLACES: [&str; 8] = ["3", "3 j", "3 G", "3 o c", "3 y", "3 w", "3 Tab", "3 Tab Tab Tab Tab"];

#[test]
fn every_place_is_as_it_was() {
    let world = world();
    each_place("blast", &PLACES, |size, ascii| stage(&world, size, ascii));
}

#[test]
fn without_anything_bad_it_says_how_to_ask() {
    let world = World::new();
    drop(world.new_case());
    let mut stage = stage(&world, (80, 24), false);
    stage.press("3");
    shows(&mut stage, &["Nothing is said to be bad", ":blast.show TARGET"]);
    stage.press("Enter y e x w a Space Tab o p o a");
    shows(&mut stage, &["Nothing is said to be bad"]);
    stage.call("blast.show nosuchthing");
    assert!(!stage.text().contains("Nothing is said to be bad"), "{}", stage.text());
}

#[test]
fn counts_open_their_rows() {
    let world = world();
    let mut stage = stage(&world, (100, 30), false);
    stage.press("3");
    shows(
        &mut stage,
        &[
            "BAD digest:bbbbbbbbbbbb   registry.example/base/node:20",
            "stands on registry.example/base/debian:12  not implicated",
        ],
    );
    shows(
        &mut stage,
        &["[images 5]", "REACHED", "CANNOT TELL  unknown is not safe", "= layers 1-3 equal", "one layer"],
    );
    stage.press("o p");
    shows(&mut stage, &["[images 4 proven]"]);
    assert!(!stage.text().contains("other/tool"), "{}", stage.text());
    stage.press("o c");
    shows(&mut stage, &["[images 1 cannot-tell]", "other/tool", "TELLS  docker buildx imagetools inspect"]);
    stage.press("o r");
    shows(&mut stage, &["[images 3 running]"]);
    stage.press("o a");
    shows(&mut stage, &["[images 5]"]);
    stage.call("blast.tab workloads");
    shows(&mut stage, &["[workloads 4]", "= proven", "Pod"]);
    stage.press("Enter");
    shows(&mut stage, &["[2 Images]", "filter workload:"]);
    stage.press("Esc");
    shows(&mut stage, &["[workloads 4]"]);
}

/// From the first row to the image that is wanted.
fn to(stage: &mut Stage, name: &str) {
    for _ in 0..20 {
        if stage.text().lines().any(|line| line.starts_with('>') && line.contains(name)) {
            return;
        }
        stage.press("j");
    }
    panic!("no marker on {name} in\n{}", stage.text());
}

#[test]
fn an_image_tells_why_and_where_it_is_told() {
    let world = world();
    let mut stage = stage(&world, (100, 30), false);
    stage.press("3");
    to(&mut stage, "pay/api:7");
    shows(&mut stage, &["WHY  registry.example/base/node:20 -> registry.example/pay/api:7 -> Pod pay/api-"]);
    stage.press("y");
    shows(&mut stage, &["how what is bad reaches", "SUREST", "1 step, proven", "layers 1-3 equal 0.97"]);
    stage.press("j j j Enter");
    shows(&mut stage, &["[9 Proof]", "host.json"]);
    stage.press("Esc");
    shows(&mut stage, &["how what is bad reaches"]);
    stage.press("Esc");
    shows(&mut stage, &["REACHES"]);
    stage.press("Enter");
    shows(&mut stage, &["[Graph]", "THIS IMAGE"]);
    stage.press("Esc");
    shows(&mut stage, &["REACHES"]);
    stage.press("e");
    shows(&mut stage, &["layers show it", "SUREST"]);
}

#[test]
fn digests_and_commands_are_copied() {
    let world = world();
    let mut stage = stage(&world, (100, 30), false);
    stage.press("3");
    to(&mut stage, "pay/api:7");
    stage.press("Space Space x");
    assert_eq!(stage.copied.as_deref(), Some(format!("{}\n{}", sha('c'), sha('d')).as_str()));
    to(&mut stage, "other/tool");
    stage.press("a");
    assert!(stage.copied.as_deref().unwrap().starts_with("docker buildx imagetools inspect"), "{:?}", stage.copied);
}

#[test]
fn an_image_under_the_marker_is_asked_about_without_an_indicator() {
    let world = World::new();
    family(&world, 0);
    let mut stage = stage(&world, (100, 30), false);
    stage.press("s n g g r");
    // The first by name is the base of all.
    shows(&mut stage, &["[3 Blast]", "digest:aaaaaaaaaaaa", "[images 6]"]);
    stage.press("w");
    shows(&mut stage, &["[waves]", "BEGIN WITH", "base/node:20", "3 images on it", "WAVE", "after it:"]);
    stage.press("g r l j r");
    shows(&mut stage, &["[3 Blast]", "digest:bbbbbbbbbbbb"]);
}

#[test]
fn what_others_write_moves_no_marker() {
    let world = world();
    let mut stage = stage(&world, (100, 30), false);
    stage.press("3");
    to(&mut stage, "web/edge:3");
    bad(&world, &format!("digest:{}", sha('a')));
    stage.tell(Msg::Changed);
    shows(&mut stage, &["BAD digest:aaaaaaaaaaaa", "BAD digest:bbbbbbbbbbbb"]);
    let marked = stage.text().lines().find(|line| line.starts_with('>')).unwrap().to_owned();
    assert!(marked.contains("web/edge:3"), "{marked}");
}

#[test]
fn in_a_terminal_one_walks_asks_why_and_comes_back() {
    let world = world();
    let mut pty = Pty::hullbreach(&world, &[text(&world.path())], &[]);
    pty.see("[1 Situation]");
    pty.press("3");
    pty.see("REACHES");
    pty.see("CANNOT TELL");
    pty.press("o");
    pty.press("p");
    pty.see("4 proven");
    pty.press("jj");
    pty.press("y");
    pty.see("SUREST");
    pty.press("\u{1b}");
    pty.see("REACHES");
    pty.press("w");
    pty.see("[waves]");
    pty.press("q");
    assert_eq!(pty.end(), 0);
    pty.assert_put_back();
}

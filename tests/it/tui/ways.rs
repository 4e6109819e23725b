//! From a number to its rows, from a row to its evidence, from evidence to raw lines, and back; the search over
//! everything; the mouse.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use hullbreach::tui::message::Msg;
use hullbreach::tui::stage::Stage;

use super::views::exercise_on;
use crate::support::World;

#[track_caller]
fn shows(stage: &mut Stage, wanted: &[&str]) {
    let text = stage.text();
    for wanted in wanted {
        assert!(text.contains(wanted), "{wanted:?} is not in\n{text}");
    }
}

/// Presses keys and says what must be seen then.
#[track_caller]
fn way(stage: &mut Stage, steps: &[(&str, &[&str])]) {
    for (keys, wanted) in steps {
        stage.press(keys);
        shows(stage, wanted);
    }
}

#[test]
fn contexts_lead_to_sources_to_rejects_to_lines_and_back() {
    let world = World::new();
    let mut stage = exercise_on(&world, (140, 30));
    way(
        &mut stage,
        &[
            ("0 Tab", &["[contexts 4]", "prod-us"]),
            ("G Enter", &["[sources 2 of prod-us]", "403 Forbidden", "> contexts › sources of prod-us"]),
            ("Enter", &["[9 Proof]", "line"]),
            ("Esc", &["[sources 2 of prod-us]"]),
            ("Esc", &["[contexts 4]"]),
            ("0 o r", &["[sources 1 rejected]", "search-pods.json"]),
            ("r", &["1 rejected", "/items/3"]),
            ("Enter", &["[9 Proof]", "shown from the item before it"]),
            ("Esc", &["1 rejected", "/items/3"]),
            ("Esc", &["[sources 1 rejected]"]),
        ],
    );
}

#[test]
fn gaps_lead_to_the_use_then_to_its_line() {
    let world = World::new();
    let mut stage = exercise_on(&world, (100, 30));
    way(
        &mut stage,
        &[
            ("0 Tab Tab", &["[gaps 1]", "! unresolved", "PROXY_BASE"]),
            ("Enter", &["[2 Images]", "[uses 1]", "needs PROXY_BASE"]),
            ("Enter", &["[9 Proof]", "Dockerfile", "FROM"]),
            ("Esc", &["[uses 1]"]),
            ("Esc", &["[gaps 1]"]),
            ("Tab", &["[outside"]),
            ("Tab", &["[one-liner]", "! misses"]),
        ],
    );
}

#[test]
fn what_the_one_liner_misses_opens_as_an_image() {
    let world = World::new();
    let mut stage = exercise_on(&world, (100, 30));
    stage.press("0 Tab Tab Tab Tab");
    let rows = stage.text().lines().filter(|line| line.contains("! misses")).count();
    assert!(rows > 5, "{}", stage.text());
    for _ in 0..rows {
        stage.press("j Enter");
        let text = stage.text();
        assert!(text.contains("[2 Images]") && (text.contains("[uses ") || text.contains("filter name:")), "{text}");
        stage.press("Esc");
        shows(&mut stage, &["[one-liner]"]);
    }
}

#[test]
fn events_open_and_lead_to_what_they_speak_of() {
    let world = World::new();
    let mut stage = exercise_on(&world, (100, 40));
    stage.press("9 Tab");
    shows(&mut stage, &["[events", "got 45 pieces"]);
    while !stage.text().lines().any(|line| line.starts_with('>') && line.contains("got 45 pieces")) {
        stage.press("j");
    }
    stage.press("Enter");
    shows(&mut stage, &["device", "chain", "EVIDENCE", "before it"]);
    assert!(!stage.text().contains("original"), "the hash of the original bytes is never shown");
    while !stage.text().lines().any(|line| line.starts_with("> got ")) {
        stage.press("j");
    }
    way(&mut stage, &[("Enter", &["[9 Proof]", "sha256 "]), ("Esc", &["EVIDENCE"]), ("Esc", &["[events"])]);
}

#[test]
fn names_workloads_and_builds_of_an_image_lead_on() {
    let world = World::new();
    let mut stage = exercise_on(&world, (110, 40));
    stage.call("images.show ledger:4.2.0");
    way(
        &mut stage,
        &[
            ("Tab", &["[workloads 2]", "ledger-0"]),
            ("Enter", &["[2 Images]", "filter workload:ledger-0", "ledger:4.2.0"]),
            ("Esc", &["[workloads 2]"]),
            ("Tab", &["[names]", "DIGESTS"]),
            ("Tab", &["[evidence 2]"]),
            ("Enter", &["[9 Proof]", "ledger"]),
            ("Esc", &["[evidence 2]"]),
        ],
    );
    stage.call("images.show webshop");
    shows(&mut stage, &["no image is known as", "Esc leads back"]);
    stage.press("Esc");
    shows(&mut stage, &["[evidence 2]"]);
    stage.call("images.show postgres:16.4");
    shows(&mut stage, &["docker.io/library/postgres:16.4"]);
}

#[test]
fn anything_is_found_and_enter_goes_there() {
    let world = World::new();
    for (typed, kind, there) in [
        ("monitoring-agent ecdb", "image", "[uses "),
        ("ledger-0", "workload", "filter workload:ledger-0"),
        ("observability", "namespace", "filter namespace:observability"),
        ("prod-eu", "context", "filter context:prod-eu"),
        ("owners.csv", "evidence", "[9 Proof]"),
        ("case.genesis", "event", "case.genesis by"),
        ("Coverage", "view", "[0 Coverage]"),
        ("messages", "command", "Messages"),
    ] {
        let mut stage = exercise_on(&world, (100, 30));
        stage.press("j j Enter Tab Ctrl-p");
        stage.type_text(typed.split(' ').next().unwrap());
        stage.call(&format!("search.kind {kind}"));
        let first = stage.text().lines().find(|line| line.starts_with('>')).unwrap_or_default().to_owned();
        assert!(first.contains(kind), "{typed}: {}", stage.text());
        stage.press("Enter");
        shows(&mut stage, &[there]);
        if kind != "command" {
            stage.press("Esc");
            shows(&mut stage, &["[workloads"]);
        }
    }
}

#[test]
fn a_host_leads_to_its_images_and_a_digest_to_its_image() {
    let world = World::new();
    let mut stage = exercise_on(&world, (100, 30));
    stage.press("Ctrl-p");
    stage.type_text("231e7d64");
    shows(&mut stage, &["sha256:231e7d64"]);
    stage.press("Enter");
    shows(&mut stage, &["docker.io/harbourline/logging-agent", "[uses 6]"]);
    stage.press("j");
    stage.press("Ctrl-p");
    stage.type_text("prod-eu-");
    stage.call("search.kind host");
    let text = stage.text();
    if text.contains("host ") {
        stage.press("Enter");
        shows(&mut stage, &["filter host:"]);
        assert!(!stage.text().contains(" 0 images"), "{}", stage.text());
    }
}

#[test]
fn a_search_that_finds_nothing_says_so_and_can_be_left() {
    let world = World::new();
    let mut stage = exercise_on(&world, (80, 24));
    stage.press("Ctrl-p");
    stage.type_text("zzzz qqqq");
    shows(&mut stage, &["Nothing is called so", "0 found"]);
    stage.press("Enter");
    shows(&mut stage, &["Nothing is called so"]);
    stage.press("Esc");
    shows(&mut stage, &["93 images"]);
}

fn mouse(stage: &mut Stage, kind: MouseEventKind, at: (usize, usize)) {
    stage.draw();
    let (column, row) = (at.0 as u16, at.1 as u16);
    stage.tell(Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
}

/// Where a text stands on the screen: column and row.
#[track_caller]
fn place(stage: &mut Stage, text: &str) -> (usize, usize) {
    let screen = stage.text();
    let row = screen.lines().position(|line| line.contains(text)).unwrap_or_else(|| panic!("no {text} in\n{screen}"));
    let line = screen.lines().nth(row).unwrap();
    (line.split(text).next().unwrap().chars().count(), row)
}

const CLICK: MouseEventKind = MouseEventKind::Down(MouseButton::Left);

#[test]
fn tabs_heads_rows_and_steps_back_are_clicked() {
    let world = World::new();
    let mut stage = exercise_on(&world, (180, 30));
    let head = place(&mut stage, "IMAGE");
    mouse(&mut stage, CLICK, head);
    shows(&mut stage, &["by name"]);
    stage.press("G");
    let row = (30, 7);
    mouse(&mut stage, CLICK, row);
    assert!(!stage.text().contains("[uses"), "the first click only marks: {}", stage.text());
    mouse(&mut stage, CLICK, row);
    shows(&mut stage, &["[uses "]);
    stage.press("Esc");
    stage.call("images.show 231e7d64");
    let tab = place(&mut stage, "evidence 9");
    mouse(&mut stage, CLICK, tab);
    shows(&mut stage, &["[evidence 9]"]);
    stage.press("Enter");
    let step = place(&mut stage, "logging-agent 231e7d64");
    mouse(&mut stage, CLICK, step);
    shows(&mut stage, &["[evidence 9]"]);
    stage.resize((140, 30));
    let view = place(&mut stage, " 0 ");
    mouse(&mut stage, CLICK, view);
    let count = place(&mut stage, "2 denied");
    mouse(&mut stage, CLICK, count);
    shows(&mut stage, &["[sources 2 denied]"]);
}

#[test]
fn the_line_between_panes_is_dragged_and_the_wheel_acts_below_the_pointer() {
    let world = World::new();
    let mut stage = exercise_on(&world, (100, 30));
    stage.press("Enter");
    let rule = |stage: &mut Stage| {
        let text = stage.text();
        text.lines().enumerate().filter(|(_, line)| line.starts_with("────")).map(|(at, _)| at).nth(1).unwrap()
    };
    let before = rule(&mut stage);
    mouse(&mut stage, CLICK, (40, before));
    mouse(&mut stage, MouseEventKind::Drag(MouseButton::Left), (40, before - 5));
    mouse(&mut stage, MouseEventKind::Up(MouseButton::Left), (40, before - 5));
    assert_eq!(rule(&mut stage), before - 5, "{}", stage.text());
    mouse(&mut stage, MouseEventKind::Drag(MouseButton::Left), (40, before));
    assert_eq!(rule(&mut stage), before - 5, "the button is up");
    let marked = |stage: &mut Stage| stage.text().lines().find(|line| line.starts_with('>')).unwrap().to_owned();
    let first = marked(&mut stage);
    mouse(&mut stage, MouseEventKind::ScrollDown, (40, before));
    assert_eq!(marked(&mut stage), first, "the wheel was over the pane below");
    mouse(&mut stage, MouseEventKind::ScrollDown, (40, 8));
    assert_ne!(marked(&mut stage), first, "{}", stage.text());
    stage.press("p");
    assert!(!stage.text().contains("as written"), "hidden: {}", stage.text());
    stage.press("p +");
    assert!(stage.text().contains("as written"), "shown again: {}", stage.text());
}

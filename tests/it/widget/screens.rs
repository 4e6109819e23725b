//! How each widget looks at 80x24, 120x40, 40x12 and 1x1. To write the snapshots anew: `INSTA_UPDATE=always cargo
//! test`.

use hullbreach::model::time::Micros;
use hullbreach::tui::theme::{Slot, Theme};
use hullbreach::tui::widget::dialog::{Choice, Dialog, Intent};
use hullbreach::tui::widget::editor::{Draft, Editor};
use hullbreach::tui::widget::input::{Completion, Edit, Input, InputState, Problem};
use hullbreach::tui::widget::progress::Progress;
use hullbreach::tui::widget::split::{Lie, Pane, Split};
use hullbreach::tui::widget::table::{Direction, Sort, Table, TableState};
use hullbreach::tui::widget::toast::{Toasts, Tone};
use hullbreach::tui::widget::{Move, crumbs, meter};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pieces::{detail, outline, tree};
use super::support::{COLUMNS, Names, WIDE, drawn, lines, styles};

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (40, 12), (1, 1)];

/// All four sizes as text, and where the styles are at the first.
fn snap(name: &str, draw: impl Fn(&Theme, Rect, &mut Buffer)) {
    let theme = Theme::default();
    let mut text = String::new();
    for (width, height) in SIZES {
        let buffer = drawn(width, height, |area, buffer| draw(&theme, area, buffer));
        text.push_str(&format!("{width}x{height}\n"));
        let shown = lines(&buffer);
        // Blank rows at the end are counted, not shown.
        let last = shown.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |at| at + 1);
        shown.iter().take(last).for_each(|line| text.push_str(&format!("|{line}|\n")));
        if last < shown.len() {
            text.push_str(&format!("({} blank)\n", shown.len() - last));
        }
        if width == 80 {
            styles(&buffer, &theme).iter().for_each(|line| text.push_str(&format!("{line}\n")));
        }
        text.push('\n');
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn table(name: &str, names: &Names, prepare: impl Fn(&mut TableState<u64>)) {
    snap(name, |theme, area, buffer| {
        let mut table = Table::new(&COLUMNS, names);
        table.pinned = 2;
        table.empty = "No image matches running:>0.\nPress / to change the filter.";
        let mut state = TableState::default();
        state.seen(&table.draw(&state, theme, area, &mut buffer.clone()));
        state.select(0, names);
        prepare(&mut state);
        table.draw(&state, theme, area, buffer);
    });
}

#[test]
fn tables() {
    table("table-empty", &Names::images(0), |_| {});
    let few = Names::images(4);
    table("table-few", &few, |state| {
        state.apply(Move::Down(1), &few);
        state.sort = Some(Sort { key: "running", direction: Direction::Down });
    });
    let huge = Names { loaded: 70_010, ..Names::images(100_000) };
    table("table-huge", &huge, |state| {
        state.select(70_000, &huge);
        state.marks.add([69_998, 70_000]);
        state.sort = Some(Sort { key: "name", direction: Direction::Up });
        state.apply(Move::Right(2), &huge);
    });
    let wide = Names::new(&WIDE, 9);
    table("table-wide", &wide, |state| {
        state.begin_range();
        state.apply(Move::Down(2), &wide);
    });
}

#[test]
fn trees() {
    for (name, names) in [
        ("tree-empty", Names::images(0)),
        ("tree-few", Names::images(3)),
        ("tree-huge", Names::images(1_000)),
        ("tree-wide", Names::new(&WIDE, 4)),
    ] {
        snap(name, |theme, area, buffer| {
            let (state, outline) = outline(&names, area);
            tree(&names, &state, &outline, theme, area, buffer);
        });
    }
}

#[test]
fn details() {
    let long = "{\"image\":\"docker.io/library/node:20-slim\",".repeat(40);
    let long: Vec<&str> = vec![&long, "  \"digest\": \"sha256:77aa91c0\","];
    for (name, names, right) in [
        ("detail-empty", Names::images(0), 0),
        ("detail-few", Names::images(3), 0),
        ("detail-huge", Names::new(&long, 1_000_000), 20),
        ("detail-wide", Names::new(&WIDE, 8), 3),
    ] {
        snap(name, |theme, area, buffer| {
            detail(&names, right, theme, area, buffer);
        });
    }
}

#[test]
fn inputs() {
    snap("input-empty", |theme, area, buffer| {
        let input = Input { prompt: "/", placeholder: "priority:P0 running:>0", focused: true };
        input.draw(&InputState::default(), theme, area, buffer);
    });
    snap("input-problem", |theme, area, buffer| {
        let mut state = InputState::new("verdict:bda running:>0");
        state.problem = Some(Problem { range: 8..11, message: "no verdict is called bda; there is bad".into() });
        Input { prompt: "/", placeholder: "", focused: true }.draw(&state, theme, area, buffer);
    });
    snap("input-wide-completed", |theme, area, buffer| {
        let mut state = InputState::new(&format!("{} {}", WIDE[0], WIDE[3]).repeat(3));
        let items = WIDE.iter().map(|name| ((*name).to_owned(), "image".to_owned())).collect();
        state.offer(Completion { replaces: 0..0, items, chosen: None });
        state.apply(Edit::NextCompletion);
        let input = Input { prompt: "Find: ", placeholder: "", focused: true };
        let line = Rect { height: 1.min(area.height), ..area };
        input.draw(&state, theme, line, buffer);
        input.draw_completions(&state, theme, line, area, buffer);
    });
}

#[test]
fn editors() {
    for (name, text) in [
        ("editor-empty", String::new()),
        (
            "editor-few",
            "08:24 ana: node:20-slim 77aa91c0 pulled by both builders.\n\nAsked ci-eu for their logs.".to_owned(),
        ),
        ("editor-wide", WIDE.join(" ")),
        ("editor-long", "a line of a long note\n".repeat(1_000)),
    ] {
        snap(name, |theme, area, buffer| {
            let draft = Draft { id: "note".into(), text: text.clone(), cursor: (0, 2) };
            Editor::open(draft, theme).draw(theme, area, buffer);
        });
    }
}

#[test]
fn dialogs() {
    let consequences =
        || ["12 images turn BAD, 3 of them running".to_owned(), format!("among them {} and 9 more", WIDE.join(", "))];
    let option = |label: &str, note: &str| Choice { label: label.into(), note: note.into() };
    let typed = |dialog: &mut Dialog| {
        dialog.apply(Intent::Edit(Edit::Insert('x')));
        dialog.apply(Intent::Accept);
    };
    let mut danger =
        Dialog::dangerous("Expunge", "The text of 3 notes is destroyed in every copy.", "Expunge", "expunge");
    typed(&mut danger);
    let options = vec![option("Isolate", "stops traffic, keeps memory"), option("Keep", "changes nothing")];
    for (name, dialog) in [
        (
            "dialog-confirm",
            Dialog::confirm("Mark BAD", "Mark 12 images BAD?", "Mark them").with_consequences(consequences()),
        ),
        ("dialog-danger", danger),
        ("dialog-choice", Dialog::choice("Running BAD", "What first?", options, 1)),
        ("dialog-ask", Dialog::ask("Window", "From when?", "02:00Z")),
        (
            "dialog-long",
            Dialog::confirm("Many", "Do it?", "Do it").with_consequences((0..50).map(|n| format!("consequence {n}"))),
        ),
    ] {
        snap(name, |theme, area, buffer| {
            dialog.draw(theme, area, buffer);
        });
    }
}

#[test]
fn small_ones() {
    snap("toasts", |theme, area, buffer| {
        let mut toasts = Toasts::default();
        toasts.push(Micros(0), Tone::Error, "dumps/ci-eu.json:412: not JSON; the 411 rows before it are kept");
        toasts.push(Micros(1), Tone::Info, format!("copied {}", WIDE[3]));
        toasts.push(Micros(1), Tone::Success, "imported 112 images");
        toasts.push(Micros(2), Tone::Success, "imported 112 images");
        toasts.push(Micros(2), Tone::Warning, "ci-eu is 6 h old");
        toasts.draw(Micros(3), theme, area, buffer);
    });
    snap("progress", |theme, area, buffer| {
        let known = Progress {
            label: "Import of dumps/".into(),
            done: 41,
            total: Some(212),
            bytes: 34_567_890,
            rate: Some(2_000_000),
            tick: 1,
            cancel: "Esc stops, what is read stays".into(),
        };
        known.draw(theme, Rect { height: area.height.min(2), ..area }, buffer);
        let unknown = Progress { label: WIDE.join(" "), total: None, rate: None, ..known };
        unknown.draw(theme, Rect { y: 3, height: 1, ..area }.intersection(area), buffer);
    });
    snap("crumbs-meters-split", |theme, area, buffer| {
        let split = Split::new(Lie::Beside, 600, (20, 20));
        let panes = split.panes(area, Pane::First);
        crumbs::draw(&["Situation", "Images", WIDE[0], "uses"], theme, Rect { height: 1, ..area }, buffer);
        let at = |pane: Rect, y| Rect { y: pane.y + y, height: 1, ..pane }.intersection(area);
        meter::draw_bar(88, 100, Slot::Accent, theme, at(panes.first, 2), buffer);
        meter::draw_line(&[0, 3, 9, 1, 4, 88, 0, 12], Slot::Accent, theme, at(panes.first, 3), buffer);
        meter::draw_bar(0, 0, Slot::Warning, theme, at(panes.second, 2), buffer);
        split.draw(&panes, theme, buffer);
    });
}

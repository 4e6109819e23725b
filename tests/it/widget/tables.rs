//! What a table asks for and what it changes: counted, never timed.

use hullbreach::tui::theme::Theme;
use hullbreach::tui::widget::Move;
use hullbreach::tui::widget::table::{Bar, Table, TablePart, TableState};
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::pieces::{detail, outline, tree};
use super::support::{COLUMNS, Names, drawn, lines};

fn table(names: &Names, bar: Bar) -> Table<'_, Names> {
    let mut table = Table::new(&COLUMNS, names);
    (table.pinned, table.bar) = (2, bar);
    table
}

fn step(names: &Names, bar: Bar, from: u64) -> (Buffer, Buffer) {
    let (table, theme) = (table(names, bar), Theme::default());
    let area = Rect::new(0, 0, 80, 24);
    let mut state = TableState::default();
    state.seen(&table.draw(&state, &theme, area, &mut Buffer::empty(area)));
    state.select(from, names);
    let before = drawn(80, 24, |area, buffer| drop(table.draw(&state, &theme, area, buffer)));
    state.apply(Move::Down(1), names);
    let after = drawn(80, 24, |area, buffer| drop(table.draw(&state, &theme, area, buffer)));
    (before, after)
}

#[test]
fn a_draw_asks_for_the_window_and_no_more() {
    for total in [30, 100_000, u64::MAX] {
        let names = Names::images(total);
        let theme = Theme::default();
        let mut state = TableState::default();
        state.select(total / 2, &names);
        names.asked.set(0);
        drawn(80, 24, |area, buffer| drop(table(&names, Bar::Lead).draw(&state, &theme, area, buffer)));
        assert_eq!(names.asked.get(), 23, "a header and 23 rows of {total}");
        names.asked.set(0);
        drawn(80, 24, |area, buffer| drop(detail(&names, 0, &theme, area, buffer)));
        assert_eq!(names.asked.get(), 46, "two draws of 23 lines");
    }
}

#[test]
fn a_tree_labels_the_window_and_no_more() {
    let names = Names::images(1_000);
    let area = Rect::new(0, 0, 80, 24);
    let (state, outline) = outline(&names, area);
    let regions = tree(&names, &state, &outline, &Theme::default(), area, &mut Buffer::empty(area));
    let rows =
        regions.parts().filter(|(_, part)| matches!(part, hullbreach::tui::widget::tree::TreePart::Row(_))).count();
    assert_eq!(rows, 24);
}

#[test]
fn a_step_changes_two_rows_in_the_lead_only() {
    let names = Names::images(100_000);
    // On a narrow screen the lead ends before the last pinned column.
    for (bar, cells) in [(Bar::Lead, 4..=2 * 12), (Bar::Row, 20..=2 * 80)] {
        let (before, after) = step(&names, bar, 6);
        let changed = before.diff(&after);
        let rows: std::collections::BTreeSet<u16> = changed.iter().map(|(_, y, _)| *y).collect();
        assert_eq!(rows.into_iter().collect::<Vec<_>>(), [7, 8]);
        assert!(cells.contains(&changed.len()), "{bar:?} {}", changed.len());
    }
}

#[test]
fn a_step_writes_little() {
    let names = Names::images(100_000);
    let (before, after) = step(&names, Bar::Lead, 6);
    let mut bytes = Vec::new();
    CrosstermBackend::new(&mut bytes).draw(before.diff_iter(&after)).unwrap();
    assert!(bytes.len() <= 184, "{} bytes", bytes.len());
}

#[test]
fn columns_stand_still_while_scrolling() {
    let names = Names::images(100_000);
    let (table, theme) = (table(&names, Bar::Lead), Theme::default());
    let area = Rect::new(0, 0, 80, 24);
    let mut state = TableState::default();
    let heads = |state: &TableState<u64>| -> Vec<Rect> {
        let regions = table.draw(state, &theme, area, &mut Buffer::empty(area));
        regions.parts().filter(|(_, part)| matches!(part, TablePart::Header(_))).map(|(place, _)| place).collect()
    };
    let first = heads(&state);
    for _ in 0..40 {
        state.apply(Move::PageDown, &names);
        assert_eq!(heads(&state), first);
    }
}

#[test]
fn regions_say_what_is_under_the_pointer() {
    let names = Names::images(100_000);
    let area = Rect::new(0, 0, 80, 24);
    let mut state = TableState::default();
    let table = table(&names, Bar::Lead);
    let draw = |state: &TableState<u64>| table.draw(state, &Theme::default(), area, &mut Buffer::empty(area));
    state.seen(&draw(&state));
    state.select(50_000, &names);
    let regions = draw(&state);
    let offset = state.scroll().offset();
    assert_eq!(regions.hit(Position::new(10, 1)), Some(&TablePart::Row(offset)));
    assert_eq!(regions.hit(Position::new(2, 0)), Some(&TablePart::Header(0)));
    assert_eq!(regions.hit(Position::new(79, 23)), Some(&TablePart::ScrollBar(99_999)));
    let group = (offset..).find(|index| index % 10 == 5).unwrap();
    assert_eq!(
        regions.find(|part| *part == TablePart::Group(group)).map(|place| place.y),
        Some((group - offset) as u16 + 1)
    );
}

#[test]
fn every_column_can_be_scrolled_to_and_back() {
    let names = Names::images(9);
    let area = Rect::new(0, 0, 48, 6);
    let (table, theme) = (table(&names, Bar::Lead), Theme::default().with_ascii(true));
    let mut state = TableState::default();
    let mut seen = String::new();
    for _ in 0..9 {
        let mut buffer = Buffer::empty(area);
        let regions = table.draw(&state, &theme, area, &mut buffer);
        seen.push_str(&lines(&buffer)[0]);
        state.apply(Move::Right(1), &names);
        state.seen(&regions);
    }
    for column in COLUMNS {
        assert!(seen.contains(column.title), "{seen}");
    }
    assert!(state.shift() <= 3, "no more presses to the left than to the right: {}", state.shift());
}

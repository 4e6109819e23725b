//! Under NO_COLOR the selected row is still seen. crossterm reads that variable once a process, so the test runs itself
//! again with it set.

use std::process::Command;

use hullbreach::tui::theme::{Theme, Wishes};
use hullbreach::tui::widget::table::{Table, TableState};
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::support::{COLUMNS, Names};

#[test]
fn the_selected_row_is_seen_under_no_color() {
    let program = std::env::current_exe().unwrap();
    let arguments = ["--exact", "--ignored", "widget::no_colour::inside"];
    let output = Command::new(program).args(arguments).env("NO_COLOR", "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
#[ignore = "run by the test above, with NO_COLOR set"]
fn inside() {
    let user = "parent = \"high-contrast\"\n[slots]\nselected = \"bold white on blue\"\n";
    let (mono, _) = Theme::choose(None, Some(user), Wishes { no_colour: true, ascii: false });
    assert!(inverse(&mono), "the bar of the selected row");
    // The reason for all this: a theme with colours loses its bar.
    let mut coloured = Theme::named("ansi").unwrap();
    assert!(!inverse(&coloured));
    coloured = Theme::named("high-contrast").unwrap();
    assert!(!inverse(&coloured));
}

/// What a terminal makes of the first row of a table.
fn inverse(theme: &Theme) -> bool {
    let names = Names::images(9);
    let area = Rect::new(0, 0, 80, 24);
    let mut buffer = Buffer::empty(area);
    let mut state = TableState::default();
    state.select(0, &names);
    Table::new(&COLUMNS, &names).draw(&state, theme, area, &mut buffer);
    let mut bytes = Vec::new();
    CrosstermBackend::new(&mut bytes).draw(Buffer::empty(area).diff_iter(&buffer)).unwrap();
    let (rows, columns) = (24_u16.try_into().unwrap(), 80_u16.try_into().unwrap());
    let mut terminal = vt100::Parser::new(rows, columns, 0);
    terminal.process(&bytes);
    let screen = terminal.screen();
    assert_eq!(screen.cell(1, 0).unwrap().contents(), ">");
    (0..4).all(|column| screen.cell(1, column).is_some_and(|cell| cell.inverse() && cell.bold()))
}

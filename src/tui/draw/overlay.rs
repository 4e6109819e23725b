//! Boxes over the body, made of the pieces: palette, pages, dialogs, and what may follow a key.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::text::width;
use crate::tui::keymap::Found;
use crate::tui::keymap::key::Key;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::dialog::Asked;
use crate::tui::overlay::page::{PANE, Page};
use crate::tui::overlay::palette::{self, COLUMNS, Palette};
use crate::tui::regions::{Hit, Regions};
use crate::tui::theme::{Slot, Theme};
use crate::tui::view::pane;
use crate::tui::widget::detail::Detail;
use crate::tui::widget::input::Input;
use crate::tui::widget::region::{row, split_bottom, split_top};
use crate::tui::widget::table::{Bar, Table};
use crate::tui::widget::{Line, Painter};

/// The palette at its largest.
const PALETTE: (u16, u16) = (74, 18);
/// What may follow a key, at its widest.
const NEXT_WIDTH: u16 = 56;
/// As many lines of it at most.
const NEXT_LINES: usize = 20;

/// Draws what lies in front.
pub fn draw(front: &Overlay, model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions {
    match front {
        Overlay::Palette(front) => palette_box(front, model, theme, area, buffer),
        Overlay::Page(front) => page_box(front, theme, area, buffer),
        Overlay::Dialog(front) => dialog_box(front, theme, area, buffer),
    }
}

/// An empty box with a title, at most that large, in the middle; returns its inside.
fn frame(title: &str, theme: &Theme, area: Rect, size: (u16, u16), buffer: &mut Buffer) -> Rect {
    let (wide, high) = (size.0.min(area.width), size.1.min(area.height));
    let place = Rect {
        x: area.x.saturating_add((area.width - wide) / 2),
        y: area.y.saturating_add((area.height - high) / 2),
        width: wide,
        height: high,
    };
    let mut painter = Painter::new(theme, place, buffer);
    painter.clear(place);
    painter.frame(place, &Line::plain(title), Slot::Border)
}

fn palette_box(front: &Palette, model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions {
    let mut regions = Regions::default();
    let inside = frame("Command", theme, area, PALETTE, buffer);
    let (typed, rest) = split_top(inside, 1);
    let input = Input { prompt: ":", placeholder: "a part of a command's name", focused: true };
    regions.cursor = input.draw(&front.input, theme, typed, buffer).cursor;
    if let Some(named) = front.named() {
        let help = model.commands.get(&named.call.id).map_or("", |row| row.help);
        let mut painter = Painter::new(theme, rest, buffer);
        painter.text(row(rest, 0), help, Slot::Base);
        painter.text(row(rest, 1), &palette::arguments(&named.call.id, &model.commands), Slot::Muted);
        return regions;
    }
    let rows = front.rows();
    let empty = "Nothing is called so.";
    let table = Table { pinned: COLUMNS.len(), bar: Bar::Row, empty, ..Table::new(COLUMNS, &rows) };
    regions.extend(pane::table_hits(&table.draw(&front.state, theme, rest, buffer), PANE, COLUMNS, None));
    regions
}

fn page_box(front: &Page, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions {
    let inside = frame(&front.title, theme, area, (area.width, area.height), buffer);
    let detail = Detail { tabs: &[], lines: front, meant: None, focused: true, empty: "" };
    pane::text_hits(&detail.draw(&front.state, theme, inside, buffer), PANE)
}

fn dialog_box(front: &Asked, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions {
    let mut regions = Regions::default();
    let drawn = front.dialog.draw(theme, area, buffer);
    regions.push(drawn.body, Hit::Pane(PANE));
    regions.cursor = drawn.cursor;
    regions
}

/// What may follow the keys pressed so far, at the lower edge.
pub fn which_key(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Found::Pending(next) = model.look_up(|keymap, now| keymap.resolve(&model.pending, now)) else { return };
    let high = u16::try_from(next.len().min(NEXT_LINES)).unwrap_or(0).saturating_add(2);
    let (_, place) = split_bottom(area, high);
    let inside = frame(&Key::write_all(&model.pending), theme, place, (NEXT_WIDTH, high), buffer);
    let keys = next.iter().map(|(keys, _)| width(&Key::write_all(keys))).max().unwrap_or(0);
    let mut painter = Painter::new(theme, inside, buffer);
    for (at, (follow, call)) in (0..inside.height).zip(&next) {
        let title = model.commands.get(&call.id).map_or("", |row| row.title);
        let follow = Key::write_all(follow);
        let line = Line::new(format!(" {follow:<keys$}  "), Slot::Key)
            .and(title, Slot::Base)
            .and(format!("  {}", call.argument), Slot::Muted);
        let style = painter.style(Slot::Base);
        painter.line(row(inside, at), &line, style, Default::default(), Default::default());
    }
}

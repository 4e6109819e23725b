//! Boxes over the body: palette, pages, dialogs, and what may follow a key.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::symbols::border;
use ratatui::widgets::{Block, Clear, Widget as _};

use super::paint::{Cursor, put, write};
use crate::model::text::width;
use crate::tui::keymap::Found;
use crate::tui::keymap::key::Key;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::dialog::Dialog;
use crate::tui::overlay::page::{PANE, Page, Row};
use crate::tui::overlay::palette::{self, Palette};
use crate::tui::regions::{Hit, Regions};
use crate::tui::theme::{Slot, Theme};

const ASCII: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

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
    let place =
        Rect { x: area.x + (area.width - wide) / 2, y: area.y + (area.height - high) / 2, width: wide, height: high };
    Clear.render(place, buffer);
    let set = if theme.ascii() { ASCII } else { border::PLAIN };
    let block = Block::bordered()
        .border_set(set)
        .border_style(theme.style(Slot::Border))
        .style(theme.style(Slot::Base))
        .title_style(theme.style(Slot::Title))
        .title(format!(" {title} "));
    let inside = block.inner(place);
    block.render(place, buffer);
    inside
}

fn palette_box(front: &Palette, model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions {
    let mut regions = Regions::default();
    let inside = frame("Command", theme, area, (72, 16), buffer);
    let mut lines = Cursor::new(inside);
    let typed = lines.line();
    let (shown, at) = front.line.shown(usize::from(typed.width.saturating_sub(1)));
    put(buffer, typed, &format!(":{shown}"), theme.style(Slot::Accent));
    let column = typed.x.saturating_add(1).saturating_add(at as u16).min(typed.right().saturating_sub(1));
    regions.cursor = Some((column, typed.y).into());
    if let Some(named) = front.named() {
        let help = model.commands.get(&named.call.id).map_or("", |row| row.help);
        put(buffer, lines.line(), help, theme.style(Slot::Base));
        put(buffer, lines.line(), &palette::arguments(&named.call.id, &model.commands), theme.style(Slot::Muted));
        return regions;
    }
    let list = lines.rest();
    regions.push(list, Hit::Pane("palette"));
    let found = front.found();
    let height = usize::from(list.height);
    let first = (front.marked + 1).saturating_sub(height);
    for (at, entry) in found.iter().enumerate().skip(first).take(height) {
        let line = lines.line();
        let (mark, slot) = if at == front.marked { (">", Slot::Selected) } else { (" ", Slot::Base) };
        put(buffer, line, &format!("{mark}{:<26}{}", entry.title, entry.call), theme.style(slot));
        let keys = width(&entry.keys).min(usize::from(line.width)) as u16;
        let right = Rect { x: line.right().saturating_sub(keys), width: keys, ..line };
        write(buffer, right, &entry.keys, theme.style(slot));
    }
    if found.is_empty() {
        put(buffer, lines.line(), " nothing is called so", theme.style(Slot::Muted));
    }
    regions
}

fn page_box(front: &Page, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions {
    let mut regions = Regions::default();
    let inside = frame(&front.title, theme, area, (area.width, area.height), buffer);
    regions.push(inside, Hit::Pane(PANE));
    let mut lines = Cursor::new(inside);
    for row in front.rows.iter().skip(front.offset).take(usize::from(inside.height)) {
        let line = lines.line();
        match row {
            Row::Heading(text) => put(buffer, line, text, theme.style(Slot::Title)),
            Row::Pair(left, right) => {
                let used = write(buffer, line, &format!("  {left} "), theme.style(Slot::Key)).max(20).min(line.width);
                let behind = Rect { x: line.x + used, width: line.width - used, ..line };
                write(buffer, behind, right, theme.style(Slot::Base));
            }
        }
    }
    regions
}

fn dialog_box(front: &Dialog, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions {
    let mut regions = Regions::default();
    let wide = front.lines.iter().map(|line| width(line)).max().unwrap_or(0).clamp(30, 100) as u16 + 4;
    let high = (front.lines.len().min(100) as u16).saturating_add(4);
    let mut lines = Cursor::new(frame(&front.title, theme, area, (wide, high), buffer));
    let answer = lines.last();
    regions.push(lines.rest(), Hit::Pane(PANE));
    for text in front.lines.iter().skip(front.offset).take(usize::from(lines.rest().height)) {
        put(buffer, lines.line(), &format!(" {text}"), theme.style(Slot::Base));
    }
    put(buffer, answer, " y yes   n no", theme.style(Slot::Key));
    regions
}

/// What may follow the keys pressed so far, at the lower edge.
pub fn which_key(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Found::Pending(next) = model.look_up(|keymap, now| keymap.resolve(&model.pending, now)) else { return };
    let high = (next.len().min(20) as u16).saturating_add(2);
    let place = Rect { y: area.bottom().saturating_sub(high.min(area.height)), height: high.min(area.height), ..area };
    let mut lines = Cursor::new(frame(&Key::write_all(&model.pending), theme, place, (50, high), buffer));
    for (keys, call) in next {
        let title = model.commands.get(&call.id).map_or("", |row| row.title);
        let text = format!(" {:<8}{title}  {}", Key::write_all(&keys), call.argument);
        put(buffer, lines.line(), &text, theme.style(Slot::Base));
    }
}

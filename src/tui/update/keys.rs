//! Keys, pasted text and the mouse.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{calls, overlays, views};
use crate::command::Call;
use crate::tui::keymap::Found;
use crate::tui::keymap::key::Key;
use crate::tui::message::Step;
use crate::tui::model::Model;
use crate::tui::model::toast::Tone;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::page;
use crate::tui::regions::Hit;

/// Rows that one turn of the wheel moves.
const WHEEL: usize = 3;

/// A key: a command, a part of one, text, or nothing.
pub fn press(model: &mut Model, key: Key, step: &mut Step) {
    // An error stays until somebody was there to see it.
    if model.toasts.shown(model.settings.now).first().is_some_and(|toast| toast.tone == Tone::Error) {
        model.toasts.dismiss();
        step.changed = true;
    }
    let mut keys = std::mem::take(&mut model.pending);
    step.changed |= !keys.is_empty();
    let begun = !keys.is_empty();
    keys.push(key);
    match model.look_up(|keymap, now| keymap.resolve(&keys, now)) {
        Found::Call(call) => calls::call(model, &call, step),
        Found::Pending(_) => {
            model.pending = keys;
            step.changed = true;
        }
        Found::Nothing if begun => {}
        Found::Nothing => {
            if let Some(c) = key.typed() {
                text(model, c.encode_utf8(&mut [0; 4]), step);
            }
        }
    }
}

/// Typed or pasted text goes to whatever takes text.
pub fn text(model: &mut Model, text: &str, step: &mut Step) {
    if !model.takes_text() {
        return;
    }
    if let Some(Overlay::Palette(palette)) = model.overlays.last_mut() {
        palette.insert(text);
        step.changed = true;
        return;
    }
    views::with_front(model, step, |view, _, reply| view.insert(text, reply));
}

/// The wheel acts on the pane under the pointer, a click on what is there, and a line between panes is dragged.
pub fn mouse(model: &mut Model, mouse: MouseEvent, step: &mut Step) {
    match mouse.kind {
        MouseEventKind::ScrollDown => wheel(model, "table.down", mouse, step),
        MouseEventKind::ScrollUp => wheel(model, "table.up", mouse, step),
        MouseEventKind::Down(MouseButton::Left) => click(model, mouse, step),
        MouseEventKind::Drag(MouseButton::Left) => {
            let Some((_, area)) = model.dragged else { return };
            let to = Position::new(mouse.column, mouse.row);
            step.changed = true;
            views::with_front(model, step, |view, _, reply| view.drag(to, area, reply));
        }
        MouseEventKind::Up(_) => model.dragged = None,
        _ => {}
    }
}

fn wheel(model: &mut Model, id: &str, mouse: MouseEvent, step: &mut Step) {
    let Some(pane) = model.regions.pane_at(mouse.column, mouse.row) else { return };
    let call = Call { id: id.to_owned(), argument: String::new() };
    for _ in 0..WHEEL {
        if !overlays::command(model, &call, step) && model.overlays.is_empty() {
            views::with_front(model, step, |view, around, reply| view.wheel(pane, &call, around, reply));
        }
    }
}

fn click(model: &mut Model, mouse: MouseEvent, step: &mut Step) {
    model.dragged = None;
    if !model.overlays.is_empty() {
        return;
    }
    match model.regions.at(mouse.column, mouse.row).cloned() {
        Some(Hit::Call(call)) => calls::call(model, &call, step),
        Some(Hit::Line(pane, area)) => model.dragged = Some((pane, area)),
        Some(Hit::Row(pane, row)) if pane != page::PANE => {
            views::with_front(model, step, |view, _, reply| view.click(pane, row, reply));
        }
        _ => {}
    }
}

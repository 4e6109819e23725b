//! Opening, moving in and closing what lies over a view.

use super::{act, calls, say};
use crate::command::Call;
use crate::tui::keymap::key::Key;
use crate::tui::message::Step;
use crate::tui::model::Model;
use crate::tui::model::toast::Tone;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::dialog::Outcome;
use crate::tui::overlay::page::{self, Page, Row};
use crate::tui::overlay::palette::{Accepted, Entry, Palette};
use crate::tui::view::pane;

/// Areas whose commands are moves, not things to do by name.
const MOVES: [&str; 4] = ["table.", "input.", "overlay.", "dialog."];

/// Hands a command to the overlay in front; false where there is none or it does not know it.
pub fn command(model: &mut Model, call: &Call, step: &mut Step) -> bool {
    let seen = pane::seen(&model.regions, page::PANE);
    let body = model.regions.area(page::PANE);
    let Some(front) = model.overlays.last_mut() else { return false };
    let id = call.id.as_str();
    if matches!(id, "overlay.close" | "input.cancel") {
        model.overlays.pop();
        step.changed = true;
        return true;
    }
    step.changed |= match front {
        Overlay::Page(front) => match front.command(id, &seen) {
            Some(changed) => changed,
            None => return false,
        },
        Overlay::Palette(_) if id == "input.accept" => {
            accept(model, step);
            true
        }
        Overlay::Palette(palette) => {
            if !palette.command(id, &seen) {
                return false;
            }
            true
        }
        Overlay::Dialog(asked) => match asked.command(id, body) {
            None => return false,
            Some(Outcome::Open) => true,
            Some(Outcome::No) => {
                model.overlays.pop();
                true
            }
            Some(Outcome::Yes(deed)) => {
                model.overlays.pop();
                if let Some(deed) = deed {
                    act(model, deed, step);
                }
                true
            }
        },
    };
    true
}

fn accept(model: &mut Model, step: &mut Step) {
    let Some(Overlay::Palette(palette)) = model.overlays.last_mut() else { return };
    step.changed = true;
    match palette.accept() {
        Accepted::More => {}
        Accepted::Nothing => say(model, Tone::Warning, "no command is called so", step),
        Accepted::Call(call) => {
            model.overlays.pop();
            calls::call(model, &call, step);
        }
    }
}

/// Opens the palette over what can be done now, with a beginning typed already.
pub fn palette(model: &mut Model, typed: &str, step: &mut Step) {
    if model.overlays.pop().is_some() {
        model.overlays.clear();
    }
    let entries = entries(model);
    model.overlays.push(Overlay::Palette(Box::new(Palette::new(entries, typed))));
    step.changed = true;
}

fn entries(model: &Model) -> Vec<Entry> {
    let mut entries = Vec::new();
    if model.case.is_some() {
        for (place, tab) in model.tabs.iter().enumerate() {
            // Keys name a view by its place.
            let by_place = Call { id: "view.go".to_owned(), argument: (place + 1).to_string() };
            let keys = model.look_up(|keymap, now| keymap.keys_for(&by_place, now).map(Key::write_all));
            let call = Call { id: "view.go".to_owned(), argument: tab.id.to_owned() };
            let title = format!("Go to {}", tab.title);
            entries.push(Entry { call, title, keys: keys.unwrap_or_default(), needs: None });
        }
    }
    model.look_up(|keymap, now| {
        for row in now.commands.rows().filter(|row| now.allows(row.id)) {
            if MOVES.iter().any(|area| row.id.starts_with(area)) || row.id == "app.palette" {
                continue;
            }
            let call = Call { id: row.id.to_owned(), argument: String::new() };
            let keys = keymap.keys_for(&call, now).map_or_else(String::new, Key::write_all);
            let needs = row.arguments.iter().find(|argument| argument.required).map(|argument| argument.name);
            entries.push(Entry { call, title: row.title.to_owned(), keys, needs });
        }
    });
    entries
}

/// Opens the page of what works here: keys in the order they are asked, then what has no key.
pub fn help(model: &mut Model, step: &mut Step) {
    let mut rows = Vec::new();
    model.look_up(|keymap, now| {
        rows.push(Row::Heading("Keys that work here".to_owned()));
        let mut bound: Vec<(&Call, String)> = Vec::new();
        for (keys, call) in keymap.effective(now) {
            let keys = Key::write_all(keys);
            match bound.iter_mut().find(|(known, _)| *known == call) {
                Some((_, all)) => *all = format!("{all}  {keys}"),
                None => bound.push((call, keys)),
            }
        }
        for (call, keys) in &bound {
            let help = now.commands.get(&call.id).map_or("", |row| row.help);
            let argument = if call.argument.is_empty() { String::new() } else { format!(": {}", call.argument) };
            rows.push(Row::Pair(keys.clone(), format!("{help}{argument}")));
        }
        rows.push(Row::Heading("Commands without a key (type : and a part of the name)".to_owned()));
        for row in now.commands.rows().filter(|row| now.allows(row.id)) {
            let has_key = bound.iter().any(|(call, _)| call.id == row.id || call.argument.starts_with(row.id));
            if !has_key && !MOVES.iter().any(|area| row.id.starts_with(area)) {
                rows.push(Row::Pair(row.id.to_owned(), row.help.to_owned()));
            }
        }
    });
    model.overlays.push(Overlay::Page(Page::new("Help", rows)));
    step.changed = true;
}

/// Opens the page of what was said in this session, newest first.
pub fn messages(model: &mut Model, step: &mut Step) {
    let time =
        |at: crate::model::time::Micros| at.datetime().map_or_else(String::new, |t| t.format("%H:%M:%SZ").to_string());
    let mut rows: Vec<Row> = model.toasts.history().map(|t| Row::Pair(time(t.at), t.text.clone())).collect();
    if rows.is_empty() {
        rows.push(Row::Heading("nothing was said yet".to_owned()));
    }
    model.overlays.push(Overlay::Page(Page::new("Messages", rows)));
    step.changed = true;
}

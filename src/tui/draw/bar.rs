//! The last line: keys that do something here, and what never lies: state, writers, background work.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::{put, write};
use crate::cli::words::age;
use crate::command::Call;
use crate::model::text::width;
use crate::model::time::Micros;
use crate::tui::keymap::key::Key;
use crate::tui::keymap::{Keymap, Now};
use crate::tui::model::{Model, heard};
use crate::tui::regions::{Hit, Regions};
use crate::tui::theme::{Slot, Theme};

/// The weight of what is always told.
const ALWAYS: u8 = 0;
/// Columns of the way to help, with its margins.
const HELP: usize = 9;

/// One hint: the keys as shown, what they do, the command for a click.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// As `g g`, or the first key of a sequence that several commands share.
    pub keys: String,
    /// A word or two.
    pub title: String,
    /// What a click does; none for the beginning of a sequence.
    pub call: Option<Call>,
}

/// How much a command matters on the bar, 0 the most: what leads on from here, then what the view alone can do, then what
/// is the same everywhere. What has no room is left out from the end.
fn weight(id: &str) -> u8 {
    match id {
        "table.open" | "input.accept" | "dialog.confirm" => 0,
        "app.cancel" | "dialog.accept" | "input.cancel" | "overlay.close" | "table.close" => 1,
        "app.palette" | "app.search" | "evidence.import" => 3,
        "app.mouse" | "app.messages" | "dialog.turn" | "table.range" => 5,
        id if id.starts_with("app.") || id.starts_with("case.") => 4,
        id if id.starts_with("table.") => 4,
        _ => 2,
    }
}

/// The hints in the order in which they are shown, by their weight.
pub fn hints(keymap: &Keymap, now: Now<'_>) -> Vec<Hint> {
    let mut hints: Vec<(u8, Hint)> = Vec::new();
    for (keys, call) in keymap.effective(now) {
        // Moving and typing need no words; digits stand on the tab line.
        let plain = (call.id.starts_with("table.")
            && !matches!(call.id.as_str(), "table.open" | "table.close" | "table.mark"))
            || (call.id.starts_with("input.") && !matches!(call.id.as_str(), "input.accept" | "input.cancel"))
            || matches!(
                call.id.as_str(),
                "view.go" | "view.next" | "view.previous" | "app.redraw" | "app.suspend" | "app.help"
            );
        if plain {
            continue;
        }
        let row = now.commands.get(title_of(call, now));
        let title = row.map_or("", |row| row.title).to_lowercase();
        let shared = keys.len() > 1 && !call.argument.is_empty();
        let hint = Hint {
            keys: if shared { keys.first().map_or_else(String::new, Key::to_string) } else { Key::write_all(keys) },
            title,
            call: (!shared).then(|| call.clone()),
        };
        if hints.iter().all(|(_, known)| known.title != hint.title) {
            hints.push((weight(title_of(call, now)), hint));
        }
    }
    hints.sort_by_key(|(weight, _)| *weight);
    hints.into_iter().map(|(_, hint)| hint).collect()
}

/// A key that opens the palette with a command stands for that command.
fn title_of<'c>(call: &'c Call, now: Now<'_>) -> &'c str {
    let named = call.argument.split(' ').next().unwrap_or_default();
    if call.id == "app.palette" && now.commands.get(named).is_some() { named } else { &call.id }
}

/// Draws the line.
pub fn bar(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer, regions: &mut Regions) {
    put(buffer, area, "", theme.style(Slot::Base));
    let status = status(model, usize::from(area.width));
    let right = width(&status).min(usize::from(area.width)) as u16;
    let place = Rect { x: area.right().saturating_sub(right), width: right, ..area };
    write(buffer, place, &status, theme.style(Slot::Muted));
    let mut rest = Rect { x: area.x + 1, width: area.width.saturating_sub(right + 2), ..area };
    let (hints, help) = model.look_up(|keymap, now| {
        let help = keymap.keys_for(&Call::parse("app.help"), now).map(Key::write_all);
        (hints(keymap, now), help)
    });
    // The way to all others is always there, behind those that have room before it.
    let help = help.map(|keys| Hint { keys, title: "help".to_owned(), call: Some(Call::parse("app.help")) });
    let reserved = help.as_ref().map_or(0, |help| columns(help) + 2);
    for hint in hints {
        if columns(&hint) + reserved > usize::from(rest.width) {
            break;
        }
        show(&hint, &mut rest, theme, buffer, regions);
    }
    if let Some(help) = help {
        show(&help, &mut rest, theme, buffer, regions);
    }
}

fn columns(hint: &Hint) -> usize {
    width(&hint.keys) + width(&hint.title) + 1
}

/// Nothing where there is no room any more.
fn show(hint: &Hint, rest: &mut Rect, theme: &Theme, buffer: &mut Buffer, regions: &mut Regions) {
    let needed = columns(hint);
    if needed > usize::from(rest.width) {
        return;
    }
    let keys = write(buffer, *rest, &hint.keys, theme.style(Slot::Key));
    let behind = Rect { x: rest.x + keys + 1, width: rest.width.saturating_sub(keys + 1), ..*rest };
    write(buffer, behind, &hint.title, theme.style(Slot::Base));
    if let Some(call) = &hint.call {
        regions.push(Rect { width: needed as u16, ..*rest }, Hit::Call(call.clone()));
    }
    let used = (needed as u16 + 2).min(rest.width);
    *rest = Rect { x: rest.x + used, width: rest.width - used, ..*rest };
}

/// What the session is at, and which state is shown. Where that and the way to help have no room, what can be seen elsewhere
/// is left out: the age of the sources, then who writes, then which state it is.
fn status(model: &Model, wide: usize) -> String {
    let mut parts = told(model);
    let needed = |parts: &[(u8, String)]| parts.iter().map(|(_, part)| width(part) + 2).sum::<usize>() + HELP;
    while needed(&parts) > wide {
        let Some(least) = parts.iter().map(|(weight, _)| *weight).max().filter(|weight| *weight > ALWAYS) else {
            break;
        };
        parts.retain(|(weight, _)| *weight < least);
    }
    let mut text = parts.into_iter().map(|(_, part)| part).collect::<Vec<_>>().join("  ");
    text.push(' ');
    text
}

/// What can be told, in its order, each with its weight: what weighs least stays longest.
fn told(model: &Model) -> Vec<(u8, String)> {
    let mut parts = Vec::new();
    if let Some((title, progress)) = &model.work {
        let since = model.settings.now.0.saturating_sub(model.work_since.0).max(0) / 1_000_000;
        let text = match (progress.is_empty(), since) {
            (true, 0) => format!("{title}..."),
            (true, since) => format!("{title} {since} s"),
            (false, _) => format!("{title} {progress}"),
        };
        parts.push((ALWAYS, text));
    }
    match model.drafts {
        0 => {}
        1 => parts.push((1, "1 draft".to_owned())),
        n => parts.push((1, format!("{n} drafts"))),
    }
    parts.extend(heard::words(&model.contacts, model.settings.now).map(|words| (2, words)));
    if let Some(facts) = model.case.as_ref().and_then(|case| case.facts.as_ref()) {
        if facts.unreadable > 0 {
            parts.push((ALWAYS, format!("{} EVENTS UNREADABLE", facts.unreadable)));
        }
        if let Some(newest) = facts.newest {
            parts.push((5, format!("newest {}", since(model.settings.now, newest))));
        }
        parts.push((3, facts.fingerprint.clone()));
        parts.push((4, if facts.writers == 1 { "1 writer".to_owned() } else { format!("{} writers", facts.writers) }));
    }
    parts
}

/// The age of the newest source. It is drawn anew every minute, so that seconds would not be true for long.
fn since(now: Micros, then: Micros) -> String {
    const TWO_MINUTES: i64 = 120_000_000;
    let passed = now.0.saturating_sub(then.0);
    if (0..TWO_MINUTES).contains(&passed) { "now".to_owned() } else { age(now, then) }
}

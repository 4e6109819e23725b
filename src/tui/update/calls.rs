//! Commands that belong to no single view.

use std::path::PathBuf;

use super::{act, bell, leave, open, overlays, say, views};
use crate::command::Call;
use crate::tui::data::deeds::{Demo, Import, NewCase, PlanUndo};
use crate::tui::data::paths;
use crate::tui::message::{Effect, Step};
use crate::tui::model::Model;
use crate::tui::model::toast::Tone;

/// Gives one command: to what lies in front, to us, to the view.
pub fn call(model: &mut Model, call: &Call, step: &mut Step) {
    let Some(row) = model.commands.get(&call.id).filter(|row| row.in_terminal()) else {
        return say(model, Tone::Warning, &format!("{}: there is no such command; ? lists them", call.id), step);
    };
    if !row.allowed(model.settings.read_only) {
        return say(model, Tone::Warning, &format!("{}: the case is open for reading only", row.id), step);
    }
    if row.id == "evidence.import" && call.argument.is_empty() {
        // Paths are typed where what came of them is seen.
        views::go(model, "coverage", step);
        return self::call(model, &Call::parse("coverage.import"), step);
    }
    if row.needs_argument() && call.argument.is_empty() {
        return overlays::palette(model, row.id, step);
    }
    if overlays::command(model, call, step) || global(model, call, step) || case(model, call, step) {
        return;
    }
    if views::lead(model, call, step) {
        return;
    }
    if !views::command(model, call, step) && !call.id.starts_with("table.") {
        say(model, Tone::Info, &format!("{}: does nothing here", row.id), step);
    }
}

/// The terminal itself. False for another area's command.
fn global(model: &mut Model, call: &Call, step: &mut Step) -> bool {
    match call.id.as_str() {
        "app.quit" => leave(model, step),
        "app.help" => overlays::help(model, step),
        "app.palette" => overlays::palette(model, &call.argument, step),
        "app.messages" => overlays::messages(model, step),
        "app.back" => views::back(model, &call.argument, step),
        "app.search" => views::search(model, step),
        "note.write" | "note.drafts" => views::note(model, call, step),
        "app.cancel" => {
            if model.work.is_some() {
                step.effects.push(Effect::Cancel);
                say(model, Tone::Info, "stopping; what is stored stays", step);
            }
        }
        "app.mouse" => mouse(model, step),
        "app.bell" => bell::toggle(model, step),
        "app.redraw" => {
            step.effects.push(Effect::Redraw);
            step.changed = true;
        }
        "app.suspend" => step.effects.push(Effect::Suspend),
        "view.go" => views::go(model, &call.argument, step),
        "view.next" => views::beside(model, true, step),
        "view.previous" => views::beside(model, false, step),
        _ => return false,
    }
    true
}

fn mouse(model: &mut Model, step: &mut Step) {
    model.settings.mouse = !model.settings.mouse;
    step.effects.push(Effect::Mouse(model.settings.mouse));
    let text = if model.settings.mouse {
        "the mouse is ours; hold Shift to select text"
    } else {
        "the mouse selects text as usual"
    };
    say(model, Tone::Info, text, step);
}

/// The case. False for another area's command.
fn case(model: &mut Model, call: &Call, step: &mut Step) -> bool {
    let argument = call.argument.as_str();
    match call.id.as_str() {
        "case.open" => open(model, PathBuf::from(argument), step),
        "case.demo" => act(model, Box::new(Demo), step),
        "case.new" => new_case(model, argument, step),
        "case.undo" => {
            let event = (!argument.is_empty()).then(|| argument.to_owned());
            act(model, Box::new(PlanUndo { event }), step);
        }
        "evidence.import" => {
            let paths = paths::words(argument).into_iter().map(PathBuf::from).collect();
            act(model, Box::new(Import { paths }), step);
        }
        _ => return false,
    }
    true
}

fn new_case(model: &mut Model, argument: &str, step: &mut Step) {
    let (file, title) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    let mut file = PathBuf::from(file);
    if file.extension().is_none() {
        file.set_extension("case");
    }
    let title = title.trim();
    let title = if title.is_empty() {
        file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    } else {
        title.to_owned()
    };
    act(model, Box::new(NewCase { file, title, import: Vec::new() }), step);
}

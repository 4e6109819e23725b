//! Which view is in front, and handing it what concerns it.

use super::{act, calls, say};
use crate::command::Call;
use crate::tui::clipboard;
use crate::tui::message::{Answer, Effect, Slot, Step};
use crate::tui::model::toast::Tone;
use crate::tui::model::{Model, Shown, Visit};
use crate::tui::view::{self, Around, Reply, View, ViewRow, note, search};

/// Most views to go back to.
const MOST_BACK: usize = 50;
/// Most commands that are given one from inside the other.
const MOST_CALLS: usize = 8;

/// Has the view in front do something, and does what it replies. None where there is no view.
pub fn with_front<T>(
    model: &mut Model,
    step: &mut Step,
    act: impl FnOnce(&mut dyn View, Around<'_>, &mut Reply) -> T,
) -> Option<T> {
    with(model, model.current, step, act)
}

fn with<T>(
    model: &mut Model,
    place: usize,
    step: &mut Step,
    act: impl FnOnce(&mut dyn View, Around<'_>, &mut Reply) -> T,
) -> Option<T> {
    let mut reply = Reply::default();
    let around = Around { now: model.settings.now, read_only: model.settings.read_only, regions: &model.regions };
    let shown = model.views.get_mut(place)?;
    let outcome = act(shown.view.as_mut(), around, &mut reply);
    // What a view behind the front changes is not seen.
    reply.changed &= place == model.current;
    absorb(model, reply, step);
    Some(outcome)
}

fn absorb(model: &mut Model, reply: Reply, step: &mut Step) {
    step.changed |= reply.changed;
    for (tone, text) in reply.toasts {
        say(model, tone, &text, step);
    }
    for effect in reply.effects {
        match effect {
            Effect::Do(deed) => act(model, deed, step),
            Effect::Copy(text) => copy(model, text, step),
            other => step.effects.push(other),
        }
    }
    for call in reply.calls {
        if step.depth >= MOST_CALLS {
            return say(model, Tone::Error, &format!("{}: commands lead round in a circle", call.id), step);
        }
        step.depth += 1;
        calls::call(model, &call, step);
        step.depth -= 1;
    }
}

/// Hands text to the clipboard, and says how; what is too long is not cut without a word.
fn copy(model: &mut Model, text: String, step: &mut Step) {
    match clipboard::too_long(&text) {
        Some(why) => say(model, Tone::Warning, &why, step),
        None => {
            say(model, Tone::Info, model.settings.clipboard.said(), step);
            step.effects.push(Effect::Copy(text));
        }
    }
}

/// Asks the view in front to ask for what it shows.
pub fn refresh(model: &mut Model, step: &mut Step) {
    if let Some(shown) = model.views.get_mut(model.current) {
        shown.stale = false;
    }
    with_front(model, step, |view, _, reply| view.refresh(reply));
}

/// Someone wrote to the case: what is in front asks again, the others when they come to the front.
pub fn changed(model: &mut Model, step: &mut Step) {
    model.views.iter_mut().for_each(|shown| shown.stale = true);
    refresh(model, step);
}

/// Hands an answer to the view that asked.
pub fn answer(model: &mut Model, slot: Slot, answer: Option<Result<Answer, String>>, step: &mut Step) {
    let asked = slot.split('.').next().unwrap_or_default();
    let Some(place) = model.views.iter().position(|shown| shown.id == asked) else { return };
    with(model, place, step, |view, _, reply| view.answer(slot, answer, reply));
}

/// Brings a view to the front, made or as it was.
pub fn show(model: &mut Model, row: &'static ViewRow, step: &mut Step) {
    step.changed = true;
    match model.views.iter().position(|shown| shown.id == row.id) {
        Some(place) => model.current = place,
        None => {
            model.views.push(Shown { id: row.id, view: (row.make)(), stale: true });
            model.current = model.views.len().saturating_sub(1);
        }
    }
    if model.front().is_some_and(|shown| shown.stale) {
        refresh(model, step);
    }
}

/// `view.go`: by digit, id or title.
pub fn go(model: &mut Model, wanted: &str, step: &mut Step) {
    let digit = wanted.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    let named = |row: &&ViewRow| row.id == wanted || row.title.eq_ignore_ascii_case(wanted);
    let found = digit.map_or_else(|| model.tabs.iter().find(named), |place| model.tabs.get(place));
    match found {
        Some(row) if row.id == model.view_id() => {}
        Some(row) => {
            remember(model, false);
            show(model, row, step);
        }
        // A digit without a view is a slip of the finger.
        None if digit.is_some() => {}
        None => say(model, Tone::Warning, &format!("{wanted}: no view is called so"), step),
    }
}

/// The search over everything, anew.
pub fn search(model: &mut Model, step: &mut Step) {
    if model.view_id() == search::ROW.id {
        return;
    }
    remember(model, true);
    model.views.retain(|shown| shown.id != search::ROW.id);
    show(model, &search::ROW, step);
}

/// A note about something named, or about what is shown; or the notes that were begun.
pub fn note(model: &mut Model, call: &Call, step: &mut Step) {
    let shown = model.front().and_then(|shown| shown.view.subject()).unwrap_or_default();
    let argument = if call.argument.is_empty() { shown } else { call.argument.clone() };
    let writes = model.view_id() == note::ROW.id;
    if !writes {
        remember(model, true);
    }
    show(model, &note::ROW, step);
    command(model, &Call { id: call.id.clone(), argument }, step);
}

/// A command that leads to a place in a view: brings that view to the front first. False for any other command.
pub fn lead(model: &mut Model, call: &Call, step: &mut Step) -> bool {
    let area = call.id.split('.').next().unwrap_or_default();
    let Some(row) = model.tabs.iter().find(|row| row.id == area) else { return false };
    if !model.commands.get(&call.id).is_some_and(view::is_place) {
        return false;
    }
    let remembered = remember(model, true);
    let before = (model.view_id(), place(model));
    show(model, row, step);
    command(model, call, step);
    // Whoever stays where they are has nothing to go back to.
    if remembered && before == (model.view_id(), place(model)) {
        model.back.pop();
    }
    true
}

fn place(model: &Model) -> Option<Call> {
    model.front().and_then(|shown| shown.view.place())
}

/// The place in front becomes one to go back to. False for the search: it only leads elsewhere.
fn remember(model: &mut Model, followed: bool) -> bool {
    let Some(shown) = model.front().filter(|shown| shown.id != search::ROW.id) else { return false };
    let title = view::row(shown.id).map_or("", |row| row.title);
    let label = Some(shown.view.crumb()).filter(|crumb| !crumb.is_empty()).unwrap_or_else(|| title.to_owned());
    let visit = Visit { id: shown.id, place: shown.view.place(), label, followed };
    model.back.push(visit);
    if model.back.len() > MOST_BACK {
        model.back.remove(0);
    }
    true
}

/// The next tab, or the one before.
pub fn beside(model: &mut Model, forward: bool, step: &mut Step) {
    let count = model.tabs.len().max(1);
    let here = model.tabs.iter().position(|row| row.id == model.view_id()).unwrap_or(0);
    let place = if forward { here + 1 } else { here + count - 1 } % count;
    go(model, &(place + 1).to_string(), step);
}

/// The place before this one, or so many before it; `followed` for only where something was followed to get here.
pub fn back(model: &mut Model, steps: &str, step: &mut Step) {
    if steps == "followed" && !model.has_followed() {
        return;
    }
    let steps = steps.parse().unwrap_or(1_usize).clamp(1, MOST_BACK);
    let first = model.back.len().saturating_sub(steps);
    let Some(visit) = model.back.drain(first..).next() else { return };
    let Some(row) = model.tabs.iter().find(|tab| tab.id == visit.id).or_else(|| view::row(visit.id)) else { return };
    show(model, row, step);
    if let Some(call) = visit.place.filter(|call| place(model).as_ref() != Some(call)) {
        command(model, &call, step);
    }
}

/// Hands a command to the view in front; false where it does not know it.
pub fn command(model: &mut Model, call: &Call, step: &mut Step) -> bool {
    with_front(model, step, |view, around, reply| view.command(call, around, reply)).unwrap_or(false)
}

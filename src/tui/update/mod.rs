//! The one place where the terminal's state changes: a message in, a step out. Pure: no clock, no file, no randomness.

mod calls;
mod keys;
mod overlays;
mod views;

#[cfg(test)]
mod tests;

use super::data::Done;
use super::data::deeds::Refresh;
use super::message::{Effect, Msg, Opened, Step};
use super::model::toast::Tone;
use super::model::{Model, OpenCase, heard};
use super::overlay::Overlay;
use super::view;
use crate::model::text::{fit, scrub};
use crate::model::time::Micros;

pub use calls::call;

/// Most columns of one word; longer ones are cut.
const MOST_SAID: usize = 500;

/// Takes one message.
pub fn update(model: &mut Model, msg: Msg) -> Step {
    let mut step = Step::default();
    match msg {
        Msg::Key(key) => keys::press(model, key, &mut step),
        Msg::Paste(text) => keys::text(model, &text, &mut step),
        Msg::Mouse(mouse) => keys::mouse(model, mouse, &mut step),
        Msg::Resize => step.changed = true,
        Msg::Clock(now) => clock(model, now, &mut step),
        Msg::Opened(outcome) => opened(model, outcome, &mut step),
        Msg::Facts(facts) => {
            if let Some(case) = &mut model.case {
                step.changed = case.facts.as_ref() != Some(&facts);
                case.facts = Some(facts);
            }
        }
        Msg::Contacts(contacts) => {
            let said = |contacts| heard::words(contacts, model.settings.now);
            step.changed = said(&contacts) != said(&model.contacts);
            model.contacts = contacts;
        }
        Msg::Changed => views::changed(model, &mut step),
        Msg::Answer(slot, answer) => views::answer(model, slot, answer, &mut step),
        Msg::First(slot, answer) => views::answer(model, slot, Some(Ok(answer)), &mut step),
        Msg::Progress(text) => {
            if let Some((_, progress)) = &mut model.work {
                step.changed = *progress != text;
                *progress = text;
            }
        }
        Msg::Done(done) => finished(model, done, &mut step),
        Msg::Drafts(count) => {
            step.changed = model.drafts != count;
            model.drafts = count;
        }
        Msg::Edited(outcome) => {
            views::with_front(model, &mut step, |view, _, reply| view.edited(outcome, reply));
        }
        Msg::Warning(text) => say(model, Tone::Warning, &text, &mut step),
        Msg::Suspend => step.effects.push(Effect::Suspend),
        Msg::Continued => step.effects.push(Effect::Reenter),
        Msg::Leave => leave(model, &mut step),
    }
    step
}

/// Says something.
fn say(model: &mut Model, tone: Tone, text: &str, step: &mut Step) {
    let text = fit(&scrub(text), MOST_SAID);
    model.toasts.push(model.settings.now, tone, text);
    step.changed = true;
}

/// Only what depends on the minute, a word whose time is over, or work that says nothing changes with the clock.
fn clock(model: &mut Model, now: Micros, step: &mut Step) {
    const SECOND: i64 = 1_000_000;
    let passed = |unit: i64| model.settings.now.0.div_euclid(unit) != now.0.div_euclid(unit);
    let silent = model.work.as_ref().is_some_and(|(_, progress)| progress.is_empty());
    step.changed = passed(60 * SECOND) || (silent && passed(SECOND));
    step.changed |= model.toasts.shown(model.settings.now).len() != model.toasts.shown(now).len();
    step.changed |= heard::words(&model.contacts, model.settings.now) != heard::words(&model.contacts, now);
    model.settings.now = now;
}

fn opened(model: &mut Model, outcome: Result<Opened, String>, step: &mut Step) {
    model.opening = None;
    step.changed = true;
    if outcome.is_ok()
        && let Some(deed) = model.waiting.take()
    {
        // It was meant for the case before.
        let text = format!("{} was not done: another case was opened; drafts are kept", deed.title());
        say(model, Tone::Warning, &text, step);
    }
    match outcome {
        Err(error) => say(model, Tone::Error, &error, step),
        Ok(opened) => {
            model.case = Some(OpenCase { path: opened.path, facts: None });
            (model.views, model.back, model.overlays) = (Vec::new(), Vec::new(), Vec::new());
            (model.current, model.contacts) = (0, Vec::new());
            if let Some(first) = model.tabs.first() {
                views::show(model, first, step);
            }
            if opened.stale && !model.settings.read_only {
                act(model, Box::new(Refresh), step);
            } else if opened.stale {
                say(model, Tone::Warning, "the newest events are not shown: reading only, nothing is folded", step);
            }
        }
    }
}

/// Gives the writer something to do, one at a time. What a person asks for waits for what nobody asked for.
fn act(model: &mut Model, deed: Box<dyn super::data::Deed>, step: &mut Step) {
    if let Some((title, _)) = &model.work {
        if model.work_unasked && model.waiting.is_none() {
            let text = format!("{} follows when {title} is done", deed.title());
            model.waiting = Some(deed);
            return say(model, Tone::Info, &text, step);
        }
        let title = model.waiting.as_ref().map_or_else(|| title.clone(), |waiting| waiting.title());
        let text = format!("{title} is still going on; cancel it or wait");
        return say(model, Tone::Warning, &text, step);
    }
    model.work = Some((deed.title(), String::new()));
    model.work_unasked = deed.unasked();
    model.work_since = model.settings.now;
    step.effects.push(Effect::Do(deed));
    step.changed = true;
}

fn finished(model: &mut Model, done: Result<Done, String>, step: &mut Step) {
    model.work = None;
    step.changed = true;
    let waiting = model.waiting.take();
    told(model, done, step);
    if let Some(deed) = waiting {
        act(model, deed, step);
    }
}

/// What came of a deed, to whom it concerns.
fn told(model: &mut Model, done: Result<Done, String>, step: &mut Step) {
    match done {
        Err(error) => say(model, Tone::Error, &error, step),
        Ok(done) => {
            if !done.said.is_empty() {
                say(model, if done.gaps { Tone::Warning } else { Tone::Info }, &done.said, step);
            }
            if let Some((slot, answer)) = done.told {
                views::answer(model, slot, Some(Ok(answer)), step);
            }
            if let Some(path) = done.open {
                open(model, path, step);
            }
            if let Some(proposal) = done.proposal {
                model.overlays.push(Overlay::Dialog(Box::new(proposal.into())));
            }
        }
    }
}

fn open(model: &mut Model, path: std::path::PathBuf, step: &mut Step) {
    model.opening = Some(path.clone());
    step.effects.push(Effect::Open(path));
    step.changed = true;
}

/// Drafts first, whatever else.
fn leave(model: &mut Model, step: &mut Step) {
    for shown in &model.views {
        if let Some((name, text)) = shown.view.draft() {
            step.effects.push(Effect::KeepDraft { name, text });
        }
    }
    // The writer finishes what it was given before the session ends.
    step.effects.extend(model.waiting.take().map(Effect::Do));
    step.effects.push(Effect::Quit);
}

/// Begins a session: opens the case, or asks the view that offers one for what it shows.
pub fn begin(model: &mut Model, case: Option<std::path::PathBuf>) -> Step {
    let mut step = Step::default();
    match case {
        Some(path) => open(model, path, &mut step),
        None => views::refresh(model, &mut step),
    }
    debug_assert!(model.view_id() == view::START.id);
    step
}

//! `assess`, `triage set`, `triage pause`, `triage resume`: what a responder says by hand, with a reason.

use serde_json::json;

use super::told;
use crate::case::events::judgements::Judged;
use crate::case::query::select::SelectError;
use crate::case::query::triage::preview::Preview;
use crate::case::query::triage::words::Value;
use crate::cli::out::Tone;
use crate::cli::triage_args::{AssessArgs, PauseArgs, SetArgs};
use crate::cli::words::short;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::judgement::{Field, PAUSED, RUNNING};
use crate::work::triage;

/// Says something of an assessment.
pub fn run(args: &AssessArgs, context: &mut Context<'_, '_>) -> Outcome {
    let (said, images): (Vec<&str>, Vec<&str>) = args
        .words
        .iter()
        .map(String::as_str)
        .partition(|word| word.split_once('=').is_some_and(|(field, _)| Field::parse(field).is_some()));
    if images.is_empty() || said.is_empty() {
        let fields = Field::ASSESSED.map(Field::as_str).join(", ");
        return Err(Failure::usage(format!("say IMAGE FIELD=VALUE; the fields are {fields}")));
    }
    let mut values = Vec::new();
    for word in said {
        let Some((name, text)) = word.split_once('=') else { continue };
        let Some(field) = Field::parse(name) else { continue };
        let value = if text.trim().is_empty() {
            None
        } else {
            let none = || Failure::usage(format!("{name} is one of {}, not {text:?}", field.values()));
            Some(field.value(text).ok_or_else(none)?)
        };
        values.push((field, value));
    }
    say(&images, &values, &args.reason, context)
}

/// Sets a priority by hand.
pub fn set(args: &SetArgs, context: &mut Context<'_, '_>) -> Outcome {
    let value = if args.priority.eq_ignore_ascii_case("computed") {
        None
    } else {
        let none = || Failure::usage(format!("--priority is P0, P1, P2, P3 or computed, not {:?}", args.priority));
        Some(Field::Priority.value(&args.priority).ok_or_else(none)?)
    };
    say(&args.images.iter().map(String::as_str).collect::<Vec<_>>(), &[(Field::Priority, value)], &args.reason, context)
}

/// Stops due times, or lets them run again.
pub fn pause(args: &PauseArgs, stop: bool, context: &mut Context<'_, '_>) -> Outcome {
    let value = Some(if stop { PAUSED } else { RUNNING }.to_owned());
    say(&args.images.iter().map(String::as_str).collect::<Vec<_>>(), &[(Field::Due, value)], &args.reason, context)
}

fn say(images: &[&str], values: &[Value], reason: &str, context: &mut Context<'_, '_>) -> Outcome {
    let reason = triage::reason(reason).map_err(Failure::usage)?;
    let mut case = locate::for_change(context)?;
    case.refresh()?;
    let planned = match triage::plan(&case, images, values, &reason) {
        Ok(planned) => planned,
        Err(SelectError::Ambiguous { selector, total, candidates }) => {
            return Ok(super::super::image::ambiguous(&selector, total, &candidates, context));
        }
        Err(error) => return Err(error.into()),
    };
    let plan: Vec<String> = planned.words.iter().map(Judged::summary).collect();
    let mut events = Vec::new();
    if !context.dry_run {
        events = case.judge(&planned.words)?;
    }
    let first = events.first().map(|hash| hash.to_string());
    print(&plan, first.as_deref(), &planned.preview, context)?;
    Ok(Exit::Done)
}

fn print(
    plan: &[String],
    event: Option<&str>,
    preview: &Preview,
    context: &mut Context<'_, '_>,
) -> Result<(), Failure> {
    if context.out.json {
        let dry_run = event.is_none();
        return context.out.document(&json!({ "dry_run": dry_run, "plan": plan, "event": event, "preview": preview }));
    }
    let verb = if event.is_some() { "said" } else { "would say" };
    for line in plan.iter().take(20) {
        context.out.labelled(Tone::Strong, verb, line)?;
    }
    if plan.len() > 20 {
        context.out.line(&format!("… {} more", plan.len() - 20))?;
    }
    told::preview(preview, context)?;
    if let Some(event) = event {
        context.out.toned(Tone::Muted, &format!("`hullbreach undo {}` takes it back", short(event)))?;
    }
    Ok(())
}

//! What is stated of deadlines.

use serde_json::{Value, json};
use std::path::Path;

use crate::case::Case;
use crate::case::responding::Statement;
use crate::cli::commands::new::{line, not_a_time};
use crate::cli::commands::said::{Change, file_text, named, seen_first};
use crate::cli::response_args::{AddClocksArgs, DenyArgs, HolidaysArgs, MetArgs, StartArgs};
use crate::cli::words::when;
use crate::cli::{Context, Failure, Outcome};
use crate::collect::redact::redact_text;
use crate::model::record::Thing;
use crate::model::time::Micros;
use crate::respond::clock::{Catalog, own_rules};
use crate::work::response::{ClockWord, clock_word, clocks};

/// The largest file of rules or holidays, in bytes.
const LARGEST: u64 = 1 << 20;

/// `clocks start`.
pub fn start(args: &StartArgs, context: &mut Context<'_, '_>) -> Outcome {
    seen_first([args.source.as_str()], args.yes, context)?;
    let source = line("the source", &args.source)?;
    let mut change = Change::begin(context)?;
    let at = time(&change.case, "--at", &args.at)?;
    if at > context.env.now() {
        return Err(Failure::usage(format!("--at {}: that is still to come; say when it was", args.at)));
    }
    let word = ClockWord::Start { at, written: args.at.clone(), source };
    let planned = clock_word(&change.case, &change.state, &args.what, &word)?;
    change.say(vec![planned.statement], &[planned.text], context)?;
    running(&args.what, change, context)
}

/// What runs from what was just stated.
fn running(what: &str, change: Change, context: &mut Context<'_, '_>) -> Outcome {
    if !context.dry_run && !context.out.json {
        let clocks = clocks(&change.case.current()?, context.env.now());
        for clock in clocks.clocks.iter().filter(|clock| clock.id == what || clock.trigger == what) {
            if let Some(due) = &clock.due {
                context.out.line(&format!("{}: due {} ({})", clock.id, when(due), clock.offset))?;
            }
        }
    }
    Ok(crate::cli::Exit::Done)
}

/// `clocks met`.
pub fn met(args: &MetArgs, context: &mut Context<'_, '_>) -> Outcome {
    named(&args.evidence)?;
    seen_first(args.evidence.iter().map(String::as_str), args.yes, context)?;
    let change = Change::begin(context)?;
    let at = time(&change.case, "--at", &args.at)?;
    if at > context.env.now() {
        return Err(Failure::usage(format!("--at {}: that is still to come; say what was filed", args.at)));
    }
    let word = ClockWord::Met { at, evidence: args.evidence.clone() };
    let planned = clock_word(&change.case, &change.state, &args.clock, &word)?;
    change.say_and_end(vec![planned.statement], &[planned.text], context)
}

/// `clocks deny`.
pub fn deny(args: &DenyArgs, context: &mut Context<'_, '_>) -> Outcome {
    seen_first([args.reason.as_str()], args.yes, context)?;
    let reason = line("the reason", &args.reason)?;
    let change = Change::begin(context)?;
    let planned = clock_word(&change.case, &change.state, &args.what, &ClockWord::Deny(reason))?;
    change.say_and_end(vec![planned.statement], &[planned.text], context)
}

/// `clocks add`.
pub fn add(args: &AddClocksArgs, context: &mut Context<'_, '_>) -> Outcome {
    let text = file_text(&args.from, LARGEST, context)?;
    let change = Change::begin(context)?;
    let catalog = Catalog::of(&change.state.response);
    let file = own_rules(&text, &catalog).map_err(|error| refused(&args.from, &error))?;
    let (mut statements, mut lines) = (Vec::new(), Vec::new());
    for trigger in &file.trigger {
        statements.push(Statement::new(Thing::Trigger, &trigger.id, &json!({"question": trigger.question}))?);
    }
    for clock in &file.clock {
        let rule = redact_text(&serde_json::to_string(clock)?).into_owned();
        let rule: Value = serde_json::from_str(&rule)?;
        statements.push(Statement::new(Thing::Clock, &clock.id, &json!({"rule": rule}))?);
        lines.push(format!("{} {}: {}", clock.id, clock.regime, clock.title));
    }
    if statements.is_empty() {
        return Err(Failure::new(format!("{}: no [[clock]] in it", args.from.display())));
    }
    change.say_and_end(statements, &lines, context)
}

/// `clocks holidays`.
pub fn holidays(args: &HolidaysArgs, context: &mut Context<'_, '_>) -> Outcome {
    let text = file_text(&args.file, LARGEST, context)?;
    let days = crate::respond::clock::holidays(&text).map_err(|error| refused(&args.file, &error))?;
    let name = line("the calendar's name", &args.calendar)?;
    let change = Change::begin(context)?;
    let known = Catalog::of(&change.state.response);
    if !known.clocks.iter().any(|clock| clock.calendar == name) {
        return Err(Failure::new(format!("{name}: no deadline has a calendar of that name")));
    }
    let list: Vec<String> = days.iter().map(ToString::to_string).collect();
    let statement = Statement::new(Thing::Calendar, &name, &json!({"days": list.join("\n")}))?;
    change.say_and_end(vec![statement], &[format!("calendar {name} has {} holidays", list.len())], context)
}

fn refused(file: &Path, error: &impl std::fmt::Display) -> Failure {
    Failure::new(format!("{}: {error}; nothing was stored", file.display()))
}

/// A time that was stated; one without a day is of the incident's.
fn time(case: &Case, flag: &str, typed: &str) -> Result<Micros, Failure> {
    Micros::parse_stated(typed, case.incident_day()?).ok_or_else(|| not_a_time(flag, typed))
}

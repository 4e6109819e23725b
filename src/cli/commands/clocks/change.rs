//! What is stated of deadlines.

use serde_json::{Value, json};
use std::path::Path;

use crate::case::Case;
use crate::case::responding::Statement;
use crate::cli::commands::new::{line, not_a_time};
use crate::cli::commands::said::{Change, file_text};
use crate::cli::response_args::{AddClocksArgs, DenyArgs, HolidaysArgs, MetArgs, StartArgs};
use crate::cli::words::when;
use crate::cli::{Context, Failure, Outcome};
use crate::collect::redact::redact_text;
use crate::model::record::Thing;
use crate::model::time::Micros;
use crate::respond::clock::{Catalog, own_rules};
use crate::work::response::{clocks, proof};

/// The largest file of rules or holidays, in bytes.
const LARGEST: u64 = 1 << 20;

/// `clocks start`.
pub fn start(args: &StartArgs, context: &mut Context<'_, '_>) -> Outcome {
    let source = line("the source", &args.source)?;
    let mut change = Change::begin(context)?;
    let at = time(&change.case, "--at", &args.at)?;
    let catalog = Catalog::of(&change.state.response);
    let written = redact_text(args.at.trim()).into_owned();
    let statement = match named(&catalog, &args.what)? {
        Thing::Clock => {
            let says = json!({"start": at, "written": written, "source": source, "applies": true});
            Statement::new(Thing::Clock, &args.what, &says)?
        }
        _ => {
            let says = json!({"at": at, "written": written, "source": source, "so": true});
            Statement::new(Thing::Trigger, &args.what, &says)?
        }
    };
    let text = format!("{} stated for {}, by {source}", args.what, when(&at.rfc3339()));
    change.say(vec![statement], &[text], context)?;
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
    let change = Change::begin(context)?;
    let at = time(&change.case, "--at", &args.at)?;
    let catalog = Catalog::of(&change.state.response);
    let rule = catalog.clock(&args.clock).ok_or_else(|| unknown(&args.clock))?;
    if at > context.env.now() {
        return Err(Failure::usage(format!("--at {}: that is still to come; say what was filed", args.at)));
    }
    let mut says = serde_json::Map::from_iter([("met".to_owned(), json!(at))]);
    for typed in &args.evidence {
        says.insert(format!("evidence:{}", proof(&change.case, &change.state, typed)?), Value::Bool(true));
    }
    let statement = Statement::new(Thing::Clock, &rule.id, &says)?;
    change.say_and_end(vec![statement], &[format!("{} met at {}", rule.id, when(&at.rfc3339()))], context)
}

/// `clocks deny`.
pub fn deny(args: &DenyArgs, context: &mut Context<'_, '_>) -> Outcome {
    let reason = line("the reason", &args.reason)?;
    let change = Change::begin(context)?;
    let catalog = Catalog::of(&change.state.response);
    let (statement, text) = match named(&catalog, &args.what)? {
        Thing::Clock => (
            Statement::new(Thing::Clock, &args.what, &json!({"applies": false, "reason": reason}))?,
            format!("{} does not apply: {reason}", args.what),
        ),
        _ => (
            Statement::new(Thing::Trigger, &args.what, &json!({"so": false, "source": reason}))?,
            format!("{} is not so: {reason}", args.what),
        ),
    };
    change.say_and_end(vec![statement], &[text], context)
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

/// Whether a word names a clock or a trigger.
fn named(catalog: &Catalog, what: &str) -> Result<Thing, Failure> {
    if catalog.clock(what).is_some() {
        Ok(Thing::Clock)
    } else if catalog.triggers.contains_key(what) {
        Ok(Thing::Trigger)
    } else {
        Err(unknown(what))
    }
}

fn unknown(what: &str) -> Failure {
    let what = redact_text(what);
    Failure::new(format!("{what}: no deadline and nothing that one runs from; `hullbreach clocks --all` lists both"))
}

/// A time that was stated; one without a day is of the incident's.
fn time(case: &Case, flag: &str, typed: &str) -> Result<Micros, Failure> {
    Micros::parse_stated(typed, case.incident_day()?).ok_or_else(|| not_a_time(flag, typed))
}

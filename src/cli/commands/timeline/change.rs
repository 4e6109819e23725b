//! Entries that responders write, revise and strike through.

use serde_json::{Map, Value};

use super::zone;
use crate::case::responding::Statement;
use crate::cli::commands::new::{line, not_a_time, tlp};
use crate::cli::commands::said::{Change, named, seen_first};
use crate::cli::response_args::{AddEntryArgs, EditEntryArgs, EntryArgs, RetractEntryArgs};
use crate::cli::words::when;
use crate::cli::{Context, Failure, Outcome};
use crate::collect::redact::redact_text;
use crate::model::entry::{EntrySays, Precision};
use crate::model::record::Thing;
use crate::model::time::Micros;
use crate::model::tlp::Tlp;
use crate::respond::timeline::stated;
use crate::work::response::{entry_named, entry_retracted, proof};

/// `timeline add`.
pub fn add(args: &AddEntryArgs, context: &mut Context<'_, '_>) -> Outcome {
    let typed = args.text.join(" ");
    named(&args.says.evidence)?;
    seen_first(args.says.evidence.iter().chain([&typed]).map(String::as_str), args.says.yes, context)?;
    let text = line("the entry", &typed)?;
    let change = Change::begin(context)?;
    let mut says = says(&args.says, &change)?;
    says.lane = Some(args.lane.lane());
    says.text = Some(text.clone());
    at(&mut says, args.at.as_deref(), &args.says, &change)?;
    if args.at.is_none() {
        says.at = Some(context.env.now());
    }
    let id = change.case.new_id()?.to_string();
    let shown = says.at.map(|at| when(&at.rfc3339())).unwrap_or_default();
    let statement = Statement::new(Thing::Entry, &id, &fields(&says, &args.says.evidence, &change)?)?;
    let short: String = id.chars().take(8).collect();
    change.say_and_end(
        vec![statement],
        &[format!("entry {short}: {shown} {} {text}", args.lane.lane().as_str())],
        context,
    )
}

/// `timeline edit`.
pub fn edit(args: &EditEntryArgs, context: &mut Context<'_, '_>) -> Outcome {
    named(&args.says.evidence)?;
    seen_first(args.says.evidence.iter().chain(&args.text).map(String::as_str), args.says.yes, context)?;
    let change = Change::begin(context)?;
    let entry = entry_named(&change.case, &change.state, &args.entry)?;
    let mut says = says(&args.says, &change)?;
    says.lane = args.lane.map(crate::cli::response_args::LaneArg::lane);
    says.text = args.text.as_deref().map(|text| line("the entry", text)).transpose()?;
    at(&mut says, args.at.as_deref(), &args.says, &change)?;
    let fields = fields(&says, &args.says.evidence, &change)?;
    if fields.is_empty() {
        return Err(Failure::usage("nothing to change: give --text, --at, --lane, --evidence, --tlp or --privileged"));
    }
    let statement = Statement::new(Thing::Entry, &entry.id, &fields)?;
    let lines = [format!("entry {}: {}", entry.id, fields.keys().cloned().collect::<Vec<_>>().join(", "))];
    change.say_and_end(vec![statement], &lines, context)
}

/// `timeline retract`.
pub fn retract(args: &RetractEntryArgs, context: &mut Context<'_, '_>) -> Outcome {
    seen_first([args.reason.as_str()], args.yes, context)?;
    line("the reason", &args.reason)?;
    let change = Change::begin(context)?;
    let planned = entry_retracted(&change.case, &change.state, &args.entry, &args.reason)?;
    change.say_and_end(vec![planned.statement], &[planned.text], context)
}

fn says(args: &EntryArgs, change: &Change) -> Result<EntrySays, Failure> {
    let discovered = args.discovered.as_deref().map(|typed| time("--discovered", typed, args, change)).transpose()?;
    let label = args.tlp.as_deref().map(tlp).transpose()?.and_then(|label| Tlp::parse(&label));
    Ok(EntrySays { discovered, tlp: label, privileged: args.privileged.then_some(true), ..EntrySays::default() })
}

/// Puts in when it was: with the clock's error taken away, and the time as it was typed beside it.
fn at(says: &mut EntrySays, typed: Option<&str>, args: &EntryArgs, change: &Change) -> Result<(), Failure> {
    let Some(typed) = typed else {
        if args.skew.is_some() || args.zone.is_some() || args.precision.is_some() {
            return Err(Failure::usage("--skew, --zone and --precision say how --at is meant: give --at too"));
        }
        return Ok(());
    };
    let read = time("--at", typed, args, change)?;
    let skew = args.skew.unwrap_or(0);
    says.at = Some(Micros(read.0.saturating_sub(skew.saturating_mul(1_000_000))));
    says.written = Some(redact_text(typed).into_owned());
    says.precision = Some(args.precision.map_or_else(|| Precision::of(typed), |precision| precision.precision()));
    says.zone = args.zone.clone();
    says.skew = args.skew;
    Ok(())
}

fn time(flag: &str, typed: &str, args: &EntryArgs, change: &Change) -> Result<Micros, Failure> {
    let zone = zone(args.zone.as_deref())?;
    stated(typed, change.case.incident_day()?, zone).ok_or_else(|| not_a_time(flag, typed))
}

fn fields(says: &EntrySays, evidence: &[String], change: &Change) -> Result<Map<String, Value>, Failure> {
    let Value::Object(mut fields) = serde_json::to_value(says)? else { return Ok(Map::new()) };
    for typed in evidence {
        fields.insert(format!("evidence:{}", proof(&change.case, &change.state, typed)?), Value::Bool(true));
    }
    Ok(fields)
}

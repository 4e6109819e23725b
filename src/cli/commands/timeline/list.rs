//! The entries, on one axis.

use serde_json::json;

use crate::case::Case;
use crate::cli::commands::new::not_a_time;
use crate::cli::out::Tone;
use crate::cli::response_args::{LaneArg, TimelineArgs};
use crate::cli::table::{Table, text, word};
use crate::cli::words::{counted, when};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::entry::{Lane, Precision};
use crate::model::time::Micros;
use crate::respond::timeline::EntryView;
use crate::work::response::timeline;

/// Lists them.
pub fn run(args: &TimelineArgs, context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let (state, _) = case.state()?;
    let bound = |flag: &str, typed: &Option<String>| -> Result<Option<Micros>, Failure> {
        typed.as_deref().map(|typed| time(&case, flag, typed)).transpose()
    };
    let (from, to) = (bound("--from", &args.from)?, bound("--to", &args.to)?);
    let lane = args.lane.map(LaneArg::lane);
    let wanted = args.grep.as_deref().map(str::to_lowercase);
    let mut entries = timeline(&case, &state)?.entries;
    let all = entries.len() as u64;
    entries.retain(|entry| {
        lane.is_none_or(|lane| entry.lane == lane)
            && from.is_none_or(|from| entry.micros >= from)
            && to.is_none_or(|to| entry.micros <= to)
            && !(args.own && entry.automatic)
            && wanted.as_ref().is_none_or(|wanted| entry.text.to_lowercase().contains(wanted))
    });
    if context.out.json {
        context.out.document(&json!({ "entries": entries, "total": all }))?;
        return Ok(Exit::Done);
    }
    let mut table =
        Table::new(&[word("AT"), word("LANE"), text("WHAT"), word("ID").dropped(2), text("WHO").dropped(1)]);
    for entry in &entries {
        table.row(tone(entry), cells(entry));
    }
    table.print(context.out)?;
    for entry in &entries {
        for conflict in &entry.conflicts {
            let id: String = entry.id.chars().take(8).collect();
            context.out.labelled(Tone::Warn, "conflict", &format!("{id}: {conflict}"))?;
        }
    }
    let shown = entries.len() as u64;
    if shown < all {
        context
            .out
            .toned(Tone::Muted, &format!("{shown} of {}", counted(all, "entry").replace("entrys", "entries")))?;
    }
    Ok(Exit::Done)
}

/// A time that was stated; one without a day is of the incident's.
pub(super) fn time(case: &Case, flag: &str, typed: &str) -> Result<Micros, Failure> {
    Micros::parse_stated(typed, case.incident_day()?).ok_or_else(|| not_a_time(flag, typed))
}

fn cells(entry: &EntryView) -> Vec<String> {
    let at = when(&entry.at);
    let at = match entry.precision {
        Precision::Exact => at,
        Precision::Minute => at,
        other => format!("{at} ({})", other.as_str()),
    };
    let mut what = entry.text.replace('\n', " ");
    if entry.retracted {
        what = format!("(struck: {}) {what}", entry.reason.as_deref().unwrap_or("no reason"));
    }
    if entry.privileged {
        what = format!("[privileged] {what}");
    }
    if let Some(tlp) = &entry.tlp {
        what = format!("[{tlp}] {what}");
    }
    let id: String = if entry.automatic { String::new() } else { entry.id.clone() };
    let id = if id.contains('.') { id } else { id.chars().take(8).collect() };
    vec![at, entry.lane.as_str().to_owned(), what, id, entry.author.clone()]
}

fn tone(entry: &EntryView) -> Tone {
    match entry.lane {
        _ if entry.retracted => Tone::Muted,
        Lane::Happened => Tone::Warn,
        Lane::Learned => Tone::Strong,
        Lane::Did => Tone::Plain,
    }
}

//! `log`, `undo`, `expunge`: the events of a case and taking things back.

use serde_json::json;

use crate::case::state::LogRow;
use crate::cli::args::{ExpungeArgs, LogArgs, UndoArgs};
use crate::cli::out::Tone;
use crate::cli::table::{Table, text, word};
use crate::cli::words::{counted, short, when};
use crate::cli::{Context, Exit, Outcome, locate};

/// `log`.
pub fn log(args: &LogArgs, context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let (state, unreadable) = case.state()?;
    let rows: Vec<LogRow> = state
        .events
        .iter()
        .filter(|t| args.kind.as_ref().is_none_or(|kind| *kind == t.envelope.kind))
        .map(LogRow::from)
        .collect();
    if unreadable > 0 {
        context.out.note(&format!("{unreadable} events cannot be read: run `hullbreach verify`"));
    }
    if context.out.json {
        context.out.document(&json!({ "events": rows }))?;
    } else {
        let mut table =
            Table::new(&[word("EVENT"), word("CLAIMED"), text("AUTHOR").dropped(1), word("KIND"), text("WHAT")]);
        for row in rows {
            let hash = short(&row.hash).to_owned();
            let what = if row.retracted { format!("(taken back) {}", row.summary) } else { row.summary };
            let tone = if row.retracted { Tone::Muted } else { Tone::Plain };
            table.row(tone, vec![hash, when(&row.claimed), row.author, row.kind, what]);
        }
        table.print(context.out)?;
    }
    Ok(if unreadable > 0 { Exit::Gaps } else { Exit::Done })
}

/// `undo`.
pub fn undo(args: &UndoArgs, context: &mut Context<'_, '_>) -> Outcome {
    let mut case = locate::for_change(context)?;
    let (state, _) = case.state()?;
    let plan = case.plan_undo(&state, args.event.as_deref())?;
    let verb = if plan.redo { "brought back" } else { "taken back" };
    let event = if context.dry_run {
        None
    } else {
        let event = case.undo(&plan)?;
        case.refresh()?;
        Some(event)
    };
    if context.out.json {
        let events: Vec<String> = plan.events.iter().map(|e| e.to_string()).collect();
        let by = event.map(|e| e.to_string());
        context.out.document(&json!({ "event": by, "took_back": events, "redo": plan.redo }))?;
        return Ok(Exit::Done);
    }
    for summary in &plan.summaries {
        let line = if event.is_some() { format!("{verb}: {summary}") } else { format!("would be {verb}: {summary}") };
        context.out.line(&line)?;
    }
    if let Some(event) = event {
        context.out.line(&format!("`hullbreach undo {}` turns this around", &event.to_string()[..8]))?;
    }
    Ok(Exit::Done)
}

/// `expunge`.
pub fn expunge(args: &ExpungeArgs, context: &mut Context<'_, '_>) -> Outcome {
    let reason = super::new::line("the reason", &args.reason)?;
    let mut case = locate::for_change(context)?;
    let (state, _) = case.state()?;
    let plan = case.plan_expunge(&state, &args.blob)?;
    let ids: Vec<String> = plan.blobs.iter().map(|b| b.hex().to_owned()).collect();
    let blobs = counted(ids.len() as u64, "blob");
    if context.dry_run {
        let mut lines = vec![format!("would destroy {} bytes in {}:", plan.bytes, blobs)];
        lines.extend(ids.iter().map(|id| format!("  {id}")));
        context.out.plan(&lines)?;
        return Ok(Exit::Done);
    }
    let whole = case.expunge(&plan, &reason)?;
    if context.out.json {
        context.out.document(&json!({ "expunged": ids, "bytes": plan.bytes, "log_emptied": whole }))?;
    } else {
        context.out.line(&format!("destroyed {} bytes in {blobs}; a signed tombstone stays", plan.bytes))?;
        for place in &plan.places {
            context.out.line(&format!("it was got from {place}: what stands there is for its owner to deal with"))?;
        }
    }
    if !whole {
        context.out.note("another process has the case open, so old pages may still stand in its -wal file; run `hullbreach verify` when it has closed");
    }
    Ok(if whole { Exit::Done } else { Exit::Gaps })
}

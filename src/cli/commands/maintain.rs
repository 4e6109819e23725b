//! `verify`, `rebuild`, `reread`: is the file whole, and make again what can be made again.

use serde_json::json;

use crate::case::verify::{Report, unopened};
use crate::case::{Access, Case};
use crate::cli::args::VerifyArgs;
use crate::cli::out::Tone;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::work::reread;

/// `verify`.
pub fn verify(args: &VerifyArgs, context: &mut Context<'_, '_>) -> Outcome {
    let path = locate::path(context)?;
    let report = match Case::open(&path, Access::Read, context.env) {
        Ok(case) => {
            let mut report = case.verify()?;
            if args.reread {
                report.problems.extend(reread::differences(&case)?);
                report.ok = report.problems.is_empty();
            }
            report
        }
        Err(error) => unopened(&error).ok_or_else(|| Failure(error.to_string()))?,
    };
    if context.out.json {
        context.out.document(&report)?;
    } else {
        print(&report, context)?;
    }
    Ok(if report.ok { Exit::Done } else { Exit::No })
}

fn print(report: &Report, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    for problem in &report.problems {
        context.out.toned(Tone::Bad, &format!("{}  {}: {}", problem.kind, problem.place, problem.detail))?;
    }
    if report.ok {
        let text = format!("whole: {} events, {} pieces of evidence", report.events, report.evidence);
        context.out.toned(Tone::Good, &text)?;
    } else {
        context.out.toned(Tone::Bad, &format!("{} problems", report.problems.len()))?;
    }
    for device in &report.devices {
        let key = device.key.get(..8).unwrap_or_default();
        context.out.line(&format!("device {key}  {} on {}  {} events", device.name, device.host, device.events))?;
    }
    for note in &report.notes {
        context.out.toned(Tone::Muted, &format!("note: {note}"))?;
    }
    if !report.state.is_empty() {
        let short = |hash: &str| hash.get(..8).unwrap_or_default().to_owned();
        let text = format!("state {}  events {}", short(&report.state), short(&report.frontier));
        context.out.toned(Tone::Strong, &text)?;
    }
    Ok(())
}

/// `rebuild`.
pub fn rebuild(context: &mut Context<'_, '_>) -> Outcome {
    let mut case = locate::for_change(context)?;
    if !context.dry_run {
        case.rebuild()?;
    }
    let counts = case.counts()?;
    if context.out.json {
        context.out.document(&json!({"images": counts.images, "uses": counts.uses}))?;
    } else {
        let verb = if context.dry_run { "would fold again" } else { "folded again" };
        context.out.line(&format!("{verb}: {} images, {} uses", counts.images, counts.uses))?;
    }
    Ok(Exit::Done)
}

/// `reread`.
pub fn reread(context: &mut Context<'_, '_>) -> Outcome {
    let mut case = locate::for_change(context)?;
    let plan = reread::plan(&case)?;
    let count = plan.len();
    let done = if context.dry_run { 0 } else { reread::run(&mut case, plan, &context.cancel)? };
    if context.out.json {
        context.out.document(&json!({"outdated": count, "reread": done}))?;
    } else if count == 0 {
        context.out.line("every piece of evidence was read by this version's readers: nothing to do")?;
    } else {
        let verb = if context.dry_run { "would be read again" } else { "read again" };
        context.out.line(&format!("{count} pieces of evidence {verb}"))?;
    }
    let cancelled = context.cancel.load(std::sync::atomic::Ordering::Relaxed);
    Ok(if cancelled { Exit::Interrupted } else { Exit::Done })
}

//! `verify`, `rebuild`, `reread`: is the file whole, and make again what can be made again.

use serde_json::json;

use crate::case::verify::{Report, unopened};
use crate::case::{Access, Case};
use crate::cli::args::VerifyArgs;
use crate::cli::out::Tone;
use crate::cli::words::{counted, short};
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
        Err(error) => unopened(&error).ok_or_else(|| Failure::new(error.to_string()))?,
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
        let (events, sources) = (counted(report.events as u64, "event"), counted(report.evidence as u64, "source"));
        let text = format!("whole: {events}, {sources} of evidence");
        context.out.toned(Tone::Good, &text)?;
    } else {
        context.out.toned(Tone::Bad, &counted(report.problems.len() as u64, "problem"))?;
    }
    for device in &report.devices {
        let events = counted(device.events as u64, "event");
        let text = format!("{}  {} on {}, {events}", short(&device.key), device.name, device.host);
        context.out.labelled(Tone::Plain, "device", &text)?;
    }
    for note in &report.notes {
        context.out.labelled(Tone::Muted, "note", note)?;
    }
    if !report.state.is_empty() {
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
        context.out.line(&format!("{verb}: {}", counted(count as u64, "reading")))?;
    }
    let cancelled = context.cancel.load(std::sync::atomic::Ordering::Relaxed);
    Ok(if cancelled { Exit::Interrupted } else { Exit::Done })
}

//! `collect engine`: containers and images from container engines.

use std::time::Duration;

use crate::cli::collect_args::CollectEngineArgs;
use crate::cli::commands::gaps::{Gaps, tone};
use crate::cli::commands::progress::Moving;
use crate::cli::out::Tone;
use crate::cli::words::counted;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::collect::engine::{Engine, Given, Settings, engines};
use crate::work::collect::engine::{CollectingEngines, EngineReport, collect_engines};

/// Collects.
pub(super) fn run(args: CollectEngineArgs, context: &mut Context<'_, '_>) -> Outcome {
    let mut case = locate::for_change(context)?;
    let given = Given {
        hosts: args.hosts,
        sockets: args.sockets,
        plain: args.plain.into_iter().collect(),
        certificates: args.cert_path,
    };
    let engines = engines(&given, context.env)?;
    let settings = Settings {
        page_time: Duration::from_secs_f64(args.page_time),
        whole_time: Duration::from_secs_f64(args.whole_time),
        ..Settings::default()
    };
    if context.dry_run {
        return plan(&engines, context);
    }
    for engine in &engines {
        context.out.note(&announced(engine));
    }
    let collecting = CollectingEngines { engines, settings, context: args.context };
    let progress = Moving::new(context.out, None);
    let outcome = collect_engines(&mut case, &collecting, &progress, &context.cancel);
    progress.done();
    let report = outcome.map_err(Failure::new)?;
    print(&report, context)?;
    Ok(exit(&report))
}

fn announced(engine: &Engine) -> String {
    let warning = if engine.warning().is_empty() { String::new() } else { format!(" ({})", engine.warning()) };
    format!("engine {}{warning}: reading only (GET), nothing is changed there", engine.address)
}

/// What would be asked; no engine is.
fn plan(engines: &[Engine], context: &mut Context<'_, '_>) -> Outcome {
    let mut lines: Vec<String> = engines.iter().map(announced).collect();
    lines.push(format!("would ask {} for:", if engines.len() == 1 { "it" } else { "each of them" }));
    for path in ["/version", "/info", "/containers/json?all=1", "/images/json"] {
        lines.push(format!("  GET {path}"));
    }
    lines.push("  and each container and each image one by one".to_owned());
    context.out.plan(&lines)?;
    Ok(Exit::Done)
}

/// The exit code of a collection.
fn exit(report: &EngineReport) -> Exit {
    super::exit(report.imported.interrupted, report.failed(), report.has_gaps())
}

fn print(report: &EngineReport, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if context.out.json {
        return context.out.document(report);
    }
    for row in &report.engines {
        let version = if row.version.is_empty() { String::new() } else { format!(" ({})", row.version) };
        let (containers, images) = (counted(row.containers, "container"), counted(row.images, "image"));
        let requests = counted(row.requests, "request");
        let text =
            format!("{}{version} at {}: {}, {containers}, {images}, {requests}", row.context, row.address, row.status);
        context.out.toned(tone(row.status), &text)?;
    }
    let mut gaps = Gaps::default();
    for gap in &report.gaps {
        gaps.status(gap.status, &format!("{} of {}", gap.what, gap.engine), &gap.reason);
    }
    for row in &report.imported.evidence {
        gaps.rejects(&row.path, &row.reason, &row.rejected, row.rejected_total);
        row.notes.iter().for_each(|note| gaps.note(&row.path, note));
    }
    gaps.print(context.out)?;
    let (images, uses) = (report.imported.images, report.imported.uses);
    let text = format!("images {} ({} new), uses {} ({} new)", images.total, images.new, uses.total, uses.new);
    context.out.toned(Tone::Strong, &text)?;
    if report.imported.interrupted {
        context.out.note("interrupted: what is listed above is stored");
    }
    Ok(())
}

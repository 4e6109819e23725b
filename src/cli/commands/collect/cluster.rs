//! `collect cluster`: evidence from live clusters into the case.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::cli::collect_args::CollectClusterArgs;
use crate::cli::commands::gaps::{Gaps, tone};
use crate::cli::commands::progress::Moving;
use crate::cli::out::Tone;
use crate::cli::table::{Table, number, path, word};
use crate::cli::words::counted;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::collect::cluster::{Form, List, Settings, Target, Wanted, always, targets};
use crate::work::collect::watch::{WatchReport, places};
use crate::work::collect::{Collecting, ContextRow, Report, collect};

/// Collects.
pub(super) fn run(args: CollectClusterArgs, context: &mut Context<'_, '_>) -> Outcome {
    let mut case = locate::for_change(context)?;
    let wanted = Wanted { files: args.kubeconfigs.clone(), contexts: args.contexts.clone(), all: args.all_contexts };
    let targets = targets(&wanted, context.env)?;
    let collecting = Collecting { targets, settings: settings(&args), fresh: args.fresh };
    if context.dry_run {
        return plan(&collecting, context);
    }
    for target in &collecting.targets {
        context.out.note(&announced(target));
    }
    // Before anything is listed, so that nothing falls between the lists and the watch.
    let watch = match args.watch {
        true => Some(places(&case, &collecting, &context.cancel).map_err(Failure::new)?),
        false => None,
    };
    let progress = Moving::new(context.out, None);
    let outcome = collect(&mut case, &collecting, &progress, &context.cancel);
    progress.done();
    let report = outcome.map_err(Failure::new)?;
    let Some(places) = watch.filter(|_| matches!(exit(&report), Exit::Done | Exit::Gaps)) else {
        print(&report, context)?;
        return Ok(exit(&report));
    };
    if !context.out.json {
        print(&report, context)?;
    }
    let time = Duration::from_secs_f64(args.watch_time.unwrap_or(FOREVER));
    let watched = super::watch::run(&mut case, &collecting, places, time, context)?;
    if context.out.json {
        context.out.document(&Watched { collected: &report, watched: &watched })?;
    }
    let interrupted = context.cancel.load(std::sync::atomic::Ordering::Relaxed);
    Ok(match (interrupted, watched.ended.is_empty()) {
        (true, _) => Exit::Interrupted,
        (false, true) => exit(&report),
        (false, false) => Exit::Gaps,
    })
}

/// A year: whoever watches longer gives the command again.
const FOREVER: f64 = 31_536_000.0;

/// The document of a collection that went on as a watch.
#[derive(serde::Serialize)]
struct Watched<'w> {
    #[serde(flatten)]
    collected: &'w Report,
    watched: &'w WatchReport,
}

fn settings(args: &CollectClusterArgs) -> Settings {
    Settings {
        limit: args.limit,
        page_time: Duration::from_secs_f64(args.page_time),
        whole_time: Duration::from_secs_f64(args.whole_time),
        plugin_time: Duration::from_secs_f64(args.plugin_time),
        retries: args.retries,
        namespaces: args.namespaces.clone(),
        custom: args.custom.clone(),
        ..Settings::default()
    }
}

/// Which cluster, as whom, and that nothing is changed there.
fn announced(target: &Target) -> String {
    let user = if target.user.is_empty() { "nobody in particular" } else { &target.user };
    let acting = target.acting_as().map(|name| format!(", acting as {name}")).unwrap_or_default();
    let warning = if target.warning().is_empty() { String::new() } else { format!(" ({})", target.warning()) };
    format!(
        "context {}: cluster {} at {}{warning}, as {user} ({}){acting}; reading only (list), nothing is changed there",
        target.context,
        target.cluster,
        target.server,
        target.proof()
    )
}

/// What would be asked; no cluster is.
fn plan(collecting: &Collecting, context: &mut Context<'_, '_>) -> Outcome {
    let mut lines = Vec::new();
    for target in &collecting.targets {
        lines.push(announced(target));
    }
    lines.push(format!("would ask {} for:", if collecting.targets.len() == 1 { "it" } else { "each of them" }));
    for kind in always() {
        let names = if kind.form == Form::Metadata { " (names only, never contents)" } else { "" };
        lines.push(format!("  GET {}{names}", List { kind, namespace: None }.page(collecting.settings.limit, None)));
    }
    lines.push("  GET /apis, and where they are served gateway routes and vulnerability reports".to_owned());
    if !collecting.settings.custom.is_empty() {
        lines.push(format!("  and the custom resources {}", collecting.settings.custom.join(", ")));
    }
    lines.push("what is refused for a whole cluster would be asked namespace by namespace".to_owned());
    context.out.plan(&lines)?;
    Ok(Exit::Done)
}

/// The exit code of a collection.
fn exit(report: &Report) -> Exit {
    super::exit(report.imported.interrupted, report.failed(), report.has_gaps())
}

fn print(report: &Report, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if context.out.json {
        return context.out.document(report);
    }
    for row in &report.contexts {
        one(row, context)?;
    }
    let mut gaps = Gaps::default();
    for gap in &report.gaps {
        gaps.status(gap.status, &format!("{} of {}", gap.what, gap.context), &gap.reason);
    }
    // What a reader said of a page; that a list is not whole is said above.
    for row in &report.imported.evidence {
        gaps.rejects(&row.path, &row.reason, &row.rejected, row.rejected_total);
        row.notes.iter().for_each(|note| gaps.note(&row.path, note));
    }
    gaps.print(context.out)?;
    let (images, uses) = (report.imported.images, report.imported.uses);
    let text = format!("images {} ({} new), uses {} ({} new)", images.total, images.new, uses.total, uses.new);
    context.out.toned(Tone::Strong, &text)?;
    if report.imported.interrupted {
        context.out.note("interrupted: what is listed above is stored; give the same command again to go on");
    }
    Ok(())
}

/// One context: a line, and a table of its lists, those of one kind together.
fn one(row: &ContextRow, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let (requests, pages) = (counted(row.requests, "request"), counted(row.pages, "page"));
    let resumed =
        row.resumed.as_ref().map(|began| format!("; gone on with what was begun {began}")).unwrap_or_default();
    let text = format!(
        "context {}: {}, {requests}, {pages}, {}{resumed}",
        row.context,
        row.status,
        counted(row.objects, "object")
    );
    context.out.toned(tone(row.status), &text)?;
    let mut kinds: BTreeMap<(&str, &str), (u64, u64, u64)> = BTreeMap::new();
    for list in &row.lists {
        let found = kinds.entry((&list.kind, list.status)).or_default();
        *found = (found.0 + 1, found.1 + u64::from(list.pages), found.2 + list.objects);
    }
    let mut table = Table::new(&[word("STATUS"), path("KIND"), number("LISTS"), number("PAGES"), number("OBJECTS")]);
    for ((kind, status), (lists, pages, objects)) in kinds {
        let cells = [status.to_owned(), kind.to_owned()].into_iter();
        table.row(tone(status), cells.chain([lists, pages, objects].map(|n| n.to_string())).collect());
    }
    if table.is_empty() { Ok(()) } else { table.print(context.out) }
}

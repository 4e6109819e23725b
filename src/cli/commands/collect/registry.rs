//! `collect registry`: what names led to, from registries.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::cli::collect_args::CollectRegistryArgs;
use crate::cli::commands::gaps::{Gaps, tone};
use crate::cli::commands::progress::Moving;
use crate::cli::out::Tone;
use crate::cli::table::{Table, number, path, word};
use crate::cli::words::{counted, short};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::collect::registry::Settings;
use crate::read::Format;
use crate::work::collect::registry::{
    Asking, CollectingImages, NameRow, RegistryReport, RegistryRow, collect_images, sought,
};

/// Names in the table; JSON has all.
const LISTED: usize = 60;

/// Collects.
pub(super) fn run(args: CollectRegistryArgs, context: &mut Context<'_, '_>) -> Outcome {
    let mut case = locate::for_change(context)?;
    let settings = settings(&args, context);
    let asking = Asking { named: args.images, affected: args.affected, repeat: args.repeat };
    let collecting = CollectingImages { asking, settings, fresh: args.fresh };
    if context.dry_run {
        return plan(&case, &collecting, context);
    }
    context
        .out
        .note("reading only (HEAD and GET); no layer is asked for, and credentials are neither stored nor shown");
    let progress = Moving::new(context.out, None);
    let outcome = collect_images(&mut case, &collecting, &progress, &context.cancel);
    progress.done();
    let report = outcome.map_err(Failure::new)?;
    print(&report, context)?;
    Ok(exit(&report))
}

fn settings(args: &CollectRegistryArgs, context: &Context<'_, '_>) -> Settings {
    let at = |path: &std::path::PathBuf| context.env.current_dir.join(path);
    Settings {
        plain: args.plain.iter().cloned().collect(),
        authority: args.authority.as_ref().map(at),
        auth_file: args.auth_file.as_ref().map(at),
        token_hosts: args.token_hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
        parallel: usize::from(args.parallel),
        page_time: Duration::from_secs_f64(args.page_time),
        whole_time: Duration::from_secs_f64(args.whole_time),
        helper_time: Duration::from_secs_f64(args.helper_time),
        retries: args.retries,
        ..Settings::default()
    }
}

/// What would be asked; no registry is.
fn plan(case: &crate::case::Case, collecting: &CollectingImages, context: &mut Context<'_, '_>) -> Outcome {
    let sources = case.current()?.sources;
    let named = sought(case, &collecting.asking, &sources, "").map_err(Failure::new)?;
    let mut registries: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for wanted in &named.sought.images {
        registries.entry(&wanted.registry).or_default().push(wanted.name());
    }
    let mut lines = Vec::new();
    for (registry, names) in &registries {
        let plain = if collecting.settings.plain.contains(*registry) { " without TLS" } else { "" };
        lines.push(format!("would ask {registry}{plain} for {}:", counted(names.len() as u64, "name")));
        lines.extend(names.iter().take(LISTED).map(|name| format!("  {name}")));
        if names.len() > LISTED {
            lines.push(format!("  … and {} more", names.len() - LISTED));
        }
    }
    for (registry, pattern) in &named.sought.patterns {
        lines.push(format!("would ask {registry} for every tag of {pattern}"));
    }
    if lines.is_empty() {
        lines.push("nothing would be asked for".to_owned());
    }
    if named.before > 0 {
        lines.push(format!("{} read before would be left out; --repeat asks again", counted(named.before, "name")));
    }
    context.out.plan(&lines)?;
    Ok(Exit::Done)
}

/// The exit code of a collection.
fn exit(report: &RegistryReport) -> Exit {
    super::exit(report.imported.interrupted, report.failed(), report.has_gaps())
}

fn print(report: &RegistryReport, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if context.out.json {
        return context.out.document(report);
    }
    for alarm in &report.alarms {
        context.out.labelled(Tone::Bad, "ALARM", alarm)?;
    }
    if let Some(began) = &report.resumed {
        context.out.line(&format!("gone on with what was begun {began}"))?;
    }
    for row in &report.registries {
        context.out.toned(tone(row.status), &summary(row))?;
    }
    names(&report.names, context)?;
    for name in &report.moved {
        context.out.labelled(
            Tone::Warn,
            "moved",
            &format!("{name}: the tag led elsewhere before; `hullbreach image {name}`"),
        )?;
    }
    let mut gaps = Gaps::default();
    for gap in &report.gaps {
        gaps.status(gap.status, &format!("{} at {}", gap.what, gap.registry), &gap.reason);
    }
    // What a reader said of a document; what the registry refused is said above.
    for row in report.imported.evidence.iter().filter(|row| row.format != Format::RegistryAnswers.as_str()) {
        gaps.status(row.status.as_str(), &row.path, &row.reason);
        gaps.rejects(&row.path, &row.reason, &row.rejected, row.rejected_total);
    }
    gaps.print(context.out)?;
    ending(report, context)
}

fn ending(report: &RegistryReport, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if report.names.is_empty() && report.gaps.is_empty() {
        context.out.line("no name was asked for")?;
    }
    if report.before > 0 {
        let text = format!("{} read before left out; --repeat asks again", counted(report.before, "name"));
        context.out.toned(Tone::Muted, &text)?;
    }
    let (images, uses) = (report.imported.images, report.imported.uses);
    let text = format!("images {} ({} new), uses {} ({} new)", images.total, images.new, uses.total, uses.new);
    context.out.toned(Tone::Strong, &text)?;
    if report.imported.interrupted {
        context.out.note("interrupted: what is listed above is stored; give the same command again to go on");
    }
    Ok(())
}

/// One registry in a line.
fn summary(row: &RegistryRow) -> String {
    let login = if row.login.is_empty() { "nothing was asked of who asks" } else { &row.login };
    let limit = match (row.left, row.limit) {
        (Some(left), Some(limit)) => format!("; {left} of {limit} requests left there"),
        (Some(left), None) => format!("; {left} requests left there"),
        _ => String::new(),
    };
    let slowed = if row.slowed > 0 { format!("; slowed down {}", counted(row.slowed, "time")) } else { String::new() };
    let plain = if row.server.starts_with("http://") { " (not encrypted)" } else { "" };
    let (names, requests) = (counted(row.names, "name"), counted(row.requests, "request"));
    format!("{} at {}{plain}: {}, {names}, {requests}, {login}{limit}{slowed}", row.registry, row.server, row.status)
}

fn names(rows: &[NameRow], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let columns =
        [word("STATUS"), path("NAME"), word("DIGEST"), number("NEW"), number("HELD"), word("REFERRERS").dropped(1)];
    let mut table = Table::new(&columns);
    for row in rows.iter().take(LISTED) {
        let digest = row.digest.as_ref().map_or("-", |digest| short(digest.as_str()));
        let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
        row.referrers.iter().for_each(|referrer| *kinds.entry(referrer.kind).or_default() += 1);
        let kinds = kinds.into_iter().map(|(kind, n)| counted(n, kind)).collect::<Vec<_>>().join(", ");
        let kinds = if kinds.is_empty() { "-".to_owned() } else { kinds };
        let cells = [row.status, &row.name, digest].map(str::to_owned).into_iter();
        table.row(tone(row.status), cells.chain([row.documents.to_string(), row.held.to_string(), kinds]).collect());
    }
    if !table.is_empty() {
        table.print(context.out)?;
    }
    if rows.len() > LISTED {
        context.out.toned(Tone::Muted, &format!("… and {} more names; --json has all", rows.len() - LISTED))?;
    }
    Ok(())
}

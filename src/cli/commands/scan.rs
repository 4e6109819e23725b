//! `scan`: runs an installed scanner over images that no report is of.

use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

use crate::cli::finding_args::{ScanArgs, ScannerArg};
use crate::cli::out::Tone;
use crate::cli::words::counted;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::collect::scanner::Scanner;
use crate::work::scan::{Scanned, Settings, run as scan, targets};

/// Targets that a plan names.
const NAMED: usize = 20;

/// Scans.
pub fn run(args: &ScanArgs, context: &mut Context<'_, '_>) -> Outcome {
    let (scanner, program) = installed(args.with, context)?;
    let settings = Settings { scanner, program, jobs: args.jobs, time: Duration::from_secs(args.time) };
    let mut case = if context.dry_run { locate::for_questions(context)? } else { locate::for_change(context)? };
    let wanted = match args.targets.as_slice() {
        [] => targets(case.conn(), scanner, args.limit)?,
        named => named.to_vec(),
    };
    if wanted.is_empty() {
        let word = if scanner.searches() { "was scanned" } else { "has a list of its packages" };
        context.out.line(&format!("nothing to do: every image that is used {word}"))?;
        return Ok(Exit::Done);
    }
    if context.dry_run {
        return plan(&settings, &wanted, context);
    }
    let progress = super::progress::Moving::new(context.out, None);
    let outcome = scan(&mut case, wanted, &settings, context.env, &progress, &context.cancel);
    progress.done();
    let done = outcome?;
    print(&done, context)?;
    Ok(match () {
        () if done.import.interrupted => Exit::Interrupted,
        () if done.scanned == 0 && done.import.events == 0 => Exit::Failed,
        () if !done.failed.is_empty() || done.import.has_gaps() => Exit::Gaps,
        () => Exit::Done,
    })
}

/// The scanner that was asked for, or the first that is there.
fn installed(with: Option<ScannerArg>, context: &Context<'_, '_>) -> Result<(Scanner, PathBuf), Failure> {
    let wanted = with.map(|with| match with {
        ScannerArg::Trivy => Scanner::Trivy,
        ScannerArg::Grype => Scanner::Grype,
        ScannerArg::Syft => Scanner::Syft,
    });
    let all = wanted.map_or(Scanner::ALL.to_vec(), |scanner| vec![scanner]);
    let found = all.iter().find_map(|scanner| Some((*scanner, scanner.find(&context.env.vars)?)));
    found.ok_or_else(|| {
        let what = match wanted {
            Some(scanner) => format!("{} is not installed here", scanner.as_str()),
            None => "no scanner is installed here: neither trivy, nor grype, nor syft is in $PATH".to_owned(),
        };
        Failure::new(format!(
            "{what}; nothing was scanned. Install one, or scan on another machine and import what it prints: trivy image \
             --format json IMAGE, grype -o json IMAGE, syft -o syft-json IMAGE"
        ))
    })
}

fn plan(settings: &Settings, wanted: &[String], context: &mut Context<'_, '_>) -> Outcome {
    let name = settings.scanner.as_str();
    if context.out.json {
        let document = json!({ "with": name, "program": settings.program.display().to_string(), "would_scan": wanted });
        context.out.document(&document)?;
        return Ok(Exit::Done);
    }
    let count = counted(wanted.len() as u64, "image");
    context.out.toned(Tone::Strong, &format!("would scan {count} with {}", settings.program.display()))?;
    for target in wanted.iter().take(NAMED) {
        context.out.line(&format!("  {name} {}", settings.scanner.arguments(target).join(" ")))?;
    }
    if wanted.len() > NAMED {
        context.out.line(&format!("  … and {} more", wanted.len() - NAMED))?;
    }
    Ok(Exit::Done)
}

fn print(done: &Scanned, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if context.out.json {
        return context.out.document(done);
    }
    let text = format!("{} by {} stored as evidence", counted(done.scanned, "report"), done.with);
    context.out.toned(Tone::Strong, &text)?;
    for row in &done.failed {
        context.out.labelled(Tone::Warn, "failed", &format!("{}: {}", row.image, row.reason))?;
    }
    if done.import.interrupted {
        context.out.note("interrupted: what is listed above is stored; the same again goes on with the rest");
    }
    Ok(())
}

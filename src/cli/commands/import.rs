//! `import`: evidence into the case.

use std::path::PathBuf;

use crate::cli::args::ImportArgs;
use crate::cli::out::Tone;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::collect::walk;
use crate::model::acquisition::{Origin, OriginKind};
use crate::model::reading::Status;
use crate::model::time::Micros;
use crate::read::{Format, Limits};
use crate::work::import::{Content, Input, Options, Report, UnreadRow, import};

/// Imports.
pub fn run(args: ImportArgs, context: &mut Context<'_, '_>) -> Outcome {
    let options = options(&args, context)?;
    let (inputs, skipped) = inputs(&args.paths, context)?;
    if inputs.is_empty() {
        let why =
            skipped.first().map_or_else(|| "nothing to import".to_owned(), |s| format!("{}: {}", s.path, s.reason));
        return Err(Failure(why));
    }
    let mut case = locate::for_change(context)?;
    if context.dry_run {
        for input in &inputs {
            context.out.line(&format!("would import {}/{}", input.origin.root, input.origin.path))?;
        }
        context.out.line(&format!("into {}", case.path().display()))?;
        return Ok(Exit::Done);
    }
    let total = inputs.iter().map(|i| i.bytes).sum();
    let progress = super::progress::Moving::new(context.out.progress, total);
    let outcome = import(&mut case, inputs, &options, &progress, &context.cancel);
    progress.done();
    let mut report = outcome?;
    report.unrecognised.extend(skipped);
    print(&report, context)?;
    Ok(exit(&report))
}

/// The exit code of an import.
pub(super) fn exit(report: &Report) -> Exit {
    let failed = report.evidence.is_empty() && report.events == 0;
    match () {
        () if report.interrupted => Exit::Interrupted,
        () if failed => Exit::Failed,
        () if report.has_gaps() => Exit::Gaps,
        () => Exit::Done,
    }
}

fn options(args: &ImportArgs, context: &Context<'_, '_>) -> Result<Options, Failure> {
    let format = match &args.format {
        Some(word) => Some(Format::parse(word).ok_or_else(|| unknown_format(word))?),
        None => None,
    };
    let as_of = match &args.as_of {
        Some(text) => {
            Some(Micros::parse_stated(text, context.env.now()).ok_or_else(|| super::new::not_a_time("--as-of", text))?)
        }
        None => None,
    };
    Ok(Options {
        format,
        context: args.context.clone(),
        as_of,
        clock_offset: args.clock_offset,
        partial: args.partial,
        keep_raw: args.keep_raw,
        limits: Limits::default(),
    })
}

fn unknown_format(word: &str) -> Failure {
    let known: Vec<&str> = Format::ALL.iter().map(|f| f.as_str()).collect();
    Failure(format!("--as {word}: not a format; one of {}", known.join(", ")))
}

/// What to import, and what was passed over with the reason.
fn inputs(paths: &[PathBuf], context: &mut Context<'_, '_>) -> Result<(Vec<Input>, Vec<UnreadRow>), Failure> {
    let mut inputs = Vec::new();
    let (piped, named): (Vec<&PathBuf>, Vec<&PathBuf>) = paths.iter().partition(|p| p.as_os_str() == "-");
    if !piped.is_empty() {
        let reader =
            context.stdin.take().ok_or_else(|| Failure("standard input: nothing is connected to it".into()))?;
        inputs.push(Input {
            origin: Origin {
                kind: OriginKind::Stdin,
                host: context.env.host.clone(),
                root: String::new(),
                path: "-".into(),
            },
            content: Content::Reader(reader),
            modified: None,
            bytes: None,
            context: None,
            as_of: None,
        });
    }
    let named: Vec<PathBuf> = named.into_iter().cloned().collect();
    let walked = walk::walk(&named, &context.env.current_dir)?;
    for source in walked.sources {
        inputs.push(Input {
            origin: Origin {
                kind: OriginKind::File,
                host: context.env.host.clone(),
                root: source.origin_root.clone(),
                path: source.path.clone(),
            },
            modified: source.modified,
            bytes: Some(source.bytes),
            content: Content::File(source),
            context: None,
            as_of: None,
        });
    }
    let skipped = walked.skipped.into_iter().map(|(path, reason)| UnreadRow { path, reason }).collect();
    Ok((inputs, skipped))
}

/// Says what an import did.
pub(super) fn print(report: &Report, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if context.out.json {
        return context.out.document(report);
    }
    for row in &report.evidence {
        let id = row.sha256.get(..8).unwrap_or("-");
        let mut line = format!("{id}  {}  {}", row.format, row.path);
        match row.status {
            _ if row.already => line.push_str("  already in the case: nothing added"),
            Status::Denied | Status::Failed => line.push_str(&format!("  {}: {}", row.status.as_str(), row.reason)),
            _ => line.push_str(&format!("  {} facts", row.observations)),
        }
        if row.rejected_total > 0 {
            line.push_str(&format!(", {} rejected", row.rejected_total));
        }
        if row.redactions > 0 && !row.already {
            line.push_str(&format!(", {} secrets redacted", row.redactions));
        }
        let tone = match row.status {
            Status::Read => Tone::Plain,
            Status::Partial => Tone::Warn,
            _ => Tone::Bad,
        };
        context.out.toned(tone, &line)?;
        if row.status == Status::Partial && !row.reason.is_empty() {
            context.out.line(&format!("          partial: {}", row.reason))?;
        }
        for note in &row.notes {
            context.out.line(&format!("          note: {note}"))?;
        }
        for reject in row.rejected.iter().take(5) {
            context.out.line(&format!("          rejected {}: {}", reject.locator, reject.reason))?;
        }
        if row.rejected_total > 5 {
            context.out.line(&format!("          … and {} more", row.rejected_total - 5))?;
        }
    }
    for row in &report.unrecognised {
        context.out.toned(Tone::Warn, &format!("not read  {}: {}", row.path, row.reason))?;
    }
    let (images, uses) = (report.images, report.uses);
    context.out.toned(
        Tone::Strong,
        &format!("images {} ({} new), uses {} ({} new)", images.total, images.new, uses.total, uses.new),
    )?;
    if report.interrupted {
        context.out.note("interrupted: what is listed above is stored; import the same again to go on");
    }
    Ok(())
}

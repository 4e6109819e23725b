//! `import`: evidence into the case.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use super::gaps::{Gaps, tone};
use crate::cli::args::ImportArgs;
use crate::cli::out::Tone;
use crate::cli::table::{Table, number, path, word};
use crate::cli::words::short;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::collect::archive::ArchiveLimits;
use crate::collect::redact::redact_text;
use crate::collect::walk;
use crate::model::acquisition::{Origin, OriginKind};
use crate::model::reading::Status;
use crate::model::text::scrub;
use crate::model::time::Micros;
use crate::read::{Format, Hints, Limits};
use crate::work::import::{Content, Input, Options, Report, UnreadRow, import};

/// Imports.
pub fn run(args: ImportArgs, context: &mut Context<'_, '_>) -> Outcome {
    let options = options(&args, context)?;
    let (inputs, skipped) = inputs(&args.paths, context)?;
    if inputs.is_empty() {
        let why =
            skipped.first().map_or_else(|| "nothing to import".to_owned(), |s| format!("{}: {}", s.path, s.reason));
        return Err(Failure::new(why));
    }
    let mut case = locate::for_change(context)?;
    if context.dry_run {
        return super::import_plan::print(&case, &inputs, &skipped, &options, context);
    }
    let total = inputs.iter().map(|i| i.bytes).sum();
    let progress = super::progress::Moving::new(context.out, total);
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
    let mut hints = Hints::default();
    for pair in &args.map {
        hints.add(pair).map_err(|e| Failure::usage(format!("--map {pair}: {e}")))?;
    }
    Ok(Options {
        format,
        context: args.context.clone(),
        as_of,
        clock_offset: args.clock_offset,
        build_args: build_args(&args.build_args)?,
        partial: args.partial,
        keep_raw: args.keep_raw,
        hints,
        limits: Limits::default(),
        archives: ArchiveLimits::default(),
        steady: false,
    })
}

/// Build arguments by name. Only what is stated counts: an argument without a value would come from an environment that
/// nobody captured.
fn build_args(stated: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let mut arguments: BTreeMap<String, String> = BTreeMap::new();
    for text in stated {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let shown = format!("--build-arg {}", scrub(name));
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !is_name || !text.contains('=') {
            return Err(Failure::usage(format!("{shown}: write NAME=VALUE, as in --build-arg BASE=node:20")));
        }
        // Asked of the name with a value that is no secret by itself, then of what was really written.
        let is_secret = |value: &str| matches!(redact_text(&format!("{name}={value}")), Cow::Owned(_));
        if is_secret("value") || is_secret(value) {
            let why = "looks like a secret, and build arguments are recorded in the case for good; leave it out, or give \
                       a harmless value: images rarely depend on it";
            return Err(Failure::usage(format!("{shown}: {why}")));
        }
        match arguments.insert(name.to_owned(), value.to_owned()) {
            Some(other) if other != value => {
                return Err(Failure::usage(format!("{shown}: given twice with different values")));
            }
            _ => {}
        }
    }
    Ok(arguments)
}

fn unknown_format(word: &str) -> Failure {
    let known: Vec<&str> = Format::ALL.iter().map(|f| f.as_str()).collect();
    Failure::usage(format!("--as {word}: not a format; one of {}", known.join(", ")))
}

/// What to import, and what was passed over with the reason.
fn inputs(paths: &[PathBuf], context: &mut Context<'_, '_>) -> Result<(Vec<Input>, Vec<UnreadRow>), Failure> {
    let mut inputs = Vec::new();
    let (piped, named): (Vec<&PathBuf>, Vec<&PathBuf>) = paths.iter().partition(|p| p.as_os_str() == "-");
    if !piped.is_empty() {
        let reader = context.stdin.take().ok_or_else(|| Failure::new("standard input: nothing is connected to it"))?;
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

/// Where an input is from, as a person names it.
pub(super) fn place(origin: &Origin) -> String {
    match origin.kind {
        OriginKind::Stdin => "standard input".to_owned(),
        _ => format!("{}/{}", origin.root, origin.path),
    }
}

/// Says what an import did.
pub(super) fn print(report: &Report, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if context.out.json {
        return context.out.document(report);
    }
    rows(report, context)?;
    let mut gaps = Gaps::default();
    for row in &report.evidence {
        gaps.status(row.status.as_str(), &row.path, &row.reason);
        gaps.rejects(&row.path, &row.reason, &row.rejected, row.rejected_total);
        row.notes.iter().for_each(|note| gaps.note(&row.path, note));
    }
    for row in &report.unrecognised {
        gaps.status(Status::Unrecognised.as_str(), &row.path, &row.reason);
    }
    gaps.print(context.out)?;
    let (images, uses) = (report.images, report.uses);
    let text = format!("images {} ({} new), uses {} ({} new)", images.total, images.new, uses.total, uses.new);
    context.out.toned(Tone::Strong, &text)?;
    if report.interrupted {
        context.out.note("interrupted: what is listed above is stored; import the same again to go on");
    }
    Ok(())
}

fn rows(report: &Report, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let columns = [
        word("STATUS"),
        word("ID"),
        path("PATH"),
        word("FORMAT").dropped(1),
        number("FACTS"),
        number("REJECTED"),
        number("REDACTED"),
    ];
    let mut table = Table::new(&columns);
    for row in &report.evidence {
        let status = if row.already { "was there" } else { row.status.as_str() };
        let counts = [row.observations, row.rejected_total, row.redactions].map(|n| n.to_string());
        let names = [status, short(&row.sha256), &row.path, &row.format].map(str::to_owned);
        table.row(tone(row.status.as_str()), [names.to_vec(), counts.to_vec()].concat());
    }
    if table.is_empty() { Ok(()) } else { table.print(context.out) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(texts: &[&str]) -> Result<BTreeMap<String, String>, String> {
        build_args(&texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>()).map_err(|e| e.text)
    }

    #[test]
    fn build_arguments_are_names_with_values() {
        let found = parsed(&["TAG=1=2", "BASE=node:20", "EMPTY=", "TAG=1=2"]).unwrap();
        let pairs: Vec<(&str, &str)> = found.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(pairs, [("BASE", "node:20"), ("EMPTY", ""), ("TAG", "1=2")]);
        for bad in ["BASE", "=x", "1A=x", "A B=x", ""] {
            assert!(parsed(&[bad]).unwrap_err().contains("write NAME=VALUE"), "{bad}");
        }
        assert!(parsed(&["A=1", "A=2"]).unwrap_err().contains("given twice"));
    }

    #[test]
    fn secrets_are_refused_without_being_repeated() {
        for secret in ["NPM_TOKEN=abc", "DB_PASSWORD=", "X=ghp_0123456789abcdefghijABCDEFGHIJ012345"] {
            let error = parsed(&[secret]).unwrap_err();
            let value = secret.split_once('=').unwrap().1;
            assert!(error.contains("looks like a secret"), "{secret}: {error}");
            assert!(value.is_empty() || !error.contains(value), "{error}");
        }
        for plain in ["BASE=python:3.12", "REGISTRY=ghcr.io/team", "VERSION=1.2.3", "NODE_VERSION=20", "UID=1000"] {
            assert!(parsed(&[plain]).is_ok(), "{plain}");
        }
    }
}

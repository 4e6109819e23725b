//! `new`: a case with its title and what has been declared.

use serde_json::json;

use crate::case::Case;
use crate::case::change::MAX_LINE;
use crate::case::events::kinds::{Awareness, Genesis, Severity};
use crate::case::store::{NewCase, group_id};
use crate::cli::args::{NewArgs, SeverityArg};
use crate::cli::out::Tone;
use crate::cli::{Context, Exit, Failure, Outcome};
use crate::collect::redact::redact_text;
use crate::model::id::Id;
use crate::model::time::Micros;
use crate::model::tlp::Tlp;

/// Makes the case.
pub fn run(args: NewArgs, context: &mut Context<'_, '_>) -> Outcome {
    let genesis = genesis(&args, context)?;
    let group = match &args.group {
        Some(name) => Some(group_id(name).ok_or_else(|| Failure::new(format!("{name}: there is no such Unix group")))?),
        None => None,
    };
    let file = context.env.current_dir.join(&args.file);
    if context.dry_run {
        context.out.plan(&[format!("would make {} ({:?})", file.display(), genesis.title)])?;
        return Ok(Exit::Done);
    }
    let case = Case::create(&file, &NewCase { genesis, group }, context.env)?;
    if let Some(group) = group {
        warn_of_folder(case.path(), group, context);
    }
    if context.out.json {
        let document = json!({"case": case.id().to_string(), "path": case.path().display().to_string()});
        context.out.document(&document)?;
        return Ok(Exit::Done);
    }
    let path = case.path().display().to_string();
    context.out.toned(Tone::Strong, &format!("case {} in {path}", &case.id().to_string()[..8]))?;
    if args.aware.is_none() {
        context.out.line("awareness time: not stated (legal clocks need it; only you can say it)")?;
    } else if args.aware_source.is_none() {
        context.out.line("awareness: who or what says so? hullbreach declare --aware TIME --aware-source WHO")?;
    }
    context.out.line("next: kubectl get pods -A -o json | hullbreach import - --context NAME")?;
    Ok(Exit::Done)
}

/// SQLite makes the log beside the case with the folder's group, and others of the group must be able to write it.
fn warn_of_folder(case: &std::path::Path, group: u32, context: &mut Context<'_, '_>) {
    use std::os::unix::fs::MetadataExt as _;
    const SHARED: u32 = 0o2070;
    let Some(folder) = case.parent() else { return };
    let fits = std::fs::metadata(folder).is_ok_and(|m| m.gid() == group && m.mode() & SHARED == SHARED);
    if !fits {
        let folder = folder.display();
        context.out.note(&format!(
            "{folder}: others of the group cannot write here; do `chgrp {group} {folder}` and `chmod 2770 {folder}`"
        ));
    }
}

/// What is printed when nothing was asked.
pub fn welcome(context: &mut Context<'_, '_>) -> Outcome {
    if context.out.json {
        context.out.document(&json!({ "next": BEGIN }))?;
        return Ok(Exit::Done);
    }
    context.out.line("hullbreach: incident response for breached registries, base images and publishers")?;
    context.out.line("")?;
    for line in BEGIN {
        context.out.line(&format!("  {line}"))?;
    }
    context.out.line("")?;
    context.out.line("hullbreach --help lists every command.")?;
    Ok(Exit::Done)
}

/// How a first incident begins.
const BEGIN: [&str; 6] = [
    "hullbreach new hub.case --title \"Docker Hub\" --severity critical",
    "kubectl get pods -A -o json | hullbreach import - --context prod",
    "hullbreach import dumps/     files and folders of other teams",
    "hullbreach coverage          what was read, what is missing",
    "hullbreach images            what runs",
    "hullbreach demo              an exercise, to try all of it",
];

fn genesis(args: &NewArgs, context: &Context<'_, '_>) -> Result<Genesis, Failure> {
    let mut nonce = [0; 16];
    (context.env.random)(&mut nonce).map_err(Failure::new)?;
    Ok(Genesis {
        nonce: Id(nonce),
        title: line("the title", &args.title)?,
        severity: args.severity.map(|s| match s {
            SeverityArg::Critical => Severity::Critical,
            SeverityArg::High => Severity::High,
            SeverityArg::Medium => Severity::Medium,
        }),
        tlp: args.tlp.as_deref().map(tlp).transpose()?,
        aware: aware(args, context)?,
        tool: concat!("hullbreach ", env!("CARGO_PKG_VERSION")).to_owned(),
    })
}

fn aware(args: &NewArgs, context: &Context<'_, '_>) -> Result<Option<Awareness>, Failure> {
    let Some(written) = &args.aware else { return Ok(None) };
    let at = Micros::parse_stated(written, context.env.now()).ok_or_else(|| not_a_time("--aware", written))?;
    let source = args.aware_source.as_deref().map(|s| line("the source", s)).transpose()?;
    Ok(Some(Awareness { at, written: written.clone(), source }))
}

/// The word for a severity.
pub(super) fn severity_word(severity: SeverityArg) -> &'static str {
    match severity {
        SeverityArg::Critical => "critical",
        SeverityArg::High => "high",
        SeverityArg::Medium => "medium",
    }
}

pub(super) fn tlp(label: &str) -> Result<String, Failure> {
    let words = || Tlp::ALL.map(Tlp::as_str).join(", ");
    let label = Tlp::parse(label)
        .ok_or_else(|| Failure::usage(format!("{label}: not a TLP 2.0 label (one of {})", words())))?;
    Ok(label.as_str().to_owned())
}

/// A typed line: not empty, not too long, without a pasted secret.
pub(super) fn line(what: &str, text: &str) -> Result<String, Failure> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Failure::usage(format!("{what} is empty")));
    }
    if text.chars().count() > MAX_LINE {
        return Err(Failure::usage(format!("{what} is longer than {MAX_LINE} characters")));
    }
    Ok(redact_text(text).into_owned())
}

/// The error for a time nobody can read.
pub(super) fn not_a_time(flag: &str, text: &str) -> Failure {
    let text = redact_text(text);
    Failure::usage(format!(
        "{flag} {text}: not a time; write 2026-11-21T07:40Z, \"2026-11-21 07:40\" (UTC) or 07:40Z (today)"
    ))
}

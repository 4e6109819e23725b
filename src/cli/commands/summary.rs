//! `summary`: what people and machines receive of a case.
//!
//! Owns the choice of form, audience and label, and the file. What stays out and how it is written is for the report.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::make_file;
use crate::case::Case;
use crate::cli::summary_args::{FormArg, IncludeArg, SummaryArgs};
use crate::cli::words::counted;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::collect::redact::redact_text;
use crate::model::time::Micros;
use crate::model::tlp::Tlp;
use crate::report::release::released;
use crate::report::{Choice, Form, Report, ReportError, Topic, openvex, timesketch};
use crate::work::summary::{Stated, gather};

/// Writes one form.
pub fn run(args: &SummaryArgs, context: &mut Context<'_, '_>) -> Outcome {
    let form = form(args, context.out.json)?;
    let choice = Choice {
        audience: args.audience.into(),
        tlp: args.tlp.as_deref().map(label).transpose()?,
        privileged: args.include.contains(&IncludeArg::Privileged),
        personal: args.include.contains(&IncludeArg::Personal),
    };
    let stated = stated(args, context.env.now())?;
    let file = args.output.as_ref().map(|file| context.env.current_dir.join(file));
    let case = locate::for_questions(context)?;
    let report = released(gather(&case, &stated)?, &choice);
    if let (Some(file), true) = (&file, context.dry_run) {
        let lines = [format!("would write {}, {}", file.display(), marked(&report))];
        context.out.plan(&lines)?;
        return Ok(Exit::Done);
    }
    match &file {
        Some(file) => into_file(form, &report, file)?,
        None => {
            let mut bytes = Vec::new();
            form.write(&report, &mut bytes).map_err(failure)?;
            context.out.bytes(&bytes)?;
        }
    }
    told(form, &report, file.as_deref(), context);
    Ok(Exit::Done)
}

/// Every form of a case in a new folder; says which files there are.
pub fn write_all(case: &Case, folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let report = released(gather(case, &Stated::default())?, &Choice::default());
    crate::case::identity::private_dir(folder)?;
    let mut files = Vec::new();
    for (form, name) in Form::FILES {
        let file = folder.join(name);
        match into_file(form, &report, &file) {
            Ok(()) => files.push(file),
            // A case may hold nothing for one form.
            Err(Unwritten::Nothing(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(files)
}

fn form(args: &SummaryArgs, json: bool) -> Result<Form, Failure> {
    if args.table.is_some() && args.format != FormArg::Csv {
        return Err(Failure::usage("--table says which table --format csv writes; with another format leave it out"));
    }
    let csv =
        args.output.as_ref().is_some_and(|file| file.extension().is_some_and(|end| end.eq_ignore_ascii_case("csv")));
    Ok(match args.format {
        FormArg::Md if json => Form::Json,
        FormArg::Json => Form::Json,
        _ if json => {
            return Err(Failure::usage("--json and another --format cannot both be meant; leave one of them out"));
        }
        FormArg::Md => Form::Markdown,
        FormArg::Html => Form::Html,
        FormArg::Slack => Form::Slack,
        FormArg::Jira => Form::Jira,
        FormArg::Stix => Form::Stix,
        FormArg::Openvex => Form::OpenVex,
        FormArg::Timesketch if csv => Form::TimesketchCsv,
        FormArg::Timesketch => Form::TimesketchLines,
        FormArg::Csv => Form::Csv(args.table.map_or(Topic::Affected, Topic::from)),
    })
}

fn label(text: &str) -> Result<Tlp, Failure> {
    let labels = || Tlp::ALL.map(Tlp::as_str).join(", ");
    Tlp::parse(text).ok_or_else(|| Failure::usage(format!("{text}: not a TLP 2.0 label (one of {})", labels())))
}

fn stated(args: &SummaryArgs, now: Micros) -> Result<Stated, Failure> {
    let at = match &args.at {
        None => None,
        Some(text) => Some(Micros::parse_stated(text, now).ok_or_else(|| super::new::not_a_time("--at", text))?),
    };
    let author = args.author.as_deref().map(|author| super::new::line("the author", author)).transpose()?;
    Ok(Stated { at, author: author.map(|author| redact_text(&author).into_owned()) })
}

/// Why a file was not written.
enum Unwritten {
    /// The case holds nothing for this form.
    Nothing(&'static str),
    /// Anything else.
    Failed(Failure),
}

impl From<Unwritten> for Failure {
    fn from(why: Unwritten) -> Failure {
        match why {
            Unwritten::Nothing(why) => Failure::new(why),
            Unwritten::Failed(failure) => failure,
        }
    }
}

/// A form in a file of its own, written as it is made; what could not be written to its end is taken away.
fn into_file(form: Form, report: &Report, file: &Path) -> Result<(), Unwritten> {
    let mut to = BufWriter::new(make_file::create(file, make_file::PRIVATE).map_err(Unwritten::Failed)?);
    let written = form.write(report, &mut to).and_then(|()| Ok(to.flush()?));
    written.map_err(|error| {
        let _ = std::fs::remove_file(file);
        match error {
            ReportError::Nothing(why) => Unwritten::Nothing(why),
            error => Unwritten::Failed(Failure::new(format!("{}: {error}", file.display()))),
        }
    })
}

fn failure(error: ReportError) -> Failure {
    Failure::new(error.to_string())
}

fn marked(report: &Report) -> String {
    let header = &report.header;
    format!("{} for {} readers, as of {}", header.tlp.shown(), header.audience.as_str(), header.generated.rfc3339())
}

/// What came of it, beside the output: what stayed out, and what the form could not take.
fn told(form: Form, report: &Report, file: Option<&Path>, context: &mut Context<'_, '_>) {
    if let Some(file) = file {
        context.out.note(&format!("{}: written, {}", file.display(), marked(report)));
    }
    for why in ["label", "privileged", "personal"] {
        let count: u64 = report.left_out.iter().filter(|row| row.why == why).map(|row| row.count).sum();
        if count > 0 {
            let hint = match why {
                "label" => "labelled above it; lower the label of what may leave",
                "privileged" => "privileged; --include privileged adds them",
                _ => "personal; --include personal adds them",
            };
            context.out.note(&format!("{} left out: {hint}", counted(count, "detail")));
        }
    }
    let lost = match form {
        Form::TimesketchLines | Form::TimesketchCsv => timesketch::dropped(report),
        Form::OpenVex => openvex::without_statement(report),
        _ => 0,
    };
    if lost > 0 {
        let why = match form {
            Form::OpenVex => "known by no digest of a manifest or an index, so that nothing can be stated about them",
            _ => "of a time that Timesketch drops",
        };
        context.out.note(&format!("{lost} not in it: {why}"));
    }
}

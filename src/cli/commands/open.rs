//! `open`, and `hullbreach` alone: the terminal where there is one, elsewhere a text that says the same in short.

use crate::case::Case;
use crate::cli::args::OpenArgs;
use crate::cli::out::Tone;
use crate::cli::words::when;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::collect::redact::redact_text;
use crate::tui::Launch;

/// Opens a case.
pub fn run(args: OpenArgs, context: &mut Context<'_, '_>) -> Outcome {
    if let Some(file) = args.file {
        context.case = Some(file);
    }
    if context.interactive {
        let path = locate::path(context)?;
        // What is no case is said here, on a screen that stays, and not inside the terminal.
        locate::ready(&path, args.read_only, context)?;
        let ascii = context.out.ascii;
        context.launch = Some(Launch { case: Some(path), read_only: args.read_only, ascii });
        return Ok(Exit::Done);
    }
    if context.out.json {
        return super::coverage::run(context);
    }
    let case = locate::for_questions(context)?;
    situation(&case, context)?;
    context
        .out
        .line("this is no terminal that can show more: every view is a command, hullbreach --help lists them")?;
    Ok(Exit::Done)
}

/// Without a command: the terminal's first screen, or how to begin.
pub fn begin(context: &mut Context<'_, '_>) -> Outcome {
    if !context.interactive {
        return super::new::welcome(context);
    }
    // Whoever named a case means it; the only one in this folder may be another team's.
    let named = context.case.is_some() || context.env.vars.get("HULLBREACH_CASE").is_some_and(|v| !v.is_empty());
    if named {
        return run(OpenArgs { file: None, read_only: false }, context);
    }
    context.launch = Some(Launch { ascii: context.out.ascii, ..Launch::default() });
    Ok(Exit::Done)
}

/// The situation in one screen or two: what runs, what is not known.
pub(super) fn situation(case: &Case, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let (state, _) = case.state()?;
    let genesis = state.genesis;
    context.out.toned(Tone::Strong, genesis.as_ref().map_or("a case without a title", |g| g.title.as_str()))?;
    let path = case.path().display().to_string();
    context.out.labelled(Tone::Plain, "case", &path)?;
    if let Some(aware) = genesis.and_then(|genesis| genesis.aware) {
        let source = aware.source.map_or_else(String::new, |source| format!(", by {}", redact_text(&source)));
        context.out.labelled(Tone::Plain, "aware", &format!("{}{source}", when(&aware.at.rfc3339())))?;
    }
    super::images::glance(case, context)?;
    context.out.line("")?;
    super::coverage::glance(case, context)?;
    context.out.line("")
}

//! `blast`: what targets reach, proven, likely, or of which it cannot be told.
//!
//! Owns the words of the answer; what reaches what is [`crate::work::blast`]'s to say. Changes nothing.

mod json;
mod text;

use crate::case::Case;
use crate::cli::blast_args::BlastArgs;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::indicator::{Target, Window};
use crate::work::blast::{BlastError, Question, Reach, open_questions, question, reach_once};

/// Answers what the targets reach.
pub fn run(args: &BlastArgs, context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_lineage(context)?;
    let window = match &args.window {
        Some(text) => Some(window(text, &case, context)?),
        None => None,
    };
    let Some(found) = asked(&case, &args.targets, window.as_ref(), context)? else { return Ok(Exit::Failed) };
    if context.out.json {
        context.out.document(&json::document(&found, args.limit))?;
    } else {
        text::print(&found, args.limit, context)?;
    }
    // The process ends here: giving a hundred thousand images back piece by piece would only take time.
    std::mem::forget(found);
    Ok(Exit::Done)
}

fn window(text: &str, case: &Case, context: &mut Context<'_, '_>) -> Result<Window, Failure> {
    let stated = Window::parse(text, case.incident_day()?).map_err(|e| Failure::usage(format!("--window: {e}")))?;
    if let Some(day) = stated.day {
        context.out.note(&format!("window {}: the day taken is {day}, the incident's", stated.window.shown()));
    }
    Ok(stated.window)
}

/// What targets as typed reach, or without one all open indicators; what must be known beside the answer is noted. `None`
/// where there is nothing to ask about, which was told.
pub(super) fn asked(
    case: &Case,
    targets: &[String],
    window: Option<&Window>,
    context: &mut Context<'_, '_>,
) -> Result<Option<Reach>, Failure> {
    let mut questions: Vec<Question> = Vec::with_capacity(targets.len());
    for text in targets {
        let asked = question(case.conn(), text, window.cloned()).map_err(failed)?;
        if asked.unseen {
            context.out.note(&format!("{}: nothing that was read names it so far", asked.target));
        }
        if matches!(asked.target, Target::Package(_)) {
            context
                .out
                .note(&format!("{}: which images have it is not known to lineage: nothing is excluded", asked.target));
        }
        if !questions.iter().any(|known| known.target == asked.target) {
            questions.push(asked);
        }
    }
    if targets.is_empty() {
        questions = open_questions(case.conn()).map_err(failed)?;
    }
    if questions.is_empty() {
        context.out.note("no open indicator calls anything bad or suspect: name a TARGET, or add an indicator first");
        return Ok(None);
    }
    reach_once(case.conn(), questions).map(Some).map_err(failed)
}

fn failed(error: BlastError) -> Failure {
    match error {
        BlastError::Target(error) => super::indicator::refused(&error),
        BlastError::Project(error) => error.into(),
    }
}

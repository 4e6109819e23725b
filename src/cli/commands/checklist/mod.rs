//! `checklist`: who does what by when, with evidence for what is done.

mod change;
mod list;

use crate::cli::response_args::{ChecklistAction, ChecklistArgs, TasksArgs};
use crate::cli::{Context, Outcome};

/// Runs one action; without one, lists.
pub fn run(args: ChecklistArgs, context: &mut Context<'_, '_>) -> Outcome {
    match args.action.unwrap_or(ChecklistAction::List(TasksArgs::default())) {
        ChecklistAction::List(args) => list::run(&args, context),
        ChecklistAction::Add(args) => change::add(&args, context),
        ChecklistAction::Claim(args) => change::claim(&args, context),
        ChecklistAction::Done(args) => change::done(&args, context),
        ChecklistAction::Waive(args) => change::waive(&args, context),
        ChecklistAction::Reopen(args) => change::reopen(&args, context),
    }
}

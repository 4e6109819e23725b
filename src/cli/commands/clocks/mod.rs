//! `clocks`: which deadlines run, from when, and what was filed.

mod change;
mod list;

use crate::cli::response_args::{ClocksAction, ClocksArgs};
use crate::cli::{Context, Outcome};

/// Runs one action; without one, lists.
pub fn run(args: ClocksArgs, context: &mut Context<'_, '_>) -> Outcome {
    match args.action {
        None => list::run(args.all, args.check, context),
        Some(ClocksAction::Start(args)) => change::start(&args, context),
        Some(ClocksAction::Met(args)) => change::met(&args, context),
        Some(ClocksAction::Deny(args)) => change::deny(&args, context),
        Some(ClocksAction::Add(args)) => change::add(&args, context),
        Some(ClocksAction::Holidays(args)) => change::holidays(&args, context),
    }
}

//! `indicator`: what is bad or in doubt, one file an action.

mod add;
mod change;
mod list;
mod notice;
mod told;
mod why;

pub(super) use add::refused;
pub(super) use told::{shown, tone, window};
pub(super) use why::verdict;

use crate::cli::indicator_args::{IndicatorAction, IndicatorArgs, ListArgs};
use crate::cli::{Context, Outcome};

/// Runs one action; without one, lists.
pub fn run(args: IndicatorArgs, context: &mut Context<'_, '_>) -> Outcome {
    match args.action.unwrap_or(IndicatorAction::List(ListArgs { all: false })) {
        IndicatorAction::Add(args) => add::run(&args, context),
        IndicatorAction::List(args) => list::run(&args, context),
        IndicatorAction::Set(args) => change::set(&args, context),
        IndicatorAction::Retract(args) => change::retract(&args, context),
        IndicatorAction::Import(args) => notice::run(&args, context),
    }
}

//! `timeline`: what happened, what we learned, what we did.

mod change;
mod import;
mod list;

use crate::cli::response_args::{TimelineAction, TimelineArgs};
use crate::cli::{Context, Failure, Outcome};
use chrono_tz::Tz;

/// Runs one action; without one, lists.
pub fn run(mut args: TimelineArgs, context: &mut Context<'_, '_>) -> Outcome {
    match args.action.take() {
        None => list::run(&args, context),
        Some(TimelineAction::Add(args)) => change::add(&args, context),
        Some(TimelineAction::Edit(args)) => change::edit(&args, context),
        Some(TimelineAction::Retract(args)) => change::retract(&args, context),
        Some(TimelineAction::Import(args)) => import::run(&args, context),
    }
}

/// The zone of a flag; UTC without one.
fn zone(named: Option<&str>) -> Result<Tz, Failure> {
    let name = named.unwrap_or_default();
    crate::respond::clock::zone(name)
        .ok_or_else(|| Failure::usage(format!("--zone {name}: not in the tz database; write it as Europe/Berlin")))
}

//! `triage`, `assess`, `matrix`, `explain`, `policy`: what first, and why.

mod assess;
mod explain;
mod list;
mod matrix;
mod policy;
mod told;

pub use assess::run as assess;
pub use explain::run as explain;
pub use matrix::run as matrix;
pub use policy::run as policy;

use crate::cli::triage_args::{TriageAction, TriageArgs};
use crate::cli::{Context, Outcome};

/// Lists priorities, or says something of them.
pub fn run(args: &TriageArgs, context: &mut Context<'_, '_>) -> Outcome {
    match &args.action {
        None => list::run(args, context),
        Some(TriageAction::Set(args)) => assess::set(args, context),
        Some(TriageAction::Pause(args)) => assess::pause(args, true, context),
        Some(TriageAction::Resume(args)) => assess::pause(args, false, context),
        Some(TriageAction::Next(args)) => list::next(args, context),
    }
}

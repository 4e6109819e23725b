//! `collect`: evidence from live sources into the case.

mod cluster;
mod engine;
mod registry;
mod watch;

use crate::cli::collect_args::{CollectArgs, CollectFrom};
use crate::cli::{Context, Exit, Outcome};

/// Collects.
pub fn run(args: CollectArgs, context: &mut Context<'_, '_>) -> Outcome {
    match args.from {
        CollectFrom::Cluster(args) => cluster::run(args, context),
        CollectFrom::Engine(args) => engine::run(args, context),
        CollectFrom::Registry(args) => registry::run(args, context),
    }
}

/// The exit code of any collection, by the gravest thing that happened.
fn exit(interrupted: bool, failed: bool, gaps: bool) -> Exit {
    match (interrupted, failed, gaps) {
        (true, ..) => Exit::Interrupted,
        (_, true, _) => Exit::Failed,
        (_, _, true) => Exit::Gaps,
        _ => Exit::Done,
    }
}

//! `collect`: evidence from live sources into the case.

mod cluster;
mod engine;
mod registry;
mod watch;

use crate::cli::collect_args::{CollectArgs, CollectFrom};
use crate::cli::{Context, Outcome};

/// Collects.
pub fn run(args: CollectArgs, context: &mut Context<'_, '_>) -> Outcome {
    match args.from {
        CollectFrom::Cluster(args) => cluster::run(args, context),
        CollectFrom::Engine(args) => engine::run(args, context),
        CollectFrom::Registry(args) => registry::run(args, context),
    }
}

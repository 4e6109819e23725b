//! One file a command.

mod blast;
mod checklist;
mod clocks;
mod collect;
mod coverage;
mod credentials;
mod declare;
pub(super) mod demo;
mod evidence;
mod findings;
mod gaps;
mod generated;
mod graph;
mod handover;
mod image;
mod image_bases;
mod image_findings;
mod image_referrers;
mod images;
mod import;
mod import_plan;
mod indicator;
mod journal;
mod kit;
mod known_good;
mod maintain;
mod make_file;
mod mirror;
mod new;
mod note;
mod open;
mod packages;
mod progress;
mod said;
mod scan;
mod screens;
mod sightings;
mod situation;
mod summary;
mod timeline;
mod triage;
mod waves;

use super::args::Command;
use super::{Context, Outcome};

/// Runs the named command, or says how to begin.
pub fn dispatch(command: Option<Command>, context: &mut Context<'_, '_>) -> Outcome {
    let Some(command) = command else { return open::begin(context) };
    match command {
        Command::New(args) => new::run(args, context),
        Command::Open(args) => open::run(args, context),
        Command::Demo(args) => demo::run(args, context),
        Command::Import(args) => import::run(args, context),
        Command::Collect(args) => collect::run(args, context),
        Command::Images(args) => images::run(args, context),
        Command::Image(args) => image::run(&args, context),
        Command::Graph(args) => graph::run(&args, context),
        Command::Blast(args) => blast::run(&args, context),
        Command::Waves(args) => waves::run(&args, context),
        Command::Findings(args) => findings::run(&args, context),
        Command::Packages(args) => packages::run(&args, context),
        Command::Scan(args) => scan::run(&args, context),
        Command::Coverage => coverage::run(context),
        Command::Evidence(args) => evidence::run(args, context),
        Command::Indicator(args) => indicator::run(args, context),
        Command::Mirror(args) => mirror::run(args, context),
        Command::KnownGood(args) => known_good::run(args, context),
        Command::Triage(args) => triage::run(&args, context),
        Command::Assess(args) => triage::assess(&args, context),
        Command::Matrix => triage::matrix(context),
        Command::Explain(args) => triage::explain(&args, context),
        Command::Policy(args) => triage::policy(&args, context),
        Command::Summary(args) => summary::run(&args, context),
        Command::Sightings(args) => sightings::run(&args, context),
        Command::Situation => situation::run(context),
        Command::Declare(args) => declare::run(&args, context),
        Command::Checklist(args) => checklist::run(args, context),
        Command::Clocks(args) => clocks::run(args, context),
        Command::Credentials(args) => credentials::run(args, context),
        Command::Handover(args) => handover::run(&args, context),
        Command::Timeline(args) => timeline::run(args, context),
        Command::Log(args) => journal::log(&args, context),
        Command::Undo(args) => journal::undo(&args, context),
        Command::Note(args) => note::run(&args, context),
        Command::Expunge(args) => journal::expunge(&args, context),
        Command::Reread => maintain::reread(context),
        Command::Verify(args) => maintain::verify(&args, context),
        Command::Rebuild => maintain::rebuild(context),
        Command::Kit(args) => kit::run(&args, context),
        Command::Keys => generated::keys(context),
        Command::Completions(args) => generated::completions(&args, context),
        Command::Man(args) => generated::man(&args, context),
        Command::Screens(args) => screens::run(&args, context),
    }
}

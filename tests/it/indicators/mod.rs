//! Indicators and verdicts, from what a responder types to what every image is shown as.

mod measure;
mod merge;
mod notice;
mod story;
mod targets;

use hullbreach::cli::Exit;
use hullbreach::env::Env;

use crate::support::World;

/// The exercise's case as it was before its responder said anything.
pub fn exercise(world: &World) -> Env {
    let env = crate::cli::exercise(world);
    crate::cli::piped(&env, &["indicator", "retract", "alpine:3.19", "--reason", "not yet"]).ended(Exit::Done);
    env
}

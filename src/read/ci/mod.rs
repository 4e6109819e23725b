//! CI files: the images that jobs run in, the services beside them, and the actions they use.
//!
//! A job is an object of kind `CIJob`; its namespace is the workflow's name where the file says one. Variables are
//! replaced by what the same file says about them, never by more: what is missing is named in `needs`. Nothing here
//! follows an `include`; of a step's script only the names of credentials are taken.

mod actions;
mod circle;
mod expression;
mod gitlab;
mod given;
mod job;
mod matrix;
mod pipelines;
mod variables;

use super::outcome::Outcome;
use super::tree::{Kind, parse_yaml};
use super::{Format, Limits, Segment};
use job::File;

pub(super) use gitlab::RESERVED as GITLAB_RESERVED;

/// Reads one document of a CI file. An empty one says nothing.
pub(super) fn read(format: Format, source: &str, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let tree = match parse_yaml(source, limits) {
        Ok(tree) => tree,
        Err(error) => return out.reject(segment.pointer.clone(), error.reason),
    };
    let Some(root) = tree.root().filter(|root| root.kind() != Kind::Null) else { return };
    let mut file = File::new(source, segment, out);
    match format {
        Format::GitlabCi => gitlab::read(root, &mut file),
        Format::CircleCi => circle::read(root, &mut file),
        Format::AzurePipelines => pipelines::azure(root, &mut file),
        Format::Woodpecker => pipelines::woodpecker(root, &mut file),
        Format::Bitbucket => pipelines::bitbucket(root, &mut file),
        _ => actions::read(root, &mut file),
    }
}

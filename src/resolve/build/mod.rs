//! What a build pulls in: a Dockerfile with its arguments and target to the images it names, each with its role, after
//! BuildKit's rules.

mod expand;
mod pattern;

use std::collections::BTreeMap;

use crate::model::fact::{Spot, Use};
use crate::model::recipe::Dockerfile;

pub use expand::{ExpandError, Expanded, Value, expand};

/// How a Dockerfile is built.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// Build arguments. `None` stands for an argument that is passed on from an environment nobody captured.
    pub args: BTreeMap<String, Option<String>>,
    /// The stage to build; the last one where none is named.
    pub target: Option<String>,
    /// Named contexts, which take the place of stages and images: `docker-image://…` and others, as written.
    pub contexts: BTreeMap<String, String>,
    /// The platform to build for, as `linux/amd64`.
    pub platform: Option<String>,
}

/// What a build pulls in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pulled {
    /// Every image the file names, roles base, build-input and frontend; those of stages that the target does not need
    /// are marked unreached. The use's name is the stage's (its number where it has none); spots are the words' own.
    pub uses: Vec<Use>,
    /// What BuildKit would refuse, with the place.
    pub problems: Vec<(Spot, String)>,
}

/// Resolves a Dockerfile for one build.
pub fn resolve(_file: &Dockerfile, _request: &Request) -> Pulled {
    Pulled::default()
}

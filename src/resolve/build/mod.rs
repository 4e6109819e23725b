//! What a build pulls in: a Dockerfile with its arguments and target to the images it names, each with its role, after
//! BuildKit's rules (`frontend/dockerfile/dockerfile2llb`), with Buildah's where those differ.
//!
//! In order: the global scope is evaluated ([`scope`]) with words expanded in every form ([`expand`]); each word that
//! brings something in is looked up among stages, named contexts and images ([`sources`]); what the target needs is
//! followed ([`reach`]); what is left are the places where images are pulled ([`places`]). Nothing is guessed: a name that
//! depends on a variable without a value stays unresolved and says which.

mod contexts;
mod expand;
mod mounted;
mod pattern;
mod places;
mod reach;
mod scope;
mod sources;
mod syntax;

use std::collections::BTreeMap;

use crate::model::fact::{Spot, Use};
use crate::model::given::Given;
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
    /// What is known of contexts that are other builds' results, by the context as written: `target:base`.
    pub results: BTreeMap<String, Outcome>,
    /// The platform to build for, as `linux/amd64`.
    pub platform: Option<String>,
}

/// What another build's result brings in with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// The image that the result is named as, or stands on where it has no name; `None` where it stands on nothing.
    pub base: Option<String>,
    /// Images that it takes something from.
    pub inputs: Vec<String>,
}

/// What a build pulls in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pulled {
    /// Every image the file names, roles base, build-input and frontend; those of stages that the target does not need
    /// are marked unreached. The use's name is the stage's (its number where it has none); spots are the words' own.
    pub uses: Vec<Use>,
    /// What BuildKit would refuse, with the place.
    pub problems: Vec<(Spot, String)>,
    /// What else comes in from outside and is no image of a registry, as written: sources of `ADD` from the network, and
    /// named contexts that are folders, repositories, archives, OCI layouts or other targets.
    pub materials: Vec<(Spot, String)>,
    /// Credentials that stages which the target needs mount, by name, once for each stage that brings something in where
    /// the credential is mounted: the stage itself, and those it stands on or takes from. The part is that stage's name.
    pub given: Vec<Given>,
}

/// Resolves a Dockerfile for one build.
pub fn resolve(file: &Dockerfile, request: &Request) -> Pulled {
    let mut pulled = places::resolve(file, request);
    // The frontend is pulled before all else.
    pulled.uses.splice(0..0, syntax::pulled(file, request));
    pulled
}

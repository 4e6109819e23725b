//! Project files as they stand, symbolic: what compose files, Dockerfiles, environment files and bake files say before
//! anything in them is replaced or joined. Readers make them, `resolve/` joins them.

mod bake;
mod compose;
mod dockerfile;
mod environment;
mod word;

use serde::{Deserialize, Serialize};

pub use bake::*;
pub use compose::*;
pub use dockerfile::*;
pub use environment::*;
pub use word::variable_name;

use super::fact::Spot;

/// One project file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recipe {
    /// A compose file.
    Compose(Box<Compose>),
    /// A Dockerfile or Containerfile.
    Dockerfile(Box<Dockerfile>),
    /// A `.env` file.
    Environment(Box<Environment>),
    /// A bake file, HCL or JSON.
    Bake(Box<Bake>),
}

impl Recipe {
    /// How many facts it states: the images, builds and definitions it names.
    pub fn facts(&self) -> u64 {
        match self {
            Recipe::Compose(file) => file.facts(),
            Recipe::Dockerfile(file) => file.facts(),
            Recipe::Environment(file) => file.facts(),
            Recipe::Bake(file) => file.facts(),
        }
    }
}

/// A text exactly as written, variables and all, and where it stands, relative to the item.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Word {
    /// As written.
    #[serde(rename = "w")]
    pub text: String,
    /// Where.
    #[serde(rename = "at", default)]
    pub spot: Spot,
}

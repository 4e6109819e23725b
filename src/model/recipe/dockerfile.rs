//! A Dockerfile as it stands: stages and the words of the instructions that bring images in, none of them expanded.

use serde::{Deserialize, Serialize};

use super::Word;
use crate::model::fact::Spot;
use crate::model::given::Given;

/// A Dockerfile or Containerfile.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Dockerfile {
    /// The frontend of `# syntax=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub syntax: Option<Word>,
    /// The escape character where a directive sets another than `\`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escape: Option<char>,
    /// `ARG`s before the first `FROM`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub globals: Vec<Argument>,
    /// Stages in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Stage>,
}

/// One `ARG`; an instruction with several names is several of these.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Argument {
    /// Its name.
    #[serde(rename = "n")]
    pub name: String,
    /// Its default, unexpanded; `None` where none is written.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Where.
    #[serde(rename = "at", default)]
    pub spot: Spot,
}

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stage {
    /// `AS name`, as written.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What `FROM` names.
    pub from: Word,
    /// `--platform`, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// The `FROM` is not one that BuildKit accepts, or a template stands in it; its first word is kept all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guessed: bool,
    /// What in it bears on images, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// Credentials that its `RUN`s mount (`type=secret`, `type=ssh`), by name as written. Neither part nor scope is known
    /// before a build asks for the stage; the detail says what the mount becomes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Given>,
    /// The `FROM` instruction.
    #[serde(rename = "at", default)]
    pub spot: Spot,
}

/// An instruction that brings an image in, or a variable that such a one may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// `ARG`.
    Arg(Argument),
    /// `ENV`, one name.
    Env {
        /// Name.
        name: String,
        /// Value, unexpanded.
        value: String,
    },
    /// `COPY --from=…` (`ADD --from` of Buildah too).
    CopyFrom(Word),
    /// `RUN --mount=…,from=…`.
    MountFrom(Word),
    /// A URL or git repository that `ADD` gets: material from outside that is no image.
    Fetch(Word),
    /// `ONBUILD` of one of the others: it acts in the builds that stand on this one.
    OnBuild(Box<Step>),
}

impl Dockerfile {
    /// The images, stages, arguments and credentials it names.
    pub fn facts(&self) -> u64 {
        let steps: usize = self.stages.iter().map(|stage| stage.steps.len() + stage.given.len()).sum();
        (usize::from(self.syntax.is_some()) + self.globals.len() + self.stages.len() + steps) as u64
    }
}

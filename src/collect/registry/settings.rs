//! What is asked of registries, and how.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use crate::model::digest::Digest;

/// One image to ask for: by its tag, its digest or both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wanted {
    /// The registry, as references name it.
    pub registry: String,
    /// The repository in it.
    pub repository: String,
    /// The tag whose digest is to be learned.
    pub tag: Option<String>,
    /// The digest whose document is to be got, where no tag is asked for.
    pub digest: Option<Digest>,
}

impl Wanted {
    /// `registry/repository:tag`, or `…@digest` where there is no tag.
    pub fn name(&self) -> String {
        let Wanted { registry, repository, .. } = self;
        match (&self.tag, &self.digest) {
            (Some(tag), _) => format!("{registry}/{repository}:{tag}"),
            (None, Some(digest)) => format!("{registry}/{repository}@{digest}"),
            (None, None) => format!("{registry}/{repository}"),
        }
    }

    /// What a path calls it: the tag, else the digest.
    pub(super) fn reference(&self) -> &str {
        self.tag.as_deref().or(self.digest.as_ref().map(Digest::as_str)).unwrap_or("latest")
    }
}

/// What is sought.
#[derive(Debug, Clone, Default)]
pub struct Sought {
    /// Images by name.
    pub images: Vec<Wanted>,
    /// Repositories of which every tag is wanted: registry, and a pattern with `*` for its repositories.
    pub patterns: Vec<(String, String)>,
    /// Repositories that the case knows, where a registry does not list its own.
    pub known: BTreeSet<(String, String)>,
    /// Names that a collection which was interrupted had done with.
    pub done: BTreeSet<String>,
}

/// How registries are asked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Hosts that are asked without TLS.
    pub plain: BTreeSet<String>,
    /// A file of authorities that may sign certificates, beside those of the machine.
    pub authority: Option<PathBuf>,
    /// A file of credentials that comes before all others.
    pub auth_file: Option<PathBuf>,
    /// Token servers of another domain that may be given credentials.
    pub token_hosts: BTreeSet<String>,
    /// Questions to one host at the same time.
    pub parallel: usize,
    /// How long one answer may take, from the request to its last byte.
    pub page_time: Duration,
    /// How long everything may take.
    pub whole_time: Duration,
    /// How long a credential helper may take.
    pub helper_time: Duration,
    /// How often a request is repeated that failed in passing.
    pub retries: u32,
    /// The first pause before that; each further one is twice as long.
    pub pause: Duration,
    /// The longest pause, also where the registry asks for a longer one.
    pub longest_pause: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            plain: BTreeSet::new(),
            authority: None,
            auth_file: None,
            token_hosts: BTreeSet::new(),
            parallel: 8,
            page_time: Duration::from_secs(60),
            whole_time: Duration::from_secs(30 * 60),
            helper_time: Duration::from_secs(30),
            retries: 4,
            pause: Duration::from_millis(300),
            longest_pause: Duration::from_secs(60),
        }
    }
}

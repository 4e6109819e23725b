//! What an indicator is about: the grammar of targets, and which names a target covers.
//!
//! A target is stored by what the responder saw: a whole digest, a canonical name, a pattern. What is typed short is an
//! [`Asked`] first, and becomes a target only where the case knows exactly one thing that it can mean.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::digest::Digest;
use crate::model::glob;
use crate::model::mirror::{Mirror, canonical_host, upstreams};
use crate::model::reference::{DOCKER_HUB, Reference};

/// Most characters of a target.
const LONGEST: usize = 500;

/// What is named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Target {
    /// A digest of an index, a manifest or a config.
    Digest(Digest),
    /// A layer by its diffID: the digest of its uncompressed content.
    Layer(Digest),
    /// A stack of layers by its ChainID: an image, or what several images stand on and nobody has a name for.
    Chain(Digest),
    /// A canonical name with its tag.
    Tag(String),
    /// Repositories by a pattern, with or without the registry in front.
    Repository(String),
    /// Registries by a pattern.
    Registry(String),
    /// A package as a purl, with a range of versions behind `@`.
    Package(String),
    /// A CI action, `owner/repository`, with or without its ref.
    Action(String),
    /// An account of a registry.
    Account(String),
}

/// Why a text is no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotATarget {
    /// Nothing was written.
    #[error("the target is empty")]
    Empty,
    /// Longer than anything that can be meant.
    #[error("the target is longer than {LONGEST} characters")]
    TooLong,
    /// What follows the prefix is not of its kind.
    #[error("{prefix}: takes {wanted}, not {value:?}")]
    Value {
        /// The prefix.
        prefix: &'static str,
        /// What it takes.
        wanted: &'static str,
        /// What was written.
        value: String,
    },
    /// No word of the grammar.
    #[error(
        "{0:?} is no target; give a digest or its beginning, a name or its end, or registry:, repo:, tag:, digest:, layer:, chain:, pkg:, action:, account: with a value"
    )]
    Grammar(String),
}

/// A target as typed: exact, or something that the case has to be asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// It can mean one thing only.
    Exact(Target),
    /// The beginning of a digest, six hex digits or more.
    Digest(String),
    /// A name or the end of one; with `tag:` in front it must be one with a tag.
    Name {
        /// As typed, without a prefix.
        text: String,
        /// `tag:` stood in front.
        tag: bool,
    },
}

impl Asked {
    /// Reads what was typed.
    pub fn parse(text: &str) -> Result<Asked, NotATarget> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NotATarget::Empty);
        }
        if text.chars().count() > LONGEST {
            return Err(NotATarget::TooLong);
        }
        if let Some((prefix, value)) = text.split_once(':') {
            match prefix {
                "digest" => return short_digest(value),
                "tag" if !value.is_empty() => return Ok(Asked::Name { text: value.to_owned(), tag: true }),
                "registry" | "repo" | "layer" | "chain" | "pkg" | "action" | "account" => {
                    return Target::exact(prefix, value).map(Asked::Exact);
                }
                "sha256" | "sha384" | "sha512" => return short_digest(text),
                _ => {}
            }
        }
        if is_short_hex(text) {
            return Ok(Asked::Digest(text.to_ascii_lowercase()));
        }
        if text.contains(char::is_whitespace) || text.ends_with(':') {
            return Err(NotATarget::Grammar(text.to_owned()));
        }
        Ok(Asked::Name { text: text.to_owned(), tag: false })
    }
}

impl Target {
    /// Reads the form in which a target is stored.
    pub fn parse(text: &str) -> Result<Target, NotATarget> {
        let grammar = || NotATarget::Grammar(text.chars().take(LONGEST).collect());
        let (prefix, value) = text.split_once(':').ok_or_else(grammar)?;
        Target::exact(prefix, value)
    }

    fn exact(prefix: &str, value: &str) -> Result<Target, NotATarget> {
        let value = value.trim();
        let bad = |prefix, wanted| NotATarget::Value { prefix, wanted, value: value.chars().take(LONGEST).collect() };
        let digest =
            |prefix| Digest::parse(value).map_err(|_| bad(prefix, "a whole digest, as sha256: and 64 hex digits"));
        let no_space = !value.is_empty() && !value.contains(char::is_whitespace);
        match prefix {
            "digest" => digest("digest").map(Target::Digest),
            "layer" => digest("layer").map(Target::Layer),
            "chain" => digest("chain").map(Target::Chain),
            "tag" if no_space => Ok(Target::Tag(value.to_owned())),
            "tag" => Err(bad("tag", "a name with its tag")),
            "registry" if no_space && !value.contains('/') => {
                Ok(Target::Registry(canonical_host(&value.to_ascii_lowercase()).to_owned()))
            }
            "registry" => Err(bad("registry", "a host, as docker.io, or a pattern of hosts")),
            "repo" if no_space && !value.contains('@') => Ok(Target::Repository(repository(value))),
            "repo" => Err(bad("repo", "a repository or a pattern, as docker.io/harbourline/*")),
            "pkg" if is_purl(value) => Ok(Target::Package(value.to_owned())),
            "pkg" => Err(bad("pkg", "a purl, as pkg:deb/debian/xz-utils@>=5.6.0,<5.6.2")),
            "action" if no_space && value.contains('/') => Ok(Target::Action(value.to_owned())),
            "action" => Err(bad("action", "owner/repository, with or without @ref")),
            "account" if no_space => Ok(Target::Account(value.to_owned())),
            "account" => Err(bad("account", "the name of an account")),
            _ => Err(NotATarget::Grammar(format!("{prefix}:{value}").chars().take(LONGEST).collect())),
        }
    }

    /// How exact it is: what clears a more exact target stands against what a wider one implies.
    pub fn exactness(&self) -> u8 {
        match self {
            Target::Registry(_) | Target::Account(_) => 0,
            Target::Repository(_) => 1,
            Target::Tag(_) | Target::Action(_) => 2,
            Target::Digest(_) | Target::Layer(_) | Target::Chain(_) | Target::Package(_) => 3,
        }
    }

    /// True where it stands for all of a registry: naming no namespace, it is no signal for any one image.
    pub fn is_whole_registry(&self) -> bool {
        match self {
            Target::Registry(_) => true,
            Target::Repository(pattern) => {
                let path = match pattern.split_once('/') {
                    Some((host, path)) if host.contains(['.', ':']) => path,
                    _ => pattern,
                };
                path.bytes().all(|b| b == b'*' || b == b'/')
            }
            _ => false,
        }
    }

    /// True where it covers a name, or what the name stands for upstream.
    pub fn covers(&self, place: &Place, mirrors: &[Mirror]) -> bool {
        self.covers_name(&place.canonical, &place.registry, &place.repository)
            || place.is_reference
                && upstreams(mirrors, &place.registry, &place.repository).iter().any(|(registry, repository)| {
                    let tag = place.tag.as_ref().map_or_else(String::new, |tag| format!(":{tag}"));
                    self.covers_name(&format!("{registry}/{repository}{tag}"), registry, repository)
                })
    }

    fn covers_name(&self, canonical: &str, registry: &str, repository: &str) -> bool {
        match self {
            Target::Tag(name) => name == canonical,
            Target::Registry(pattern) => !registry.is_empty() && glob::fits(pattern, registry),
            Target::Repository(pattern) => {
                !registry.is_empty()
                    && (glob::fits(pattern, repository)
                        || glob::fits(pattern, &format!("{registry}/{repository}"))
                        || registry == DOCKER_HUB && repository.strip_prefix("library/").is_some_and(|r| r == pattern))
            }
            Target::Action(action) => canonical
                .strip_prefix(crate::model::action::PREFIX)
                .and_then(|name| name.strip_prefix(action.as_str()))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['@', ':'])),
            Target::Digest(_) | Target::Layer(_) | Target::Chain(_) | Target::Package(_) | Target::Account(_) => false,
        }
    }
}

/// A name that an image goes by, in its parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The whole canonical name.
    pub canonical: String,
    /// The grammar of references took it.
    pub is_reference: bool,
    /// Its registry; empty where it is no reference.
    pub registry: String,
    /// Its repository.
    pub repository: String,
    /// Its tag.
    pub tag: Option<String>,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Digest(digest) => write!(f, "digest:{digest}"),
            Target::Layer(digest) => write!(f, "layer:{digest}"),
            Target::Chain(digest) => write!(f, "chain:{digest}"),
            Target::Tag(name) => write!(f, "tag:{name}"),
            Target::Repository(pattern) => write!(f, "repo:{pattern}"),
            Target::Registry(pattern) => write!(f, "registry:{pattern}"),
            Target::Package(purl) => write!(f, "pkg:{purl}"),
            Target::Action(action) => write!(f, "action:{action}"),
            Target::Account(account) => write!(f, "account:{account}"),
        }
    }
}

impl TryFrom<String> for Target {
    type Error = NotATarget;
    fn try_from(text: String) -> Result<Self, NotATarget> {
        Target::parse(&text)
    }
}

impl From<Target> for String {
    fn from(target: Target) -> String {
        target.to_string()
    }
}

/// A repository as written, or as its canonical name where a registry stands in front and nothing is left open.
fn repository(value: &str) -> String {
    let value = value.trim_end_matches('/');
    let host = value.split_once('/').map_or("", |(host, _)| host);
    match Reference::parse(value) {
        Ok(reference) if reference.registry_was_written() && reference.tag().is_none() => reference.name(),
        _ => value.replacen(host, canonical_host(host), usize::from(!host.is_empty())),
    }
}

/// `type/name` with an optional version; the name may have a namespace.
fn is_purl(value: &str) -> bool {
    let Some((kind, name)) = value.split_once('/') else { return false };
    let is_kind = kind.starts_with(|c: char| c.is_ascii_alphabetic())
        && kind.bytes().all(|b| b.is_ascii_alphanumeric() || b".+-".contains(&b));
    is_kind && !name.is_empty() && !name.starts_with(['@', '/']) && !name.contains(char::is_whitespace)
}

fn is_short_hex(text: &str) -> bool {
    (6..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// A whole digest, or the beginning of one.
fn short_digest(text: &str) -> Result<Asked, NotATarget> {
    if let Ok(digest) = Digest::parse(text) {
        return Ok(Asked::Exact(Target::Digest(digest)));
    }
    let hex = text.strip_prefix("sha256:").unwrap_or(text);
    if hex.len() == 64
        && let Ok(digest) = Digest::parse(&format!("sha256:{hex}"))
    {
        return Ok(Asked::Exact(Target::Digest(digest)));
    }
    if is_short_hex(hex) {
        return Ok(Asked::Digest(hex.to_ascii_lowercase()));
    }
    let wanted = "a digest or its beginning, six hex digits or more";
    Err(NotATarget::Value { prefix: "digest", wanted, value: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn place(name: &str) -> Place {
        match Reference::parse(name) {
            Ok(r) => Place {
                canonical: r.canonical(),
                is_reference: true,
                registry: r.registry().into(),
                repository: r.repository().into(),
                tag: r.canonical().rsplit_once(':').map(|(_, tag)| tag.to_owned()),
            },
            Err(_) => Place { canonical: name.into(), ..Place::default() },
        }
    }

    #[test]
    fn what_is_typed_is_exact_or_has_to_be_asked_about() {
        let exact = |text: &str| Asked::Exact(Target::parse(text).unwrap());
        let name = |text: &str, tag| Asked::Name { text: text.into(), tag };
        let table = [
            (DIGEST, exact(&format!("digest:{DIGEST}"))),
            ("e3b0c4", Asked::Digest("e3b0c4".into())),
            ("sha256:E3B0C442", Asked::Digest("e3b0c442".into())),
            ("digest:e3b0c4", Asked::Digest("e3b0c4".into())),
            ("pay/api", name("pay/api", false)),
            ("node:20-slim", name("node:20-slim", false)),
            ("tag:node:20-slim", name("node:20-slim", true)),
            ("registry:index.docker.io", exact("registry:docker.io")),
            ("repo:docker.io/nginx", exact("repo:docker.io/library/nginx")),
            ("repo:harbourline/*", exact("repo:harbourline/*")),
            ("pkg:deb/debian/xz-utils@>=5.6.0,<5.6.2", exact("pkg:deb/debian/xz-utils@>=5.6.0,<5.6.2")),
            ("account:ci-bot", exact("account:ci-bot")),
            ("action:tj-actions/changed-files@v45", exact("action:tj-actions/changed-files@v45")),
        ];
        for (text, wanted) in table {
            assert_eq!(Asked::parse(text).unwrap(), wanted, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_meant_names_what_is_wanted() {
        for (text, said) in [
            ("", "empty"),
            ("digest:xyz", "six hex digits"),
            ("layer:abcdef", "whole digest"),
            ("chain:abcdef", "whole digest"),
            ("registry:docker.io/x", "takes a host"),
            ("repo:a@sha256:x", "takes a repository"),
            ("pkg:xz", "takes a purl"),
            ("action:x", "owner/repository"),
            ("account:", "name of an account"),
            ("two words", "is no target"),
        ] {
            let error = Asked::parse(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }

    #[test]
    fn a_target_covers_names_and_what_they_stand_for_upstream() {
        let mirrors = [Mirror::parse("registry.corp/dockerhub=docker.io").unwrap()];
        let table = [
            ("tag:docker.io/library/nginx:1.27", "nginx:1.27", true),
            ("tag:docker.io/library/nginx:1.27", "nginx:1.26", false),
            ("tag:docker.io/library/nginx:1.27", "registry.corp/dockerhub/library/nginx:1.27", true),
            ("registry:docker.io", "registry.corp/dockerhub/nginx:1", true),
            ("registry:docker.io", "registry.corp/own/nginx:1", false),
            ("registry:*.corp", "registry.corp/own/nginx:1", true),
            ("repo:nginx", "nginx:1", true),
            ("repo:harbourline/*", "registry.corp/dockerhub/harbourline/agent:1", true),
            ("repo:docker.io/harbourline/*", "harbourline/agent:1", true),
            ("repo:docker.io/harbourline/*", "quay.io/harbourline/agent:1", false),
            ("registry:docker.io", "${REG}/x", false),
            ("action:o/r", "action:o/r@v1", true),
            ("action:o/r@v1", "action:o/r@v1.2", false),
        ];
        for (target, name, wanted) in table {
            let place = place(name);
            assert_eq!(Target::parse(target).unwrap().covers(&place, &mirrors), wanted, "{target} {name}");
        }
    }

    #[test]
    fn a_pattern_without_a_namespace_is_a_whole_registry() {
        for (target, wanted) in [
            ("registry:docker.io", true),
            ("repo:*", true),
            ("repo:docker.io/*", true),
            ("repo:docker.io/library/*", false),
        ] {
            assert_eq!(Target::parse(target).unwrap().is_whole_registry(), wanted, "{target}");
        }
    }

    proptest! {
        #[test]
        fn stored_targets_read_back_the_same(text in any::<String>(), prefixed in "(digest|layer|chain|tag|repo|registry|pkg|action|account):[a-z0-9./*@:_-]{0,30}") {
            for text in [text, prefixed] {
                let _ = Target::parse(&text);
                if let Ok(Asked::Exact(target)) = Asked::parse(&text) {
                    prop_assert_eq!(Target::parse(&target.to_string()), Ok(target));
                }
            }
        }
    }
}

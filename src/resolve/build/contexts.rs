//! Named contexts, which take the place of stages and images: `docker build --build-context NAME=VALUE`, compose's
//! `additional_contexts`, bake's `contexts`.

use std::collections::BTreeMap;

use super::{Outcome, Request};
use crate::model::reference::{DOCKER_HUB, Reference};

/// What stands in a stage's or an image's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand<'r> {
    /// Another image.
    Image(&'r str),
    /// Nothing: `docker-image://scratch`.
    Nothing,
    /// Another build's result.
    Result(&'r Outcome),
    /// Something that is no image of a registry, as written: a folder, a git repository, an archive, an OCI layout, the
    /// result of a build that is not at hand.
    Material(&'r str),
}

/// The contexts of a build by the names that BuildKit knows them by.
#[derive(Debug, Default)]
pub(super) struct Contexts<'r> {
    by_name: BTreeMap<String, &'r str>,
    results: Option<&'r BTreeMap<String, Outcome>>,
    platform: Option<&'r str>,
}

impl<'r> Contexts<'r> {
    pub fn new(request: &'r Request) -> Self {
        let by_name = request.contexts.iter().map(|(name, value)| (short(name), value.as_str())).collect();
        Contexts { by_name, results: Some(&request.results), platform: request.platform.as_deref() }
    }

    /// What stands in the place of a stage's name or an image.
    pub fn get(&self, name: &str) -> Option<Stand<'r>> {
        // `scratch` and the build context itself are never replaced.
        if self.by_name.is_empty() || ["scratch", "context"].iter().any(|own| name.eq_ignore_ascii_case(own)) {
            return None;
        }
        let name = short(name);
        let for_platform = || self.by_name.get(&format!("{name}::{}", self.platform?));
        let value = for_platform().or_else(|| self.by_name.get(&name))?;
        if let Some(outcome) = self.results.and_then(|results| results.get(*value)) {
            return Some(Stand::Result(outcome));
        }
        Some(match value.strip_prefix("docker-image:").map(|image| image.trim_start_matches("//")) {
            Some("scratch") => Stand::Nothing,
            Some(image) => Stand::Image(image),
            None => Stand::Material(value),
        })
    }
}

/// A name as Docker shows it: without `docker.io/library/` and `:latest`. Names that are no references stay.
fn short(name: &str) -> String {
    let Ok(reference) = Reference::parse(name) else { return name.to_owned() };
    let repository = reference.repository();
    let mut short = match reference.registry() {
        DOCKER_HUB => repository.strip_prefix("library/").unwrap_or(repository).to_owned(),
        registry => format!("{registry}/{repository}"),
    };
    if let Some(tag) = reference.tag().filter(|tag| *tag != "latest" || reference.digest().is_some()) {
        short.push(':');
        short.push_str(tag);
    }
    if let Some(digest) = reference.digest() {
        short.push('@');
        short.push_str(digest.as_str());
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_docker_shows_them() {
        let contexts = [
            ("alpine", "docker-image://mirror/alpine:3"),
            ("docker.io/library/node:latest", "oci-layout://store@sha256:0"),
            ("empty", "docker-image://scratch"),
            ("src", "https://example.org/x.git"),
            ("go::linux/arm64", "docker-image://go-arm"),
        ];
        let contexts = contexts.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let request = Request { contexts, platform: Some("linux/arm64".into()), ..Request::default() };
        let contexts = Contexts::new(&request);
        for (name, expected) in [
            ("alpine:latest", Some(Stand::Image("mirror/alpine:3"))),
            ("docker.io/alpine", Some(Stand::Image("mirror/alpine:3"))),
            ("alpine:3", None),
            ("node", Some(Stand::Material("oci-layout://store@sha256:0"))),
            ("empty", Some(Stand::Nothing)),
            ("src", Some(Stand::Material("https://example.org/x.git"))),
            ("go", Some(Stand::Image("go-arm"))),
            ("scratch", None),
        ] {
            assert_eq!(contexts.get(name), expected, "{name}");
        }
    }
}

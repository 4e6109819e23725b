//! How the parts of an image in Helm values are told and joined, and how sure that is.

use std::borrow::Cow;

use crate::model::reference::Reference;
use crate::model::text::scrub;
use crate::read::names;
use crate::read::tree::{Kind, Node};

/// A map with a repository and at least one more part of an image, or one that is called an image: how charts are made
/// by `helm create`.
const MAP: u16 = 900;
/// A text with a tag or a path under a key that ends in `image`.
const TEXT: u16 = 800;
/// Only a repository, or a plain word: it can be something else.
const BARE: u16 = 600;
/// A template in values: what it comes to is not in this file.
const TEMPLATE: u16 = 300;

/// What the chart's version stands in for where no tag is written.
const CHART_VERSION: &str = "Chart.AppVersion";

/// An image found in values.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The parts joined, as `registry/repository:tag@digest`.
    pub text: String,
    pub confidence: u16,
    pub needs: Vec<String>,
    pub guessed: bool,
}

/// The parts of an image that stand in one map.
#[derive(Default)]
pub(super) struct Parts<'t> {
    /// The key that holds the repository, and its value.
    repository: Option<(&'static str, Node<'t>, Cow<'t, str>)>,
    registry: Option<Cow<'t, str>>,
    tag: Option<Cow<'t, str>>,
    digest: Option<Cow<'t, str>>,
    /// The map's key ends in `image`, or another member is a part of an image.
    sure: bool,
}

impl<'t> Parts<'t> {
    /// The parts in a map that stands under `key`.
    pub fn of(key: &str, map: Node<'t>) -> Self {
        let [repository, name, image, registry, tag, image_tag, digest, sha, policy] =
            map.pick(["repository", "name", "image", "registry", "tag", "imageTag", "digest", "sha", "pullPolicy"]);
        let text = |node: Option<Node<'t>>| node.and_then(Node::text).filter(|text| !text.trim().is_empty());
        let called = is_image_key(key);
        let with_tag = tag.or(image_tag).is_some();
        // `image: {name: a/b, tag: "1"}`, and `image: a/b` beside `tag: "1"`.
        let candidates = [
            ("repository", repository),
            ("name", name.filter(|_| called && with_tag)),
            ("image", image.filter(|_| with_tag)),
        ];
        let repository = candidates.into_iter().find_map(|(key, node)| {
            let node = node.filter(|n| n.kind() == Kind::Text)?;
            Some((key, node, text(Some(node))?))
        });
        Parts {
            repository,
            sure: called || [tag, image_tag, digest, sha, policy, registry].iter().any(Option::is_some),
            registry: text(registry),
            tag: text(tag).or_else(|| text(image_tag)),
            digest: text(digest).or_else(|| text(sha)),
        }
    }

    /// The key and the value that name the repository.
    pub fn place(&self) -> Option<(&'static str, Node<'t>)> {
        self.repository.as_ref().map(|(key, node, _)| (*key, *node))
    }

    /// The whole name; `None` where it is no image's.
    pub fn assemble(&self, global: Option<&str>) -> Option<Found> {
        let (_, _, repository) = self.repository.as_ref()?;
        let mut text = String::new();
        let registry = global.or(self.registry.as_deref()).map(|r| r.trim_end_matches('/'));
        if let Some(registry) = registry.filter(|r| !r.is_empty() && !repository.starts_with(&format!("{r}/"))) {
            text.push_str(registry);
            text.push('/');
        }
        text.push_str(repository.trim());
        let versioned = has_version(repository);
        if let Some(tag) = self.tag.as_ref().filter(|_| !versioned) {
            text.push(':');
            text.push_str(tag.trim());
        }
        if let Some(digest) = self.digest.as_ref().filter(|_| !text.contains('@')) {
            text.push('@');
            text.push_str(&algorithm(digest.trim()));
        }
        if text.contains("{{") {
            return Some(template(text));
        }
        // A git or chart repository: `https://…`, `git@…`.
        Reference::parse(&text).ok()?;
        let needs_version = self.tag.is_none() && self.digest.is_none() && !versioned;
        Some(Found {
            text,
            confidence: if self.sure { MAP } else { BARE },
            needs: if needs_version { vec![CHART_VERSION.to_owned()] } else { Vec::new() },
            guessed: needs_version,
        })
    }
}

/// The image in a text under a key; `None` where the key does not speak of images, or the text cannot be one.
pub(super) fn text(key: &str, node: Node<'_>) -> Option<Found> {
    let text = node.text()?;
    if !is_image_key(key) || text.trim().is_empty() {
        return None;
    }
    if text.contains("{{") {
        return Some(template(text.into_owned()));
    }
    let telling = names::looks_like_image(&text);
    // `defaultImage: small` may be anything.
    let plain = key == "image" && names::is_reference(&text);
    let confidence = if telling { TEXT } else { BARE };
    (telling || plain).then(|| Found { text: text.into_owned(), confidence, needs: Vec::new(), guessed: false })
}

/// What `global` says about registries (Bitnami's convention, which many charts follow).
pub(super) fn global_registry(root: Node<'_>) -> Option<String> {
    let node = root.path(&["global", "imageRegistry"]).or_else(|| root.get("imageRegistry"))?;
    node.string().filter(|text| !text.trim().is_empty() && Reference::parse(&format!("{text}/a")).is_ok())
}

/// `image`, `sidecarImage`, `proxy_image`, `busybox-image`.
fn is_image_key(key: &str) -> bool {
    key.len() >= 5
        && key.get(key.len() - 5..).is_some_and(|end| end.eq_ignore_ascii_case("image"))
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

/// Whether a repository has a tag or digest of its own.
fn has_version(repository: &str) -> bool {
    Reference::parse(repository.trim()).is_ok_and(|r| r.tag().is_some() || r.digest().is_some())
}

/// A digest with its algorithm; `sha: 64 hex` is written without.
fn algorithm(digest: &str) -> Cow<'_, str> {
    if digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()) {
        format!("sha256:{digest}").into()
    } else {
        digest.into()
    }
}

fn template(text: String) -> Found {
    let mut needs: Vec<String> = Vec::new();
    for part in text.split("{{").skip(1) {
        let inner = part.split("}}").next().unwrap_or_default().trim_matches(['-', ' ']);
        needs.push(scrub(inner).chars().take(100).collect());
    }
    needs.sort();
    needs.dedup();
    needs.truncate(20);
    Found { text, confidence: TEMPLATE, needs, guessed: true }
}

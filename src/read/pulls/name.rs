//! The name of an image as a log tells it in parts: a registry, a repository, a tag, a digest.

use std::borrow::Cow;

use crate::model::digest::Digest;
use crate::read::names;

/// Stands for a registry that a log does not tell; no reference can begin so, so that no name is taken for Docker Hub's.
pub(super) const UNTOLD: &str = "?";

/// The parts, as written; those that were not told are empty.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Parts<'a> {
    /// A name, perhaps with registry, tag and digest of its own.
    pub image: &'a str,
    pub registry: &'a str,
    pub tag: &'a str,
    pub digest: &'a str,
    /// Names without a registry are of one that nobody told, not of Docker Hub.
    pub untold: bool,
}

/// A name and a digest that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// With its registry, and with the digest where no tag was told; empty where only a digest was told.
    pub as_written: String,
    /// The digest; empty where none was told.
    pub digest: String,
}

/// A host without scheme and slashes.
pub(super) fn host(text: &str) -> &str {
    let bare = text.trim().split_once("://").map_or(text.trim(), |(_, rest)| rest);
    bare.trim_matches('/')
}

/// Puts the parts together, or says why they are no image.
pub(super) fn joined(parts: &Parts<'_>) -> Result<Name, &'static str> {
    let image = parts.image.trim();
    if let Some(reason) = names::refusal(image).or_else(|| names::refusal(parts.tag)) {
        return Err(reason);
    }
    let (bare, inside) = image.split_once('@').unwrap_or((image, ""));
    let told = [inside, parts.digest, parts.tag].into_iter().find_map(digest);
    if told.is_none() && !(inside.is_empty() && parts.digest.trim().is_empty()) {
        return Err("the digest is none (sha256: and 64 hex digits)");
    }
    let digest = told.unwrap_or_default();
    // Harbor has the digest where a tag would be; a bare digest in an image's place is no name.
    if let Ok(alone) = Digest::parse(bare) {
        return Ok(Name { as_written: String::new(), digest: alone.to_string() });
    }
    if bare.is_empty() {
        return if digest.is_empty() {
            Err("a record without an image")
        } else {
            Ok(Name { as_written: String::new(), digest })
        };
    }
    let tagged = with_tag(bare, parts.tag.trim());
    let as_written = with_registry(&tagged, host(parts.registry), parts.untold);
    // Without its tag a name would mean `latest`; what was asked for by digest was asked for under no tag.
    let tagged = as_written.rsplit('/').next().is_some_and(|last| last.contains(':'));
    let as_written =
        if tagged || digest.is_empty() { as_written } else { Cow::Owned(format!("{as_written}@{digest}")) };
    let refused = !as_written.starts_with(UNTOLD) && !names::is_reference(&as_written);
    if refused { Err("not an image reference") } else { Ok(Name { as_written: as_written.into_owned(), digest }) }
}

fn digest(text: &str) -> Option<String> {
    let text = text.trim();
    let found = Digest::parse(text).or_else(|_| Digest::parse(&format!("sha256:{text}")));
    found.ok().map(|digest| digest.to_string())
}

fn with_tag<'a>(bare: &'a str, tag: &str) -> Cow<'a, str> {
    let tagged = bare.rsplit('/').next().is_some_and(|last| last.contains(':'));
    let is_tag = !tag.is_empty() && !tag.contains(':') && tag != "<none>";
    if is_tag && !tagged { Cow::Owned(format!("{bare}:{tag}")) } else { Cow::Borrowed(bare) }
}

fn with_registry<'a>(name: &'a str, registry: &str, untold: bool) -> Cow<'a, str> {
    let first = name.split_once('/').map(|(first, _)| first);
    let has_own = first.is_some_and(|first| first.contains(['.', ':']) || first == "localhost");
    match (registry, has_own) {
        (_, true) => Cow::Borrowed(name),
        ("", false) if untold => Cow::Owned(format!("{UNTOLD}/{name}")),
        ("", false) => Cow::Borrowed(name),
        (registry, false) => Cow::Owned(format!("{registry}/{name}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_become_one_name() {
        let d = format!("sha256:{}", "ab".repeat(32));
        let hex = "ab".repeat(32);
        let pinned = format!("team/api:1@{d}");
        let by_digest = format!("team/api@{d}");
        let part = |image, registry, tag, digest| Parts { image, registry, tag, digest, untold: false };
        for (parts, written, digest) in [
            (part("team/api:1", "", "", ""), "team/api:1", ""),
            (part("team/api", "https://registry.corp/", "1", ""), "registry.corp/team/api:1", ""),
            (part("registry.corp/team/api:1", "mirror.corp", "", ""), "registry.corp/team/api:1", ""),
            (part("team/api", "registry.corp:5000", "1", &d), "registry.corp:5000/team/api:1", &d),
            (part("team/api", "", d.as_str(), ""), &by_digest, &d),
            (part(&pinned, "r.corp", "", ""), "r.corp/team/api:1", &d),
            (part("", "", "", &hex), "", &d),
            (part(&d, "", "", ""), "", &d),
            (Parts { untold: true, ..part("lib/a", "", "1", "") }, "?/lib/a:1", ""),
        ] {
            let wanted = Name { as_written: written.to_owned(), digest: digest.to_owned() };
            assert_eq!(joined(&parts), Ok(wanted), "{parts:?}");
        }
        for parts in [part("", "r", "1", ""), part("a b", "", "", ""), part("a/b", "", "", "sha256:12")] {
            assert!(joined(&parts).is_err(), "{parts:?}");
        }
    }
}

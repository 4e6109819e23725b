//! How an image is named in records of every kind: platforms, references with their digest, materials of a build, and all the
//! names that one record has for one image.

use super::telling::Telling;
use crate::model::digest::{Digest, RelationKind};
use crate::model::fact::Spot;
use crate::model::lineage::Named;
use crate::model::reference::Reference;
use crate::read::names;
use crate::read::tree::Node;

/// Most names that are read of one image.
const MOST: usize = 1_000;

/// The platform that an object's `os`, `architecture` and `variant` tell. `unknown` tells nothing.
pub(in crate::read) fn platform(node: Node<'_>) -> Option<String> {
    let keys = [["os", "Os"], ["architecture", "Architecture"], ["variant", "Variant"]];
    let [os, architecture, variant] = keys.map(|keys| {
        let found = keys.iter().find_map(|key| node.string_at(key));
        found.filter(|word| !word.is_empty() && word != "unknown")
    });
    let mut platform = format!("{}/{}", os?, architecture?);
    if let Some(variant) = variant {
        platform.push('/');
        platform.push_str(&variant);
    }
    is_platform(&platform).then_some(platform)
}

/// Whether a text has the form of a platform.
pub(super) fn is_platform(text: &str) -> bool {
    let word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) && part.len() <= 64
    };
    let parts = text.split('/').count();
    (2..=3).contains(&parts) && text.split('/').all(word)
}

/// An image named by a reference, with the digest in it told apart; `None` where it is no reference.
pub(in crate::read) fn reference(text: &str) -> Option<Named> {
    if let Ok(digest) = Digest::parse(text) {
        return Some(Named::by_digest(digest));
    }
    let digest = Reference::parse(text).ok().filter(|_| names::refusal(text).is_none())?.digest().cloned();
    let as_written = match (&digest, text.split_once('@')) {
        (Some(_), Some((name, _))) => name,
        _ => text,
    };
    Some(Named { digest, as_written: as_written.to_owned(), platform: None })
}

/// The image that a URI of a build's material names; `None` where it is something else.
pub(in crate::read) fn material(uri: &str) -> Option<Named> {
    if uri.starts_with("pkg:") {
        return super::purl::image(uri);
    }
    let schemes = ["docker-image://", "docker://", "oci://"];
    schemes.iter().find_map(|scheme| uri.strip_prefix(scheme)).and_then(reference)
}

/// All that a record names one image by.
#[derive(Default)]
pub(in crate::read) struct Identity {
    pub config: Option<Digest>,
    /// Proved to be the manifest of that config.
    pub manifest: Option<Digest>,
    /// References, each with where it stands.
    pub tags: Vec<(String, Spot)>,
    /// `name@digest`, whose digest may be an index's or a manifest's.
    pub digests: Vec<(String, Spot)>,
}

impl Identity {
    /// Reads the names of a list.
    pub fn listed(node: Node<'_>, key: &str, at: &str, told: &Telling<'_>) -> Vec<(String, Spot)> {
        let named = |(i, name): (usize, Node<'_>)| Some((name.string()?, told.spot(name, format!("{at}/{key}/{i}"))));
        node.list(key).take(MOST).enumerate().filter_map(named).collect()
    }

    /// The digest that stands for the image: the config's, to which the layers belong, else the manifest's, else none.
    pub fn named(&self) -> Named {
        Named { digest: self.config.clone().or_else(|| self.manifest.clone()), ..Named::default() }
    }

    /// States what the digests are to each other, and which names lead to them.
    pub fn tell(&self, spot: &Spot, told: &mut Telling<'_>) {
        if let (Some(config), Some(manifest)) = (&self.config, &self.manifest) {
            told.relate(RelationKind::ConfigOf, config, manifest, spot);
        }
        told.lineage.configs.extend(self.config.clone());
        let own = self.config.as_ref().or(self.manifest.as_ref());
        for (name, at) in &self.digests {
            let Some(digest) = names_digest(name) else {
                told.reject(&at.pointer, "a name whose digest is none");
                continue;
            };
            if let Some(own) = own {
                told.relate(RelationKind::SameRecord, own, &digest, at);
            }
            told.see(name, Some(&digest), at);
        }
        for (name, at) in self.tags.iter().filter(|(name, _)| Reference::parse(name).is_ok()) {
            let digest = names_digest(name).or_else(|| self.digest_of(name)).or_else(|| own.cloned());
            told.see(name, digest.as_ref(), at);
        }
    }

    /// The digest that the record has for a name's own repository.
    fn digest_of(&self, name: &str) -> Option<Digest> {
        let wanted = Reference::parse(name).ok()?.name();
        let own = |(name, _): &&(String, Spot)| Reference::parse(name).is_ok_and(|r| r.name() == wanted);
        self.digests.iter().find(own).and_then(|(name, _)| names_digest(name))
    }
}

fn names_digest(name: &str) -> Option<Digest> {
    Digest::parse(name.rsplit_once('@')?.1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Limits;
    use crate::read::tree::parse_json;

    #[test]
    fn platforms_in_both_dresses() {
        for (json, expected) in [
            (r#"{"os":"linux","architecture":"arm","variant":"v7"}"#, Some("linux/arm/v7")),
            (r#"{"Os":"linux","Architecture":"amd64"}"#, Some("linux/amd64")),
            (r#"{"os":"unknown","architecture":"unknown"}"#, None),
            (r#"{"os":"linux"}"#, None),
            (r#"{"os":"li nux\u001b","architecture":"a"}"#, None),
            ("7", None),
        ] {
            let tree = parse_json(json, &Limits::default()).unwrap();
            assert_eq!(platform(tree.root().unwrap()).as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn materials_are_images_or_nothing() {
        let hex = "a".repeat(64);
        let pinned = material(&format!("docker-image://docker.io/library/alpine:3.17@sha256:{hex}")).unwrap();
        assert_eq!((pinned.as_written.as_str(), pinned.digest.is_some()), ("docker.io/library/alpine:3.17", true));
        assert_eq!(material("oci://gcr.io/a/b").unwrap().as_written, "gcr.io/a/b");
        assert!(material("pkg:docker/alpine@3.17").is_some());
        for other in
            ["git+https://github.com/a/b", "https://example.org/x.tar", "alpine:3.17", "docker://", "pkg:npm/a"]
        {
            assert_eq!(material(other), None, "{other}");
        }
    }

    #[test]
    fn references_are_told_from_digests() {
        let hex = "a".repeat(64);
        assert_eq!(reference(&format!("sha256:{hex}")).unwrap().as_written, "");
        let both = reference(&format!("ubi8/ubi:8.1@sha256:{hex}")).unwrap();
        assert_eq!((both.as_written.as_str(), both.digest.unwrap().hex()), ("ubi8/ubi:8.1", hex.as_str()));
        assert_eq!(reference("Not A Name"), None);
    }
}

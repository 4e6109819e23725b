//! Which node a claim means: by digest, or by the exact name. A tag alone never picks a digest.

use std::collections::HashMap;

use super::Stored;
use crate::graph::chain::key;
use crate::graph::node::NodeId;
use crate::model::digest::Digest;
use crate::model::id::Id;
use crate::model::lineage::Named;
use crate::model::reference::Reference;

/// What a claim names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// Nothing: `scratch`.
    Scratch,
    /// A digest, and the canonical name beside it where one is written.
    Digest(Digest, Option<String>),
    /// A canonical name.
    Name(String),
    /// Neither.
    Nothing,
}

/// Reads what a claim names.
pub(super) fn target(named: &Named) -> Target {
    if named.is_scratch() {
        return Target::Scratch;
    }
    let written = named.as_written.trim();
    let parsed = Reference::parse(written).ok();
    let name = parsed.as_ref().map(Reference::canonical).or_else(|| (!written.is_empty()).then(|| written.to_owned()));
    let digest = named.digest.clone().or_else(|| parsed.and_then(|reference| reference.digest().cloned()));
    match (digest.or_else(|| Digest::parse(written).ok()), name) {
        (Some(digest), name) => Target::Digest(digest, name.filter(|name| Digest::parse(name).is_err())),
        (None, Some(name)) => Target::Name(name),
        (None, None) => Target::Nothing,
    }
}

/// A node that only claims name.
#[derive(Debug, Clone)]
pub(super) struct Outside {
    pub id: Id,
    pub name: String,
    pub digest: Option<Digest>,
}

/// Everything that has a name or a digest.
pub(super) struct Names<'b> {
    by_digest: HashMap<[u8; 32], NodeId>,
    /// Nodes with a digest, by each name they go by, sorted.
    carriers: HashMap<&'b str, Vec<NodeId>>,
    /// Nodes without a digest, by name.
    exact: HashMap<String, NodeId>,
    /// Nodes after those of the inventory.
    pub outside: Vec<Outside>,
    known: usize,
}

impl<'b> Names<'b> {
    /// The names of the inventory, in the order of its nodes.
    pub(super) fn new(images: impl Iterator<Item = &'b Stored>) -> Names<'b> {
        let mut names = Names {
            by_digest: HashMap::new(),
            carriers: HashMap::new(),
            exact: HashMap::new(),
            outside: Vec::new(),
            known: 0,
        };
        for (node, image) in (0..).zip(images) {
            names.known += 1;
            for digest in &image.digests {
                names.by_digest.entry(*digest).or_insert(node);
            }
            let all = image.references.iter().chain([&image.name]).filter(|name| !name.is_empty());
            if image.digests.is_empty() {
                for name in all {
                    names.exact.entry(name.to_string()).or_insert(node);
                }
                continue;
            }
            for name in all {
                let carriers = names.carriers.entry(name).or_default();
                if carriers.last() != Some(&node) {
                    carriers.push(node);
                }
            }
        }
        names
    }

    /// Makes nodes for what only claims name, in the order of their ids. Images that go by a name without a digest are
    /// that name's own; any other name gets a node.
    pub(super) fn add_outside(&mut self, targets: impl Iterator<Item = Target>) {
        let mut new = std::collections::BTreeMap::new();
        for target in targets {
            let outside = match target {
                Target::Digest(digest, name) if !self.by_digest.contains_key(&key(&digest)) => {
                    outside_digest(digest, name)
                }
                Target::Name(name) if !self.exact.contains_key(&name) => outside_name(name),
                _ => continue,
            };
            let kept = new.entry(outside.id).or_insert_with(|| outside.clone());
            // Of several names beside one digest the shortest is shown, in the order of the alphabet.
            if (outside.name.len(), &outside.name) < (kept.name.len(), &kept.name) && outside.digest == kept.digest {
                *kept = outside;
            }
        }
        for (number, outside) in (self.known as NodeId..).zip(new.into_values()) {
            match &outside.digest {
                Some(digest) => self.by_digest.insert(key(digest), number),
                None => self.exact.insert(outside.name.clone(), number),
            };
            self.outside.push(outside);
        }
    }

    /// The node of a digest.
    pub(super) fn digest(&self, digest: &Digest) -> Option<NodeId> {
        self.by_digest.get(&key(digest)).copied()
    }

    /// The node that is known by this name alone.
    pub(super) fn exact(&self, name: &str) -> Option<NodeId> {
        self.exact.get(name).copied()
    }

    /// Nodes with a digest that go by this name.
    pub(super) fn carriers(&self, name: &str) -> &[NodeId] {
        self.carriers.get(name).map_or(&[], Vec::as_slice)
    }

    /// Pairs of a node known by name alone and one with a digest that goes by that name, sorted.
    pub(super) fn candidates(&self) -> Vec<(NodeId, NodeId)> {
        let of = |(name, node): (&String, &NodeId)| {
            let node = *node;
            self.carriers(name).iter().map(move |carrier| (node, *carrier)).collect::<Vec<_>>()
        };
        let mut pairs: Vec<_> = self.exact.iter().flat_map(of).collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }
}

fn outside_digest(digest: Digest, name: Option<String>) -> Outside {
    let mut id = [0; 16];
    id.iter_mut().zip(key(&digest)).for_each(|(to, from)| *to = from);
    Outside { id: Id(id), name: name.unwrap_or_default(), digest: Some(digest) }
}

fn outside_name(name: String) -> Outside {
    // The id that the image list gives a name without a digest.
    let hash = Digest::of(format!("unresolved\0{name}").as_bytes());
    Outside { digest: None, ..outside_digest(hash, Some(name)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_names_by_digest_before_name() {
        let digest = Digest::of(b"x");
        let pinned = Named { digest: Some(digest.clone()), ..Named::by_reference("debian:bookworm") };
        let name = "docker.io/library/debian:bookworm".to_owned();
        assert_eq!(target(&pinned), Target::Digest(digest.clone(), Some(name.clone())));
        assert_eq!(
            target(&Named::by_reference(format!("debian:bookworm@{digest}"))),
            Target::Digest(digest.clone(), Some(name.clone()))
        );
        assert_eq!(target(&Named::by_reference("debian:bookworm")), Target::Name(name));
        assert_eq!(target(&Named::by_reference(digest.to_string())), Target::Digest(digest, None));
        assert_eq!(target(&Named::by_reference("${BASE}")), Target::Name("${BASE}".into()));
        assert_eq!(target(&Named::scratch()), Target::Scratch);
        assert_eq!(target(&Named::default()), Target::Nothing);
    }
}

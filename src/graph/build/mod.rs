//! From images with their chains, members of indexes, and claims to the graph.
//!
//! Owns the order of the steps; the result is the same in whatever order things were added. Images are known by the
//! digests and names that the caller has proven; nothing is guessed from a tag.

mod claims;
mod finish;
mod inherit;
mod names;
mod settle;
mod unnamed;

pub(super) use claims::REASONS;

use super::chain::{LayerId, Layers, key};
use super::lineage::Lineage;
use super::lists::Lists;
use super::node::{NodeKind, Weight};
use crate::model::digest::{Digest, DigestKind};
use crate::model::id::Id;
use crate::model::lineage::{LineageClaim, Member};
use crate::model::time::Micros;

/// An image of the inventory and what is proven of it.
#[derive(Debug, Clone, Default)]
pub struct ImageFacts<'a> {
    /// The id that the image list shows. The same id twice is one image: the first added counts.
    pub id: [u8; 16],
    /// An image or what a nameless Dockerfile builds. Whether it is an index is told by its digests and members.
    pub kind: NodeKind,
    /// The name to show, canonical.
    pub name: &'a str,
    /// What to show where the name is empty; no claim means an image by it.
    pub label: &'a str,
    /// Every digest that is proven to be this image.
    pub digests: &'a [(Digest, DigestKind)],
    /// Every canonical name that it was seen under; `name` may be among them.
    pub references: &'a [&'a str],
    /// `os/architecture` or `os/architecture/variant`.
    pub platform: Option<&'a str>,
    /// How much hangs on it.
    pub weight: Weight,
    /// Its diffIDs, lowest first; empty where they are not known. Numbers come from [`Builder::layer`].
    pub diff_ids: &'a [LayerId],
    /// Its layers as a registry keeps them; empty where they are not known.
    pub compressed: &'a [LayerId],
    /// One number for each entry of its history, equal for equal entries; empty where it is not known.
    pub history: &'a [u64],
    /// The config's `created`.
    pub created: Option<Micros>,
    /// The record says that layers were merged.
    pub flattened: bool,
}

/// Takes in what is known; [`Builder::build`] makes the graph of it.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    layers: Layers,
    images: Vec<Stored>,
    chains: [Flat<LayerId>; 2],
    histories: Flat<u64>,
    members: Vec<(Digest, Digest, Option<Box<str>>)>,
    claims: Vec<(u64, LineageClaim)>,
}

#[derive(Debug, Clone)]
struct Stored {
    id: Id,
    kind: NodeKind,
    name: Box<str>,
    label: Box<str>,
    digests: Vec<[u8; 32]>,
    is_index: bool,
    references: Vec<Box<str>>,
    platform: Option<Box<str>>,
    weight: Weight,
    created: Option<Micros>,
    flattened: bool,
}

/// Lists in the order they were added.
#[derive(Debug, Clone)]
struct Flat<T> {
    ends: Vec<usize>,
    items: Vec<T>,
}

impl<T> Default for Flat<T> {
    fn default() -> Self {
        Flat { ends: Vec::new(), items: Vec::new() }
    }
}

impl<T: Copy> Flat<T> {
    fn push(&mut self, items: &[T]) {
        self.items.extend_from_slice(items);
        self.ends.push(self.items.len());
    }

    fn of(&self, at: usize) -> &[T] {
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(at).and_then(|to| self.items.get(from..*to)).unwrap_or_default()
    }
}

impl Builder {
    /// Nothing known so far.
    pub fn new() -> Self {
        Builder::default()
    }

    /// The number of a layer, diffID or compressed; equal for equal digests.
    pub fn layer(&mut self, digest: &Digest) -> LayerId {
        self.layers.number(digest)
    }

    /// Adds an image of the inventory.
    pub fn image(&mut self, image: &ImageFacts<'_>) {
        self.images.push(Stored {
            id: Id(image.id),
            kind: image.kind,
            name: image.name.into(),
            label: image.label.into(),
            digests: image.digests.iter().map(|(digest, _)| key(digest)).collect(),
            is_index: image.digests.first().is_some_and(|(_, kind)| *kind == DigestKind::Index),
            references: image.references.iter().map(|name| (*name).into()).collect(),
            platform: image.platform.map(Into::into),
            weight: image.weight,
            created: image.created,
            flattened: image.flattened,
        });
        let [diff_ids, compressed] = &mut self.chains;
        diff_ids.push(image.diff_ids);
        compressed.push(image.compressed);
        self.histories.push(image.history);
    }

    /// Adds an image that an index lists.
    pub fn member(&mut self, member: &Member) {
        let platform = member.platform.as_deref().map(Into::into);
        self.members.push((member.index.clone(), member.manifest.clone(), platform));
    }

    /// Adds a claim; `source` is the caller's number for it and comes back in [`super::Proof::source`].
    pub fn claim(&mut self, claim: LineageClaim, source: u64) {
        self.claims.push((source, claim));
    }

    /// Makes the graph.
    pub fn build(self) -> Lineage {
        finish::build(self)
    }

    /// The places of images in the order of their ids, each id once.
    fn sorted(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.images.len()).collect();
        order.sort_by_key(|at| (self.images[*at].id, *at));
        order.dedup_by_key(|at| self.images[*at].id);
        order
    }

    /// The chains of one kind by node, given the images behind the first nodes.
    fn chains_of(&self, kind: usize, order: &[usize]) -> Lists {
        let mut lists = Lists::new();
        order.iter().for_each(|at| lists.push(self.chains[kind].of(*at).iter().copied()));
        lists
    }
}

#[cfg(test)]
mod tests;

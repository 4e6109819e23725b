//! Which digests are one image.
//!
//! An image is one platform's manifest with its config. Digests named in one record, and a config with its manifest, are
//! one image. An index is a group of images, so it never joins two of them: it belongs to an image only where records
//! tie it to exactly one, and is a node of its own otherwise.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::digest::{DigestKind, RelationKind};

/// A digest among those that are directly or indirectly related.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The whole digest.
    pub value: String,
    /// What it is known to name.
    pub kind: DigestKind,
}

/// A relation between two of the nodes, by their positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// How they are related.
    pub kind: RelationKind,
    /// The first.
    pub a: usize,
    /// The second.
    pub b: usize,
}

/// For each node the position of its image's primary digest: manifest before index before unknown before config, the
/// smallest value among equals. Edges that point outside the nodes are ignored.
pub fn group(nodes: &[Node], edges: &[Edge]) -> Vec<usize> {
    let edges: Vec<Edge> = edges.iter().copied().filter(|e| e.a < nodes.len() && e.b < nodes.len()).collect();
    let hubs = hubs(nodes, &edges);
    let is_hub = |i: usize| hubs.contains(&i);
    let mut classes = Classes::new(nodes.len());
    for edge in edges.iter().filter(|e| e.kind != RelationKind::Contains && !is_hub(e.a) && !is_hub(e.b)) {
        classes.join(edge.a, edge.b);
    }
    for (hub, image) in hub_images(&hubs, &edges, &mut classes) {
        classes.join(hub, image);
    }
    let mut primary: BTreeMap<usize, usize> = BTreeMap::new();
    for (i, node) in nodes.iter().enumerate() {
        let best = primary.entry(classes.find(i)).or_insert(i);
        if nodes.get(*best).is_some_and(|b| (rank(node.kind), &node.value) < (rank(b.kind), &b.value)) {
            *best = i;
        }
    }
    (0..nodes.len()).map(|i| primary.get(&classes.find(i)).copied().unwrap_or(i)).collect()
}

/// A digest's place in the choice of the one that stands for its image.
pub fn rank(kind: DigestKind) -> u8 {
    match kind {
        DigestKind::Manifest => 0,
        DigestKind::Index => 1,
        DigestKind::Unknown => 2,
        DigestKind::Config => 3,
    }
}

/// Indexes, and digests that can only be one: of unknown kind, but named beside two configs or two manifests, as the
/// nodes of two platforms do.
fn hubs(nodes: &[Node], edges: &[Edge]) -> BTreeSet<usize> {
    let mut beside: BTreeMap<(usize, DigestKind), BTreeSet<usize>> = BTreeMap::new();
    for edge in edges.iter().filter(|e| e.kind == RelationKind::SameRecord) {
        for (one, other) in [(edge.a, edge.b), (edge.b, edge.a)] {
            let kind = nodes.get(other).map(|n| n.kind).unwrap_or_default();
            beside.entry((one, kind)).or_default().insert(other);
        }
    }
    let several = |i: usize, kind| beside.get(&(i, kind)).is_some_and(|s| s.len() > 1);
    let is_hub = |(i, node): &(usize, &Node)| match node.kind {
        DigestKind::Index => true,
        DigestKind::Unknown => several(*i, DigestKind::Config) || several(*i, DigestKind::Manifest),
        DigestKind::Config | DigestKind::Manifest => false,
    };
    nodes.iter().enumerate().filter(is_hub).map(|(i, _)| i).collect()
}

/// The hubs whose records name exactly one image, with a member of that image.
fn hub_images(hubs: &BTreeSet<usize>, edges: &[Edge], classes: &mut Classes) -> Vec<(usize, usize)> {
    let mut images: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for edge in edges.iter().filter(|e| e.kind == RelationKind::SameRecord) {
        for (hub, member) in [(edge.a, edge.b), (edge.b, edge.a)] {
            if hubs.contains(&hub) && !hubs.contains(&member) {
                images.entry(hub).or_default().insert(classes.find(member));
            }
        }
    }
    let single = |(hub, members): (usize, BTreeSet<usize>)| match members.len() {
        1 => members.first().map(|m| (hub, *m)),
        _ => None,
    };
    images.into_iter().filter_map(single).collect()
}

/// Disjoint sets of positions.
pub(crate) struct Classes(Vec<usize>);

impl Classes {
    pub(crate) fn new(len: usize) -> Self {
        Classes((0..len).collect())
    }

    /// The set of `i`, named by one of its members; paths are halved on the way.
    pub(crate) fn find(&mut self, mut i: usize) -> usize {
        while let Some(&parent) = self.0.get(i) {
            if parent == i {
                break;
            }
            let above = self.0.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.0.get_mut(i) {
                *slot = above;
            }
            i = above;
        }
        i
    }

    /// Makes one set of two.
    pub(crate) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        if let Some(slot) = self.0.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DigestKind::{Config, Index, Manifest, Unknown};
    use RelationKind::{ConfigOf, Contains, SameRecord};

    fn grouped(kinds: &[DigestKind], edges: &[(RelationKind, usize, usize)]) -> Vec<usize> {
        let nodes: Vec<Node> =
            kinds.iter().enumerate().map(|(i, kind)| Node { value: format!("sha256:{i:02}"), kind: *kind }).collect();
        let edges: Vec<Edge> = edges.iter().map(|(kind, a, b)| Edge { kind: *kind, a: *a, b: *b }).collect();
        let forward = group(&nodes, &edges);
        let backward = group(&nodes, &edges.iter().rev().copied().collect::<Vec<_>>());
        assert_eq!(forward, backward, "the order of relations changes the images");
        forward
    }

    #[test]
    fn config_and_repo_digest_of_one_record_are_one_image_named_by_the_repo_digest() {
        assert_eq!(grouped(&[Config, Unknown], &[(SameRecord, 0, 1)]), [1, 1]);
    }

    #[test]
    fn a_manifest_stands_for_its_config() {
        assert_eq!(grouped(&[Config, Manifest], &[(ConfigOf, 0, 1)]), [1, 1]);
    }

    #[test]
    fn an_index_does_not_swallow_its_manifests() {
        assert_eq!(grouped(&[Index, Manifest, Manifest], &[(Contains, 0, 1), (Contains, 0, 2)]), [0, 1, 2]);
    }

    #[test]
    fn an_index_named_beside_one_image_belongs_to_it() {
        assert_eq!(grouped(&[Index, Config, Manifest], &[(SameRecord, 0, 1), (ConfigOf, 1, 2)]), [2, 2, 2]);
    }

    #[test]
    fn an_index_named_beside_two_platforms_joins_neither() {
        assert_eq!(grouped(&[Index, Config, Config], &[(SameRecord, 0, 1), (SameRecord, 0, 2)]), [0, 1, 2]);
    }

    #[test]
    fn an_unknown_digest_beside_two_configs_is_taken_for_an_index() {
        assert_eq!(grouped(&[Unknown, Config, Config], &[(SameRecord, 0, 1), (SameRecord, 2, 0)]), [0, 1, 2]);
    }

    #[test]
    fn unrelated_digests_stay_apart_and_stray_edges_do_no_harm() {
        assert_eq!(grouped(&[Unknown, Unknown], &[(SameRecord, 0, 7)]), [0, 1]);
        assert!(grouped(&[], &[]).is_empty());
    }

    #[test]
    fn the_smallest_value_stands_for_equals() {
        assert_eq!(grouped(&[Unknown, Unknown, Unknown], &[(SameRecord, 2, 1), (SameRecord, 1, 0)]), [0, 0, 0]);
    }
}

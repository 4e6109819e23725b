//! Virtual nodes: layers that several images share and that no known image is.

use std::collections::BTreeMap;

use crate::graph::chain::{ChainIndex, Layers, chain_id};
use crate::graph::lists::Lists;
use crate::graph::node::{EdgeStatus, NodeId, Unnamed};
use crate::model::digest::Digest;
use crate::model::lineage::{EdgeKind, LayerKind};

use super::settle::Draft;

/// Virtual nodes in the order of their numbers.
pub(super) struct VirtualNodes {
    /// Each with its layers, lowest first.
    pub found: Vec<(Unnamed, Vec<u32>)>,
    /// The point behind each.
    pub points: Vec<(usize, u32)>,
    /// The node of a point, by kind of chain.
    pub by_point: [BTreeMap<u32, NodeId>; 2],
}

/// Numbers the points that are nobody's whole chain from `first`, in the order of their ChainIDs.
pub(super) fn number(first: usize, layers: &Layers, chains: &[Lists; 2], indexes: &[ChainIndex; 2]) -> VirtualNodes {
    let mut found = Vec::new();
    for (kind, (index, chains)) in indexes.iter().zip(chains).enumerate() {
        for (number, point) in index.points().filter(|(_, point)| point.is_virtual()) {
            let stack = chains.of(point.sample).get(..point.depth as usize).unwrap_or_default();
            let digests: Vec<Digest> = stack.iter().filter_map(|layer| layers.digest(*layer)).collect();
            let Some(chain_id) = chain_id(&digests) else { continue };
            found.push((chain_id, kind, number, point.sharers, stack.to_vec()));
        }
    }
    found.sort();
    let mut nodes = VirtualNodes { found: Vec::new(), points: Vec::new(), by_point: Default::default() };
    for (node, (chain_id, kind, point, sharers, stack)) in (first as NodeId..).zip(found) {
        let layer_kind = if kind == 0 { LayerKind::Uncompressed } else { LayerKind::Compressed };
        nodes.found.push((Unnamed { chain_id, kind: layer_kind, sharers, name: None, suggested: Vec::new() }, stack));
        nodes.points.push((kind, point));
        if let Some(by_point) = nodes.by_point.get_mut(kind) {
            by_point.insert(point, node);
        }
    }
    nodes
}

impl Unnamed {
    /// What to call it as long as nobody named it.
    pub(in crate::graph) fn label(&self, layers: usize) -> String {
        let s = if layers == 1 { "" } else { "s" };
        format!("unknown base, {layers} layer{s}, in {} images", self.sharers)
    }
}

/// For each virtual node what claims call the base of images right on it.
pub(super) fn suggest(drafts: &[Draft], first_virtual: NodeId) -> BTreeMap<NodeId, Vec<(NodeId, u32)>> {
    let mut counts: BTreeMap<NodeId, BTreeMap<NodeId, u32>> = BTreeMap::new();
    for siblings in drafts.chunk_by(|a, b| a.child == b.child) {
        let bases = || siblings.iter().filter(|draft| draft.kind == EdgeKind::Base);
        let unnamed = bases().find(|draft| draft.parent >= first_virtual && draft.status == EdgeStatus::Direct);
        let Some(unnamed) = unnamed.filter(|draft| draft.child < first_virtual) else { continue };
        let claimed = |draft: &&Draft| {
            draft.parent < first_virtual && matches!(draft.status, EdgeStatus::Direct | EdgeStatus::Conflict)
        };
        for claim in bases().filter(claimed) {
            *counts.entry(unnamed.parent).or_default().entry(claim.parent).or_default() += 1;
        }
    }
    let sorted = |counts: BTreeMap<NodeId, u32>| {
        let mut list: Vec<(NodeId, u32)> = counts.into_iter().collect();
        list.sort_by_key(|(node, count)| (std::cmp::Reverse(*count), *node));
        list
    };
    counts.into_iter().map(|(node, counts)| (node, sorted(counts))).collect()
}

//! Images whose base cannot be excluded: an image is left out only where its own layers, and those of what is bad, tell it
//! apart.

use super::Missing;
use crate::graph::lineage::Lineage;
use crate::graph::lists::Lists;
use crate::graph::node::{EdgeStatus, NodeId, NodeKind, Standing};
use crate::model::lineage::{Confidence, EdgeKind};

/// Whose base cannot be excluded.
pub(super) struct Open(Vec<Option<Missing>>);

impl Open {
    pub fn new(graph: &Lineage, bad: &[NodeId]) -> Open {
        let compared = Compared::new(graph, bad);
        let mut open: Vec<Option<Missing>> = vec![None; graph.len()];
        for node in &graph.order {
            let missing = open_at(graph, &compared, &open, *node);
            if let Some(place) = open.get_mut(*node as usize) {
                *place = missing;
            }
        }
        // An index stands on nothing itself, so its images may come after it.
        for (index, _) in graph.nodes().filter(|(_, node)| node.kind == NodeKind::Index) {
            let members = graph.members(index);
            let missing = members.iter().find_map(|member| open.get(*member as usize).copied().flatten());
            if let Some(place) = open.get_mut(index as usize) {
                *place = if members.is_empty() { Some(Missing::Manifest) } else { missing };
            }
        }
        Open(open)
    }

    pub fn of(&self, node: NodeId) -> Option<Missing> {
        self.0.get(node as usize).copied().flatten()
    }
}

fn open_at(graph: &Lineage, compared: &Compared, open: &[Option<Missing>], node: NodeId) -> Option<Missing> {
    let facts = graph.node(node)?;
    if !facts.resolved {
        return Some(Missing::Digest);
    }
    let has_layers = facts.layers.is_some();
    let hidden = matches!(facts.standing, Standing::Flattened | Standing::OneLayer);
    if has_layers && !hidden && compared.with(graph, node) {
        return None;
    }
    let bases = graph.parents(node).map(|(_, edge)| edge).filter(|edge| {
        edge.kind == EdgeKind::Base
            && !edge.cut
            && edge.status == EdgeStatus::Direct
            && edge.confidence >= Confidence::STRONG
    });
    let mut based = false;
    for base in bases {
        based = true;
        if let Some(missing) = open.get(base.parent as usize).copied().flatten() {
            return Some(missing);
        }
    }
    match facts.standing {
        _ if based => None,
        Standing::Scratch => None,
        Standing::Flattened => Some(Missing::Flattened),
        Standing::OneLayer => Some(Missing::OneLayer),
        _ if has_layers && compared.by_content() => Some(Missing::OtherLayers),
        _ if has_layers => Some(Missing::LayersOfBad),
        _ => Some(Missing::Layers),
    }
}

/// Which kinds of chains the bad nodes can be compared by: for each different set of kinds one entry of two bits.
struct Compared(Vec<u8>);

impl Compared {
    fn new(graph: &Lineage, bad: &[NodeId]) -> Compared {
        let members = |node: &NodeId| {
            let members = graph.members(*node);
            if members.is_empty() { vec![*node] } else { members.to_vec() }
        };
        let mut kinds: Vec<u8> = bad.iter().flat_map(members).map(|node| chain_kinds(graph, node)).collect();
        if kinds.is_empty() {
            kinds.push(0);
        }
        kinds.sort_unstable();
        kinds.dedup();
        Compared(kinds)
    }

    /// Whether the layers of every bad one are known by their content.
    fn by_content(&self) -> bool {
        self.0.iter().all(|bad| bad & DIFF_IDS != 0)
    }

    /// Whether an image's layers can be held against those of every bad one.
    fn with(&self, graph: &Lineage, node: NodeId) -> bool {
        let mine = chain_kinds(graph, node);
        self.0.iter().all(|bad| bad & mine != 0)
    }
}

/// Bits of [`chain_kinds`].
const DIFF_IDS: u8 = 1;
const COMPRESSED: u8 = 2;

fn chain_kinds(graph: &Lineage, node: NodeId) -> u8 {
    let [diff_ids, compressed] = &graph.chains;
    let bit = |chains: &Lists, bit| if chains.of(node).is_empty() { 0 } else { bit };
    bit(diff_ids, DIFF_IDS) | bit(compressed, COMPRESSED)
}

//! The graph itself, read-only once it is built.

use std::collections::BTreeMap;

use super::chain::{ChainIndex, LayerId, Layers, chain_id};
use super::lists::Lists;
use super::node::{Edge, EdgeId, Node, NodeId, NodeKind, Proof, Unnamed, Weight};
use crate::model::digest::Digest;
use crate::model::lineage::{EdgeKind, LayerKind};
use crate::model::text::scrub;

/// Which image stands on which. Built by [`super::Builder`].
#[derive(Debug, Clone, Default)]
pub struct Lineage {
    pub(super) nodes: Vec<Node>,
    pub(super) names: Vec<Box<str>>,
    pub(super) edges: Vec<Edge>,
    pub(super) proofs: Vec<Proof>,
    /// Edges by child and by parent.
    pub(super) up: Lists,
    pub(super) down: Lists,
    /// Members of an index, and the indexes of a manifest.
    pub(super) members: Lists,
    pub(super) member_of: Lists,
    /// Nodes known by a name alone that an image goes by, too.
    pub(super) may_be: Lists,
    /// Every node after all that it stands on; edges that are cut do not count.
    pub(super) order: Vec<NodeId>,
    pub(super) unnamed: BTreeMap<NodeId, Unnamed>,
    pub(super) layers: Layers,
    /// Chains by node, of diffIDs and of compressed digests.
    pub(super) chains: [Lists; 2],
    pub(super) indexes: [ChainIndex; 2],
    pub(super) by_id: BTreeMap<[u8; 16], NodeId>,
    /// Claims that could not be used, with why.
    pub(super) rejected: Vec<(u64, &'static str)>,
}

impl Lineage {
    /// How many nodes there are; they are numbered from 0.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// A node.
    pub fn node(&self, node: NodeId) -> Option<&Node> {
        self.nodes.get(node as usize)
    }

    /// Every node with its number.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(number, node)| (number as NodeId, node))
    }

    /// The node of an id as the image list shows it.
    pub fn find(&self, id: [u8; 16]) -> Option<NodeId> {
        self.by_id.get(&id).copied()
    }

    /// The name to show, safe for a terminal.
    pub fn name(&self, node: NodeId) -> &str {
        self.names.get(node as usize).map_or("", |name| name)
    }

    /// What is known of a virtual node.
    pub fn unnamed(&self, node: NodeId) -> Option<&Unnamed> {
        self.unnamed.get(&node)
    }

    /// The name as the graph has it, whatever responders call it.
    pub(super) fn own_name(&self, node: NodeId) -> String {
        let named = self.unnamed.get(&node).filter(|unnamed| unnamed.name.is_some());
        let layers = self.node(node).and_then(|node| node.layers).unwrap_or(0);
        named.map_or_else(|| self.name(node).to_owned(), |unnamed| unnamed.label(layers as usize))
    }

    /// Calls the virtual node of these layers what a responder does; false where no virtual node has just these.
    pub fn call(&mut self, chain_id: &Digest, name: &str) -> bool {
        let Some(node) = self.find_unnamed(chain_id) else { return false };
        let name = scrub(name);
        let known = self.unnamed.get_mut(&node).zip(self.names.get_mut(node as usize));
        known.is_some_and(|(unnamed, shown)| {
            *shown = name.as_ref().into();
            unnamed.name = Some(name.into_owned());
            true
        })
    }

    /// Says how much hangs on an image.
    pub fn weigh(&mut self, node: NodeId, weight: Weight) {
        self.nodes.get_mut(node as usize).into_iter().for_each(|node| node.weight = weight);
    }

    /// Makes the lists by which edges and ids are found.
    pub(super) fn link(&mut self) {
        let count = self.nodes.len();
        let numbered = || (0..).zip(&self.edges);
        let up = Lists::group(count, numbered().map(|(number, edge)| (edge.child, number)));
        let down = Lists::group(count, numbered().map(|(number, edge)| (edge.parent, number)));
        // Of two nodes with one id the first counts, and of two entries that are gathered the last.
        let numbers = self.nodes.iter().enumerate().rev();
        self.by_id = numbers.map(|(number, node)| (node.id.0, number as NodeId)).collect();
        (self.up, self.down) = (up, down);
    }

    /// The virtual node of a ChainID.
    pub fn find_unnamed(&self, chain_id: &Digest) -> Option<NodeId> {
        self.unnamed.iter().find(|(_, unnamed)| unnamed.chain_id == *chain_id).map(|(node, _)| *node)
    }

    /// Every edge with its number.
    pub fn edges(&self) -> impl Iterator<Item = (EdgeId, &Edge)> {
        self.edges.iter().enumerate().map(|(number, edge)| (number as EdgeId, edge))
    }

    /// An edge.
    pub fn edge(&self, edge: EdgeId) -> Option<&Edge> {
        self.edges.get(edge as usize)
    }

    /// The ways of knowing of an edge, by way.
    pub fn proofs(&self, edge: &Edge) -> &[Proof] {
        let (from, to) = edge.proofs;
        self.proofs.get(from as usize..to as usize).unwrap_or_default()
    }

    /// What a node stands on or took from.
    pub fn parents(&self, node: NodeId) -> impl Iterator<Item = (EdgeId, &Edge)> {
        self.up.of(node).iter().filter_map(|edge| Some((*edge, self.edge(*edge)?)))
    }

    /// What stands on a node or took from it.
    pub fn children(&self, node: NodeId) -> impl Iterator<Item = (EdgeId, &Edge)> {
        self.down.of(node).iter().filter_map(|edge| Some((*edge, self.edge(*edge)?)))
    }

    /// Every node after all that it stands on; only edges that are cut go the other way.
    pub fn parents_first(&self) -> &[NodeId] {
        &self.order
    }

    /// The images of an index.
    pub fn members(&self, index: NodeId) -> &[NodeId] {
        self.members.of(index)
    }

    /// The indexes that list an image.
    pub fn member_of(&self, image: NodeId) -> &[NodeId] {
        self.member_of.of(image)
    }

    /// Other images with exactly the same layers.
    pub fn same_layers(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let at = self.indexes.iter().find_map(|index| Some((index, index.whole(node)?)));
        at.into_iter().flat_map(|(index, point)| index.chains_at(point)).copied().filter(move |other| *other != node)
    }

    /// The layers of an image or of a virtual node, lowest first, and what they are named by. diffIDs where they are
    /// known.
    pub fn layers(&self, node: NodeId) -> Option<(LayerKind, Vec<Digest>)> {
        [LayerKind::Uncompressed, LayerKind::Compressed].into_iter().find_map(|kind| {
            let numbers = self.layer_numbers(node, kind);
            let digests = numbers.iter().filter_map(|number| self.layers.digest(*number));
            (!numbers.is_empty()).then(|| (kind, digests.collect()))
        })
    }

    /// The ChainID of an image's or a virtual node's layers.
    pub fn chain_id(&self, node: NodeId) -> Option<Digest> {
        chain_id(&self.layers(node)?.1)
    }

    /// The images and virtual nodes that have a layer, by number.
    pub fn with_layer(&self, layer: &Digest) -> Vec<NodeId> {
        let Some(number) = self.layers.find(layer) else { return Vec::new() };
        let has = |node: &NodeId| self.chains.iter().any(|chains| chains.of(*node).contains(&number));
        (0..self.len() as NodeId).filter(has).collect()
    }

    /// The nodes whose layers are all of a stack, else those whose layers begin with it, by number.
    pub fn with_stack(&self, stack: &Digest) -> Vec<NodeId> {
        let whole: Vec<NodeId> =
            (0..self.len() as NodeId).filter(|n| self.chain_id(*n).as_ref() == Some(stack)).collect();
        if !whole.is_empty() {
            return whole;
        }
        let begins = |node: &NodeId| {
            self.layers(*node).is_some_and(|(_, layers)| super::chain_ids(&layers).any(|id| id == *stack))
        };
        (0..self.len() as NodeId).filter(begins).collect()
    }

    /// The layer of a number.
    pub fn layer(&self, number: LayerId) -> Option<Digest> {
        self.layers.digest(number)
    }

    /// The number of a layer that some image has, or that was told of one.
    pub fn find_layer(&self, layer: &Digest) -> Option<LayerId> {
        self.layers.find(layer)
    }

    pub(super) fn layer_numbers(&self, node: NodeId, kind: LayerKind) -> &[LayerId] {
        self.chains[usize::from(kind == LayerKind::Compressed)].of(node)
    }

    /// Claims that could not be used, by the caller's number, with why.
    pub fn rejected(&self) -> &[(u64, &'static str)] {
        &self.rejected
    }

    /// Whether an edge belongs into a drawing or an outline: not a base further down, not the end of a circle.
    pub fn is_drawn(&self, edge: &Edge) -> bool {
        edge.status != super::EdgeStatus::Ancestor && !edge.cut
    }

    /// The edge to the base under which an outline lists a node: the surest one that is drawn.
    pub fn main_base(&self, node: NodeId) -> Option<(EdgeId, &Edge)> {
        self.parents(node)
            .filter(|(_, edge)| edge.kind == EdgeKind::Base && self.is_drawn(edge))
            .max_by_key(|(number, edge)| (std::cmp::Reverse(edge.status), edge.confidence, std::cmp::Reverse(*number)))
    }

    /// Whether a node belongs into lists: it stands in the inventory, or an edge leads to or from it.
    pub fn is_listed(&self, node: NodeId) -> bool {
        let linked = || !self.up.of(node).is_empty() || !self.down.of(node).is_empty();
        self.node(node).is_some_and(|facts| facts.known || facts.kind == NodeKind::Virtual || linked())
    }
}

//! The graph as JSON, in the shape that the command line promises.

use serde::Serialize;

use super::Selection;
use crate::graph::lineage::Lineage;
use crate::graph::node::NodeKind;

/// `graph --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document<'g> {
    /// Nodes, by number.
    pub nodes: Vec<NodeCell<'g>>,
    /// Edges, by child.
    pub edges: Vec<EdgeCell>,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NodeCell<'g> {
    /// 32 hex digits, as in the image list.
    pub id: String,
    /// The name to show.
    pub name: &'g str,
    /// `image`, `virtual` or `build`.
    pub kind: &'static str,
    /// Number of layers, where it is known.
    pub layers: Option<u32>,
    /// It is an index: a group of images.
    pub index: bool,
    /// It stands in the inventory.
    pub known: bool,
    /// For a virtual node its ChainID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain_id: Option<String>,
    /// For a virtual node how many images share it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_by: Option<u32>,
}

/// An edge.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EdgeCell {
    /// The child's id.
    pub from: String,
    /// The parent's id.
    pub to: String,
    /// `base`, `build-input` or `frontend`.
    pub kind: &'static str,
    /// From 0 to 1.
    pub confidence: f64,
    /// The ways of knowing.
    pub proof: Vec<&'static str>,
    /// How it fits in with all else: `direct`, `alternative`, `unsettled`, `conflict`.
    pub status: &'static str,
}

/// The selection as a document.
pub fn document<'g>(graph: &'g Lineage, selection: &Selection) -> Document<'g> {
    let nodes = selection.nodes.iter().filter_map(|number| {
        let node = graph.node(*number)?;
        let unnamed = graph.unnamed(*number);
        Some(NodeCell {
            id: node.id.to_string(),
            name: graph.name(*number),
            kind: node.kind.as_str(),
            layers: node.layers,
            index: node.kind == NodeKind::Index,
            known: node.known,
            chain_id: unnamed.map(|unnamed| unnamed.chain_id.to_string()),
            shared_by: unnamed.map(|unnamed| unnamed.sharers),
        })
    });
    let edges = selection.edges.iter().filter_map(|number| {
        let edge = graph.edge(*number)?;
        let mut proof: Vec<&str> = graph.proofs(edge).iter().map(|proof| proof.way.as_str()).collect();
        proof.dedup();
        Some(EdgeCell {
            from: graph.node(edge.child)?.id.to_string(),
            to: graph.node(edge.parent)?.id.to_string(),
            kind: edge.kind.as_str(),
            confidence: f64::from(edge.confidence.thousandths()) / 1000.0,
            proof,
            status: edge.status.as_str(),
        })
    });
    Document { nodes: nodes.collect(), edges: edges.collect() }
}

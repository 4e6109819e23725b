//! The parts of the graph: nodes, edges, proofs.

use crate::model::digest::Digest;
use crate::model::id::Id;
use crate::model::lineage::{Confidence, EdgeKind, LayerKind, ProofKind};

/// The number of a node: dense, from 0, the same for the same evidence in whatever order it came.
pub type NodeId = u32;

/// The number of an edge: dense, from 0, by child, then parent, then kind.
pub type EdgeId = u32;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum NodeKind {
    /// An image: one platform's manifest with its config, or a name that no digest is known of.
    #[default]
    Image,
    /// An index: a group of images.
    Index,
    /// Layers that several images share and that no known image is.
    Virtual,
    /// What a Dockerfile builds, where it has no name.
    Build,
}

impl NodeKind {
    /// The word used in JSON. An index is an image to whoever pulls it; a field of its own tells it apart.
    pub fn as_str(self) -> &'static str {
        match self {
            NodeKind::Image | NodeKind::Index => "image",
            NodeKind::Virtual => "virtual",
            NodeKind::Build => "build",
        }
    }
}

/// How much hangs on an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Weight {
    /// Places that use it.
    pub uses: u32,
    /// Places that run it.
    pub running: u32,
}

/// What is known of an image's base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// A base is known, by layers or by a claim.
    Based,
    /// It stands on layers that no known image is.
    OnUnnamed,
    /// It is said to stand on nothing (`FROM scratch`).
    Scratch,
    /// Layers are known, and no known stack is below them.
    Bottom,
    /// One layer, nothing below and nothing above: either from scratch or flattened. Layers cannot tell.
    OneLayer,
    /// Layers were merged: the base cannot be seen in what is left.
    Flattened,
    /// Neither layers nor a claim.
    Unknown,
}

/// A node of the graph. Its name and relations are asked of [`super::Lineage`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// The id that the image list shows; for a virtual node the first half of its ChainID.
    pub id: Id,
    /// What it is.
    pub kind: NodeKind,
    /// It stands in the inventory. False for what only a claim names, and for virtual nodes.
    pub known: bool,
    /// A digest of it is known.
    pub resolved: bool,
    /// Number of layers, where it is known.
    pub layers: Option<u32>,
    /// How much hangs on it.
    pub weight: Weight,
    /// What is known of its base.
    pub standing: Standing,
    /// Its evidence says that it stands on nothing, and its layers that it does not.
    pub disputed: bool,
}

/// Layers that several images share and that no known image is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unnamed {
    /// Identifies it: `chain:<ChainID>` in judgements.
    pub chain_id: Digest,
    /// What its layers are named by.
    pub kind: LayerKind,
    /// Images that have these layers.
    pub sharers: u32,
    /// The name a responder gave it.
    pub name: Option<String>,
    /// What claims call the base of images that stand right on it, most named first, with how many do.
    pub suggested: Vec<(NodeId, u32)>,
}

/// How an edge fits in with all else that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EdgeStatus {
    /// The immediate base, or an input.
    Direct,
    /// The parent is a base further down. Counts for reach, is no second base and is not drawn.
    Ancestor,
    /// One of several that are equally possible.
    Alternative,
    /// Another base is known better; whether this one is the same, a base further down or wrong, cannot be told.
    Unsettled,
    /// Contradicts the layers or another claim.
    Conflict,
}

impl EdgeStatus {
    /// The word used in JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            EdgeStatus::Direct => "direct",
            EdgeStatus::Ancestor => "ancestor",
            EdgeStatus::Alternative => "alternative",
            EdgeStatus::Unsettled => "unsettled",
            EdgeStatus::Conflict => "conflict",
        }
    }
}

/// A child and what it stands on or took from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The image that stands on the other.
    pub child: NodeId,
    /// The image it stands on.
    pub parent: NodeId,
    /// What the child has of it.
    pub kind: EdgeKind,
    /// How it fits in.
    pub status: EdgeStatus,
    /// All proofs taken together.
    pub confidence: Confidence,
    /// Closes a circle of claims: left out of orders and drawings, counts for reach.
    pub cut: bool,
    pub(super) proofs: (u32, u32),
}

/// One way of knowing of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Proof {
    /// How.
    pub way: ProofKind,
    /// How far it is trusted alone.
    pub confidence: Confidence,
    /// The caller's number of the claim, to open its evidence; `None` for what was worked out from layers or history.
    pub source: Option<u64>,
}

/// All proofs of one edge taken together: the best, and 20 thousandths more for each other way that agrees, at most
/// [`Confidence::CAP`]. Two proofs of one way are one: they may be copies of each other.
pub fn together(proofs: &[Proof]) -> Confidence {
    let best = proofs.iter().map(|proof| proof.confidence).max().unwrap_or_default();
    let ways = proofs.iter().fold(0_u16, |ways, proof| ways | 1 << proof.way.index()).count_ones() as u16;
    let raised = best.thousandths().saturating_add(20 * ways.saturating_sub(1));
    Confidence::new(raised.min(best.max(Confidence::CAP).thousandths()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(way: ProofKind, confidence: u16) -> Proof {
        Proof { way, confidence: Confidence::new(confidence), source: None }
    }

    #[test]
    fn agreement_raises_confidence_and_copies_do_not() {
        let layers = proof(ProofKind::Layers, 970);
        let annotation = proof(ProofKind::Annotation, 900);
        let dockerfile = proof(ProofKind::Dockerfile, 850);
        assert_eq!(together(&[]).thousandths(), 0);
        assert_eq!(together(&[annotation, annotation]).thousandths(), 900);
        assert_eq!(together(&[annotation, dockerfile]).thousandths(), 920);
        assert_eq!(together(&[dockerfile, annotation, layers]).thousandths(), 990);
        assert_eq!(together(&[proof(ProofKind::Statement, 1000), layers]).thousandths(), 1000);
    }
}

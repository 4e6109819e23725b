//! The graph of a case, and the way back from a proof to its evidence.

use rusqlite::Connection;
use std::collections::HashMap;

use crate::case::project::ProjectError;
pub use crate::case::query::lineage::graph;
use crate::case::query::lineage::{ImageRow, LineageFacts, Numbered, SourceRow, node_numbers, numbered};
use crate::graph::{Edge, Lineage, NodeId, Proof};
use crate::model::fact::Spot;
use crate::model::id::Id;

/// The graph of a case, and what it was made of.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Which image stands on which.
    pub graph: Lineage,
    /// What evidence says, as it was handed over.
    pub facts: LineageFacts,
    /// By node: the place in [`LineageFacts::images`], where it is one of them.
    rows: Vec<Option<u32>>,
    /// By node: its number in the projections.
    numbers: Vec<i64>,
    /// The other way round.
    nodes: HashMap<i64, NodeId>,
}

impl Known {
    /// Reads all facts of lineage of a case and makes the graph of them.
    pub fn read(conn: &Connection) -> Result<Known, ProjectError> {
        Known::read_telling(conn, || {})
    }

    /// The same; `halfway` is called when the facts are read and the graph is about to be made of them.
    pub fn read_telling(conn: &Connection, halfway: impl FnOnce()) -> Result<Known, ProjectError> {
        let Numbered { facts, numbers } = numbered(conn)?;
        halfway();
        let graph = graph(&facts);
        let mut rows = vec![None; graph.len()];
        for (at, image) in (0_u32..).zip(&facts.images) {
            let node = Id::parse(&image.id).and_then(|id| graph.find(id.0));
            if let Some(row) = node.and_then(|node| rows.get_mut(node as usize)) {
                // Of two that have one id, the graph took the first.
                row.get_or_insert(at);
            }
        }
        let numbers = node_numbers(conn, &graph, &facts, &numbers)?;
        let nodes = (0..).zip(&numbers).map(|(node, number)| (*number, node)).collect();
        Ok(Known { graph, facts, rows, numbers, nodes })
    }

    /// The image behind a node; none for virtual nodes and for what only a claim names.
    pub fn image(&self, node: NodeId) -> Option<&ImageRow> {
        let at = (*self.rows.get(node as usize)?)?;
        self.facts.images.get(at as usize)
    }

    /// The number of a node's image in the projections, which is good for questions about the same state only.
    pub(super) fn number(&self, node: NodeId) -> Option<i64> {
        self.numbers.get(node as usize).copied()
    }

    /// The node of a number.
    pub(super) fn node(&self, number: i64) -> Option<NodeId> {
        self.nodes.get(&number).copied()
    }

    /// Where a claimed proof stands; none for what was worked out from layers or history.
    pub fn stands(&self, proof: &Proof) -> Option<(&SourceRow, &Spot)> {
        self.claimed(proof.source?)
    }

    /// Where the surest claim of an edge stands: the id of the evidence, and the place in it as `evidence show --at` takes
    /// it; `None` for what layers or history show by themselves.
    pub fn first_claim(&self, edge: &Edge) -> Option<(String, String)> {
        let proofs = self.graph.proofs(edge).iter();
        let claimed = proofs.filter_map(|proof| Some((proof.confidence, self.stands(proof)?)));
        let (_, (source, spot)) = claimed.max_by_key(|(confidence, _)| *confidence)?;
        Some((source.evidence.clone()?, locator(spot)))
    }

    /// Where the claim of a number stands.
    pub fn claimed(&self, number: u64) -> Option<(&SourceRow, &Spot)> {
        let row = self.facts.claims.get(usize::try_from(number).ok()?)?;
        Some((self.facts.sources.get(row.source as usize)?, &row.claim.spot))
    }
}

/// A spot as `evidence show --at` takes it.
pub fn locator(spot: &Spot) -> String {
    if spot.pointer.is_empty() { format!("{}+{}", spot.offset, spot.length) } else { spot.pointer.clone() }
}

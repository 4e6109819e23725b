//! The graph of a case, and the way back from a proof to its evidence.

use rusqlite::Connection;
use std::collections::HashMap;

use crate::case::project::ProjectError;
use crate::case::query::lineage::{Compiled, ImageRow, SourceRow, Stacks, compiled, nodes};
use crate::graph::{Edge, Lineage, NodeId, Proof};
use crate::model::fact::Spot;

pub use crate::case::query::lineage::graph;

/// The graph of a case, and what it was made of.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Which image stands on which.
    pub graph: Lineage,
    /// Every image.
    images: Vec<ImageRow>,
    /// Where evidence is from.
    sources: Vec<SourceRow>,
    /// Where claims stand: sources by their places, and the spots in them.
    claims: Vec<(u32, Spot)>,
    /// By node: the place in `images`, where it is one of them.
    rows: Vec<Option<u32>>,
    /// By node: its number in the projections.
    numbers: Vec<i64>,
    /// The other way round.
    nodes: HashMap<i64, NodeId>,
}

/// Where the layers of an image are told: a source, and the first byte and the length in it.
pub type LayersStand = (u32, u64, u64);

impl Known {
    /// The graph of a case as it is kept, else built of all facts of lineage.
    pub fn read(conn: &Connection) -> Result<Known, ProjectError> {
        Ok(Known::of(compiled(conn, || {})?).0)
    }

    /// The same, and where the layers of each node are told first; `halfway` is called when the facts are read and the graph
    /// is about to be made of them.
    pub fn read_telling(
        conn: &Connection,
        halfway: impl FnOnce(),
    ) -> Result<(Known, HashMap<NodeId, LayersStand>), ProjectError> {
        let (known, stacks) = Known::of(compiled(conn, halfway)?);
        let mut of_row = vec![None; known.images.len()];
        for (node, row) in (0..).zip(&known.rows) {
            let place = row.and_then(|row| of_row.get_mut(row as usize));
            place.into_iter().for_each(|place| *place = Some(node));
        }
        let mut stand = HashMap::new();
        for stack in stacks.each() {
            if let Some(node) = of_row.get(stack.image as usize).copied().flatten() {
                stand.entry(node).or_insert(stack.stands);
            }
        }
        Ok((known, stand))
    }

    fn of(compiled: Compiled) -> (Known, Stacks) {
        let Compiled { graph, images, claims, stacks, sources, numbers, rows, .. } = compiled;
        let nodes = nodes(&numbers);
        (Known { graph, images, sources, claims, rows, numbers, nodes }, stacks)
    }

    /// The image behind a node; none for virtual nodes and for what only a claim names.
    pub fn image(&self, node: NodeId) -> Option<&ImageRow> {
        let at = (*self.rows.get(node as usize)?)?;
        self.images.get(at as usize)
    }

    /// How many images stand in the images list.
    pub fn listed(&self) -> usize {
        self.images.iter().filter(|image| image.listed).count()
    }

    /// A piece of evidence, by its place.
    pub fn source(&self, place: u32) -> Option<&SourceRow> {
        self.sources.get(place as usize)
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
        let (source, spot) = self.claims.get(usize::try_from(number).ok()?)?;
        Some((self.source(*source)?, spot))
    }
}

/// A spot as `evidence show --at` takes it.
pub fn locator(spot: &Spot) -> String {
    if spot.pointer.is_empty() { format!("{}+{}", spot.offset, spot.length) } else { spot.pointer.clone() }
}

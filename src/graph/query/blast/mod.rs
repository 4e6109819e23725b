//! What a set of bad nodes reaches: proven, likely, and what cannot be told.
//!
//! Owns the difference between "does not stand on it" and "nobody can tell". An image is left out only where its own
//! layers, and those of what is bad, exclude it; a base or a digest that is not known never means safe. Only bases can
//! be excluded: whether a build took something else from a bad image is known only where somebody says so.

mod missing;
mod open;
#[cfg(test)]
mod tests;

pub use missing::Missing;

use super::reach::{Prefer, Reach, Reached, Search, Thresholds, counts};
use crate::graph::lineage::Lineage;
use crate::graph::node::NodeId;
use open::Open;

/// The answer.
#[derive(Debug, Clone)]
pub struct Blast {
    /// Every image of the inventory that is reached, proven before likely, nearer before farther, then by number. The
    /// starts are not among them.
    pub reached: Vec<Reached>,
    /// Images of which it cannot be told, by reason, then by number. Those that a weak step reaches are here, too.
    pub cannot_tell: Vec<(NodeId, Missing)>,
    /// Images that are excluded.
    pub excluded: u32,
    /// The ways; see [`Search::path`] and [`Search::of`], which know nodes that are no images as well.
    pub search: Search,
}

/// How many images, and places that run them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reckoned {
    /// Proven images.
    pub proven: u32,
    /// Likely ones.
    pub likely: u32,
    /// Those of which it cannot be told.
    pub cannot_tell: u32,
    /// Places that run the proven, likely and undecided ones.
    pub running: [u32; 3],
}

impl Blast {
    /// What `bad` reaches.
    pub fn new(graph: &Lineage, bad: &[NodeId], thresholds: Thresholds) -> Blast {
        Blast::with_doubt(graph, bad, &[], thresholds)
    }

    /// What `bad` reaches, where of `doubtful` nodes it is not known whether they are bad, too. With neither, nobody knows
    /// what is bad, and nothing is excluded.
    pub fn with_doubt(graph: &Lineage, bad: &[NodeId], doubtful: &[NodeId], thresholds: Thresholds) -> Blast {
        let search = Search::new(graph, bad, thresholds, Prefer::Surest);
        let doubt = (!doubtful.is_empty()).then(|| Search::new(graph, doubtful, thresholds, Prefer::Surest));
        let doubted = |node| doubt.as_ref().is_some_and(|doubt| doubt.of(node).is_some());
        let open = Open::new(graph, &[bad, doubtful].concat());
        let (mut reached, mut cannot_tell, mut excluded) = (Vec::new(), Vec::new(), 0);
        for node in (0..graph.len() as NodeId).filter(|node| counts(graph, *node)) {
            match (search.of(node), open.of(node)) {
                (Some(found), _) if found.distance == 0 => {}
                (Some(found), _) if found.reach > Reach::CannotTell => reached.push(found),
                (Some(_), _) => cannot_tell.push((node, Missing::WeakStep)),
                (None, _) if doubted(node) => cannot_tell.push((node, Missing::Doubt)),
                (None, Some(missing)) => cannot_tell.push((node, missing)),
                (None, None) => excluded += 1,
            }
        }
        reached.sort_by_key(|r| (std::cmp::Reverse(r.reach), r.distance, std::cmp::Reverse(r.confidence), r.node));
        cannot_tell.sort_by_key(|(node, missing)| (*missing, *node));
        Blast { reached, cannot_tell, excluded, search }
    }

    /// Leaves every image open that is not reached: what is meant is not only what stands on the starts. `why` says what is
    /// missing of each.
    pub fn leave_open(&mut self, graph: &Lineage, why: impl Fn(NodeId) -> Missing) {
        let is_reached = |node: &NodeId| {
            self.search.of(*node).is_some_and(|found| found.distance == 0 || found.reach > Reach::CannotTell)
        };
        let open = (0..graph.len() as NodeId).filter(|node| counts(graph, *node) && !is_reached(node));
        self.cannot_tell = open.map(|node| (node, why(node))).collect();
        self.cannot_tell.sort_by_key(|(node, missing)| (*missing, *node));
        self.excluded = 0;
    }

    /// The counts.
    pub fn reckoned(&self, graph: &Lineage) -> Reckoned {
        let mut sum = Reckoned::default();
        let running = |node: NodeId| graph.node(node).map_or(0, |node| node.weight.running);
        let [proven, likely, open] = &mut sum.running;
        for reached in &self.reached {
            let (count, runs) = if reached.reach == Reach::Proven {
                (&mut sum.proven, &mut *proven)
            } else {
                (&mut sum.likely, &mut *likely)
            };
            *count += 1;
            *runs = runs.saturating_add(running(reached.node));
        }
        for (node, _) in &self.cannot_tell {
            sum.cannot_tell += 1;
            *open = open.saturating_add(running(*node));
        }
        sum
    }
}

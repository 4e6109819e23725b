//! What running images stand on an image: how many, and how critical the worst of them is (rule C4, and fan-out).
//!
//! Owns the way from an image to all that stands on it. A name or an index that something stands on stands for the images
//! under it. What stands on an image by its base, by what its build took in or by its frontend counts alike: each carries
//! what is in it.

use rusqlite::Connection;
use std::collections::{BTreeSet, HashMap, HashSet};

use crate::case::project::error::ProjectError;
use crate::case::project::kept::is_told;
use crate::case::query::lineage::{Compiled, compiled, nodes};
use crate::graph::{Lineage as Graph, NodeId};
use crate::model::assessment::Criticality;

/// The graph of the case by the numbers of images.
pub(in crate::case) struct Carried {
    graph: Graph,
    numbers: Vec<i64>,
    nodes: HashMap<i64, NodeId>,
}

/// What stands on one image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::case) struct Upon {
    /// Running images, counted up to the number that was asked for.
    pub running: Vec<i64>,
    /// The most critical of them that was met, with its level.
    pub worst: Option<(Criticality, i64)>,
}

impl Carried {
    /// What evidence says; `None` where it says nothing of any image.
    pub fn read(conn: &Connection) -> Result<Option<Carried>, ProjectError> {
        if !is_told(conn)? {
            return Ok(None);
        }
        let Compiled { graph, numbers, .. } = compiled(conn, || {})?;
        let nodes = nodes(&numbers);
        Ok(Some(Carried { graph, numbers, nodes }))
    }

    /// The images that something stands on.
    pub fn bases(&self) -> impl Iterator<Item = i64> {
        let carries = |node: NodeId| self.children(node).next().is_some();
        (0..).zip(&self.numbers).filter(move |(node, _)| carries(*node)).map(|(_, number)| *number)
    }

    /// What these images stand on, and so on.
    pub fn below(&self, images: &BTreeSet<i64>) -> BTreeSet<i64> {
        let (mut found, mut seen) = (BTreeSet::new(), HashSet::new());
        let mut waiting: Vec<NodeId> = images.iter().filter_map(|image| self.nodes.get(image).copied()).collect();
        while let Some(node) = waiting.pop() {
            let parents = self.graph.parents(node).map(|(_, edge)| edge.parent);
            let within = parents.flat_map(|parent| self.graph.members(parent).iter().copied().chain([parent]));
            for next in within.chain(self.graph.member_of(node).iter().copied()) {
                if seen.insert(next) {
                    found.extend(self.numbers.get(next as usize));
                    waiting.push(next);
                }
            }
        }
        found
    }

    /// What stands on an image, and so on. It looks no further once it has met so many that run and one of them is High.
    pub fn upon(&self, image: i64, many: u64, runs: impl Fn(i64) -> Option<Criticality>) -> Upon {
        let mut found = Upon::default();
        let Some(start) = self.nodes.get(&image).copied() else { return found };
        let mut seen = HashSet::from([start]);
        let mut waiting = vec![start];
        while let Some(node) = waiting.pop() {
            let enough = found.running.len() as u64 >= many;
            if enough && found.worst.is_some_and(|(level, _)| level >= Criticality::High) {
                break;
            }
            for next in self.children(node) {
                if !seen.insert(next) {
                    continue;
                }
                waiting.push(next);
                let Some(number) = self.numbers.get(next as usize).copied() else { continue };
                let Some(level) = runs(number) else { continue };
                found.running.push(number);
                if found.worst.is_none_or(|(worst, _)| level > worst) {
                    found.worst = Some((level, number));
                }
            }
        }
        found
    }

    /// What stands on a node itself, on an index that holds it, and what an index holds.
    fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let of = |node: NodeId| self.graph.children(node).map(|(_, edge)| edge.child);
        let by_index = self.graph.member_of(node).iter().flat_map(move |index| of(*index));
        of(node).chain(by_index).chain(self.graph.members(node).iter().copied())
    }
}

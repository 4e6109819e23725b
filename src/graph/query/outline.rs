//! The bases as an outline: each image once, under its surest base, opened level by level.
//!
//! Made for a list of which only a window is drawn: rows of closed nodes are never made, and counts are asked for in
//! blocks.

use super::counts::{Descendants, descendants};
use crate::graph::lineage::Lineage;
use crate::graph::lists::Lists;
use crate::graph::node::{EdgeId, NodeId};

/// A line of the outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The node.
    pub node: NodeId,
    /// How far it is indented.
    pub depth: u32,
    /// The edge to the node it stands under; none at the top.
    pub edge: Option<EdgeId>,
    /// It stands on or took from others, too.
    pub also_via: u32,
    /// How many rows can be opened under it.
    pub children: u32,
    /// What stands on it in all.
    pub descendants: Descendants,
}

/// The outline of a graph.
#[derive(Debug, Clone)]
pub struct Outline {
    /// Nodes without a base, by what stands on them.
    roots: Vec<NodeId>,
    /// Nodes by the one they are listed under, in the same order.
    children: Lists,
    counts: Vec<Descendants>,
    /// The edge to the node each is listed under.
    under: Vec<Option<EdgeId>>,
}

impl Outline {
    /// Orders everything by what stands on it, images before places that run them.
    pub fn new(graph: &Lineage) -> Outline {
        let all: Vec<NodeId> = (0..graph.len() as NodeId).collect();
        let counts = descendants(graph, &all);
        let under: Vec<Option<EdgeId>> = all.iter().map(|node| graph.main_base(*node).map(|(edge, _)| edge)).collect();
        let mut listed: Vec<NodeId> = all.into_iter().filter(|node| graph.is_listed(*node)).collect();
        let weight = |node: NodeId| counts.get(node as usize).map_or((0, 0), |c| (c.images, c.running));
        listed.sort_by_key(|node| (std::cmp::Reverse(weight(*node)), graph.name(*node).to_owned(), *node));
        let parent = |node: NodeId| {
            let edge = under.get(node as usize).copied().flatten()?;
            Some(graph.edge(edge)?.parent)
        };
        let roots = listed.iter().copied().filter(|node| parent(*node).is_none()).collect();
        let pairs: Vec<(NodeId, NodeId)> = listed.iter().filter_map(|node| Some((parent(*node)?, *node))).collect();
        Outline { roots, children: Lists::group(graph.len(), pairs.iter().copied()), counts, under }
    }

    /// The nodes at the top, those that most stands on first.
    pub fn roots(&self) -> &[NodeId] {
        &self.roots
    }

    /// What is listed under a node, in the same order.
    pub fn children(&self, node: NodeId) -> &[NodeId] {
        self.children.of(node)
    }

    /// What stands on a node in all.
    pub fn descendants(&self, node: NodeId) -> Descendants {
        self.counts.get(node as usize).copied().unwrap_or_default()
    }

    /// Nodes to keep so that every match is seen with all that it stands under.
    pub fn keep(&self, graph: &Lineage, matches: impl Fn(NodeId) -> bool) -> Vec<bool> {
        let mut keep = vec![false; graph.len()];
        for node in (0..graph.len() as NodeId).filter(|node| matches(*node)) {
            let mut at = Some(node);
            while let Some(node) = at {
                match keep.get_mut(node as usize) {
                    Some(kept) if !*kept => *kept = true,
                    _ => break,
                }
                let edge = self.under.get(node as usize).copied().flatten();
                at = edge.and_then(|edge| graph.edge(edge)).map(|edge| edge.parent);
            }
        }
        keep
    }

    /// The rows of what is open, from row `skip` on and at most `most` of them, and how many rows there are in all.
    /// `keep` leaves out what a filter hides.
    pub fn rows(
        &self,
        graph: &Lineage,
        is_open: impl Fn(NodeId) -> bool,
        keep: Option<&[bool]>,
        skip: usize,
        most: usize,
    ) -> (Vec<Row>, usize) {
        let kept = |node: &NodeId| keep.is_none_or(|keep| keep.get(*node as usize).copied().unwrap_or(false));
        let mut waiting: Vec<(NodeId, u32)> = self.roots.iter().rev().filter(|n| kept(n)).map(|n| (*n, 0)).collect();
        let (mut rows, mut count) = (Vec::new(), 0);
        while let Some((node, depth)) = waiting.pop() {
            if count >= skip && rows.len() < most {
                rows.push(self.row(graph, node, depth));
            }
            count += 1;
            if is_open(node) {
                waiting.extend(self.children(node).iter().rev().filter(|n| kept(n)).map(|n| (*n, depth + 1)));
            }
        }
        (rows, count)
    }

    fn row(&self, graph: &Lineage, node: NodeId, depth: u32) -> Row {
        let edge = self.under.get(node as usize).copied().flatten();
        let drawn = graph.parents(node).filter(|(number, parent)| graph.is_drawn(parent) && Some(*number) != edge);
        Row {
            node,
            depth,
            edge,
            also_via: drawn.count() as u32,
            children: self.children(node).len() as u32,
            descendants: self.descendants(node),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::testing::{claim, graph, image, node};
    use crate::model::lineage::{EdgeKind, ProofKind};

    #[test]
    fn opens_level_by_level_and_keeps_ancestors_of_matches() {
        let images = [
            image("alpine", &[5]),
            image("debian", &[1]),
            image("node", &[1, 2]),
            image("app", &[1, 2, 3]),
            image("job", &[1, 4]),
        ];
        let graph = graph(&images, &[claim("app", "alpine", Some(EdgeKind::BuildInput), ProofKind::Dockerfile)]);
        let outline = Outline::new(&graph);
        let shown = |rows: Vec<Row>| -> Vec<String> {
            rows.iter()
                .map(|r| format!("{}{} {}", " ".repeat(r.depth as usize), graph.name(r.node), r.descendants.images))
                .collect()
        };
        let (rows, count) = outline.rows(&graph, |_| true, None, 0, 99);
        assert_eq!(count, 5);
        assert_eq!(rows[2].also_via, 1);
        assert_eq!(shown(rows), ["debian 3", " node 1", "  app 0", " job 0", "alpine 1"]);
        let (closed, count) = outline.rows(&graph, |_| false, None, 1, 1);
        assert_eq!((shown(closed), count), (vec!["alpine 1".to_owned()], 2));
        let app = node(&graph, "app");
        let keep = outline.keep(&graph, |node| node == app);
        assert_eq!(shown(outline.rows(&graph, |_| true, Some(&keep), 0, 99).0), ["debian 3", " node 1", "  app 0"]);
    }
}

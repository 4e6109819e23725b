//! Lineage written down: SVG, DOT, Mermaid, an outline as text, JSON.
//!
//! Owns how a graph looks outside the terminal. Every name is escaped for the format it goes into; nothing written here
//! runs code or fetches anything when it is opened.

mod dot;
mod json;
mod mermaid;
mod svg;
mod text;
mod words;

pub use dot::dot;
pub use json::{Document, document};
pub use mermaid::mermaid;
pub use svg::{Figure, figure, svg};
pub use text::{outline, path};
pub use words::{how, label, link_words, proof_words, way_line};

use std::collections::VecDeque;

use super::lineage::Lineage;
use super::node::{EdgeId, NodeId};

/// What a node is marked with: a sign beside its name, and a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mark {
    /// Nothing to say.
    #[default]
    None,
    /// It is what is bad.
    Bad,
    /// Proven to be reached.
    Proven,
    /// Likely to be reached.
    Likely,
    /// It cannot be told.
    CannotTell,
}

impl Mark {
    /// The sign, so that colour is never the only one.
    pub fn sign(self) -> &'static str {
        match self {
            Mark::None => "",
            Mark::Bad => "!! ",
            Mark::Proven => "= ",
            Mark::Likely => "~ ",
            Mark::CannotTell => "? ",
        }
    }
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Nodes, by number.
    pub nodes: Vec<NodeId>,
    /// Edges between them, by number.
    pub edges: Vec<EdgeId>,
    /// How many nodes were left out.
    pub left_out: usize,
}

impl Selection {
    /// Everything that an edge leads to or from, and at most `most` nodes: those that most stands on.
    pub fn all(graph: &Lineage, most: usize) -> Selection {
        let linked = |node: NodeId| {
            let mut edges = graph.parents(node).chain(graph.children(node));
            edges.any(|(_, edge)| graph.is_drawn(edge))
        };
        let mut nodes: Vec<NodeId> = (0..graph.len() as NodeId).filter(|node| linked(*node)).collect();
        if nodes.len() > most {
            let children = |node: NodeId| graph.down.of(node).len();
            nodes.sort_by_key(|node| (std::cmp::Reverse(children(*node)), *node));
        }
        Selection::of(graph, nodes, most)
    }

    /// What some nodes stand on, and what stands on them, the nearest first where there are more than `most`.
    pub fn around(graph: &Lineage, centres: &[NodeId], most: usize) -> Selection {
        let mut seen = vec![false; graph.len()];
        let mut nodes = Vec::new();
        // Upwards and downwards never turn: a sibling is not around.
        let mut waiting: VecDeque<(NodeId, bool, bool)> = centres.iter().map(|node| (*node, true, true)).collect();
        let mut ways = vec![(false, false); graph.len()];
        while let Some((node, below, above)) = waiting.pop_front() {
            let Some(way) = ways.get_mut(node as usize) else { continue };
            let (below, above) = (below && !way.0, above && !way.1);
            if !below && !above {
                continue;
            }
            *way = (way.0 || below, way.1 || above);
            if !std::mem::replace(&mut seen[node as usize], true) {
                nodes.push(node);
            }
            if below {
                let parents = graph.parents(node).filter(|(_, edge)| graph.is_drawn(edge));
                waiting.extend(parents.map(|(_, edge)| (edge.parent, true, false)));
            }
            if above {
                let children = graph.children(node).filter(|(_, edge)| graph.is_drawn(edge));
                waiting.extend(children.map(|(_, edge)| (edge.child, false, true)));
            }
        }
        Selection::of(graph, nodes, most)
    }

    fn of(graph: &Lineage, mut nodes: Vec<NodeId>, most: usize) -> Selection {
        let left_out = nodes.len().saturating_sub(most);
        nodes.truncate(most);
        nodes.sort_unstable();
        let mut chosen = vec![false; graph.len()];
        nodes.iter().for_each(|node| chosen[*node as usize] = true);
        let both = |child: NodeId, parent: NodeId| chosen[child as usize] && chosen[parent as usize];
        let edges = graph.edges().filter(|(_, edge)| graph.is_drawn(edge) && both(edge.child, edge.parent));
        Selection { edges: edges.map(|(number, _)| number).collect(), nodes, left_out }
    }
}

#[cfg(test)]
mod tests;

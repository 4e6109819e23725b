//! One image with what it stands on and what stands on it, as much as fits a screen.

use super::counts::{Descendants, descendants};
use crate::graph::lineage::Lineage;
use crate::graph::node::{EdgeId, NodeId};

/// The three zones: below, the image, above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Focus {
    /// The image in the middle, and what stands on it in all.
    pub image: (NodeId, Descendants),
    /// What it stands on, nearest first: the steps away, the edge that led there, the node.
    pub below: Vec<(u32, EdgeId, NodeId)>,
    /// How many more there are below.
    pub below_more: u32,
    /// What stands right on it, most descendants first.
    pub above: Vec<(EdgeId, NodeId, Descendants)>,
    /// How many more stand right on it.
    pub above_more: u32,
    /// How many images stand on those left out, or are left out themselves, each counted once.
    pub hidden: Descendants,
}

/// At most `most` nodes around an image, half of them below where there are so many.
pub fn focus(graph: &Lineage, image: NodeId, most: usize) -> Focus {
    let below = all_below(graph, image);
    let children: Vec<(EdgeId, NodeId)> = drawn_children(graph, image).collect();
    let nodes: Vec<NodeId> = children.iter().map(|(_, child)| *child).collect();
    let counted = descendants(graph, &nodes);
    let mut above: Vec<(EdgeId, NodeId, Descendants)> =
        children.into_iter().zip(counted).map(|((edge, child), counted)| (edge, child, counted)).collect();
    above.sort_by_key(|(edge, _, counted)| (std::cmp::Reverse((counted.images, counted.running)), *edge));
    let room_above = most.saturating_sub(below.len().min(most / 2));
    let shown_above = above.len().min(room_above);
    let shown_below = below.len().min(most - shown_above);
    let hidden = hidden(graph, above.get(shown_above..).unwrap_or_default());
    Focus {
        image: (image, descendants(graph, &[image]).first().copied().unwrap_or_default()),
        below_more: (below.len() - shown_below) as u32,
        above_more: (above.len() - shown_above) as u32,
        below: below.into_iter().take(shown_below).collect(),
        above: above.into_iter().take(shown_above).collect(),
        hidden,
    }
}

fn drawn_children(graph: &Lineage, node: NodeId) -> impl Iterator<Item = (EdgeId, NodeId)> {
    let drawn = graph.children(node).filter(|(_, edge)| graph.is_drawn(edge));
    drawn.map(|(number, edge)| (number, edge.child))
}

/// Everything below, level by level, each node once.
fn all_below(graph: &Lineage, image: NodeId) -> Vec<(u32, EdgeId, NodeId)> {
    let mut seen = std::collections::BTreeSet::from([image]);
    let mut found: Vec<(u32, EdgeId, NodeId)> = Vec::new();
    let (mut at, mut next) = ((0, image), 0);
    loop {
        for (number, edge) in graph.parents(at.1).filter(|(_, edge)| graph.is_drawn(edge)) {
            if seen.insert(edge.parent) {
                found.push((at.0 + 1, number, edge.parent));
            }
        }
        let Some((steps, _, node)) = found.get(next) else { return found };
        at = (*steps, *node);
        next += 1;
    }
}

/// What a list of children left out comes to.
fn hidden(graph: &Lineage, left_out: &[(EdgeId, NodeId, Descendants)]) -> Descendants {
    let mut seen = std::collections::BTreeSet::new();
    let mut waiting: Vec<NodeId> = left_out.iter().map(|(_, node, _)| *node).collect();
    let mut sum = Descendants::default();
    while let Some(node) = waiting.pop() {
        if !seen.insert(node) {
            continue;
        }
        if super::reach::counts(graph, node) {
            sum.images += 1;
            sum.running = sum.running.saturating_add(graph.node(node).map_or(0, |node| node.weight.running));
        }
        waiting.extend(graph.children(node).map(|(_, edge)| edge.child));
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::testing::{graph, image, node};

    #[test]
    fn shows_what_fits_and_says_what_does_not() {
        let mut images =
            vec![image("root", &[1]), image("base", &[1, 2]), image("busy", &[1, 2, 3]), image("on it", &[1, 2, 3, 4])];
        images.extend((0..10).map(|n| image(&format!("app {n}"), &[1, 2, 100 + n])));
        let graph = graph(&images, &[]);
        let shown = focus(&graph, node(&graph, "base"), 6);
        assert_eq!(shown.image.1.images, 12);
        assert_eq!(
            shown.below.iter().map(|(steps, _, node)| (*steps, graph.name(*node))).collect::<Vec<_>>(),
            [(1, "root")]
        );
        assert_eq!((shown.above.len(), shown.above_more, shown.hidden.images), (5, 6, 6));
        assert_eq!(graph.name(shown.above[0].1), "busy");
        let all = focus(&graph, node(&graph, "base"), 40);
        assert_eq!((all.above.len(), all.above_more, all.below_more, all.hidden.images), (11, 0, 0, 0));
    }
}

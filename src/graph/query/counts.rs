//! How many different images stand on each of many nodes, counted exactly where ways meet again.
//!
//! 64 nodes are asked about at once: a word of 64 bits is handed from parents to children, one bit for each of them, and
//! the bits are added up in planes, a column of bits for each of the 64 counters.

use super::reach;
use crate::graph::lineage::Lineage;
use crate::graph::node::NodeId;

/// What stands on a node, directly or not, itself not counted; bases further down and cut edges included, circles once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Descendants {
    /// Different images of the inventory.
    pub images: u32,
    /// Places that run one of them.
    pub running: u32,
}

/// 64 counters of 32 bits, one plane a bit.
struct Planes([u64; 32]);

impl Planes {
    /// Adds `amount` to every counter that has a bit in `mask`; counters stay at the top once they are there.
    fn add(&mut self, mask: u64, amount: u32) {
        for bit in (0..32).filter(|bit| amount >> bit & 1 == 1) {
            let mut carry = mask;
            for plane in self.0.iter_mut().skip(bit) {
                let next = *plane & carry;
                *plane ^= carry;
                carry = next;
                if carry == 0 {
                    break;
                }
            }
            if carry != 0 {
                self.0.iter_mut().for_each(|plane| *plane |= carry);
            }
        }
    }

    fn get(&self, counter: usize) -> u32 {
        (0..).zip(&self.0).fold(0, |sum, (bit, plane): (u32, &u64)| sum | ((plane >> counter & 1) as u32) << bit)
    }
}

/// Counts for several nodes, in their order.
pub fn descendants(graph: &Lineage, nodes: &[NodeId]) -> Vec<Descendants> {
    let all = || 0..graph.len() as NodeId;
    let images: Vec<u32> = all().map(|node| u32::from(reach::counts(graph, node))).collect();
    let runs = |node: NodeId| graph.node(node).map_or(0, |node| node.weight.running);
    let running: Vec<u32> = all().zip(&images).map(|(node, image)| image * runs(node)).collect();
    let [images, running] = sums(graph, nodes, |_| true, [&images, &running]);
    images.into_iter().zip(running).map(|(images, running)| Descendants { images, running }).collect()
}

/// For each of `nodes` the sums of the weights of all that stands on it, itself not counted; ways lead only through
/// nodes that `passes` lets through. Weights are by node.
pub(super) fn sums<const N: usize>(
    graph: &Lineage,
    nodes: &[NodeId],
    passes: impl Fn(NodeId) -> bool,
    weights: [&[u32]; N],
) -> [Vec<u32>; N] {
    let mut masks = vec![0_u64; graph.len()];
    let mut sums = [(); N].map(|()| vec![0; nodes.len()]);
    // Nothing stands on a leaf.
    let asked: Vec<usize> = (0..nodes.len()).filter(|at| !graph.down.of(nodes[*at]).is_empty()).collect();
    for some in asked.chunks(64) {
        masks.fill(0);
        for (bit, at) in some.iter().enumerate() {
            masks[nodes[*at] as usize] |= 1 << bit;
        }
        hand_on(graph, &mut masks, &passes);
        for (bit, at) in some.iter().enumerate() {
            masks[nodes[*at] as usize] &= !(1 << bit);
        }
        let mut planes = [(); N].map(|()| Planes([0; 32]));
        for (node, mask) in masks.iter().enumerate().filter(|(_, mask)| **mask != 0) {
            planes.iter_mut().zip(weights).for_each(|(planes, weights)| planes.add(*mask, weights[node]));
        }
        for (sums, planes) in sums.iter_mut().zip(&planes) {
            some.iter().enumerate().for_each(|(bit, at)| sums[*at] = planes.get(bit));
        }
    }
    sums
}

/// Hands bits from parents to children: one pass in order, then only what circles add, so that forged ones cost little.
fn hand_on(graph: &Lineage, masks: &mut [u64], passes: &impl Fn(NodeId) -> bool) {
    let edges = |node: NodeId| {
        let edges = graph.down.of(node).iter().map(|edge| &graph.edges[*edge as usize]);
        edges.filter(|edge| passes(edge.child))
    };
    let mut waiting = Vec::new();
    for node in &graph.order {
        let mask = masks[*node as usize];
        if mask == 0 {
            continue;
        }
        for edge in edges(*node) {
            let child = &mut masks[edge.child as usize];
            if edge.cut && mask & !*child != 0 {
                waiting.push(edge.child);
            }
            *child |= mask;
        }
    }
    while let Some(node) = waiting.pop() {
        let mask = masks[node as usize];
        for edge in edges(node) {
            let child = &mut masks[edge.child as usize];
            if mask & !*child != 0 {
                *child |= mask;
                waiting.push(edge.child);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::testing::{Image, base, graph, image, node};
    use crate::model::lineage::ProofKind;
    use proptest::prelude::*;

    #[test]
    fn what_is_reached_twice_counts_once() {
        let run = |name: &str, layers: &[u32], running| Image { running, ..image(name, layers) };
        let images = [run("root", &[1], 9), run("a", &[1, 2], 1), run("b", &[1, 3], 2), run("both", &[1, 2, 4], 5)];
        let graph = graph(&images, &[base("both", "b", ProofKind::Annotation)]);
        let of = |name: &str| descendants(&graph, &[node(&graph, name)])[0];
        assert_eq!(of("root"), Descendants { images: 3, running: 8 });
        assert_eq!(of("b"), Descendants { images: 1, running: 5 });
        assert_eq!(of("both"), Descendants::default());
    }

    proptest! {
        #[test]
        fn agrees_with_walking(pairs in prop::collection::vec((0_usize..80, 0_usize..80), 0..160)) {
            let names: Vec<String> = (0..80).map(|n| format!("n{n}")).collect();
            let images: Vec<Image> = (0..).zip(&names).map(|(at, name)| Image { running: at, ..image(name, &[]) }).collect();
            let claims: Vec<_> = pairs.iter().map(|(a, b)| base(&names[*a], &names[*b], ProofKind::Statement)).collect();
            let graph = graph(&images, &claims);
            let all: Vec<NodeId> = (0..graph.len() as NodeId).collect();
            for (node, counted) in (0..).zip(descendants(&graph, &all)) {
                let mut seen = std::collections::BTreeSet::new();
                let mut waiting = vec![node];
                while let Some(next) = waiting.pop() {
                    waiting.extend(graph.children(next).map(|(_, edge)| edge.child).filter(|child| seen.insert(*child)));
                }
                seen.remove(&node);
                let running = seen.iter().map(|node| graph.node(*node).unwrap().weight.running).sum();
                prop_assert_eq!(counted, Descendants { images: seen.len() as u32, running });
            }
        }
    }
}

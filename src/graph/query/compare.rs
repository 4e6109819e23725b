//! Two images side by side: the layers they share, where they part, what each adds.

use crate::graph::lineage::Lineage;
use crate::graph::node::NodeId;
use crate::model::digest::Digest;
use crate::model::lineage::LayerKind;

/// What comparing two images shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// One of them, or both, has no layers known that the other's could be held against.
    CannotTell {
        /// The first has layers of some kind.
        first_has_layers: bool,
        /// The second has.
        second_has_layers: bool,
    },
    /// Their layers, held against each other.
    Layers(Difference),
}

/// Where two stacks part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What the layers are named by.
    pub kind: LayerKind,
    /// The layers both have, lowest first. The first difference is right above.
    pub common: Vec<Digest>,
    /// The known image or virtual node that is just these common layers or the most of them, where there is one.
    pub common_base: Option<NodeId>,
    /// What the first adds on top.
    pub first_adds: Vec<Digest>,
    /// What the second adds on top.
    pub second_adds: Vec<Digest>,
}

/// Compares two nodes by diffIDs where both have them, else by compressed digests.
pub fn compare(graph: &Lineage, first: NodeId, second: NodeId) -> Compared {
    for kind in [LayerKind::Uncompressed, LayerKind::Compressed] {
        let (a, b) = (graph.layer_numbers(first, kind), graph.layer_numbers(second, kind));
        if a.is_empty() || b.is_empty() {
            continue;
        }
        let shared = a.iter().zip(b).take_while(|(a, b)| a == b).count();
        let digests = |layers: &[u32]| layers.iter().filter_map(|layer| graph.layers.digest(*layer)).collect();
        return Compared::Layers(Difference {
            kind,
            common: digests(a.get(..shared).unwrap_or_default()),
            common_base: common_base(graph, first, second, kind, shared),
            first_adds: digests(a.get(shared..).unwrap_or_default()),
            second_adds: digests(b.get(shared..).unwrap_or_default()),
        });
    }
    Compared::CannotTell {
        first_has_layers: graph.layers(first).is_some(),
        second_has_layers: graph.layers(second).is_some(),
    }
}

/// The deepest node on the way down from the first image that the second has, too.
fn common_base(graph: &Lineage, first: NodeId, second: NodeId, kind: LayerKind, shared: usize) -> Option<NodeId> {
    let is_common = |node: NodeId| {
        let layers = graph.layer_numbers(node, kind);
        !layers.is_empty() && layers.len() <= shared && graph.layer_numbers(second, kind).starts_with(layers)
    };
    let mut at = first;
    // Each step goes down by a layer or more, or along the history of images with the same layers.
    for _ in 0..crate::model::lineage::LayerChain::MOST {
        if is_common(at) {
            return Some(at);
        }
        at = graph.main_base(at)?.1.parent;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::testing::{Image, digest, graph, image, node};

    #[test]
    fn tells_where_two_images_part() {
        let images = [
            image("debian", &[1]),
            image("a", &[1, 2, 3]),
            image("b", &[1, 2, 4, 5]),
            image("none", &[]),
            Image { compressed: true, ..image("zipped", &[1, 2]) },
        ];
        let graph = graph(&images, &[]);
        let of = |a: &str, b: &str| compare(&graph, node(&graph, a), node(&graph, b));
        let layer = |n: u32| digest(&format!("layer {n}"));
        let Compared::Layers(parted) = of("a", "b") else { panic!("both have layers") };
        assert_eq!((parted.common, parted.first_adds), (vec![layer(1), layer(2)], vec![layer(3)]));
        assert_eq!(parted.second_adds, [layer(4), layer(5)]);
        assert_eq!(graph.name(parted.common_base.unwrap()), "unknown base, 2 layers, in 2 images");
        let Compared::Layers(stands) = of("a", "debian") else { panic!("both have layers") };
        assert_eq!((stands.common_base, stands.second_adds), (Some(node(&graph, "debian")), vec![]));
        assert_eq!(of("a", "none"), Compared::CannotTell { first_has_layers: true, second_has_layers: false });
        assert_eq!(of("a", "zipped"), Compared::CannotTell { first_has_layers: true, second_has_layers: true });
    }
}

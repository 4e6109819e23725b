//! What is written is read, and what is read never leads astray.

use proptest::prelude::*;

use crate::graph::testing::{Image, claim, edges, graph, image, node};
use crate::graph::{Blast, Lineage, Prefer, Search, Thresholds};
use crate::model::digest::Digest;
use crate::model::lineage::{EdgeKind, LineageClaim, ProofKind};

fn world(links: &[(u8, u8, u8)], chains: &[Vec<u32>]) -> Lineage {
    let images: Vec<Image> = (0..).zip(chains).map(|(at, chain)| image(&format!("n{at}"), chain)).collect();
    let claims: Vec<LineageClaim> = links
        .iter()
        .map(|(child, parent, way)| {
            let way = ProofKind::ALL[usize::from(*way) % ProofKind::ALL.len()];
            let kind = EdgeKind::ALL[usize::from(*child) % 3];
            claim(&format!("n{child}"), &format!("n{parent}"), Some(kind), way)
        })
        .collect();
    graph(&images, &claims)
}

#[test]
fn what_is_named_comes_back_without_the_name() {
    let mut named = graph(&[image("a", &[1, 2, 3]), image("b", &[1, 2, 4])], &[]);
    let before = named.to_bytes();
    let unnamed = node(&named, "unknown base, 2 layers, in 2 images");
    let chain = named.chain_id(unnamed).unwrap();
    assert!(named.call(&chain, "our base"));
    assert_eq!(named.to_bytes(), before, "what it is called is kept elsewhere");
    let read = Lineage::from_bytes(&before).unwrap();
    assert_eq!(read.name(unnamed), "unknown base, 2 layers, in 2 images");
    assert_eq!(
        (read.find_unnamed(&chain), read.with_layer(&Digest::of(b"layer 3"))),
        (Some(unnamed), named.with_layer(&Digest::of(b"layer 3")))
    );
    assert_eq!(named.with_layer(&Digest::of(b"layer 3")).len(), 1);
}

#[test]
fn a_circle_that_is_not_cut_is_refused() {
    let links = [(0, 1, 3), (1, 2, 3), (2, 0, 3)];
    let whole = world(&links, &[vec![], vec![], vec![]]);
    assert!(whole.edges().any(|(_, edge)| edge.cut), "the circle is cut somewhere");
    let mut forged = whole.clone();
    forged.edges.iter_mut().for_each(|edge| edge.cut = false);
    assert!(Lineage::from_bytes(&whole.to_bytes()).is_some());
    assert!(Lineage::from_bytes(&forged.to_bytes()).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Circles, images with the same layers, virtual nodes and all: every answer is that of the graph that was written.
    #[test]
    fn a_graph_that_is_read_answers_as_the_one_that_was_built(
        links in prop::collection::vec((0_u8..12, 0_u8..12, any::<u8>()), 0..30),
        chains in prop::collection::vec(prop::collection::vec(0_u32..3, 0..5), 10),
    ) {
        let built = world(&links, &chains);
        let bytes = built.to_bytes();
        let read = Lineage::from_bytes(&bytes).unwrap();
        prop_assert_eq!(read.to_bytes(), bytes);
        prop_assert_eq!(edges(&read), edges(&built));
        prop_assert_eq!(read.parents_first(), built.parents_first());
        for (start, node) in built.nodes() {
            prop_assert_eq!(read.find(node.id.0), built.find(node.id.0));
            prop_assert_eq!(read.layers(start), built.layers(start));
            prop_assert_eq!(read.same_layers(start).collect::<Vec<_>>(), built.same_layers(start).collect::<Vec<_>>());
            let [mine, theirs] = [&read, &built].map(|graph| {
                let blast = Blast::new(graph, &[start], Thresholds::default());
                let paths: Vec<_> = (0..graph.len() as u32).map(|node| blast.search.path(node)).collect();
                (blast.reached.clone(), blast.cannot_tell.clone(), blast.excluded, paths)
            });
            prop_assert_eq!(mine, theirs);
        }
    }

    /// Whatever was changed in the bytes, they are refused or are a graph that can be asked anything.
    #[test]
    fn forged_bytes_are_refused_or_harmless(
        links in prop::collection::vec((0_u8..6, 0_u8..6, any::<u8>()), 0..8),
        chains in prop::collection::vec(prop::collection::vec(0_u32..3, 0..4), 6),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = world(&links, &chains).to_bytes();
        prop_assert!(Lineage::from_bytes(&bytes[..cut.index(bytes.len())]).is_none(), "a part is no graph");
        for (place, byte) in changes {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        let Some(read) = Lineage::from_bytes(&bytes) else { return Ok(()) };
        for (start, _) in read.nodes() {
            let search = Search::new(&read, &[start], Thresholds::default(), Prefer::Surest);
            (0..read.len() as u32).for_each(|node| drop(search.path(node)));
            let _ = (Blast::new(&read, &[start], Thresholds::default()), read.layers(start), read.chain_id(start));
            let _ = crate::graph::to_roots(&read, start, 5);
            let _ = crate::graph::focus(&read, start, 5);
        }
        let _ = crate::graph::Outline::new(&read);
    }
}

//! What is reached, what stays open and what is excluded; and that more claims never reach less.

use super::*;
use crate::graph::testing::{Image, base, claim, digest, graph, id, image, node};
use crate::graph::{Builder, ImageFacts};
use crate::model::lineage::{EdgeKind, LineageClaim, ProofKind};
use proptest::prelude::*;

fn told(graph: &Lineage, bad: &str) -> (Vec<String>, Vec<String>) {
    let blast = Blast::new(graph, &[node(graph, bad)], Thresholds::default());
    let reached = blast.reached.iter().map(|r| format!("{} {}", graph.name(r.node), r.reach.as_str())).collect();
    let open = blast.cannot_tell.iter().map(|(node, why)| format!("{} {why:?}", graph.name(*node))).collect();
    (reached, open)
}

#[test]
fn layers_exclude_and_what_is_missing_does_not() {
    let images = [
        image("bad", &[1, 2]),
        image("app", &[1, 2, 3]),
        image("input", &[7, 8]),
        image("other", &[7, 9]),
        image("no layers", &[]),
        Image { flattened: true, ..image("squashed", &[5]) },
        image("one layer", &[6]),
        image("labelled", &[4]),
        Image { compressed: true, ..image("zipped", &[1, 2, 3]) },
        image("weak", &[]),
    ];
    let claims = [
        claim("input", "bad", Some(EdgeKind::BuildInput), ProofKind::Dockerfile),
        base("weak", "bad", ProofKind::Label),
        base("labelled", "elsewhere", ProofKind::Label),
    ];
    let graph = graph(&images, &claims);
    let (reached, open) = told(&graph, "bad");
    assert_eq!(reached, ["app proven", "input likely"]);
    let mut open = open;
    open.sort();
    let expected = [
        "labelled OneLayer",
        "no layers Layers",
        "one layer OneLayer",
        "squashed Flattened",
        "weak WeakStep",
        "zipped OtherLayers",
    ];
    assert_eq!(open, expected);
    let blast = Blast::new(&graph, &[node(&graph, "bad")], Thresholds::default());
    assert_eq!(blast.excluded, 1);
    let counted = blast.reckoned(&graph);
    assert_eq!((counted.proven, counted.likely, counted.cannot_tell), (1, 1, 6));
}

#[test]
fn without_layers_of_the_bad_one_nothing_is_excluded() {
    let images = [image("bad", &[]), image("other", &[7, 9]), image("none", &[8, 9])];
    let (reached, open) = told(&graph(&images, &[base("none", "scratch", ProofKind::Dockerfile)]), "bad");
    assert!(reached.is_empty());
    assert_eq!(open, ["other LayersOfBad"]);
}

#[test]
fn what_may_be_meant_leaves_what_stands_on_it_open() {
    let images =
        [image("bad", &[1]), image("app", &[1, 2]), image("old", &[5]), image("other", &[5, 6]), image("x", &[8, 9])];
    let graph = graph(&images, &[]);
    let of = |name| node(&graph, name);
    let blast = Blast::with_doubt(&graph, &[of("bad")], &[of("old")], Thresholds::default());
    let reached: Vec<NodeId> = blast.reached.iter().map(|reached| reached.node).collect();
    assert_eq!(reached, [of("app")]);
    let mut expected = vec![(of("old"), Missing::Doubt), (of("other"), Missing::Doubt)];
    expected.sort_by_key(|(node, _)| *node);
    assert_eq!((blast.cannot_tell, blast.excluded), (expected, 1));
}

#[test]
fn nothing_is_excluded_where_it_is_left_open() {
    let images = [image("bad", &[1]), image("app", &[1, 2]), image("other", &[7, 8])];
    let graph = graph(&images, &[]);
    let [bad, other] = ["bad", "other"].map(|name| node(&graph, name));
    let mut blast = Blast::new(&graph, &[bad], Thresholds::default());
    assert_eq!((blast.reached.len(), blast.cannot_tell.len(), blast.excluded), (1, 0, 1));
    blast.leave_open(&graph, |_| Missing::Packages);
    assert_eq!((blast.cannot_tell, blast.excluded), (vec![(other, Missing::Packages)], 0));
}

#[test]
fn where_nobody_knows_what_is_bad_nothing_is_excluded() {
    let graph = graph(&[image("app", &[1, 2]), image("other", &[5])], &[]);
    let blast = Blast::new(&graph, &[], Thresholds::default());
    assert_eq!((blast.reached.len(), blast.cannot_tell.len(), blast.excluded), (0, 2, 0));
}

#[test]
fn a_name_without_a_digest_is_never_excluded() {
    let mut builder = crate::graph::testing::builder(&[image("bad", &[1]), image("base", &[7, 8])]);
    let name = "docker.io/library/app:1";
    builder.image(&ImageFacts { id: id("app"), name, ..ImageFacts::default() });
    builder.claim(base("app:1", "base", ProofKind::Dockerfile), 0);
    assert_eq!(told(&builder.build(), "bad").1, [format!("{name} Digest")]);
}

#[test]
fn a_base_that_is_excluded_excludes_what_stands_on_it() {
    let images = [image("bad", &[1, 2]), image("base", &[7, 8]), image("app", &[])];
    let (_, open) = told(&graph(&images, &[base("app", "base", ProofKind::Annotation)]), "bad");
    assert!(open.is_empty(), "{open:?}");
    let (_, open) = told(&graph(&images, &[base("app", "elsewhere", ProofKind::Annotation)]), "bad");
    assert_eq!(open, ["app Layers"]);
}

fn world(links: &[(u8, u8, u8)], chains: &[Vec<u32>]) -> Builder {
    let images: Vec<Image> = (0..).zip(chains).map(|(at, chain)| image(&format!("n{at}"), chain)).collect();
    let mut builder = crate::graph::testing::builder(&images);
    for (source, (child, parent, way)) in (0..).zip(links) {
        let way = ProofKind::ALL[usize::from(*way) % ProofKind::ALL.len()];
        let kind = EdgeKind::ALL[usize::from(*child) % 3];
        builder.claim(claim(&format!("n{child}"), &format!("n{parent}"), Some(kind), way), source);
    }
    builder
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever else is claimed, an image that was reached or open is never excluded, and what layers prove stays.
    #[test]
    fn more_claims_never_reach_less(
        links in prop::collection::vec((0_u8..10, 0_u8..10, any::<u8>()), 0..20),
        more in prop::collection::vec((0_u8..10, 0_u8..10, any::<u8>()), 1..6),
        chains in prop::collection::vec(prop::collection::vec(0_u32..3, 0..4), 10),
    ) {
        let before = world(&links, &chains).build();
        let all: Vec<_> = links.iter().chain(&more).copied().collect();
        let after = world(&all, &chains).build();
        for (start, _) in before.nodes().filter(|(_, node)| node.known) {
            let same = after.find(before.node(start).unwrap().id.0).unwrap();
            let (was, is) = (
                Search::new(&before, &[start], Thresholds::default(), Prefer::Surest),
                Search::new(&after, &[same], Thresholds::default(), Prefer::Surest),
            );
            for reached in was.all().filter(|r| before.node(r.node).unwrap().known) {
                let now = after.find(before.node(reached.node).unwrap().id.0).unwrap();
                prop_assert!(is.of(now).is_some(), "{} lost {}", before.name(start), before.name(reached.node));
            }
        }
    }

    /// More bad nodes reach no less, and no less surely.
    #[test]
    fn more_bad_nodes_never_reach_less(
        links in prop::collection::vec((0_u8..10, 0_u8..10, any::<u8>()), 0..30),
        chains in prop::collection::vec(prop::collection::vec(0_u32..3, 0..4), 10),
        bad in prop::collection::vec(0_u32..10, 1..4),
        more in 0_u32..10,
    ) {
        let graph = world(&links, &chains).build();
        let all: Vec<u32> = bad.iter().copied().chain([more]).collect();
        let few = Blast::new(&graph, &bad, Thresholds::default());
        let many = Blast::new(&graph, &all, Thresholds::default());
        for reached in few.search.all() {
            let now = many.search.of(reached.node).unwrap();
            prop_assert!((now.reach, now.confidence) >= (reached.reach, reached.confidence));
        }
        prop_assert!(many.excluded <= few.excluded);
    }

    /// The order in which things are added changes nothing.
    #[test]
    fn order_of_arrival_is_irrelevant(
        links in prop::collection::vec((0_u8..10, 0_u8..10, any::<u8>()), 0..20),
        chains in prop::collection::vec(prop::collection::vec(0_u32..3, 0..4), 10),
        seed in any::<u64>(),
    ) {
        let claims: Vec<(u64, LineageClaim)> = (0..).zip(&links).map(|(source, (child, parent, way))| {
            let way = ProofKind::ALL[usize::from(*way) % ProofKind::ALL.len()];
            (source, base(&format!("n{child}"), &format!("n{parent}"), way))
        }).collect();
        let plain: Vec<Image> = (0..).zip(&chains).map(|(at, chain)| image(&format!("n{at}"), chain)).collect();
        let key = |text: &str| digest(&format!("{seed} {text}"));
        let mut images = plain.clone();
        images.sort_by_key(|image| key(&image.name));
        let mut mixed = claims.clone();
        mixed.sort_by_key(|(source, _)| key(&source.to_string()));
        let mut one = crate::graph::testing::builder(&plain);
        claims.into_iter().for_each(|(source, claim)| one.claim(claim, source));
        let mut two = crate::graph::testing::builder(&images);
        mixed.into_iter().for_each(|(source, claim)| two.claim(claim, source));
        let (one, two) = (one.build(), two.build());
        prop_assert_eq!(&one.nodes, &two.nodes);
        prop_assert_eq!(&one.edges, &two.edges);
        prop_assert_eq!(&one.proofs, &two.proofs);
        prop_assert_eq!(&one.names, &two.names);
    }
}

//! What a set of bad nodes reaches: proven, likely, and what cannot be told.
//!
//! Owns the difference between "does not stand on it" and "nobody can tell". An image is left out only where its own
//! layers, and those of what is bad, exclude it; a base or a digest that is not known never means safe. Only bases can
//! be excluded: whether a build took something else from a bad image is known only where somebody says so.

use super::reach::{Prefer, Reach, Reached, Search, Thresholds, counts};
use crate::graph::lineage::Lineage;
use crate::graph::lists::Lists;
use crate::graph::node::{EdgeStatus, NodeId, NodeKind, Standing};
use crate::model::lineage::{Confidence, EdgeKind};

/// Why it cannot be told whether an image is reached, and with that what would tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Missing {
    /// A way leads there, with a step too weak to count. A better proof of it would tell.
    WeakStep,
    /// It is, or stands on, something of which it is not known whether it is meant. When its digest came would tell.
    Doubt,
    /// Only a name is known, no digest. The running digest would tell.
    Digest,
    /// Only an index is known, not what is in it. The index itself would tell.
    Manifest,
    /// Neither layers nor a base are known. The image's config would tell.
    Layers,
    /// Layers were merged. Its Dockerfile or provenance would tell.
    Flattened,
    /// One layer that may be from scratch or flattened. Its Dockerfile or provenance would tell.
    OneLayer,
    /// Its layers are known as a registry keeps them, those of what is bad by their content. The image's config would tell.
    OtherLayers,
    /// The layers of what is bad are not known, or only as a registry keeps them. They would tell.
    LayersOfBad,
    /// What is bad is a package, and of the image's packages there is no list. That would tell.
    Packages,
    /// There is a list without the package; a copy may be linked in statically. No list can tell.
    NotListed,
}

impl Missing {
    /// Every reason.
    pub const ALL: [Missing; 11] = [
        Missing::WeakStep,
        Missing::Doubt,
        Missing::Digest,
        Missing::Manifest,
        Missing::Layers,
        Missing::Flattened,
        Missing::OneLayer,
        Missing::OtherLayers,
        Missing::LayersOfBad,
        Missing::Packages,
        Missing::NotListed,
    ];

    /// What is the matter, for people.
    pub fn reason(self) -> &'static str {
        match self {
            Missing::WeakStep => "a step on the way is too weak",
            Missing::Doubt => "not known whether its digest is the one meant",
            Missing::Digest => "tag only, no digest",
            Missing::Manifest => "only an index, its images not known",
            Missing::Layers => "no layers and no base known",
            Missing::Flattened => "squashed, base not visible",
            Missing::OneLayer => "one layer: from scratch or squashed",
            Missing::OtherLayers => "layers told otherwise than the bad image's",
            Missing::LayersOfBad => "layers of the bad image not known",
            Missing::Packages => "no list of its packages",
            Missing::NotListed => "not in its list of packages, may be linked in",
        }
    }

    /// What would tell, for people.
    pub fn would_tell(self) -> &'static str {
        match self {
            Missing::WeakStep => "the image's config (layers) or its provenance",
            Missing::Doubt => "the digest, and since when it is there",
            Missing::Digest => "the digest that runs",
            Missing::Manifest => "the index, as the registry has it",
            Missing::Layers | Missing::OtherLayers => "the image's config (layers)",
            Missing::Flattened | Missing::OneLayer => "its Dockerfile or provenance",
            Missing::LayersOfBad => "the bad image's config (layers)",
            Missing::Packages => "its SBOM, or a scan that lists packages",
            Missing::NotListed => "who built it: what is linked in statically",
        }
    }
}

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

/// Whose base cannot be excluded.
struct Open(Vec<Option<Missing>>);

impl Open {
    fn new(graph: &Lineage, bad: &[NodeId]) -> Open {
        let compared = Compared::new(graph, bad);
        let mut open: Vec<Option<Missing>> = vec![None; graph.len()];
        for node in &graph.order {
            let missing = open_at(graph, &compared, &open, *node);
            if let Some(place) = open.get_mut(*node as usize) {
                *place = missing;
            }
        }
        // An index stands on nothing itself, so its images may come after it.
        for (index, _) in graph.nodes().filter(|(_, node)| node.kind == NodeKind::Index) {
            let members = graph.members(index);
            let missing = members.iter().find_map(|member| open.get(*member as usize).copied().flatten());
            if let Some(place) = open.get_mut(index as usize) {
                *place = if members.is_empty() { Some(Missing::Manifest) } else { missing };
            }
        }
        Open(open)
    }

    fn of(&self, node: NodeId) -> Option<Missing> {
        self.0.get(node as usize).copied().flatten()
    }
}

fn open_at(graph: &Lineage, compared: &Compared, open: &[Option<Missing>], node: NodeId) -> Option<Missing> {
    let facts = graph.node(node)?;
    if !facts.resolved {
        return Some(Missing::Digest);
    }
    let has_layers = facts.layers.is_some();
    let hidden = matches!(facts.standing, Standing::Flattened | Standing::OneLayer);
    if has_layers && !hidden && compared.with(graph, node) {
        return None;
    }
    let bases = graph.parents(node).map(|(_, edge)| edge).filter(|edge| {
        edge.kind == EdgeKind::Base
            && !edge.cut
            && edge.status == EdgeStatus::Direct
            && edge.confidence >= Confidence::STRONG
    });
    let mut based = false;
    for base in bases {
        based = true;
        if let Some(missing) = open.get(base.parent as usize).copied().flatten() {
            return Some(missing);
        }
    }
    match facts.standing {
        _ if based => None,
        Standing::Scratch => None,
        Standing::Flattened => Some(Missing::Flattened),
        Standing::OneLayer => Some(Missing::OneLayer),
        _ if has_layers && compared.by_content() => Some(Missing::OtherLayers),
        _ if has_layers => Some(Missing::LayersOfBad),
        _ => Some(Missing::Layers),
    }
}

/// Which kinds of chains the bad nodes can be compared by: for each different set of kinds one entry of two bits.
struct Compared(Vec<u8>);

impl Compared {
    fn new(graph: &Lineage, bad: &[NodeId]) -> Compared {
        let members = |node: &NodeId| {
            let members = graph.members(*node);
            if members.is_empty() { vec![*node] } else { members.to_vec() }
        };
        let mut kinds: Vec<u8> = bad.iter().flat_map(members).map(|node| chain_kinds(graph, node)).collect();
        if kinds.is_empty() {
            kinds.push(0);
        }
        kinds.sort_unstable();
        kinds.dedup();
        Compared(kinds)
    }

    /// Whether the layers of every bad one are known by their content.
    fn by_content(&self) -> bool {
        self.0.iter().all(|bad| bad & DIFF_IDS != 0)
    }

    /// Whether an image's layers can be held against those of every bad one.
    fn with(&self, graph: &Lineage, node: NodeId) -> bool {
        let mine = chain_kinds(graph, node);
        self.0.iter().all(|bad| bad & mine != 0)
    }
}

/// Bits of [`chain_kinds`].
const DIFF_IDS: u8 = 1;
const COMPRESSED: u8 = 2;

fn chain_kinds(graph: &Lineage, node: NodeId) -> u8 {
    let [diff_ids, compressed] = &graph.chains;
    let bit = |chains: &Lists, bit| if chains.of(node).is_empty() { 0 } else { bit };
    bit(diff_ids, DIFF_IDS) | bit(compressed, COMPRESSED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::testing::{Image, base, claim, digest, graph, id, image, node};
    use crate::graph::{Builder, ImageFacts};
    use crate::model::lineage::{LineageClaim, ProofKind};
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
            Image { compressed: true, ..image("zipped", &[1, 2, 3]) },
            image("weak", &[]),
        ];
        let claims = [
            claim("input", "bad", Some(EdgeKind::BuildInput), ProofKind::Dockerfile),
            base("weak", "bad", ProofKind::Label),
        ];
        let graph = graph(&images, &claims);
        let (reached, open) = told(&graph, "bad");
        assert_eq!(reached, ["app proven", "input likely"]);
        let mut open = open;
        open.sort();
        let expected =
            ["no layers Layers", "one layer OneLayer", "squashed Flattened", "weak WeakStep", "zipped OtherLayers"];
        assert_eq!(open, expected);
        let blast = Blast::new(&graph, &[node(&graph, "bad")], Thresholds::default());
        assert_eq!(blast.excluded, 1);
        let counted = blast.reckoned(&graph);
        assert_eq!((counted.proven, counted.likely, counted.cannot_tell), (1, 1, 5));
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
        let images = [
            image("bad", &[1]),
            image("app", &[1, 2]),
            image("old", &[5]),
            image("other", &[5, 6]),
            image("x", &[8, 9]),
        ];
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
}

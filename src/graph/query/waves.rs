//! In which order to rebuild, and where to begin.
//!
//! Owns the order of repair: an image is rebuilt after everything affected that it stands on or took from, in waves of
//! images that do not wait for each other. An image is clean only when all of that has been rebuilt, so the bases to
//! begin with are exactly those that wait for nothing: none can be left out, and no other is needed.

use super::counts;
use crate::graph::lineage::Lineage;
use crate::graph::node::{NodeId, NodeKind};

/// How urgent the images are, as far as this room must know: each has one of a few classes, the most urgent first, or
/// none.
pub struct Urgency<'u> {
    /// How many classes there are.
    pub classes: usize,
    /// The class of an image, from 0.
    pub class: &'u dyn Fn(NodeId) -> Option<usize>,
}

/// Images that can be rebuilt at the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wave {
    /// The most urgent first, then those that most others wait for.
    pub images: Vec<NodeId>,
    /// How many of each class this wave rebuilds.
    pub clears: Vec<u32>,
    /// How many of each class are left after it.
    pub left: Vec<u32>,
}

/// An image to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct First {
    /// The image.
    pub image: NodeId,
    /// Affected images that stand on it.
    pub on_it: u32,
    /// How many of each class are clean once this one, those before it, and all that stands on them are rebuilt.
    pub clears: Vec<u32>,
    /// How many of each class are left then.
    pub left: Vec<u32>,
}

/// The order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waves {
    /// How many of each class there are before anything is rebuilt.
    pub before: Vec<u32>,
    /// Wave after wave.
    pub waves: Vec<Wave>,
    /// Where to begin: the one with most affected images on it first.
    pub first: Vec<First>,
    /// Images in forged or real circles, for which the order is a proposal.
    pub circular: Vec<NodeId>,
}

/// The order in which to rebuild `affected`. What is bad but not among them is taken to be replaced from outside.
pub fn waves(graph: &Lineage, affected: &[NodeId], urgency: &Urgency<'_>) -> Waves {
    let mut is_affected = vec![false; graph.len()];
    for node in affected {
        if let Some(place) = is_affected.get_mut(*node as usize) {
            *place = true;
        }
    }
    let depth = depths(graph, &is_affected);
    let deepest = depth.iter().copied().max().unwrap_or(0) as usize;
    let mut waves = vec![Vec::new(); deepest];
    for (node, depth) in (0..).zip(&depth).filter(|(node, _)| is_affected[*node as usize]) {
        if let Some(wave) = (*depth as usize).checked_sub(1).and_then(|at| waves.get_mut(at)) {
            wave.push(node);
        }
    }
    let before = tally(urgency, waves.iter().flatten().copied());
    let mut left = before.clone();
    let first = first(graph, &is_affected, &depth, urgency, &before);
    let waves = waves.into_iter().map(|images| wave(graph, images, urgency, &mut left)).collect();
    let cut = graph.edges.iter().filter(|edge| edge.cut).flat_map(|edge| [edge.child, edge.parent]);
    let mut circular: Vec<NodeId> = cut.filter(|node| is_affected[*node as usize]).collect();
    circular.sort_unstable();
    circular.dedup();
    Waves { before, waves, first, circular }
}

/// For each node how many affected images lie on the longest way to it, itself counted.
fn depths(graph: &Lineage, is_affected: &[bool]) -> Vec<u32> {
    let mut depth = vec![0_u32; graph.len()];
    for node in &graph.order {
        let Some(facts) = graph.node(*node) else { continue };
        let affected = is_affected[*node as usize];
        // What nobody here rebuilds hands on what it stands on; an image that is not affected waits for nothing.
        if !affected && facts.known && facts.kind != NodeKind::Index {
            continue;
        }
        let below = before(graph, *node).map(|parent| depth[parent as usize]).max().unwrap_or(0);
        depth[*node as usize] = below + u32::from(affected);
    }
    depth
}

/// What a node waits for: its parents, and an index for its images.
fn before(graph: &Lineage, node: NodeId) -> impl Iterator<Item = NodeId> {
    let parents = graph.parents(node).filter(|(_, edge)| !edge.cut).map(|(_, edge)| edge.parent);
    parents.chain(graph.members(node).iter().copied())
}

fn wave(graph: &Lineage, mut images: Vec<NodeId>, urgency: &Urgency<'_>, left: &mut [u32]) -> Wave {
    let class = |node: NodeId| (urgency.class)(node).unwrap_or(usize::MAX);
    let waiting = |node: NodeId| std::cmp::Reverse(graph.down.of(node).len());
    images.sort_by_key(|node| (class(*node), waiting(*node), *node));
    let clears = tally(urgency, images.iter().copied());
    left.iter_mut().zip(&clears).for_each(|(left, clears)| *left = left.saturating_sub(*clears));
    Wave { images, clears, left: left.to_vec() }
}

fn tally(urgency: &Urgency<'_>, images: impl Iterator<Item = NodeId>) -> Vec<u32> {
    let mut counts = vec![0; urgency.classes];
    for class in images.filter_map(|node| (urgency.class)(node)) {
        if let Some(count) = counts.get_mut(class) {
            *count += 1;
        }
    }
    counts
}

/// The images that wait for no other, in the order in which to begin.
fn first(graph: &Lineage, is_affected: &[bool], depth: &[u32], urgency: &Urgency<'_>, before: &[u32]) -> Vec<First> {
    let begins = |node: &NodeId| is_affected[*node as usize] && depth[*node as usize] == 1;
    let mut tops: Vec<NodeId> = (0..graph.len() as NodeId).filter(begins).collect();
    let affected = |node: NodeId| u32::from(is_affected[node as usize]);
    let weights: Vec<u32> = (0..graph.len() as NodeId).map(affected).collect();
    let [on_it] = counts::sums(graph, &tops, |node| affected(node) > 0 || hands_on(graph, node), [&weights]);
    let mut ranked: Vec<(u32, NodeId)> = on_it.into_iter().zip(tops.drain(..)).collect();
    ranked.sort_by_key(|(on_it, node)| (std::cmp::Reverse(*on_it), *node));
    // The last of the tops that an image waits for decides when it is clean.
    let mut rank = vec![0_usize; graph.len()];
    for (at, (_, node)) in ranked.iter().enumerate() {
        rank[*node as usize] = at + 1;
    }
    for node in &graph.order {
        if affected(*node) > 0 || hands_on(graph, *node) {
            let below = self::before(graph, *node).map(|parent| rank[parent as usize]).max().unwrap_or(0);
            rank[*node as usize] = rank[*node as usize].max(below);
        }
    }
    let mut clears = vec![vec![0; urgency.classes]; ranked.len()];
    for node in (0..graph.len() as NodeId).filter(|node| affected(*node) > 0) {
        let at = rank[node as usize].checked_sub(1).and_then(|at| clears.get_mut(at));
        if let Some(count) = at.zip((urgency.class)(node)).and_then(|(counts, class)| counts.get_mut(class)) {
            *count += 1;
        }
    }
    let mut left = before.to_vec();
    let begin = |((on_it, image), clears): ((u32, NodeId), Vec<u32>)| {
        left.iter_mut().zip(&clears).for_each(|(left, clears)| *left = left.saturating_sub(*clears));
        First { image, on_it, clears, left: left.clone() }
    };
    ranked.into_iter().zip(clears).map(begin).collect()
}

/// What nobody here rebuilds, but what others may wait through.
fn hands_on(graph: &Lineage, node: NodeId) -> bool {
    graph.node(node).is_some_and(|node| !node.known || node.kind == NodeKind::Index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::query::blast::Blast;
    use crate::graph::testing::{base, claim, graph, image, node};
    use crate::graph::{EdgeStatus, Thresholds};
    use crate::model::lineage::{EdgeKind, ProofKind};
    use proptest::prelude::*;

    #[test]
    fn waves_go_from_the_base_up() {
        let images = [
            image("bad", &[1]),
            image("team", &[1, 2]),
            image("app", &[1, 2, 3]),
            image("job", &[1, 2, 4]),
            image("alone", &[1, 9]),
            image("mixed", &[1, 9, 8]),
            image("clean", &[5, 6]),
        ];
        let input = claim("mixed", "team", Some(EdgeKind::BuildInput), ProofKind::Dockerfile);
        let graph = graph(&images, &[input]);
        let blast = Blast::new(&graph, &[node(&graph, "bad")], Thresholds::default());
        let affected: Vec<NodeId> = blast.reached.iter().map(|reached| reached.node).collect();
        let class = |node: NodeId| (graph.name(node) != "job").then_some(0);
        let found = waves(&graph, &affected, &Urgency { classes: 1, class: &class });
        let names = |images: &[NodeId]| {
            let mut names: Vec<_> = images.iter().map(|node| graph.name(*node).to_owned()).collect();
            names.sort();
            names
        };
        assert_eq!(
            found.waves.iter().map(|wave| names(&wave.images)).collect::<Vec<_>>(),
            [vec!["alone", "team"], vec!["app", "job", "mixed"]]
        );
        assert_eq!(
            (found.before.as_slice(), found.waves[0].left.as_slice(), found.waves[1].left.as_slice()),
            (&[4][..], &[2][..], &[0][..])
        );
        let first: Vec<_> =
            found.first.iter().map(|f| (graph.name(f.image), f.on_it, f.clears[0], f.left[0])).collect();
        // `mixed` waits for both.
        assert_eq!(first, [("team", 3, 2, 2), ("alone", 1, 2, 0)]);
    }

    proptest! {
        #[test]
        fn nothing_is_rebuilt_before_what_it_stands_on(
            links in prop::collection::vec((0_u8..14, 0_u8..14), 0..40),
            affected in prop::collection::btree_set(0_u32..14, 0..14),
        ) {
            let images: Vec<_> = (0..14).map(|n| image(&format!("n{n}"), &[])).collect();
            let claims: Vec<_> =
                links.iter().map(|(a, b)| base(&format!("n{a}"), &format!("n{b}"), ProofKind::Statement)).collect();
            let graph = graph(&images, &claims);
            let affected: Vec<NodeId> = affected.into_iter().collect();
            let found = waves(&graph, &affected, &Urgency { classes: 1, class: &|_| Some(0) });
            let wave_of = |node: NodeId| found.waves.iter().position(|wave| wave.images.contains(&node));
            for node in &affected {
                let wave = wave_of(*node);
                prop_assert!(wave.is_some());
                for (_, edge) in graph.parents(*node).filter(|(_, edge)| !edge.cut && edge.status != EdgeStatus::Ancestor) {
                    prop_assert!(!affected.contains(&edge.parent) || wave_of(edge.parent) < wave);
                }
            }
            let cleared: u32 = found.first.iter().map(|first| first.clears[0]).sum();
            prop_assert_eq!(cleared as usize, affected.len());
            prop_assert_eq!(found.waves.last().map_or(0, |wave| wave.left[0]), 0);
        }
    }
}

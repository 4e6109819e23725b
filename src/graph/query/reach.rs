//! How far something reaches from a set of nodes, and how surely.
//!
//! Owns what follows from what: an image from its base, an index from its images and they from it, a name from the
//! digests that go by it, an image from another with the same layers. A way is as sure as its weakest step. Circles are
//! harmless: a node is settled once.

use std::collections::BinaryHeap;

use crate::graph::chain::ChainIndex;
use crate::graph::lineage::Lineage;
use crate::graph::node::{Edge, EdgeId, EdgeStatus, NodeId, NodeKind};
use crate::model::lineage::{Confidence, EdgeKind};

/// How sure it is that something is reached, the surest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reach {
    /// Some step is too weak to tell.
    CannotTell,
    /// Every step is well founded, and one or more is a build input, a claim or one of several possibilities.
    Likely,
    /// Every step is a base that layers or a pinned statement show.
    Proven,
}

impl Reach {
    /// The words of the command line's contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Reach::CannotTell => "cannot_tell",
            Reach::Likely => "likely",
            Reach::Proven => "proven",
        }
    }

    fn from_bits(bits: u64) -> Reach {
        match bits {
            0 => Reach::CannotTell,
            1 => Reach::Likely,
            _ => Reach::Proven,
        }
    }
}

/// From which confidence on a step counts as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// A base of at least this is proven.
    pub proven: Confidence,
    /// Anything of at least this is likely; below it nobody can tell, and a verdict is inherited one step lower.
    pub likely: Confidence,
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds { proven: Confidence::from(950), likely: Confidence::STRONG }
    }
}

impl Thresholds {
    /// What one edge alone allows to say.
    pub fn of(&self, edge: &Edge) -> Reach {
        let single = matches!(edge.status, EdgeStatus::Direct | EdgeStatus::Ancestor);
        if edge.confidence < self.likely {
            Reach::CannotTell
        } else if edge.kind == EdgeKind::Base && single && edge.confidence >= self.proven {
            Reach::Proven
        } else {
            Reach::Likely
        }
    }
}

/// What leads from one node to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Link {
    /// It is where the question begins.
    Start,
    /// An edge of lineage, from parent to child.
    Edge(EdgeId),
    /// From an index to an image in it.
    Member,
    /// From an image to an index that lists it: who uses the index may use this image.
    Listed,
    /// From a digest to a name that goes by it elsewhere: who uses the name may use this digest.
    Name,
    /// To an image with exactly the same layers.
    SameLayers,
}

/// How surely the links that are no edges lead on.
const LISTED: u64 = 900;
const NAME: u64 = 700;
const SAME_LAYERS: u64 = 800;

/// How far one node is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// The node.
    pub node: NodeId,
    /// How surely.
    pub reach: Reach,
    /// The confidence of the weakest step on the way.
    pub confidence: Confidence,
    /// Steps from the nearest start along the way taken.
    pub distance: u32,
}

/// Which way to prefer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefer {
    /// The surest, of equally sure ones the shortest.
    Surest,
    /// The shortest, of equally short ones the surest.
    Shortest,
}

/// Everything reached from a set of nodes, with the best way to each.
#[derive(Debug, Clone)]
pub struct Search {
    /// The best label of each state; 0 where it is not reached.
    labels: Vec<u64>,
    from: Vec<(u32, Link)>,
    prefer: Prefer,
    count: u32,
}

/// A label packs how good a way is into one number, more is better: reach, confidence, and 20 bits of steps.
const STEPS: u64 = (1 << 20) - 1;

fn pack(prefer: Prefer, reach: u64, confidence: u64, steps: u64) -> u64 {
    let short = STEPS - steps.min(STEPS);
    match prefer {
        // One more than nothing, so that 0 stays free for what is not reached.
        Prefer::Surest => 1 + (reach << 30 | confidence << 20 | short),
        Prefer::Shortest => 1 + (short << 12 | reach << 10 | confidence),
    }
}

fn unpack(prefer: Prefer, label: u64) -> (u64, u64, u64) {
    let label = label - 1;
    let confidence = |bits: u64| bits.min(1023);
    match prefer {
        Prefer::Surest => (label >> 30, confidence(label >> 20 & 1023), STEPS - (label & STEPS)),
        Prefer::Shortest => (label >> 10 & 3, confidence(label & 1023), STEPS - (label >> 12)),
    }
}

impl Search {
    /// Follows every link from `starts`. Numbers that are no nodes are passed over.
    ///
    /// A state is a node, or (above `count`) an index that is reached only because it lists something: its other images
    /// are not reached by that.
    pub fn new(graph: &Lineage, starts: &[NodeId], thresholds: Thresholds, prefer: Prefer) -> Search {
        let count = graph.len() as u32;
        let mut search = Search {
            labels: vec![0; 2 * graph.len()],
            from: vec![(u32::MAX, Link::Start); 2 * graph.len()],
            prefer,
            count,
        };
        let mut heap = BinaryHeap::new();
        for start in starts.iter().copied().filter(|start| *start < count) {
            search.relax(&mut heap, (u32::MAX, Link::Start), start, pack(prefer, 2, 1000, 0));
        }
        let mut spread = std::collections::HashSet::new();
        while let Some((label, std::cmp::Reverse(state))) = heap.pop() {
            if search.labels[state as usize] == label {
                search.step(graph, thresholds, &mut heap, &mut spread, state, label);
            }
        }
        search
    }

    fn step(
        &mut self,
        graph: &Lineage,
        thresholds: Thresholds,
        heap: &mut Waiting,
        spread: &mut std::collections::HashSet<u32>,
        state: u32,
        label: u64,
    ) {
        let (node, listed) = (state % self.count, state >= self.count);
        let (reach, confidence, steps) = unpack(self.prefer, label);
        let prefer = self.prefer;
        let on = |most: Reach, at: u64| pack(prefer, reach.min(most as u64), confidence.min(at), steps + 1);
        for number in graph.down.of(node) {
            let edge = &graph.edges[*number as usize];
            let label = on(thresholds.of(edge), u64::from(edge.confidence.thousandths()));
            self.relax(heap, (state, Link::Edge(*number)), edge.child, label);
        }
        if !listed {
            for member in graph.members(node) {
                self.relax(heap, (state, Link::Member), *member, on(Reach::Proven, 1000));
            }
        }
        for index in graph.member_of(node) {
            self.relax(heap, (state, Link::Listed), index + self.count, on(Reach::Likely, LISTED));
        }
        for name in graph.may_be.of(node) {
            self.relax(heap, (state, Link::Name), *name, on(Reach::Likely, NAME));
        }
        // Whoever of a group comes first tells all others, and nobody after it could tell more.
        let several = |index: &ChainIndex| index.whole(node).filter(|point| index.chains_at(*point).len() > 1);
        let point = graph.indexes.iter().zip([0, 1 << 31]).find_map(|(index, of)| Some(several(index)? | of));
        if point.is_some_and(|point| spread.insert(point)) {
            for other in graph.same_layers(node) {
                self.relax(heap, (state, Link::SameLayers), other, on(Reach::Likely, SAME_LAYERS));
            }
        }
    }

    fn relax(&mut self, heap: &mut Waiting, from: (u32, Link), state: u32, label: u64) {
        let place = state as usize;
        if label > self.labels[place] {
            self.labels[place] = label;
            self.from[place] = from;
            heap.push((label, std::cmp::Reverse(state)));
        }
    }

    /// The better of a node's two states.
    fn state(&self, node: NodeId) -> Option<u32> {
        let label = |state: u32| self.labels.get(state as usize).copied().unwrap_or(0);
        let best = [node, node + self.count].into_iter().max_by_key(|state| (label(*state), *state == node));
        best.filter(|state| node < self.count && label(*state) > 0)
    }

    /// How a node is reached; `None` where it is not.
    pub fn of(&self, node: NodeId) -> Option<Reached> {
        let state = self.state(node)?;
        let (reach, confidence, steps) = unpack(self.prefer, *self.labels.get(state as usize)?);
        Some(Reached {
            node,
            reach: Reach::from_bits(reach),
            confidence: Confidence::new(confidence as u16),
            distance: steps as u32,
        })
    }

    /// Everything reached, the starts too, by number.
    pub fn all(&self) -> impl Iterator<Item = Reached> {
        (0..self.count).filter_map(|node| self.of(node))
    }

    /// The way to a node from a start: each step's node with what led there. Empty where it is not reached.
    pub fn path(&self, node: NodeId) -> Vec<(NodeId, Link)> {
        let mut path = Vec::new();
        let mut at = self.state(node);
        while let Some(state) = at {
            let Some((from, link)) = self.from.get(state as usize).copied() else { break };
            path.push((state % self.count, link));
            at = (link != Link::Start).then_some(from);
        }
        path.reverse();
        path
    }
}

type Waiting = BinaryHeap<(u64, std::cmp::Reverse<u32>)>;

/// Whether a node is an image that somebody can run, so that it counts.
pub(in crate::graph) fn counts(graph: &Lineage, node: NodeId) -> bool {
    graph.node(node).is_some_and(|node| node.known && node.kind == NodeKind::Image)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::testing::{Image, base, claim, digest, graph, image, node};
    use crate::model::lineage::{Member, ProofKind};

    fn reached(graph: &Lineage, start: &str) -> Vec<String> {
        let search = Search::new(graph, &[node(graph, start)], Thresholds::default(), Prefer::Surest);
        let row = |r: Reached| format!("{} {} {} {}", graph.name(r.node), r.reach.as_str(), r.confidence, r.distance);
        let mut rows: Vec<String> = search.all().filter(|r| r.distance > 0).map(row).collect();
        rows.sort();
        rows
    }

    #[test]
    fn labels_come_back() {
        for prefer in [Prefer::Surest, Prefer::Shortest] {
            for (reach, confidence, steps) in [(0, 0, 0), (2, 1000, 0), (1, 699, 77), (2, 3, STEPS)] {
                assert_eq!(unpack(prefer, pack(prefer, reach, confidence, steps)), (reach, confidence, steps));
            }
        }
    }

    #[test]
    fn a_way_is_as_sure_as_its_weakest_step() {
        let images = [image("debian", &[1]), image("node", &[1, 2]), image("app", &[1, 2, 3]), image("job", &[])];
        let claims = [
            claim("job", "app", Some(EdgeKind::BuildInput), ProofKind::Dockerfile),
            base("late", "job", ProofKind::Label),
        ];
        assert_eq!(
            reached(&graph(&images, &claims), "debian")[..3],
            ["app proven 0.97 2", "job likely 0.95 3", "node proven 0.97 1"]
        );
        assert!(reached(&graph(&images, &claims), "debian")[3].ends_with("cannot_tell 0.40 4"));
    }

    #[test]
    fn the_better_way_wins_and_the_shorter_can_be_asked_for() {
        let images = ["top", "middle", "app"].map(|name| image(name, &[]));
        let claims = [
            base("app", "top", ProofKind::Label),
            base("app", "middle", ProofKind::Statement),
            base("middle", "top", ProofKind::Statement),
        ];
        let graph = graph(&images, &claims);
        assert_eq!(reached(&graph, "top"), ["app proven 0.95 2", "middle proven 0.95 1"]);
        let (top, app) = (node(&graph, "top"), node(&graph, "app"));
        let shortest = Search::new(&graph, &[top], Thresholds::default(), Prefer::Shortest);
        assert_eq!(shortest.of(app).map(|r| (r.reach, r.distance)), Some((Reach::CannotTell, 1)));
        assert_eq!(shortest.path(app).iter().map(|(node, _)| *node).collect::<Vec<_>>(), [top, app]);
    }

    #[test]
    fn an_index_that_lists_a_bad_image_does_not_make_its_others_bad() {
        let mut builder = crate::graph::testing::builder(&[image("amd", &[]), image("arm", &[])]);
        for manifest in ["amd", "arm"] {
            builder.member(&Member {
                index: digest("index"),
                manifest: digest(manifest),
                platform: None,
                spot: Default::default(),
            });
        }
        builder.claim(base("app", "index", ProofKind::Annotation), 0);
        let graph = builder.build();
        assert_eq!(reached(&graph, "amd").len(), 2, "{:?}", reached(&graph, "amd"));
        assert!(reached(&graph, "amd").iter().all(|row| row.contains("likely") && !row.starts_with("arm")));
        let index = graph.name(node(&graph, "index")).to_owned();
        assert!(reached(&graph, &index).iter().any(|row| row == "arm proven 1.00 1"));
    }

    #[test]
    fn a_name_and_the_same_layers_are_likely() {
        let tagged = Image { references: vec!["docker.io/library/x:1".into()], ..image("bad", &[1, 2]) };
        let graph = graph(&[tagged, image("twin", &[1, 2])], &[base("app:1", "x:1", ProofKind::Dockerfile)]);
        assert_eq!(
            reached(&graph, "bad"),
            ["docker.io/library/app:1 likely 0.70 2", "docker.io/library/x:1 likely 0.70 1", "twin likely 0.80 1",]
        );
    }

    #[test]
    fn circles_end() {
        let images = ["a", "b"].map(|name| image(name, &[]));
        let claims = [base("a", "b", ProofKind::Annotation), base("b", "a", ProofKind::Annotation)];
        assert_eq!(reached(&graph(&images, &claims), "a").len(), 1);
    }
}

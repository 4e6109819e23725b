//! What images stand on, as verdicts follow it: the graph of the case, by the numbers of the projections.
//!
//! Owns the hand-over between graph and verdicts: which links pass a verdict on, and of which images all that they stand on
//! and took in is known. Nothing an attacker can write makes an image's parents complete by itself: what is told of an image
//! counts only as far as layers or a build record of it agree.

use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::case::project::error::ProjectError;
use crate::case::project::kept::is_told;
use crate::case::query::lineage::{Compiled, MADE_BELOW, compiled, nodes};
use crate::graph::{EdgeStatus, Lineage as Graph, Node, NodeId, NodeKind, Standing, chain_ids};
use crate::model::digest::Digest;
use crate::model::indicator::Place;
use crate::model::lineage::{EdgeKind, LayerKind, ProofKind};
use crate::model::reference::Reference;
use crate::triage::verdict::{Called, Edge, Facts, Grounds, Lineage};

/// An index and its images: what is true of an image may be true of whoever uses its index.
const MEMBER: (&str, u16) = ("member", 900);
/// What is true of an index is true of each image in it.
const INDEX: (&str, u16) = ("index", 1_000);
/// Two images with the same layers and different configs: one step lower, for the config may be what is bad.
const SAME_LAYERS: (&str, u16) = ("same-layers", 690);
/// Images with the same layers that are looked at for one image.
const MOST_SAME: usize = 64;
/// From this confidence on an edge says for certain what an image stands on.
const CERTAIN: u16 = 950;

/// The graph by numbers.
pub(in crate::case) struct Stands {
    graph: Graph,
    /// By node. What has no row anywhere has a number below all others.
    numbers: Vec<i64>,
    nodes: HashMap<i64, NodeId>,
    /// By node: all that it stands on is known, and also what its build took in.
    based: Vec<bool>,
    complete: Vec<bool>,
    /// By number: layers and stacks that indicators name and that the image has; only images whose layers are known.
    held: HashMap<i64, [BTreeSet<Digest>; 2]>,
}

impl Stands {
    /// What evidence says; `None` where it says nothing of any image.
    pub fn read(conn: &Connection, grounds: &Grounds) -> Result<Option<Stands>, ProjectError> {
        if !is_told(conn)? {
            return Ok(None);
        }
        let known = compiled(conn, || {})?;
        let held = held(&known, grounds);
        let Compiled { graph, numbers, .. } = known;
        let nodes = nodes(&numbers);
        let mut stands = Stands { graph, numbers, nodes, based: Vec::new(), complete: Vec::new(), held };
        stands.judge_completeness();
        Ok(Some(stands))
    }

    fn number(&self, node: NodeId) -> Option<i64> {
        self.numbers.get(node as usize).copied()
    }

    fn facts_of(&self, image: i64) -> Option<(NodeId, &Node)> {
        let node = *self.nodes.get(&image)?;
        Some((node, self.graph.node(node)?))
    }

    /// Goes from what stands on nothing upwards: what an image stands on is all known where the next one is, and so on.
    fn judge_completeness(&mut self) {
        let count = self.graph.len();
        (self.based, self.complete) = (vec![false; count], vec![false; count]);
        for node in self.graph.parents_first() {
            let Some(facts) = self.graph.node(*node) else { continue };
            let known = facts.known && facts.resolved && !facts.disputed;
            let is_base = |kind, status| kind == EdgeKind::Base && status == EdgeStatus::Direct;
            let mut bases =
                self.graph.parents(*node).map(|(_, edge)| edge).filter(|e| is_base(e.kind, e.status) && !e.cut);
            let certain =
                |at: u16, parent: NodeId, of: &[bool]| at >= CERTAIN && of.get(parent as usize) == Some(&true);
            let (mut based, mut complete) = (facts.standing == Standing::Scratch, facts.standing == Standing::Scratch);
            if facts.standing == Standing::Based {
                let found = bases.next().filter(|_| bases.next().is_none());
                let at = found.map(|edge| (edge.confidence.thousandths(), edge.parent));
                based = at.is_some_and(|(at, parent)| certain(at, parent, &self.based));
                complete =
                    at.is_some_and(|(at, parent)| certain(at, parent, &self.complete)) && self.inputs_told(*node);
            }
            if let (Some(own), Some(whole)) =
                (self.based.get_mut(*node as usize), self.complete.get_mut(*node as usize))
            {
                (*own, *whole) = (known && based, known && complete);
            }
        }
    }

    /// Whether a record of the very build lists what it took in. A Dockerfile tells of a name, not of the image under it.
    fn inputs_told(&self, node: NodeId) -> bool {
        let lists = |way| matches!(way, ProofKind::Provenance | ProofKind::Statement);
        self.graph.parents(node).any(|(_, edge)| self.graph.proofs(edge).iter().any(|proof| lists(proof.way)))
    }

    /// Facts of nodes without a row in the images list that verdicts may come from or go through; those that the
    /// projections know nothing of are whole here, the others are to be loaded by their numbers.
    pub fn outside(&self) -> (BTreeSet<i64>, BTreeMap<i64, Facts>) {
        let (mut numbered, mut made) = (BTreeSet::new(), BTreeMap::new());
        for (node, facts) in self.graph.nodes() {
            let Some(number) = self.number(node) else { continue };
            if number >= MADE_BELOW {
                numbered.insert(number);
                continue;
            }
            let names = place(self.graph.name(node)).filter(|_| facts.kind != NodeKind::Virtual);
            let called =
                |place| Called { place: Arc::new(place), first: None, by_tag: false, claimed: false, moved: None };
            let names = names.into_iter().map(called).collect();
            made.insert(number, Facts { resolved: facts.resolved, names, ..Facts::default() });
        }
        (numbered, made)
    }

    /// Adds what layers say to facts.
    pub fn fill(&self, facts: &mut BTreeMap<i64, Facts>, grounds: &Grounds) {
        if grounds.named_layers().iter().all(BTreeSet::is_empty) {
            return;
        }
        for (number, facts) in facts {
            if let Some([layers, stacks]) = self.held.get(number) {
                (facts.layers, facts.stacks) = (Some(layers.clone()), stacks.clone());
            } else if self.facts_of(*number).is_some_and(|(_, node)| node.kind == NodeKind::Virtual) {
                self.fill_virtual(*number, facts, grounds);
            }
        }
    }

    fn fill_virtual(&self, number: i64, facts: &mut Facts, grounds: &Grounds) {
        let Some((kind, stack)) = self.nodes.get(&number).and_then(|node| self.graph.layers(*node)) else { return };
        let [layers, stacks] = named_in(&stack, &grounds.named_layers());
        // Layers as a registry keeps them are named by other digests: that one is not among them says nothing.
        if kind == LayerKind::Uncompressed || !layers.is_empty() || !stacks.is_empty() {
            (facts.layers, facts.stacks) = (Some(layers), stacks);
        }
    }

    /// All that images stand on or took in, and so on, themselves not counted unless they go in a circle.
    pub fn ancestors(&self, images: impl Iterator<Item = i64>) -> BTreeSet<i64> {
        let mut found = BTreeSet::new();
        let mut waiting: Vec<i64> = images.collect();
        while let Some(image) = waiting.pop() {
            waiting
                .extend(self.parents(image).into_iter().map(|edge| edge.parent).filter(|parent| found.insert(*parent)));
        }
        found
    }

    /// All that stands on images, and so on: whatever may take a verdict from one of them.
    pub fn descendants(&self, images: impl Iterator<Item = i64>) -> BTreeSet<i64> {
        let mut found = BTreeSet::new();
        let mut waiting: Vec<NodeId> = images.filter_map(|image| self.nodes.get(&image).copied()).collect();
        while let Some(node) = waiting.pop() {
            let children = self.graph.children(node).map(|(_, edge)| edge.child);
            let beside = self.graph.members(node).iter().chain(self.graph.member_of(node)).copied();
            for next in children.chain(beside).chain(self.graph.same_layers(node).take(MOST_SAME)) {
                if self.number(next).is_some_and(|number| found.insert(number)) {
                    waiting.push(next);
                }
            }
        }
        found
    }

    /// The id and the name of an image that stands in no list.
    pub fn shown(&self, image: i64) -> Option<(String, String)> {
        let (node, facts) = self.facts_of(image)?;
        let id = match self.graph.unnamed(node) {
            Some(unnamed) => format!("chain:{}", unnamed.chain_id),
            None => facts.id.to_string(),
        };
        Some((id, self.graph.name(node).to_owned()))
    }
}

impl Lineage for Stands {
    fn parents(&self, image: i64) -> Vec<Edge> {
        let Some((node, _)) = self.facts_of(image) else { return Vec::new() };
        let edge = |parent, kind, confidence| Some(Edge { parent: self.number(parent)?, kind, confidence });
        let stands_on = self.graph.parents(node).map(|(_, e)| (e.parent, e.kind.as_str(), e.confidence.thousandths()));
        let mut found: Vec<Edge> = stands_on.filter_map(|(parent, kind, at)| edge(parent, kind, at)).collect();
        let of = |nodes: &[NodeId], (kind, at): (&'static str, u16)| -> Vec<Edge> {
            nodes.iter().filter_map(|other| edge(*other, kind, at)).collect()
        };
        found.extend(of(self.graph.member_of(node), INDEX));
        found.extend(of(self.graph.members(node), MEMBER));
        let same: Vec<NodeId> = self.graph.same_layers(node).take(MOST_SAME).collect();
        found.extend(of(&same, SAME_LAYERS));
        found
    }

    fn is_complete(&self, image: i64) -> bool {
        self.facts_of(image).is_some_and(|(node, _)| self.complete.get(node as usize) == Some(&true))
    }

    fn has_bases(&self, image: i64) -> bool {
        self.facts_of(image).is_some_and(|(node, _)| self.based.get(node as usize) == Some(&true))
    }
}

/// A name in its parts; `None` where it is no reference.
fn place(name: &str) -> Option<Place> {
    let reference = Reference::parse(name).ok()?;
    let canonical = reference.canonical();
    let tag = canonical.strip_prefix(&format!("{}:", reference.name())).map(str::to_owned);
    Some(Place {
        is_reference: true,
        registry: reference.registry().to_owned(),
        repository: reference.repository().to_owned(),
        tag,
        canonical,
    })
}

/// Of each image whose layers are told, those that indicators name. Every piece of evidence counts, also where two disagree.
fn held(known: &Compiled, grounds: &Grounds) -> HashMap<i64, [BTreeSet<Digest>; 2]> {
    let named = grounds.named_layers();
    let mut held: HashMap<i64, [BTreeSet<Digest>; 2]> = HashMap::new();
    if named.iter().all(BTreeSet::is_empty) {
        return held;
    }
    for stack in known.stacks.each() {
        let Some(number) = known.of_rows.get(stack.image as usize) else { continue };
        let layers: Vec<Digest> = stack.layers(&known.graph).collect();
        let found = named_in(&layers, &named);
        if stack.kind == LayerKind::Compressed && found.iter().all(BTreeSet::is_empty) {
            continue;
        }
        let known = held.entry(*number).or_default();
        known.iter_mut().zip(found).for_each(|(known, found)| known.extend(found));
    }
    held
}

/// Which of the named layers, and of the named stacks, these layers have.
fn named_in(layers: &[Digest], [named, stacks]: &[BTreeSet<Digest>; 2]) -> [BTreeSet<Digest>; 2] {
    let has = layers.iter().filter(|layer| named.contains(*layer)).cloned().collect();
    if stacks.is_empty() {
        return [has, BTreeSet::new()];
    }
    [has, chain_ids(layers).filter(|stack| stacks.contains(stack)).collect()]
}

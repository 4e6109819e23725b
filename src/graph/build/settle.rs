//! What one image stands on: its layers first, then every claim held against them.
//!
//! Owns what a claim becomes: agreement with the layers, a base further down, one of several, or a contradiction. Never
//! drops a claim, and never lets one lower what layers prove.

use std::collections::BTreeMap;

use super::claims::{Claims, Stated};
use super::names::{Names, Target};
use crate::graph::chain::{ChainIndex, Layers};
use crate::graph::lists::Lists;
use crate::graph::node::{EdgeStatus, NodeId, Proof};
use crate::model::lineage::{Confidence, EdgeKind, ProofKind};

/// Most images of one name or with the same layers that are looked at for one child.
const MOST_LOOKED_AT: usize = 256;

/// What contradicts the layers is kept at this, to be seen.
const CONTRADICTED: u16 = 300;

/// A material of which nothing tells what the build did with it.
const PART_NOT_TOLD: u16 = 500;

/// A material whose layers are known and are not in the image.
const TAKEN_FROM: u16 = 950;

/// A prefix of one layer that several images may be: small layers come about by chance.
const ONE_COMMON_LAYER: u16 = 800;

/// All that settling looks at; nodes are in their final order.
pub(super) struct Known<'k> {
    pub names: &'k Names<'k>,
    pub claims: &'k Claims,
    pub layers: &'k Layers,
    pub chains: &'k [Lists; 2],
    pub indexes: &'k [ChainIndex; 2],
    /// The node of a point that is nobody's whole chain, by kind.
    pub unnamed: &'k [BTreeMap<u32, NodeId>; 2],
    pub members: &'k Lists,
    pub images: &'k [Facts<'k>],
}

/// What settling needs of an image.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Facts<'k> {
    pub platform: Option<&'k str>,
    pub history: &'k [u64],
    pub created: Option<i64>,
    pub flattened: bool,
}

/// An edge that is not numbered yet.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub child: NodeId,
    pub parent: NodeId,
    pub kind: EdgeKind,
    pub status: EdgeStatus,
    pub proofs: Vec<Proof>,
    /// The confidence is not more than this.
    pub most: Confidence,
}

impl Draft {
    /// Whether layers prove it.
    pub(super) fn by_layers(&self) -> bool {
        self.proofs.iter().any(|proof| matches!(proof.way, ProofKind::Layers | ProofKind::CompressedLayers))
    }
}

/// How the layers of two images relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    /// The parent's are a strict prefix of the child's.
    Below,
    /// They are the same.
    Equal,
    /// The parent's are not in the child.
    Apart,
    /// Not known, or of two kinds, or merged.
    CannotTell,
}

/// The immediate base that layers show.
#[derive(Debug, Clone, Copy)]
struct Base {
    parent: NodeId,
    /// It is an image, no virtual node.
    is_image: bool,
    depth: u32,
}

impl<'k> Known<'k> {
    /// Every edge of one child, and whether its evidence says scratch while its layers do not.
    pub(super) fn settle(&self, child: NodeId) -> (Vec<Draft>, bool) {
        let mut edges = Edges { child, drafts: BTreeMap::new() };
        let base = self.layer_base(child, &mut edges);
        let disputed = self.claims.says_scratch(child) && base.is_some_and(|base| base.is_image);
        if let (true, Some(base)) = (disputed, base) {
            let most = if base.depth > 1 { Confidence::CAP } else { Confidence::new(CONTRADICTED) };
            edges.lower(base.parent, most);
        }
        // What is told comes before what must be decided, which looks at it.
        let told = self.claims.of(child).filter(|(stated, _)| stated.kind.is_some());
        let open = self.claims.of(child).filter(|(stated, _)| stated.kind.is_none());
        for (stated, confidence) in told.chain(open) {
            let Some(parent) = self.parent(child, stated).filter(|parent| *parent != child) else { continue };
            self.add(&mut edges, base, stated, confidence, parent);
        }
        (edges.drafts.into_values().collect(), disputed)
    }

    /// The edge of a virtual node to the next stack below its own.
    pub(super) fn settle_point(&self, node: NodeId, kind: usize, point: u32) -> Vec<Draft> {
        let mut edges = Edges { child: node, drafts: BTreeMap::new() };
        let below = self.indexes.get(kind).and_then(|index| index.below(point));
        below.and_then(|below| self.edge_to_point(node, kind, below, &mut edges));
        edges.drafts.into_values().collect()
    }

    /// Adds what the layers show: the deepest stack below, and an image with the same layers and a shorter history.
    fn layer_base(&self, child: NodeId, edges: &mut Edges) -> Option<Base> {
        let (kind, index) = self.compared(child)?;
        let whole = index.whole(child)?;
        let point = index.below(whole);
        let base = point.and_then(|point| self.edge_to_point(child, kind, point, edges));
        if let Some(same) = self.history_base(child, index.chains_at(whole)) {
            let confidence = ProofKind::HistoryPrefix.confidence(true);
            let proof = Proof { way: ProofKind::HistoryPrefix, confidence, source: None };
            edges.add(same, EdgeKind::Base, EdgeStatus::Direct, proof);
            edges.go_further_down(same);
        }
        base
    }

    /// An edge to whoever is the stack of a point.
    fn edge_to_point(&self, child: NodeId, kind: usize, point: u32, edges: &mut Edges) -> Option<Base> {
        let index = self.indexes.get(kind)?;
        let depth = index.point(point)?.depth;
        let candidates = index.chains_at(point);
        let (parent, status) = match self.unnamed.get(kind).and_then(|unnamed| unnamed.get(&point)) {
            Some(unnamed) => (*unnamed, EdgeStatus::Direct),
            None => self.choose(child, candidates)?,
        };
        let way = if kind == 0 { ProofKind::Layers } else { ProofKind::CompressedLayers };
        let sure = depth > 1 || candidates.len() == 1;
        let confidence = if sure { way.confidence(true) } else { Confidence::new(ONE_COMMON_LAYER) };
        edges.add(parent, EdgeKind::Base, status, Proof { way, confidence, source: None });
        if self.history_agrees(parent, child) {
            let confidence = ProofKind::HistoryPrefix.confidence(true);
            let proof = Proof { way: ProofKind::HistoryPrefix, confidence, source: None };
            edges.add(parent, EdgeKind::Base, status, proof);
        }
        Some(Base { parent, is_image: !candidates.is_empty(), depth })
    }

    /// Chains that decide: diffIDs where they are known, else compressed digests.
    fn compared(&self, node: NodeId) -> Option<(usize, &'k ChainIndex)> {
        let kind = (0..2).find(|kind| !self.chains[*kind].of(node).is_empty())?;
        Some((kind, &self.indexes[kind]))
    }

    /// Which of several images with the same layers a child stands on.
    fn choose(&self, child: NodeId, candidates: &[NodeId]) -> Option<(NodeId, EdgeStatus)> {
        let mine = self.facts(child).platform;
        let looked_at = candidates.get(..MOST_LOOKED_AT).unwrap_or(candidates);
        let differs = |node: NodeId| mine.zip(self.facts(node).platform).is_some_and(|(a, b)| a != b);
        let mut fitting: Vec<NodeId> = looked_at.iter().copied().filter(|node| !differs(*node)).collect();
        if fitting.is_empty() {
            fitting = looked_at.to_vec();
        }
        if let [single] = fitting.as_slice() {
            let status = if differs(*single) { EdgeStatus::Alternative } else { EdgeStatus::Direct };
            return Some((*single, status));
        }
        let named = self.claims.of(child).filter(|(stated, _)| stated.kind.is_none_or(|kind| kind == EdgeKind::Base));
        let named: Vec<NodeId> = named.filter_map(|(stated, _)| self.parent(child, stated)).collect();
        if let Some(claimed) = fitting.iter().find(|node| named.contains(node)) {
            return Some((*claimed, EdgeStatus::Direct));
        }
        self.likeliest(child, &fitting)
    }

    /// By history, then by the time it was made: the last one made before the child.
    fn likeliest(&self, child: NodeId, fitting: &[NodeId]) -> Option<(NodeId, EdgeStatus)> {
        let agreeing = fitting.iter().copied().filter(|node| self.history_agrees(*node, child));
        let longest = agreeing.max_by_key(|node| (self.facts(*node).history.len(), std::cmp::Reverse(*node)));
        if let Some(longest) = longest {
            let length = self.facts(longest).history.len();
            let equal =
                |node: &&NodeId| self.facts(**node).history.len() == length && self.history_agrees(**node, child);
            let single = fitting.iter().filter(equal).count() == 1;
            return Some((longest, if single { EdgeStatus::Direct } else { EdgeStatus::Alternative }));
        }
        let before = |node: &NodeId| {
            let (made, at) = (self.facts(*node).created, self.facts(child).created);
            made.filter(|made| at.is_some_and(|at| *made <= at))
        };
        let nearest = fitting.iter().copied().max_by_key(|node| (before(node), std::cmp::Reverse(*node)))?;
        Some((nearest, EdgeStatus::Alternative))
    }

    fn history_agrees(&self, parent: NodeId, child: NodeId) -> bool {
        let (parent, child) = (self.facts(parent).history, self.facts(child).history);
        !parent.is_empty() && parent.len() < child.len() && child.starts_with(parent)
    }

    /// Among images with the same layers the one whose history the child goes on with.
    fn history_base(&self, child: NodeId, same: &[NodeId]) -> Option<NodeId> {
        let looked_at = same.get(..MOST_LOOKED_AT).unwrap_or(same);
        let agreeing = looked_at.iter().copied().filter(|node| self.history_agrees(*node, child));
        agreeing.max_by_key(|node| (self.facts(*node).history.len(), std::cmp::Reverse(*node)))
    }

    fn facts(&self, node: NodeId) -> Facts<'k> {
        self.images.get(node as usize).copied().unwrap_or_default()
    }

    fn held(&self, parent: NodeId, child: NodeId) -> Held {
        let one_layer = |chains: &Lists| chains.of(child).len() == 1;
        for chains in self.chains {
            let (below, above) = (chains.of(parent), chains.of(child));
            if below.is_empty() || above.is_empty() {
                continue;
            }
            return match () {
                () if below == above => Held::Equal,
                () if above.starts_with(below) => Held::Below,
                () if self.facts(child).flattened || one_layer(chains) => Held::CannotTell,
                () => Held::Apart,
            };
        }
        Held::CannotTell
    }

    /// The node that a claim means as parent of this child.
    fn parent(&self, child: NodeId, stated: &Stated) -> Option<NodeId> {
        match &stated.parent {
            Target::Digest(digest, _) => {
                let node = self.names.digest(digest)?;
                Some(self.image_of_index(child, node, stated).unwrap_or(node))
            }
            Target::Name(name) => {
                let carriers = self.names.carriers(name);
                let looked_at = carriers.get(..MOST_LOOKED_AT).unwrap_or(carriers);
                let below = self.deepest_below(child, looked_at.iter().copied());
                below.or_else(|| self.also_pinned(child, name)).or_else(|| self.names.exact(name))
            }
            Target::Scratch | Target::Nothing => None,
        }
    }

    /// The image of an index that a child stands on: by layers, else by platform.
    fn image_of_index(&self, child: NodeId, index: NodeId, stated: &Stated) -> Option<NodeId> {
        let members = self.members.of(index);
        if let Some(below) = self.deepest_below(child, members.iter().copied()) {
            return Some(below);
        }
        let wanted = stated.platform.as_deref().or(self.facts(child).platform)?;
        let mut fitting = members.iter().copied().filter(|member| self.facts(*member).platform == Some(wanted));
        fitting.next().filter(|_| fitting.next().is_none())
    }

    fn deepest_below(&self, child: NodeId, nodes: impl Iterator<Item = NodeId>) -> Option<NodeId> {
        let depth = |node: NodeId| self.chains.iter().map(|chains| chains.of(node).len()).find(|depth| *depth > 0);
        nodes
            .filter(|node| self.held(*node, child) == Held::Below)
            .max_by_key(|node| (depth(*node), std::cmp::Reverse(*node)))
    }

    /// Another claim about the same child pins the same name to a digest.
    fn also_pinned(&self, child: NodeId, name: &str) -> Option<NodeId> {
        let mut pinned: Vec<NodeId> = Vec::new();
        for (other, _) in self.claims.of(child).take(MOST_LOOKED_AT) {
            let Target::Digest(digest, written) = &other.parent else { continue };
            let Some(node) = self.names.digest(digest) else { continue };
            if written.as_deref() == Some(name) || self.names.carriers(name).binary_search(&node).is_ok() {
                pinned.push(self.image_of_index(child, node, other).unwrap_or(node));
            }
        }
        pinned.sort_unstable();
        pinned.dedup();
        // Two digests under one name: which of them is meant is not known.
        pinned.first().copied().filter(|_| pinned.len() == 1)
    }

    fn add(&self, edges: &mut Edges, base: Option<Base>, stated: &Stated, confidence: Confidence, parent: NodeId) {
        let held = self.held(parent, edges.child);
        let on_image = base.is_some_and(|base| base.is_image);
        let (kind, confidence) = match stated.kind {
            Some(kind) => (kind, confidence),
            None => self.part(edges, on_image, stated, confidence, parent, held),
        };
        let proof = Proof { way: stated.way, confidence, source: Some(stated.source) };
        if kind != EdgeKind::Base {
            let status =
                if stated.of > 1 && stated.kind.is_some() { EdgeStatus::Alternative } else { EdgeStatus::Direct };
            edges.add(parent, kind, status, proof);
            return;
        }
        if base.is_some_and(|base| base.parent == parent) {
            edges.agree(parent, proof);
            return;
        }
        let same_stack = |base: Base| self.held(parent, base.parent) == Held::Equal;
        let seam_is_elsewhere = stated.top_layer.as_ref().is_some_and(|layer| self.lacks(edges.child, layer));
        let status = match held {
            Held::Below if base.is_some_and(same_stack) => EdgeStatus::Alternative,
            Held::Below => EdgeStatus::Ancestor,
            Held::Apart => EdgeStatus::Conflict,
            _ if seam_is_elsewhere => EdgeStatus::Conflict,
            _ if stated.of > 1 && stated.kind.is_some() => EdgeStatus::Alternative,
            Held::Equal => EdgeStatus::Direct,
            Held::CannotTell if on_image && stated.way == ProofKind::Label => EdgeStatus::Ancestor,
            Held::CannotTell if on_image => EdgeStatus::Unsettled,
            Held::CannotTell => EdgeStatus::Direct,
        };
        edges.add(parent, kind, status, proof);
        match held {
            Held::Equal if status == EdgeStatus::Direct => edges.go_further_down(parent),
            _ if status == EdgeStatus::Conflict => edges.lower(parent, Confidence::new(CONTRADICTED)),
            _ => {}
        }
    }

    /// What a build did with a material that a statement lists without saying so.
    fn part(
        &self,
        edges: &Edges,
        on_image: bool,
        stated: &Stated,
        confidence: Confidence,
        parent: NodeId,
        held: Held,
    ) -> (EdgeKind, Confidence) {
        let told = EdgeKind::ALL.into_iter().find(|kind| edges.drafts.contains_key(&(parent, *kind)));
        match (held, told) {
            (Held::Below | Held::Equal, _) => (EdgeKind::Base, confidence),
            (_, Some(told)) => (told, confidence),
            (Held::Apart, _) => (EdgeKind::BuildInput, confidence.max(Confidence::new(TAKEN_FROM))),
            _ if stated.of <= 1 && !on_image => (EdgeKind::Base, confidence),
            _ if on_image => (EdgeKind::BuildInput, confidence),
            _ => (EdgeKind::BuildInput, confidence.min(Confidence::new(PART_NOT_TOLD))),
        }
    }

    fn lacks(&self, child: NodeId, layer: &crate::model::digest::Digest) -> bool {
        let [chain, _] = self.chains;
        let chain = chain.of(child);
        !chain.is_empty() && self.layers.find(layer).is_none_or(|layer| !chain.contains(&layer))
    }
}

/// The edges of one child while they are found.
struct Edges {
    child: NodeId,
    drafts: BTreeMap<(NodeId, EdgeKind), Draft>,
}

impl Edges {
    /// Adds a proof; the better status stays.
    fn add(&mut self, parent: NodeId, kind: EdgeKind, status: EdgeStatus, proof: Proof) {
        let child = self.child;
        let most = Confidence::new(1000);
        let new = || Draft { child, parent, kind, status, proofs: Vec::new(), most };
        let draft = self.drafts.entry((parent, kind)).or_insert_with(new);
        draft.status = draft.status.min(status);
        draft.proofs.push(proof);
    }

    /// Adds a proof to an edge to a base; its status stays.
    fn agree(&mut self, parent: NodeId, proof: Proof) {
        if let Some(draft) = self.drafts.get_mut(&(parent, EdgeKind::Base)) {
            draft.proofs.push(proof);
        }
    }

    fn lower(&mut self, parent: NodeId, most: Confidence) {
        if let Some(draft) = self.drafts.get_mut(&(parent, EdgeKind::Base)) {
            draft.most = draft.most.min(most);
            draft.status = EdgeStatus::Conflict;
        }
    }

    /// An image with the same layers stands between: what layers show is a base further down.
    fn go_further_down(&mut self, between: NodeId) {
        for draft in self.drafts.values_mut().filter(|draft| draft.parent != between && draft.by_layers()) {
            draft.status = EdgeStatus::Ancestor;
        }
    }
}

//! The graph as bytes, to be kept beside a case: reading them takes a fraction of what building the graph does.
//!
//! Owns the form alone, and what it takes for bytes to be a graph: every number leads into its list, so that no question
//! to the graph can go astray by what stands in a file. Whether the bytes belong to the case is for their keeper to know.
//! What changes from day to day, how much hangs on an image and what responders call it, is not in them.

mod bytes;

pub use bytes::{Reader, Writer};

use std::collections::{BTreeMap, HashMap};

use super::build::REASONS;
use super::chain::{ChainIndex, Layers};
use super::lineage::Lineage;
use super::lists::Lists;
use super::node::{Edge, EdgeStatus, Node, NodeId, NodeKind, Proof, Standing, Unnamed, Weight};
use crate::model::digest::Digest;
use crate::model::id::Id;
use crate::model::lineage::{Confidence, EdgeKind, LayerKind, ProofKind};

const KINDS: [NodeKind; 4] = [NodeKind::Image, NodeKind::Index, NodeKind::Virtual, NodeKind::Build];
const STANDINGS: [Standing; 7] = [
    Standing::Based,
    Standing::OnUnnamed,
    Standing::Scratch,
    Standing::Bottom,
    Standing::OneLayer,
    Standing::Flattened,
    Standing::Unknown,
];
const STATUSES: [EdgeStatus; 5] =
    [EdgeStatus::Direct, EdgeStatus::Ancestor, EdgeStatus::Alternative, EdgeStatus::Unsettled, EdgeStatus::Conflict];
const LAYER_KINDS: [LayerKind; 2] = [LayerKind::Uncompressed, LayerKind::Compressed];

/// No number of layers.
const NONE: u32 = u32::MAX;

/// The place of a word in its list.
fn place<T: PartialEq>(all: &[T], one: &T) -> u8 {
    all.iter().position(|other| other == one).map_or(u8::MAX, |at| at as u8)
}

fn at<T: Copy>(all: &[T], place: u32) -> Option<T> {
    all.get(place as usize).copied()
}

impl Lineage {
    /// The graph as bytes: the same for the same graph.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        put_nodes(&mut out, self);
        put_edges(&mut out, self);
        for lists in [&self.members, &self.may_be] {
            put_lists(&mut out, lists);
        }
        out.words(self.order.iter().copied());
        put_unnamed(&mut out, &self.unnamed);
        let (keys, others) = self.layers.parts();
        out.lists(keys.iter());
        out.words(others.iter().map(|(number, _)| *number));
        out.lists(others.iter().map(|(_, digest)| digest.as_str()));
        for (chains, index) in self.chains.iter().zip(&self.indexes) {
            put_lists(&mut out, chains);
            let (points, whole) = index.wholes();
            out.number(points as u64);
            out.words(whole.iter().copied());
        }
        out.longs(self.rejected.iter().map(|(claim, _)| *claim));
        out.words(self.rejected.iter().map(|(_, reason)| u32::from(place(&REASONS, reason))));
        out.end()
    }

    /// The graph of bytes; `None` where they are no graph. Weights are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Lineage> {
        let mut from = Reader::new(bytes);
        let mut graph = Lineage::default();
        take_nodes(&mut from, &mut graph)?;
        let count = graph.nodes.len();
        take_edges(&mut from, &mut graph)?;
        graph.members = take_lists(&mut from, count, count)?;
        let pairs = || (0..count as NodeId).flat_map(|a| graph.members.of(a).iter().map(move |b| (*b, a)));
        graph.member_of = Lists::group(count, pairs().collect::<Vec<_>>().into_iter());
        graph.may_be = take_lists(&mut from, count, count)?;
        graph.order = from.words().filter(|order| is_permutation(order, count))?;
        graph.unnamed = take_unnamed(&mut from, &graph.nodes)?;
        graph.layers = take_layers(&mut from)?;
        for kind in 0..graph.chains.len() {
            let chains = take_lists(&mut from, count, graph.layers.len())?;
            let points = usize::try_from(from.number()?).ok()?;
            let index = ChainIndex::of_wholes(points, from.words().filter(|whole| whole.len() <= count)?)?;
            *graph.chains.get_mut(kind)? = chains;
            *graph.indexes.get_mut(kind)? = index;
        }
        let (claims, reasons) = (from.longs()?, from.words()?);
        let reasons: Option<Vec<&str>> = reasons.into_iter().map(|reason| at(&REASONS, reason)).collect();
        graph.rejected = claims.into_iter().zip(reasons?).collect();
        graph.link();
        (from.is_at_end() && goes_up(&graph)).then_some(graph)
    }
}

fn put_nodes(out: &mut Writer, graph: &Lineage) {
    let ids: Vec<u8> = graph.nodes.iter().flat_map(|node| node.id.0).collect();
    out.bytes(&ids);
    let said = |node: &Node| {
        let flags = u8::from(node.known) | u8::from(node.resolved) << 1 | u8::from(node.disputed) << 2;
        u32::from_le_bytes([place(&KINDS, &node.kind), place(&STANDINGS, &node.standing), flags, 0])
    };
    out.words(graph.nodes.iter().map(said));
    out.words(graph.nodes.iter().map(|node| node.layers.unwrap_or(NONE)));
    out.lists((0..graph.len() as NodeId).map(|node| graph.own_name(node)));
}

fn take_nodes(from: &mut Reader<'_>, graph: &mut Lineage) -> Option<()> {
    let (ids, rest) = from.bytes()?.as_chunks::<16>();
    let (said, layers, names) = (from.words()?, from.words()?, from.texts()?);
    let count = ids.len();
    let is_whole = rest.is_empty() && [said.len(), layers.len(), names.len()] == [count; 3];
    if !is_whole || u32::try_from(count).is_err() {
        return None;
    }
    for ((id, said), layers) in ids.iter().zip(said).zip(layers) {
        let [kind, standing, flags, _] = said.to_le_bytes();
        graph.nodes.push(Node {
            id: Id(*id),
            kind: at(&KINDS, kind.into())?,
            known: flags & 1 != 0,
            resolved: flags & 2 != 0,
            layers: (layers != NONE).then_some(layers),
            weight: Weight::default(),
            standing: at(&STANDINGS, standing.into())?,
            disputed: flags & 4 != 0,
        });
    }
    graph.names = names.into_iter().map(Into::into).collect();
    Some(())
}

fn put_edges(out: &mut Writer, graph: &Lineage) {
    out.words(graph.edges.iter().map(|edge| edge.child));
    out.words(graph.edges.iter().map(|edge| edge.parent));
    let said = |edge: &Edge| {
        let [low, high] = edge.confidence.thousandths().to_le_bytes();
        let kind = place(&EdgeKind::ALL, &edge.kind) | u8::from(edge.cut) << 4;
        u32::from_le_bytes([low, high, kind, place(&STATUSES, &edge.status)])
    };
    out.words(graph.edges.iter().map(said));
    out.words(graph.edges.iter().map(|edge| edge.proofs.1));
    let said = |proof: &Proof| u32::from(proof.way.index()) << 16 | u32::from(proof.confidence.thousandths());
    out.words(graph.proofs.iter().map(said));
    out.longs(graph.proofs.iter().map(|proof| proof.source.map_or(0, |source| source.saturating_add(1))));
}

fn take_edges(from: &mut Reader<'_>, graph: &mut Lineage) -> Option<()> {
    let [children, parents, said, ends, proofs] =
        [from.words()?, from.words()?, from.words()?, from.words()?, from.words()?];
    let sources = from.longs()?;
    let count = children.len();
    if [parents.len(), said.len(), ends.len()] != [count; 3] || sources.len() != proofs.len() {
        return None;
    }
    let leads_in = |node: &NodeId| (*node as usize) < graph.nodes.len();
    if !children.iter().chain(&parents).all(leads_in) {
        return None;
    }
    let mut begin = 0;
    for (at_edge, (child, parent)) in children.into_iter().zip(parents).enumerate() {
        let [low, high, kind, status] = said.get(at_edge)?.to_le_bytes();
        let end = *ends.get(at_edge)?;
        if end < begin || end as usize > proofs.len() {
            return None;
        }
        graph.edges.push(Edge {
            child,
            parent,
            kind: at(&EdgeKind::ALL, u32::from(kind & 15))?,
            status: at(&STATUSES, status.into())?,
            confidence: Confidence::new(u16::from_le_bytes([low, high])),
            cut: kind & 16 != 0,
            proofs: (begin, end),
        });
        begin = end;
    }
    for (said, source) in proofs.into_iter().zip(sources) {
        let confidence = Confidence::new((said & 0xffff) as u16);
        graph.proofs.push(Proof { way: at(&ProofKind::ALL, said >> 16)?, confidence, source: source.checked_sub(1) });
    }
    Some(())
}

fn put_lists(out: &mut Writer, lists: &Lists) {
    let (starts, items) = lists.parts();
    out.words(starts.iter().copied());
    out.words(items.iter().copied());
}

/// At most `count` lists of numbers below `bound`.
fn take_lists(from: &mut Reader<'_>, count: usize, bound: usize) -> Option<Lists> {
    let lists = Lists::of_parts(from.words()?, from.words()?, bound)?;
    (lists.len() <= count).then_some(lists)
}

fn put_unnamed(out: &mut Writer, unnamed: &BTreeMap<NodeId, Unnamed>) {
    out.words(unnamed.keys().copied());
    out.lists(unnamed.values().map(|unnamed| unnamed.chain_id.as_str()));
    let said = unnamed.values().flat_map(|of| [u32::from(place(&LAYER_KINDS, &of.kind)), of.sharers]);
    out.words(said.collect::<Vec<_>>().into_iter());
    let suggested = |of: &Unnamed| of.suggested.iter().flat_map(|(node, count)| [*node, *count]).collect::<Vec<u32>>();
    let mut lists = Lists::new();
    unnamed.values().for_each(|unnamed| lists.push(suggested(unnamed)));
    put_lists(out, &lists);
}

fn take_unnamed(from: &mut Reader<'_>, nodes: &[Node]) -> Option<BTreeMap<NodeId, Unnamed>> {
    let (numbers, chain_ids, said) = (from.words()?, from.texts()?, from.words()?);
    let suggested = take_lists(from, numbers.len(), usize::MAX)?;
    let mut unnamed = BTreeMap::new();
    for (place, node) in (0..).zip(&numbers) {
        let at_said = place as usize * 2;
        let pairs = suggested.of(place).as_chunks::<2>().0.iter().map(|[node, count]| (*node, *count));
        unnamed.insert(
            *node,
            Unnamed {
                chain_id: Digest::parse(chain_ids.get(place as usize)?).ok()?,
                kind: at(&LAYER_KINDS, *said.get(at_said)?)?,
                sharers: *said.get(at_said + 1)?,
                name: None,
                suggested: pairs.filter(|(node, _)| (*node as usize) < nodes.len()).collect(),
            },
        );
    }
    let is_virtual = |node: &NodeId| nodes.get(*node as usize).is_some_and(|node| node.kind == NodeKind::Virtual);
    unnamed.keys().all(is_virtual).then_some(unnamed)
}

fn take_layers(from: &mut Reader<'_>) -> Option<Layers> {
    let keys: Option<Vec<[u8; 32]>> = from.lists()?.into_iter().map(|key| key.try_into().ok()).collect();
    let (numbers, texts) = (from.words()?, from.texts()?);
    let other = |(number, text): (u32, &str)| Some((number, Digest::parse(text).ok()?));
    let others: Option<HashMap<u32, Digest>> = numbers.into_iter().zip(texts).map(other).collect();
    Some(Layers::of_parts(keys?, others?))
}

fn is_permutation(order: &[NodeId], count: usize) -> bool {
    let mut seen = vec![false; count];
    let news = |node: &NodeId| seen.get_mut(*node as usize).is_some_and(|seen| !std::mem::replace(seen, true));
    order.len() == count && order.iter().all(news)
}

/// Whether the order has every node after all that it stands on: whoever follows edges that are not cut comes to an end.
fn goes_up(graph: &Lineage) -> bool {
    let mut places = vec![0_u32; graph.len()];
    for (place, node) in (0..).zip(&graph.order) {
        places.get_mut(*node as usize).into_iter().for_each(|at| *at = place);
    }
    let of = |node: NodeId| places.get(node as usize);
    graph.edges.iter().all(|edge| edge.cut || of(edge.parent) < of(edge.child))
}

#[cfg(test)]
mod tests;

//! The steps from what was added to the graph.

use std::collections::BTreeMap;

use super::claims;
use super::names::{Names, Outside};
use super::settle::{Draft, Facts, Known};
use super::unnamed::{self, VirtualNodes};
use super::{Builder, Stored, inherit};
use crate::graph::chain::ChainIndex;
use crate::graph::cycles::{self, NEVER, Tie};
use crate::graph::lineage::Lineage;
use crate::graph::lists::Lists;
use crate::graph::node::{Edge, EdgeStatus, Node, NodeId, NodeKind, Proof, Standing, Weight, together};
use crate::model::lineage::{Confidence, EdgeKind, ProofKind};
use crate::model::text::scrub;

pub(super) fn build(mut builder: Builder) -> Lineage {
    let order = builder.sorted();
    let (claims, rejected) = claims::read(std::mem::take(&mut builder.claims));
    let layers = std::mem::take(&mut builder.layers);
    let builder = &builder;
    let images: Vec<&Stored> = order.iter().map(|at| &builder.images[*at]).collect();
    let mut names = Names::new(images.iter().copied());
    let missing = claims::without_node(&claims, &names);
    names.add_outside(missing.into_iter());
    let count = images.len() + names.outside.len();
    let membership = Membership::new(builder, &names, count);
    let facts = facts(builder, &order, &images, &membership);
    let platform_of = |node: NodeId| facts.get(node as usize).and_then(|facts| facts.platform).unwrap_or_default();
    let claims = claims::by_child(claims, &names, count, |index| {
        membership.down.of(index).iter().map(|member| (*member, platform_of(*member))).collect()
    });
    let chains = [builder.chains_of(0, &order), builder.chains_of(1, &order)];
    let scratch: Vec<bool> = (0..count as NodeId).map(|node| claims.says_scratch(node)).collect();
    let stands = |node: u32| !scratch.get(node as usize).copied().unwrap_or(false);
    let [diff_ids, compressed] = &chains;
    let indexes = [
        ChainIndex::new(diff_ids, stands),
        ChainIndex::new(compressed, |node| stands(node) && diff_ids.of(node).is_empty()),
    ];
    let unnamed = unnamed::number(count, &layers, &chains, &indexes);
    let known = Known {
        names: &names,
        claims: &claims,
        layers: &layers,
        chains: &chains,
        indexes: &indexes,
        unnamed: &unnamed.by_point,
        members: &membership.down,
        images: &facts,
    };
    let (drafts, disputed) = settle_all(&known, count, &unnamed);
    let suggested = unnamed::suggest(&drafts, count as NodeId);
    let candidates = names.candidates();
    let flattened: Vec<bool> = facts.iter().map(|facts| facts.flattened).collect();
    let outside = std::mem::take(&mut names.outside);
    drop(names);
    let mut graph = Lineage { rejected, ..Lineage::default() };
    add_images(&mut graph, &images, &membership);
    outside.into_iter().for_each(|node| add_outside(&mut graph, node, &membership));
    let mut chains = chains;
    add_unnamed(&mut graph, unnamed, suggested, &mut chains);
    let total = graph.nodes.len();
    graph.members = membership.down;
    graph.member_of = membership.up;
    graph.may_be = Lists::group(total, candidates.iter().map(|(name, image)| (*image, *name)));
    graph.chains = chains;
    graph.indexes = indexes;
    graph.layers = layers;
    disputed.into_iter().for_each(|node| graph.nodes[node as usize].disputed = true);
    add_edges(&mut graph, drafts);
    stand(&mut graph, &scratch, &flattened);
    graph
}

/// Which index lists which images.
struct Membership {
    down: Lists,
    up: Lists,
    platforms: BTreeMap<NodeId, String>,
}

impl Membership {
    fn new(builder: &Builder, names: &Names<'_>, count: usize) -> Membership {
        let mut pairs = Vec::new();
        let mut platforms: BTreeMap<NodeId, String> = BTreeMap::new();
        for (index, manifest, platform) in &builder.members {
            let Some((index, manifest)) = names.digest(index).zip(names.digest(manifest)) else { continue };
            if index == manifest {
                // One digest of an image is an index with this single image.
                continue;
            }
            pairs.push((index, manifest));
            if let Some(platform) = platform {
                let kept = platforms.entry(manifest).or_insert_with(|| platform.to_string());
                if **platform < **kept {
                    *kept = platform.to_string();
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let down = Lists::group(count, pairs.iter().copied());
        let up = Lists::group(count, pairs.iter().map(|(index, manifest)| (*manifest, *index)));
        Membership { down, up, platforms }
    }
}

fn facts<'f>(
    builder: &'f Builder,
    order: &[usize],
    images: &[&'f Stored],
    membership: &'f Membership,
) -> Vec<Facts<'f>> {
    let of = |(node, (at, image)): (NodeId, (&usize, &&'f Stored))| Facts {
        platform: image.platform.as_deref().or_else(|| membership.platforms.get(&node).map(String::as_str)),
        history: builder.histories.of(*at),
        created: image.created.map(|created| created.0),
        flattened: image.flattened,
    };
    (0..).zip(order.iter().zip(images)).map(of).collect()
}

/// Every edge, sorted by child, parent and kind, and the nodes whose evidence disputes their layers.
fn settle_all(known: &Known<'_>, count: usize, unnamed: &VirtualNodes) -> (Vec<Draft>, Vec<NodeId>) {
    let (mut drafts, mut disputed) = (Vec::new(), Vec::new());
    for child in 0..count as NodeId {
        let (found, is_disputed) = known.settle(child);
        drafts.extend(found);
        if is_disputed {
            disputed.push(child);
        }
    }
    for (node, (kind, point)) in (count as NodeId..).zip(&unnamed.points) {
        drafts.extend(known.settle_point(node, *kind, *point));
    }
    inherit::settle(&mut drafts, count + unnamed.points.len());
    (drafts, disputed)
}

fn add_images(graph: &mut Lineage, images: &[&Stored], membership: &Membership) {
    for (node, image) in (0..).zip(images) {
        let is_index = image.is_index || !membership.down.of(node).is_empty();
        graph.nodes.push(Node {
            id: image.id,
            kind: if is_index { NodeKind::Index } else { image.kind },
            known: true,
            resolved: !image.digests.is_empty(),
            layers: None,
            weight: image.weight,
            standing: Standing::Unknown,
            disputed: false,
        });
        let shown = if image.name.is_empty() { &image.label } else { &image.name };
        graph.names.push(scrub(shown).into());
    }
}

fn add_outside(graph: &mut Lineage, outside: Outside, membership: &Membership) {
    let is_index = !membership.down.of(graph.nodes.len() as NodeId).is_empty();
    let name = match &outside.digest {
        Some(digest) if outside.name.is_empty() => digest.to_string(),
        Some(digest) => format!("{}@{digest}", outside.name),
        None => outside.name,
    };
    graph.nodes.push(Node {
        id: outside.id,
        kind: if is_index { NodeKind::Index } else { NodeKind::Image },
        known: false,
        resolved: outside.digest.is_some(),
        layers: None,
        weight: Weight::default(),
        standing: Standing::Unknown,
        disputed: false,
    });
    graph.names.push(scrub(&name).into());
}

fn add_unnamed(
    graph: &mut Lineage,
    unnamed: VirtualNodes,
    mut suggested: BTreeMap<NodeId, Vec<(NodeId, u32)>>,
    chains: &mut [Lists; 2],
) {
    let first = graph.nodes.len();
    for lists in chains.iter_mut() {
        while lists.len() < first {
            lists.push([]);
        }
    }
    for ((facts, stack), (kind, _)) in unnamed.found.into_iter().zip(unnamed.points) {
        let node = graph.nodes.len() as NodeId;
        let id = crate::graph::chain::key(&facts.chain_id);
        let mut half = [0; 16];
        half.iter_mut().zip(id).for_each(|(to, from)| *to = from);
        graph.nodes.push(Node {
            id: crate::model::id::Id(half),
            kind: NodeKind::Virtual,
            known: false,
            resolved: true,
            layers: None,
            weight: Weight::default(),
            standing: Standing::Bottom,
            disputed: false,
        });
        graph.names.push(facts.label(stack.len()).into());
        for (at, lists) in chains.iter_mut().enumerate() {
            lists.push(if at == kind { stack.clone() } else { Vec::new() });
        }
        graph
            .unnamed
            .insert(node, crate::graph::Unnamed { suggested: suggested.remove(&node).unwrap_or_default(), ..facts });
    }
}

fn add_edges(graph: &mut Lineage, drafts: Vec<Draft>) {
    let mut ties = Vec::with_capacity(drafts.len());
    for mut draft in drafts {
        draft.proofs.sort_by_key(|proof| (proof.way, std::cmp::Reverse(proof.confidence), proof.source));
        draft.proofs.dedup();
        let from = graph.proofs.len() as u32;
        let confidence = together(&draft.proofs).min(draft.most);
        ties.push(Tie { child: draft.child, parent: draft.parent, cost: cost(&draft, confidence) });
        graph.proofs.append(&mut draft.proofs);
        let proofs = (from, graph.proofs.len() as u32);
        let Draft { child, parent, kind, status, .. } = draft;
        graph.edges.push(Edge { child, parent, kind, status, confidence, cut: false, proofs });
    }
    let count = graph.nodes.len();
    // An index comes after its images, a name after the digests that go by it; only edges are ever marked as cut.
    let after = |lists: &Lists, turned: bool| {
        let pairs = (0..count as NodeId).flat_map(|a| lists.of(a).iter().map(move |b| (a, *b)).collect::<Vec<_>>());
        pairs.map(move |(a, b)| if turned { (b, a) } else { (a, b) }).collect::<Vec<_>>()
    };
    let pairs = [after(&graph.members, false), after(&graph.may_be, true)].concat();
    ties.extend(pairs.into_iter().map(|(child, parent)| Tie { child, parent, cost: 1 }));
    let (order, cuts) = cycles::order(count, &ties);
    graph.order = order;
    let cut = cuts.into_iter().filter(|edge| (*edge as usize) < graph.edges.len()).collect::<Vec<_>>();
    cut.into_iter().for_each(|edge| graph.edges[edge as usize].cut = true);
    graph.link();
}

/// What cutting an edge out of a circle costs: layers and history are never cut, a base is kept before an input.
fn cost(draft: &Draft, confidence: Confidence) -> u64 {
    let proven = draft.by_layers() || draft.proofs.iter().any(|proof: &Proof| proof.way == ProofKind::HistoryPrefix);
    let base = if draft.kind == EdgeKind::Base { 2_000 } else { 0 };
    if proven { NEVER } else { base + 1 + u64::from(confidence.thousandths()) }
}

/// Says of every node what is known of its base.
fn stand(graph: &mut Lineage, scratch: &[bool], flattened: &[bool]) {
    for node in 0..graph.nodes.len() {
        let number = node as NodeId;
        let layers = graph.chains.iter().map(|chains| chains.of(number).len() as u32).find(|count| *count > 0);
        let bases = || graph.parents(number).map(|(_, edge)| edge).filter(|edge| says_base(edge));
        let is_virtual = |edge: &Edge| graph.unnamed.contains_key(&edge.parent);
        let flattened = flattened.get(node).copied().unwrap_or(false);
        let one_layer = layers == Some(1) && !carries(graph, number);
        // Of what shows no base a weak word, as any label is, tells none: it must not seem known by its layers.
        let hidden = layers.is_some() && flattened || one_layer;
        let tells = |edge: &Edge| !is_virtual(edge) && (!hidden || edge.confidence >= Confidence::STRONG);
        let standing = if bases().any(tells) {
            Standing::Based
        } else if bases().any(is_virtual) {
            Standing::OnUnnamed
        } else if scratch.get(node).copied().unwrap_or(false) {
            Standing::Scratch
        } else {
            match layers {
                None => Standing::Unknown,
                Some(_) if flattened => Standing::Flattened,
                Some(_) if one_layer => Standing::OneLayer,
                Some(_) => Standing::Bottom,
            }
        };
        let facts = &mut graph.nodes[node];
        (facts.layers, facts.standing) = (layers, standing);
    }
}

/// Whether an edge tells what its child stands on.
fn says_base(edge: &Edge) -> bool {
    let doubtful = edge.status == EdgeStatus::Conflict && edge.confidence < Confidence::STRONG;
    edge.kind == EdgeKind::Base && !edge.cut && edge.status != EdgeStatus::Ancestor && !doubtful
}

/// Whether layers show that something stands on a node.
fn carries(graph: &Lineage, node: NodeId) -> bool {
    let by_layers = |edge: &Edge| {
        graph.proofs(edge).iter().any(|p| matches!(p.way, ProofKind::Layers | ProofKind::CompressedLayers))
    };
    graph.unnamed.contains_key(&node) || graph.children(node).any(|(_, edge)| by_layers(edge))
}

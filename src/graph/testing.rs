//! Small graphs for tests, written by name.

use super::{Builder, ImageFacts, Lineage, NodeId};
use crate::model::digest::{Digest, DigestKind};
use crate::model::fact::Spot;
use crate::model::lineage::{EdgeKind, LineageClaim, Named, ProofKind};

/// A digest and a number for a name.
pub(super) fn digest(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

/// An image of the tests' worlds.
#[derive(Debug, Clone, Default)]
pub(super) struct Image {
    pub name: String,
    pub layers: Vec<u32>,
    pub history: Vec<u64>,
    pub platform: Option<String>,
    pub references: Vec<String>,
    pub flattened: bool,
    pub compressed: bool,
    pub created: Option<i64>,
    pub running: u32,
}

/// An image with a digest and layers.
pub(super) fn image(name: &str, layers: &[u32]) -> Image {
    Image { name: name.into(), layers: layers.to_vec(), ..Image::default() }
}

pub(super) fn id(name: &str) -> [u8; 16] {
    std::array::from_fn(|at| super::chain::key(&digest(name))[at])
}

/// Puts images into a builder.
pub(super) fn builder(images: &[Image]) -> Builder {
    let mut builder = Builder::new();
    for image in images {
        let layers: Vec<u32> = image.layers.iter().map(|n| builder.layer(&digest(&format!("layer {n}")))).collect();
        let references: Vec<&str> = image.references.iter().map(String::as_str).collect();
        builder.image(&ImageFacts {
            id: id(&image.name),
            name: &image.name,
            digests: &[(digest(&image.name), DigestKind::Manifest)],
            references: &references,
            platform: image.platform.as_deref(),
            weight: super::Weight { uses: 1, running: image.running },
            diff_ids: if image.compressed { &[] } else { &layers },
            compressed: if image.compressed { &layers } else { &[] },
            history: &image.history,
            created: image.created.map(crate::model::time::Micros),
            flattened: image.flattened,
            ..ImageFacts::default()
        });
    }
    builder
}

/// What a claim names: a tag where it has a colon, `scratch`, else the digest of a name.
fn named(text: &str) -> Named {
    if text.contains(':') || text == Named::SCRATCH {
        Named::by_reference(text)
    } else {
        Named::by_digest(digest(text))
    }
}

pub(super) fn claim(child: &str, parent: &str, kind: Option<EdgeKind>, way: ProofKind) -> LineageClaim {
    LineageClaim::new(named(child), named(parent), kind, way, Spot::default())
}

pub(super) fn base(child: &str, parent: &str, way: ProofKind) -> LineageClaim {
    claim(child, parent, Some(EdgeKind::Base), way)
}

pub(super) fn graph(images: &[Image], claims: &[LineageClaim]) -> Lineage {
    let mut builder = builder(images);
    (0..).zip(claims).for_each(|(source, claim)| builder.claim(claim.clone(), source));
    builder.build()
}

/// The node of a name that [`image`] was given, or of a canonical reference.
pub(super) fn node(graph: &Lineage, name: &str) -> NodeId {
    graph.find(id(name)).or_else(|| (0..graph.len() as u32).find(|node| graph.name(*node) == name)).unwrap()
}

/// Every edge as `child -kind/status-> parent confidence`, for comparison.
pub(super) fn edges(graph: &Lineage) -> Vec<String> {
    let mut all: Vec<String> = graph
        .edges()
        .map(|(_, edge)| {
            let (child, parent) = (graph.name(edge.child), graph.name(edge.parent));
            let cut = if edge.cut { " cut" } else { "" };
            let (kind, status) = (edge.kind.as_str(), edge.status.as_str());
            format!("{child} -{kind}/{status}-> {parent} {}{cut}", edge.confidence)
        })
        .collect();
    all.sort();
    all
}

//! What one image stands on and what stands on it, as `image` says it.

use serde::Serialize;

use crate::cli::Failure;
use crate::cli::out::{Out, Tone};
use crate::cli::words::{counted, short};
use crate::graph::draw::{how, label};
use crate::graph::{Descendants, Edge, EdgeId, Link, NodeId, Standing, descendants as counts};
use crate::model::id::Id;
use crate::model::lineage::EdgeKind;
use crate::work::lineage::{Known, locator};

/// Columns that a name takes at most.
const NAME: usize = 200;

/// A base, build input or frontend of an image.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BaseCell {
    /// 32 hex digits, as in the image list and in `graph`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `base`, `build-input` or `frontend`.
    pub kind: &'static str,
    /// From 0 to 1.
    pub confidence: f64,
    /// The ways of knowing.
    pub proof: Vec<&'static str>,
    /// How it fits in: `direct`, `ancestor` (a base further down), `alternative`, `unsettled`, `conflict`.
    pub status: &'static str,
    /// Where the claims stand; empty for what layers or history show by themselves.
    pub evidence: Vec<EvidenceCell>,
}

/// A spot in stored evidence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct EvidenceCell {
    /// SHA-256 of the stored evidence.
    pub evidence: Option<String>,
    /// What to give to `evidence show --at`.
    pub locator: String,
}

/// What an image stands on and took from, by edge; nothing where lineage does not know it.
pub fn bases(known: &Known, id: &str) -> Vec<BaseCell> {
    node(known, id).into_iter().flat_map(|node| known.graph.parents(node)).filter_map(|(_, e)| cell(known, e)).collect()
}

/// How many images stand on an image, directly or not.
pub fn descendants(known: &Known, id: &str) -> u32 {
    counted_on(known, id).images
}

/// The same for people.
pub fn print(known: &Known, id: &str, out: &mut Out<'_>) -> Result<(), Failure> {
    let Some(node) = node(known, id) else { return Ok(()) };
    let parents: Vec<(EdgeId, &Edge)> = known.graph.parents(node).collect();
    for (number, edge) in &parents {
        let text = format!("{}  {}", label(&known.graph, edge.parent, NAME), how(&known.graph, Link::Edge(*number)));
        out.labelled(Tone::Plain, edge.kind.as_str().split('-').next_back().unwrap_or_default(), &text)?;
        if let Some((evidence, locator)) = known.first_claim(edge) {
            out.labelled(Tone::Muted, "", &format!("evidence show {} --at {locator}", short(&evidence)))?;
        }
    }
    if let Some(text) = without_base(known, node) {
        out.labelled(Tone::Warn, "base", text)?;
    }
    let Descendants { images, running } = counted_on(known, id);
    if images > 0 {
        let text = format!("{} on it, {running} running: hullbreach graph --focus {}", images_of(images), short(id));
        out.labelled(Tone::Plain, "stands", &text)?;
    }
    Ok(())
}

fn images_of(count: u32) -> String {
    counted(u64::from(count), "image")
}

/// Why an image has no base, in words; none where one is known.
pub fn without_base(known: &Known, node: NodeId) -> Option<&'static str> {
    let standing = known.graph.node(node)?.standing;
    let cut = |edge: &Edge| edge.cut && edge.kind == EdgeKind::Base;
    if !matches!(standing, Standing::Based | Standing::OnUnnamed)
        && known.graph.parents(node).any(|(_, edge)| cut(edge))
    {
        return Some("not known: what it is said to stand on is said to stand on it, so the claims go in a circle");
    }
    match standing {
        Standing::Based | Standing::OnUnnamed => None,
        Standing::Scratch => Some("said to stand on nothing (FROM scratch)"),
        Standing::Bottom => Some("none known: no image that was read is below its layers"),
        Standing::OneLayer => Some("not known: one layer, from scratch or flattened; layers cannot tell"),
        Standing::Flattened => Some("not known: its layers were merged, and what is below cannot be seen"),
        Standing::Unknown => Some("not known: neither its layers nor a word about its base was read"),
    }
}

fn node(known: &Known, id: &str) -> Option<NodeId> {
    known.graph.find(Id::parse(id)?.0)
}

fn counted_on(known: &Known, id: &str) -> Descendants {
    let nodes: Vec<NodeId> = node(known, id).into_iter().collect();
    counts(&known.graph, &nodes).first().copied().unwrap_or_default()
}

fn cell(known: &Known, edge: &Edge) -> Option<BaseCell> {
    let proofs = known.graph.proofs(edge);
    let mut proof: Vec<&str> = proofs.iter().map(|proof| proof.way.as_str()).collect();
    proof.dedup();
    let stands = proofs.iter().filter_map(|proof| known.stands(proof));
    let mut evidence: Vec<EvidenceCell> = stands
        .map(|(source, spot)| EvidenceCell { evidence: source.evidence.clone(), locator: locator(spot) })
        .collect();
    evidence.sort();
    evidence.dedup();
    Some(BaseCell {
        id: known.graph.node(edge.parent)?.id.to_string(),
        name: known.graph.name(edge.parent).to_owned(),
        kind: edge.kind.as_str(),
        confidence: f64::from(edge.confidence.thousandths()) / 1000.0,
        proof,
        status: edge.status.as_str(),
        evidence,
    })
}

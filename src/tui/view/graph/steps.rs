//! One step from an image to what it stands on, as lines of a page: how it is known, and where each proof stands.

use super::words;
use crate::graph::Edge;
use crate::graph::draw::proof_words;
use crate::model::lineage::ProofKind;
use crate::tui::data::lineage::Kept;
use crate::tui::view::facts::Page;
use crate::tui::view::link;

/// Each proof of a step with where it stands; what layers show stands at both images.
pub fn proofs(kept: &Kept, edge: &Edge, page: &mut Page) {
    let known = &kept.tree.known;
    let kind = if edge.kind.as_str() == "base" { "stands on it" } else { edge.kind.as_str() };
    let doubt = if edge.status.as_str() == "direct" { "" } else { edge.status.as_str() };
    page.line("|", format!("{kind}: {} {} {doubt}", proof_words(&known.graph, edge), edge.confidence));
    let mut layers = false;
    for proof in known.graph.proofs(edge) {
        match known.stands(proof) {
            Some((source, spot)) => {
                let place = format!("{}  {} {}", proof.way.as_str().replace('-', " "), source.path, spot.pointer);
                let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
                let open = source.evidence.as_deref();
                page.linked(
                    "| proof",
                    place,
                    open.map(|id| link::evidence(id, whole(spot.offset), whole(spot.length))),
                );
            }
            None => layers |= matches!(proof.way, ProofKind::Layers | ProofKind::CompressedLayers),
        }
    }
    for node in [edge.parent, edge.child] {
        if let Some(open) = words::layers(kept, node).filter(|_| layers) {
            page.linked("| proof", format!("layers of {}", words::named(kept, node)), Some(open));
        }
    }
}

//! Nodes and edges in a few words, for rows of every part of this view and of those that show ways, too.

use crate::cli::words::{counted, short_name};
use crate::command::Call;
use crate::graph::draw::label;
use crate::graph::{Descendants, NodeId, NodeKind, Standing};
use crate::tui::data::lineage::Kept;
use crate::tui::theme::Slot;
use crate::tui::view::link;
use crate::tui::view::signs::sign_of;
use crate::tui::widget::{Line, Span};

/// Columns in which digests of a name are shortened; names are cut where they are shown.
const NAME: usize = 500;

/// The first digits of an image's digest; empty where none is known.
pub fn digest(kept: &Kept, node: NodeId) -> String {
    let facts = kept.graph().node(node).filter(|facts| facts.resolved && facts.kind != NodeKind::Virtual);
    facts.map_or_else(String::new, |facts| facts.id.to_string().chars().take(8).collect())
}

/// The name, whole.
pub fn name(kept: &Kept, node: NodeId) -> String {
    label(kept.graph(), node, NAME)
}

/// Name and digest in one text.
pub fn named(kept: &Kept, node: NodeId) -> String {
    match digest(kept, node) {
        digest if digest.is_empty() => name(kept, node),
        digest => format!("{} {digest}", name(kept, node)),
    }
}

/// Sign of the verdict, name in so many columns, digest.
pub fn line(kept: &Kept, node: NodeId, columns: usize) -> Line<'static> {
    let graph = kept.graph();
    let mut spans: Vec<Span<'static>> = Vec::new();
    if let Some(verdict) = kept.verdict(node) {
        spans.extend(sign_of(verdict).spans);
        spans.push(Span::plain(" "));
    }
    let is_virtual = graph.node(node).is_some_and(|facts| facts.kind == NodeKind::Virtual);
    if is_virtual {
        spans.push(Span::new("? ", Slot::VerdictNotKnown));
    }
    spans.push(Span::plain(short_name(&name(kept, node), columns)));
    let digest = digest(kept, node);
    if !digest.is_empty() {
        spans.push(Span::new(format!(" {digest}"), Slot::Muted));
    }
    Line { spans }
}

/// `214 images, 61 running`; empty for nothing.
pub fn counts(counts: Descendants) -> String {
    match counts.images {
        0 => String::new(),
        images => format!("{}, {} running", counted(u64::from(images), "image"), counts.running),
    }
}

/// What is known of a base, where none is; empty where one is known.
pub fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Based | Standing::OnUnnamed => "",
        Standing::Scratch => "said to stand on nothing (FROM scratch)",
        Standing::Bottom => "no image that was read is below its layers",
        Standing::OneLayer => "one layer: from scratch or squashed, layers cannot tell",
        Standing::Flattened => "squashed: what is below cannot be seen",
        Standing::Unknown => "not known: neither its layers nor a word about its base was read",
    }
}

/// To a node in the middle of what is around it.
pub fn link_to(kept: &Kept, node: NodeId) -> Option<Call> {
    Some(link::lineage(&kept.graph().node(node)?.id.to_string()))
}

/// Where the layers of an image are told.
pub fn layers(kept: &Kept, node: NodeId) -> Option<Call> {
    let (source, offset, length) = kept.tree.layers_stand(node)?;
    let row = kept.tree.known.source(source)?;
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    Some(link::evidence(row.evidence.as_deref()?, whole(offset), whole(length)))
}

/// Why there is nothing to show, and what brings it; none where there is lineage.
pub fn nothing(kept: &Kept) -> Option<String> {
    let tree = &kept.tree;
    if tree.has_edges() {
        return None;
    }
    let images = counted(tree.images, "image");
    let why = match (tree.images, tree.with_layers) {
        (0, 0) => "The case has no images yet.".to_owned(),
        (_, 0) => format!("{images}, none with its layers, and nothing that was read says what they stand on."),
        (_, layers) => {
            format!("{images}, layers known of {layers}: none lies on another, and nothing says what they stand on.")
        }
    };
    Some(format!(
        "No lineage is known: unknown is not safe.\n{why}\n\nImport (i) what tells it:\n  docker image inspect, docker save, OCI \
         layouts\n  manifests, configs and indexes of the registry\n  provenance, SBOMs, compose files with their \
         Dockerfiles"
    ))
}

//! Lineage as lines of text: an outline of all, the surroundings of one image, its ways down.

use std::fmt::Write as _;

use super::super::image_bases::without_base;
use crate::cli::words::{counted, short};
use crate::graph::draw::{self, Mark, how, label};
use crate::graph::{Descendants, Link, NodeId, NodeKind, Outline, Path, focus, to_roots};
use crate::work::lineage::Known;

/// Columns that a name takes at most.
const NAME: usize = 200;

/// Ways that are listed; a graph can have more than anybody can read.
const MOST_WAYS: usize = 50;

/// Why there is no lineage to show, and what would bring some; none where there is.
pub fn nothing_known(known: &Known) -> Option<String> {
    let graph = &known.graph;
    if graph.edges().next().is_some() {
        return None;
    }
    let images = known.listed();
    let layers = graph.nodes().filter(|(_, node)| node.layers.is_some()).count();
    let why = match (images, layers) {
        (0, 0) => "the case has no images".to_owned(),
        (images, 0) => format!(
            "{}, none with its layers, and no evidence says what they stand on",
            counted(images as u64, "image")
        ),
        (images, layers) => format!(
            "{}, layers known of {layers}, none of which lies on another, and no evidence says what they stand on",
            counted(images as u64, "image")
        ),
    };
    Some(format!(
        "No lineage is known: {why}. Unknown is not safe. Import what tells it: `docker image inspect`, `docker save` or \
         OCI layouts, registry manifests and configs, provenance, SBOMs, or compose files with their Dockerfiles."
    ))
}

/// The bases and what stands on them.
pub fn outline(known: &Known) -> String {
    draw::outline(&known.graph, &Outline::new(&known.graph), usize::MAX, &|_| Mark::None)
}

/// What an image stands on and what stands right on it.
pub fn around(known: &Known, node: NodeId) -> String {
    let graph = &known.graph;
    let shown = focus(graph, node, usize::MAX);
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}{}", shown_name(known, node), counts(shown.image.1));
    let _ = writeln!(out, "stands on");
    for (steps, edge, below) in &shown.below {
        let indent = "  ".repeat((*steps).min(40) as usize);
        let _ = writeln!(out, "{indent}{}  [{}]", shown_name(known, *below), how(graph, Link::Edge(*edge)));
    }
    if let Some(words) = without_base(known, node) {
        let _ = writeln!(out, "  base {words}");
    }
    if shown.above.is_empty() {
        out.push_str("nothing that is known stands on it\n");
        return out;
    }
    let _ = writeln!(out, "what stands right on it");
    for (edge, above, counted) in &shown.above {
        let told = how(graph, Link::Edge(*edge));
        let _ = writeln!(out, "  {}{}  [{told}]", shown_name(known, *above), counts(*counted));
    }
    out
}

fn shown_name(known: &Known, node: NodeId) -> String {
    let graph = &known.graph;
    let unknown = graph.node(node).is_some_and(|facts| facts.kind == NodeKind::Virtual);
    format!("{}{}", if unknown { "[?] " } else { "" }, label(graph, node, NAME))
}

fn counts(counts: Descendants) -> String {
    match counts.images {
        0 => String::new(),
        images => format!("  {} on it, {} running", counted(u64::from(images), "image"), counts.running),
    }
}

/// The ways from an image to what stands on nothing, each step with how it is known and where that stands.
pub fn paths(known: &Known, node: NodeId) -> String {
    let (ways, more) = to_roots(&known.graph, node, MOST_WAYS);
    let mut out = String::new();
    if ways.is_empty() {
        let why = without_base(known, node).unwrap_or("not known");
        let _ = writeln!(out, "{}\n  base {why}", shown_name(known, node));
    }
    for (number, way) in ways.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        write_way(known, way, &mut out);
    }
    if more {
        out.push_str("\n... there are more ways than are listed\n");
    }
    out
}

/// A way is told from the image down: what is asked about stands first.
fn write_way(known: &Known, way: &Path, out: &mut String) {
    let steps = way.iter().rev();
    // The link beside a node leads to it from the one below, so each is told with the next line.
    let links = std::iter::once(None).chain(way.iter().rev().map(|(_, link)| Some(*link)));
    for ((node, _), link) in steps.zip(links) {
        let name = shown_name(known, *node);
        let Some(link) = link else {
            let _ = writeln!(out, "{name}");
            continue;
        };
        let _ = writeln!(out, "  on {name}  [{}]", how(&known.graph, link));
        let Link::Edge(number) = link else { continue };
        if let Some((evidence, locator)) = known.graph.edge(number).and_then(|edge| known.first_claim(edge)) {
            let _ = writeln!(out, "     evidence show {} --at {locator}", short(&evidence));
        }
    }
}

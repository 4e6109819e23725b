//! The outline and single ways as plain text.

use std::fmt::Write as _;

use super::{Mark, how, label};
use crate::graph::lineage::Lineage;
use crate::graph::node::{NodeId, NodeKind};
use crate::graph::query::outline::{Outline, Row};
use crate::graph::query::reach::Link;
use crate::graph::query::why::Path;
use crate::model::lineage::Confidence;

/// Columns that a name takes at most.
const NAME: usize = 60;

/// The bases and what stands on them, at most `most` lines; a last line says how many are not shown.
pub fn outline(graph: &Lineage, outline: &Outline, most: usize, mark: &dyn Fn(NodeId) -> Mark) -> String {
    let (rows, count) = outline.rows(graph, |_| true, None, 0, most);
    let mut out = String::new();
    for row in &rows {
        line(graph, row, mark(row.node), &mut out);
    }
    if count > rows.len() {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "... +{} more", count - rows.len());
    }
    if rows.is_empty() {
        out.push_str("No lineage is known. Import image configs (docker inspect, docker save), manifests, provenance or Dockerfiles.\n");
    }
    out
}

fn line(graph: &Lineage, row: &Row, mark: Mark, out: &mut String) {
    // A forged chain can be deeper than any screen is wide.
    let indent = "  ".repeat(row.depth.min(40) as usize);
    let unknown = graph.node(row.node).is_some_and(|node| node.kind == NodeKind::Virtual);
    let sign = if unknown { "[?] " } else { "" };
    let _ = write!(out, "{indent}{}{sign}{}", mark.sign(), label(graph, row.node, NAME));
    let counted = row.descendants;
    if counted.images > 0 {
        let s = if counted.images == 1 { "" } else { "s" };
        let _ = write!(out, "  {} image{s}, {} running", counted.images, counted.running);
    }
    if let Some((number, edge)) = row.edge.and_then(|number| Some((number, graph.edge(number)?))) {
        let weak = if edge.confidence < Confidence::STRONG { "~ " } else { "" };
        let _ = write!(out, "  [{weak}{}]", how(graph, Link::Edge(number)));
    }
    if row.also_via > 0 {
        let _ = write!(out, "  also via {}", row.also_via);
    }
    out.push('\n');
}

/// One way, a line a step, each with how it is known.
pub fn path(graph: &Lineage, path: &Path) -> String {
    let mut out = String::new();
    for (node, link) in path {
        let name = label(graph, *node, NAME);
        match link {
            Link::Start => drop(writeln!(out, "{name}")),
            link => drop(writeln!(out, "  -> {name}  ({})", how(graph, *link))),
        }
    }
    out
}

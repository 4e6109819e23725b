//! Graphviz DOT.

use std::fmt::Write as _;

use super::{Mark, Selection, how, label};
use crate::graph::lineage::Lineage;
use crate::graph::node::{NodeId, NodeKind};
use crate::graph::query::reach::Link;
use crate::model::lineage::{Confidence, EdgeKind};

/// The selection as a directed graph, from bases to what stands on them.
pub fn dot(graph: &Lineage, selection: &Selection, mark: &dyn Fn(NodeId) -> Mark) -> String {
    let mut out = String::from("digraph lineage {\n  rankdir=LR;\n  node [shape=box, fontname=\"monospace\"];\n");
    for node in &selection.nodes {
        let Some(facts) = graph.node(*node) else { continue };
        let text = format!("{}{}", mark(*node).sign(), label(graph, *node, 60));
        let style = if facts.kind == NodeKind::Virtual { ", style=dashed" } else { "" };
        let (id, text, name) = (facts.id, quoted(&text), quoted(graph.name(*node)));
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  \"{id}\" [label=\"{text}\", tooltip=\"{name}\"{style}];");
    }
    for number in &selection.edges {
        let Some(edge) = graph.edge(*number) else { continue };
        let Some((parent, child)) = graph.node(edge.parent).zip(graph.node(edge.child)) else { continue };
        let style = match edge.kind {
            EdgeKind::Base => "solid",
            EdgeKind::BuildInput => "dashed",
            EdgeKind::Frontend => "dotted",
        };
        let weak = if edge.confidence < Confidence::STRONG { ", color=gray, constraint=true" } else { "" };
        let told = quoted(&how(graph, Link::Edge(*number)));
        let _ = writeln!(
            out,
            "  \"{}\" -> \"{}\" [style={style}, label=\"{}\", tooltip=\"{told}\"{weak}];",
            parent.id, child.id, edge.confidence
        );
    }
    out.push_str("}\n");
    out
}

/// Escapes what a quoted DOT string gives a meaning to.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

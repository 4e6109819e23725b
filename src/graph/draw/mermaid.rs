//! Mermaid flowcharts, for pages and tickets that draw them.

use std::fmt::Write as _;

use super::{Mark, Selection, label};
use crate::graph::lineage::Lineage;
use crate::graph::node::{NodeId, NodeKind};
use crate::model::lineage::EdgeKind;

/// The selection as a flowchart, from bases to what stands on them.
pub fn mermaid(graph: &Lineage, selection: &Selection, mark: &dyn Fn(NodeId) -> Mark) -> String {
    let mut out = String::from("flowchart LR\n");
    for node in &selection.nodes {
        let text = escaped(&format!("{}{}", mark(*node).sign(), label(graph, *node, 60)));
        let unknown = graph.node(*node).is_some_and(|facts| facts.kind == NodeKind::Virtual);
        let (open, close) = if unknown { ("([", "])") } else { ("[", "]") };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  n{node}{open}\"{text}\"{close}");
    }
    for number in &selection.edges {
        let Some(edge) = graph.edge(*number) else { continue };
        let arrow = if edge.kind == EdgeKind::Base { "-->" } else { "-.->" };
        let kind = edge.kind.as_str();
        let _ = writeln!(out, "  n{} {arrow}|\"{kind} {}\"| n{}", edge.parent, edge.confidence, edge.child);
    }
    out
}

/// Mermaid's own way to write characters by number: `#35;`. Everything that could mean something is written so.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '.' | '/' | ':' | '@' | '_' | '-' | ',' => out.push(c),
            other => drop(write!(out, "#{};", u32::from(other))),
        }
    }
    out
}

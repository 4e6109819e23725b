//! Nodes and edges in a few words.

use crate::graph::lineage::Lineage;
use crate::graph::node::{Edge, EdgeStatus, NodeId};
use crate::graph::query::reach::Link;
use crate::model::lineage::{EdgeKind, ProofKind};
use crate::model::text::{fit, width};

/// A node's name in at most `columns`: digests are shortened, then the front is cut, because the end tells more.
pub fn label(graph: &Lineage, node: NodeId, columns: usize) -> String {
    let name = graph.name(node);
    let name = match name.rsplit_once("sha256:") {
        Some((before, hex)) if hex.len() == 64 => format!("{before}{}", hex.get(..12).unwrap_or(hex)),
        _ => name.to_owned(),
    };
    if width(&name) <= columns {
        return name;
    }
    let turned: String = name.chars().rev().collect();
    fit(&turned, columns).chars().rev().collect()
}

/// How an edge is known: `layers 1-5 equal + annotation`.
pub fn proof_words(graph: &Lineage, edge: &Edge) -> String {
    let mut ways: Vec<String> = Vec::new();
    for proof in graph.proofs(edge) {
        let layers = graph.node(edge.parent).and_then(|node| node.layers).unwrap_or(0);
        let word = match proof.way {
            ProofKind::Layers if layers > 1 => format!("layers 1-{layers} equal"),
            ProofKind::Layers => "layer 1 equal".to_owned(),
            ProofKind::CompressedLayers => format!("{layers} compressed layers equal"),
            other => other.as_str().replace('-', " "),
        };
        if ways.last() != Some(&word) {
            ways.push(word);
        }
    }
    ways.join(" + ")
}

/// What leads from one node to the next, in words: kind where it is no base, ways of knowing, doubts, confidence.
pub fn how(graph: &Lineage, link: Link) -> String {
    match link {
        Link::Edge(number) => {
            let confidence = graph.edge(number).map(|edge| edge.confidence).unwrap_or_default();
            format!("{} {confidence}", link_words(graph, link))
        }
        _ => link_words(graph, link),
    }
}

/// The same without the confidence.
pub fn link_words(graph: &Lineage, link: Link) -> String {
    let number = match link {
        Link::Edge(number) => number,
        Link::Start => return String::new(),
        Link::Member => return "is in this index".to_owned(),
        Link::Listed => return "is listed by this index".to_owned(),
        Link::Name => return "goes by this name".to_owned(),
        Link::SameLayers => return "has the same layers, another config".to_owned(),
    };
    let Some(edge) = graph.edge(number) else { return String::new() };
    let kind = match edge.kind {
        EdgeKind::Base => "",
        EdgeKind::BuildInput => "build input: ",
        EdgeKind::Frontend => "frontend: ",
    };
    let doubt = match edge.status {
        EdgeStatus::Direct => "",
        EdgeStatus::Ancestor => ", further down",
        EdgeStatus::Alternative => ", one of several",
        EdgeStatus::Unsettled => ", unsettled",
        EdgeStatus::Conflict => ", CONFLICT",
    };
    let circle = if edge.cut { ", closes a circle of claims" } else { "" };
    format!("{kind}{}{doubt}{circle}", proof_words(graph, edge))
}

/// Names of a way that are shown at its two ends, where it is too long to be read whole.
const ENDS: (usize, usize) = (3, 2);

/// A way as one line, from its names: of a long one, as forged claims in a circle make it, both ends and how many lie between.
pub fn way_line(mut names: Vec<String>) -> String {
    let between = names.len().saturating_sub(ENDS.0 + ENDS.1);
    if between > 1 {
        names.splice(ENDS.0..ENDS.0 + between, [format!("... {between} more ...")]);
    }
    names.join(" -> ")
}

#[cfg(test)]
mod tests {
    use super::way_line;

    #[test]
    fn a_long_way_is_told_by_its_ends() {
        let names = |count: usize| (1..=count).map(|n| n.to_string()).collect::<Vec<_>>();
        assert_eq!(way_line(names(0)), "");
        assert_eq!(way_line(names(3)), "1 -> 2 -> 3");
        assert_eq!(way_line(names(6)), "1 -> 2 -> 3 -> 4 -> 5 -> 6", "a sign in place of one name saves nothing");
        assert_eq!(way_line(names(50)), "1 -> 2 -> 3 -> ... 45 more ... -> 49 -> 50");
    }
}

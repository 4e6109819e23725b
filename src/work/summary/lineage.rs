//! Lineage for a report: a drawing and an outline around what is affected.

use std::collections::BTreeMap;

use crate::graph::draw::{self, Mark, Selection, figure};
use crate::graph::{NodeId, NodeKind, Outline, Standing};
use crate::model::id::Id;
use crate::model::verdict::Verdict;
use crate::report::model::{Affected, Drawing, Lineage};
use crate::work::lineage::Known;

/// Nodes of the drawing: more than that nobody finds anything in.
const DRAWN: usize = 300;
/// Lines of the outline.
const LINES: usize = 60;

/// None where no edge is known.
pub(super) fn gather(known: &Known, affected: &[Affected]) -> Option<Lineage> {
    let graph = &known.graph;
    graph.edges().next()?;
    let verdicts: BTreeMap<NodeId, Verdict> =
        affected.iter().filter_map(|image| Some((graph.find(Id::parse(&image.id)?.0)?, image.verdict))).collect();
    let mark = |node: NodeId| verdicts.get(&node).map_or(Mark::None, |verdict| mark_of(*verdict));
    // What nothing is known of is no centre: it would bring the whole inventory.
    let centres: Vec<NodeId> =
        verdicts.iter().filter(|(_, verdict)| **verdict > Verdict::NotKnown).map(|(node, _)| *node).collect();
    let around = Selection::around(graph, &centres, DRAWN);
    let selection = if around.edges.is_empty() { Selection::all(graph, DRAWN) } else { around };
    let drawn = figure(graph, &selection, &mark);
    let text = draw::outline(graph, &Outline::new(graph), LINES, &mark);
    let (outline, more): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| !line.starts_with("... +"));
    let standing = |wanted: fn(Standing) -> bool| {
        let images = graph.nodes().filter(|(_, node)| node.known && node.kind == NodeKind::Image);
        images.filter(|(_, node)| wanted(node.standing)).count() as u64
    };
    Some(Lineage {
        based: standing(|standing| standing == Standing::Based),
        unknown: standing(|standing| matches!(standing, Standing::Unknown | Standing::Flattened | Standing::OnUnnamed)),
        outline: outline.into_iter().map(str::to_owned).collect(),
        outline_more: more.first().map_or(0, |line| number_in(line)),
        drawing: Some(Drawing {
            width: drawn.width,
            height: drawn.height,
            body: drawn.body,
            nodes: selection.nodes.len() as u64,
            edges: selection.edges.len() as u64,
            left_out: selection.left_out as u64,
        }),
    })
}

fn mark_of(verdict: Verdict) -> Mark {
    match verdict {
        Verdict::Bad => Mark::Bad,
        Verdict::Suspect => Mark::Proven,
        Verdict::ToCheck => Mark::Likely,
        Verdict::NotKnown => Mark::CannotTell,
        _ => Mark::None,
    }
}

/// The number in `... +12 more`.
fn number_in(line: &str) -> u64 {
    line.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
}

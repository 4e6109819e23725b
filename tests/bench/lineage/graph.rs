//! A hundred thousand images of fifteen layers: the graph, and what the worst base reaches.

use std::time::Duration;

use hullbreach::graph::{Blast, EdgeStatus, Lineage, NodeId, Outline, Thresholds, Urgency, descendants, waves, why};
use hullbreach::model::lineage::EdgeKind;

use crate::data::{self, Made};
use crate::{Outcome, Row, median, timed};

const IMAGES: usize = 100_000;

pub fn hundred_thousand(runs: usize) -> Outcome<Vec<Row>> {
    let images = data::inventory(IMAGES, 15);
    let (built, graph) = median(runs, || data::build(&images, true));
    check(&images, &graph)?;
    let mut rows = vec![timed(
        format!(
            "graph of {} images, {} edges, {} virtual: from digests to edges",
            images.len(),
            graph.edges().count(),
            graph.nodes().filter(|(node, _)| graph.unnamed(*node).is_some()).count()
        ),
        built,
        Duration::from_secs(2),
    )];
    let all: Vec<NodeId> = graph.nodes().map(|(node, _)| node).collect();
    let (took, counts) = median(runs, || descendants(&graph, &all));
    rows.push(timed("descendants of every node", took, Duration::from_secs(1)));
    let worst = counts.iter().enumerate().max_by_key(|(_, count)| count.images).map_or(0, |(node, _)| node as NodeId);
    let (took, blast) = median(runs, || Blast::new(&graph, &[worst], Thresholds::default()));
    let reckoned = blast.reckoned(&graph);
    rows.push(timed(
        format!(
            "blast of the worst base: {} proven, {} likely, {} cannot tell",
            reckoned.proven, reckoned.likely, reckoned.cannot_tell
        ),
        took,
        Duration::from_millis(20),
    ));
    let affected: Vec<NodeId> = blast.reached.iter().map(|reached| reached.node).collect();
    let urgency = Urgency { classes: 4, class: &|node| Some(node as usize % 4) };
    let (took, order) = median(runs, || waves(&graph, &affected, &urgency));
    rows.push(timed(
        format!("{} waves of {} images, {} to begin with", order.waves.len(), affected.len(), order.first.len()),
        took,
        Duration::from_millis(500),
    ));
    let farthest = blast.reached.iter().max_by_key(|r| r.distance).map_or(worst, |r| r.node);
    let (took, _) = median(runs, || why(&graph, &[worst], farthest, 10));
    rows.push(timed("why is the farthest image affected", took, Duration::from_millis(100)));
    let (took, _) = median(runs, || Outline::new(&graph));
    rows.push(timed("outline, ready to open", took, Duration::from_secs(1)));
    Ok(rows)
}

/// Every image whose base is in the inventory stands on just that one, and no other image is called its base.
fn check(images: &[Made], graph: &Lineage) -> Outcome<()> {
    let shown: std::collections::HashMap<&str, &Made> =
        images.iter().map(|image| (image.name.as_str(), image)).collect();
    for (node, _) in graph.nodes().filter(|(_, node)| node.known) {
        let Some(image) = shown.get(graph.name(node)) else { return Err("a name is lost".into()) };
        let truth = image.base.map(|base| &images[base]);
        let direct = |status| status == EdgeStatus::Direct || status == EdgeStatus::Alternative;
        for (_, edge) in graph.parents(node).filter(|(_, edge)| edge.kind == EdgeKind::Base && direct(edge.status)) {
            let parent = graph.name(edge.parent);
            let is_true = truth.is_some_and(|truth| truth.name == parent);
            let is_image = shown.contains_key(parent);
            // An image whose base is hidden may stand on what that base stands on.
            let below = std::iter::successors(truth, |made| made.base.map(|base| &images[base]))
                .any(|made| made.name == parent);
            if is_image && !is_true && !below {
                return Err(format!("{} is said to stand on {parent}", image.name));
            }
            if truth.is_some_and(|truth| !truth.hidden) && is_image && !is_true {
                return Err(format!("{} is said to stand on {parent}, not on its base", image.name));
            }
        }
    }
    Ok(())
}

//! Drawings of a thousand and of ten thousand images, and the same graph drawn by Graphviz.

use std::time::{Duration, Instant};

use hullbreach::graph::draw::{Mark, Selection, dot, svg};
use hullbreach::graph::layout::{Line, layout};
use hullbreach::graph::{Lineage, NodeId};

use crate::{Outcome, Row, data, median, millis, peer, timed};

pub fn drawings(runs: usize) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for count in [1_000, 10_000] {
        let graph = data::build(&data::inventory(count, 15), false);
        let all = Selection::all(&graph, usize::MAX);
        let (widths, lines) = boxes(&graph, &all);
        let (took, drawing) = median(runs, || layout(&widths, &lines));
        let what =
            format!("layout of {} nodes, {} edges: {} crossings", all.nodes.len(), all.edges.len(), drawing.crossings);
        rows.push(timed(what, took, Duration::from_millis(100)));
        let (took, picture) = median(runs, || svg(&graph, &all, "Lineage", &|_| Mark::None));
        let what = format!("the same as SVG, layout included: {} kB", picture.len() / 1024);
        rows.push(timed(what, took, Duration::from_millis(300)));
        keep(count, &picture)?;
        rows.extend(beside_dot(&graph, &all, count, drawing.crossings)?);
    }
    Ok(rows)
}

fn boxes(graph: &Lineage, all: &Selection) -> (Vec<i32>, Vec<Line>) {
    let place = |node: NodeId| all.nodes.binary_search(&node).map_or(u32::MAX, |at| at as u32);
    let edges = all.edges.iter().filter_map(|number| graph.edge(*number));
    let lines = edges.map(|edge| Line { child: place(edge.child), parent: place(edge.parent), group: edge.kind as u8 });
    (vec![240; all.nodes.len()], lines.collect())
}

/// The same graph through `dot`. Ten thousand nodes take it minutes, so it gets a minute.
fn beside_dot(graph: &Lineage, all: &Selection, count: usize, ours: u64) -> Outcome<Option<Row>> {
    let text = dot(graph, all, &|_| Mark::None);
    let start = Instant::now();
    Ok(match peer::crossings(&text, Duration::from_secs(60))? {
        peer::Drawn::Missing => {
            Some(Row { what: "dot is not installed".into(), took: "-".into(), goal: String::new() })
        }
        peer::Drawn::TooSlow => Some(Row {
            what: format!("Graphviz dot, {count} images"),
            took: "over 60 s".into(),
            goal: "stopped".into(),
        }),
        peer::Drawn::Crossings(theirs) => {
            let ratio = ours as f64 / theirs.max(1) as f64;
            let verdict = if ours * 2 <= theirs.max(1) * 3 { "ok" } else { "MISSED" };
            Some(Row {
                what: format!("Graphviz dot: {theirs} crossings; ours are {ratio:.2} times as many"),
                took: millis(start.elapsed()),
                goal: format!("goal 1.50 times {verdict}"),
            })
        }
    })
}

fn keep(count: usize, picture: &str) -> Outcome<()> {
    let temporary = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = temporary.parent().unwrap_or(temporary).join("bench-data");
    let path = folder.join(format!("lineage-{count}.svg"));
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&path, picture))
        .map_err(|e| format!("{}: {e}", path.display()))
}

//! What is known of a target itself: what its tag led to, and what it stands on.

use rusqlite::Connection;
use std::collections::BTreeSet;

use super::starts::Starts;
use super::{Below, Question, TagStep, Targeted};
use crate::case::project::ProjectError;
use crate::case::query::indicators::mirrors;
use crate::case::query::reached::{ComesBack, tag_steps};
use crate::graph::{Blast, EdgeStatus, NodeId, Reach, descendants};
use crate::model::indicator::Target;
use crate::model::lineage::EdgeKind;
use crate::model::verdict::Verdict;
use crate::work::lineage::Known;

/// Targets that stand for more images than this are no thing that stands on something.
const FEW: usize = 64;

pub(super) fn targeted(
    conn: &Connection,
    known: &Known,
    question: Question,
    starts: &Starts,
    blast: &Blast,
) -> Result<Targeted, ProjectError> {
    let history = match &question.target {
        Target::Tag(name) => history(conn, name, starts)?,
        _ => Vec::new(),
    };
    let wide = matches!(question.target, Target::Registry(_) | Target::Repository(_) | Target::Account(_));
    let below = if wide || starts.bad.len() > FEW { Vec::new() } else { below(known, starts, blast) };
    Ok(Targeted { question, history, below })
}

/// What a tag led to: before what is meant, that, and after it.
fn history(conn: &Connection, name: &str, starts: &Starts) -> Result<Vec<TagStep>, ProjectError> {
    let steps = tag_steps(conn, name)?;
    let is_meant = |image: i64| starts.verdicts.get(&image).is_some_and(|verdict| *verdict > Verdict::NotKnown);
    let first = steps.iter().position(|step| is_meant(step.image));
    let part = |at: usize, image: i64| match first {
        _ if is_meant(image) => "meant",
        Some(first) if at < first => "was",
        Some(_) => "later",
        None => "unclear",
    };
    let told = |(at, step): (usize, crate::case::query::reached::TagStep)| TagStep {
        part: part(at, step.image),
        digest: step.digest,
        kind: step.kind,
        first_seen: step.first_seen,
        last_seen: step.last_seen,
    };
    Ok(steps.into_iter().enumerate().map(told).collect())
}

/// The bases of what is meant, each once.
fn below(known: &Known, starts: &Starts, blast: &Blast) -> Vec<Below> {
    let graph = &known.graph;
    let bases = starts.bad.iter().flat_map(|node| graph.parents(*node)).map(|(_, edge)| edge);
    let direct = bases.filter(|edge| edge.kind == EdgeKind::Base && edge.status == EdgeStatus::Direct && !edge.cut);
    let nodes: Vec<NodeId> = direct.map(|edge| edge.parent).collect::<BTreeSet<_>>().into_iter().collect();
    let counts = descendants(graph, &nodes);
    let reached = |node: NodeId| blast.search.of(node).is_some_and(|found| found.reach > Reach::CannotTell);
    let told = |(node, counted): (&NodeId, &crate::graph::Descendants)| {
        Some(Below {
            id: graph.node(*node)?.id.to_string(),
            name: graph.name(*node).to_owned(),
            implicated: starts.bad.contains(node) || reached(*node),
            images: counted.images,
        })
    };
    nodes.iter().zip(&counts).filter_map(told).collect()
}

/// Mirrors that show what is reached: they may keep it when its registry does no more.
pub(super) fn pull_through(conn: &Connection, images: &[super::ReachedImage]) -> Result<Vec<ComesBack>, ProjectError> {
    let mut found = Vec::new();
    for mirror in mirrors(conn)? {
        let shown = |image: &&super::ReachedImage| {
            image.reach != Reach::CannotTell
                && image.name.strip_prefix(&mirror.upstream).is_some_and(|r| r.starts_with('/'))
        };
        let ids: Vec<String> = images.iter().filter(shown).take(5).map(|image| image.id.clone()).collect();
        if !ids.is_empty() {
            let (context, namespace) = (String::new(), String::new());
            found.push(ComesBack { kind: "pull-through-cache", context, namespace, name: mirror.place, images: ids });
        }
    }
    Ok(found)
}

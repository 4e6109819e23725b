//! The images of a report: what is touched or cleared, by whom it is used, what it stands on, why.

use rusqlite::Connection;

use super::{line, some_line};
use crate::case::project::ProjectError;
use crate::case::query::images::ImageRow;
use crate::case::query::owners::Owners;
use crate::case::query::touched::{Touched, UsedBy, touched, used_by};
use crate::case::query::verdicts::findings;
use crate::graph::Link;
use crate::graph::draw::how;
use crate::model::id::Id;
use crate::model::time::Micros;
use crate::model::verdict::Verdict;
use crate::report::model::{Affected, Because, DigestOf, StandsOn, Workload};
use crate::work::lineage::Known;

/// Images of which reasons are worked out: the worst. The rest is listed without them.
const EXPLAINED: usize = 300;
/// Images whose workloads and owners are listed.
const PLACED: usize = 3_000;
/// Workloads listed of one image.
const WORKLOADS: usize = 20;

/// What is listed.
pub(super) struct Images {
    /// Open verdicts, the worst first.
    pub affected: Vec<Affected>,
    /// Cleared ones.
    pub cleared: Vec<Affected>,
}

pub(super) fn gather(conn: &Connection, known: &Known) -> Result<Images, ProjectError> {
    let mut images = Images { affected: Vec::new(), cleared: Vec::new() };
    let owners = Owners::load(conn)?;
    for (place, found) in touched(conn)?.into_iter().enumerate() {
        let Some(verdict) = found.row.verdict.as_deref().and_then(Verdict::parse) else { continue };
        let image = image(conn, known, &owners, found, verdict, place)?;
        if verdict.is_open() { images.affected.push(image) } else { images.cleared.push(image) }
    }
    Ok(images)
}

fn image(
    conn: &Connection,
    known: &Known,
    owners: &Owners,
    found: Touched,
    verdict: Verdict,
    place: usize,
) -> Result<Affected, ProjectError> {
    let Touched { number, row } = found;
    let listed = place < PLACED && verdict.is_open();
    let placed = if listed { used_by(conn, number, WORKLOADS)? } else { Vec::new() };
    let owner = if listed { owners.of(conn, number, &row.name, [&row.registry, &row.repository])? } else { None };
    Ok(Affected {
        used_by: placed.into_iter().map(workload).collect(),
        stands_on: stands_on(known, &row.id),
        because: if place < EXPLAINED { because(conn, number)? } else { None },
        owner: owner.as_deref().and_then(some_line),
        verdict,
        ..plain(row, verdict)
    })
}

fn plain(row: ImageRow, verdict: Verdict) -> Affected {
    Affected {
        name: line(&row.name),
        registry: line(&row.registry),
        repository: line(&row.repository),
        tags: row.tags.iter().map(|tag| line(tag)).collect(),
        digests: row.digests.into_iter().map(|cell| DigestOf { value: cell.value, kind: cell.kind }).collect(),
        verdict,
        priority: row.priority,
        running: Some(row.running),
        uses: Some(row.uses),
        workloads: Some(row.workloads),
        used_by: Vec::new(),
        stands_on: Vec::new(),
        because: None,
        owner: None,
        first_seen: Micros::parse_rfc3339(&row.first_seen),
        last_seen: Micros::parse_rfc3339(&row.last_seen),
        id: row.id,
    }
}

fn workload(found: UsedBy) -> Workload {
    Workload {
        context: line(&found.context),
        namespace: line(&found.namespace),
        kind: line(&found.kind),
        name: line(&found.name),
        running: found.running,
    }
}

fn stands_on(known: &Known, id: &str) -> Vec<StandsOn> {
    let Some(node) = Id::parse(id).and_then(|id| known.graph.find(id.0)) else { return Vec::new() };
    let drawn = known.graph.parents(node).filter(|(_, edge)| known.graph.is_drawn(edge));
    drawn
        .map(|(number, edge)| StandsOn {
            name: known.graph.name(edge.parent).to_owned(),
            kind: edge.kind.as_str().to_owned(),
            how: how(&known.graph, Link::Edge(number)),
        })
        .collect()
}

/// The reason that decided.
fn because(conn: &Connection, number: i64) -> Result<Option<Because>, ProjectError> {
    let worst = findings(conn, number)?.into_iter().next();
    Ok(worst.map(|finding| {
        let reason = finding.reasons.into_iter().next();
        Because {
            indicator: finding.indicator,
            target: line(&finding.target),
            text: reason.as_ref().map(|reason| line(&reason.text)).unwrap_or_default(),
            window: finding.window.as_deref().map(line),
            evidence: reason.and_then(|reason| reason.evidence),
        }
    }))
}

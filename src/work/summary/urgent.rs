//! What must be done first, for a report: P0 by cause and owner, each image with why.

use super::line;
use crate::case::query::findings::{SnapshotRow, from_bases, snapshots};
use crate::case::query::select::SelectError;
use crate::case::query::triage::explain::explain;
use crate::case::query::triage::{CauseGroup, TriageRow};
use crate::case::{Case, CaseError};
use crate::model::priority::Priority;
use crate::model::time::Micros;
use crate::report::model::{KnownAsOf, Urgent, UrgentGroup, UrgentImage};
use crate::work::response::{Board, urgent_groups};

/// Images that are listed.
const LISTED: usize = 500;
/// Images of which reasons are worked out: those that are due first.
const EXPLAINED: usize = 100;
/// Reasons of one image.
const REASONS: usize = 5;

pub(super) fn gather(case: &Case, board: &Board) -> Result<Urgent, CaseError> {
    let (rows, groups) = urgent_groups(case)?;
    let counts = &board.urgent;
    let mut images = Vec::new();
    for (at, row) in rows.iter().take(LISTED).enumerate() {
        images.push(image(case, row, at < EXPLAINED)?);
    }
    Ok(Urgent {
        priorities: Priority::ALL.map(|priority| board.numbers.priorities.of(priority)),
        overdue: counts.overdue,
        paused: counts.paused,
        next_due: counts.next_due,
        groups: groups.iter().map(group).collect(),
        images,
        from_bases: from_bases(case.conn())?.shown(),
        known: snapshots(case.conn())?.iter().map(known).collect(),
    })
}

fn known(it: &SnapshotRow) -> KnownAsOf {
    KnownAsOf { source: line(&it.source), at: Micros::parse_rfc3339(&it.newest) }
}

fn group(it: &CauseGroup) -> UrgentGroup {
    UrgentGroup {
        cause: line(&it.cause),
        owner: it.owner.as_deref().map(line),
        images: it.images,
        running: it.running,
        due: it.due.as_deref().and_then(Micros::parse_rfc3339),
    }
}

fn image(case: &Case, row: &TriageRow, explained: bool) -> Result<UrgentImage, CaseError> {
    let because = if explained { because(case, &row.id)? } else { Vec::new() };
    Ok(UrgentImage {
        name: line(&row.name),
        cause: line(&row.cause),
        owner: row.owner.as_deref().map(line),
        running: row.running,
        due: row.due.as_deref().and_then(Micros::parse_rfc3339),
        rule: line(&row.rule),
        because,
    })
}

/// Why, in a few words each; the image is one of the list, so that an alias of it is always found.
fn because(case: &Case, id: &str) -> Result<Vec<String>, CaseError> {
    let explained = match explain(case.conn(), id) {
        Ok(explained) => explained,
        Err(SelectError::Project(error)) => return Err(error.into()),
        Err(_) => return Ok(Vec::new()),
    };
    Ok(explained.because.into_iter().take(REASONS).map(|row| line(&row.text)).collect())
}

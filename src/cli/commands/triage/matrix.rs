//! `matrix`: the whole fleet at a glance.

use serde::Serialize;

use crate::case::query::findings::{FromBases, SnapshotRow, from_bases, snapshots};
use crate::case::query::triage::matrix::{Matrix, VerdictCell, matrix};
use crate::cli::out::{Out, Tone};
use crate::cli::table::{Table, word};
use crate::cli::words::{age, when};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::assessment::{Criticality, Exploitability, Exposure, Standing};
use crate::model::time::Micros;
use crate::model::verdict::Verdict;

/// Prints it.
pub fn run(context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let now = case.env().now();
    let found = matrix(case.conn(), now)?;
    let (snapshots, from_bases) = (snapshots(case.conn())?, from_bases(case.conn())?);
    if context.out.json {
        context.out.document(&Document { matrix: &found, snapshots: &snapshots, from_bases: &from_bases })?;
        return Ok(Exit::Done);
    }
    let text = format!("policy {}   {} images   {} without a scan", found.policy, found.images, found.unscanned);
    context.out.toned(Tone::Strong, &text)?;
    if !found.conflict.is_empty() {
        context.out.labelled(Tone::Warn, "conflict", &found.conflict)?;
    }
    for exposure in Exposure::ALL {
        block(&found, exposure, context.out)?;
    }
    let text =
        format!("cell = worst priority:images   {} images with an assumed criticality   ? = no scan", found.assumed);
    context.out.toned(Tone::Muted, &text)?;
    if !found.compromise.is_empty() {
        compromise(&found.compromise, context.out)?;
    }
    foot(&found, now, context.out)?;
    super::told::known(&snapshots, &from_bases, now, context)?;
    Ok(Exit::Done)
}

/// The matrix with the age of what it is made from.
#[derive(Serialize)]
struct Document<'d> {
    #[serde(flatten)]
    matrix: &'d Matrix,
    snapshots: &'d [SnapshotRow],
    from_bases: &'d FromBases,
}

fn block(found: &Matrix, exposure: Exposure, out: &mut Out<'_>) -> Result<(), Failure> {
    let cells: Vec<_> = found.cells.iter().filter(|cell| cell.exposure == exposure).collect();
    if cells.is_empty() {
        return Ok(());
    }
    out.line("")?;
    let mut columns = vec![word(exposure.shown())];
    columns.extend(Exploitability::ALL.map(|word_of| word(word_of.shown())));
    let mut table = Table::new(&columns);
    for criticality in Criticality::ALL {
        let cell = |word: Exploitability| {
            let cell = cells.iter().find(|cell| cell.criticality == criticality && cell.exploitability == word);
            cell.map_or_else(|| ".".to_owned(), |cell| format!("{}:{}", cell.priority, cell.images))
        };
        let mut row = vec![criticality.shown().to_owned()];
        row.extend(Exploitability::ALL.map(cell));
        table.row(Tone::Plain, row);
    }
    table.print(out)
}

fn compromise(cells: &[VerdictCell], out: &mut Out<'_>) -> Result<(), Failure> {
    out.line("")?;
    let mut columns = vec![word("Compromise, worse wins")];
    columns.extend(Standing::ALL.map(|standing| word(standing.shown())));
    let mut table = Table::new(&columns);
    for verdict in Verdict::ALL.into_iter().filter(|verdict| cells.iter().any(|cell| cell.verdict == *verdict)) {
        let cell = |standing: Standing| {
            let cell = cells.iter().find(|cell| cell.verdict == verdict && cell.standing == standing);
            cell.map_or_else(|| ".".to_owned(), |cell| format!("{}:{}", cell.priority, cell.images))
        };
        let mut row = vec![verdict.shown().to_owned()];
        row.extend(Standing::ALL.map(cell));
        let tone = if verdict == Verdict::Bad { Tone::Bad } else { Tone::Plain };
        table.row(tone, row);
    }
    table.print(out)?;
    out.toned(Tone::Muted, "running = runs, or is scheduled to; the priority is that of both lenses")
}

fn foot(found: &Matrix, now: Micros, out: &mut Out<'_>) -> Result<(), Failure> {
    out.line("")?;
    let text = format!("{}   overdue {}", found.totals.shown(), found.overdue);
    out.toned(Tone::Strong, &text)?;
    if let Some(next) = &found.next_due {
        let text =
            format!("{} {}, {} ({} left)", next.priority, next.name, when(&next.due.rfc3339()), age(next.due, now));
        out.labelled(Tone::Plain, "next due", &text)?;
    }
    if found.overridden > 0 {
        let again = if found.ask_again > 0 {
            format!(", {} ask to be looked at again", found.ask_again)
        } else {
            String::new()
        };
        out.labelled(Tone::Plain, "by hand", &format!("{}{again}", found.overridden))?;
    }
    Ok(())
}

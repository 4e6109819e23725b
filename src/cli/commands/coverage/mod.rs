//! `coverage`: what was read, how far and how old; what is missing; and what the usual one-liner makes of the same
//! evidence.

mod print;

use serde::Serialize;
use std::collections::BTreeMap;

use crate::case::Case;
use crate::case::query::builds::{MissingRow, ProblemRow, materials, missing, problems};
use crate::case::query::findings::{StrayRow, stray};
use crate::case::query::one_liner::{Reason, one_liner};
use crate::case::query::sightings::{LogRow, logs};
use crate::case::query::unresolved::{UnresolvedRow, unresolved};
use crate::case::state::State;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::reading::Status;
use crate::model::time::Micros;

#[derive(Serialize)]
struct Document {
    sources: Vec<SourceRow>,
    contexts: Vec<ContextRow>,
    unresolved: Vec<UnresolvedRow>,
    missing: Vec<MissingRow>,
    problems: Vec<ProblemRow>,
    materials: Vec<ProblemRow>,
    pull_logs: Vec<LogRow>,
    stray: Vec<StrayRow>,
    one_liner: OneLiner,
}

#[derive(Serialize)]
struct SourceRow {
    evidence: String,
    path: String,
    format: String,
    context: Option<String>,
    as_of: String,
    as_of_source: &'static str,
    status: &'static str,
    reason: String,
    notes: Vec<String>,
    rejected: u64,
    rejects: Vec<crate::model::reading::Reject>,
}

/// What is known of one cluster or site as a whole.
#[derive(Serialize)]
struct ContextRow {
    context: Option<String>,
    read: usize,
    partial: usize,
    denied: usize,
    failed: usize,
    newest: Option<String>,
    oldest: Option<String>,
}

#[derive(Serialize)]
struct OneLiner {
    would_find: usize,
    missed: Vec<String>,
    mangled: Vec<String>,
    images: usize,
    reasons: Vec<Reason>,
}

/// Prints it.
pub fn run(context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let (state, _) = case.state()?;
    let sources = sources(&state);
    let contexts = contexts(&state);
    let naive = one_liner(case.conn())?;
    let open = print::Open {
        unresolved: unresolved(case.conn())?,
        missing: missing(case.conn())?,
        problems: problems(case.conn())?,
        materials: materials(case.conn())?,
        stray: stray(case.conn(), None)?.rows,
    };
    let pull_logs = logs(case.conn())?;
    let unread = sources.iter().any(|s| s.status != Status::Read.as_str() || s.rejected > 0);
    let gaps = unread || open.has_gaps();
    if context.out.json {
        let (result, reasons) = (naive.result, naive.reasons);
        let (would_find, images) = (result.found.len(), result.found.len() + result.missed.len());
        let one_liner = OneLiner { would_find, missed: result.missed, mangled: result.mangled, images, reasons };
        let print::Open { unresolved, missing, problems, materials, stray } = open;
        context.out.document(&Document {
            sources,
            contexts,
            unresolved,
            missing,
            problems,
            materials,
            pull_logs,
            stray,
            one_liner,
        })?;
    } else {
        print::all(&sources, &contexts, &open, &naive, context)?;
        if !pull_logs.is_empty() {
            super::sightings::print_logs(&pull_logs, context)?;
        }
    }
    Ok(if gaps { Exit::Gaps } else { Exit::Done })
}

/// What is missing at a glance, for the exercise: contexts, the worst gaps, and the one-liner in a line.
pub(super) fn glance(case: &Case, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let (state, _) = case.state()?;
    let naive = one_liner(case.conn())?;
    print::glance(&sources(&state), &contexts(&state), &naive, context)
}

fn sources(state: &State) -> Vec<SourceRow> {
    let mut rows: Vec<SourceRow> = state
        .sources
        .values()
        .filter_map(|source| {
            let (acquisition, reading) = (&source.acquisition, source.reading.as_ref()?);
            Some(SourceRow {
                evidence: acquisition.stored.as_ref().map_or_else(String::new, |d| d.hex().to_owned()),
                path: acquisition.place(),
                format: reading.format.clone(),
                context: acquisition.context.clone(),
                as_of: reading.as_of.at.rfc3339(),
                as_of_source: reading.as_of.source.as_str(),
                status: reading.status.as_str(),
                reason: reading.reason.clone(),
                notes: reading.notes.clone(),
                rejected: reading.rejected,
                rejects: reading.rejects.clone(),
            })
        })
        .collect();
    rows.sort_by(|a, b| (&a.context, &a.path, &a.as_of).cmp(&(&b.context, &b.path, &b.as_of)));
    rows
}

fn contexts(state: &State) -> Vec<ContextRow> {
    let mut contexts: BTreeMap<Option<String>, (ContextRow, Vec<Micros>)> = BTreeMap::new();
    for source in state.sources.values() {
        let Some(reading) = &source.reading else { continue };
        let context = source.acquisition.context.clone();
        let empty = ContextRow {
            context: context.clone(),
            read: 0,
            partial: 0,
            denied: 0,
            failed: 0,
            newest: None,
            oldest: None,
        };
        let (row, times) = contexts.entry(context).or_insert((empty, Vec::new()));
        match reading.status {
            Status::Read => row.read += 1,
            Status::Partial => row.partial += 1,
            Status::Denied => row.denied += 1,
            Status::Failed => row.failed += 1,
            Status::Unrecognised => continue,
        }
        if matches!(reading.status, Status::Read | Status::Partial) {
            times.push(reading.as_of.at);
        }
    }
    let finish = |(mut row, times): (ContextRow, Vec<Micros>)| {
        row.newest = times.iter().max().map(|t| t.rfc3339());
        row.oldest = times.iter().min().map(|t| t.rfc3339());
        row
    };
    contexts.into_values().map(finish).collect()
}

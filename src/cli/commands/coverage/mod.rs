//! `coverage`: what was read, how far and how old; what is missing; and what the usual one-liner makes of the same
//! evidence.

use serde::Serialize;
use std::collections::BTreeMap;

use crate::case::Case;
use crate::case::query;
use crate::case::state::State;
use crate::cli::out::Tone;
use crate::cli::table::{Align, Table};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::naive::{self, NaiveResult};
use crate::model::reading::Status;
use crate::model::time::Micros;

/// How many missed or mangled names are printed; JSON has all.
const SHOWN: usize = 8;

#[derive(Serialize)]
struct Document {
    sources: Vec<SourceRow>,
    contexts: Vec<ContextRow>,
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
}

/// Prints it.
pub fn run(context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let (state, _) = case.state()?;
    let sources = sources(&state);
    let contexts = contexts(&state);
    let naive = one_liner(&case)?;
    let gaps = sources.iter().any(|s| s.status != Status::Read.as_str() || s.rejected > 0);
    if context.out.json {
        let images = naive.found.len() + naive.missed.len();
        let one_liner =
            OneLiner { would_find: naive.found.len(), missed: naive.missed, mangled: naive.mangled, images };
        context.out.document(&Document { sources, contexts, one_liner })?;
    } else {
        print_sources(&sources, context)?;
        print_contexts(&contexts, context)?;
        print_naive(&naive, context)?;
    }
    Ok(if gaps { Exit::Gaps } else { Exit::Done })
}

/// The tone of a status word.
pub(super) fn tone(status: &str) -> Tone {
    match status {
        "read" => Tone::Plain,
        "partial" | "unrecognised" => Tone::Warn,
        _ => Tone::Bad,
    }
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

fn one_liner(case: &Case) -> Result<NaiveResult, Failure> {
    let pods = query::totals::pod_images(case.conn())?;
    let truth = query::totals::written_images(case.conn())?;
    Ok(naive::run(pods.iter().map(String::as_str), &truth))
}

fn print_sources(sources: &[SourceRow], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let heads = [
        ("STATUS", Align::Left),
        ("CONTEXT", Align::Left),
        ("PATH", Align::Left),
        ("FORMAT", Align::Left),
        ("AS OF", Align::Left),
        ("AGE", Align::Right),
    ];
    let now = context.env.now();
    let mut table = Table::new(&heads);
    for row in sources {
        let age = Micros::parse_rfc3339(&row.as_of).map_or_else(String::new, |t| age(now, t));
        table.row(
            tone(row.status),
            vec![
                row.status.to_owned(),
                row.context.clone().unwrap_or_else(|| "-".into()),
                row.path.clone(),
                row.format.clone(),
                format!("{} ({})", row.as_of, row.as_of_source),
                age,
            ],
        );
    }
    if table.is_empty() {
        return context
            .out
            .line("nothing was read yet: kubectl get pods -A -o json | hullbreach import - --context NAME");
    }
    table.print(context.out)?;
    for row in sources {
        if !row.reason.is_empty() {
            context.out.toned(tone(row.status), &format!("{}: {}", row.path, row.reason))?;
        }
        for note in &row.notes {
            context.out.line(&format!("{}: {note}", row.path))?;
        }
        for reject in row.rejects.iter().take(SHOWN) {
            context.out.toned(Tone::Warn, &format!("{}: rejected {}: {}", row.path, reject.locator, reject.reason))?;
        }
        if row.rejected > SHOWN as u64 {
            context.out.line(&format!("{}: {} rejected in all", row.path, row.rejected))?;
        }
    }
    Ok(())
}

fn print_contexts(contexts: &[ContextRow], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    context.out.line("")?;
    for row in contexts {
        let name = row.context.as_deref().unwrap_or("(no context named)");
        let mut line = format!("{name}: {} read", row.read);
        for (count, word) in [(row.partial, "partial"), (row.denied, "DENIED"), (row.failed, "failed")] {
            if count > 0 {
                line.push_str(&format!(", {count} {word}"));
            }
        }
        let tone = if row.denied + row.failed > 0 { Tone::Bad } else { Tone::Plain };
        if row.read + row.partial == 0 {
            line.push_str(": nothing of it is known, and not known never means safe");
        }
        context.out.toned(tone, &line)?;
    }
    Ok(())
}

fn print_naive(naive: &NaiveResult, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    context.out.line("")?;
    let all = naive.found.len() + naive.missed.len();
    context.out.toned(
        Tone::Strong,
        &format!("the usual one-liner over the same evidence finds {} of {all} images", naive.found.len()),
    )?;
    context.out.toned(
        Tone::Muted,
        "  kubectl get pods -A -o jsonpath='{.items[*].spec.containers[*].image}' | cut -d: -f1-2 | sort -u",
    )?;
    for (what, names) in [("missed", &naive.missed), ("mangled", &naive.mangled)] {
        for name in names.iter().take(SHOWN) {
            let name = crate::model::text::fit(&crate::model::text::scrub(name), 100);
            context.out.line(&format!("  {what}  {name}"))?;
        }
        if names.len() > SHOWN {
            context.out.line(&format!("  … and {} more {what}", names.len() - SHOWN))?;
        }
    }
    Ok(())
}

/// How old something is, in the largest unit that tells.
pub(super) fn age(now: Micros, then: Micros) -> String {
    let seconds = (now.0 - then.0) / 1_000_000;
    match seconds {
        ..0 => "ahead".to_owned(),
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

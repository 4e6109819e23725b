//! `evidence`: what was acquired, and its bytes.

mod hidden;
mod show;

use serde::Serialize;
use serde_json::json;

use crate::case::state::{Source, State};
use crate::cli::args::{EvidenceAction, EvidenceArgs};
use crate::cli::commands::gaps::tone;
use crate::cli::table::{Table, number, path, text, word};
use crate::cli::words::{short, when};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::digest::Digest;

/// Lists, or shows one.
pub fn run(args: EvidenceArgs, context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let (state, _) = case.state()?;
    match args.action {
        None => list(&state, context),
        Some(EvidenceAction::Show { id, raw, at }) => {
            let (source, digest) = find(&state, &id)?;
            show::show(&case, source, digest, &show::Wanted { id: &id, raw, at: at.as_deref() }, context)
        }
    }
}

#[derive(Serialize)]
struct Row {
    id: String,
    acquisition: String,
    path: String,
    context: Option<String>,
    format: String,
    bytes: u64,
    acquired: String,
    as_of: Option<String>,
    by: String,
    tool: String,
    redactions: u64,
    transforms: Vec<String>,
    reader: String,
    observations: u64,
    rejected: u64,
    status: &'static str,
    destroyed: bool,
}

fn list(state: &State, context: &mut Context<'_, '_>) -> Outcome {
    let mut rows: Vec<Row> = state.sources.values().map(|source| row(state, source)).collect();
    rows.sort_by(|a, b| (&a.path, &a.acquired).cmp(&(&b.path, &b.acquired)));
    if context.out.json {
        context.out.document(&json!({ "evidence": rows }))?;
        return Ok(Exit::Done);
    }
    let columns = [
        word("ID"),
        path("PATH"),
        text("CONTEXT"),
        word("FORMAT").dropped(2),
        word("AS OF").dropped(1),
        number("BYTES"),
        number("FACTS"),
        number("REJECTED"),
    ];
    let mut table = Table::new(&columns);
    for row in rows {
        let id = if row.destroyed { "destroyed".to_owned() } else { kept(&row.id).to_owned() };
        let tone = tone(row.status);
        let cells = vec![
            id,
            row.path,
            row.context.unwrap_or_else(|| "-".into()),
            if row.format == "none" { row.status.to_owned() } else { row.format },
            row.as_of.as_deref().map(when).unwrap_or_default(),
            row.bytes.to_string(),
            row.observations.to_string(),
            row.rejected.to_string(),
        ];
        table.row(tone, cells);
    }
    if table.is_empty() {
        context.out.line("no evidence yet: kubectl get pods -A -o json | hullbreach import - --context NAME")?;
    } else {
        table.print(context.out)?;
    }
    Ok(Exit::Done)
}

fn kept(id: &str) -> &str {
    if id.is_empty() { "not kept" } else { short(id) }
}

fn row(state: &State, source: &Source) -> Row {
    let acquisition = &source.acquisition;
    let reading = source.reading.as_ref();
    Row {
        id: acquisition.stored.as_ref().map_or_else(String::new, |d| d.hex().to_owned()),
        acquisition: acquisition.id.to_string(),
        path: acquisition.place(),
        context: acquisition.context.clone(),
        format: reading.map_or_else(|| "none".into(), |r| r.format.clone()),
        bytes: acquisition.stored_bytes,
        acquired: acquisition.acquired.rfc3339(),
        as_of: reading.map(|r| r.as_of.at.rfc3339()),
        by: source.by.clone(),
        tool: acquisition.tool.clone(),
        redactions: acquisition.redactions.values().sum(),
        transforms: acquisition.transforms.clone(),
        reader: reading.map_or_else(String::new, |r| format!("{} {}", r.format, r.version)),
        observations: reading.map_or(0, |r| r.facts),
        rejected: reading.map_or(0, |r| r.rejected),
        status: reading.map_or("unrecognised", |r| r.status.as_str()),
        destroyed: acquisition.stored.as_ref().is_some_and(|d| state.expunged.contains(d)),
    }
}

/// The piece of evidence with that id, its first digits, or the id of its acquisition.
fn find<'s>(state: &'s State, id: &str) -> Result<(&'s Source, &'s Digest), Failure> {
    let wanted = id.strip_prefix("sha256:").unwrap_or(id).to_ascii_lowercase();
    if wanted.len() < 6 {
        return Err(Failure::new(format!("{id}: give six or more digits of the id; `hullbreach evidence` lists them")));
    }
    let mut hits: Vec<(&Source, &Digest)> = state
        .sources
        .values()
        .filter_map(|s| Some((s, s.acquisition.stored.as_ref()?)))
        .filter(|(s, d)| d.hex().starts_with(&wanted) || s.acquisition.id.to_string().starts_with(&wanted))
        .collect();
    hits.dedup_by_key(|(_, digest)| (*digest).clone());
    match hits.as_slice() {
        [one] => Ok(*one),
        [] => Err(Failure::new(format!("{id}: no stored evidence begins so; `hullbreach evidence` lists the ids"))),
        many => {
            let ids: Vec<&str> = many.iter().map(|(_, d)| d.hex()).collect();
            Err(Failure::new(format!("{id}: several begin so: {}", ids.join(", "))))
        }
    }
}

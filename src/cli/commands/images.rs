//! `images`: the inventory as a list.

use serde_json::json;

use super::indicator::{shown, tone as verdict_tone};
use crate::case::Case;
use crate::case::query::filter::Filter;
use crate::case::query::images::{ImageRow, Sort, SortKey, count, images};
use crate::case::query::totals::totals;
use crate::case::query::verdicts::tally;
use crate::cli::args::ImagesArgs;
use crate::cli::out::Tone;
use crate::cli::table::{Table, name, number, text, word};
use crate::cli::words::{counted, short};
use crate::cli::{Context, Exit, Failure, Outcome, locate};

/// Running images in the exercise's picture.
const GLANCE: u64 = 20;

/// Lists images.
pub fn run(args: ImagesArgs, context: &mut Context<'_, '_>) -> Outcome {
    let filter = Filter::parse(args.filter.as_deref().unwrap_or_default());
    let filter = filter.map_err(|e| Failure::usage(format!("--filter: {e}")))?;
    let sort = match &args.sort {
        Some(text) => Sort::parse(text).map_err(|e| Failure::usage(format!("--sort: {e}")))?,
        None => Sort { key: SortKey::Running, reverse: false },
    };
    let case = locate::for_questions(context)?;
    let limit = args.limit.map(|n| n as u64);
    let rows = images(case.conn(), &filter, sort, limit)?;
    if context.out.json {
        context.out.document(&json!({ "images": rows }))?;
        return Ok(Exit::Done);
    }
    let shown = rows.len() as u64;
    let all = if limit.is_some_and(|n| shown >= n) { count(case.conn(), &filter)? } else { shown };
    if all == 0 {
        let why = match args.filter {
            Some(_) => "no image fits the filter; `hullbreach images` lists all",
            None => "no images yet: kubectl get pods -A -o json | hullbreach import - --context NAME",
        };
        context.out.line(why)?;
        return Ok(Exit::Done);
    }
    if shown > 0 {
        print(&rows, context)?;
    }
    let rest = if all > shown { format!(" ({shown} shown)") } else { String::new() };
    context.out.toned(Tone::Strong, &format!("{}{rest}", counted(all, "image")))?;
    Ok(Exit::Done)
}

/// What runs, at a glance, for the exercise.
pub(super) fn glance(case: &Case, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let totals = totals(case.conn())?;
    let text = format!(
        "{}, {} of them running in {}; {}",
        counted(totals.images, "image"),
        totals.images_running,
        counted(totals.running, "place"),
        counted(totals.workloads, "workload")
    );
    context.out.toned(Tone::Strong, &text)?;
    verdicts(case, context)?;
    context.out.line("")?;
    let running = Filter::parse("running:>0")?;
    let rows = images(case.conn(), &running, Sort::default(), Some(GLANCE))?;
    print(&rows, context)?;
    let rest = totals.images.saturating_sub(rows.len() as u64);
    context.out.line(&format!("… {rest} more, running or not: hullbreach images"))
}

/// How many images have each verdict; nothing without an open indicator.
fn verdicts(case: &Case, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let tally = tally(case.conn())?;
    if tally.is_empty() {
        return Ok(());
    }
    let parts: Vec<String> = tally
        .iter()
        .map(|(verdict, images, running)| format!("{} {images} ({running} running)", verdict.shown(),))
        .collect();
    context.out.labelled(Tone::Strong, "verdicts", &parts.join(", "))
}

fn print(rows: &[ImageRow], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    // Without an open indicator there is no verdict anywhere.
    let judged = rows.iter().any(|row| row.verdict.is_some());
    let mut columns = vec![
        name("IMAGE"),
        word("DIGEST"),
        number("RUNNING"),
        number("USES"),
        number("WORKLOADS").dropped(2),
        text("ROLES").dropped(1),
        word("TAG"),
    ];
    if judged {
        columns.insert(0, word("VERDICT"));
    }
    columns.insert(0, word("P"));
    let mut table = Table::new(&columns);
    for row in rows {
        let (tag, mut tone) = moved(row.moved);
        let mut cells = vec![
            row.name.clone(),
            short_digest(row),
            row.running.to_string(),
            row.uses.to_string(),
            row.workloads.to_string(),
            if row.roles.is_empty() { "seen only".to_owned() } else { row.roles.join(",") },
            tag.to_owned(),
        ];
        if judged {
            cells.insert(0, shown(row.verdict.as_deref()));
            tone = verdict_tone(row.verdict.as_deref());
        }
        cells.insert(0, row.priority.clone().unwrap_or_else(|| "–".to_owned()));
        table.row(tone, cells);
    }
    table.print(context.out)?;
    if rows.iter().any(|row| row.resolved) {
        let legend = "behind a digest: m manifest, i index, c config, ? which of them was not told";
        context.out.toned(Tone::Muted, legend)?;
    }
    Ok(())
}

/// What is known of a tag's movement, in words that never say more than was seen.
pub(super) fn moved(word: &str) -> (&'static str, Tone) {
    match word {
        "yes" => ("MOVED", Tone::Bad),
        "likely" => ("likely moved", Tone::Warn),
        "uncomparable" => ("cannot compare", Tone::Plain),
        _ => ("", Tone::Plain),
    }
}

/// The primary digest's first digits with its kind's letter.
pub(super) fn short_digest(row: &ImageRow) -> String {
    let Some(digest) = row.digests.first() else { return "unresolved".to_owned() };
    let kind = match digest.kind.as_str() {
        "unknown" => "?",
        word => word.get(..1).unwrap_or("?"),
    };
    format!("{} {kind}", short(&digest.value))
}

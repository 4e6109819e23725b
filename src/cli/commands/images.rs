//! `images`: the inventory as a list.

use serde_json::json;

use crate::case::Case;
use crate::case::query::filter::Filter;
use crate::case::query::images::{ImageRow, Sort, SortKey, count, images};
use crate::case::query::totals::totals;
use crate::cli::args::ImagesArgs;
use crate::cli::out::Tone;
use crate::cli::table::{Align, Table};
use crate::cli::{Context, Exit, Failure, Outcome, locate};

/// Lists images.
pub fn run(args: ImagesArgs, context: &mut Context<'_, '_>) -> Outcome {
    let filter = Filter::parse(args.filter.as_deref().unwrap_or_default())?;
    let sort = match &args.sort {
        Some(text) => Sort::parse(text).map_err(|e| Failure(format!("--sort: {e}")))?,
        None => Sort { key: SortKey::Running, reverse: false },
    };
    let case = locate::for_questions(context)?;
    let limit = args.limit.map(|n| n as u64);
    let rows = images(case.conn(), &filter, sort, limit)?;
    if context.out.json {
        context.out.document(&json!({ "images": rows }))?;
        return Ok(Exit::Done);
    }
    print(&rows, context)?;
    let shown = rows.len() as u64;
    let all = if limit.is_some_and(|n| shown >= n) { count(case.conn(), &filter)? } else { shown };
    let rest = if all > shown { format!(" ({shown} shown)") } else { String::new() };
    context.out.toned(Tone::Strong, &format!("{all} images{rest}"))?;
    Ok(Exit::Done)
}

/// The inventory at a glance, for the exercise.
pub(super) fn picture(context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let case = locate::for_questions(context)?;
    let rows = images(case.conn(), &Filter::All, Sort::default(), None)?;
    print(&rows, context)?;
    summary(&case, context)
}

fn summary(case: &Case, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let totals = totals(case.conn())?;
    let text = format!(
        "{} images, {} running in {} places, {} workloads",
        totals.images, totals.images_running, totals.running, totals.workloads
    );
    context.out.toned(Tone::Strong, &text)
}

fn print(rows: &[ImageRow], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let heads = [
        ("IMAGE", Align::Left),
        ("DIGEST", Align::Left),
        ("RUNNING", Align::Right),
        ("USES", Align::Right),
        ("WORKLOADS", Align::Right),
        ("ROLES", Align::Left),
        ("TAG", Align::Left),
    ];
    let mut table = Table::new(&heads);
    for row in rows {
        let (tag, tone) = moved(row.moved);
        let cells = vec![
            row.name.clone(),
            short_digest(row),
            row.running.to_string(),
            row.uses.to_string(),
            row.workloads.to_string(),
            row.roles.join(","),
            tag.to_owned(),
        ];
        table.row(tone, cells);
    }
    if table.is_empty() {
        return context.out.line("no images: nothing was imported yet, or the filter lets nothing through");
    }
    table.print(context.out)
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

/// The primary digest's first digits with its kind's letter: m manifest, i index, c config, ? not told.
fn short_digest(row: &ImageRow) -> String {
    let Some(digest) = row.digests.first() else { return "unresolved".to_owned() };
    let hex = digest.value.split_once(':').map_or("", |(_, hex)| hex);
    let kind = match digest.kind.as_str() {
        "unknown" => "?",
        word => word.get(..1).unwrap_or("?"),
    };
    format!("{} {kind}", hex.get(..8).unwrap_or(hex))
}

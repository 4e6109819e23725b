//! The same as text.

use super::Document;
use crate::case::query::sightings::{LogRow, PullRow, Seen};
use crate::cli::out::Tone;
use crate::cli::table::{Table, name, number, path, place, text, word};
use crate::cli::words::{counted, short, when};
use crate::cli::{Context, Failure};

/// Gaps named of one log.
const GAPS: usize = 3;

pub(super) fn all(document: &Document, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    for note in &document.notes {
        context.out.labelled(Tone::Plain, "note", note)?;
    }
    if !document.windows.is_empty() {
        context.out.labelled(Tone::Plain, "window", &document.windows.join(", "))?;
    }
    if document.not_known {
        unknown(document, context)?;
    } else if !document.summary.is_empty() {
        images(document, context)?;
    }
    match &document.inside {
        Some(inside) if !inside.is_empty() => {
            context.out.line("")?;
            context.out.toned(Tone::Strong, "inside the window")?;
            rows(inside, context)?;
        }
        _ => {}
    }
    if !document.sightings.is_empty() {
        context.out.line("")?;
        context.out.toned(Tone::Strong, "seen")?;
        rows(&document.sightings, context)?;
        more(document.sightings_total, document.sightings.len(), context)?;
    }
    logs(&document.coverage, context)
}

/// Silence is no answer.
fn unknown(document: &Document, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let target = document.target.as_deref().unwrap_or_default();
    let text = if document.coverage.is_empty() {
        format!("{target}: NOT KNOWN whether it was pulled: no log of pulls was read; hullbreach import LOG")
    } else {
        format!(
            "{target}: NOT KNOWN whether it was pulled: no record of {} names it, which never means that it was not pulled",
            counted(document.coverage.len() as u64, "log")
        )
    };
    context.out.toned(Tone::Warn, &text)
}

fn images(document: &Document, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let windowed = !document.windows.is_empty();
    let mut columns = vec![
        name("IMAGE"),
        word("FIRST PULL"),
        word("LAST PULL").dropped(3),
        number("PULLS"),
        number("SESSIONS").dropped(2),
        number("USERS"),
        number("HOSTS"),
    ];
    if windowed {
        columns.push(number("IN WINDOW"));
    }
    columns.push(text("APART").dropped(1));
    let mut table = Table::new(&columns);
    for row in &document.summary {
        let time = |time: &Option<String>| time.as_deref().map_or_else(|| "–".to_owned(), when);
        let about = |n: u64| if row.distinct_error > 0 { format!("~{n}") } else { n.to_string() };
        let mut cells = vec![
            row.image.clone(),
            time(&row.first_pull),
            time(&row.last_pull),
            between(row.total_pulls_at_least, row.total_pulls),
            if row.sessions_exact { row.sessions.to_string() } else { format!("≤{}", row.sessions) },
            about(row.users),
            about(row.hosts),
        ];
        if windowed {
            cells.push(in_window(row));
        }
        cells.push(apart(row));
        let hot = row.in_window.unwrap_or(0) > 0 || row.pushes_in_window.unwrap_or(0) > 0;
        table.row(if hot { Tone::Warn } else { Tone::Plain }, cells);
    }
    table.print(context.out)?;
    more(document.summary_total, document.summary.len(), context)?;
    if document.summary.iter().any(|row| row.total_pulls_at_least < row.total_pulls) {
        let text = "logs tell of the same time: how many of their records are the same pulls is not known";
        context.out.labelled(Tone::Muted, "twice", text)?;
    }
    if document.summary.iter().any(|row| row.digest_untold) {
        let text = "some records tell a name and no digest: what was pulled may have been another image of that name";
        context.out.labelled(Tone::Muted, "digests", text)?;
    }
    Ok(())
}

/// Exact, or between two numbers.
fn in_window(row: &PullRow) -> String {
    between(row.in_window_at_least.unwrap_or(0), row.in_window.unwrap_or(0))
}

fn between(least: u64, most: u64) -> String {
    if least == most { most.to_string() } else { format!("{least} to {most}") }
}

/// What is told apart from plain pulls.
fn apart(row: &PullRow) -> String {
    let parts = [
        (row.scanner_pulls, "by scanners"),
        (row.replication_pulls, "copied"),
        (row.version_checks, "version checks"),
        (row.layer_requests, "layers"),
        (row.pushes, "pushed"),
        (row.event_pulls, "by nodes' events"),
    ];
    let parts: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    parts.join(", ")
}

fn rows(seen: &[Seen], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let columns = [
        word("FROM"),
        word("TO").dropped(4),
        word("KIND"),
        name("IMAGE"),
        word("DIGEST").dropped(2),
        number("TIMES").dropped(3),
        text("USER"),
        place("HOST"),
        text("WHERE").dropped(5),
        word("EVIDENCE").dropped(1),
    ];
    let mut table = Table::new(&columns);
    for row in seen {
        let manner = row.manner.filter(|manner| *manner != "ordinary");
        let kind = manner.map_or_else(|| row.kind.to_owned(), |manner| format!("{} ({manner})", row.kind));
        let times = if row.certain { row.count.to_string() } else { format!("{}?", row.count) };
        table.row(
            Tone::Plain,
            vec![
                row.from.as_deref().map_or_else(|| format!("by {}", when(&row.to)), when),
                when(&row.to),
                kind,
                row.what.clone(),
                row.digest.as_deref().map_or_else(|| "–".to_owned(), |digest| short(digest).to_owned()),
                times,
                row.user.clone().unwrap_or_default(),
                row.host.clone().unwrap_or_default(),
                row.place.clone(),
                stands(row),
            ],
        );
    }
    table.print(context.out)
}

/// Evidence and place, as `evidence show` takes them.
fn stands(row: &Seen) -> String {
    let evidence = row.evidence.as_deref().map(short).unwrap_or_default();
    let locator = row.locator.as_ref().map(|locator| match locator.pointer.as_str() {
        "" => format!("{}+{}", locator.offset, locator.length),
        pointer => pointer.to_owned(),
    });
    match locator {
        Some(locator) => format!("{evidence} {locator}"),
        None => evidence.to_owned(),
    }
}

/// The logs, with their spans, their gaps and what they leave out.
pub(in crate::cli::commands) fn logs(logs: &[LogRow], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    context.out.line("")?;
    if logs.is_empty() {
        let text = "no log of pulls was read; what was pulled, by whom and when is NOT KNOWN: hullbreach import LOG";
        return context.out.labelled(Tone::Warn, "logs", text);
    }
    context.out.toned(Tone::Strong, "logs")?;
    let columns = [
        path("LOG"),
        word("FIRST"),
        word("LAST"),
        number("RECORDS"),
        number("REJECTED").dropped(2),
        number("GAPS"),
        text("TIMES").dropped(1),
    ];
    let mut table = Table::new(&columns);
    for log in logs {
        let time = |time: &Option<String>| time.as_deref().map_or_else(|| "–".to_owned(), when);
        let records = if log.repeated { "counted above".to_owned() } else { log.records.to_string() };
        let numbers = [records, log.rejected.to_string(), log.gap_count.to_string()];
        let cells =
            [vec![log.source.clone(), time(&log.first), time(&log.last)], numbers.to_vec(), vec![log.trust.clone()]];
        table.row(if log.gap_count > 0 { Tone::Warn } else { Tone::Plain }, cells.concat());
    }
    table.print(context.out)?;
    for log in logs.iter().filter(|log| !log.repeated) {
        let mut gaps = log.gaps.clone();
        gaps.sort_by_key(|gap| (std::cmp::Reverse(seconds(&gap.from, &gap.to)), gap.from.clone()));
        for gap in gaps.iter().take(GAPS) {
            let text = format!("{}: silent from {} to {}", log.source, when(&gap.from), when(&gap.to));
            context.out.labelled(Tone::Warn, "gap", &text)?;
        }
    }
    let mut told: Vec<&str> = logs.iter().map(|log| log.leaves_out).collect();
    told.sort_unstable();
    told.dedup();
    for text in told {
        context.out.labelled(Tone::Muted, "missing", text)?;
    }
    Ok(())
}

fn seconds(from: &str, to: &str) -> i64 {
    let at = |text| crate::model::time::Micros::parse_rfc3339(text).map_or(0, |at| at.0);
    at(to).saturating_sub(at(from))
}

fn more(total: usize, shown: usize, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    match total.saturating_sub(shown) {
        0 => Ok(()),
        rest => context.out.line(&format!("… {rest} more: --limit N, or --json")),
    }
}

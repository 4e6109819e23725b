//! `findings`: each vulnerability of a package once, with the images that have it.

use serde_json::json;

use crate::case::query::findings::{
    FindingFilter, FindingRow, FindingSort, FromBases, Shares, SnapshotRow, Strays, count, findings, shares, snapshots,
    stray,
};
use crate::cli::finding_args::FindingsArgs;
use crate::cli::out::{Out, Tone};
use crate::cli::table::{Table, number, text, word};
use crate::cli::words::{counted, when};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::finding::Severity;

/// Bases and stray reports that are named for people.
const NAMED: usize = 3;

/// Lists findings.
pub fn run(args: &FindingsArgs, context: &mut Context<'_, '_>) -> Outcome {
    let filter = FindingFilter::parse(args.filter.as_deref().unwrap_or_default());
    let filter = filter.map_err(|e| Failure::usage(format!("--filter: {e}")))?;
    let sort = args.sort.as_deref().map_or(Ok(FindingSort::default()), FindingSort::parse);
    let sort = sort.map_err(|e| Failure::usage(format!("--sort: {e}")))?;
    let case = locate::for_questions(context)?;
    let conn = case.conn();
    let limit = args.limit.map(|n| n as u64);
    let rows = findings(conn, &filter, sort, limit)?;
    let named = if context.out.json { limit } else { Some(NAMED as u64) };
    let (shares, snapshots, stray) = (shares(conn)?, snapshots(conn)?, stray(conn, named)?);
    if context.out.json {
        let (stray, count) = (stray.rows, stray.count);
        let document = json!({
            "findings": rows, "shares": shares, "snapshots": snapshots, "stray": stray, "stray_count": count,
        });
        context.out.document(&document)?;
        return Ok(Exit::Done);
    }
    let shown = rows.len() as u64;
    let all = if limit.is_some_and(|n| shown >= n) { count(conn, &filter)? } else { shown };
    if all == 0 {
        let why = match (&args.filter, shares.scanned) {
            (Some(_), 1..) => "no finding fits the filter; `hullbreach findings` lists all",
            (None, 1..) => "no findings in any report that was read",
            (_, 0) => "no scan was read: trivy image -f json IMAGE | hullbreach import -, or hullbreach scan",
        };
        context.out.line(why)?;
    } else {
        print(&rows, context.out)?;
        let rest = if all > shown { format!(" ({shown} shown)") } else { String::new() };
        context.out.toned(Tone::Strong, &format!("{}{rest}", counted(all, "finding")))?;
    }
    summary(&shares, context.out)?;
    ages(&snapshots, context.out)?;
    strays(&stray, context.out)?;
    Ok(Exit::Done)
}

fn print(rows: &[FindingRow], out: &mut Out<'_>) -> Result<(), Failure> {
    let columns = [
        word("SEVERITY"),
        word("ID"),
        text("PACKAGE"),
        text("INSTALLED"),
        text("FIXED").dropped(1),
        number("CVSS").dropped(3),
        word("KEV"),
        number("EPSS").dropped(2),
        number("IMAGES"),
        number("FROM BASE").dropped(4),
    ];
    let mut table = Table::new(&columns);
    for row in rows {
        let cells = vec![
            row.severity.as_str().to_uppercase(),
            row.id.clone(),
            row.package.clone(),
            row.installed.clone(),
            if row.fixed.is_empty() { "-".to_owned() } else { row.fixed.clone() },
            row.cvss.map_or_else(|| "-".to_owned(), |score| format!("{score:.1}")),
            if row.kev { "KEV" } else { "" }.to_owned(),
            row.epss.map_or_else(|| "-".to_owned(), |share| format!("{share:.2}")),
            row.images.to_string(),
            row.from_base.to_string(),
        ];
        table.row(tone(row), cells);
    }
    table.print(out)
}

/// Exploited is worse than any severity.
pub(super) fn tone(row: &FindingRow) -> Tone {
    match row.severity {
        _ if row.images == 0 => Tone::Muted,
        _ if row.exploitation == "active" => Tone::Bad,
        Severity::Critical => Tone::Bad,
        Severity::High => Tone::Warn,
        _ => Tone::Plain,
    }
}

/// How much comes from bases, how much is cleared, how many were not scanned.
fn summary(shares: &Shares, out: &mut Out<'_>) -> Result<(), Failure> {
    let bases = shares.bases.iter().filter(|base| base.criticals > 0).cloned().collect();
    let from_bases = FromBases { criticals: shares.criticals, bases };
    if let Some(text) = from_bases.shown() {
        out.labelled(Tone::Strong, "bases", &text)?;
        for base in from_bases.bases.iter().take(NAMED) {
            let text =
                format!("{} critical in {} through {}", base.criticals, counted(base.images, "image"), base.name);
            out.labelled(Tone::Plain, "", &text)?;
        }
    }
    if shares.cleared > 0 {
        let text = format!("{} not counted: a statement (VEX) says that they do not matter", shares.cleared);
        out.labelled(Tone::Plain, "cleared", &text)?;
    }
    if shares.unscanned > 0 {
        let text = format!("{} without a scan: what is in them is not known", counted(shares.unscanned, "image"));
        out.labelled(Tone::Warn, "no scan", &text)?;
    }
    Ok(())
}

/// The age of everything that was used.
pub(super) fn ages(snapshots: &[SnapshotRow], out: &mut Out<'_>) -> Result<(), Failure> {
    for row in snapshots {
        let span = match row.oldest == row.newest {
            true => when(&row.newest),
            false => format!("{} to {}", when(&row.oldest), when(&row.newest)),
        };
        let database = row.database.as_ref().map_or_else(String::new, |at| format!(", list of {}", when(at)));
        out.labelled(Tone::Muted, "as of", &format!("{} {span}{database}", row.source))?;
    }
    Ok(())
}

fn strays(stray: &Strays, out: &mut Out<'_>) -> Result<(), Failure> {
    if stray.count == 0 {
        return Ok(());
    }
    let reports = counted(stray.count, "report");
    out.labelled(Tone::Warn, "no image", &format!("{reports} of no image that anything uses:"))?;
    for row in stray.rows.iter().take(NAMED) {
        let name = if row.name.is_empty() { "unnamed" } else { &row.name };
        let run = row.workload.as_ref().map_or_else(String::new, |workload| format!(", told to run as {workload}"));
        out.labelled(Tone::Plain, "", &format!("{name}{run}, in {}", row.path))?;
    }
    if stray.count > NAMED as u64 {
        out.labelled(Tone::Plain, "", &format!("… and {} more: --json", stray.count - NAMED as u64))?;
    }
    Ok(())
}

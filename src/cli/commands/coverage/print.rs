//! Coverage as text.

use std::collections::BTreeMap;

use super::{ContextRow, SourceRow};
use crate::case::query::builds::{MissingRow, ProblemRow};
use crate::case::query::findings::StrayRow;
use crate::case::query::one_liner::OneLiner;
use crate::case::query::unresolved::UnresolvedRow;
use crate::cli::commands::gaps::{Gaps, tone};
use crate::cli::out::Tone;
use crate::cli::table::{Table, number, path, text, word};
use crate::cli::words::{age, counted, middle, when};
use crate::cli::{Context, Failure};
use crate::model::text::scrub;
use crate::model::time::Micros;

/// How many missed or mangled names are printed; JSON has all.
const SHOWN: usize = 8;

/// How many sources are listed one by one, whatever their state.
const LISTED: usize = 40;

/// What is open in project files.
pub struct Open {
    /// Places whose image cannot be told.
    pub unresolved: Vec<UnresolvedRow>,
    /// Files that others ask for.
    pub missing: Vec<MissingRow>,
    /// What is wrong in files.
    pub problems: Vec<ProblemRow>,
    /// What builds get from outside that is no image.
    pub materials: Vec<ProblemRow>,
    /// Reports of scanners and lists of packages that fit no image.
    pub stray: Vec<StrayRow>,
}

impl Open {
    /// True where something keeps the inventory from being whole. A material does not: it is known.
    pub fn has_gaps(&self) -> bool {
        !self.unresolved.is_empty() || !self.missing.is_empty() || !self.problems.is_empty()
    }
}

/// The whole of it.
pub fn all(
    sources: &[SourceRow],
    contexts: &[ContextRow],
    open: &Open,
    naive: &OneLiner,
    context: &mut Context<'_, '_>,
) -> Result<(), Failure> {
    if sources.is_empty() {
        let next = "nothing was read yet: kubectl get pods -A -o json | hullbreach import - --context NAME";
        return context.out.line(next);
    }
    table(sources, context)?;
    context.out.line("")?;
    per_context(contexts, context)?;
    let mut gaps = Gaps::default();
    for row in sources {
        gaps.status(row.status, &row.path, &row.reason);
        gaps.rejects(&row.path, &row.reason, &row.rejects, row.rejected);
        row.notes.iter().for_each(|note| gaps.note(&row.path, note));
    }
    context.out.line("")?;
    gaps.print(context.out)?;
    not_resolved(&open.unresolved, context)?;
    not_there(&open.missing, context)?;
    wrong(&open.problems, context)?;
    from_outside(&open.materials, context)?;
    of_no_image(&open.stray, context)?;
    one_liner(naive, context)
}

/// Places whose image cannot be told, with what would tell it.
fn not_resolved(rows: &[UnresolvedRow], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    context.out.line("")?;
    let text = format!("{} not resolved: variables that nothing defines", counted(rows.len() as u64, "place"));
    context.out.toned(Tone::Strong, &text)?;
    for row in rows.iter().take(SHOWN) {
        context.out.labelled(Tone::Warn, "needs", &row.needs.join(", "))?;
        context.out.labelled(Tone::Plain, "", &format!("{}  {}", row.as_written, row.locus))?;
        context.out.labelled(Tone::Muted, "", &row.hint)?;
    }
    more(rows.len(), "places", context)
}

/// Reports that fit no image, with what would join them.
fn of_no_image(rows: &[StrayRow], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    context.out.line("")?;
    let text = format!("{} of no image that anything uses", counted(rows.len() as u64, "report"));
    context.out.toned(Tone::Strong, &text)?;
    for row in rows.iter().take(SHOWN) {
        let name = if row.name.is_empty() { "an image without a name" } else { &row.name };
        context.out.labelled(Tone::Warn, &row.tool, &format!("{name}  {}", row.path))?;
        context.out.labelled(Tone::Plain, "", row.reason)?;
        context.out.labelled(Tone::Muted, "", row.would_join)?;
    }
    more(rows.len(), "reports", context)
}

/// Files that others ask for and that were not imported.
fn not_there(rows: &[MissingRow], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    context.out.line("")?;
    let text = format!("{} asked for and not there", counted(rows.len() as u64, "file"));
    context.out.toned(Tone::Strong, &text)?;
    for row in rows.iter().take(SHOWN) {
        context.out.labelled(Tone::Warn, "missing", &row.path)?;
        context.out.labelled(Tone::Plain, "", &row.reason)?;
        context.out.labelled(Tone::Muted, "", &format!("asked for by {}", row.asked_by))?;
    }
    more(rows.len(), "files", context)
}

/// What is wrong in project files.
fn wrong(rows: &[ProblemRow], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    context.out.line("")?;
    let text = format!("{} in project files: look at these places", counted(rows.len() as u64, "problem"));
    context.out.toned(Tone::Strong, &text)?;
    for row in rows.iter().take(SHOWN) {
        context.out.labelled(Tone::Warn, "problem", &row.reason)?;
        context.out.labelled(Tone::Muted, "", &standing(row))?;
    }
    more(rows.len(), "problems", context)
}

/// What builds get from outside that is no image.
fn from_outside(rows: &[ProblemRow], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    context.out.line("")?;
    let text = format!("{} that builds get from outside and that are no images", counted(rows.len() as u64, "thing"));
    context.out.toned(Tone::Strong, &text)?;
    for row in rows.iter().take(SHOWN) {
        context.out.labelled(Tone::Plain, "fetched", &row.reason)?;
        context.out.labelled(Tone::Muted, "", &standing(row))?;
    }
    more(rows.len(), "things", context)
}

/// Where a row stands, as people write it.
fn standing(row: &ProblemRow) -> String {
    match row.locator.strip_prefix("line:") {
        Some(line) => format!("{}:{line}", row.path),
        None if row.locator.is_empty() => row.path.clone(),
        None => format!("{}#{}", row.path, row.locator),
    }
}

fn more(all: usize, what: &str, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    match all.saturating_sub(SHOWN) {
        0 => Ok(()),
        rest => context.out.line(&format!("         … and {rest} more {what} (--json names them)")),
    }
}

/// What a first look needs.
pub fn glance(
    sources: &[SourceRow],
    contexts: &[ContextRow],
    naive: &OneLiner,
    context: &mut Context<'_, '_>,
) -> Result<(), Failure> {
    per_context(contexts, context)?;
    let mut gaps = Gaps::default();
    for row in sources {
        gaps.status(row.status, &row.path, &row.reason);
    }
    gaps.print(context.out)?;
    context.out.line(&found(naive))
}

fn table(sources: &[SourceRow], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let columns = [
        word("STATUS"),
        text("CONTEXT"),
        path("PATH"),
        word("FORMAT").dropped(2),
        number("REJECTED").dropped(3),
        word("AS OF"),
        word("KNOWN BY").dropped(1),
        number("AGE"),
    ];
    let now = context.env.now();
    let mut table = Table::new(&columns);
    let whole = |row: &&SourceRow| row.status == "read" && row.rejected == 0;
    let folded = sources.len() > LISTED;
    for row in sources.iter().filter(|row| !(folded && whole(row))) {
        let age = Micros::parse_rfc3339(&row.as_of).map_or_else(String::new, |t| age(now, t));
        let cells = vec![
            row.status.to_owned(),
            row.context.clone().unwrap_or_else(|| "-".into()),
            row.path.clone(),
            row.format.clone(),
            row.rejected.to_string(),
            when(&row.as_of),
            row.as_of_source.to_owned(),
            age,
        ];
        table.row(tone(row.status), cells);
    }
    if !table.is_empty() {
        table.print(context.out)?;
    }
    if folded { wholly_read(sources.iter().filter(whole), context) } else { Ok(()) }
}

/// Sources that were read to their end without a reject, by format: of many only the others are worth a line each.
fn wholly_read<'s>(sources: impl Iterator<Item = &'s SourceRow>, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let mut formats: BTreeMap<&str, usize> = BTreeMap::new();
    sources.for_each(|row| *formats.entry(&row.format).or_default() += 1);
    let text = "wholly read, without a reject (`hullbreach evidence` lists each):";
    context.out.toned(Tone::Strong, text)?;
    for (format, n) in formats {
        context.out.line(&format!("  {n:>6}  {format}"))?;
    }
    Ok(())
}

fn per_context(contexts: &[ContextRow], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let columns = [
        text("CONTEXT"),
        number("READ"),
        number("PARTIAL"),
        number("DENIED"),
        number("FAILED"),
        word("OLDEST").dropped(1),
        word("NEWEST"),
    ];
    let mut table = Table::new(&columns);
    let time = |time: &Option<String>| time.as_deref().map_or_else(|| "never".to_owned(), when);
    for row in contexts {
        let counts = [row.read, row.partial, row.denied, row.failed].map(|n| n.to_string());
        let name = row.context.clone().unwrap_or_else(|| "(none named)".into());
        let tone = if row.denied + row.failed > 0 { Tone::Bad } else { Tone::Plain };
        table.row(tone, [vec![name], counts.to_vec(), vec![time(&row.oldest), time(&row.newest)]].concat());
    }
    table.print(context.out)?;
    for row in contexts.iter().filter(|row| row.read + row.partial == 0) {
        let name = row.context.as_deref().unwrap_or("(none named)");
        let text = format!("{name}: nothing of it is known, and unknown never means safe");
        context.out.toned(Tone::Bad, &text)?;
    }
    Ok(())
}

fn found(naive: &OneLiner) -> String {
    let (found, missed) = (naive.result.found.len(), naive.result.missed.len());
    format!("the usual one-liner over the same evidence finds {found} of {} images", found + missed)
}

fn one_liner(naive: &OneLiner, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    context.out.line("")?;
    context.out.toned(Tone::Strong, &found(naive))?;
    let pipeline = [
        r"  (kubectl get pods -A -o jsonpath='{.items[*].spec.containers[*].image}';",
        r"   grep 'image:' docker-compose*.yml; grep FROM Dockerfile*) \",
        r"    | cut -d: -f1-2 | sort -u",
    ];
    pipeline.iter().try_for_each(|line| context.out.toned(Tone::Muted, line))?;
    let room = context.out.columns.unwrap_or(120).saturating_sub(9);
    for (what, names) in [("missed", &naive.result.missed), ("mangled", &naive.result.mangled)] {
        for name in names.iter().take(SHOWN) {
            context.out.labelled(Tone::Plain, what, &middle(&scrub(name), room))?;
        }
        if names.len() > SHOWN {
            context.out.line(&format!("         … and {} more {what} (--json names them)", names.len() - SHOWN))?;
        }
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    naive.reasons.iter().for_each(|row| *counts.entry(row.reason).or_default() += 1);
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by(|(a, n), (b, m)| m.cmp(n).then(a.cmp(b)));
    for (reason, n) in counts {
        context.out.labelled(Tone::Plain, "why", &format!("{n} × {reason}"))?;
    }
    Ok(())
}

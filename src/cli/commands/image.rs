//! `image`: one image with every use, name and digest, and where each fact stands.

use super::image_bases::{self, BaseCell};
use super::{image_findings, image_referrers};
use crate::case::Case;
use crate::case::notes::{Note, about};
use crate::case::query::findings::ImageFindings;
use crate::case::query::image::{CandidateRow, ImageDetail, Locator, TagHistory, UseRow, image};
use crate::case::query::select::{Candidate, SelectError};
use crate::cli::args::ImageArgs;
use crate::cli::out::{Out, Tone};
use crate::cli::table::{Table, name, number, place, text, word};
use crate::cli::words::{beside, counted, short, state, when};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::work::lineage::Known;

/// Shows one image.
pub fn run(args: &ImageArgs, context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_lineage(context)?;
    let detail = match image(case.conn(), &args.image) {
        Ok(detail) => detail,
        Err(SelectError::Ambiguous { selector, total, candidates }) => {
            return Ok(ambiguous(&selector, total, &candidates, context));
        }
        Err(error) => return Err(error.into()),
    };
    let notes = notes(&case, &detail)?;
    let known = Known::read(case.conn())?;
    if context.out.json {
        let bases = image_bases::bases(&known, &detail.image.id);
        let descendants = image_bases::descendants(&known, &detail.image.id);
        context.out.document(&Document { detail, bases, descendants, notes })?;
        return Ok(Exit::Done);
    }
    head(&detail, context.out)?;
    image_bases::print(&known, &detail.image.id, context.out)?;
    context.out.line("")?;
    super::indicator::verdict(&detail, context.out)?;
    if detail.vulnerabilities != ImageFindings::default() {
        image_findings::print(&detail.vulnerabilities, context.out)?;
        context.out.line("")?;
    }
    uses(&detail.uses, context.out)?;
    sightings(&detail, context.out)?;
    image_referrers::print(&detail, context.out)?;
    for history in detail.tag_history.iter().filter(|h| h.entries.len() > 1) {
        tag(history, context.out)?;
    }
    if !notes.is_empty() {
        context.out.line("")?;
        context.out.toned(Tone::Strong, "notes")?;
    }
    notes.iter().try_for_each(|note| super::note::print(note, context.out))?;
    Ok(Exit::Done)
}

#[derive(serde::Serialize)]
struct Document {
    #[serde(flatten)]
    detail: ImageDetail,
    /// What it stands on and took from, and what it is said to.
    bases: Vec<BaseCell>,
    /// How many images stand on it.
    descendants: u32,
    notes: Vec<Note>,
}

/// What was written down about it.
fn notes(case: &Case, detail: &ImageDetail) -> Result<Vec<Note>, Failure> {
    if !case.has_notes()? {
        return Ok(Vec::new());
    }
    let (state, _) = case.state()?;
    Ok(about(case.notes(&state)?, detail))
}

/// Names the images that could be meant, with what tells one from the other.
pub(super) fn ambiguous(selector: &str, total: usize, candidates: &[Candidate], context: &mut Context<'_, '_>) -> Exit {
    context.out.fail(&format!("{selector:?} could be {total} images; name one by its id:"));
    let columns =
        [word("ID"), name("IMAGE"), word("DIGEST"), number("RUNNING"), number("USES"), text("CONTEXTS").dropped(1)];
    let mut table = Table::new(&columns);
    for candidate in candidates {
        let contexts: Vec<&str> =
            candidate.contexts.iter().map(|context| if context.is_empty() { "-" } else { context }).collect();
        let cells = vec![
            short(&candidate.id).to_owned(),
            candidate.name.clone(),
            candidate.digest.as_ref().map_or("unresolved", |digest| digest.kind.as_str()).replace("unknown", "kind ?"),
            candidate.running.to_string(),
            candidate.uses.to_string(),
            contexts.join(","),
        ];
        table.row(Tone::Plain, cells);
    }
    table.note(context.out);
    if total > candidates.len() {
        context.out.note(&format!("… and {} more: hullbreach images --filter", total - candidates.len()));
    }
    Exit::Failed
}

fn head(detail: &ImageDetail, out: &mut Out<'_>) -> Result<(), Failure> {
    let row = &detail.image;
    out.toned(Tone::Strong, &row.name)?;
    if row.digests.is_empty() {
        let text = "not known: nothing was seen to run or to be kept under this name here";
        out.labelled(Tone::Warn, "digest", text)?;
    }
    for digest in &row.digests {
        let kind = if digest.kind == "unknown" { "kind not told" } else { &digest.kind };
        out.labelled(Tone::Plain, "digest", &format!("{}  {kind}", digest.value))?;
    }
    for digest in &detail.contradictions {
        let text = format!("evidence claims two kinds of digest for {}", short(digest));
        out.labelled(Tone::Warn, "conflict", &text)?;
    }
    for name in &detail.names {
        let seen = format!("{}  {} to {}", name.name, when(&name.first_seen), when(&name.last_seen));
        out.labelled(Tone::Plain, "name", &seen)?;
    }
    candidates(&detail.candidates, out)?;
    for built in &detail.built_by {
        let target = built.target.as_ref().map_or_else(String::new, |target| format!(", target {target}"));
        let lost = if built.at_hand { "" } else { " (not read)" };
        let text = format!("{}{lost}{target}, asked for by {}", built.dockerfile, built.asked_by);
        out.labelled(Tone::Plain, "built by", &text)?;
    }
    for row in &detail.owners {
        let who = if row.owner.is_empty() { "not told" } else { &row.owner };
        let mut text = format!("{who}, by {} {}", row.by, row.subject);
        for (word, value) in [("criticality", &row.criticality), ("site", &row.site)] {
            if !value.is_empty() {
                text.push_str(&format!(", {word} {value}"));
            }
        }
        out.labelled(Tone::Plain, "owner", &text)?;
    }
    let counts = [counted(row.uses, "use"), format!("{} running", row.running), counted(row.workloads, "workload")];
    out.labelled(Tone::Plain, "counts", &counts.join(", "))
}

fn candidates(candidates: &[CandidateRow], out: &mut Out<'_>) -> Result<(), Failure> {
    if candidates.is_empty() {
        return Ok(());
    }
    out.labelled(Tone::Plain, "maybe", "seen under this name elsewhere, and never taken for this one:")?;
    for candidate in candidates {
        let (digest, times) = (&candidate.digest, [when(&candidate.first_seen), when(&candidate.last_seen)]);
        let kind = if digest.kind == "unknown" { "kind not told" } else { &digest.kind };
        out.labelled(Tone::Plain, "", &format!("{}  {kind}, {} to {}", short(&digest.value), times[0], times[1]))?;
    }
    Ok(())
}

fn uses(uses: &[UseRow], out: &mut Out<'_>) -> Result<(), Failure> {
    let mut columns = vec![
        word("STATE"),
        word("ROLE"),
        place("USE"),
        name("AS WRITTEN"),
        word("SEEN"),
        word("EVIDENCE"),
        place("LOCATOR"),
    ];
    let told = uses.iter().any(|row| !beside(row).is_empty());
    if told {
        columns.insert(4, text("BESIDE"));
    }
    let mut table = Table::new(&columns);
    for row in uses {
        let mut cells = vec![state(row).to_owned(), row.role.to_owned(), row.locus.clone(), row.as_written.clone()];
        cells.extend(told.then(|| beside(row)));
        cells.push(when(&row.last_seen));
        cells.extend([evidence(row.evidence.as_deref()).to_owned(), row.locator.pointer.clone()]);
        table.row(tone(row), cells);
    }
    match () {
        () if table.is_empty() => out.line("no use: it was seen, but stands in no spec and on no node that was read"),
        () if table.fits(out) => table.print(out),
        () => uses.iter().try_for_each(|row| narrow(row, out)),
    }
}

/// A use in lines below each other.
fn narrow(row: &UseRow, out: &mut Out<'_>) -> Result<(), Failure> {
    out.labelled(tone(row), state(row), &format!("{}  {}", row.role, row.locus))?;
    let node = row.node.as_deref().map_or_else(String::new, |node| format!(" on {node}"));
    out.labelled(Tone::Plain, "", &format!("as {}, seen {}{node}", row.as_written, when(&row.last_seen)))?;
    let beside = beside(row);
    if !beside.is_empty() {
        out.labelled(Tone::Plain, "", &beside)?;
    }
    out.labelled(Tone::Muted, "", &stands(row.evidence.as_deref(), &row.locator))
}

fn tone(row: &UseRow) -> Tone {
    if row.current { Tone::Plain } else { Tone::Muted }
}

fn evidence(id: Option<&str>) -> &str {
    id.map_or("-", short)
}

/// What to give to `evidence show`.
fn stands(id: Option<&str>, locator: &Locator) -> String {
    match id {
        Some(id) if locator.pointer.is_empty() => format!("evidence show {}", short(id)),
        Some(id) => format!("evidence show {} --at {}", short(id), locator.pointer),
        None => "its evidence was not kept".to_owned(),
    }
}

fn sightings(detail: &ImageDetail, out: &mut Out<'_>) -> Result<(), Failure> {
    if detail.sightings.is_empty() {
        return Ok(());
    }
    out.line("")?;
    out.toned(Tone::Strong, "seen besides")?;
    for row in &detail.sightings {
        let host = if row.host.is_empty() { String::new() } else { format!(" on {}", row.host) };
        let told = if row.digest.is_some() { "" } else { ", by name only" };
        let times = if row.count > 1 { format!(", {} times", row.count) } else { String::new() };
        let at = row.from.as_deref().map_or_else(|| format!("not later than {}", when(&row.to)), when);
        let text = format!("{at}{host}, as {}{told}{times}", row.as_written);
        out.labelled(Tone::Plain, row.kind, &text)?;
        out.labelled(Tone::Muted, "", &stands(row.evidence.as_deref(), &row.locator))?;
    }
    Ok(())
}

fn tag(history: &TagHistory, out: &mut Out<'_>) -> Result<(), Failure> {
    out.line("")?;
    let (word, tone) = match history.moved {
        "uncomparable" => ("digests of kinds that cannot be compared: whether it moved is not known", Tone::Warn),
        "no" => ("one image under several digests: it did not move", Tone::Plain),
        word => super::images::moved(word),
    };
    out.toned(tone, &format!("tag {}: {word}", history.name))?;
    for entry in &history.entries {
        let kind = if entry.digest.kind == "unknown" { "kind not told" } else { &entry.digest.kind };
        for seen in &entry.seen {
            let host = if seen.host.is_empty() { "somewhere" } else { &seen.host };
            out.line(&format!("  {}  {}  {kind}  on {host}", when(&seen.from), short(&entry.digest.value)))?;
        }
    }
    Ok(())
}

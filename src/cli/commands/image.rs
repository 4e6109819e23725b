//! `image`: one image with every use, name and digest, and where each fact stands.

use crate::case::query::image::{ImageDetail, TagHistory, UseRow, image};
use crate::cli::args::ImageArgs;
use crate::cli::out::Tone;
use crate::cli::table::{Align, Table};
use crate::cli::{Context, Exit, Failure, Outcome, locate};

/// Shows one image.
pub fn run(args: &ImageArgs, context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let detail = image(case.conn(), &args.image)?;
    if context.out.json {
        context.out.document(&detail)?;
        return Ok(Exit::Done);
    }
    head(&detail, context)?;
    uses(&detail.uses, context)?;
    for history in detail.tag_history.iter().filter(|h| h.entries.len() > 1) {
        tag(history, context)?;
    }
    Ok(Exit::Done)
}

fn head(detail: &ImageDetail, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let row = &detail.image;
    context.out.toned(Tone::Strong, &row.name)?;
    if row.digests.is_empty() {
        context
            .out
            .toned(Tone::Warn, "digest    not known: nothing was seen to run or to be kept under this name here")?;
    }
    for digest in &row.digests {
        context.out.line(&format!("digest    {}  {}", digest.value, digest.kind))?;
    }
    for text in &detail.contradictions {
        context.out.toned(Tone::Warn, &format!("conflict  {text}"))?;
    }
    for candidate in &detail.candidates {
        let text =
            format!("candidate {}  {} (seen elsewhere, not here)", candidate.digest.value, candidate.digest.kind);
        context.out.line(&text)?;
    }
    for name in &detail.names {
        context.out.line(&format!("name      {}  {} to {}", name.name, name.first_seen, name.last_seen))?;
    }
    let counts = format!("{} uses, {} running, {} workloads", row.uses, row.running, row.workloads);
    context.out.line(&format!("counts    {counts}"))?;
    context.out.line("")
}

fn uses(uses: &[UseRow], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let heads = [
        ("USE", Align::Left),
        ("ROLE", Align::Left),
        ("STATE", Align::Left),
        ("AS WRITTEN", Align::Left),
        ("SEEN", Align::Left),
        ("EVIDENCE", Align::Left),
    ];
    let mut table = Table::new(&heads);
    for row in uses {
        let state = match (row.running, row.current, row.state) {
            (true, ..) => "running".to_owned(),
            (_, false, Some(state)) => format!("gone, was {state}"),
            (_, false, None) => "gone".to_owned(),
            (_, true, state) => state.unwrap_or("declared").to_owned(),
        };
        let evidence = row.evidence.as_deref().and_then(|e| e.get(..8)).unwrap_or("-");
        let cells = vec![
            row.locus.clone(),
            row.role.to_owned(),
            state,
            row.as_written.clone(),
            row.last_seen.clone(),
            format!("{evidence} {}", row.locator.pointer),
        ];
        table.row(if row.current { Tone::Plain } else { Tone::Muted }, cells);
    }
    if table.is_empty() {
        return context.out.line("no use: it was seen in records only");
    }
    table.print(context.out)
}

fn tag(history: &TagHistory, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    context.out.line("")?;
    let (word, tone) = match history.moved {
        "uncomparable" => ("digests of kinds that cannot be compared: whether it moved is not known", Tone::Warn),
        "no" => ("one image under several digests: it did not move", Tone::Plain),
        word => super::images::moved(word),
    };
    context.out.toned(tone, &format!("tag {}: {word}", history.name))?;
    for entry in &history.entries {
        for seen in &entry.seen {
            let host = if seen.host.is_empty() { "somewhere" } else { &seen.host };
            context.out.line(&format!("  {}  {}  {}  on {host}", seen.from, entry.digest.value, entry.digest.kind))?;
        }
    }
    Ok(())
}

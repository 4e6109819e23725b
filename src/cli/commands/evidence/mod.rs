//! `evidence`: what was acquired, and its bytes.

use serde::Serialize;
use serde_json::json;
use std::io::{BufRead as _, BufReader, Read as _};

use crate::case::Case;
use crate::case::observed::Lines;
use crate::case::state::{Source, State};
use crate::case::store::blob::{BlobReader, Stat, frame_at, stat};
use crate::cli::args::{EvidenceAction, EvidenceArgs};
use crate::cli::table::{Align, Table};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::collect::redact::redact_text;
use crate::model::digest::Digest;
use crate::model::fact::Spot;
use crate::model::text::scrub;

/// The longest line shown; a raw API list is one line of 100 MB.
const LINE_BYTES: usize = 4_000;
/// The largest part shown as text in JSON.
const TEXT_BYTES: u64 = 16 << 20;

/// Lists, or shows one.
pub fn run(args: EvidenceArgs, context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let (state, _) = case.state()?;
    match args.action {
        None => list(&state, context),
        Some(EvidenceAction::Show { id, raw, at }) => show(&case, &state, &id, raw, at.as_deref(), context),
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
    let heads = [("ID", Align::Left), ("PATH", Align::Left), ("CONTEXT", Align::Left), ("FORMAT", Align::Left)];
    let numbers =
        [("AS OF", Align::Left), ("BYTES", Align::Right), ("FACTS", Align::Right), ("REJECTED", Align::Right)];
    let mut table = Table::new(&[heads, numbers].concat());
    for row in rows {
        let id = if row.destroyed { "destroyed".to_owned() } else { row.id.get(..8).unwrap_or("not kept").to_owned() };
        let tone = super::coverage::tone(row.status);
        let cells = vec![
            id,
            row.path,
            row.context.unwrap_or_else(|| "-".into()),
            if row.format == "none" { row.status.to_owned() } else { row.format },
            row.as_of.unwrap_or_default(),
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
        return Err(Failure(format!("{id}: give six or more digits of the id; `hullbreach evidence` lists them")));
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
        [] => Err(Failure(format!("{id}: no stored evidence begins so; `hullbreach evidence` lists the ids"))),
        many => {
            let ids: Vec<&str> = many.iter().map(|(_, d)| d.hex()).collect();
            Err(Failure(format!("{id}: several begin so: {}", ids.join(", "))))
        }
    }
}

fn show(case: &Case, state: &State, id: &str, raw: bool, at: Option<&str>, context: &mut Context<'_, '_>) -> Outcome {
    let (source, digest) = find(state, id)?;
    let found = stat(case.conn(), digest).map_err(|e| Failure(e.to_string()))?;
    let found =
        found.ok_or_else(|| Failure(format!("{id}: its bytes are not in the file; run `hullbreach verify`")))?;
    if found.expunged {
        return Err(Failure(format!(
            "{id}: its bytes were destroyed on purpose; `hullbreach log --kind blob.expunged` says why"
        )));
    }
    let range = match at {
        Some(locator) => range_of(case, source, &found, locator)?,
        None => (0, found.bytes),
    };
    // A copy that was kept raw still has its secrets; they are hidden on the way out.
    let hide = source.acquisition.raw;
    if context.out.json {
        return document(case, &found, digest, range, hide, context);
    }
    if raw {
        return raw_bytes(case, &found, range, hide, context);
    }
    numbered(case, &found, range, hide, context)
}

fn document(
    case: &Case,
    found: &Stat,
    digest: &Digest,
    (first, length): (u64, u64),
    hide: bool,
    context: &mut Context<'_, '_>,
) -> Outcome {
    if length > TEXT_BYTES {
        return Err(Failure(format!(
            "{length} bytes are too many for one JSON text; use --at, or --raw without --json"
        )));
    }
    let bytes = part(case, found, first, length)?;
    let text = String::from_utf8_lossy(&bytes);
    let text = if hide { redact_text(&text).into_owned() } else { text.into_owned() };
    context.out.document(&json!({"id": digest.hex(), "first": first, "bytes": length, "text": text}))?;
    Ok(Exit::Done)
}

fn raw_bytes(
    case: &Case,
    found: &Stat,
    (first, length): (u64, u64),
    hide: bool,
    context: &mut Context<'_, '_>,
) -> Outcome {
    let mut reader = BufReader::new(BlobReader::starting_at(case.conn(), found.row, first)?.take(length));
    let mut chunk = Vec::new();
    loop {
        chunk.clear();
        let n = match hide {
            // Line by line, so that a secret is seen whole.
            true => reader.read_until(b'\n', &mut chunk)?,
            false => (&mut reader).take(1 << 20).read_to_end(&mut chunk)?,
        };
        if n == 0 {
            return Ok(Exit::Done);
        }
        match hide {
            true => context.out.bytes(redact_text(&String::from_utf8_lossy(&chunk)).as_bytes())?,
            false => context.out.bytes(&chunk)?,
        }
    }
}

/// Lines with their numbers, safe for a terminal.
fn numbered(
    case: &Case,
    found: &Stat,
    (first, length): (u64, u64),
    hide: bool,
    context: &mut Context<'_, '_>,
) -> Outcome {
    let mut number = line_number(case, found, first)?;
    let mut reader = BufReader::new(BlobReader::starting_at(case.conn(), found.row, first)?.take(length));
    let mut line = Vec::new();
    loop {
        line.clear();
        if (&mut reader).take(LINE_BYTES as u64).read_until(b'\n', &mut line)? == 0 {
            return Ok(Exit::Done);
        }
        let ended = line.last() == Some(&b'\n');
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        let text = if hide { redact_text(text).into_owned() } else { text.to_owned() };
        let skipped = if ended { 0 } else { skip_line(&mut reader)? };
        let more = if skipped > 0 {
            format!(" … {skipped} more bytes in this line (--raw, or --at)")
        } else {
            String::new()
        };
        context.out.bytes(format!("{number:>7}  {}{more}\n", scrub(&text)).as_bytes())?;
        number += 1;
    }
}

fn skip_line(reader: &mut impl std::io::BufRead) -> std::io::Result<u64> {
    let mut skipped = 0;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(skipped);
        }
        let end = memchr::memchr(b'\n', buffer);
        let n = end.map_or(buffer.len(), |n| n + 1);
        skipped += n as u64;
        reader.consume(n);
        if end.is_some() {
            return Ok(skipped);
        }
    }
}

/// The number of the line that holds a byte, from 1.
fn line_number(case: &Case, found: &Stat, byte: u64) -> Result<u64, Failure> {
    let Some(frame) = frame_at(case.conn(), found.row, byte)? else { return Ok(1) };
    let within = usize::try_from(byte.saturating_sub(frame.first_byte)).unwrap_or(usize::MAX).min(frame.raw.len());
    let before = frame.raw.get(..within).unwrap_or_default();
    Ok(frame.first_line + memchr::memchr_iter(b'\n', before).count() as u64 + 1)
}

fn part(case: &Case, found: &Stat, first: u64, length: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    BlobReader::starting_at(case.conn(), found.row, first)?.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// First byte and length of what a locator names.
fn range_of(case: &Case, source: &Source, found: &Stat, locator: &str) -> Result<(u64, u64), Failure> {
    let unknown =
        || Failure(format!("{locator}: nothing stands there; use a JSON pointer of a fact, line:N, or FIRST+LENGTH"));
    if let Some((first, length)) = locator.split_once('+') {
        let first: u64 = first.parse().map_err(|_| unknown())?;
        let length: u64 = length.parse().map_err(|_| unknown())?;
        return if first < found.bytes { Ok((first, length.min(found.bytes - first))) } else { Err(unknown()) };
    }
    if let Some(line) = locator.strip_prefix("line:") {
        let line: u64 = line.parse().ok().filter(|n| *n > 0).ok_or_else(unknown)?;
        return line_range(case, found, line)?.ok_or_else(unknown);
    }
    spot_of(case, source, locator)?.map(|s| (s.offset, s.length)).ok_or_else(unknown)
}

fn line_range(case: &Case, found: &Stat, line: u64) -> Result<Option<(u64, u64)>, Failure> {
    let mut reader = BufReader::new(BlobReader::new(case.conn(), found.row));
    let mut first = 0;
    for _ in 1..line {
        match skip_line(&mut reader)? {
            0 => return Ok(None),
            n => first += n,
        }
    }
    let length = skip_line(&mut reader)?;
    Ok((length > 0).then_some((first, length)))
}

/// The deepest recorded spot at or above a pointer: the fact itself, else the item it is in.
fn spot_of(case: &Case, source: &Source, pointer: &str) -> Result<Option<Spot>, Failure> {
    let Some(digest) = source.reading.as_ref().and_then(|r| r.observations.as_ref()) else { return Ok(None) };
    let Some(found) = stat(case.conn(), digest).map_err(|e| Failure(e.to_string()))? else { return Ok(None) };
    let mut best: Option<Spot> = None;
    for line in Lines::new(BlobReader::new(case.conn(), found.row)) {
        let line = line?;
        for item in &line.items {
            let Some(rest) = pointer.strip_prefix(item.spot.pointer.as_str()) else { continue };
            if !rest.is_empty() && !rest.starts_with('/') {
                continue;
            }
            let start = line.base + item.spot.offset;
            let spots = item.uses.iter().flat_map(|u| [Some(&u.spot), u.seen.as_ref().map(|s| &s.spot)]).flatten();
            let spots = spots.chain(item.sightings.iter().map(|s| &s.spot));
            let inner = spots.filter(|s| s.length > 0 && rest.starts_with(s.pointer.as_str()) && !s.pointer.is_empty());
            let candidate = match inner.max_by_key(|s| s.pointer.len()) {
                Some(s) => Spot {
                    pointer: format!("{}{}", item.spot.pointer, s.pointer),
                    offset: start + s.offset,
                    length: s.length,
                },
                None => Spot { pointer: item.spot.pointer.clone(), offset: start, length: item.spot.length },
            };
            if best.as_ref().is_none_or(|b| b.pointer.len() <= candidate.pointer.len()) {
                best = Some(candidate);
            }
        }
    }
    Ok(best.filter(|b| b.length > 0))
}

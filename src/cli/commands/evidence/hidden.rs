//! `evidence show` of a copy that was kept raw: it still has its secrets, and they are hidden on the way out. A part of a
//! line does not tell what is a secret, so whole lines are shown.

use serde_json::json;
use std::io::{BufRead, BufReader, Read as _};

use super::show::{LINE_BYTES, TEXT_BYTES, Wanted, line_number};
use crate::case::Case;
use crate::case::state::Source;
use crate::case::store::blob::{BlobReader, Stat};
use crate::cli::{Context, Exit, Failure, Outcome};
use crate::model::digest::Digest;
use crate::model::text::scrub;
use crate::read::Format;
use crate::work::hidden::Hidden;
use crate::work::locate::skip_line;

/// The lines that hold a range, their secrets hidden.
struct Shown<'c> {
    input: Box<dyn BufRead + 'c>,
    /// Number of the first line.
    number: u64,
    /// How many there are at most.
    lines: u64,
}

/// Shows the lines of a range.
pub fn show(
    case: &Case,
    source: &Source,
    found: &Stat,
    digest: &Digest,
    range: (u64, u64),
    wanted: &Wanted<'_>,
    context: &mut Context<'_, '_>,
) -> Outcome {
    let (first, length) = range;
    let number = line_number(case, found, first)?;
    let last = line_number(case, found, first.saturating_add(length).saturating_sub(1).max(first))?;
    let format = source.reading.as_ref().and_then(|r| Format::parse(&r.format));
    let mut input = BufReader::new(Hidden::new(BlobReader::new(case.conn(), found.row), format));
    for _ in 1..number {
        skip_line(&mut input)?;
    }
    let shown = Shown { input: Box::new(input), number, lines: last.saturating_sub(number) + 1 };
    match () {
        () if context.out.json => document(shown, digest, range, context),
        () if wanted.raw => bytes(shown, context),
        () => numbered(shown, context),
    }
}

fn document(mut shown: Shown<'_>, digest: &Digest, range: (u64, u64), context: &mut Context<'_, '_>) -> Outcome {
    let mut bytes = Vec::new();
    let mut input = (&mut shown.input).take(TEXT_BYTES + 1);
    while shown.lines > 0 && input.read_until(b'\n', &mut bytes)? > 0 {
        shown.lines -= 1;
    }
    if bytes.len() as u64 > TEXT_BYTES {
        let length = range.1;
        return Err(Failure::new(format!(
            "{length} bytes are too many for one JSON text; use --at, or --raw without --json"
        )));
    }
    let text = String::from_utf8_lossy(&bytes);
    context.out.document(&json!({"id": digest.hex(), "first": range.0, "bytes": range.1, "text": text}))?;
    Ok(Exit::Done)
}

fn bytes(mut shown: Shown<'_>, context: &mut Context<'_, '_>) -> Outcome {
    while shown.lines > 0 {
        let (end, n) = {
            let buffer = shown.input.fill_buf()?;
            let end = memchr::memchr(b'\n', buffer);
            let n = end.map_or(buffer.len(), |n| n + 1);
            context.out.bytes(buffer.get(..n).unwrap_or_default())?;
            (end.is_some(), n)
        };
        if n == 0 {
            break;
        }
        shown.input.consume(n);
        shown.lines -= u64::from(end);
    }
    Ok(Exit::Done)
}

fn numbered(mut shown: Shown<'_>, context: &mut Context<'_, '_>) -> Outcome {
    let mut line = Vec::new();
    while shown.lines > 0 {
        line.clear();
        if (&mut shown.input).take(LINE_BYTES as u64).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let ended = line.last() == Some(&b'\n');
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        let skipped = if ended { 0 } else { skip_line(&mut shown.input)? };
        let more = match skipped {
            0 => String::new(),
            n => format!(" … {n} more bytes in this line (--raw, or --at)"),
        };
        context.out.bytes(format!("{:>7}  {}{more}\n", shown.number, scrub(text)).as_bytes())?;
        shown.number += 1;
        shown.lines -= 1;
    }
    Ok(Exit::Done)
}

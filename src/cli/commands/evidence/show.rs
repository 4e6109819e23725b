//! `evidence show`: the bytes of one piece, as text with line numbers, raw, or in JSON.

use serde_json::json;
use std::io::{BufRead as _, BufReader, Read as _};

use super::hidden;
use crate::case::Case;
use crate::case::state::Source;
use crate::case::store::blob::{BlobReader, Stat, frame_at, stat};
use crate::cli::out::{Out, Tone, ascii};
use crate::cli::{Context, Exit, Failure, Outcome};
use crate::model::digest::Digest;
use crate::model::text::{scrub, width};
use crate::work::locate::{range_of, skip_line};

/// The longest line shown; a raw API list is one line of 100 MB.
pub(super) const LINE_BYTES: usize = 4_000;
/// The largest part shown as text in JSON.
pub(super) const TEXT_BYTES: u64 = 16 << 20;
/// Lines shown before and behind what a locator names.
const AROUND: usize = 2;

/// What to show of it.
pub struct Wanted<'a> {
    /// As the responder named it.
    pub id: &'a str,
    /// Bytes as they are stored.
    pub raw: bool,
    /// Only what stands here.
    pub at: Option<&'a str>,
}

/// Shows it.
pub fn show(
    case: &Case,
    source: &Source,
    digest: &Digest,
    wanted: &Wanted<'_>,
    context: &mut Context<'_, '_>,
) -> Outcome {
    let id = wanted.id;
    let found = stat(case.conn(), digest).map_err(|e| Failure::new(e.to_string()))?;
    let found =
        found.ok_or_else(|| Failure::new(format!("{id}: its bytes are not in the file; run `hullbreach verify`")))?;
    if found.expunged {
        return Err(Failure::new(format!(
            "{id}: its bytes were destroyed on purpose; `hullbreach log --kind blob.expunged` says why"
        )));
    }
    let range = match wanted.at {
        Some(locator) => range_of(case, source, &found, locator).map_err(Failure::new)?,
        None => (0, found.bytes),
    };
    if source.acquisition.raw {
        return hidden::show(case, source, &found, digest, range, wanted, context);
    }
    if context.out.json {
        return document(case, &found, digest, range, context);
    }
    if wanted.raw {
        return raw_bytes(case, &found, range, context);
    }
    let mark = wanted.at.is_some().then_some(range);
    Numbered { case, found: &found, mark }.print(context.out)?;
    Ok(Exit::Done)
}

fn document(
    case: &Case,
    found: &Stat,
    digest: &Digest,
    (first, length): (u64, u64),
    context: &mut Context<'_, '_>,
) -> Outcome {
    if length > TEXT_BYTES {
        return Err(Failure::new(format!(
            "{length} bytes are too many for one JSON text; use --at, or --raw without --json"
        )));
    }
    let bytes = part(case, found, first, length)?;
    let text = String::from_utf8_lossy(&bytes);
    context.out.document(&json!({"id": digest.hex(), "first": first, "bytes": length, "text": text}))?;
    Ok(Exit::Done)
}

fn raw_bytes(case: &Case, found: &Stat, (first, length): (u64, u64), context: &mut Context<'_, '_>) -> Outcome {
    let mut reader = BufReader::new(BlobReader::starting_at(case.conn(), found.row, first)?.take(length));
    let mut chunk = Vec::new();
    while (&mut reader).take(1 << 20).read_to_end(&mut chunk)? > 0 {
        context.out.bytes(&chunk)?;
        chunk.clear();
    }
    Ok(Exit::Done)
}

/// Lines with their numbers, safe for a terminal; `>` in front of those that a locator names.
struct Numbered<'a> {
    case: &'a Case,
    found: &'a Stat,
    /// First byte and length of what is marked; without it, all is shown.
    mark: Option<(u64, u64)>,
}

/// One line on its way out.
struct Line<'a> {
    number: u64,
    first: u64,
    bytes: &'a [u8],
    /// Bytes of it that are not shown.
    skipped: u64,
}

impl Numbered<'_> {
    fn print(&self, out: &mut Out<'_>) -> Result<(), Failure> {
        let first = self.begin()?;
        let end = self.mark.map(|(first, length)| first + length);
        let mut number = line_number(self.case, self.found, first)?;
        let mut reader = BufReader::new(BlobReader::starting_at(self.case.conn(), self.found.row, first)?);
        let (mut at, mut behind, mut bytes) = (first, 0, Vec::new());
        while behind <= AROUND {
            bytes.clear();
            if (&mut reader).take(LINE_BYTES as u64).read_until(b'\n', &mut bytes)? == 0 {
                break;
            }
            let skipped = if bytes.last() == Some(&b'\n') { 0 } else { skip_line(&mut reader)? };
            behind += usize::from(end.is_some_and(|end| at >= end));
            if behind <= AROUND {
                self.line(&Line { number, first: at, bytes: &bytes, skipped }, out)?;
            }
            at += bytes.len() as u64 + skipped;
            number += 1;
        }
        Ok(())
    }

    /// Where to begin: two lines above the mark, or at the mark itself where its line is too long to show.
    fn begin(&self) -> Result<u64, Failure> {
        let Some((mark, _)) = self.mark else { return Ok(0) };
        let from = mark.saturating_sub(LINE_BYTES as u64);
        let before = part(self.case, self.found, from, mark - from)?;
        let mut starts = memchr::memrchr_iter(b'\n', &before).map(|at| from + at as u64 + 1);
        let own = starts.next();
        let above = starts.nth(AROUND - 1);
        Ok(above.or(if from == 0 { Some(0) } else { own }).unwrap_or(mark))
    }

    fn line(&self, line: &Line<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
        let end = line.first + line.bytes.len() as u64 + line.skipped;
        let marked = self.mark.is_some_and(|(first, length)| first < end && line.first < first + length);
        let sign = if marked { '>' } else { ' ' };
        let body = line.bytes.strip_suffix(b"\n").unwrap_or(line.bytes);
        let text = self.text(body.strip_suffix(b"\r").unwrap_or(body), out.ascii);
        let more = match line.skipped {
            0 => String::new(),
            n => format!(" … {n} more bytes in this line (--raw, or --at)"),
        };
        out.whole_line(
            if marked { Tone::Strong } else { Tone::Plain },
            &format!("{sign}{:>6}  {text}{more}", line.number),
        )?;
        match self.mark.filter(|_| marked) {
            Some((first, length)) if first > line.first && first + length < end => {
                self.carets(line, usize::try_from(first - line.first).unwrap_or_default(), length, out)
            }
            _ => Ok(()),
        }
    }

    /// Signs below the part of a line that is meant.
    fn carets(&self, line: &Line<'_>, before: usize, length: u64, out: &mut Out<'_>) -> Result<(), Failure> {
        let end = before.saturating_add(usize::try_from(length).unwrap_or_default()).min(line.bytes.len());
        let columns = |bytes: &[u8]| width(&self.text(bytes, out.ascii));
        let indent = columns(line.bytes.get(..before).unwrap_or_default());
        let signs = columns(line.bytes.get(before..end).unwrap_or_default()).max(1);
        out.whole_line(Tone::Strong, &format!("{:9}{}{}", "", " ".repeat(indent), "^".repeat(signs)))
    }

    fn text(&self, bytes: &[u8], in_ascii: bool) -> String {
        let text = String::from_utf8_lossy(bytes);
        let text = text.into_owned();
        let text = scrub(&text);
        if in_ascii { ascii(&text) } else { text.into_owned() }
    }
}

/// The number of the line that holds a byte, from 1.
pub(super) fn line_number(case: &Case, found: &Stat, byte: u64) -> Result<u64, Failure> {
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

//! Stored lines around a place: only the frames that hold them are opened. Of a very long line the part around the place
//! is given; what was kept raw is hidden by the rules of an import.

use std::io::{BufRead, BufReader, Read as _};

use crate::case::Case;
use crate::case::store::blob::{BlobReader, Stat, StoreError, frame_at, stat};
use crate::model::digest::Digest;
use crate::read::Format;
use crate::tui::data::{Desk, Question};
use crate::tui::message::Answer;
use crate::work::hidden::Hidden;
use crate::work::locate::range_of;

/// Lines of one answer, and how many of them stand before the place.
const LINES: u64 = 400;
const BEFORE: u64 = 150;
/// Bytes of a line that are given.
const LINE_BYTES: u64 = 4_000;
/// Bytes before the place in which the beginning of its line is looked for.
const LOOK_BACK: u64 = 256 << 10;
/// Bytes that are given of a line before a place in its middle.
const LEAD: u64 = 200;
/// Bytes that are read for one answer at most.
const BUDGET: u64 = 16 << 20;

/// What was acquired, as far as showing it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Where it is from.
    pub place: String,
    /// It was kept with its secrets.
    pub raw: bool,
    /// What it was read as.
    pub format: String,
    /// Secrets that were hidden when it was stored.
    pub redactions: u64,
}

/// Around what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Near {
    /// A byte.
    Byte(u64),
    /// A line, from 0.
    Line(u64),
}

/// Lines of a piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// SHA-256 of the stored bytes.
    pub id: String,
    /// Around what.
    pub near: Near,
    /// First byte and length of what is meant.
    pub meant: Option<(u64, u64)>,
    /// A locator for what is meant, where its bytes are not known yet.
    pub at: Option<String>,
    /// As an answer said it before; finding it out reads all events.
    pub origin: Option<Origin>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLine {
    /// From 1.
    pub number: u64,
    /// The parts: before what is meant, what is meant, behind it.
    pub parts: [String; 3],
    /// Something stands before the first part.
    pub cut_before: bool,
    /// Something stands behind the last one.
    pub cut_behind: bool,
}

/// Some lines of a piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Which evidence.
    pub id: String,
    /// Where it is from.
    pub origin: Origin,
    /// In their order, without gaps.
    pub lines: Vec<RawLine>,
    /// Lines of the whole.
    pub total: u64,
    /// Bytes of the whole.
    pub bytes: u64,
    /// The line that is meant, from 0.
    pub meant: Option<u64>,
    /// The bytes that are meant.
    pub range: Option<(u64, u64)>,
    /// Why what is meant could not be found.
    pub lost: Option<String>,
    /// The line that is shown instead, from 0.
    pub near: Option<u64>,
}

impl Question for Lines {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let case = desk.case.as_ref().ok_or("no case is open")?;
        let said = |error: &dyn std::fmt::Display| format!("evidence {}: {error}", self.id);
        let digest = Digest::parse(&format!("sha256:{}", self.id)).map_err(|e| said(&e))?;
        let found = stat(case.conn(), &digest).map_err(|e| said(&e))?;
        let found = found.ok_or_else(|| said(&"its bytes are not in the file; verify says more"))?;
        if found.expunged {
            return Err(said(&"its bytes were destroyed on purpose; the event blob.expunged says why"));
        }
        let origin = match &self.origin {
            Some(origin) => origin.clone(),
            None => origin(case, &digest)?,
        };
        let Some(at) = &self.at else {
            return Ok(Box::new(self.page(case, &found, origin).map_err(|e| said(&e))?));
        };
        let located = locate(case, &digest, &found, at);
        // Of what was rejected nothing is recorded but where it was looked for: behind the item before it.
        let beside = || locate(case, &digest, &found, &before(at)?).ok();
        let (meant, near, lost) = match located {
            Ok((first, length)) => (Some((first, length)), Near::Byte(first), None),
            Err(_) => match beside() {
                Some((first, length)) => {
                    let said = format!("{at} is not recorded; shown from the item before it");
                    (None, Near::Byte(first.saturating_add(length)), Some(said))
                }
                None => (None, Near::Line(0), Some(format!("{at} is not recorded; shown from the beginning"))),
            },
        };
        let ask = Lines { meant, near, at: None, ..self.clone() };
        let page = ask.page(case, &found, origin).map_err(|e| said(&e))?;
        let line = match near {
            Near::Byte(byte) if meant.is_none() => Some(line_of(case, &found, byte).map_err(|e| said(&e))?),
            _ => None,
        };
        Ok(Box::new(Page { lost, near: line, ..page }))
    }
}

/// The pointer to the item before another one.
fn before(pointer: &str) -> Option<String> {
    let (list, item) = pointer.rsplit_once('/')?;
    let item: u64 = item.parse().ok()?;
    Some(format!("{list}/{}", item.checked_sub(1)?))
}

/// The bytes that a locator means, by whichever acquisition of them knows it.
fn locate(case: &Case, digest: &Digest, found: &Stat, at: &str) -> Result<(u64, u64), String> {
    let (state, _) = case.state().map_err(|e| e.to_string())?;
    let mut all = state.sources.values().filter(|source| source.acquisition.stored.as_ref() == Some(digest));
    let mut last = Err("no acquisition of it counts any more; the events say why".to_owned());
    while let (Err(_), Some(source)) = (&last, all.next()) {
        last = range_of(case, source, found, at);
    }
    last
}

fn origin(case: &Case, digest: &Digest) -> Result<Origin, String> {
    let (state, _) = case.state().map_err(|e| e.to_string())?;
    let all: Vec<_> =
        state.sources.values().filter(|source| source.acquisition.stored.as_ref() == Some(digest)).collect();
    let first = all.first().ok_or("no evidence that counts has these bytes")?;
    Ok(Origin {
        place: first.acquisition.place(),
        // What was kept raw once is hidden, whoever else kept the same bytes.
        raw: all.iter().any(|source| source.acquisition.raw),
        format: first.reading.as_ref().map_or_else(String::new, |reading| reading.format.clone()),
        redactions: first.acquisition.redactions.values().sum(),
    })
}

impl Lines {
    fn page(&self, case: &Case, found: &Stat, origin: Origin) -> std::io::Result<Page> {
        let failed = |e: StoreError| std::io::Error::other(e.to_string());
        let meant = match self.meant {
            Some((first, _)) => Some(line_of(case, found, first).map_err(failed)?),
            None => None,
        };
        let total = total(case, found)?;
        let lines = if origin.raw {
            let near = match self.near {
                Near::Line(line) => line,
                Near::Byte(byte) => line_of(case, found, byte).map_err(failed)?,
            };
            self.hidden(case, found, &origin, near.saturating_sub(BEFORE))?
        } else {
            let (byte, number, cut) = match self.near {
                Near::Line(line) => line_start(case, found, line.saturating_sub(BEFORE))?,
                Near::Byte(byte) => self.begin(case, found, byte)?,
            };
            let reader = BlobReader::starting_at(case.conn(), found.row, byte).map_err(failed)?;
            self.read(&mut BufReader::new(reader), byte, number, cut)?
        };
        Ok(Page {
            id: self.id.clone(),
            origin,
            lines,
            total,
            bytes: found.bytes,
            meant,
            range: self.meant,
            lost: None,
            near: None,
        })
    }

    /// Where to begin so that a byte has lines above it: the byte, its line from 0, and whether the line began before.
    fn begin(&self, case: &Case, found: &Stat, byte: u64) -> std::io::Result<(u64, u64, bool)> {
        let from = byte.saturating_sub(LOOK_BACK);
        let failed = |e: StoreError| std::io::Error::other(e.to_string());
        let mut before = Vec::new();
        let reader = BlobReader::starting_at(case.conn(), found.row, from).map_err(failed)?;
        reader.take(byte - from).read_to_end(&mut before)?;
        let above = usize::try_from(BEFORE).unwrap_or(usize::MAX);
        let start = memchr::memrchr_iter(b'\n', &before).take(above).last().map(|at| from + at as u64 + 1);
        // With fewer lines above than wanted, the first one begins the file, if it is at hand.
        let few = memchr::memrchr_iter(b'\n', &before).nth(above.saturating_sub(1)).is_none();
        let (start, cut) = match start {
            _ if few && from == 0 => (0, false),
            Some(start) => (start, false),
            None => (byte.saturating_sub(LEAD), true),
        };
        Ok((start, line_of(case, found, start).map_err(failed)?, cut))
    }

    fn hidden(&self, case: &Case, found: &Stat, origin: &Origin, first: u64) -> std::io::Result<Vec<RawLine>> {
        let hidden = Hidden::new(BlobReader::new(case.conn(), found.row), Format::parse(&origin.format));
        let mut reader = BufReader::new(hidden);
        for _ in 0..first {
            skip_line(&mut reader, u64::MAX)?;
        }
        // Bytes are others than those that are stored: nothing in a line can be marked.
        Lines { meant: None, ..self.clone() }.read(&mut reader, 0, first, false)
    }

    fn read(&self, reader: &mut impl BufRead, byte: u64, line: u64, cut: bool) -> std::io::Result<Vec<RawLine>> {
        let (mut at, mut lines) = (byte, Vec::new());
        let mut bytes = Vec::new();
        for nth in 0..LINES {
            bytes.clear();
            // Of the line that is meant all before the place is read, so that the place can be shown.
            let reach = self.meant.map_or(0, |(first, _)| first.saturating_sub(at));
            let most = if reach <= LOOK_BACK { reach + LINE_BYTES } else { LINE_BYTES };
            if reader.by_ref().take(most).read_until(b'\n', &mut bytes)? == 0 {
                break;
            }
            let ended = bytes.last() == Some(&b'\n');
            let spent = at - byte;
            let skipped = if ended { 0 } else { skip_line(reader, BUDGET.saturating_sub(spent))? };
            lines.push(self.line(line + nth, at, &bytes, (cut && nth == 0, !ended && skipped > 0)));
            at += bytes.len() as u64 + skipped;
            if at - byte >= BUDGET {
                break;
            }
        }
        Ok(lines)
    }

    fn line(&self, line: u64, at: u64, bytes: &[u8], (mut cut_before, mut cut_behind): (bool, bool)) -> RawLine {
        let body = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let body = body.strip_suffix(b"\r").unwrap_or(body);
        let end = at + body.len() as u64;
        let inside = |place: u64| usize::try_from(place.clamp(at, end) - at).unwrap_or(0);
        let (first, last) = match self.meant {
            Some((first, length)) => (inside(first), inside(first.saturating_add(length))),
            None => (0, 0),
        };
        let lead = usize::try_from(LEAD).unwrap_or(0);
        let most = usize::try_from(LINE_BYTES).unwrap_or(usize::MAX);
        let from = if first > most - lead { first - lead } else { 0 };
        let until = body.len().min(from + most);
        cut_before |= from > 0;
        cut_behind |= until < body.len();
        let part = |from: usize, to: usize| {
            String::from_utf8_lossy(body.get(from..to.min(until).max(from)).unwrap_or_default()).into_owned()
        };
        let parts = [part(from, first.max(from)), part(first.max(from), last), part(last.max(from), until)];
        RawLine { number: line + 1, parts, cut_before, cut_behind }
    }
}

/// The line that holds a byte, from 0.
fn line_of(case: &Case, found: &Stat, byte: u64) -> Result<u64, StoreError> {
    let Some(frame) = frame_at(case.conn(), found.row, byte)? else { return Ok(found.lines) };
    let within = usize::try_from(byte.saturating_sub(frame.first_byte)).unwrap_or(usize::MAX).min(frame.raw.len());
    let before = frame.raw.get(..within).unwrap_or_default();
    Ok(frame.first_line + memchr::memchr_iter(b'\n', before).count() as u64)
}

/// Lines in all; what stands behind the last line end is one, too.
fn total(case: &Case, found: &Stat) -> std::io::Result<u64> {
    let Some(last) = found.bytes.checked_sub(1) else { return Ok(0) };
    let frame = frame_at(case.conn(), found.row, last).map_err(|e| std::io::Error::other(e.to_string()))?;
    let ended = frame.is_some_and(|frame| frame.raw.last() == Some(&b'\n'));
    Ok(found.lines + u64::from(!ended))
}

/// Where a line begins, by the frames' own counts.
fn line_start(case: &Case, found: &Stat, line: u64) -> std::io::Result<(u64, u64, bool)> {
    if line == 0 {
        return Ok((0, 0, false));
    }
    let failed = |e: &dyn std::fmt::Display| std::io::Error::other(e.to_string());
    // The line begins behind the line end of this number, which is in the last frame that begins before it.
    let byte: Option<i64> = case
        .conn()
        .prepare_cached("SELECT max(first_byte) FROM frame WHERE blob = ?1 AND first_line < ?2")
        .and_then(|mut s| s.query_row((found.row, i64::try_from(line).unwrap_or(i64::MAX)), |r| r.get(0)))
        .map_err(|e| failed(&e))?;
    let byte = byte.unwrap_or(0).unsigned_abs();
    let frame = frame_at(case.conn(), found.row, byte).map_err(|e| failed(&e))?;
    let Some(frame) = frame else { return Ok((0, 0, false)) };
    let nth = usize::try_from(line - frame.first_line.min(line)).unwrap_or(usize::MAX);
    match memchr::memchr_iter(b'\n', &frame.raw).nth(nth.saturating_sub(1)) {
        Some(at) => Ok((frame.first_byte + at as u64 + 1, line, false)),
        None => Ok((frame.first_byte, frame.first_line, frame.first_byte > 0)),
    }
}

/// Reads over the rest of a line, and no further than `most` bytes; how many they were.
fn skip_line(reader: &mut impl BufRead, most: u64) -> std::io::Result<u64> {
    let mut skipped = 0;
    while skipped < most {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            break;
        }
        let end = memchr::memchr(b'\n', buffer);
        let n = end.map_or(buffer.len(), |n| n + 1);
        skipped += n as u64;
        reader.consume(n);
        if end.is_some() {
            break;
        }
    }
    Ok(skipped)
}

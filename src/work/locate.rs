//! From a locator to bytes: which part of a stored blob a pointer, a line or a range means.

mod document;

use std::io::BufReader;

use crate::case::Case;
use crate::case::observed::Lines;
use crate::case::state::Source;
use crate::case::store::blob::{BlobReader, Stat, stat};
use crate::model::fact::Spot;

/// First byte and length of what a locator names.
pub fn range_of(case: &Case, source: &Source, found: &Stat, locator: &str) -> Result<(u64, u64), String> {
    let unknown = || format!("{locator}: nothing stands there; use a JSON pointer of a fact, line:N, or FIRST+LENGTH");
    if let Some((first, length)) = locator.split_once('+') {
        let first: u64 = first.parse().map_err(|_| unknown())?;
        let length: u64 = length.parse().map_err(|_| unknown())?;
        return if first < found.bytes { Ok((first, length.min(found.bytes - first))) } else { Err(unknown()) };
    }
    if let Some(line) = locator.strip_prefix("line:") {
        let line: u64 = line.parse().ok().filter(|n| *n > 0).ok_or_else(unknown)?;
        return line_range(case, found, line).map_err(|e| e.to_string())?.ok_or_else(unknown);
    }
    spot_of(case, source, found, locator)?.map(|s| (s.offset, s.length)).ok_or_else(unknown)
}

fn line_range(case: &Case, found: &Stat, line: u64) -> std::io::Result<Option<(u64, u64)>> {
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
fn spot_of(case: &Case, source: &Source, bytes: &Stat, pointer: &str) -> Result<Option<Spot>, String> {
    let Some(digest) = source.reading.as_ref().and_then(|r| r.observations.as_ref()) else { return Ok(None) };
    let Some(found) = stat(case.conn(), digest).map_err(|e| e.to_string())? else { return Ok(None) };
    let mut best: Option<Spot> = None;
    let mut recipe: Option<(Spot, String)> = None;
    for line in Lines::new(BlobReader::new(case.conn(), found.row)) {
        let line = line.map_err(|e| e.to_string())?;
        for item in &line.items {
            let Some(rest) = pointer.strip_prefix(item.spot.pointer.as_str()) else { continue };
            if !rest.is_empty() && !rest.starts_with('/') {
                continue;
            }
            let start = line.base + item.spot.offset;
            if item.recipe.is_some() {
                let whole = Spot { pointer: item.spot.pointer.clone(), offset: start, length: item.spot.length };
                recipe = Some((whole, rest.to_owned()));
            }
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
    // The facts of a file that is joined with others stand in its recipe: the document itself tells where.
    if let Some((whole, rest)) = recipe
        && let Some(spot) = document::spot(case, bytes, &whole, &rest).map_err(|e| e.to_string())?
    {
        return Ok(Some(spot));
    }
    Ok(best.filter(|b| b.length > 0))
}

/// Reads over the rest of a line; how many bytes it had, with its end.
pub fn skip_line(reader: &mut impl std::io::BufRead) -> std::io::Result<u64> {
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

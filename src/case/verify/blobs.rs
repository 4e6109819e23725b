//! Blobs: each is there, whole, and what its name says; none is there that no event names.

use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

use super::Problem;
use crate::case::error::CaseError;
use crate::case::events::kinds::Payload;
use crate::case::state::State;
use crate::case::store::Case;
use crate::case::store::blob::open_frame;
use crate::model::digest::Digest;
use crate::model::id::hex;

struct Row {
    id: i64,
    hash: Vec<u8>,
    bytes: i64,
    lines: i64,
    frames: i64,
    expunged: bool,
}

/// Checks every blob against its name and against the events.
pub(super) fn check(case: &Case, state: &State) -> Result<Vec<Problem>, CaseError> {
    let mut problems = Vec::new();
    let named = named(state);
    let mut found: BTreeSet<Digest> = BTreeSet::new();
    for row in rows(case)? {
        let Ok(raw) = <[u8; 32]>::try_from(row.hash.as_slice()) else { continue };
        let digest = Digest::from_sha256(&raw);
        let place = format!("blob {}", digest.short());
        let meant = state.expunged.contains(&digest);
        if row.expunged && !meant {
            problems.push(Problem::new(
                "blob",
                place.clone(),
                "its bytes were removed, and no event says that they were destroyed",
            ));
        } else if !row.expunged && meant {
            problems.push(Problem::new(
                "blob",
                place.clone(),
                "an event says that its bytes were destroyed, and they are here",
            ));
        } else if !row.expunged {
            if let Some(detail) = damage(case, &row) {
                problems.push(Problem::new("blob", place.clone(), detail));
            }
        }
        if !named.contains(&digest) {
            problems.push(Problem::new("blob-unclaimed", place, "no event names it"));
        }
        found.insert(digest);
    }
    for digest in named.difference(&found) {
        let detail = "an event names it and it is not in the file: it was removed, or lost";
        problems.push(Problem::new("blob", format!("blob {}", digest.short()), detail));
    }
    Ok(problems)
}

/// Every blob that any event names, taken back or not.
fn named(state: &State) -> BTreeSet<Digest> {
    let mut named = BTreeSet::new();
    for told in &state.events {
        match &told.payload {
            Payload::Acquired(a) => named.extend(a.acquisitions.iter().filter_map(|a| a.stored.clone())),
            Payload::Read(r) => named.extend(r.readings.iter().filter_map(|r| r.observations.clone())),
            _ => {}
        }
    }
    named
}

fn rows(case: &Case) -> Result<Vec<Row>, CaseError> {
    let sql = case.sql("reading blobs");
    let mut statement =
        case.conn().prepare("SELECT id, hash, bytes, lines, frames, state FROM blob WHERE state <> 0").map_err(&sql)?;
    let rows = statement
        .query_map([], |row| {
            Ok(Row {
                id: row.get(0)?,
                hash: row.get(1)?,
                bytes: row.get(2)?,
                lines: row.get(3)?,
                frames: row.get(4)?,
                expunged: row.get::<_, i64>(5)? == 2,
            })
        })
        .map_err(&sql)?;
    rows.collect::<Result<_, _>>().map_err(&sql)
}

fn damage(case: &Case, row: &Row) -> Option<String> {
    let mut hash = Sha256::new();
    let (mut bytes, mut lines, mut frames) = (0u64, 0u64, 0i64);
    loop {
        match open_frame(case.conn(), row.id, frames) {
            Ok(Some(frame)) => {
                if (frame.first_byte, frame.first_line) != (bytes, lines) {
                    return Some(format!("frame {frames} does not stand where it says"));
                }
                hash.update(&frame.raw);
                bytes += frame.raw.len() as u64;
                lines += memchr::memchr_iter(b'\n', &frame.raw).count() as u64;
                frames += 1;
            }
            Ok(None) => break,
            Err(e) => return Some(format!("frame {frames} cannot be opened ({e}): its bytes were changed")),
        }
    }
    let now: [u8; 32] = hash.finalize().into();
    if now.as_slice() != row.hash {
        return Some(format!("its bytes are {} now: they were changed, or a part is missing", &hex(&now)[..8]));
    }
    let stated = (row.bytes, row.lines, row.frames);
    let counted = (i64::try_from(bytes).unwrap_or(-1), i64::try_from(lines).unwrap_or(-1), frames);
    (stated != counted).then(|| "its size is not what the file says beside it".to_owned())
}

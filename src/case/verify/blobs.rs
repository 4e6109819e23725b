//! Blobs: each is there, whole, and what its name says; none is there that no event names.

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

use super::{Problem, finding};
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
    let (named, perhaps) = (named(state), perhaps_named(state));
    let mut found: BTreeSet<Digest> = BTreeSet::new();
    let mut rows = Vec::new();
    if let Err(error) = each_row(case, |row| rows.push(row)) {
        problems.push(finding("blobs", error)?);
    }
    for row in rows {
        let Ok(raw) = <[u8; 32]>::try_from(row.hash.as_slice()) else {
            problems.push(Problem::new("blob", format!("blob row {}", row.id), "its name is not a digest"));
            continue;
        };
        let digest = Digest::from_sha256(&raw);
        let place = format!("blob {}", digest.short());
        let wrong = match (row.expunged, state.expunged.contains(&digest)) {
            (true, false) => Some("its bytes were removed, and no event says that they were destroyed".to_owned()),
            (true, true) => (count_frames(case, row.id)? > 0)
                .then(|| "an event says that its bytes were destroyed, and some are still here".to_owned()),
            (false, true) => Some("an event says that its bytes were destroyed, and they are here".to_owned()),
            (false, false) => damage(case, &row),
        };
        problems.extend(wrong.map(|detail| Problem::new("blob", place.clone(), detail)));
        if !named.contains(&digest) && !perhaps.contains(&digest) && !row.expunged {
            problems.push(Problem::new("blob-unclaimed", place, "no event names it"));
        }
        found.insert(digest);
    }
    let strays = case
        .conn()
        .query_row("SELECT count(*) FROM frame WHERE blob NOT IN (SELECT id FROM blob)", [], |r| r.get::<_, i64>(0))
        .map_err(case.sql("reading blobs"))?;
    if strays > 0 {
        problems.push(Problem::new("blob-unclaimed", "frames", format!("{strays} pieces belong to no blob")));
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

/// Blobs that events of kinds this version does not know may name: which of their words do so is not known here.
fn perhaps_named(state: &State) -> BTreeSet<Digest> {
    let mut digests = BTreeSet::new();
    for told in state.events.iter().filter(|t| t.payload == Payload::Unknown) {
        let mut open = vec![&told.envelope.payload];
        while let Some(value) = open.pop() {
            match value {
                Value::String(text) => digests.extend(Digest::parse(text)),
                Value::Array(values) => open.extend(values),
                Value::Object(fields) => open.extend(fields.values()),
                _ => {}
            }
        }
    }
    digests
}

fn count_frames(case: &Case, row: i64) -> Result<i64, CaseError> {
    case.conn()
        .query_row("SELECT count(*) FROM frame WHERE blob = ?1", [row], |r| r.get(0))
        .map_err(case.sql("reading blobs"))
}

fn each_row(case: &Case, mut see: impl FnMut(Row)) -> Result<(), CaseError> {
    let sql = case.sql("reading blobs");
    let mut statement = case
        .conn()
        .prepare("SELECT id, hash, bytes, lines, frames, state FROM blob WHERE state <> 0 ORDER BY hash")
        .map_err(&sql)?;
    let mut rows = statement.query([]).map_err(&sql)?;
    while let Some(row) = rows.next().map_err(&sql)? {
        see(read_row(row).map_err(&sql)?);
    }
    Ok(())
}

fn read_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        id: row.get(0)?,
        hash: row.get(1)?,
        bytes: row.get(2)?,
        lines: row.get(3)?,
        frames: row.get(4)?,
        expunged: row.get::<_, i64>(5)? == 2,
    })
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
    match count_frames(case, row.id) {
        Ok(there) if there == frames => {}
        _ => return Some("it has pieces that do not belong to it".to_owned()),
    }
    let stated = (row.bytes, row.lines, row.frames);
    let counted = (i64::try_from(bytes).unwrap_or(-1), i64::try_from(lines).unwrap_or(-1), frames);
    (stated != counted).then(|| "its size is not what the file says beside it".to_owned())
}

//! Blobs: each is there, whole, and what its name says; none is there that no event names.

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

use super::{Problem, Watch, finding};
use crate::case::error::CaseError;
use crate::case::events::kinds::Payload;
use crate::case::state::State;
use crate::case::store::Case;
use crate::case::store::blob::open_frame;
use crate::case::store::pack::{Packed, Shelf, open_pack};
use crate::model::digest::Digest;
use crate::model::id::hex;

struct Row {
    id: i64,
    hash: Vec<u8>,
    bytes: i64,
    lines: i64,
    frames: i64,
    expunged: bool,
    packed: Option<Packed>,
}

/// Checks every blob against its name and against the events.
pub(super) fn check(case: &Case, state: &State, watch: &Watch<'_>) -> Result<Vec<Problem>, CaseError> {
    let mut problems = Vec::new();
    let (named, perhaps) = (named(state), perhaps_named(state));
    let mut found: BTreeSet<Digest> = BTreeSet::new();
    let mut rows = Vec::new();
    if let Err(error) = each_row(case, |row| rows.push(row)) {
        problems.push(finding("blobs", error)?);
    }
    // Small blobs in the order of their packs, so that each pack is opened once.
    rows.sort_by_key(|row| row.packed.map_or((0, 0), |packed| (packed.pack, packed.first)));
    let mut packs = Packs::default();
    let total = rows.len() as u64;
    for (done, row) in (0..).zip(rows) {
        watch.step("evidence", done, total)?;
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
            (false, false) => match row.packed {
                Some(packed) => packs.damage(case, &row, packed),
                None => damage(case, &row),
            },
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
    problems.extend(packs.strays(case)?);
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
            Payload::Noted(n) => drop(named.insert(n.text.clone())),
            Payload::Response(saying) => named.extend(saying.blob()),
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
        .prepare(
            "SELECT id, hash, bytes, lines, frames, state, pack, first_byte FROM blob \
             WHERE state IN (1, 2) ORDER BY hash",
        )
        .map_err(&sql)?;
    let mut rows = statement.query([]).map_err(&sql)?;
    while let Some(row) = rows.next().map_err(&sql)? {
        see(read_row(row).map_err(&sql)?);
    }
    Ok(())
}

fn read_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let (pack, first, bytes) = (row.get::<_, Option<i64>>(6)?, row.get(7)?, row.get(2)?);
    Ok(Row {
        packed: pack.map(|pack| Packed { pack, first, bytes }),
        id: row.get(0)?,
        hash: row.get(1)?,
        bytes: row.get(2)?,
        lines: row.get(3)?,
        frames: row.get(4)?,
        expunged: row.get::<_, i64>(5)? == 2,
    })
}

/// Packs as they are checked: which parts of each belong to a blob.
#[derive(Default)]
struct Packs {
    shelf: Shelf,
    /// By pack: first byte and size of every blob in it.
    parts: BTreeMap<i64, Vec<(i64, i64)>>,
}

impl Packs {
    fn damage(&mut self, case: &Case, row: &Row, packed: Packed) -> Option<String> {
        self.parts.entry(packed.pack).or_default().push((packed.first, packed.bytes));
        let part = match self.shelf.part(case.conn(), packed) {
            Ok(part) => part,
            Err(e) => return Some(format!("it cannot be opened ({e}): its bytes were changed, or are missing")),
        };
        let now: [u8; 32] = Sha256::digest(part).into();
        if now.as_slice() != row.hash {
            return Some(format!("its bytes are {} now: they were changed", &hex(&now)[..8]));
        }
        let lines = memchr::memchr_iter(b'\n', part).count();
        match count_frames(case, row.id) {
            Ok(0) => {}
            _ => return Some("it has pieces that do not belong to it".to_owned()),
        }
        let stated = (row.lines, row.frames);
        (stated != (lines as i64, 1)).then(|| "its size is not what the file says beside it".to_owned())
    }

    /// What stands in packs and belongs to no blob: destroyed bytes are zero, and nothing else may be there.
    fn strays(mut self, case: &Case) -> Result<Vec<Problem>, CaseError> {
        let sql = case.sql("reading blobs");
        let mut statement = case.conn().prepare("SELECT id FROM blob WHERE state = 3 ORDER BY id").map_err(&sql)?;
        let rows = statement.query_map([], |row| row.get::<_, i64>(0)).map_err(&sql)?;
        let mut problems = Vec::new();
        for row in rows {
            let row = row.map_err(&sql)?;
            let parts = self.parts.remove(&row).unwrap_or_default();
            if let Some(detail) = stray(case, row, parts) {
                problems.push(Problem::new("blob-unclaimed", format!("pack {row}"), detail));
            }
        }
        for pack in self.parts.keys() {
            problems.push(Problem::new(
                "blob",
                format!("pack {pack}"),
                "blobs are said to stand in it, and it is none",
            ));
        }
        Ok(problems)
    }
}

fn stray(case: &Case, pack: i64, mut parts: Vec<(i64, i64)>) -> Option<String> {
    match count_frames(case, pack) {
        // Nothing could be opened in it when one of its blobs was destroyed, so it went with it.
        Ok(0) if parts.is_empty() => return None,
        Ok(0 | 1) => {}
        _ => return Some("it has pieces that do not belong to it".to_owned()),
    }
    // One that cannot be opened is told with every blob that stands in it.
    let Ok(raw) = open_pack(case.conn(), pack) else {
        return parts.is_empty().then(|| "it cannot be opened, and no blob stands in it".to_owned());
    };
    parts.sort_unstable();
    let mut at = 0;
    for (first, bytes) in parts {
        let (first, bytes) = (usize::try_from(first).unwrap_or(usize::MAX), usize::try_from(bytes).unwrap_or(0));
        if first < at {
            return Some("two blobs stand in one place of it".to_owned());
        }
        if raw.get(at..first).is_some_and(|gap| gap.iter().any(|b| *b != 0)) {
            return Some("bytes stand in it that belong to no blob".to_owned());
        }
        at = first.saturating_add(bytes);
    }
    let rest = raw.get(at..).unwrap_or_default();
    rest.iter().any(|b| *b != 0).then(|| "bytes stand in it that belong to no blob".to_owned())
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

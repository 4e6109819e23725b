//! Evidence made by hand: real blobs, real events, no parser.

use std::collections::BTreeMap;

use hullbreach::case::events::kinds::{self, Acquired, ReadPayload};
use hullbreach::case::events::{EventHash, Group};
use hullbreach::case::store::blob::{Frame, Staged};
use hullbreach::case::store::{Change, Draft, holder};
use hullbreach::case::{Case, CaseError};
use hullbreach::model::acquisition::{Acquisition, Origin, OriginKind};
use hullbreach::model::digest::Digest;
use hullbreach::model::id::{Id, hex};
use hullbreach::model::reading::{AsOf, AsOfSource, Reading, Scope, Status};
use hullbreach::model::time::Micros;

/// What was put into a case.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The acquisition's id.
    pub id: Id,
    /// The stored copy.
    pub stored: Digest,
    /// The observations read from it, which repeat its bytes.
    pub observations: Digest,
    /// The event that says what was got.
    pub acquired: EventHash,
    /// The event that says what was read.
    pub read: EventHash,
}

/// Stores bytes as evidence got from `path`, with observations, in one transaction.
pub fn import(case: &mut Case, path: &str, bytes: &[u8]) -> Imported {
    try_import(case, path, bytes, None).unwrap()
}

/// [`import`], whose two events are parts `n` and `n + 1` of a group.
pub fn import_as(case: &mut Case, path: &str, bytes: &[u8], group: Option<(Id, u32)>) -> Imported {
    try_import(case, path, bytes, group).unwrap()
}

/// [`import_as`], where it may fail.
pub fn try_import(case: &mut Case, path: &str, bytes: &[u8], group: Option<(Id, u32)>) -> Result<Imported, CaseError> {
    case.change("storing evidence", |change| {
        let acquisition = acquisition(path, bytes);
        let stored = store(change, bytes)?;
        let observations = store(change, &observed(path, bytes))?;
        let reading = reading(acquisition.id, 1, Some(observations.clone()));
        let (id, part) = (acquisition.id, |add: u32| group.map(|(id, n)| Group { id, n: n + add, of: None }));
        let mut got = Draft::new(kinds::ACQUIRED, kinds::to_value(&Acquired { acquisitions: vec![acquisition] })?);
        let mut read = Draft::new(kinds::READ, kinds::to_value(&ReadPayload { readings: vec![reading] })?);
        (got.group, read.group) = (part(0), part(1));
        got.anchors = vec![id.to_string()];
        let hashes = change.append(vec![got, read])?;
        let [.., acquired, read] = hashes.as_slice() else { panic!("two events") };
        Ok(Imported { id, stored, observations, acquired: *acquired, read: *read })
    })
}

/// The observations that [`import`] stores: a line that states nothing and repeats the bytes as hex.
pub fn observed(path: &str, bytes: &[u8]) -> Vec<u8> {
    let line = serde_json::json!({"base": 0, "path": path, "repeated": hex(bytes)});
    format!("{line}\n").into_bytes()
}

/// Stores bytes as a blob.
pub fn store(change: &Change<'_>, bytes: &[u8]) -> Result<Digest, CaseError> {
    let sql = change.sql("storing evidence");
    let mut staged = Staged::begin(change.tx(), change.env().now(), &holder(change.env())).map_err(&sql)?;
    for frame in Frame::pack(bytes).unwrap() {
        staged.push(change.tx(), &frame).map_err(&sql)?;
    }
    staged.seal(change.tx()).map_err(&sql)
}

/// An event that says nothing in particular, of a kind that this version does not know.
pub fn note(text: &str) -> Draft {
    Draft::new("note.added", serde_json::json!({ "text": text }))
}

/// Appends one [`note`].
pub fn say(case: &mut Case, text: &str) -> EventHash {
    let hashes = case.change("noting", |change| change.append(vec![note(text)])).unwrap();
    *hashes.last().unwrap()
}

/// The record of getting bytes from a path.
pub fn acquisition(path: &str, bytes: &[u8]) -> Acquisition {
    let origin = Origin { kind: OriginKind::File, host: "bastion".into(), root: "/dump".into(), path: path.to_owned() };
    let original = Digest::of(bytes);
    Acquisition {
        id: Acquisition::derive_id(&original, &origin, None, &BTreeMap::new()),
        origin,
        context: None,
        stored: Some(original.clone()),
        original,
        original_bytes: bytes.len() as u64,
        stored_bytes: bytes.len() as u64,
        transforms: Vec::new(),
        redactions: BTreeMap::new(),
        raw: false,
        acquired: Micros(super::START),
        options: BTreeMap::new(),
        modified: None,
        tool: "hullbreach 0.1.0".into(),
    }
}

/// The record of reading it.
pub fn reading(acquisition: Id, version: u32, observations: Option<Digest>) -> Reading {
    Reading {
        acquisition,
        format: "text".into(),
        version,
        observations,
        items: 1,
        facts: 1,
        rejected: 0,
        rejects: Vec::new(),
        status: Status::Read,
        reason: String::new(),
        notes: Vec::new(),
        scope: Scope::default(),
        as_of: AsOf { at: Micros(super::START), source: AsOfSource::File },
    }
}

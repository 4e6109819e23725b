//! The end of a source: its acquisition and its reading, as they will be signed.

use super::batch::{recorded, reject};
use super::feed::{Begun, Ended, Trouble};
use crate::collect::redact::{Redactions, redact_text};
use crate::model::acquisition::{Acquisition, OriginKind};
use crate::model::digest::Digest;
use crate::model::reading::{AsOf, AsOfSource, Reading, Reject, Scope, Status};
use crate::model::text::scrub;
use crate::model::time::Micros;
use crate::read::{Collected, Times};

/// Rejects carried in the event; all are in the observations.
pub(super) const REJECTS_IN_EVENT: usize = 20;

/// What is known of a source when its last batch is in.
pub(super) struct Finished {
    pub begun: Begun,
    pub ended: Ended,
    pub collected: Option<Collected>,
    pub redactions: Redactions,
    pub raw: bool,
    /// Rejects that came from beside the reader (a cut file, a failing decoder).
    pub extra: Vec<Reject>,
    /// Its items were handed to the fold while it came in.
    pub streamed: bool,
}

impl Finished {
    /// The acquisition.
    pub fn acquisition(&self, stored: Option<(Digest, u64)>, now: Micros) -> Acquisition {
        let (mut original, mut original_bytes) = self.ended.original.clone().unwrap_or_else(|| (Digest::of(b""), 0));
        let mut transforms = Vec::new();
        if let Some((digest, bytes, before)) = &self.begun.received {
            (original, original_bytes) = (digest.clone(), *bytes);
            transforms.clone_from(before);
        }
        transforms.extend(self.ended.transforms.iter().cloned());
        let id =
            Acquisition::derive_id(&original, &self.begun.origin, self.begun.context.as_deref(), &self.begun.options);
        Acquisition {
            id,
            origin: self.begun.origin.clone(),
            context: self.begun.context.clone(),
            original,
            original_bytes,
            stored_bytes: stored.as_ref().map_or(0, |(_, bytes)| *bytes),
            stored: stored.map(|(digest, _)| digest),
            transforms,
            redactions: recorded(&self.redactions),
            raw: self.raw,
            acquired: now,
            options: self.begun.options.clone(),
            modified: self.begun.modified,
            tool: concat!("hullbreach ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// The reading.
    pub fn reading(&self, acquisition: &Acquisition, observations: Option<Digest>) -> Reading {
        let (format, version) = match &self.begun.format {
            Ok(format) => (format.as_str().to_owned(), format.version()),
            Err(_) => ("none".to_owned(), 1),
        };
        let times = self.collected.as_ref().map(|c| &c.times);
        let dated = self.begun.format.as_ref().is_ok_and(|f| f.is_dated());
        let mut reading = Reading {
            acquisition: acquisition.id,
            format,
            version,
            observations,
            items: 0,
            facts: 0,
            rejected: 0,
            rejects: Vec::new(),
            status: Status::Unrecognised,
            reason: self.begun.format.as_ref().err().cloned().unwrap_or_default(),
            notes: Vec::new(),
            scope: Scope::default(),
            as_of: as_of(acquisition, self.begun.as_of, times, dated),
        };
        if let Some(collected) = &self.collected {
            reading.items = collected.items;
            reading.facts = collected.facts;
            reading.rejected = collected.rejected;
            reading.rejects = collected.rejects.clone();
            reading.status = collected.status;
            reading.reason = collected.reason.clone();
            reading.notes = collected.notes.clone();
            reading.notes.extend(too_late(acquisition, &reading.as_of, &collected.times));
            reading.scope = collected.scope.clone();
        }
        if let Some(archive) = &self.ended.archive {
            archive.tell(&mut reading);
        }
        self.add_trouble(&mut reading);
        reading.rejects.truncate(REJECTS_IN_EVENT);
        for reject in &mut reading.rejects {
            reject.reason = printable(&reject.reason);
        }
        reading.reason = printable(&reading.reason);
        reading
    }

    fn add_trouble(&self, reading: &mut Reading) {
        if let Some(Trouble::Io(what)) = &self.ended.broken {
            let some = reading.items > 0 || self.ended.archive.as_ref().is_some_and(|a| a.members > 0);
            reading.status = if some { Status::Partial } else { Status::Failed };
            reading.reason = what.clone();
            reading.scope.complete = false;
        }
        reading.rejected += self.extra.len() as u64;
        reading.rejects.extend(self.extra.iter().cloned());
    }

    /// The reject that a failing input leaves.
    pub fn note_trouble(&mut self) {
        if let Some(Trouble::Io(what)) = &self.ended.broken {
            self.extra.push(reject("file", what));
        }
    }
}

/// Words for people: no control characters, no secrets, not too long.
fn printable(text: &str) -> String {
    let clean = redact_text(text);
    let clean = scrub(&clean);
    match clean.char_indices().nth(500) {
        Some((at, _)) => format!("{}…", clean.get(..at).unwrap_or_default()),
        None => clean.into_owned(),
    }
}

/// The time a reading speaks of. A file's own time counts unless something inside is newer: then the file was touched by
/// a copy or a wrong clock, and the newest time inside is the least it can be. What is `dated` says itself how old it is.
/// A time inside that is later than it was got counts for nothing: who could set it would make the evidence newer than all
/// that comes after it, and what it speaks of seem not to have begun.
pub(crate) fn as_of(acquisition: &Acquisition, stated: Option<Micros>, times: Option<&Times>, dated: bool) -> AsOf {
    let newest = times.and_then(|times| times.last_by(acquisition.latest()));
    if let Some(at) = stated {
        return AsOf { at, source: AsOfSource::Stated };
    }
    if let Some(at) = newest.filter(|_| dated) {
        return AsOf { at, source: AsOfSource::Content };
    }
    // All pages of a live list speak of the time at which its first one came: one of them must not seem later than what
    // another shows.
    if let (true, Some(at)) = (acquisition.origin.kind.is_live(), acquisition.modified) {
        return AsOf { at, source: AsOfSource::Acquired };
    }
    let (at, source) = match (acquisition.origin.kind, acquisition.modified) {
        // Standard input has no time of its own; the members of an archive that comes through it do.
        (OriginKind::File | OriginKind::Stdin, Some(modified)) if modified <= acquisition.latest() => {
            (modified, AsOfSource::File)
        }
        _ => (acquisition.acquired, AsOfSource::Acquired),
    };
    match newest {
        Some(newest) if newest > at => AsOf { at: newest, source: AsOfSource::Content },
        _ => AsOf { at, source },
    }
}

/// What is told of times inside that are too late to count.
pub(crate) fn too_late(acquisition: &Acquisition, as_of: &AsOf, times: &Times) -> Option<String> {
    let last = times.last().filter(|last| *last > acquisition.latest() && as_of.source != AsOfSource::Stated)?;
    // Without the moment at which it was got: the same bytes got twice are one reading.
    let last = last.to_minute();
    Some(format!("it states a time ({last}) that lies after it was got: such times do not count for how old it is"))
}

//! Changes a responder makes to the case itself: taking back one's own events, and destroying leaked bytes.

use std::collections::BTreeSet;

use super::error::CaseError;
use super::events::EventHash;
use super::events::kinds::{self, Expunged, PERMANENT, Retracted};
use super::identity::Device;
use super::project;
use super::state::{State, Told};
use super::store::{Case, Draft, blob, fate};
use crate::model::digest::Digest;
use crate::model::id::Id;
use crate::model::text::scrub;
use crate::model::time::Micros;

/// The longest reason or title, in characters; longer texts belong into a note.
pub const MAX_LINE: usize = 500;

/// Key of the note that the file is still to be written anew after an expunge.
const REWRITE: &str = "rewrite";

/// What an undo takes back.
#[derive(Debug, Clone)]
pub struct UndoPlan {
    /// The events, in order.
    pub events: Vec<EventHash>,
    /// The group they belong to, where they do.
    pub group: Option<Id>,
    /// Lines for people: what each one said.
    pub summaries: Vec<String>,
    /// True where it takes back a retraction, which is redo.
    pub redo: bool,
}

/// What an expunge destroys.
#[derive(Debug, Clone)]
pub struct ExpungePlan {
    /// The named blob first, then the observations read from it.
    pub blobs: Vec<Digest>,
    /// Bytes that go.
    pub bytes: u64,
    /// Where it was got from.
    pub places: Vec<String>,
}

impl Case {
    /// What `undo` would do: the named event (a unique prefix of its hash, six digits or more) or the last one of this
    /// device that can be taken back. A group is taken back whole.
    pub fn plan_undo(&self, state: &State, named: Option<&str>) -> Result<UndoPlan, CaseError> {
        let device = Device::load_or_create(self.env())?.public();
        let target = match named {
            Some(prefix) => find(state, prefix)?,
            None => state
                .events
                .iter()
                .rev()
                .find(|t| can_go(t, &device) && t.envelope.kind != kinds::RETRACTED)
                .ok_or_else(|| {
                    CaseError::Refused("nothing of yours is left to take back; `hullbreach log` lists events".into())
                })?,
        };
        refuse(target, &device)?;
        let group = target.envelope.group.map(|g| g.id);
        let parts: Vec<&Told> = state
            .events
            .iter()
            .filter(|t| t.hash == target.hash || (group.is_some() && t.envelope.group.map(|g| g.id) == group))
            .filter(|t| can_go(t, &device))
            .collect();
        Ok(UndoPlan {
            events: parts.iter().map(|t| t.hash).collect(),
            group,
            summaries: parts.iter().map(|t| scrub(&t.payload.summary(&t.envelope.kind)).into_owned()).collect(),
            redo: target.envelope.kind == kinds::RETRACTED,
        })
    }

    /// Does it: appends one event that takes the planned ones back.
    pub fn undo(&mut self, plan: &UndoPlan) -> Result<EventHash, CaseError> {
        let (events, groups) = match plan.group {
            Some(group) => (Vec::new(), vec![group]),
            None => (plan.events.clone(), Vec::new()),
        };
        let mut draft = Draft::new(kinds::RETRACTED, kinds::to_value(&Retracted { events, groups })?);
        draft.refs = plan.events.iter().take(1_000).copied().collect();
        let hashes = self.change("taking back", |change| change.append(vec![draft]))?;
        hashes.last().copied().ok_or_else(|| CaseError::Refused("nothing was appended".into()))
    }

    /// What `expunge` would destroy: the blob of that evidence id (or a unique prefix of it, six hex digits or more), and
    /// every observation blob read from it, because observations repeat what they were read from.
    pub fn plan_expunge(&self, state: &State, named: &str) -> Result<ExpungePlan, CaseError> {
        let wanted = named.strip_prefix("sha256:").unwrap_or(named).to_ascii_lowercase();
        let known: BTreeSet<Digest> = state
            .events
            .iter()
            .flat_map(|t| match &t.payload {
                super::events::kinds::Payload::Acquired(a) => {
                    a.acquisitions.iter().filter_map(|a| a.stored.clone()).collect()
                }
                super::events::kinds::Payload::Read(r) => {
                    r.readings.iter().filter_map(|r| r.observations.clone()).collect()
                }
                super::events::kinds::Payload::Noted(n) => vec![n.text.clone()],
                super::events::kinds::Payload::Response(saying) => saying.blob().into_iter().collect(),
                _ => Vec::new(),
            })
            .collect();
        let hits: Vec<Digest> =
            known.into_iter().filter(|d| wanted.len() >= 6 && d.hex().starts_with(&wanted)).collect();
        let [blob] = hits.as_slice() else {
            let why = if hits.is_empty() {
                "no evidence or note has that id"
            } else {
                "more than one piece of evidence begins so"
            };
            return Err(CaseError::Refused(format!(
                "{named}: {why}; `hullbreach evidence` and `hullbreach note` list the ids"
            )));
        };
        let (blobs, places) = reach(state, blob);
        let mut bytes = 0;
        for blob in &blobs {
            bytes += blob::stat(self.conn(), blob)
                .map_err(self.sql("looking up a blob"))?
                .filter(|s| !s.expunged)
                .map_or(0, |s| s.bytes);
        }
        Ok(ExpungePlan { blobs, bytes, places })
    }

    /// Does it: the bytes go from the file and from its log, a signed tombstone stays, and the projections are folded again
    /// without them. False where another process is reading or writing, so that old pages are still there: they go at the
    /// next [`Case::sweep`] or expunge.
    pub fn expunge(&mut self, plan: &ExpungePlan, reason: &str) -> Result<bool, CaseError> {
        let payload = Expunged { blobs: plan.blobs.clone(), reason: reason.to_owned() };
        let mut draft = Draft::new(kinds::EXPUNGED, kinds::to_value(&payload)?);
        draft.anchors = plan.blobs.iter().map(|b| b.to_string()).take(2_000).collect();
        self.change("destroying evidence", |change| {
            let sql = change.sql("destroying evidence");
            change.append(vec![draft])?;
            for digest in &plan.blobs {
                blob::expunge(change.tx(), digest).map_err(|e| change.store("destroying evidence", e))?;
            }
            // What a killed import left staged could hold the same bytes.
            let env = change.env().clone();
            blob::sweep(change.tx(), env.now(), |holder| fate(&env, holder)).map_err(&sql)?;
            // What was folded from them goes at once, whether the rest can be folded again or not.
            project::clear(change.tx())?;
            change.tx().execute("DELETE FROM folded", []).map_err(&sql)?;
            let due = "INSERT OR REPLACE INTO local (key, value) VALUES (?1, 'due')";
            change.tx().execute(due, [REWRITE]).map(|_| ()).map_err(&sql)
        })?;
        let rebuilt = self.rebuild();
        let gone = self.finish_expunge()?;
        rebuilt.map(|()| gone)
    }

    /// Writes the file anew where that is still to be done after an expunge; false where it is and cannot be done now.
    fn finish_expunge(&mut self) -> Result<bool, CaseError> {
        if !self.is_rewrite_due()? {
            return Ok(true);
        }
        if !self.rewrite()? || !self.checkpoint()? {
            return Ok(false);
        }
        self.change("destroying evidence", |change| {
            let done = change.tx().execute("DELETE FROM local WHERE key = ?1", [REWRITE]);
            done.map(|_| true).map_err(change.sql("destroying evidence"))
        })
    }

    /// True where destroyed bytes may still stand in old pages of the file or in its log.
    pub(crate) fn is_rewrite_due(&self) -> Result<bool, CaseError> {
        Ok(self.local(REWRITE)?.is_some())
    }

    /// Sweeps what killed processes left staged, and finishes an expunge that could not be finished; says how many blobs
    /// were swept.
    pub fn sweep(&mut self) -> Result<usize, CaseError> {
        let now: Micros = self.env().now();
        let env = self.env().clone();
        let swept = self.change("sweeping", |change| {
            blob::sweep(change.tx(), now, |holder| fate(&env, holder)).map_err(change.sql("sweeping"))
        })?;
        self.finish_expunge()?;
        Ok(swept)
    }
}

/// A blob with every observation blob read from it, and the places it was got from. Two passes, because in a merged case
/// a reading may stand before another device's word that it got the same.
fn reach(state: &State, blob: &Digest) -> (Vec<Digest>, Vec<String>) {
    let (mut blobs, mut places, mut read) = (vec![blob.clone()], Vec::new(), BTreeSet::new());
    for told in &state.events {
        if let kinds::Payload::Acquired(a) = &told.payload {
            for acquisition in a.acquisitions.iter().filter(|a| a.stored.as_ref() == Some(blob)) {
                if read.insert(acquisition.id) {
                    places.push(scrub(&acquisition.place()).into_owned());
                }
            }
        }
    }
    for told in &state.events {
        if let kinds::Payload::Read(r) = &told.payload {
            let derived = r.readings.iter().filter(|r| read.contains(&r.acquisition));
            for observations in derived.filter_map(|r| r.observations.as_ref()) {
                if !blobs.contains(observations) {
                    blobs.push(observations.clone());
                }
            }
        }
    }
    (blobs, places)
}

fn find<'s>(state: &'s State, prefix: &str) -> Result<&'s Told, CaseError> {
    let prefix = prefix.to_ascii_lowercase();
    let hits: Vec<&Told> =
        state.events.iter().filter(|t| prefix.len() >= 6 && t.hash.to_string().starts_with(&prefix)).collect();
    match hits.as_slice() {
        [one] => Ok(one),
        [] => Err(CaseError::Refused(format!(
            "{prefix}: no event begins so (six digits or more); `hullbreach log` lists them"
        ))),
        many => {
            let list: Vec<String> = many.iter().map(|t| t.hash.to_string()).collect();
            Err(CaseError::Refused(format!("{prefix}: several events begin so: {}", list.join(", "))))
        }
    }
}

fn can_go(told: &Told, device: &str) -> bool {
    !told.retracted && told.envelope.device == device && !PERMANENT.contains(&told.envelope.kind.as_str())
}

fn refuse(told: &Told, device: &str) -> Result<(), CaseError> {
    let why = if told.retracted {
        "it is taken back already; take back the retraction instead"
    } else if told.envelope.device != device {
        "it was written by another device; only its author can take it back"
    } else if PERMANENT.contains(&told.envelope.kind.as_str()) {
        "membership, the case's beginning and destroyed evidence cannot be taken back"
    } else {
        return Ok(());
    };
    Err(CaseError::Refused(format!("{} ({}): {why}", &told.hash.to_string()[..8], told.envelope.kind)))
}

//! `verify`: everything that can be wrong with a case file, named one by one.
//!
//! Nothing here repairs or refuses: each problem says its kind, where it stands and what it means. A file that cannot
//! even be opened (foreign, newer, altered schema) is a problem too, made by [`unopened`].

mod blobs;
mod chains;
mod watch;

pub use watch::{Step, Watch};

use serde::Serialize;
use std::collections::BTreeMap;

use super::error::CaseError;
use super::events::kinds::{Payload, WriterStarted};
use super::identity::Binding;
use super::state::State;
use super::store::Case;
use crate::model::id::hex;
use crate::model::text::scrub;

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// A short word for scripts: `event-bytes`, `gap`, `fork`, `signature`, `blob`, `projection`, `schema`, …
    pub kind: &'static str,
    /// The event, blob or table.
    #[serde(rename = "where")]
    pub place: String,
    /// What is wrong and what it means.
    pub detail: String,
}

impl Problem {
    /// What the file says in it is made safe to show.
    pub(crate) fn new(kind: &'static str, place: impl Into<String>, detail: impl Into<String>) -> Self {
        let shown = |text: String| scrub(&text).into_owned();
        Problem { kind, place: shown(place.into()), detail: shown(detail.into()) }
    }
}

/// A part of the file that cannot be read is a finding about the file; anything else is a failure of this run.
fn finding(place: &str, error: CaseError) -> Result<Problem, CaseError> {
    match error {
        CaseError::Damaged { .. } | CaseError::Foreign { .. } | CaseError::Sql { .. } | CaseError::Projection(_) => {
            Ok(Problem::new("damaged", place, error.to_string()))
        }
        other => Err(other),
    }
}

/// A device that wrote to the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceRow {
    /// Its signing key.
    pub key: String,
    /// The person its machine knew. The key signs; it proves a device, not a person.
    pub name: String,
    /// The machine.
    pub host: String,
    /// Events by it.
    pub events: usize,
}

/// The outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Nothing is wrong.
    pub ok: bool,
    /// Events looked at.
    pub events: usize,
    /// Devices that wrote.
    pub devices: Vec<DeviceRow>,
    /// Acquisitions that count.
    pub evidence: usize,
    /// Stored copies that were redacted: they prove what was read, not what the original held.
    pub redacted: usize,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// "The same set of events", 64 hex digits.
    pub frontier: String,
    /// "The same picture", 64 hex digits.
    pub state: String,
    /// Things worth knowing that are no problem.
    pub notes: Vec<String>,
}

/// The report on a file that could not be opened as a case. `None` where the error is about this machine rather than the
/// file (a missing file, no permission): that is a failure, not a finding.
pub fn unopened(error: &CaseError) -> Option<Report> {
    let kind = match error {
        CaseError::Foreign { .. } => "foreign",
        CaseError::Newer { .. } | CaseError::NewerViews { .. } => "newer",
        CaseError::Schema { .. } => "schema",
        CaseError::Damaged { .. } => "damaged",
        _ => return None,
    };
    Some(Report {
        ok: false,
        events: 0,
        devices: Vec::new(),
        evidence: 0,
        redacted: 0,
        problems: vec![Problem::new(kind, "file", error.to_string())],
        frontier: String::new(),
        state: String::new(),
        notes: Vec::new(),
    })
}

impl Case {
    /// Checks everything, as it stood at one moment: others may go on writing meanwhile.
    pub fn verify(&self) -> Result<Report, CaseError> {
        self.verify_watched(&Watch::default())
    }

    /// The same, told how far it is and ended early where somebody asks: [`CaseError::Stopped`], and no finding counts.
    pub fn verify_watched(&self, watch: &Watch<'_>) -> Result<Report, CaseError> {
        // What the state folder remembers is read first: it is written after the file, so it is never ahead of it.
        let remembered = Binding::load(self.env(), &self.id(), self.path());
        let _moment = self.conn().unchecked_transaction().map_err(self.sql("checking the file"))?;
        watch.part("file")?;
        let mut problems = self.integrity_check()?;
        watch.part("chains and signatures")?;
        let (state, chain_problems) = chains::check(self)?;
        problems.extend(chain_problems);
        problems.extend(remembered.and_then(|binding| self.missing_tail(&binding)));
        watch.part("evidence")?;
        match blobs::check(self, &state, watch) {
            Ok(found) => problems.extend(found),
            Err(error) => problems.push(finding("blobs", error)?),
        }
        watch.part("projections")?;
        match self.projection_problems(&state, watch) {
            Ok(found) => problems.extend(found),
            Err(error) => problems.push(finding("projections", error)?),
        }
        watch.goes_on()?;
        problems.sort_by(|a, b| (a.kind, &a.place).cmp(&(b.kind, &b.place)));
        let redacted = state.sources.values().filter(|s| !s.acquisition.redactions.is_empty()).count();
        let mut notes = notes(&state, redacted);
        if self.is_rewrite_due()? {
            let note = "destroyed bytes may still stand in old pages of the file or its -wal: close whatever else has the \
                        case open, then do the expunge again";
            notes.insert(0, note.to_owned());
        }
        Ok(Report {
            ok: problems.is_empty(),
            events: state.events.len(),
            devices: devices(&state),
            evidence: state.sources.len(),
            redacted,
            problems,
            frontier: hex(&state.frontier()),
            state: hex(&state.fingerprint()),
            notes,
        })
    }

    /// SQLite's own check, indexes included: a query through an index that lacks a row would not see that row.
    fn integrity_check(&self) -> Result<Vec<Problem>, CaseError> {
        let mut problems = Vec::new();
        if let Err(error) = self.each_complaint(|text| problems.push(Problem::new("sqlite", "file", text))) {
            problems.push(finding("file", error)?);
        }
        Ok(problems)
    }

    fn each_complaint(&self, mut see: impl FnMut(String)) -> Result<(), CaseError> {
        let sql = self.sql("checking the file");
        let mut statement = self.conn().prepare("PRAGMA integrity_check(20)").map_err(&sql)?;
        let mut rows = statement.query([]).map_err(&sql)?;
        while let Some(row) = rows.next().map_err(&sql)? {
            let text: String = row.get(0).map_err(&sql)?;
            if text != "ok" {
                see(text);
            }
        }
        Ok(())
    }

    /// A chain alone cannot tell that its last events were cut off; the state folder of the device that wrote them can.
    fn missing_tail(&self, binding: &Binding) -> Option<Problem> {
        let there: bool = self
            .conn()
            .query_row(
                "SELECT EXISTS (SELECT 1 FROM event WHERE writer = ?1 AND seq = ?2 AND hash = ?3)",
                rusqlite::params![
                    binding.writer.0.as_slice(),
                    i64::try_from(binding.seq).unwrap_or(i64::MAX),
                    binding.head.0.as_slice()
                ],
                |row| row.get(0),
            )
            .unwrap_or(false);
        (!there).then(|| {
            Problem::new(
                "missing-tail",
                format!("chain {}", binding.writer),
                format!(
                    "this device wrote up to event {} of its chain here and the file no longer holds it: events were cut \
                     off, or this is a restored backup (the next change begins a new chain)",
                    binding.seq
                ),
            )
        })
    }
}

/// Things worth knowing that are no problem.
fn notes(state: &State, redacted: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if redacted > 0 {
        notes.push(format!(
            "{redacted} of {} pieces of evidence are redacted copies: keep the originals for court",
            state.sources.len()
        ));
    }
    for told in &state.events {
        // The end of a chain that was cut off is told by the device that wrote it, once it writes again.
        if let Payload::Writer(WriterStarted { because, after: Some(_) }) = &told.payload {
            let by = scrub(&told.envelope.actor);
            notes.push(format!("event {} by {by}: {}", &told.hash.to_string()[..8], scrub(because)));
        }
    }
    notes.push("a device key signs events; it proves a device, not a person".to_owned());
    notes
}

fn devices(state: &State) -> Vec<DeviceRow> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for told in &state.events {
        *counts.entry(&told.envelope.device).or_default() += 1;
    }
    let row = |(key, events): (&str, usize)| {
        let member = state.members.get(key);
        DeviceRow {
            key: scrub(key).into_owned(),
            name: member.map_or_else(|| "not a member".to_owned(), |m| scrub(&m.name).into_owned()),
            host: member.map_or_else(String::new, |m| scrub(&m.host).into_owned()),
            events,
        }
    };
    counts.into_iter().map(row).collect()
}

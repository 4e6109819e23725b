//! `verify`: everything that can be wrong with a case file, named one by one.
//!
//! Nothing here repairs or refuses: each problem says its kind, where it stands and what it means. A file that cannot
//! even be opened (foreign, newer, altered schema) is a problem too, made by [`unopened`].

mod blobs;
mod chains;

use serde::Serialize;
use std::collections::BTreeMap;

use super::error::CaseError;
use super::identity::Binding;
use super::state::State;
use super::store::Case;
use crate::model::id::hex;

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
    pub(crate) fn new(kind: &'static str, place: impl Into<String>, detail: impl Into<String>) -> Self {
        Problem { kind, place: place.into(), detail: detail.into() }
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
        CaseError::Newer { .. } => "newer",
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
    /// Checks everything.
    pub fn verify(&self) -> Result<Report, CaseError> {
        let mut problems = self.quick_check()?;
        let (state, chain_problems) = chains::check(self)?;
        problems.extend(chain_problems);
        problems.extend(self.missing_tail());
        problems.extend(blobs::check(self, &state)?);
        problems.extend(self.projection_problems(&state)?);
        problems.sort_by(|a, b| (a.kind, &a.place).cmp(&(b.kind, &b.place)));
        let redacted = state.sources.values().filter(|s| !s.acquisition.redactions.is_empty()).count();
        let mut notes = Vec::new();
        if redacted > 0 {
            notes.push(format!(
                "{redacted} of {} pieces of evidence are redacted copies: keep the originals for court",
                state.sources.len()
            ));
        }
        notes.push("a device key signs events; it proves a device, not a person".to_owned());
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

    fn quick_check(&self) -> Result<Vec<Problem>, CaseError> {
        let sql = self.sql("checking the file");
        let mut statement = self.conn().prepare("PRAGMA quick_check(20)").map_err(&sql)?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).map_err(&sql)?;
        let mut problems = Vec::new();
        for row in rows {
            match row {
                Ok(text) if text == "ok" => {}
                Ok(text) => problems.push(Problem::new("sqlite", "file", text)),
                Err(e) => problems.push(Problem::new("sqlite", "file", e.to_string())),
            }
        }
        Ok(problems)
    }

    /// A chain alone cannot tell that its last events were cut off; the state folder of the device that wrote them can.
    fn missing_tail(&self) -> Option<Problem> {
        let binding = Binding::load(self.env(), &self.id(), self.path())?;
        let there: bool = self
            .conn()
            .query_row(
                "SELECT EXISTS (SELECT 1 FROM event WHERE writer = ?1 AND seq = ?2 AND hash = ?3)",
                rusqlite::params![binding.writer.0.as_slice(), binding.seq as i64, binding.head.0.as_slice()],
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

fn devices(state: &State) -> Vec<DeviceRow> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for told in &state.events {
        *counts.entry(&told.envelope.device).or_default() += 1;
    }
    let row = |(key, events): (&str, usize)| {
        let member = state.members.get(key);
        DeviceRow {
            key: key.to_owned(),
            name: member.map_or_else(|| "not a member".to_owned(), |m| m.name.clone()),
            host: member.map_or_else(String::new, |m| m.host.clone()),
            events,
        }
    };
    counts.into_iter().map(row).collect()
}

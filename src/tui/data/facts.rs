//! What a case says about itself: the first and the last line of every screen.

use crate::case::state::State;
use crate::case::{Case, CaseError};
use crate::model::clock::{AWARE, ClockState};
use crate::model::id::hex;
use crate::model::reading::Status;
use crate::model::text::scrub;
use crate::model::time::Micros;
use crate::respond::clock::ClockView;
use crate::work::response::{clocks, incident};

/// A deadline that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// Its id.
    pub id: String,
    /// Regime and title, made safe.
    pub title: String,
    /// From when on it is near.
    pub near: Micros,
    /// When it is due.
    pub due: Micros,
}

/// The case in a few words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Its title, made safe.
    pub title: String,
    /// Its severity, where stated, in capitals.
    pub severity: Option<&'static str>,
    /// Its TLP label; the one that unlabelled cases have where none was stated.
    pub tlp: Option<String>,
    /// When the organisation became aware, where stated.
    pub aware: Option<Micros>,
    /// The first eight hex digits of the state fingerprint.
    pub fingerprint: String,
    /// Chains that were written to.
    pub writers: usize,
    /// Events that cannot be read.
    pub unreadable: usize,
    /// The newest time that any source speaks of which was read, wholly or in part.
    pub newest: Option<Micros>,
    /// Deadlines that run or are missed, the first due first.
    pub deadlines: Vec<Deadline>,
}

impl Facts {
    /// Reads them from the events: costs time that grows with the case.
    pub fn of(case: &Case) -> Result<Facts, CaseError> {
        let (state, unreadable) = case.state()?;
        let writers: std::collections::BTreeSet<_> = state.events.iter().map(|told| told.envelope.writer).collect();
        let fingerprint = hex(&state.fingerprint());
        let mut facts = Facts {
            fingerprint: fingerprint.get(..8).unwrap_or(&fingerprint).to_owned(),
            writers: writers.len(),
            unreadable,
            newest: newest(&state),
            ..Facts::default()
        };
        if let Some(genesis) = &state.genesis {
            facts.title = scrub(&genesis.title).into_owned();
        }
        // What was declared since the case was made stands over what was stated then.
        let incident = incident(&state);
        facts.severity = incident.severity.as_deref().and_then(severity);
        facts.tlp = Some(incident.label().as_str().to_owned());
        let clocks = clocks(&state, case.env().now());
        facts.aware = clocks.trigger(AWARE).and_then(|aware| aware.since);
        facts.deadlines = clocks.clocks.iter().filter_map(deadline).collect();
        Ok(facts)
    }
}

/// What is met, or has no number, nears never.
fn deadline(clock: &ClockView) -> Option<Deadline> {
    let runs = matches!(clock.state, ClockState::Running | ClockState::Missed);
    let (near, due) = (clock.near_at?, clock.due_at.filter(|_| runs)?);
    let title = scrub(&format!("{} {}", clock.regime, clock.title)).into_owned();
    Some(Deadline { id: clock.id.clone(), title, near, due })
}

/// The word for a severity, in capitals.
fn severity(word: &str) -> Option<&'static str> {
    Some(match word {
        "critical" => "CRITICAL",
        "high" => "HIGH",
        "medium" => "MEDIUM",
        _ => return None,
    })
}

/// Of what could not be read the time tells nothing.
fn newest(state: &State) -> Option<Micros> {
    let readings = state.sources.values().filter_map(|source| source.reading.as_ref());
    readings.filter(|row| matches!(row.status, Status::Read | Status::Partial)).map(|row| row.as_of.at).max()
}

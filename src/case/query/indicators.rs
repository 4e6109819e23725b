//! The list of indicators and mirrors.

use rusqlite::Connection;
use serde::Serialize;

use crate::case::indicators::Entry;
use crate::case::project::{ProjectError, stored, stored_mirrors};
use crate::model::indicator::State;
use crate::model::mirror::Mirror;

/// An indicator as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IndicatorRow {
    /// 32 hex digits.
    pub id: String,
    /// What it is about, with its prefix.
    pub target: String,
    /// As it was typed.
    pub written: String,
    /// `bad`, `suspect` or `cleared`.
    pub state: &'static str,
    /// The verdict that clears, for a cleared one.
    pub cleared_by: Option<&'static str>,
    /// The window's beginning, RFC 3339; none for an open one.
    pub from: Option<String>,
    /// Its end.
    pub to: Option<String>,
    /// The window as it was typed; none without one.
    pub window: Option<String>,
    /// Who or what says so.
    pub source: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who added it.
    pub author: String,
    /// When, by that machine's clock.
    pub at: String,
    /// Not withdrawn.
    pub open: bool,
    /// Words that were said at once and differ.
    pub conflicts: Vec<String>,
}

impl From<&Entry> for IndicatorRow {
    fn from(entry: &Entry) -> Self {
        let indicator = &entry.indicator;
        let window = indicator.window.as_ref();
        let cleared = indicator.state == State::Cleared;
        IndicatorRow {
            id: indicator.id.to_string(),
            target: indicator.target.to_string(),
            written: entry.written.clone(),
            state: indicator.state.as_str(),
            cleared_by: cleared.then(|| indicator.cleared_by.verdict().as_str()),
            from: window.and_then(|window| window.from).map(|at| at.rfc3339()),
            to: window.and_then(|window| window.to).map(|at| at.rfc3339()),
            window: window.map(|window| window.written.clone()),
            source: entry.source.clone(),
            reason: entry.reason.clone(),
            author: entry.author.clone(),
            at: entry.at.rfc3339(),
            open: entry.open,
            conflicts: entry.conflicts.clone(),
        }
    }
}

/// The indicators that the verdicts follow, in the order in which they were added; the withdrawn ones only where asked.
pub fn indicators(conn: &Connection, withdrawn: bool) -> Result<Vec<IndicatorRow>, ProjectError> {
    let entries = entries(conn)?;
    Ok(entries.iter().filter(|entry| entry.open || withdrawn).map(IndicatorRow::from).collect())
}

/// The same with all that is said of each.
pub fn entries(conn: &Connection) -> Result<Vec<Entry>, ProjectError> {
    let mut entries = stored(conn)?;
    // One target with two states, said of two indicators: the more severe counts, and it is shown.
    let said: Vec<(String, State)> = entries
        .iter()
        .filter(|entry| entry.open)
        .map(|entry| (entry.indicator.target.to_string(), entry.indicator.state))
        .collect();
    for entry in entries.iter_mut().filter(|entry| entry.open) {
        let target = entry.indicator.target.to_string();
        let others = said.iter().filter(|(other, state)| *other == target && *state != entry.indicator.state);
        for (_, state) in others {
            let conflict = format!("another indicator says {} of it; the more severe counts", state.as_str());
            if !entry.conflicts.contains(&conflict) {
                entry.conflicts.push(conflict);
            }
        }
    }
    Ok(entries)
}

/// The mirrors that the verdicts follow.
pub fn mirrors(conn: &Connection) -> Result<Vec<Mirror>, ProjectError> {
    stored_mirrors(conn)
}

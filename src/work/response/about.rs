//! What a note is about: whatever a case names, tasks and deadlines and credentials too.

use super::credentials::credentials;
use super::words::Names;
use crate::case::state::State;
use crate::case::{Case, CaseError};
use crate::model::record::Thing;

/// What a note would be about ([`Case::note_target`]): beside images, evidence, events and the case a `task:ID`, a `clock:ID`,
/// a `credential:NAME`, an `indicator:ID` or an `entry:ID`.
pub fn note_target(case: &Case, state: &State, named: &str) -> Result<Option<String>, CaseError> {
    let Some((thing, id)) = named.trim().split_once(':') else { return case.note_target(state, named) };
    let found = match thing {
        "task" => Names::of(state).task(id),
        "clock" => Names::of(state).clock(id),
        "indicator" => only(state.indicators.entries.iter().map(|entry| entry.indicator.id.to_string()), id),
        "entry" => only(state.response.all(Thing::Entry).map(|record| record.id.clone()), id),
        "credential" => {
            let all = credentials(case, state)?;
            only(all.find(id).into_iter().map(|credential| credential.id.clone()), "")
        }
        _ => return case.note_target(state, named),
    };
    let why = || CaseError::Refused(format!("{named}: no {thing} of the case is called that, or several are"));
    found.map(|id| Some(format!("{thing}:{id}"))).ok_or_else(why)
}

/// The only one that begins so.
fn only(ids: impl Iterator<Item = String>, prefix: &str) -> Option<String> {
    let mut hits = ids.filter(|id| id.starts_with(prefix));
    hits.next().filter(|_| hits.next().is_none())
}

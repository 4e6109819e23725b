//! Words on entries of the timeline.

use serde_json::json;

use super::{Planned, one_line};
use crate::case::responding::Statement;
use crate::case::state::State;
use crate::case::{Case, CaseError};
use crate::collect::redact::redact_text;
use crate::model::entry::{EntrySays, Lane};
use crate::model::record::Thing;
use crate::model::time::Micros;
use crate::respond::timeline::EntryView;
use crate::work::response::timeline;

/// A new entry; `says` holds what is known of its time beside the moment.
pub fn entry_added(case: &Case, lane: Lane, at: Micros, text: &str, says: EntrySays) -> Result<Planned, CaseError> {
    let text = one_line("the entry", text)?;
    let id = case.new_id()?.to_string();
    let says = EntrySays { lane: Some(lane), at: Some(at), text: Some(text.clone()), ..says };
    let short: String = id.chars().take(8).collect();
    let told = format!("entry {short}: {} {} {text}", at.to_minute(), lane.as_str());
    Ok(Planned { statement: Statement::new(Thing::Entry, id, &says)?, text: told, notes: Vec::new() })
}

/// Strikes an entry through: why.
pub fn entry_retracted(case: &Case, state: &State, named: &str, reason: &str) -> Result<Planned, CaseError> {
    let reason = one_line("the reason", reason)?;
    let entry = entry_named(case, state, named)?;
    if entry.retracted {
        return Err(CaseError::Refused(format!("entry {} is struck through already", entry.id)));
    }
    let statement = Statement::new(Thing::Entry, &entry.id, &json!({"struck": true, "reason": reason}))?;
    Ok(Planned { statement, text: format!("struck through: {} ({reason})", entry.text), notes: Vec::new() })
}

/// The entry that is meant; what the case records by itself cannot be changed.
pub fn entry_named(case: &Case, state: &State, named: &str) -> Result<EntryView, CaseError> {
    let timeline = timeline(case, state)?;
    let named = redact_text(named);
    match timeline.find(&named).as_slice() {
        [one] if one.automatic => Err(CaseError::Refused(format!(
            "{named}: the case records this by itself; `hullbreach undo` takes back the change that it tells of"
        ))),
        [one] => Ok((*one).clone()),
        [] => Err(CaseError::Refused(format!(
            "{named}: no entry begins so (six digits or more); `hullbreach timeline --own`"
        ))),
        many => {
            let list: Vec<&str> = many.iter().map(|entry| entry.id.as_str()).collect();
            Err(CaseError::Refused(format!("{named}: several entries begin so: {}", list.join(", "))))
        }
    }
}

//! The timeline of a report: what responders wrote and imported, and what the case records by itself.

use super::line;
use crate::case::state::State;
use crate::case::{Case, CaseError};
use crate::model::entry::Precision;
use crate::model::time::Micros;
use crate::model::tlp::Tlp;
use crate::report::model::{Conflict, Entry, Marking};
use crate::respond::timeline::EntryView;
use crate::work::response::timeline;

/// Every entry, the earliest first; words of one entry that differ are conflicts.
pub(super) fn gather(case: &Case, state: &State, conflicts: &mut Vec<Conflict>) -> Result<Vec<Entry>, CaseError> {
    let entries = timeline(case, state)?.entries;
    for entry in &entries {
        let about = || format!("entry {}", entry.id.get(..12).unwrap_or(&entry.id));
        conflicts.extend(entry.conflicts.iter().map(|what| Conflict { about: about(), what: line(what) }));
    }
    Ok(entries.into_iter().map(entry).collect())
}

fn entry(view: EntryView) -> Entry {
    let discovered = Micros::parse_rfc3339(&view.discovered).filter(|at| *at != view.micros);
    let evidence = view.evidence.iter().find_map(|proof| proof.strip_prefix("sha256:")).map(str::to_owned);
    // A label that nobody can read may be any: the strictest is the safe one.
    let tlp = view.label.or_else(|| view.tlp.as_deref().map(|label| Tlp::parse(label).unwrap_or(Tlp::Red)));
    let mut precision: Vec<String> = Vec::new();
    if view.precision != Precision::Exact {
        precision.push(match view.precision {
            Precision::About => "about".to_owned(),
            known => format!("to the {}", known.as_str()),
        });
    }
    if view.skew != 0 {
        precision.push(format!("clock ahead by {} s, taken away", view.skew));
    }
    Entry {
        lane: view.lane,
        at: view.micros,
        discovered,
        precision: precision.join(", "),
        text: match &view.reason {
            Some(reason) if view.retracted => line(&format!("{} (taken back: {reason})", view.text)),
            _ => line(&view.text),
        },
        source: if view.automatic { String::new() } else { "written down".to_owned() },
        evidence,
        image: None,
        digest: None,
        author: line(&view.author),
        retracted: view.retracted,
        marking: Marking { tlp, privileged: view.privileged },
        id: line(&view.id),
    }
}

//! The timeline of a case: what was written and imported, and what its events and its evidence tell by themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::words::Names;
use crate::case::events::kinds::Payload;
use crate::case::events::response::BLOB;
use crate::case::query::timeline::{happenings, turned_up};
use crate::case::state::{State, Told};
use crate::case::{Case, CaseError};
use crate::model::digest::Digest;
use crate::model::entry::{Imported, Lane};
use crate::model::record::Thing;
use crate::model::text::scrub;
use crate::model::time::Micros;
use crate::respond::timeline::{EntryView, Timeline};

/// All of it; `state` has its events.
pub fn timeline(case: &Case, state: &State) -> Result<Timeline, CaseError> {
    let mut recorded = happened(case)?;
    recorded.extend(learned(case)?);
    recorded.extend(windows(state));
    let names = Names::of(state);
    recorded.extend(state.events.iter().filter(|told| !told.retracted).filter_map(|told| event(told, &names)));
    let timeline = Timeline::of(&state.response, &imports(case, state)?, recorded);
    Ok(Timeline { entries: timeline.entries.into_iter().map(shown).collect() })
}

/// Safe to show.
fn shown(mut entry: EntryView) -> EntryView {
    for text in [&mut entry.text, &mut entry.author, &mut entry.written] {
        if let std::borrow::Cow::Owned(safe) = scrub(text) {
            *text = safe;
        }
    }
    entry
}

/// The entries of each import that is still there.
fn imports(case: &Case, state: &State) -> Result<BTreeMap<String, Vec<Imported>>, CaseError> {
    let mut imports = BTreeMap::new();
    for record in state.response.all(Thing::Import) {
        let digest = record.latest::<String>(BLOB).and_then(|text| Digest::parse(&text).ok());
        let Some(bytes) = digest.map(|digest| case.said_blob(&digest)).transpose()?.flatten() else { continue };
        let rows = bytes.split(|b| *b == b'\n').filter_map(|line| serde_json::from_slice::<Imported>(line).ok());
        // Entries are named by their line; of two that another program gave the same one, the first counts.
        let mut seen = BTreeSet::new();
        imports.insert(record.id.clone(), rows.filter(|row| seen.insert(row.line)).collect());
    }
    Ok(imports)
}

/// What evidence tells of images that are BAD or SUSPECT.
fn happened(case: &Case) -> Result<Vec<EntryView>, CaseError> {
    let rows = happenings(case.conn())?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let place = if row.place.is_empty() { String::new() } else { format!(" at {}", row.place) };
            let text = match row.kind {
                "ran" | "running" => format!("{} first ran{place}", row.name),
                "pull" => format!("{} first pulled{place}", row.name),
                "push" => format!("{} pushed{place}", row.name),
                "cache" => format!("{} kept{place}", row.name),
                _ => format!("{} named{place}", row.name),
            };
            let short: String = row.image.chars().take(8).collect();
            let mut entry = EntryView::recorded(
                format!("{}:{short}:{}", row.kind, row.place),
                Lane::Happened,
                Micros(row.micros),
                text,
            );
            entry.evidence = row.evidence.map(|hash| format!("sha256:{hash}")).into_iter().collect();
            entry
        })
        .collect())
}

/// What turned up while clusters were watched.
fn learned(case: &Case) -> Result<Vec<EntryView>, CaseError> {
    let told = |row: crate::case::query::timeline::TurnedUp| {
        let place = if row.context.is_empty() { String::new() } else { format!(" in {}", row.context) };
        let (id, text) = match &row.digest {
            None => (format!("new:{}:{}", row.context, row.name), format!("new image {}{place}", row.name)),
            Some(digest) => {
                let short: String = digest.rsplit(':').next().unwrap_or_default().chars().take(8).collect();
                let moved = if row.likely { "likely moved" } else { "moved" };
                (format!("moved:{}:{short}", row.name), format!("{} {moved} to {short}{place}", row.name))
            }
        };
        let mut entry = EntryView::recorded(id, Lane::Learned, Micros(row.at), text);
        entry.evidence = row.evidence.map(|hash| format!("sha256:{hash}")).into_iter().collect();
        entry
    };
    Ok(turned_up(case.conn())?.into_iter().map(told).collect())
}

/// The windows of open indicators.
fn windows(state: &State) -> Vec<EntryView> {
    let mut entries = Vec::new();
    for entry in state.indicators.entries.iter().filter(|entry| entry.open) {
        let Some(window) = &entry.indicator.window else { continue };
        let (target, said) = (entry.indicator.target.to_string(), entry.indicator.state.as_str());
        for (edge, at) in [("begins", window.from), ("ends", window.to)] {
            let Some(at) = at else { continue };
            let id = format!("window:{}:{edge}", entry.indicator.id);
            let mut told = EntryView::recorded(id, Lane::Happened, at, format!("window of {target} ({said}) {edge}"));
            told.author = entry.author.clone();
            told.discovered = entry.at.rfc3339();
            entries.push(told);
        }
    }
    entries
}

/// An event as an entry; none for what is an entry itself, and for what keeps the file in order.
fn event(told: &Told, names: &Names) -> Option<EntryView> {
    let lane = match &told.payload {
        Payload::Genesis(_)
        | Payload::Acquired(_)
        | Payload::Retracted(_)
        | Payload::Expunged(_)
        | Payload::Judged(_) => Lane::Did,
        Payload::Noted(_) | Payload::Indicator(_) => Lane::Learned,
        Payload::Response(saying) => match saying.thing {
            Thing::Trigger => Lane::Learned,
            Thing::Entry | Thing::Import => return None,
            _ => Lane::Did,
        },
        Payload::Joined(_) | Payload::Writer(_) | Payload::Read(_) | Payload::Unknown => return None,
    };
    let at = told.envelope.at.us;
    let mut entry = EntryView::recorded(format!("event:{}", told.hash), lane, at, names.line(told));
    entry.author = told.envelope.actor.clone();
    if let Payload::Noted(noted) = &told.payload {
        // Even that there is such a note is for those who may read it.
        (entry.label, entry.privileged) = (noted.tlp, noted.privileged);
        entry.tlp = noted.tlp.map(|label| label.shown());
    }
    entry.evidence = match &told.payload {
        Payload::Acquired(acquired) => {
            acquired.acquisitions.iter().take(3).filter_map(|a| a.stored.as_ref()).map(ToString::to_string).collect()
        }
        _ => vec![format!("event:{}", told.hash)],
    };
    Some(entry)
}

/// What was said last, the newest first: as entries, without what keeps the file in order.
pub fn newest(state: &State, most: usize) -> Vec<EntryView> {
    let names = Names::of(state);
    let told = state.events.iter().rev().filter(|told| !told.retracted);
    told.filter_map(|told| event(told, &names)).take(most).map(shown).collect()
}

/// What was said since a time, the first first.
pub fn since(state: &State, at: Micros) -> Vec<EntryView> {
    let told = state.events.iter().filter(|told| !told.retracted && told.envelope.at.us > at);
    let names = Names::of(state);
    told.filter_map(|told| event(told, &names)).map(shown).collect()
}

/// The times of everything that somebody said.
pub fn words_of(state: &State, person: &str) -> Vec<Micros> {
    let own = state.events.iter().filter(|told| told.envelope.actor == person);
    own.map(|told| told.envelope.at.us).collect()
}

//! The register of evidence, and what is not known.

use rusqlite::Connection;
use std::collections::BTreeMap;

use super::line;
use crate::case::project::ProjectError;
use crate::case::query::builds::{missing, problems};
use crate::case::query::sources::sources;
use crate::case::query::unresolved::unresolved;
use crate::case::state::{Source, State};
use crate::model::verdict::Verdict;
use crate::report::model::{Device, Evidence, Gap, Impact, Unknown};

/// Every piece that counts, in the order in which it was got.
pub(super) fn evidence(state: &State) -> Vec<Evidence> {
    let mut rows: Vec<Evidence> = state.sources.values().map(|source| row(state, source)).collect();
    rows.sort_by(|a, b| (a.acquired, &a.place, &a.acquisition).cmp(&(b.acquired, &b.place, &b.acquisition)));
    rows
}

fn row(state: &State, source: &Source) -> Evidence {
    let acquisition = &source.acquisition;
    let reading = source.reading.as_ref();
    Evidence {
        sha256: acquisition.stored.as_ref().map(|digest| digest.hex().to_owned()),
        acquisition: acquisition.id.to_string(),
        place: line(&acquisition.place()),
        context: acquisition.context.as_deref().map(line),
        format: reading.map_or_else(|| "none".to_owned(), |reading| line(&reading.format)),
        bytes: acquisition.stored_bytes,
        acquired: acquisition.acquired,
        as_of: reading.map(|reading| reading.as_of.at),
        by: line(&source.by),
        host: Some(line(&acquisition.origin.host)).filter(|host| !host.is_empty()),
        tool: line(&acquisition.tool),
        event: source.event.to_string(),
        transforms: acquisition.transforms.iter().map(|step| line(step)).collect(),
        redactions: acquisition.redactions.values().sum(),
        status: reading.map_or("unrecognised", |reading| reading.status.as_str()).to_owned(),
        rejected: reading.map_or(0, |reading| reading.rejected),
        destroyed: acquisition.stored.as_ref().is_some_and(|digest| state.expunged.contains(digest)),
    }
}

/// What is not known, counted and named.
pub(super) fn unknown(
    conn: &Connection,
    state: &State,
    impact: &Impact,
    unreadable: usize,
) -> Result<Unknown, ProjectError> {
    let not_known = impact.verdicts.iter().find(|tally| tally.verdict == Verdict::NotKnown);
    let mut gaps = Vec::new();
    let mut contexts: BTreeMap<Option<String>, bool> = BTreeMap::new();
    let mut rejected = 0;
    for source in sources(conn)? {
        let whole = source.status == "read" && source.rejected == 0;
        rejected += source.rejected;
        let gap = contexts.entry(source.context.clone()).or_default();
        *gap |= matches!(source.status.as_str(), "denied" | "failed");
        if !whole {
            gaps.push(Gap {
                place: line(&source.place),
                context: source.context.as_deref().map(line),
                kind: if source.status == "read" { "rows rejected".to_owned() } else { source.status },
                reason: line(&source.reason),
                rejected: source.rejected,
            });
        }
    }
    let gap = |place: &str, kind: &str, reason: &str| Gap {
        place: line(place),
        context: None,
        kind: kind.to_owned(),
        reason: line(reason),
        rejected: 0,
    };
    gaps.extend(missing(conn)?.iter().map(|row| gap(&row.path, "missing", &row.reason)));
    gaps.extend(unresolved(conn)?.iter().map(|row| gap(&row.locus, "unresolved", &row.hint)));
    gaps.extend(problems(conn)?.iter().map(|row| gap(&row.path, "problem", &row.reason)));
    gaps.sort();
    gaps.dedup();
    let all = &impact.all;
    Ok(Unknown {
        not_known: not_known.map_or(0, |tally| tally.images),
        not_known_running: not_known.map_or(0, |tally| tally.running),
        unresolved: all.images.saturating_sub(all.resolved),
        running_unresolved: all.running.saturating_sub(all.running_resolved),
        uncomparable: None,
        rejected,
        contexts_with_gaps: contexts.values().filter(|gap| **gap).count() as u64,
        contexts: contexts.len() as u64,
        unreadable_events: unreadable as u64,
        unverified: unverified(state),
        gaps,
    })
}

/// Devices that wrote and never joined.
fn unverified(state: &State) -> Vec<Device> {
    let mut events: BTreeMap<&str, u64> = BTreeMap::new();
    for told in &state.events {
        *events.entry(&told.envelope.device).or_default() += 1;
    }
    let strange = events.into_iter().filter(|(key, _)| !state.members.contains_key(*key));
    let device = |(key, events): (&str, u64)| Device { key: line(key.get(..8).unwrap_or(key)), name: None, events };
    strange.map(device).collect()
}

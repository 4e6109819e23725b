//! Events and their chains: bytes, names, columns, signatures, gaps, forks, causes.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Problem, finding};
use crate::case::error::CaseError;
use crate::case::events::kinds::{GENESIS, Payload};
use crate::case::events::{Envelope, EventHash};
use crate::case::state::State;
use crate::case::store::{Case, EventRow, decode};
use crate::model::id::{Id, hex};

/// Checks every event; also returns what the readable ones say.
pub(super) fn check(case: &Case) -> Result<(State, Vec<Problem>), CaseError> {
    let mut problems = Vec::new();
    let mut events: Vec<(EventHash, Envelope)> = Vec::new();
    let mut counters: Vec<(EventHash, i64)> = Vec::new();
    let all = case.each_event_row(|row| {
        let place = format!("event {} (row {})", hex(row.hash.get(..4).unwrap_or_default()), row.id);
        match decode(&row) {
            Err(e) => problems.push(Problem::new("event-bytes", place, format!("{e}: the event was changed"))),
            Ok((hash, envelope)) => {
                one_event(&row, &hash, &envelope, &place, &mut problems);
                counters.push((hash, row.lamport));
                events.push((hash, envelope));
            }
        }
    });
    if let Err(error) = all {
        problems.push(finding("events", error)?);
    }
    chains(&events, &mut problems);
    causes(&events, &mut problems);
    let state = State::of(events);
    beginnings(case, &state, &mut problems);
    places(&state, &counters, &mut problems);
    Ok((state, problems))
}

fn one_event(row: &EventRow, hash: &EventHash, envelope: &Envelope, place: &str, problems: &mut Vec<Problem>) {
    let signature: Option<[u8; 64]> = row.signature.clone().try_into().ok();
    let signed = signature.is_some_and(|s| envelope.check(hash, &s).is_ok());
    if !signed {
        let detail = "the signature is not one of the device that the event names: it was forged or changed";
        problems.push(Problem::new("signature", place, detail));
    }
    let same = row.writer == envelope.writer.0
        && row.seq == i64::try_from(envelope.seq).unwrap_or(-1)
        && row.hlc == (envelope.hlc.us, i64::from(envelope.hlc.n))
        && row.claimed_us == envelope.at.us.0
        && row.device == envelope.device
        && row.kind == envelope.kind;
    if !same {
        problems.push(Problem::new(
            "event-columns",
            place,
            "the columns beside the signed bytes do not repeat what they say",
        ));
    }
    if let Err(e) = Payload::of(envelope) {
        problems.push(Problem::new(
            "event-payload",
            place,
            format!("{} has a payload of an unexpected shape: {e}", envelope.kind),
        ));
    }
}

/// What stands in each place of a chain: names, each with the name of the event before it.
type Places = BTreeMap<u64, Vec<(EventHash, Option<EventHash>)>>;

/// Each chain runs from 1 without gaps, each event naming the one before; two events in one place are a fork.
fn chains(events: &[(EventHash, Envelope)], problems: &mut Vec<Problem>) {
    let mut chains: BTreeMap<Id, Places> = BTreeMap::new();
    for (hash, envelope) in events {
        chains.entry(envelope.writer).or_default().entry(envelope.seq).or_default().push((*hash, envelope.prev));
    }
    for (writer, chain) in chains {
        let place = |seq: u64| format!("chain {writer}, event {seq}");
        let mut next = 1;
        let mut before: Vec<EventHash> = Vec::new();
        for (seq, here) in chain {
            if here.len() > 1 {
                let detail = "two histories under one chain: a copied device key, or a forged event";
                problems.push(Problem::new("fork", place(seq), detail));
            }
            if seq != next {
                let detail = match seq.checked_sub(1) {
                    Some(last) => format!("events {next} to {last} are missing"),
                    None => "a chain counts from 1".to_owned(),
                };
                problems.push(Problem::new("gap", place(seq), detail));
            } else if here
                .iter()
                .any(|(_, prev)| prev.is_some() != (seq > 1) || prev.is_some_and(|p| !before.contains(&p)))
            {
                problems.push(Problem::new("chain", place(seq), "it does not follow the event before it"));
            }
            before = here.iter().map(|(hash, _)| *hash).collect();
            next = seq.saturating_add(1);
        }
    }
}

/// What an event says it saw must be there.
fn causes(events: &[(EventHash, Envelope)], problems: &mut Vec<Problem>) {
    let known: HashMap<EventHash, (Id, u64)> = events.iter().map(|(h, e)| (*h, (e.writer, e.seq))).collect();
    for (hash, envelope) in events {
        let lost = envelope.seen.iter().filter(|s| known.get(&s.hash) != Some(&(s.writer, s.seq))).count();
        if lost > 0 {
            let detail = format!("{lost} events that it was written after are not in the file");
            problems.push(Problem::new("missing-cause", format!("event {}", &hash.to_string()[..8]), detail));
        }
    }
}

/// One genesis, which names the case; every event belongs to it; every device joined.
fn beginnings(case: &Case, state: &State, problems: &mut Vec<Problem>) {
    let geneses: Vec<_> = state.events.iter().filter(|t| t.envelope.kind == GENESIS).collect();
    let rightly = matches!(geneses.as_slice(), [one] if one.envelope.seq == 1 && one.hash == case.id());
    if !rightly {
        let detail = format!("a case begins with exactly one genesis event, here are {}", geneses.len());
        problems.push(Problem::new("genesis", "file", detail));
    }
    let mut strangers: HashSet<&str> = HashSet::new();
    for told in &state.events {
        let place = || format!("event {}", &told.hash.to_string()[..8]);
        if told.envelope.kind != GENESIS && told.envelope.case != Some(case.id()) {
            problems.push(Problem::new("other-case", place(), "it belongs to another case"));
        }
        if !state.members.contains_key(&told.envelope.device) && strangers.insert(&told.envelope.device) {
            problems.push(Problem::new("stranger", place(), format!("device {} never joined", told.envelope.device)));
        }
    }
}

/// The order column must be what the events say.
fn places(state: &State, counters: &[(EventHash, i64)], problems: &mut Vec<Problem>) {
    let right: HashMap<EventHash, u64> = state.events.iter().map(|t| (t.hash, t.place.lamport)).collect();
    for (hash, counter) in counters {
        if right.get(hash).copied() != u64::try_from(*counter).ok() {
            let detail = "its place in the order is not what its causes say";
            problems.push(Problem::new("event-columns", format!("event {}", &hash.to_string()[..8]), detail));
        }
    }
}

//! What the case records by itself, as entries of a timeline: awareness, windows of indicators, what was seen first, what
//! was got and written down.

use std::collections::HashMap;

use super::line;
use crate::case::events::kinds::Payload;
use crate::case::state::{State, Told};
use crate::model::id::Id;
use crate::model::verdict::Verdict;
use crate::report::model::{Affected, Entry, Lane, Marking};

/// Every entry, the earliest first.
pub(super) fn gather(state: &State, affected: &[Affected]) -> Vec<Entry> {
    let mut entries = Vec::new();
    entries.extend(aware(state));
    entries.extend(windows(state));
    entries.extend(first_seen(affected));
    entries.extend(done(state));
    entries.sort_by(|a, b| (a.at, a.lane, &a.id).cmp(&(b.at, b.lane, &b.id)));
    entries
}

fn aware(state: &State) -> Option<Entry> {
    let aware = state.genesis.as_ref()?.aware.as_ref()?;
    let source = aware.source.as_deref().map(line).unwrap_or_default();
    Some(Entry { at: aware.at, source, ..entry("aware", Lane::Learned, "The organisation became aware") })
}

fn entry(id: &str, lane: Lane, text: &str) -> Entry {
    Entry {
        id: id.to_owned(),
        lane,
        at: Default::default(),
        discovered: None,
        precision: String::new(),
        text: text.to_owned(),
        source: String::new(),
        evidence: None,
        image: None,
        digest: None,
        author: String::new(),
        retracted: false,
        marking: Marking::default(),
    }
}

/// Where the window of an open indicator begins and ends.
fn windows(state: &State) -> Vec<Entry> {
    let mut entries = Vec::new();
    for said in state.indicators.entries.iter().filter(|said| said.open) {
        let indicator = &said.indicator;
        let Some(window) = &indicator.window else { continue };
        let target = line(&indicator.target.to_string());
        let source = said.source.as_deref().map(line).unwrap_or_default();
        let mut end = |name: &str, at, words: &str| {
            let text = format!("{target}: window of {} {words}", indicator.state.as_str());
            let id = format!("{}-{name}", indicator.id);
            let (source, author) = (source.clone(), line(&said.author));
            let discovered = Some(said.at);
            entries.push(Entry { at, discovered, source, author, ..entry(&id, Lane::Happened, &text) });
        };
        if let Some(from) = window.from {
            end("from", from, "begins");
        }
        if let Some(to) = window.to {
            end("to", to, "ends");
        }
    }
    entries
}

/// When evidence first shows what is bad or suspect.
fn first_seen(affected: &[Affected]) -> Vec<Entry> {
    let touched = affected.iter().filter(|image| image.verdict >= Verdict::Suspect);
    let seen = touched.filter_map(|image| Some((image, image.first_seen?)));
    seen.map(|(image, at)| Entry {
        at,
        precision: "no later than".to_owned(),
        image: Some(image.name.clone()),
        digest: image.digests.first().map(|digest| digest.value.clone()),
        evidence: image.because.as_ref().and_then(|because| because.evidence.clone()),
        ..entry(
            &format!("seen-{}", image.id),
            Lane::Happened,
            &format!("{} is there, as evidence shows it", image.name),
        )
    })
    .collect()
}

/// What responders did: an action that takes several events is one entry.
fn done(state: &State) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut groups: HashMap<(Id, &'static str), (usize, u64)> = HashMap::new();
    for told in &state.events {
        let Some((lane, word)) = lane(told) else { continue };
        let count = match &told.payload {
            Payload::Acquired(acquired) => acquired.acquisitions.len() as u64,
            _ => 1,
        };
        let group = told.envelope.group.map(|group| (group.id, word));
        if let Some((at, sum)) = group.and_then(|group| groups.get_mut(&group))
            && let Some(entry) = entries.get_mut(*at)
        {
            *sum += count;
            entry.text = several(word, *sum);
            entry.retracted &= told.retracted;
            continue;
        }
        if let Some(group) = group {
            groups.insert(group, (entries.len(), count));
        }
        let hash = told.hash.to_string();
        entries.push(Entry {
            at: told.envelope.at.us,
            author: line(&told.envelope.actor),
            retracted: told.retracted,
            ..entry(&hash, lane, &line(&told.payload.summary(&told.envelope.kind)))
        });
    }
    entries
}

/// Whether an event is worth an entry, in which lane, and what several of its kind are called.
fn lane(told: &Told) -> Option<(Lane, &'static str)> {
    match &told.payload {
        Payload::Acquired(_) => Some((Lane::Did, "pieces of evidence got")),
        Payload::Indicator(_) if told.envelope.kind.starts_with("indicator.") => {
            Some((Lane::Learned, "words on indicators"))
        }
        Payload::Indicator(_) => Some((Lane::Learned, "words on mirrors")),
        Payload::Genesis(_) => Some((Lane::Did, "cases made")),
        Payload::Expunged(_) => Some((Lane::Did, "texts destroyed")),
        Payload::Noted(_) => Some((Lane::Did, "notes written")),
        _ => None,
    }
}

fn several(word: &str, count: u64) -> String {
    format!("{count} {word}")
}

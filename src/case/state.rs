//! What the set of events says now: which are taken back, which readings count, who is a member, and the two
//! fingerprints.
//!
//! Everything here is a pure function of the set of events. The order in which they arrived plays no part.

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet};

use super::events::kinds::{self, Genesis, Joined, PERMANENT, Payload};
use super::events::order::{Place, lamport};
use super::events::{Envelope, EventHash};
use super::indicators::{self, Indicators};
use super::responding;
use crate::model::acquisition::Acquisition;
use crate::model::digest::Digest;
use crate::model::id::{Id, hex};
use crate::model::reading::Reading;
use crate::model::record::Records;
use crate::model::text::scrub;

/// One event with what can be derived from it.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its name.
    pub hash: EventHash,
    /// Who, when, after what.
    pub envelope: Envelope,
    /// What it says.
    pub payload: Payload,
    /// Its place in the order.
    pub place: Place,
    /// Taken back, by an event that is not itself taken back.
    pub retracted: bool,
}

/// One acquisition that counts, and the reading of it that counts.
#[derive(Debug, Clone)]
pub struct Source {
    /// What was got.
    pub acquisition: Acquisition,
    /// The event that says so.
    pub event: EventHash,
    /// Who says so.
    pub by: String,
    /// What was read out of it, by the highest reader version.
    pub reading: Option<Reading>,
}

/// The events' meaning.
pub struct State {
    /// All events in order.
    pub events: Vec<Told>,
    /// How the case began.
    pub genesis: Option<Genesis>,
    /// Members by signing key.
    pub members: BTreeMap<String, Joined>,
    /// What counts, by acquisition id.
    pub sources: BTreeMap<Id, Source>,
    /// Blobs whose bytes were destroyed on purpose.
    pub expunged: HashSet<Digest>,
    /// What is bad or in doubt, and mirrors.
    pub indicators: Indicators,
    /// The texts of notes that count, by event. All of them stand, whoever wrote them.
    pub notes: BTreeMap<EventHash, Digest>,
    /// What is said while responding.
    pub response: Records,
}

impl State {
    /// Folds a set of events.
    pub fn of(events: Vec<(EventHash, Envelope)>) -> Self {
        let decoded = events.into_iter().map(|(hash, envelope)| {
            let payload = Payload::of(&envelope).unwrap_or(Payload::Unknown);
            (hash, envelope, payload)
        });
        let mut events = in_order(decoded.collect());
        let mut folding = Folding::default();
        for told in events.iter_mut().filter(|t| !t.retracted) {
            let payload = told.payload.clone();
            folding.fold(told, payload);
        }
        folding.end(events)
    }

    /// As [`State::of`], without the events: what they say is moved out of them.
    pub fn current(events: Vec<(EventHash, Envelope, Payload)>) -> Self {
        let mut folding = Folding::default();
        for mut told in in_order(events).into_iter().filter(|t| !t.retracted) {
            let payload = std::mem::replace(&mut told.payload, Payload::Unknown);
            folding.fold(&told, payload);
        }
        folding.end(Vec::new())
    }

    /// What the projections must hold: each acquisition that counts with the fingerprint of its reading, which also tells
    /// whether the observations were destroyed.
    pub fn folded_set(&self) -> BTreeMap<Id, [u8; 32]> {
        self.sources
            .iter()
            .filter_map(|(id, source)| {
                let reading = source.reading.as_ref()?;
                let gone = reading.observations.as_ref().is_some_and(|o| self.expunged.contains(o));
                Some((*id, reading_fingerprint(reading, gone)))
            })
            .collect()
    }

    /// "The same set of events": SHA-256 over each chain's head, sorted.
    pub fn frontier(&self) -> [u8; 32] {
        let mut heads: BTreeMap<Id, (u64, EventHash)> = BTreeMap::new();
        for told in &self.events {
            let head = heads.entry(told.envelope.writer).or_insert((told.envelope.seq, told.hash));
            *head = (*head).max((told.envelope.seq, told.hash));
        }
        let mut hash = Sha256::new();
        hash.update(b"hullbreach/frontier/v1\0");
        for (writer, (seq, head)) in heads {
            hash.update(writer.0);
            hash.update(seq.to_be_bytes());
            hash.update(head.0);
        }
        hash.finalize().into()
    }

    /// "The same picture": an order-free sum over every judgement (entity, field, winner, losers) and every reading that
    /// counts, so that adding one is cheap and arrival order cannot matter.
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut sum = Sum::default();
        if let Some(genesis) = &self.genesis {
            let fields = [
                ("title", Some(genesis.title.clone())),
                ("severity", genesis.severity.map(|s| format!("{s:?}"))),
                ("tlp", genesis.tlp.clone()),
                ("aware", genesis.aware.as_ref().map(|a| format!("{} {:?}", a.at.0, a.source))),
            ];
            for (field, value) in fields {
                if let Some(value) = value {
                    sum.add(&["case", field, &value, ""]);
                }
            }
        }
        for (id, reading) in self.folded_set() {
            sum.add(&["reading", &id.to_string(), &hex(&reading), ""]);
        }
        for term in self.indicators.terms() {
            sum.add(&term.each_ref().map(String::as_str));
        }
        for blob in &self.expunged {
            sum.add(&["expunged", blob.as_str(), "", ""]);
        }
        for (thing, record) in self.response.each() {
            let entity = format!("{} {}", thing.as_str(), record.id);
            record.terms().iter().for_each(|(field, values)| sum.add(&[&entity, field, values, ""]));
        }
        for (event, text) in &self.notes {
            sum.add(&["note", &event.to_string(), text.as_str(), ""]);
        }
        sum.0
    }
}

/// A fold that goes on.
#[derive(Default)]
struct Folding {
    genesis: Option<Genesis>,
    members: BTreeMap<String, Joined>,
    sources: BTreeMap<Id, Source>,
    expunged: HashSet<Digest>,
    indicators: indicators::Folding,
    notes: BTreeMap<EventHash, Digest>,
    response: Records,
    /// By acquisition, the version and place of the best reading so far.
    best: HashMap<Id, (u32, Place)>,
    /// Readings that stand before another device's word that it got the same.
    early: HashMap<Id, Reading>,
}

impl Folding {
    fn fold(&mut self, told: &Told, payload: Payload) {
        match payload {
            Payload::Genesis(genesis) => {
                self.genesis.get_or_insert(genesis);
            }
            // A device joins for itself only.
            Payload::Joined(joined) if joined.signing == told.envelope.device => {
                self.members.entry(joined.signing.clone()).or_insert(joined);
            }
            Payload::Acquired(acquired) => {
                for acquisition in acquired.acquisitions {
                    // The first in the order tells who got it; getting it again says nothing new.
                    self.sources.entry(acquisition.id).or_insert_with(|| Source {
                        acquisition,
                        event: told.hash,
                        by: told.envelope.actor.clone(),
                        reading: None,
                    });
                }
            }
            Payload::Read(read) => {
                for reading in read.readings {
                    let (id, rank) = (reading.acquisition, (reading.version, told.place));
                    if self.best.get(&id).is_some_and(|best| *best >= rank) {
                        continue;
                    }
                    self.best.insert(id, rank);
                    match self.sources.get_mut(&id) {
                        Some(source) => source.reading = Some(reading),
                        None => drop(self.early.insert(id, reading)),
                    }
                }
            }
            Payload::Expunged(expunged) => self.expunged.extend(expunged.blobs),
            Payload::Indicator(word) => self.indicators.take(told, *word),
            Payload::Noted(noted) => drop(self.notes.insert(told.hash, noted.text)),
            Payload::Response(saying) => responding::take(&mut self.response, told, *saying),
            Payload::Joined(_) | Payload::Writer(_) | Payload::Retracted(_) | Payload::Unknown => {}
        }
    }

    fn end(mut self, events: Vec<Told>) -> State {
        for (id, reading) in self.early {
            // A later reading that found its source is the better one.
            if let Some(source) = self.sources.get_mut(&id).filter(|source| source.reading.is_none()) {
                source.reading = Some(reading);
            }
        }
        let (genesis, members) = (self.genesis, self.members);
        let indicators = self.indicators.end();
        let (sources, expunged, notes) = (self.sources, self.expunged, self.notes);
        State { events, genesis, members, sources, expunged, indicators, notes, response: self.response }
    }
}

/// A reading's part of the fingerprint: everything it says, not when or by whom it was read.
pub(super) fn reading_fingerprint(reading: &Reading, gone: bool) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update([u8::from(gone)]);
    hash.update(serde_json::to_vec(reading).unwrap_or_default());
    hash.finalize().into()
}

/// 256-bit wrapping sum of hashes: commutative, and an entry can be taken away again.
#[derive(Default)]
struct Sum([u8; 32]);

impl Sum {
    fn add(&mut self, parts: &[&str]) {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let term: [u8; 32] = hash.finalize().into();
        let mut carry = 0u16;
        for (sum, term) in self.0.iter_mut().zip(term).rev() {
            let total = u16::from(*sum) + u16::from(term) + carry;
            *sum = (total & 0xff) as u8;
            carry = total >> 8;
        }
    }
}

fn in_order(events: Vec<(EventHash, Envelope, Payload)>) -> Vec<Told> {
    let counters = lamport(events.iter().map(|(hash, envelope, _)| (*hash, envelope)));
    let mut told: Vec<Told> = events
        .into_iter()
        .map(|(hash, envelope, payload)| {
            let place = Place { lamport: counters.get(&hash).copied().unwrap_or(0), hlc: envelope.hlc, hash };
            Told { hash, envelope, payload, place, retracted: false }
        })
        .collect();
    told.sort_by_key(|t| t.place);
    mark_retracted(&mut told);
    told
}

/// A retraction comes after what it takes back, so going from the last event to the first each retraction's own fate is
/// known before it acts: taking back a retraction is redo. A device takes back its own events only.
fn mark_retracted(events: &mut [Told]) {
    let mut by_event: HashSet<(EventHash, String)> = HashSet::new();
    let mut by_group: HashSet<(Id, String)> = HashSet::new();
    for told in events.iter_mut().rev() {
        let device = &told.envelope.device;
        let named = by_event.contains(&(told.hash, device.clone()))
            || told.envelope.group.is_some_and(|g| by_group.contains(&(g.id, device.clone())));
        told.retracted = named && !PERMANENT.contains(&told.envelope.kind.as_str());
        if told.retracted || told.envelope.kind != kinds::RETRACTED {
            continue;
        }
        if let Payload::Retracted(retracted) = &told.payload {
            by_event.extend(retracted.events.iter().map(|e| (*e, device.clone())));
            by_group.extend(retracted.groups.iter().map(|g| (*g, device.clone())));
        }
    }
}

/// One row of `log`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogRow {
    /// The event's name.
    pub hash: String,
    /// Its chain.
    pub writer: String,
    /// Its place in the chain.
    pub seq: u64,
    /// Who, as the machine knew them.
    pub author: String,
    /// The wall time that machine claimed.
    pub claimed: String,
    /// What was said.
    pub kind: String,
    /// About what.
    pub anchors: Vec<String>,
    /// The larger action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Taken back.
    pub retracted: bool,
    /// One line for people.
    pub summary: String,
}

impl From<&Told> for LogRow {
    fn from(told: &Told) -> Self {
        let shown = |text: &str| scrub(text).into_owned();
        LogRow {
            hash: told.hash.to_string(),
            writer: told.envelope.writer.to_string(),
            seq: told.envelope.seq,
            author: shown(&told.envelope.actor),
            claimed: told.envelope.at.us.rfc3339(),
            kind: shown(&told.envelope.kind),
            anchors: told.envelope.anchors.iter().map(|a| shown(a)).collect(),
            group: told.envelope.group.map(|g| g.id.to_string()),
            retracted: told.retracted,
            summary: shown(&told.payload.summary(&told.envelope.kind)),
        }
    }
}

//! The kinds of events and their payloads. Unknown kinds are kept and shown; old payload versions are upcast here and
//! nowhere else (there are none yet).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::indicators::Word;
use super::judgements::Judged;
use super::response::{self, Saying};
use super::{Envelope, EventError, EventHash, strict};
use crate::model::acquisition::Acquisition;
use crate::model::digest::Digest;
use crate::model::id::Id;
use crate::model::reading::Reading;
use crate::model::time::Micros;
use crate::model::tlp::Tlp;

/// The first event of a case; its hash is the case's id.
pub const GENESIS: &str = "case.genesis";
/// A device became a member.
pub const JOINED: &str = "member.joined";
/// A chain began.
pub const WRITER: &str = "writer.started";
/// Evidence was got.
pub const ACQUIRED: &str = "evidence.acquired";
/// Evidence was read.
pub const READ: &str = "evidence.read";
/// Events were taken back.
pub const RETRACTED: &str = "event.retracted";
/// Bytes were destroyed.
pub const EXPUNGED: &str = "blob.expunged";
/// A responder wrote something down.
pub const NOTED: &str = "note.written";

/// Kinds that cannot be taken back: membership, custody of destroyed bytes, the case itself.
pub const PERMANENT: [&str; 4] = [GENESIS, JOINED, WRITER, EXPUNGED];

/// How bad it is, as declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Medium.
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

/// When the organisation became aware: a legal fact, only ever stated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awareness {
    /// The time.
    pub at: Micros,
    /// As it was typed.
    pub written: String,
    /// Who or what says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Payload of [`GENESIS`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Genesis {
    /// Makes two cases with one title different.
    pub nonce: Id,
    /// The title.
    pub title: String,
    /// The severity, where stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The TLP 2.0 label, where stated, as `AMBER+STRICT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlp: Option<String>,
    /// Awareness, where stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aware: Option<Awareness>,
    /// The program that made the case.
    pub tool: String,
}

/// Payload of [`JOINED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// Ed25519 key that signs this device's events, 64 hex digits.
    pub signing: String,
    /// X25519 key that others encrypt to, 64 hex digits.
    pub exchange: String,
    /// The person, as the machine knew them.
    pub name: String,
    /// The machine.
    pub host: String,
}

/// Payload of [`WRITER`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriterStarted {
    /// Why a new chain began.
    pub because: String,
    /// The chain this device wrote to before, where it knows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Id>,
}

/// Payload of [`ACQUIRED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acquired {
    /// What was got.
    pub acquisitions: Vec<Acquisition>,
}

/// Payload of [`READ`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadPayload {
    /// What was read.
    pub readings: Vec<Reading>,
}

/// Payload of [`RETRACTED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retracted {
    /// The events taken back; a group is taken back whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<EventHash>,
    /// The groups taken back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Id>,
}

/// Payload of [`EXPUNGED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expunged {
    /// The blobs whose bytes are gone: the named one and the observations read from it.
    pub blobs: Vec<Digest>,
    /// Why, as typed (redacted).
    pub reason: String,
}

/// Payload of [`NOTED`]; the anchors say what it is about, none of them the case as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// The text, a blob of its own, so that it can be destroyed (redacted).
    pub text: Digest,
    /// Its bytes.
    pub bytes: u64,
    /// Who may read it, where it has a label of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlp: Option<Tlp>,
    /// It belongs to talks with counsel.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub privileged: bool,
}

/// A payload of a known kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// [`GENESIS`]
    Genesis(Genesis),
    /// [`JOINED`]
    Joined(Joined),
    /// [`WRITER`]
    Writer(WriterStarted),
    /// [`ACQUIRED`]
    Acquired(Acquired),
    /// [`READ`]
    Read(ReadPayload),
    /// [`RETRACTED`]
    Retracted(Retracted),
    /// [`EXPUNGED`]
    Expunged(Expunged),
    /// Indicators and mirrors: [`super::indicators`].
    Indicator(Box<Word>),
    /// [`NOTED`]
    Noted(Noted),
    /// Assessments, priorities, due times, policies: [`super::judgements`].
    Judged(Box<Judged>),
    /// What is said while responding: [`super::response`].
    Response(Box<Saying>),
    /// A kind this version does not know.
    Unknown,
}

/// Kinds whose payloads are long, because one event of them speaks about many things.
pub fn is_bulky(kind: &str) -> bool {
    matches!(kind, ACQUIRED | READ)
}

impl Payload {
    /// Decodes the payload of a bulky kind from its text, which was checked by the strict rules.
    pub fn of_bulky(kind: &str, text: &str) -> Self {
        let decoded = match kind {
            ACQUIRED => serde_json::from_str(text).map(Payload::Acquired),
            READ => serde_json::from_str(text).map(Payload::Read),
            _ => Ok(Payload::Unknown),
        };
        decoded.unwrap_or(Payload::Unknown)
    }

    /// Decodes the payload of an envelope; a kind or payload version that is newer is [`Payload::Unknown`].
    pub fn of(envelope: &Envelope) -> Result<Self, EventError> {
        if envelope.version != 1 {
            return Ok(Payload::Unknown);
        }
        let value = envelope.payload.clone();
        Ok(match envelope.kind.as_str() {
            GENESIS => Payload::Genesis(strict::decode(value)?),
            JOINED => Payload::Joined(strict::decode(value)?),
            WRITER => Payload::Writer(strict::decode(value)?),
            ACQUIRED => Payload::Acquired(strict::decode(value)?),
            READ => Payload::Read(strict::decode(value)?),
            RETRACTED => Payload::Retracted(strict::decode(value)?),
            EXPUNGED => Payload::Expunged(strict::decode(value)?),
            NOTED => Payload::Noted(strict::decode(value)?),
            kind if response::is(kind) => Payload::Response(Box::new(Saying::of(kind, value)?)),
            kind => match Word::of(kind, value) {
                Some(word) => Payload::Indicator(Box::new(word?)),
                None => match Judged::of(kind, envelope.payload.clone()) {
                    Some(judged) => Payload::Judged(Box::new(judged?)),
                    None => Payload::Unknown,
                },
            },
        })
    }

    /// One line for people.
    pub fn summary(&self, kind: &str) -> String {
        match self {
            Payload::Genesis(g) => format!("case {:?} made", g.title),
            Payload::Joined(j) => format!("{} joined from {}", j.name, j.host),
            Payload::Writer(w) => format!("a new chain began: {}", w.because),
            Payload::Acquired(a) => match a.acquisitions.as_slice() {
                [one] => format!("got {}", one.place()),
                many => format!("got {} pieces of evidence", many.len()),
            },
            Payload::Read(r) => {
                let facts: u64 = r.readings.iter().map(|r| r.facts).sum();
                let rejected: u64 = r.readings.iter().map(|r| r.rejected).sum();
                format!("read {} ({facts} facts, {rejected} rejected)", r.readings.len())
            }
            Payload::Retracted(r) => format!("took back {}", r.events.len() + r.groups.len()),
            Payload::Expunged(e) => format!("destroyed {} blobs: {}", e.blobs.len(), e.reason),
            Payload::Indicator(word) => word.summary(),
            Payload::Judged(judged) => judged.summary(),
            Payload::Noted(n) => format!("noted {} bytes", n.bytes),
            Payload::Response(saying) => saying.summary(),
            Payload::Unknown => format!("{kind}: written by a newer hullbreach, kept as it is"),
        }
    }
}

/// Any payload as the JSON that is signed.
pub fn to_value<T: Serialize>(payload: &T) -> Result<Value, EventError> {
    serde_json::to_value(payload).map_err(|e| EventError::Shape(e.to_string()))
}

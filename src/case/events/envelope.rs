//! The envelope around every payload: who, when, after what.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use std::fmt;

use super::kinds::{self, Payload};
use super::{EventError, strict};
use crate::model::id::{Id, hex, unhex};
use crate::model::time::Micros;

/// The envelope format this program writes.
pub const FORMAT: u32 = 1;
/// The most bytes one event may have.
pub const MAX_BYTES: usize = 256 * 1024;
/// The most anchors one event may have; larger actions are groups.
pub const MAX_ANCHORS: usize = 2_000;
/// The most changes of `seen` one event may carry.
pub const MAX_SEEN: usize = 256;
const DOMAIN: &[u8] = b"hullbreach/event/v1\0";

/// The name of an event: SHA-256 of its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EventHash(pub [u8; 32]);

impl EventHash {
    /// The name of some event bytes.
    pub fn of(bytes: &[u8]) -> Self {
        EventHash(Sha256::digest(bytes).into())
    }

    /// From 64 hex digits.
    pub fn parse(text: &str) -> Option<Self> {
        Some(EventHash(unhex(text)?.try_into().ok()?))
    }
}

impl fmt::Display for EventHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for EventHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl TryFrom<String> for EventHash {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        EventHash::parse(&text).ok_or_else(|| "an event hash has 64 hex digits".to_owned())
    }
}

impl From<EventHash> for String {
    fn from(hash: EventHash) -> String {
        hash.to_string()
    }
}

/// A hybrid logical clock reading: orders concurrent events only; causes are told by `seen` and `prev`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct HybridTime {
    /// Microseconds UTC. Runs backwards for one writer only after its wall clock was set back by more than a minute.
    pub us: i64,
    /// Tells events of one microsecond apart.
    pub n: u32,
}

impl HybridTime {
    /// The reading after this one, when the wall clock shows `now`.
    pub fn next(self, now: Micros) -> Self {
        if now.0 > self.us {
            return HybridTime { us: now.0, n: 0 };
        }
        // A hostile event may have used the counter up.
        match self.n.checked_add(1) {
            Some(n) => HybridTime { n, ..self },
            None => HybridTime { us: self.us.saturating_add(1), n: 0 },
        }
    }
}

/// The wall time that the writing machine claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WallTime {
    /// Microseconds UTC.
    pub us: Micros,
    /// The zone's offset in minutes east of UTC.
    pub offset: i32,
}

/// The head of another writer, seen since this writer's previous event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenHead {
    /// The other writer.
    pub writer: Id,
    /// Its sequence number.
    pub seq: u64,
    /// Its event.
    pub hash: EventHash,
}

/// One part of a larger action that is undone as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The action.
    pub id: Id,
    /// This part, from 1.
    pub n: u32,
    /// How many parts, where known when it was signed; an import that streams does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u32>,
}

/// Everything that is signed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// [`FORMAT`].
    pub format: u32,
    /// Version of the payload of this kind.
    pub version: u32,
    /// The case: the hash of its genesis event; absent in that event itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<EventHash>,
    /// The chain this event belongs to.
    pub writer: Id,
    /// Its place in the chain, from 1 without gaps.
    pub seq: u64,
    /// The chain's previous event; absent in the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev: Option<EventHash>,
    /// Heads of other writers that were seen since the previous event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<SeenHead>,
    /// Orders concurrent events.
    pub hlc: HybridTime,
    /// The claimed wall time.
    pub at: WallTime,
    /// The person, as the machine knew them. A device key signs; it does not prove a person.
    pub actor: String,
    /// The device's Ed25519 key, 64 hex digits.
    pub device: String,
    /// What is said, as `evidence.acquired`.
    pub kind: String,
    /// What it is said about, as the user saw it: digests, canonical references, acquisition ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub anchors: Vec<String>,
    /// Events it refers to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refs: Vec<EventHash>,
    /// The larger action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
    /// The statement itself.
    pub payload: Value,
}

/// An event's exact bytes, its signature and its name.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedEvent {
    /// Its name.
    pub hash: EventHash,
    /// The signed bytes.
    pub bytes: Vec<u8>,
    /// Ed25519.
    pub signature: [u8; 64],
}

impl Envelope {
    /// Encodes and signs.
    pub fn sign(&self, key: &SigningKey) -> Result<SignedEvent, EventError> {
        let bytes = self.to_bytes()?;
        Self::sign_bytes(bytes, key)
    }

    fn to_bytes(&self) -> Result<Vec<u8>, EventError> {
        let over = |what, size, limit| Err(EventError::Limit { what, size, limit });
        if self.anchors.len() > MAX_ANCHORS {
            return over("about too many things at once", self.anchors.len(), MAX_ANCHORS);
        }
        if self.seen.len() > MAX_SEEN {
            return over("after too many writers at once", self.seen.len(), MAX_SEEN);
        }
        serde_json::to_vec(self).map_err(|e| EventError::Shape(e.to_string()))
    }

    /// As [`Envelope::sign`], with a payload that is written already; the envelope's own counts for nothing.
    pub fn sign_written(&self, payload: &str, key: &SigningKey) -> Result<SignedEvent, EventError> {
        let without = self.to_bytes()?;
        // The payload is the last field.
        let head = without.strip_suffix(b"null}").ok_or_else(|| EventError::Shape("two payloads".into()))?;
        Self::sign_bytes([head, payload.as_bytes(), b"}"].concat(), key)
    }

    fn sign_bytes(bytes: Vec<u8>, key: &SigningKey) -> Result<SignedEvent, EventError> {
        if bytes.len() > MAX_BYTES {
            return Err(EventError::Limit { what: "too large, in bytes", size: bytes.len(), limit: MAX_BYTES });
        }
        // What is written must be readable by the strict rules too: a float in a payload is found here, not in court.
        strict::check(&bytes)?;
        let hash = EventHash::of(&bytes);
        let signature = key.sign(&signed_message(&hash)).to_bytes();
        Ok(SignedEvent { hash, bytes, signature })
    }

    /// Decodes bytes by the strict rules. Says nothing about the signature.
    pub fn decode(bytes: &[u8]) -> Result<Self, EventError> {
        if bytes.len() > MAX_BYTES {
            return Err(EventError::Limit { what: "too large, in bytes", size: bytes.len(), limit: MAX_BYTES });
        }
        let value = strict::parse(bytes)?;
        let format = value.get("format").and_then(Value::as_u64).unwrap_or(0);
        if format > u64::from(FORMAT) {
            return Err(EventError::Format(u32::try_from(format).unwrap_or(u32::MAX)));
        }
        strict::decode(value)
    }

    /// As [`Envelope::decode`], with the payload of a bulky kind made straight from the bytes: the envelope's own is then
    /// null. A payload of an unexpected shape is [`Payload::Unknown`], as it is in a fold.
    pub fn open(bytes: &[u8]) -> Result<(Self, Payload), EventError> {
        if let Ok(raw) = serde_json::from_slice::<Raw<'_>>(bytes)
            && bytes.len() <= MAX_BYTES
            && raw.format <= FORMAT
            && raw.version == 1
            && kinds::is_bulky(&raw.kind)
        {
            strict::check(bytes)?;
            let payload = Payload::of_bulky(&raw.kind, raw.payload.get());
            return Ok((raw.envelope(), payload));
        }
        let envelope = Self::decode(bytes)?;
        let payload = Payload::of(&envelope).unwrap_or(Payload::Unknown);
        Ok((envelope, payload))
    }

    /// Checks the signature over bytes of this envelope by the device it names. Weak keys, under which one signature
    /// fits many messages, are refused.
    pub fn check(&self, hash: &EventHash, signature: &[u8; 64]) -> Result<(), EventError> {
        let raw: [u8; 32] = unhex(&self.device)
            .and_then(|b| b.try_into().ok())
            .ok_or_else(|| EventError::Shape("device key".into()))?;
        let key = VerifyingKey::from_bytes(&raw).map_err(|_| EventError::Signature)?;
        if key.is_weak() {
            return Err(EventError::Signature);
        }
        key.verify_strict(&signed_message(hash), &Signature::from_bytes(signature)).map_err(|_| EventError::Signature)
    }
}

/// An envelope whose payload is not looked at yet.
#[derive(Deserialize)]
struct Raw<'a> {
    format: u32,
    version: u32,
    #[serde(default)]
    case: Option<EventHash>,
    writer: Id,
    seq: u64,
    #[serde(default)]
    prev: Option<EventHash>,
    #[serde(default)]
    seen: Vec<SeenHead>,
    hlc: HybridTime,
    at: WallTime,
    actor: String,
    device: String,
    kind: String,
    #[serde(default)]
    anchors: Vec<String>,
    #[serde(default)]
    refs: Vec<EventHash>,
    #[serde(default)]
    group: Option<Group>,
    #[serde(borrow)]
    payload: &'a RawValue,
}

impl Raw<'_> {
    fn envelope(self) -> Envelope {
        Envelope {
            format: self.format,
            version: self.version,
            case: self.case,
            writer: self.writer,
            seq: self.seq,
            prev: self.prev,
            seen: self.seen,
            hlc: self.hlc,
            at: self.at,
            actor: self.actor,
            device: self.device,
            kind: self.kind,
            anchors: self.anchors,
            refs: self.refs,
            group: self.group,
            payload: Value::Null,
        }
    }
}

/// The domain-separated message: a signature made for anything else can never pass for an event's.
fn signed_message(hash: &EventHash) -> [u8; DOMAIN.len() + 32] {
    let mut message = [0; DOMAIN.len() + 32];
    let (domain, rest) = message.split_at_mut(DOMAIN.len());
    domain.copy_from_slice(DOMAIN);
    rest.copy_from_slice(&hash.0);
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn envelope(key: &SigningKey) -> Envelope {
        Envelope {
            format: FORMAT,
            version: 1,
            case: None,
            writer: Id([7; 16]),
            seq: 1,
            prev: None,
            seen: vec![],
            hlc: HybridTime { us: 5, n: 0 },
            at: WallTime { us: Micros(5), offset: 60 },
            actor: "ana".into(),
            device: hex(key.verifying_key().as_bytes()),
            kind: "case.genesis".into(),
            anchors: vec![],
            refs: vec![],
            group: None,
            payload: json!({"title": "Hub"}),
        }
    }

    #[test]
    fn a_signed_event_decodes_to_what_was_signed_and_checks() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let signed = envelope(&key).sign(&key).unwrap();
        let decoded = Envelope::decode(&signed.bytes).unwrap();
        assert_eq!(decoded, envelope(&key));
        assert_eq!(EventHash::of(&signed.bytes), signed.hash);
        assert_eq!(decoded.check(&signed.hash, &signed.signature), Ok(()));
    }

    #[test]
    fn another_key_another_byte_and_another_domain_do_not_check() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let signed = envelope(&key).sign(&key).unwrap();
        let decoded = Envelope::decode(&signed.bytes).unwrap();
        let other = SigningKey::from_bytes(&[2; 32]);
        let forged = envelope(&key).sign(&other).unwrap();
        assert_eq!(decoded.check(&forged.hash, &forged.signature), Err(EventError::Signature));
        let mut bytes = signed.bytes.clone();
        bytes[20] ^= 1;
        assert_eq!(decoded.check(&EventHash::of(&bytes), &signed.signature), Err(EventError::Signature));
        let bare = key.sign(&signed.hash.0).to_bytes();
        assert_eq!(decoded.check(&signed.hash, &bare), Err(EventError::Signature));
    }

    #[test]
    fn floats_and_oversize_are_refused_when_signing() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let float = Envelope { payload: json!({"score": 0.5}), ..envelope(&key) };
        assert!(matches!(float.sign(&key), Err(EventError::Json(_))));
        let large = Envelope { payload: json!("x".repeat(MAX_BYTES)), ..envelope(&key) };
        assert!(matches!(large.sign(&key), Err(EventError::Limit { .. })));
        let anchors = Envelope { anchors: vec![String::new(); MAX_ANCHORS + 1], ..envelope(&key) };
        assert!(matches!(anchors.sign(&key), Err(EventError::Limit { .. })));
    }

    #[test]
    fn the_clock_goes_on_whatever_it_is_given() {
        let at = |us, n| HybridTime { us, n };
        let table = [
            (at(5, 7), 6, at(6, 0)),
            (at(5, 7), 5, at(5, 8)),
            (at(5, 7), 4, at(5, 8)),
            (at(5, u32::MAX), 5, at(6, 0)),
            (at(i64::MAX, u32::MAX), 5, at(i64::MAX, 0)),
        ];
        for (before, now, after) in table {
            assert_eq!(before.next(Micros(now)), after, "{before:?} {now}");
        }
    }

    #[test]
    fn a_newer_envelope_is_said_to_be_newer() {
        assert_eq!(Envelope::decode(br#"{"format":9,"other":true}"#), Err(EventError::Format(9)));
    }
}

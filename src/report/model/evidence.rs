//! The register of evidence with its custody, and what is not known.

use serde::Serialize;

use super::{moment, moment_or_none};
use crate::model::time::Micros;

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// SHA-256 of the stored copy, 64 hex digits; none where nothing was stored.
    pub sha256: Option<String>,
    /// The acquisition's id.
    pub acquisition: String,
    /// Where from, as a person would name the place.
    pub place: String,
    /// The cluster context or site that was named.
    pub context: Option<String>,
    /// The reader's format word.
    pub format: String,
    /// Bytes of the stored copy.
    pub bytes: u64,
    /// When it was got.
    #[serde(serialize_with = "moment")]
    pub acquired: Micros,
    /// The time it speaks of.
    #[serde(serialize_with = "moment_or_none")]
    pub as_of: Option<Micros>,
    /// Who got it, as their machine knew them.
    pub by: String,
    /// The machine; none where it stays out.
    pub host: Option<String>,
    /// The program.
    pub tool: String,
    /// The event that records it.
    pub event: String,
    /// What was done to it between original and copy.
    pub transforms: Vec<String>,
    /// Secrets that were replaced.
    pub redactions: u64,
    /// `read`, `partial`, `unrecognised`, `denied`, `failed`.
    pub status: String,
    /// Rows and fields that were not understood.
    pub rejected: u64,
    /// Its bytes were destroyed on purpose.
    pub destroyed: bool,
}

/// Something that could not be read, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Gap {
    /// Where.
    pub place: String,
    /// The context; none for the unnamed one.
    pub context: Option<String>,
    /// What kind: a reading's status, `missing`, `unresolved`, `problem`.
    pub kind: String,
    /// Why.
    pub reason: String,
    /// Rows and fields that were not understood.
    pub rejected: u64,
}

/// A device whose word stands in the case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Device {
    /// The first eight digits of its key.
    pub key: String,
    /// The person its machine knew; none for a device that is no member.
    pub name: Option<String>,
    /// Events by it.
    pub events: u64,
}

/// What is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Unknown {
    /// Images that can neither be linked nor excluded.
    pub not_known: u64,
    /// Of them, those that run.
    pub not_known_running: u64,
    /// Images of which no digest is known.
    pub unresolved: u64,
    /// Places that run and whose digest is not known.
    pub running_unresolved: u64,
    /// Images known only by digests that cannot be compared with those that indicators name; none where that was not counted.
    pub uncomparable: Option<u64>,
    /// Rows and fields that were not understood.
    pub rejected: u64,
    /// Contexts of which something was denied or failed.
    pub contexts_with_gaps: u64,
    /// Contexts in all.
    pub contexts: u64,
    /// Events that could not be read.
    pub unreadable_events: u64,
    /// Devices that wrote without being members: who is behind them was never said.
    pub unverified: Vec<Device>,
    /// What could not be read, each with the reason.
    pub gaps: Vec<Gap>,
}

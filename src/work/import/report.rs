//! What an import did, for people and for `--json`.

use serde::Serialize;

use crate::model::reading::{Reject, Status};

/// Told while an import runs. Called on the storing thread; must not block.
pub trait Progress {
    /// A source was stored.
    fn source(&self, place: &str);
    /// So many more bytes of evidence are on their way into the case.
    fn bytes(&self, stored: u64);
}

/// Says nothing.
pub struct Silent;

impl Progress for Silent {
    fn source(&self, _: &str) {}
    fn bytes(&self, _: u64) {}
}

/// A number before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Growth {
    /// How many came.
    pub new: u64,
    /// How many there are now.
    pub total: u64,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceRow {
    /// The evidence id: SHA-256 of the stored copy.
    pub sha256: String,
    /// Where it was got.
    pub path: String,
    /// The reader's word for it.
    pub format: String,
    /// Bytes of the stored copy.
    pub bytes: u64,
    /// Facts read out of it.
    pub observations: u64,
    /// What was not understood; the first twenty, `rejected_total` counts all.
    pub rejected: Vec<Reject>,
    /// How many were not understood.
    pub rejected_total: u64,
    /// How far it was understood.
    pub status: Status,
    /// Why it is not `read`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Worth knowing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Secrets replaced before storing.
    pub redactions: u64,
    /// It was in the case already, from this very place: nothing was added.
    pub already: bool,
}

/// Something nobody could read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnreadRow {
    /// Where.
    pub path: String,
    /// Why, and what to do.
    pub reason: String,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// What was understood, wholly or in part, or refused by an API.
    pub evidence: Vec<EvidenceRow>,
    /// What was not.
    pub unrecognised: Vec<UnreadRow>,
    /// Images in the case.
    pub images: Growth,
    /// Places of use in the case.
    pub uses: Growth,
    /// Events appended.
    pub events: usize,
    /// Stopped by the responder.
    pub interrupted: bool,
    /// It was folded while it was stored.
    #[serde(skip)]
    pub folded_beside: bool,
}

impl Report {
    /// True where something was rejected, unreadable or out of reach. What was in the case already was counted then.
    pub fn has_gaps(&self) -> bool {
        !self.unrecognised.is_empty()
            || self.evidence.iter().filter(|row| !row.already).any(|row| {
                row.rejected_total > 0
                    || !matches!(row.status, Status::Read | Status::Partial)
                    || (row.status == Status::Partial && !row.reason.is_empty())
            })
    }
}

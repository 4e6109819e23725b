//! Events: signed, immutable statements. The set of them is the truth of a case.
//!
//! One event is one run of bytes (JSON, written once and never again encoded) and an Ed25519 signature over
//! `"hullbreach/event/v1\0" ‖ SHA-256(bytes)`. The event's name is that SHA-256.

pub mod envelope;
pub mod indicators;
pub mod kinds;
pub mod order;
pub mod response;
pub mod strict;

pub use envelope::{Envelope, EventHash, Group, HybridTime, SeenHead, SignedEvent, WallTime};

/// Why bytes are no acceptable event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Not JSON, a repeated key, a float.
    #[error("an event is not strict JSON: {0}")]
    Json(String),
    /// JSON, but not an event.
    #[error("an event has an unexpected shape: {0}")]
    Shape(String),
    /// A newer envelope.
    #[error("an event has envelope format {0}, newer than this hullbreach knows")]
    Format(u32),
    /// Over a limit.
    #[error("an event would be {what} ({size}, at most {limit})")]
    Limit {
        /// What is too large.
        what: &'static str,
        /// How large.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// The signature does not fit the bytes and the device.
    #[error("an event's signature is wrong")]
    Signature,
}

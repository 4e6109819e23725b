//! That a digest was seen somewhere at some time, and how that came about.

use serde::{Deserialize, Serialize};

use super::fact::Spot;
use super::time::Micros;

/// A digest, or a tag's digest, seen at a place in a time interval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// How it was seen.
    pub kind: SightingKind,
    /// The name as written, where one was.
    #[serde(default, rename = "w", skip_serializing_if = "String::is_empty")]
    pub as_written: String,
    /// The digest seen, as reported.
    #[serde(default, rename = "d", skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// Node or machine.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub host: String,
    /// Account, where one was.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user: String,
    /// First time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Micros>,
    /// Last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Micros>,
    /// How many were counted into it, one or more.
    #[serde(default = "one", rename = "x", skip_serializing_if = "is_one")]
    pub count: u64,
    /// Where it stands, relative to the item.
    #[serde(default, rename = "at")]
    pub spot: Spot,
}

fn one() -> u64 {
    1
}

fn is_one(n: &u64) -> bool {
    *n == 1
}

/// How a sighting came about. The words are the command line's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SightingKind {
    /// Seen running.
    Running,
    /// Pulled.
    Pull,
    /// Pushed.
    Push,
    /// Kept on a node.
    Cache,
    /// Named together in a record.
    Record,
}

impl SightingKind {
    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            SightingKind::Running => "running",
            SightingKind::Pull => "pull",
            SightingKind::Push => "push",
            SightingKind::Cache => "cache",
            SightingKind::Record => "record",
        }
    }
}

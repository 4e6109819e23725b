//! What must be done first: images of P0, by what it is for and who answers for it.

use serde::Serialize;

use super::moment_or_none;
use crate::model::time::Micros;

/// Priorities in numbers, and the P0 of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Urgent {
    /// Images of P0, P1, P2, P3.
    pub priorities: [u64; 4],
    /// Of P0, those whose time is over.
    pub overdue: u64,
    /// Of P0, those whose time stands still.
    pub paused: u64,
    /// When the next P0 is due.
    #[serde(serialize_with = "moment_or_none")]
    pub next_due: Option<Micros>,
    /// P0 by cause and owner: each is one job.
    pub groups: Vec<UrgentGroup>,
    /// The images, those that are due first in front.
    pub images: Vec<UrgentImage>,
    /// How much of what scans found critical comes from bases, in words; none where nothing does.
    pub from_bases: Option<String>,
    /// The sources that priorities are made from, each with the newest time it speaks of.
    pub known: Vec<KnownAsOf>,
}

/// How old a source is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownAsOf {
    /// `KEV`, `EPSS`, or a scanner's name with what it did.
    pub source: String,
    /// The newest time that it speaks of.
    #[serde(serialize_with = "moment_or_none")]
    pub at: Option<Micros>,
}

/// P0 images that have one cause and one owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UrgentGroup {
    /// An indicator's target, or `vulnerability`.
    pub cause: String,
    /// Who answers for them; none where nobody was named.
    pub owner: Option<String>,
    /// How many.
    pub images: u64,
    /// Places that run them.
    pub running: u64,
    /// The first due time.
    #[serde(serialize_with = "moment_or_none")]
    pub due: Option<Micros>,
}

/// An image of P0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UrgentImage {
    /// Canonical name.
    pub name: String,
    /// An indicator's target, or `vulnerability`.
    pub cause: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Places that run it.
    pub running: u64,
    /// When it is due; none while that stands still.
    #[serde(serialize_with = "moment_or_none")]
    pub due: Option<Micros>,
    /// The rule of the policy that decided, or `by hand`.
    pub rule: String,
    /// Why, in words; none where that was not worked out.
    pub because: Vec<String>,
}

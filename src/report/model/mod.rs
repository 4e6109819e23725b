//! What a report says, as plain data. Every text in it was made safe to show; nothing in it is escaped or shortened yet.

mod evidence;
mod impact;
mod response;
mod told;
mod urgent;

use serde::{Serialize, Serializer};

pub use evidence::{Device, Evidence, Gap, Unknown};
pub use impact::{Affected, Because, DigestOf, Impact, Reached, StandsOn, Tally, Totals, Workload};
pub use response::{Clock, Credential, Decision, Task};
pub use told::{Conflict, Drawing, Entry, Indicator, Lane, Lineage, Mention, Note, TagStep};
pub use urgent::{KnownAsOf, Urgent, UrgentGroup, UrgentImage};

use super::choice::{Audience, Topic};
use crate::model::time::Micros;
use crate::model::tlp::Tlp;

/// Who may read something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Marking {
    /// Its own label; what has none takes the case's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tlp: Option<Tlp>,
    /// It was said to counsel, or for them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub privileged: bool,
}

impl Marking {
    /// Its own label and privilege in words; nothing for what takes the case's label.
    pub fn shown(&self) -> String {
        let label = self.tlp.map(|tlp| tlp.shown());
        label.into_iter().chain(self.privileged.then(|| "privileged".to_owned())).collect::<Vec<_>>().join(", ")
    }
}

/// When the organisation became aware, as it was stated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Aware {
    /// The time.
    #[serde(serialize_with = "moment")]
    pub at: Micros,
    /// As it was typed.
    pub written: String,
    /// Who or what says so.
    pub source: Option<String>,
}

/// What stands in front of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Header {
    /// What the case is called; none where that may not leave.
    pub title: Option<String>,
    /// The case's id, 64 hex digits.
    pub case: String,
    /// The label that the report bears: nothing in it is above.
    pub tlp: Tlp,
    /// The case's own label.
    pub case_tlp: Tlp,
    /// Who it is for.
    pub audience: Audience,
    /// `medium`, `high`, `critical`; none where nothing was stated.
    pub severity: Option<String>,
    /// `investigating`, `contained`, `recovering`, `closed`.
    pub status: Option<String>,
    /// When it was declared.
    #[serde(serialize_with = "moment_or_none")]
    pub declared: Option<Micros>,
    /// Who plays which part.
    pub roles: Vec<(String, Vec<String>)>,
    /// When the organisation became aware; none where nobody stated it.
    pub aware: Option<Aware>,
    /// The time that the report speaks of: the newest event's, or one that was stated.
    #[serde(serialize_with = "moment")]
    pub generated: Micros,
    /// When the case was made, by its maker's clock.
    #[serde(serialize_with = "moment")]
    pub began: Micros,
    /// Who answers for it.
    pub author: String,
    /// Program and version.
    pub tool: String,
    /// "The same picture", 64 hex digits.
    pub state: String,
    /// "The same set of events", 64 hex digits.
    pub frontier: String,
    /// Events that it is made from.
    pub events: u64,
}

/// How much of one part stayed out, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LeftOut {
    /// The part.
    pub topic: Topic,
    /// Why: `label`, `privileged`, `personal`, `audience`.
    pub why: &'static str,
    /// How many things.
    pub count: u64,
}

/// A whole report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What stands in front.
    pub header: Header,
    /// The few lines in front, with exact numbers.
    pub summary: Vec<String>,
    /// The case in numbers; none where that may not leave.
    pub impact: Option<Impact>,
    /// What must be done first; none where that may not leave.
    pub urgent: Option<Urgent>,
    /// Images with an open verdict, the worst first.
    pub affected: Vec<Affected>,
    /// Images that were cleared, each with the verdict that does.
    pub cleared: Vec<Affected>,
    /// What is bad or in doubt, in the order in which it was said.
    pub indicators: Vec<Indicator>,
    /// What needs a decision, the most pressing first.
    pub decisions: Vec<Decision>,
    /// Deadlines: those that are missed or run in front.
    pub clocks: Vec<Clock>,
    /// The checklist.
    pub tasks: Vec<Task>,
    /// Credentials, what reaches furthest first.
    pub credentials: Vec<Credential>,
    /// What stands on what; none where nothing is known of it.
    pub lineage: Option<Lineage>,
    /// What happened, was learned and was done, the earliest first.
    pub timeline: Vec<Entry>,
    /// What responders wrote down, the earliest first.
    pub notes: Vec<Note>,
    /// What was acquired.
    pub evidence: Vec<Evidence>,
    /// What is not known; none where that may not leave.
    pub unknown: Option<Unknown>,
    /// Words that differ.
    pub conflicts: Vec<Conflict>,
    /// What stayed out, so that nobody takes it for nothing.
    pub left_out: Vec<LeftOut>,
}

/// A time in JSON: RFC 3339, UTC.
pub(crate) fn moment<S: Serializer>(at: &Micros, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&at.rfc3339())
}

/// The same, where there may be none.
pub(crate) fn moment_or_none<S: Serializer>(at: &Option<Micros>, to: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => moment(at, to),
        None => to.serialize_none(),
    }
}

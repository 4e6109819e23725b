//! The response: what needs a decision, which deadlines run, who does what, which credentials are dead.

use serde::Serialize;

use super::moment_or_none;
use crate::model::time::Micros;

/// Something that needs a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// `now`, `soon` or `ask`.
    pub urgency: String,
    /// What it is.
    pub text: String,
    /// The role that decides.
    pub role: String,
    /// Its people.
    pub who: String,
    /// By when.
    #[serde(serialize_with = "moment_or_none")]
    pub due: Option<Micros>,
}

/// A deadline. Nothing of it is legal advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// Its id.
    pub id: String,
    /// The regime.
    pub regime: String,
    /// What is to be done.
    pub title: String,
    /// `missed`, `running`, `not-started`, `met`, `not-applicable`.
    pub state: String,
    /// What it runs from.
    pub trigger: String,
    /// How long, in words.
    pub offset: String,
    /// When it is due.
    #[serde(serialize_with = "moment_or_none")]
    pub due: Option<Micros>,
    /// The same in the regulator's zone.
    pub due_local: Option<String>,
    /// Why it stands so.
    pub why: String,
    /// When it was met, RFC 3339.
    pub met: Option<String>,
    /// It was met after it was due.
    pub late: bool,
    /// What proves that.
    pub evidence: Vec<String>,
    /// Where the rule stands, and the day on which it was looked up.
    pub source: String,
}

/// A task of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Task {
    /// Its id.
    pub id: String,
    /// What is to be done.
    pub title: String,
    /// The stage of the response.
    pub phase: String,
    /// The role that does it; none for anybody.
    pub role: Option<String>,
    /// Who does it: who claimed it, else who plays the role.
    pub who: Vec<String>,
    /// `open`, `claimed`, `waived`, `done`.
    pub state: String,
    /// When it is due.
    #[serde(serialize_with = "moment_or_none")]
    pub due: Option<Micros>,
    /// It is open and due.
    pub overdue: bool,
    /// What proves that it is done.
    pub evidence: Vec<String>,
    /// Why it is waived, or open again.
    pub reason: Option<String>,
    /// Who said its state, and when.
    pub by: Option<String>,
    /// When.
    #[serde(serialize_with = "moment_or_none")]
    pub at: Option<Micros>,
    /// Members of its set that are done, and all of them.
    pub members: Option<[u64; 2]>,
    /// Open tasks that come before it.
    pub blocked_by: Vec<String>,
}

/// A credential. Never its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Credential {
    /// What leads to it within a page; none for one whose name is a person's, for the id is a hash of the name.
    #[serde(skip)]
    pub id: Option<String>,
    /// What it is, as `pull-secret`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Where it is valid.
    pub scope: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Workloads that use it.
    pub used_by: u64,
    /// The worst verdict of an image that has it at hand.
    pub worst: Option<String>,
    /// `open`, `revoked`, `reissued`, `proved dead`, `dismissed`.
    pub state: String,
    /// When the old one was revoked, RFC 3339.
    pub revoked: Option<String>,
    /// When a new one was made.
    pub reissued: Option<String>,
    /// When the old one was tried and refused.
    pub proved_dead: Option<String>,
    /// What proves that.
    pub evidence: Vec<String>,
    /// It is none of ours, or was never used: why.
    pub dismissed: Option<String>,
}

impl Credential {
    /// Its name is a person's.
    pub fn is_personal(&self) -> bool {
        matches!(self.kind.as_str(), "registry-account" | "access-token")
    }
}

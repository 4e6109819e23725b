//! Tasks of a checklist: what is to be done, by which role, by when, and what closes it.

use serde::{Deserialize, Serialize};

use super::clock::{Offset, Unit};

/// Where a task stands, the least complete first: of two words at once the lesser counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskState {
    /// Nobody does it.
    Open,
    /// Somebody does it.
    Claimed,
    /// It will not be done, and somebody said why. Never counted as done.
    Waived,
    /// It is done, and what proves it is named.
    Done,
}

impl TaskState {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            TaskState::Open => "open",
            TaskState::Claimed => "claimed",
            TaskState::Waived => "waived",
            TaskState::Done => "done",
        }
    }
}

/// A part that somebody plays in a response: ten roles, and the groups that own things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Duty {
    /// Leads and decides.
    Commander,
    /// Writes down.
    Scribe,
    /// Owns the registry.
    Registry,
    /// Owns the builds.
    Ci,
    /// Owns clusters and machines.
    Cluster,
    /// Analyses.
    Security,
    /// Owns accounts and keys.
    Identity,
    /// Counsel and privacy.
    Legal,
    /// Talks to people outside.
    Communications,
    /// Talks to the registry or publisher.
    Vendor,
    /// The platform team: registry infrastructure, scanning, rules.
    Platform,
    /// The development teams: base images, dependencies, patches.
    Development,
    /// The operations team: rollouts and the way back.
    Operations,
}

impl Duty {
    /// Every one, roles before groups.
    pub const ALL: [Duty; 13] = [
        Duty::Commander,
        Duty::Scribe,
        Duty::Registry,
        Duty::Ci,
        Duty::Cluster,
        Duty::Security,
        Duty::Identity,
        Duty::Legal,
        Duty::Communications,
        Duty::Vendor,
        Duty::Platform,
        Duty::Development,
        Duty::Operations,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Duty::Commander => "commander",
            Duty::Scribe => "scribe",
            Duty::Registry => "registry",
            Duty::Ci => "ci",
            Duty::Cluster => "cluster",
            Duty::Security => "security",
            Duty::Identity => "identity",
            Duty::Legal => "legal",
            Duty::Communications => "communications",
            Duty::Vendor => "vendor",
            Duty::Platform => "platform",
            Duty::Development => "development",
            Duty::Operations => "operations",
        }
    }

    /// The one of a word.
    pub fn parse(word: &str) -> Option<Duty> {
        Duty::ALL.into_iter().find(|duty| duty.as_str().eq_ignore_ascii_case(word.trim()))
    }

    /// Every word, for an error.
    pub fn words() -> String {
        Duty::ALL.map(Duty::as_str).join(", ")
    }
}

/// Stages of the response, in order.
pub const STAGES: [&str; 9] = [
    "first-hour",
    "day-1",
    "assessment",
    "containment",
    "recovery",
    "forensics",
    "communication",
    "hardening",
    "review",
];

/// A task of a template, or one that somebody added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskSpec {
    /// Its id, as `D1`.
    pub id: String,
    /// One of [`STAGES`].
    pub stage: String,
    /// The phase of NIST SP 800-61r2; empty where none is told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub nist: String,
    /// The category of the NIST Cybersecurity Framework 2.0, as `RS.MI`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub csf: String,
    /// Who does it; none for anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Duty>,
    /// When it is due, counted from the declaration: [`Due`] in words; empty for no time.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due: String,
    /// What is to be done.
    pub title: String,
    /// What closes it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
    /// How, in a command or a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// Tasks that come before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// The task it is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The set whose members it is about: done when every member is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<String>,
    /// The deadline that it is about: done when that is met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
}

/// A checklist as a file holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub title: String,
    /// Its tasks, in order.
    #[serde(default)]
    pub task: Vec<TaskSpec>,
}

/// The longest time until a task is due, in its unit.
const LONGEST: u32 = 10_000;

/// Reads when a task is due: `15m` (none of these are minutes: see the result), `4h`, `30d`, `5bd`, `1mo`. The minutes of
/// `15m` come as the second value.
pub fn parse_due(text: &str) -> Option<(Offset, u32)> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let count: u32 = text.get(..digits)?.parse().ok().filter(|count| *count <= LONGEST)?;
    let offset = |unit| Some((Offset { count, unit }, 0));
    match text.get(digits..)?.trim() {
        "m" => Some((Offset { count: 0, unit: Unit::Hours }, count)),
        "h" => offset(Unit::Hours),
        "d" => offset(Unit::Days),
        "bd" => offset(Unit::BusinessDays),
        "mo" => offset(Unit::Months),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_complete_state_is_the_least() {
        let states = [TaskState::Done, TaskState::Waived, TaskState::Claimed];
        assert_eq!(states.into_iter().min(), Some(TaskState::Claimed));
        assert!(TaskState::Open < TaskState::Claimed && TaskState::Waived < TaskState::Done);
    }

    #[test]
    fn due_times_are_read() {
        assert_eq!(parse_due("15m"), Some((Offset { count: 0, unit: Unit::Hours }, 15)));
        assert_eq!(parse_due(" 5bd "), Some((Offset { count: 5, unit: Unit::BusinessDays }, 0)));
        assert_eq!(parse_due("1mo"), Some((Offset { count: 1, unit: Unit::Months }, 0)));
        for bad in ["", "h", "5", "5w", "-1h", "99999999999h", "10001d", "5é"] {
            assert_eq!(parse_due(bad), None, "{bad}");
        }
    }

    #[test]
    fn duties_round_trip() {
        assert!(Duty::ALL.into_iter().all(|duty| Duty::parse(duty.as_str()) == Some(duty)));
        assert_eq!(Duty::parse("cook"), None);
    }
}

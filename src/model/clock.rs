//! Deadlines as data: what a rule asks for, from when, and how its time is counted.

use serde::{Deserialize, Serialize};

/// How time is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Hours as they pass, whatever a wall clock does.
    Hours,
    /// Days of the calendar, in the rule's zone.
    Days,
    /// Months of the calendar; the 31st of a month that has none is its last day.
    Months,
    /// Days on which people work: neither Saturday nor Sunday nor a holiday of the rule's calendar.
    BusinessDays,
}

impl Unit {
    /// The word for so many.
    pub fn shown(self, count: u32) -> String {
        let word = match self {
            Unit::Hours => "hour",
            Unit::Days => "day",
            Unit::Months => "month",
            Unit::BusinessDays => "business day",
        };
        if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
    }
}

/// A distance in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offset {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

impl std::fmt::Display for Offset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.unit.shown(self.count))
    }
}

/// Whether a rule is asked about without anybody saying so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Applies {
    /// It waits for its trigger.
    #[default]
    Ask,
    /// It does not apply until somebody says that it does.
    Off,
}

/// A second bound: the deadline is the earlier of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// What it runs from.
    pub trigger: String,
    /// How long.
    pub count: u32,
    /// Counted how.
    pub unit: Unit,
}

/// One deadline of a regime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockRule {
    /// Its id, as `gdpr-authority`.
    pub id: String,
    /// The regime, as `GDPR`.
    pub regime: String,
    /// What is to be done.
    pub title: String,
    /// What it runs from: a trigger's id. For one that runs from a filing, the trigger of the regime.
    pub trigger: String,
    /// What must be determined before it runs, beside its trigger; empty for nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub condition: String,
    /// The clock whose filing it runs from, in place of the trigger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// How long; 0 for a duty without a number ("without undue delay"), which never has a due time.
    pub count: u32,
    /// Counted how.
    pub unit: Unit,
    /// An earlier bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_later: Option<Bound>,
    /// The zone whose days and wall clock count, as `Europe/Brussels`; empty for UTC.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub zone: String,
    /// The calendar of holidays, by name; empty for none but weekends.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub calendar: String,
    /// Whether it is asked about.
    #[serde(default)]
    pub applies: Applies,
    /// To whom it applies, in words.
    pub applies_if: String,
    /// What is to be told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub content: Vec<String>,
    /// Where the rule stands.
    pub source: String,
    /// The day on which the rule was looked up, as `2026-11-20`.
    pub as_of: String,
    /// Somebody held it against the official text. Without that it says so wherever it is shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub verified: bool,
    /// What is doubtful about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl ClockRule {
    /// How long.
    pub fn offset(&self) -> Offset {
        Offset { count: self.count, unit: self.unit }
    }
}

/// Something that deadlines run from, or that must be determined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriggerRule {
    /// Its id, as `aware`.
    pub id: String,
    /// The question that answers it.
    pub question: String,
}

/// The trigger that every case can have from its beginning.
pub const AWARE: &str = "aware";

/// The file of a regime.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockFile {
    /// Triggers that it brings along.
    #[serde(default)]
    pub trigger: Vec<TriggerRule>,
    /// Its deadlines.
    #[serde(default)]
    pub clock: Vec<ClockRule>,
}

/// Where a deadline stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockState {
    /// Its time is over and nothing was filed.
    Missed,
    /// It runs.
    Running,
    /// What it runs from was not stated.
    NotStarted,
    /// What it asks for was done; the evidence is named.
    Met,
    /// Somebody said that it does not apply, or it is off.
    NotApplicable,
}

impl ClockState {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            ClockState::Missed => "missed",
            ClockState::Running => "running",
            ClockState::NotStarted => "not-started",
            ClockState::Met => "met",
            ClockState::NotApplicable => "not-applicable",
        }
    }
}

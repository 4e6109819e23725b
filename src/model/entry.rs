//! Entries of the timeline: what happened, what was learned, what was done, each with the time it was and the time it was
//! found out.

use serde::{Deserialize, Serialize};

use super::time::Micros;
use super::tlp::Tlp;

/// The three lanes of a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    /// What happened, whoever knew of it.
    Happened,
    /// What responders learned.
    Learned,
    /// What responders did.
    Did,
}

impl Lane {
    /// Every lane.
    pub const ALL: [Lane; 3] = [Lane::Happened, Lane::Learned, Lane::Did];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Lane::Happened => "happened",
            Lane::Learned => "learned",
            Lane::Did => "did",
        }
    }

    /// The lane of a word.
    pub fn parse(word: &str) -> Option<Lane> {
        Lane::ALL.into_iter().find(|lane| lane.as_str().eq_ignore_ascii_case(word.trim()))
    }
}

/// How exactly a time is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// To the second or better.
    Exact,
    /// To the minute.
    Minute,
    /// To the hour.
    Hour,
    /// To the day.
    Day,
    /// Roughly.
    About,
}

impl Precision {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Precision::Exact => "exact",
            Precision::Minute => "minute",
            Precision::Hour => "hour",
            Precision::Day => "day",
            Precision::About => "about",
        }
    }

    /// How exactly a time is known that was typed so: `2026-03-17` to the day, `07:40Z` to the minute.
    pub fn of(typed: &str) -> Precision {
        // Behind the day a sign begins an offset, which has a colon of its own.
        let offset = typed.get(10..).is_some_and(|time| time.contains(['+', '-']));
        match typed.matches(':').count() - usize::from(offset && typed.contains(':')) {
            _ if typed.contains('.') => Precision::Exact,
            0 => Precision::Day,
            1 => Precision::Minute,
            _ => Precision::Exact,
        }
    }
}

/// What is said of an entry; what is absent is not said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EntrySays {
    /// Its lane.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
    /// When it was, with the clock's error taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Micros>,
    /// The time as it was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// How exactly the time is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
    /// The zone in which it was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Seconds by which the clock of its source ran ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skew: Option<i64>,
    /// When it was found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discovered: Option<Micros>,
    /// What it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Who may read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlp: Option<Tlp>,
    /// It belongs to talks with counsel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privileged: Option<bool>,
    /// It does not hold any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub struck: Option<bool>,
    /// Why it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// An entry that was imported with others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Its lane.
    pub lane: Lane,
    /// When it was.
    pub at: Micros,
    /// The time as it stood in the file.
    pub written: String,
    /// When it was found out, where the file tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discovered: Option<Micros>,
    /// What the time is of, as Timesketch calls it: `timestamp_desc`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// What it says.
    pub text: String,
    /// Who may read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlp: Option<Tlp>,
    /// Where it stood in the file, from line 1.
    pub line: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_follows_what_was_typed() {
        for (typed, wanted) in [
            ("2026-03-17", Precision::Day),
            ("07:40Z", Precision::Minute),
            ("2026-03-17 07:40", Precision::Minute),
            ("2026-03-17T07:40+02:00", Precision::Minute),
            ("2026-03-17T07:40:11Z", Precision::Exact),
            ("2026-03-17T07:40:11+02:00", Precision::Exact),
            ("2026-03-17T07:40:11.5Z", Precision::Exact),
        ] {
            assert_eq!(Precision::of(typed), wanted, "{typed}");
        }
    }
}

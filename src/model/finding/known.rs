//! What is known of vulnerabilities, of no image: whether one is exploited, how likely that is, whether it can be automated.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::model::fact::Spot;
use crate::model::time::Micros;

/// A CVE number, as one integer: the year and the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cve(pub u64);

/// More digits than any number has.
const DIGITS: u64 = 1_000_000_000_000;

impl Cve {
    /// Parses `CVE-2024-3094`, whatever its case.
    pub fn parse(text: &str) -> Option<Cve> {
        let rest =
            text.trim().get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("CVE-")).and(text.trim().get(4..))?;
        let (year, number) = rest.split_once('-')?;
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4 || number.len() > 11 || number.len() < 4 || !plain(year) || !plain(number) {
            return None;
        }
        Some(Cve(year.parse::<u64>().ok()? * DIGITS + number.parse::<u64>().ok()?))
    }
}

impl fmt::Display for Cve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CVE-{:04}-{:04}", self.0 / DIGITS, self.0 % DIGITS)
    }
}

/// How far a vulnerability is exploited (SSVC, "Exploitation"), the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exploitation {
    /// No evidence of it.
    #[default]
    None,
    /// A proof of concept is public.
    Poc,
    /// It is exploited.
    Active,
}

impl Exploitation {
    /// The word used in JSON and filters.
    pub fn as_str(self) -> &'static str {
        match self {
            Exploitation::None => "none",
            Exploitation::Poc => "poc",
            Exploitation::Active => "active",
        }
    }

    /// The word as SSVC data writes it, whatever its case.
    pub fn parse(word: &str) -> Option<Exploitation> {
        Some(match word.trim().to_ascii_lowercase().as_str() {
            "none" => Exploitation::None,
            "poc" | "public poc" | "proof of concept" => Exploitation::Poc,
            "active" => Exploitation::Active,
            _ => return None,
        })
    }

    /// Its number in the projections.
    pub fn number(self) -> i64 {
        self as i64
    }

    /// The exploitation of a number.
    pub fn of(number: i64) -> Exploitation {
        match number {
            2 => Exploitation::Active,
            1 => Exploitation::Poc,
            _ => Exploitation::None,
        }
    }
}

/// One fact about one vulnerability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Which.
    #[serde(rename = "c")]
    pub cve: Cve,
    /// What.
    #[serde(rename = "f")]
    pub fact: KnownFact,
    /// Where it stands, relative to the item.
    #[serde(rename = "at", default)]
    pub spot: Spot,
}

/// What is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KnownFact {
    /// It stands in CISA's catalogue of known exploited vulnerabilities.
    Kev {
        /// Since when.
        #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
        added: Option<Micros>,
        /// The date by which federal agencies must have acted.
        #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
        due: Option<Micros>,
        /// It is known to be used by ransomware.
        #[serde(rename = "r", default, skip_serializing_if = "std::ops::Not::not")]
        ransomware: bool,
    },
    /// EPSS: a forecast of exploitation within 30 days; never evidence of it.
    Epss {
        /// In millionths.
        #[serde(rename = "s")]
        score: u32,
        /// In millionths.
        #[serde(rename = "p")]
        percentile: u32,
    },
    /// SSVC decision points, as CISA's vulnrichment publishes them.
    Ssvc {
        /// Exploitation, where told.
        #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
        exploitation: Option<Exploitation>,
        /// Whether it can be automated, where told.
        #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
        automatable: Option<bool>,
        /// Whether its technical impact is total, where told.
        #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
        total: Option<bool>,
    },
}

/// A share of 1 in millionths, as `0.97436` is written; `None` where it is none.
pub(crate) fn millionths(text: &str) -> Option<u32> {
    let share: f64 = text.trim().parse().ok()?;
    (0.0..=1.0).contains(&share).then(|| (share * 1_000_000.0).round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_round_trip_and_others_are_none() {
        for text in ["CVE-2024-3094", "CVE-1999-0001", "CVE-2021-44228", "CVE-2026-1234567"] {
            assert_eq!(Cve::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Cve::parse(" cve-2024-3094 "), Cve::parse("CVE-2024-3094"));
        for text in ["", "CVE-", "CVE-24-3094", "GHSA-cfh5-3ghh-wfjx", "CVE-2024-30x4", "CVE-2024-1", "CVÉ-2024-1234"]
        {
            assert_eq!(Cve::parse(text), None, "{text}");
        }
        assert!(Cve::parse("CVE-2023-9999999") < Cve::parse("CVE-2024-0001"));
    }

    #[test]
    fn shares_are_millionths() {
        assert_eq!(millionths("0.97436"), Some(974_360));
        assert_eq!(millionths("1"), Some(1_000_000));
        for text in ["1.1", "-0.1", "NaN", "x", ""] {
            assert_eq!(millionths(text), None, "{text}");
        }
    }
}

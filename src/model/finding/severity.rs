//! Severity as scanners tell it.

use serde::Serialize;

/// How severe, the least first. Not told counts as more than low and less than medium: it must not be lost at the bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Negligible; CVSS "none".
    Negligible,
    /// Low.
    Low,
    /// Not told.
    #[default]
    Unknown,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

impl Severity {
    /// Every severity, the least first.
    pub const ALL: [Severity; 6] =
        [Severity::Negligible, Severity::Low, Severity::Unknown, Severity::Medium, Severity::High, Severity::Critical];

    /// The word used in JSON, filters and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Negligible => "negligible",
            Severity::Low => "low",
            Severity::Unknown => "unknown",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }

    /// The severity of a scanner's word, whatever its case; a distribution's own words are taken for the nearest.
    pub fn parse(word: &str) -> Severity {
        match word.trim().to_ascii_lowercase().as_str() {
            "critical" => Severity::Critical,
            "high" | "important" => Severity::High,
            "medium" | "moderate" => Severity::Medium,
            "low" | "minor" => Severity::Low,
            "negligible" | "none" | "info" | "informational" | "unimportant" => Severity::Negligible,
            _ => Severity::Unknown,
        }
    }

    /// Its place in [`Severity::ALL`].
    pub fn index(self) -> u8 {
        self as u8
    }

    /// The severity of a place; what is no place is not known.
    pub fn of(index: u64) -> Severity {
        usize::try_from(index).ok().and_then(|at| Severity::ALL.get(at)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_places_round_trip() {
        for severity in Severity::ALL {
            assert_eq!(Severity::parse(severity.as_str()), severity);
            assert_eq!(Severity::of(u64::from(severity.index())), severity);
        }
        assert_eq!(
            ["CRITICAL", "Important", "moderate", "", "weird"].map(Severity::parse),
            [Severity::Critical, Severity::High, Severity::Medium, Severity::Unknown, Severity::Unknown]
        );
        assert_eq!(Severity::of(99), Severity::Unknown);
    }

    #[test]
    fn what_is_not_told_is_above_low() {
        assert!(Severity::Low < Severity::Unknown && Severity::Unknown < Severity::Medium);
    }
}

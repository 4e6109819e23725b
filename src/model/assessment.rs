//! The words of an assessment: criticality, exploitability, exposure, and where an image stands.
//!
//! Each has an order, the mildest first. What is not known is never the mildest: it is a word of its own, or a default
//! that is said to be assumed.

use serde::{Deserialize, Serialize};

/// How much depends on an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Criticality {
    /// Nobody would notice soon.
    Low,
    /// Work is hindered.
    Medium,
    /// Work stops, or others are reached from it.
    High,
    /// What must not fall.
    Critical,
}

impl Criticality {
    /// Every level, the worst first.
    pub const ALL: [Criticality; 4] = [Criticality::Critical, Criticality::High, Criticality::Medium, Criticality::Low];

    /// The word in JSON, filters and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Criticality::Critical => "critical",
            Criticality::High => "high",
            Criticality::Medium => "medium",
            Criticality::Low => "low",
        }
    }

    /// The word shown to people.
    pub fn shown(self) -> &'static str {
        match self {
            Criticality::Critical => "Critical",
            Criticality::High => "High",
            Criticality::Medium => "Medium",
            Criticality::Low => "Low",
        }
    }

    /// The level of a word, whatever its case.
    pub fn parse(word: &str) -> Option<Criticality> {
        Criticality::ALL.into_iter().find(|level| level.as_str().eq_ignore_ascii_case(word.trim()))
    }
}

/// What is known of attacks on a vulnerability (SSVC, "Exploitation").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exploitation {
    /// No attack and no recipe for one is known.
    None,
    /// A recipe is public.
    Poc,
    /// It is attacked.
    Active,
}

impl Exploitation {
    /// Every state, the worst first.
    pub const ALL: [Exploitation; 3] = [Exploitation::Active, Exploitation::Poc, Exploitation::None];

    /// The word in JSON and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Exploitation::Active => "active",
            Exploitation::Poc => "poc",
            Exploitation::None => "none",
        }
    }
}

/// How easily an image is attacked, in the words that responders use: exploitation and whether it can be automated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Exploitability {
    /// No attack is known: shown as `N/A`.
    #[serde(rename = "n/a")]
    NotKnownExploited,
    /// A recipe is public.
    #[serde(rename = "hard")]
    Hard,
    /// Nobody scanned it: shown as `?`. Taken for a recipe that can be automated.
    #[serde(rename = "unknown")]
    Unknown,
    /// It is attacked.
    #[serde(rename = "medium")]
    Medium,
    /// It is attacked, and by machines.
    #[serde(rename = "easy")]
    Easy,
}

impl Exploitability {
    /// Every word, in the order of the matrix's columns.
    pub const ALL: [Exploitability; 5] = [
        Exploitability::Easy,
        Exploitability::Medium,
        Exploitability::Hard,
        Exploitability::NotKnownExploited,
        Exploitability::Unknown,
    ];

    /// The word in JSON and filters.
    pub fn as_str(self) -> &'static str {
        match self {
            Exploitability::Easy => "easy",
            Exploitability::Medium => "medium",
            Exploitability::Hard => "hard",
            Exploitability::NotKnownExploited => "n/a",
            Exploitability::Unknown => "unknown",
        }
    }

    /// The word shown to people.
    pub fn shown(self) -> &'static str {
        match self {
            Exploitability::Easy => "Easy",
            Exploitability::Medium => "Medium",
            Exploitability::Hard => "Hard",
            Exploitability::NotKnownExploited => "N/A",
            Exploitability::Unknown => "?",
        }
    }

    /// The word of either form, whatever its case.
    pub fn parse(word: &str) -> Option<Exploitability> {
        let word = word.trim();
        let is = |found: &Exploitability| {
            found.as_str().eq_ignore_ascii_case(word) || found.shown().eq_ignore_ascii_case(word)
        };
        Exploitability::ALL.into_iter().find(is)
    }
}

/// From where an image can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exposure {
    /// Only where people develop.
    DevOnly,
    /// From within.
    Internal,
    /// From anywhere.
    Internet,
}

impl Exposure {
    /// Every word, the worst first.
    pub const ALL: [Exposure; 3] = [Exposure::Internet, Exposure::Internal, Exposure::DevOnly];

    /// The word in JSON, filters and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Exposure::Internet => "internet",
            Exposure::Internal => "internal",
            Exposure::DevOnly => "dev-only",
        }
    }

    /// The word shown to people.
    pub fn shown(self) -> &'static str {
        match self {
            Exposure::Internet => "Internet",
            Exposure::Internal => "Internal",
            Exposure::DevOnly => "Dev only",
        }
    }

    /// The word of either form, whatever its case; `dev` is enough.
    pub fn parse(word: &str) -> Option<Exposure> {
        let word = word.trim();
        let is =
            |found: &Exposure| found.as_str().eq_ignore_ascii_case(word) || found.shown().eq_ignore_ascii_case(word);
        Exposure::ALL.into_iter().find(is).or_else(|| word.eq_ignore_ascii_case("dev").then_some(Exposure::DevOnly))
    }
}

/// Where an image stands: the columns of the compromise table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Files name it, and nothing shows that it was ever got.
    Files,
    /// A machine has it, or ran it: cached, stopped, ended.
    Kept,
    /// A build job runs it, or builds with it.
    CiBuild,
    /// It runs, or is scheduled to.
    Running,
}

impl Standing {
    /// Every one, the worst first.
    pub const ALL: [Standing; 4] = [Standing::Running, Standing::CiBuild, Standing::Kept, Standing::Files];

    /// The word in JSON and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Running => "running",
            Standing::CiBuild => "ci-build",
            Standing::Kept => "kept",
            Standing::Files => "files",
        }
    }

    /// The words shown to people.
    pub fn shown(self) -> &'static str {
        match self {
            Standing::Running => "running",
            Standing::CiBuild => "CI build",
            Standing::Kept => "cached/stopped",
            Standing::Files => "files only",
        }
    }

    /// The word's meaning.
    pub fn parse(word: &str) -> Option<Standing> {
        Standing::ALL.into_iter().find(|standing| standing.as_str().eq_ignore_ascii_case(word.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back_in_both_forms() {
        for word in Criticality::ALL {
            assert_eq!(Criticality::parse(word.shown()), Some(word));
            assert_eq!(serde_json::to_value(word).unwrap(), word.as_str());
        }
        for word in Exploitability::ALL {
            assert_eq!(
                (Exploitability::parse(word.shown()), Exploitability::parse(word.as_str())),
                (Some(word), Some(word))
            );
            assert_eq!(serde_json::to_value(word).unwrap(), word.as_str());
        }
        for word in Exposure::ALL {
            assert_eq!((Exposure::parse(word.shown()), Exposure::parse(word.as_str())), (Some(word), Some(word)));
            assert_eq!(serde_json::to_value(word).unwrap(), word.as_str());
        }
        for word in Standing::ALL {
            assert_eq!(Standing::parse(word.as_str()), Some(word));
            assert_eq!(serde_json::to_value(word).unwrap(), word.as_str());
        }
        assert_eq!(Exposure::parse("DEV"), Some(Exposure::DevOnly));
        assert_eq!(Criticality::parse("severe"), None);
    }

    #[test]
    fn lists_begin_with_the_worst() {
        assert!(Criticality::ALL.windows(2).all(|pair| pair[0] > pair[1]));
        assert!(Exposure::ALL.windows(2).all(|pair| pair[0] > pair[1]));
        assert!(Standing::ALL.windows(2).all(|pair| pair[0] > pair[1]));
        assert!(Exploitation::ALL.windows(2).all(|pair| pair[0] > pair[1]));
    }
}

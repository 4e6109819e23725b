//! Priorities: what first. P0 is the most urgent.

use serde::{Deserialize, Serialize};

/// How urgent an image is, the least urgent first: the order is the one in which priorities are merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Priority {
    /// With the next rebuild.
    P3,
    /// Within days.
    P2,
    /// Within a day.
    P1,
    /// Now.
    P0,
}

impl Priority {
    /// Every priority, the most urgent first, as lists show them.
    pub const ALL: [Priority; 4] = [Priority::P0, Priority::P1, Priority::P2, Priority::P3];

    /// The word for it everywhere.
    pub fn as_str(self) -> &'static str {
        match self {
            Priority::P0 => "P0",
            Priority::P1 => "P1",
            Priority::P2 => "P2",
            Priority::P3 => "P3",
        }
    }

    /// The priority of a word, whatever its case.
    pub fn parse(word: &str) -> Option<Priority> {
        Priority::ALL.into_iter().find(|priority| priority.as_str().eq_ignore_ascii_case(word.trim()))
    }

    /// The number in the projections: 0 is none, more is more urgent.
    pub fn number(self) -> i64 {
        match self {
            Priority::P0 => 4,
            Priority::P1 => 3,
            Priority::P2 => 2,
            Priority::P3 => 1,
        }
    }

    /// The priority of a stored number.
    pub fn from_number(number: i64) -> Option<Priority> {
        Priority::ALL.into_iter().find(|priority| priority.number() == number)
    }

    /// Its place in [`Priority::ALL`].
    pub fn index(self) -> usize {
        (4 - self.number()).unsigned_abs() as usize
    }

    /// One level more urgent; P0 stays.
    #[must_use]
    pub fn raised(self) -> Priority {
        match self {
            Priority::P3 => Priority::P2,
            Priority::P2 => Priority::P1,
            Priority::P1 | Priority::P0 => Priority::P0,
        }
    }
}

impl std::fmt::Display for Priority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_places_go_there_and_back() {
        for (at, priority) in Priority::ALL.into_iter().enumerate() {
            assert_eq!(Priority::parse(&priority.as_str().to_lowercase()), Some(priority));
            assert_eq!(Priority::from_number(priority.number()), Some(priority));
            assert_eq!(priority.index(), at);
            assert_eq!(serde_json::to_string(&priority).unwrap(), format!("\"{priority}\""));
            assert!(priority.raised() >= priority);
        }
        assert!(Priority::ALL.windows(2).all(|pair| pair[0] > pair[1] && pair[0] == pair[1].raised()));
        assert_eq!(Priority::from_number(0), None);
        assert_eq!(Priority::parse("P4"), None);
    }
}

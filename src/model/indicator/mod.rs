//! Indicators: what is bad or in doubt, since when and until when, and what a responder says of it.
//!
//! Owns the words. Whether an image is touched is worked out elsewhere; nothing here knows a case.

mod target;
mod window;

use serde::{Deserialize, Serialize};

use super::id::Id;
use super::verdict::Verdict;

pub use target::{Asked, NotATarget, Place, Target};
pub use window::{BadWindow, Stated, Window};

/// What is said of a target, the mildest first: of two words at once the most severe counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Known good for a window.
    Cleared,
    /// In doubt.
    Suspect,
    /// Known bad.
    Bad,
}

impl State {
    /// Every state, the worst first.
    pub const ALL: [State; 3] = [State::Bad, State::Suspect, State::Cleared];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Bad => "bad",
            State::Suspect => "suspect",
            State::Cleared => "cleared",
        }
    }

    /// What a direct match of it comes to; `None` for what clears.
    pub fn verdict(self) -> Option<Verdict> {
        match self {
            State::Bad => Some(Verdict::Bad),
            State::Suspect => Some(Verdict::Suspect),
            State::Cleared => None,
        }
    }
}

/// How something is known to be good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum ClearedBy {
    /// It was there before the window.
    #[default]
    Predates,
    /// Its signature was checked.
    Signed,
    /// It was built again with the same digest.
    Rebuilt,
}

impl ClearedBy {
    /// The verdict that it gives.
    pub fn verdict(self) -> Verdict {
        match self {
            ClearedBy::Predates => Verdict::Predates,
            ClearedBy::Signed => Verdict::SignedOk,
            ClearedBy::Rebuilt => Verdict::RebuiltEqual,
        }
    }
}

/// An indicator as it counts, whatever was said before or at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// Its id.
    pub id: Id,
    /// What it is about.
    pub target: Target,
    /// What is said of it.
    pub state: State,
    /// When; `None` for always, or where nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// How it is known to be good, where it is.
    #[serde(default)]
    pub cleared_by: ClearedBy,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_severe_state_is_the_greatest() {
        assert!(State::Bad > State::Suspect && State::Suspect > State::Cleared);
        for state in State::ALL {
            assert_eq!(serde_json::to_string(&state).unwrap(), format!("{:?}", state.as_str()));
        }
    }

    #[test]
    fn only_what_clears_gives_a_cleared_verdict() {
        for by in [ClearedBy::Predates, ClearedBy::Signed, ClearedBy::Rebuilt] {
            assert!(by.verdict().is_cleared());
        }
        assert!(State::ALL.into_iter().filter_map(State::verdict).all(Verdict::is_open));
    }
}

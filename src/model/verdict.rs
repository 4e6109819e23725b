//! Verdicts about compromise: the words, their order and their numbers.
//!
//! A verdict is always relative to the open indicators. Without one there is no verdict at all, which is an absent value
//! and never one of these words. Unknown never means safe: what cannot be told is [`Verdict::NotKnown`], which asks for
//! more attention than no verdict.

use serde::{Deserialize, Serialize};

/// What is to be thought of an image, the mildest first. The order is the one in which verdicts are merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Cleared: it was there before the window began.
    Predates,
    /// Cleared: its signature was checked against an identity that the breach does not touch.
    SignedOk,
    /// Cleared: it was built again from its sources, with the same digest.
    RebuiltEqual,
    /// Proved: nothing ties it to what is named.
    NoLink,
    /// It can neither be linked nor excluded.
    NotKnown,
    /// In scope, without a signal.
    ToCheck,
    /// In scope, with a signal.
    Suspect,
    /// Confirmed.
    Bad,
}

impl Verdict {
    /// Every verdict, the worst first, as lists show them.
    pub const ALL: [Verdict; 8] = [
        Verdict::Bad,
        Verdict::Suspect,
        Verdict::ToCheck,
        Verdict::NotKnown,
        Verdict::NoLink,
        Verdict::RebuiltEqual,
        Verdict::SignedOk,
        Verdict::Predates,
    ];

    /// The word used in JSON and filters.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Bad => "bad",
            Verdict::Suspect => "suspect",
            Verdict::ToCheck => "to-check",
            Verdict::NotKnown => "not-known",
            Verdict::NoLink => "no-link",
            Verdict::RebuiltEqual => "rebuilt-equal",
            Verdict::SignedOk => "signed-ok",
            Verdict::Predates => "predates",
        }
    }

    /// The words shown to people.
    pub fn shown(self) -> &'static str {
        match self {
            Verdict::Bad => "BAD",
            Verdict::Suspect => "SUSPECT",
            Verdict::ToCheck => "TO CHECK",
            Verdict::NotKnown => "NOT KNOWN",
            Verdict::NoLink => "NO LINK",
            Verdict::RebuiltEqual => "REBUILT EQUAL",
            Verdict::SignedOk => "SIGNED OK",
            Verdict::Predates => "PREDATES",
        }
    }

    /// The verdict of a word in JSON and filters, whatever its case.
    pub fn parse(word: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|verdict| verdict.as_str().eq_ignore_ascii_case(word))
    }

    /// The number in the projections: 0 is no verdict, more is worse.
    pub fn number(self) -> i64 {
        match self {
            Verdict::Bad => 4,
            Verdict::Suspect => 3,
            Verdict::ToCheck => 2,
            Verdict::NotKnown => 1,
            Verdict::NoLink => -1,
            Verdict::RebuiltEqual => -2,
            Verdict::SignedOk => -3,
            Verdict::Predates => -4,
        }
    }

    /// The verdict of a stored number.
    pub fn from_number(number: i64) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|verdict| verdict.number() == number)
    }

    /// True for what a responder still has to do something about.
    pub fn is_open(self) -> bool {
        self >= Verdict::NotKnown
    }

    /// True for the three ways of being cleared.
    pub fn is_cleared(self) -> bool {
        self < Verdict::NoLink
    }

    /// One step lower, for what is passed on with little confidence. What is open stays open.
    #[must_use]
    pub fn lowered(self) -> Verdict {
        match self {
            Verdict::Bad => Verdict::Suspect,
            Verdict::Suspect => Verdict::ToCheck,
            Verdict::ToCheck => Verdict::NotKnown,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_go_there_and_back() {
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::parse(verdict.as_str()), Some(verdict));
            assert_eq!(Verdict::from_number(verdict.number()), Some(verdict));
            assert_eq!(serde_json::to_string(&verdict).unwrap(), format!("{:?}", verdict.as_str()));
        }
        assert_eq!(Verdict::from_number(0), None);
        assert_eq!(Verdict::parse("none"), None);
    }

    #[test]
    fn numbers_and_lists_follow_the_order_of_merging() {
        assert!(Verdict::ALL.windows(2).all(|pair| pair[0] > pair[1] && pair[0].number() > pair[1].number()));
        // No verdict stands between what is open and what is proved or cleared.
        assert!(Verdict::NotKnown.number() > 0 && Verdict::NoLink.number() < 0);
        assert!(Verdict::ALL.into_iter().all(|v| v.is_open() == (v.number() > 0)));
    }

    #[test]
    fn lowering_never_closes() {
        for verdict in Verdict::ALL {
            assert_eq!(verdict.lowered().is_open(), verdict.is_open());
            assert!(verdict.lowered() <= verdict);
        }
    }
}

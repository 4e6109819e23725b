//! What evidence claims a digest to be, and which kind follows.

use crate::model::digest::{DigestKind, RelationKind};

/// A set of claims about one digest. Claims are only ever added, so the order of evidence does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Claims(u8);

impl Claims {
    /// Nothing is claimed.
    pub const NONE: Claims = Claims(0);
    /// A runtime reported the digest without a name, as it does for an image's config. Weak: some runtimes do so for
    /// other digests too.
    pub const REPORTED_CONFIG: Claims = Claims(1);
    /// A record proves a config.
    pub const CONFIG: Claims = Claims(2);
    /// A record proves a manifest.
    pub const MANIFEST: Claims = Claims(4);
    /// A record proves an index.
    pub const INDEX: Claims = Claims(8);

    /// The claims that a runtime's report of a digest makes.
    pub fn of_report(kind: DigestKind) -> Claims {
        if kind == DigestKind::Config { Claims::REPORTED_CONFIG } else { Claims::NONE }
    }

    /// What a relation claims of its first and its second digest.
    pub fn of_relation(kind: RelationKind) -> (Claims, Claims) {
        match kind {
            RelationKind::SameRecord => (Claims::NONE, Claims::NONE),
            RelationKind::Contains => (Claims::INDEX, Claims::MANIFEST),
            RelationKind::ConfigOf => (Claims::CONFIG, Claims::MANIFEST),
        }
    }

    /// From a stored set; unknown bits are dropped.
    pub fn from_bits(bits: i64) -> Claims {
        Claims((bits & 15) as u8)
    }

    /// For storing.
    pub fn bits(self) -> i64 {
        i64::from(self.0)
    }

    /// Both sets together.
    pub fn with(self, other: Claims) -> Claims {
        Claims(self.0 | other.0)
    }

    fn has(self, other: Claims) -> bool {
        self.0 & other.0 != 0
    }

    /// The kind that follows: proof beats report; what contains something is an index even where another index contains
    /// it; a digest proved to be both a config and something else stays unknown.
    pub fn kind(self) -> DigestKind {
        let (config, manifest, index) = (self.has(Self::CONFIG), self.has(Self::MANIFEST), self.has(Self::INDEX));
        match (config, manifest, index) {
            (true, false, false) => DigestKind::Config,
            (true, _, _) => DigestKind::Unknown,
            (false, _, true) => DigestKind::Index,
            (false, true, false) => DigestKind::Manifest,
            (false, false, false) if self.has(Self::REPORTED_CONFIG) => DigestKind::Config,
            (false, false, false) => DigestKind::Unknown,
        }
    }

    /// True where evidence contradicts itself: a config on one page, a manifest or index on another.
    pub fn contradict(self) -> bool {
        let config = self.has(Self::CONFIG) || self.has(Self::REPORTED_CONFIG);
        config && (self.has(Self::MANIFEST) || self.has(Self::INDEX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_unknown_until_something_is_claimed() {
        assert_eq!(Claims::NONE.kind(), DigestKind::Unknown);
        assert!(!Claims::NONE.contradict());
    }

    #[test]
    fn proof_beats_a_report_and_the_contradiction_is_kept() {
        let both = Claims::REPORTED_CONFIG.with(Claims::MANIFEST);
        assert_eq!(both.kind(), DigestKind::Manifest);
        assert!(both.contradict());
    }

    #[test]
    fn a_digest_proved_to_be_config_and_manifest_stays_unknown() {
        let both = Claims::CONFIG.with(Claims::MANIFEST);
        assert_eq!(both.kind(), DigestKind::Unknown);
        assert!(both.contradict());
    }

    #[test]
    fn an_index_within_an_index_is_an_index() {
        let nested = Claims::INDEX.with(Claims::MANIFEST);
        assert_eq!(nested.kind(), DigestKind::Index);
        assert!(!nested.contradict());
    }

    #[test]
    fn contains_and_config_of_prove_kinds_and_one_record_does_not() {
        let kinds = |relation| {
            let (a, b) = Claims::of_relation(relation);
            (a.kind(), b.kind())
        };
        assert_eq!(kinds(RelationKind::Contains), (DigestKind::Index, DigestKind::Manifest));
        assert_eq!(kinds(RelationKind::ConfigOf), (DigestKind::Config, DigestKind::Manifest));
        assert_eq!(kinds(RelationKind::SameRecord), (DigestKind::Unknown, DigestKind::Unknown));
    }
}

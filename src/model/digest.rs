//! Content digests, what kind of thing each one names, and the proven relations between them.
//!
//! A digest is a node of its own. An index digest, a manifest digest and a config digest of one and the same
//! image are three different values, and none is ever mistaken for another: kinds are learnt from evidence and
//! stay [`DigestKind::Unknown`] until then.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// `algorithm:hex` as in the OCI image specification (descriptor.md, "Digests"), lower-case hex.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

/// Why a text is no digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a digest (expected algorithm:hex, for sha256 64 hex digits)")]
pub struct NotADigest(pub String);

impl Digest {
    /// Parses `algorithm:hex`; upper-case hex is accepted and lowered. For `sha256`, `sha384` and `sha512` the
    /// length must fit the algorithm.
    pub fn parse(text: &str) -> Result<Self, NotADigest> {
        let bad = || NotADigest(text.chars().take(200).collect());
        let (algorithm, hex) = text.split_once(':').ok_or_else(bad)?;
        let wanted = match algorithm {
            "sha256" => Some(64),
            "sha384" => Some(96),
            "sha512" => Some(128),
            _ => None,
        };
        let length_fits = wanted.map_or(hex.len() >= 32 && hex.len() <= 256, |n| hex.len() == n);
        if !algorithm_is_valid(algorithm) || !length_fits || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(bad());
        }
        Ok(Digest(format!("{algorithm}:{}", hex.to_ascii_lowercase())))
    }

    /// The SHA-256 of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_sha256(&Sha256::digest(bytes).into())
    }

    /// A digest from 32 raw SHA-256 bytes.
    pub fn from_sha256(raw: &[u8; 32]) -> Self {
        Digest(crate::model::id::hex_after("sha256:", raw))
    }

    /// The whole text, `sha256:…`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The hex part.
    pub fn hex(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, hex)| hex)
    }

    /// The first eight hex digits, for tables.
    pub fn short(&self) -> &str {
        let hex = self.hex();
        hex.get(..8).unwrap_or(hex)
    }
}

/// `[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*` of distribution/reference.
fn algorithm_is_valid(text: &str) -> bool {
    !text.is_empty()
        && text.split(['-', '_', '+', '.']).all(|part| {
            part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

impl TryFrom<String> for Digest {
    type Error = NotADigest;
    fn try_from(text: String) -> Result<Self, NotADigest> {
        Digest::parse(&text)
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a digest names. Ordered by how much is known: a known kind beats `Unknown` when facts are folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum DigestKind {
    /// Not told by any evidence so far. A pod's `imageID` may be an index, a manifest or a config.
    #[default]
    Unknown,
    /// The image's config blob ("image ID").
    Config,
    /// One platform's manifest.
    Manifest,
    /// A list of manifests.
    Index,
}

impl DigestKind {
    /// The word used in JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            DigestKind::Unknown => "unknown",
            DigestKind::Config => "config",
            DigestKind::Manifest => "manifest",
            DigestKind::Index => "index",
        }
    }
}

/// A proven relation between two digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelationKind {
    /// Both were named for one image in one inspect record: they name the same image, whatever their kinds.
    SameRecord,
    /// The first is an index that contains the second, a manifest. An index is a group, not one image.
    Contains,
    /// The first is the config of the second, a manifest.
    ConfigOf,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parses_by_algorithm_and_length() {
        let ok =
            [("sha256", 64), ("sha384", 96), ("sha512", 128), ("blake3", 64), ("sha256+b64u", 32), ("a.b-c_d", 256)];
        for (algorithm, length) in ok {
            let text = format!("{algorithm}:{}", "0a".repeat(length / 2));
            assert_eq!(Digest::parse(&text).unwrap().as_str(), text);
        }
        let bad =
            [("sha256", 62), ("sha256", 66), ("sha512", 64), ("blake3", 30), ("blake3", 258), ("", 64), ("3x", 64)];
        for (algorithm, length) in bad {
            assert!(
                Digest::parse(&format!("{algorithm}:{}", "0a".repeat(length / 2))).is_err(),
                "{algorithm}:{length}"
            );
        }
        for text in ["", ":", "sha256", "sha256:", "a+:", "sha256:é"] {
            assert_eq!(Digest::parse(text), Err(NotADigest(text.to_owned())));
        }
        assert!(Digest::parse(&format!("sha256:{}", "0g".repeat(32))).is_err());
    }

    #[test]
    fn upper_case_hex_is_lowered_and_shortened() {
        let digest = Digest::parse(&format!("sha256:{}", "AB".repeat(32))).unwrap();
        assert_eq!(digest.hex(), "ab".repeat(32));
        assert_eq!(digest.short(), "abababab");
    }

    #[test]
    fn of_empty_is_the_known_value() {
        // FIPS 180-4: SHA-256 of the empty message.
        let known = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of(b"").as_str(), known);
        assert_eq!(serde_json::to_string(&Digest::of(b"")).unwrap(), format!("{known:?}"));
        assert!(serde_json::from_str::<Digest>("\"sha256:e3b0\"").is_err());
    }

    #[test]
    fn a_long_refusal_is_cut() {
        assert_eq!(Digest::parse(&"x".repeat(9999)).unwrap_err().0.len(), 200);
    }

    #[test]
    fn a_known_kind_beats_unknown() {
        for kind in [DigestKind::Config, DigestKind::Manifest, DigestKind::Index] {
            assert!(kind > DigestKind::default());
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("{:?}", kind.as_str()));
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,300}") {
            if let Ok(digest) = Digest::parse(&text) {
                prop_assert_eq!(Digest::parse(digest.as_str()), Ok(digest.clone()));
            }
        }
    }
}

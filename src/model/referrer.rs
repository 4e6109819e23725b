//! What a registry says refers to an image: signatures, attestations, SBOMs and whatever else hangs on a digest.
//!
//! That something is there says nothing about whether it is right: nobody checked it, and it clears nothing.
//!
//! Source: OCI distribution specification 1.1, "Listing Referrers".

use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::fact::Spot;

/// What a referrer is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReferrerKind {
    /// A signature.
    Signature,
    /// A statement about it, as of its build.
    Attestation,
    /// A list of what is in it.
    Sbom,
    /// Something else.
    Other,
    /// Nothing was found yet: the registry was asked for what refers to the subject, and answered.
    Asked,
}

impl ReferrerKind {
    /// All of them, in the order in which they are listed.
    pub const ALL: [ReferrerKind; 5] = [
        ReferrerKind::Signature,
        ReferrerKind::Attestation,
        ReferrerKind::Sbom,
        ReferrerKind::Other,
        ReferrerKind::Asked,
    ];

    /// As written in records and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            ReferrerKind::Signature => "signature",
            ReferrerKind::Attestation => "attestation",
            ReferrerKind::Sbom => "sbom",
            ReferrerKind::Other => "other",
            ReferrerKind::Asked => "asked",
        }
    }

    /// The kind of a word; what is not known is something else.
    pub fn parse(word: &str) -> ReferrerKind {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).unwrap_or(ReferrerKind::Other)
    }
}

/// Something that refers to an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referrer {
    /// What it is said to be.
    #[serde(rename = "k")]
    pub kind: ReferrerKind,
    /// What it refers to.
    #[serde(rename = "s")]
    pub subject: Digest,
    /// Its own digest; the subject's where the registry was only asked.
    #[serde(rename = "d")]
    pub digest: Digest,
    /// The media or artifact type by which it is told, scrubbed; may be empty.
    #[serde(rename = "m", default, skip_serializing_if = "String::is_empty")]
    pub media_type: String,
    /// Where it stands, relative to the item.
    #[serde(rename = "at", default)]
    pub spot: Spot,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_kinds_go_both_ways() {
        for kind in ReferrerKind::ALL {
            assert_eq!(ReferrerKind::parse(kind.as_str()), kind);
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!(ReferrerKind::parse("helm-chart"), ReferrerKind::Other);
    }
}

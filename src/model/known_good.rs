//! What was published or trusted before: a name and the digest that it led to then.
//!
//! It is somebody's word, dated by the evidence it stands in. It shows what differs now; it clears nothing.

use serde::{Deserialize, Serialize};

use super::digest::{Digest, DigestKind};
use super::fact::Spot;

/// A name with the digest that is known to be good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The name as written, with its tag; without its digest.
    #[serde(rename = "w")]
    pub as_written: String,
    /// The digest.
    #[serde(rename = "d")]
    pub digest: Digest,
    /// What kind of digest it is, where the list says so.
    #[serde(rename = "k", default, skip_serializing_if = "is_unknown")]
    pub kind: DigestKind,
    /// Where it stands, relative to the item.
    #[serde(rename = "at", default)]
    pub spot: Spot,
}

fn is_unknown(kind: &DigestKind) -> bool {
    *kind == DigestKind::Unknown
}

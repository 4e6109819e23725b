//! What runtimes report as `imageID` and `image` of a running container, and what may be concluded from it.
//!
//! Forms seen: `docker-pullable://name@sha256:…`, `name@sha256:…` (a registry digest: index or manifest, not told
//! which), `docker://sha256:…`, plain `sha256:…` (the config digest of a locally loaded image), empty.

use super::digest::{Digest, DigestKind};
use super::reference::Reference;

/// A parsed report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// The name beside the digest, where one stands.
    pub name: Option<Reference>,
    /// The digest.
    pub digest: Digest,
    /// `Config` for a digest without a name, else `Unknown`.
    pub kind: DigestKind,
}

impl Reported {
    /// Parses an `imageID`, or an `image` that is a bare digest. `None` where it holds no digest.
    pub fn parse(text: &str) -> Option<Self> {
        let bare = ["docker-pullable://", "docker://", "containerd://", "cri-o://"]
            .iter()
            .find_map(|scheme| text.strip_prefix(scheme))
            .unwrap_or(text);
        if let Ok(digest) = Digest::parse(bare) {
            return Some(Reported { name: None, digest, kind: DigestKind::Config });
        }
        let (_, digest) = bare.rsplit_once('@')?;
        let digest = Digest::parse(digest).ok()?;
        Some(Reported { name: Reference::parse(bare).ok(), digest, kind: DigestKind::Unknown })
    }
}

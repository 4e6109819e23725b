//! Manifests and indexes, as far as one must know them to ask for what they name. What they say of images is for the readers.

use serde::Deserialize;
use std::collections::BTreeMap;

use crate::model::digest::Digest;

/// What is accepted where a manifest or an index is asked for. Docker's first schema is not: it names nothing.
pub(super) const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json";
/// The largest manifest, in bytes: registries are to take 4 MiB and rarely take more.
pub(super) const LARGEST_MANIFEST: u64 = 8 << 20;
/// The largest config, in bytes.
pub(super) const LARGEST_CONFIG: u64 = 8 << 20;
/// The largest statement about an image that is asked for, in bytes.
pub(super) const LARGEST_STATEMENT: u64 = 32 << 20;

/// A manifest or an index.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Manifest {
    /// What it is, where it is no image.
    pub artifact_type: String,
    /// The config of a manifest.
    pub config: Option<Descriptor>,
    /// The layers of a manifest.
    pub layers: Vec<Descriptor>,
    /// The members of an index.
    pub manifests: Vec<Descriptor>,
}

/// What one document says of another.
#[derive(Deserialize, Default, Clone)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Descriptor {
    /// Its media type.
    pub media_type: String,
    /// Its digest, as written.
    pub digest: String,
    /// Its size.
    pub size: u64,
    /// What it is, where it is no image.
    pub artifact_type: String,
    /// Its annotations.
    pub annotations: Option<BTreeMap<String, String>>,
}

impl Manifest {
    /// The parts, or why they cannot be told.
    pub fn parse(bytes: &[u8]) -> Result<Manifest, String> {
        serde_json::from_slice(bytes).map_err(|error| format!("its parts cannot be followed (line {})", error.line()))
    }
}

impl Descriptor {
    /// Its digest, where it is one that can be checked.
    pub fn checked(&self) -> Option<Digest> {
        Digest::parse(&self.digest).ok().filter(|digest| digest.as_str().starts_with("sha256:"))
    }

    /// An image's config, which tells layers and history.
    pub fn is_config(&self) -> bool {
        let media = ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];
        media.contains(&self.media_type.as_str())
    }

    /// Statements about an image that readers know: in-toto, bare, in an envelope or in a bundle of Sigstore. Layers of images
    /// never are.
    pub fn is_statement(&self) -> bool {
        let media = self.media_type.as_str();
        let known = ["application/vnd.in-toto+json", "application/vnd.dsse.envelope.v1+json"];
        let bundle = media.starts_with("application/vnd.dev.sigstore.bundle") && media.ends_with("json");
        (known.contains(&media) || bundle) && self.size <= LARGEST_STATEMENT
    }

    /// What BuildKit and others attach to an image within its index.
    pub fn is_attached(&self) -> bool {
        self.annotation("vnd.docker.reference.type").is_some()
    }

    /// An annotation.
    pub fn annotation(&self, name: &str) -> Option<&str> {
        self.annotations.as_ref()?.get(name).map(String::as_str)
    }

    /// What it says it is: the artifact type, else the media type.
    pub fn says(&self) -> &str {
        if self.artifact_type.is_empty() { &self.media_type } else { &self.artifact_type }
    }
}

/// What something is that refers to an image, by the type that it states.
pub(super) fn kind_of(says: &str, predicate: &str) -> &'static str {
    let (says, predicate) = (says.to_ascii_lowercase(), predicate.to_ascii_lowercase());
    let is = |words: &[&str]| words.iter().any(|word| says.contains(word) || predicate.contains(word));
    match () {
        () if is(&["spdx", "cyclonedx", "sbom", "syft"]) => "sbom",
        () if is(&["cosign.artifact.sig", "simplesigning", "notary", "notation", "signature"]) => "signature",
        () if is(&["in-toto", "attestation", "provenance", "dsse", "slsa"]) => "attestation",
        // A bundle may hold either; both are signed.
        () if is(&["sigstore.bundle"]) => "signature",
        () => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_follow_the_stated_types() {
        let table = [
            ("application/vnd.dev.cosign.artifact.sig.v1+json", "", "signature"),
            ("application/vnd.cncf.notary.signature", "", "signature"),
            ("application/vnd.dev.sigstore.bundle.v0.3+json", "", "signature"),
            ("application/vnd.dev.sigstore.bundle.v0.3+json", "https://slsa.dev/provenance/v1", "attestation"),
            ("application/vnd.in-toto+json", "https://slsa.dev/provenance/v0.2", "attestation"),
            ("application/vnd.in-toto+json", "https://spdx.dev/Document", "sbom"),
            ("application/spdx+json", "", "sbom"),
            ("text/plain", "", "other"),
        ];
        for (says, predicate, wanted) in table {
            assert_eq!(kind_of(says, predicate), wanted, "{says} {predicate}");
        }
    }

    #[test]
    fn layers_are_never_statements() {
        let of = |media: &str, size| Descriptor { media_type: media.into(), size, ..Descriptor::default() };
        assert!(of("application/vnd.in-toto+json", 10).is_statement());
        assert!(!of("application/vnd.in-toto+json", 1 << 40).is_statement());
        for media in
            ["application/vnd.oci.image.layer.v1.tar+gzip", "application/vnd.docker.image.rootfs.diff.tar.gzip", ""]
        {
            assert!(!of(media, 10).is_statement() && !of(media, 10).is_config(), "{media}");
        }
    }

    #[test]
    fn what_is_no_manifest_says_where() {
        assert!(Manifest::parse(b"<html>").is_err());
        assert!(Manifest::parse(br#"{"layers":{"x":1}}"#).is_err());
        assert!(Manifest::parse(b"{}").is_ok_and(|m| m.manifests.is_empty() && m.config.is_none()));
    }
}

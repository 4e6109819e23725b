//! What runtimes report as `imageID` and `image` of a running container, and what may be concluded from it.
//!
//! Forms seen: `docker-pullable://name@sha256:…`, `name@sha256:…` (a registry digest: index or manifest, not told
//! which), `docker://sha256:…`, plain `sha256:…` (the config digest of a locally loaded image), empty. Nothing here
//! decides what a registry digest names: Kubernetes #115199 has one node report the index where another reports the
//! manifest of the same image.

use super::digest::{Digest, DigestKind};
use super::reference::Reference;

/// Schemes that runtimes and the old dockershim put before a report.
const SCHEMES: [&str; 4] = ["docker-pullable://", "docker://", "containerd://", "cri-o://"];

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
    ///
    /// Bare 64 hex digits are the image ID that CRI-O and engines print without `sha256:`. A name that is no reference
    /// leaves the digest standing: what ran is known even where its name is not.
    pub fn parse(text: &str) -> Option<Self> {
        let bare = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme)).unwrap_or(text);
        let config = |digest| Reported { name: None, digest, kind: DigestKind::Config };
        if let Ok(digest) = Digest::parse(bare) {
            return Some(config(digest));
        }
        if bare.len() == 64 {
            return Digest::parse(&format!("sha256:{bare}")).ok().map(config);
        }
        let (name, digest) = bare.rsplit_once('@')?;
        let digest = Digest::parse(digest).ok()?;
        if name.is_empty() {
            return Some(config(digest));
        }
        Some(Reported { name: Reference::parse(bare).ok(), digest, kind: DigestKind::Unknown })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEX: &str = "e345a1cc25dd7a4d84a6ba5e3e9f6c4a1e0b5d2c7f8e9a0b1c2d3e4f5a6b7c8d";

    fn parse(form: &str) -> Option<Reported> {
        Reported::parse(&form.replace("HEX", HEX))
    }

    #[test]
    fn docker_pullable_is_a_registry_digest_of_unknown_kind() {
        let report = parse("docker-pullable://nginx@sha256:HEX").unwrap();
        assert_eq!(report.kind, DigestKind::Unknown);
        assert_eq!(report.digest.hex(), HEX);
        assert_eq!(report.name.unwrap().name(), "docker.io/library/nginx");
    }

    #[test]
    fn plain_sha256_is_a_config_digest() {
        for form in ["sha256:HEX", "docker://sha256:HEX", "containerd://sha256:HEX", "cri-o://sha256:HEX", "HEX"] {
            let report = parse(form).unwrap();
            assert_eq!((report.kind, report.name), (DigestKind::Config, None), "{form}");
            assert_eq!(report.digest.as_str(), format!("sha256:{HEX}"), "{form}");
        }
    }

    #[test]
    fn names_with_a_digest_keep_both() {
        let table = [
            ("registry.example:5000/team/web@sha256:HEX", "registry.example:5000/team/web", None),
            ("registry.example:5000/team/web:1.2@sha256:HEX", "registry.example:5000/team/web", Some("1.2")),
            ("docker-pullable://web:1.2@sha256:HEX", "docker.io/library/web", Some("1.2")),
            ("[::1]:5000/a@sha256:HEX", "[::1]:5000/a", None),
        ];
        for (form, name, tag) in table {
            let report = parse(form).unwrap();
            assert_eq!((report.kind, report.digest.hex()), (DigestKind::Unknown, HEX), "{form}");
            let reference = report.name.unwrap();
            assert_eq!((reference.name().as_str(), reference.tag()), (name, tag), "{form}");
        }
    }

    #[test]
    fn a_bad_name_leaves_the_digest() {
        let report = parse("Team/Web Front@sha256:HEX").unwrap();
        assert_eq!((report.name, report.digest.hex()), (None, HEX));
        assert_eq!(report.kind, DigestKind::Unknown);
    }

    #[test]
    fn no_digest_no_report() {
        let none = "|nginx|nginx:1.7.9|docker-pullable://|docker://|sha256:|sha256:abc|nginx@sha256:abc|nginx@|@|\
                    sha256:HEXff|docker-pullable://nginx:1.7.9|containerd://9a8b|http://x@y|zz";
        for form in none.split('|') {
            assert_eq!(parse(form), None, "{form:?}");
        }
        assert_eq!(Reported::parse(&"z".repeat(64)), None);
    }

    proptest! {
        #[test]
        fn a_config_never_has_a_name(text in "(docker-pullable://|docker://)?.{0,90}", form in "([a-z/:]{0,9}@)?(sha256:)?HEX") {
            for report in [Reported::parse(&text), parse(&form)].into_iter().flatten() {
                prop_assert!(report.name.is_none() || report.kind == DigestKind::Unknown);
            }
        }
    }
}

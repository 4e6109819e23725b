//! Package URLs of images: `pkg:docker/name@tag?…` as builders write them and `pkg:oci/name@sha256%3A…?repository_url=…` as
//! the specification has it (package-url/purl-spec, types `docker` and `oci`).

use crate::model::digest::Digest;
use crate::model::lineage::Named;
use crate::model::package::PackageUrl;
use crate::model::reference::Reference;

/// The image that a package URL names; `None` for another kind of package, and for what names no image.
pub(in crate::read) fn image(text: &str) -> Option<Named> {
    let url = PackageUrl::parse(text)?;
    let (name, version) = (url.path.clone(), url.version.clone());
    let qualifier = |key: &str| url.qualifier(key).map(str::to_owned);
    let digest = Digest::parse(&version).ok().or_else(|| Digest::parse(&qualifier("digest")?).ok());
    let repository = match (url.kind.as_str(), qualifier("repository_url")) {
        ("docker", None) => name,
        ("docker", Some(url)) => format!("{}/{name}", host(&url)),
        ("oci", Some(url)) => host(&url),
        // The registry is not told, and nobody said that it is Docker Hub.
        ("oci", None) => String::new(),
        _ => return None,
    };
    let tag = qualifier("tag").or_else(|| Some(version).filter(|v| !v.is_empty() && Digest::parse(v).is_err()));
    let as_written = match tag {
        _ if repository.is_empty() => String::new(),
        Some(tag) => format!("{repository}:{tag}"),
        None => repository,
    };
    let as_written = Some(as_written).filter(|name| Reference::parse(name).is_ok()).unwrap_or_default();
    let platform = qualifier("platform").filter(|platform| super::names::is_platform(platform));
    let named = Named { digest, as_written, platform };
    (named.digest.is_some() || !named.as_written.is_empty()).then_some(named)
}

/// A repository's URL without its scheme.
fn host(url: &str) -> String {
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
    bare.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEX: &str = "26c307b5e35a26c307b5e35a26c307b5e35a26c307b5e35a26c307b5e35a26c3";

    fn shown(text: &str) -> Option<(String, bool, Option<String>)> {
        image(&text.replace("HEX", HEX)).map(|n| (n.as_written, n.digest.is_some(), n.platform))
    }

    #[test]
    fn images_of_builders_and_of_the_specification() {
        for (text, name, pinned, platform) in [
            ("pkg:docker/alpine@3.17?platform=linux%2Famd64", "alpine:3.17", false, Some("linux/amd64")),
            (
                "pkg:docker/alpine@3.17?digest=sha256:HEX&platform=linux%2Farm%2Fv7",
                "alpine:3.17",
                true,
                Some("linux/arm/v7"),
            ),
            ("pkg:docker/ghcr.io/astral-sh/uv@0.5", "ghcr.io/astral-sh/uv:0.5", false, None),
            ("pkg:docker/cassandra@sha256%3AHEX", "cassandra", true, None),
            ("pkg:docker/customer/dockerimage@1?repository_url=gcr.io", "gcr.io/customer/dockerimage:1", false, None),
            (
                "pkg:oci/debian@sha256%3AHEX?repository_url=docker.io/library/debian&tag=latest",
                "docker.io/library/debian:latest",
                true,
                None,
            ),
            (
                "pkg:oci/static@sha256:HEX?repository_url=gcr.io%2Fdistroless%2Fstatic",
                "gcr.io/distroless/static",
                true,
                None,
            ),
            ("pkg:oci/hello@sha256:HEX?arch=amd64", "", true, None),
        ] {
            let expected = (name.to_owned(), pinned, platform.map(str::to_owned));
            assert_eq!(shown(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_image_is_none() {
        for text in [
            "pkg:npm/lodash@4.17.21",
            "pkg:oci/hello",
            "pkg:docker/",
            "pkg:docker",
            "docker://a",
            "pkg:docker/A%20B@1",
            "pkg:docker/%zz@1",
            "pkg:docker/a%ff@1",
            "",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
        assert_eq!(image(&format!("pkg:docker/{}", "a".repeat(5000))), None);
    }

    proptest! {
        #[test]
        fn what_is_named_can_be_used(text in "pkg:(docker|oci)/.{0,60}") {
            if let Some(named) = image(&text) {
                prop_assert!(named.digest.is_some() || Reference::parse(&named.as_written).is_ok(), "{named:?}");
            }
        }
    }
}

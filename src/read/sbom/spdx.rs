//! SPDX 2.2 and 2.3 in JSON: packages that are images, and `DESCENDANT_OF` and `ANCESTOR_OF` between them.

use std::collections::HashMap;

use crate::model::digest::Digest;
use crate::model::lineage::{EdgeKind, Named, ProofKind};
use crate::model::reference::Reference;
use crate::read::lineage::{self, Identity, Telling};
use crate::read::tree::Node;

/// Reads a document that stands at `at`.
pub(super) fn read(node: Node<'_>, at: &str, told: &mut Telling<'_>) {
    super::later(told);
    told.time(node.path(&["creationInfo", "created"]), true);
    let mut images = HashMap::new();
    for (i, package) in node.list("packages").enumerate() {
        let Some(named) = image(package, &format!("{at}/packages/{i}"), told) else { continue };
        if let Some(id) = package.string_at("SPDXID") {
            images.insert(id, named);
        }
    }
    if images.len() < 2 {
        return;
    }
    for (i, relation) in node.list("relationships").enumerate() {
        let [from, kind, to] =
            ["spdxElementId", "relationshipType", "relatedSpdxElement"].map(|key| relation.string_at(key));
        let (Some(from), Some(to)) = (from, to) else { continue };
        let (child, parent) = match kind.as_deref() {
            // Written with an `e` by some.
            Some("DESCENDANT_OF" | "DESCENDENT_OF") => (from, to),
            Some("ANCESTOR_OF") => (to, from),
            _ => continue,
        };
        if let (Some(child), Some(parent)) = (images.get(&child), images.get(&parent)) {
            let spot = told.spot(relation, format!("{at}/relationships/{i}"));
            told.claim(child, parent.clone(), Some(EdgeKind::Base), ProofKind::Sbom, &spot);
        }
    }
}

/// The image that a package is; `None` for other packages.
fn image(package: Node<'_>, at: &str, told: &mut Telling<'_>) -> Option<Named> {
    let url = package.list("externalRefs").find_map(|reference| lineage::purl(&reference.text_of("referenceLocator")?));
    let container = package.text_of("primaryPackagePurpose").is_some_and(|purpose| purpose == "CONTAINER")
        || package.text_of("SPDXID").is_some_and(|id| id.starts_with("SPDXRef-ContainerImage-"));
    let by_name = || {
        let name = package.string_at("name").filter(|name| Reference::parse(name).is_ok())?;
        let digest = package.string_at("versionInfo").and_then(|version| Digest::parse(&version).ok());
        let named = lineage::reference(&name)?;
        Some(Named { digest: digest.or(named.digest), ..named })
    };
    let attributed = attributions(package, at, told);
    let named = match (url, container) {
        (Some(url), _) => url,
        (None, true) => attributed.clone().or_else(by_name)?,
        (None, false) => return None,
    };
    if attributed.is_none() && !named.as_written.is_empty() {
        let spot = told.spot(package, at.to_owned());
        let text =
            named.digest.as_ref().map_or_else(|| named.as_written.clone(), |d| format!("{}@{d}", named.as_written));
        told.see(&text, named.digest.as_ref(), &spot);
    }
    Some(named)
}

/// What Trivy says of the image beside its package. It sorts these texts, so that several diffIDs are no chain.
fn attributions(package: Node<'_>, at: &str, told: &mut Telling<'_>) -> Option<Named> {
    let mut identity = Identity::default();
    let mut layers = Vec::new();
    let mut reference = None;
    for (i, place) in package.list("attributionTexts").enumerate().take(1_000) {
        let text = place.string()?;
        let Some((key, value)) = text.split_once(": ") else { continue };
        let spot = told.spot(place, format!("{at}/attributionTexts/{i}"));
        match key {
            "ImageID" => identity.config = Digest::parse(value).ok(),
            "DiffID" => layers.extend(Digest::parse(value).ok().map(|layer| (layer, spot))),
            "RepoTag" => identity.tags.push((value.to_owned(), spot)),
            "RepoDigest" => identity.digests.push((value.to_owned(), spot)),
            "Reference" => reference = Some((value.to_owned(), spot)),
            _ => {}
        }
    }
    identity.config.as_ref()?;
    super::told_by_trivy(identity, layers, reference, told.spot(package, at.to_owned()), told)
}

//! SPDX 2.2 and 2.3 in JSON: packages that are images, and `DESCENDANT_OF` and `ANCESTOR_OF` between them.

use std::collections::HashMap;

use super::packages::{self, Spdx};
use crate::model::digest::Digest;
use crate::model::fact::Spot;
use crate::model::finding::Report;
use crate::model::lineage::{EdgeKind, Named, ProofKind};
use crate::model::reference::Reference;
use crate::model::time::Micros;
use crate::read::lineage::{self, Identity, Telling};
use crate::read::scan::{Making, text};
use crate::read::tree::Node;

/// Reads a document that stands at `at`.
pub(super) fn read(node: Node<'_>, at: &str, told: &mut Telling<'_>) {
    told.time(node.path(&["creationInfo", "created"]), true);
    let mut images = HashMap::new();
    let mut making = Making::new(node, told.base(), at.to_owned()).within(told.inside());
    making.listed();
    begin(node, &mut making);
    let root = described(node);
    for (i, package) in node.list("packages").enumerate() {
        let pointer = format!("{at}/packages/{i}");
        let id = package.string_at("SPDXID");
        let is_root = id.is_some() && id == root;
        let Some(named) = image(package, &pointer, told) else {
            carried(package, is_root, &mut making);
            continue;
        };
        if is_root || images.is_empty() {
            let (name, identity) = (package.string_at("name").unwrap_or_default(), identity(package, &pointer, told));
            *making.subject() = packages::subject(name, Some(&named), identity.as_ref().map(|(identity, ..)| identity));
        }
        if let Some(id) = id {
            images.insert(id, named);
        }
    }
    told.reports.push(Report::Scan(Box::new(making.finish())));
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

/// Who made it, and when.
fn begin(node: Node<'_>, making: &mut Making) {
    let created = node.path(&["creationInfo", "created"]).and_then(|at| Micros::parse_rfc3339(&at.text()?));
    making.times(created, None);
    for creator in node.path(&["creationInfo", "creators"]).into_iter().flat_map(Node::elements).take(50) {
        if let Some((name, version)) = creator.text().as_deref().and_then(packages::creator) {
            making.by(&name.to_lowercase(), version);
        }
    }
}

/// The element that the document is about.
fn described(node: Node<'_>) -> Option<String> {
    let stated = node.list("documentDescribes").next().and_then(Node::string);
    stated.or_else(|| {
        let describes =
            |relation: &Node<'_>| relation.text_of("relationshipType").is_some_and(|kind| kind == "DESCRIBES");
        node.list("relationships").find(describes)?.string_at("relatedSpdxElement")
    })
}

/// Adds a package that is no image. What the document is about is none in it, unless it has a package URL.
fn carried(package: Node<'_>, is_root: bool, making: &mut Making) {
    let [name, version, source_info, purpose, references, texts] = package.pick([
        "name",
        "versionInfo",
        "sourceInfo",
        "primaryPackagePurpose",
        "externalRefs",
        "attributionTexts",
    ]);
    let urls =
        references.into_iter().flat_map(Node::elements).filter_map(|reference| reference.text_of("referenceLocator"));
    let purl = urls.into_iter().find(|url| url.starts_with("pkg:")).unwrap_or_default();
    let other = packages::is_other_purpose(&text(purpose).replace('_', "-"))
        || package.text_of("SPDXID").is_some_and(|id| id.starts_with("SPDXRef-OperatingSystem-"));
    if purl.is_empty() && (is_root || other) {
        return;
    }
    let mut texts = texts.into_iter().flat_map(Node::elements).take(100).filter_map(Node::string);
    let layer = texts.find_map(|text| Some(text.strip_prefix("LayerDiffID: ")?.to_owned())).unwrap_or_default();
    let (name, version, source_info) = (text(name), text(version), text(source_info));
    let told = Spdx { name: &name, version: &version, purl: &purl, source_info: &source_info, layer: &layer };
    let at = making.spot(package);
    making.carries(&told.package(), &at);
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
    let (mut identity, layers, reference) = identity(package, at, told)?;
    super::told_by_trivy(&mut identity, layers, reference, told.spot(package, at.to_owned()), told)
}

/// Names, layers and a reference with their places.
type Told = (Identity, Vec<(Digest, Spot)>, Option<(String, Spot)>);

fn identity(package: Node<'_>, at: &str, told: &Telling<'_>) -> Option<Told> {
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
    Some((identity, layers, reference))
}

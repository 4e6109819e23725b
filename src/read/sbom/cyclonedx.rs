//! CycloneDX in JSON: the container that the BOM is of, containers among its components, and their `pedigree.ancestors`.

use super::packages;
use crate::model::digest::Digest;
use crate::model::fact::Spot;
use crate::model::finding::Subject;
use crate::model::lineage::{EdgeKind, Named, ProofKind};
use crate::read::lineage::{self, Identity, Telling};
use crate::read::tree::Node;

/// Components in components are followed so deep.
const DEEPEST: usize = 16;

/// Reads a BOM that stands at `at`.
pub(super) fn read(node: Node<'_>, at: &str, told: &mut Telling<'_>) {
    told.time(node.path(&["metadata", "timestamp"]), true);
    let mut subject = Subject::default();
    if let Some(component) = node.path(&["metadata", "component"]) {
        let pointer = format!("{at}/metadata/component");
        of_component(component, &pointer, 0, told);
        let named = container(component);
        let identity = identity(component, &pointer, told).map(|(identity, ..)| identity);
        let name = component.string_at("name").unwrap_or_default();
        subject = packages::subject(name, named.as_ref(), identity.as_ref());
    }
    components(node, at, 0, told);
    packages::cyclonedx(node, at, subject, told);
}

fn components(node: Node<'_>, at: &str, depth: usize, told: &mut Telling<'_>) {
    if depth >= DEEPEST {
        return;
    }
    for (i, component) in node.list("components").enumerate() {
        of_component(component, &format!("{at}/components/{i}"), depth, told);
    }
}

fn of_component(component: Node<'_>, at: &str, depth: usize, told: &mut Telling<'_>) {
    components(component, at, depth + 1, told);
    let Some(image) = container(component) else { return };
    let spot = told.spot(component, at.to_owned());
    let by_trivy = properties(component, at, &spot, told);
    let child = by_trivy.clone().unwrap_or_else(|| image.clone());
    if by_trivy.is_none() && !image.as_written.is_empty() {
        let text =
            image.digest.as_ref().map_or_else(|| image.as_written.clone(), |d| format!("{}@{d}", image.as_written));
        told.see(&text, image.digest.as_ref(), &spot);
    }
    let Some(pedigree) = component.get("pedigree") else { return };
    for (i, ancestor) in pedigree.list("ancestors").enumerate() {
        let Some(parent) = container(ancestor).filter(|parent| *parent != Named::default()) else { continue };
        let spot = told.spot(ancestor, format!("{at}/pedigree/ancestors/{i}"));
        told.claim(&child, parent, Some(EdgeKind::Base), ProofKind::Sbom, &spot);
    }
}

/// The image that a component is; `None` for others. One that is not named so that it could be found is named by nothing.
fn container(component: Node<'_>) -> Option<Named> {
    let url = component.text_of("purl").and_then(|url| lineage::purl(&url));
    if url.is_none() && component.text_of("type").is_none_or(|kind| kind != "container") {
        return None;
    }
    let by_name = || {
        let name = component.string_at("name").filter(|name| !name.ends_with(".tar") && !name.ends_with(".tar.gz"))?;
        let version = component.string_at("version").unwrap_or_default();
        let named = lineage::reference(&name)?;
        let digest = Digest::parse(version.strip_prefix("sha256:sha256:").map_or(version.as_str(), |_| "")).ok();
        let tagged = named.as_written.rsplit('/').next().is_some_and(|last| last.contains(':'));
        let tag = !tagged && digest.is_none() && named.digest.is_none() && !version.is_empty();
        match lineage::reference(&format!("{name}:{version}")).filter(|_| tag) {
            Some(with_tag) => Some(with_tag),
            None => Some(Named { digest: digest.or(named.digest), ..named }),
        }
    };
    Some(url.or_else(by_name).unwrap_or_default())
}

/// What Trivy says of the image in properties.
fn properties(component: Node<'_>, at: &str, spot: &Spot, told: &mut Telling<'_>) -> Option<Named> {
    let (mut identity, layers, reference) = identity(component, at, told)?;
    super::told_by_trivy(&mut identity, layers, reference, spot.clone(), told)
}

/// Names, layers and a reference with their places.
type Told = (Identity, Vec<(Digest, Spot)>, Option<(String, Spot)>);

fn identity(component: Node<'_>, at: &str, told: &Telling<'_>) -> Option<Told> {
    let mut identity = Identity::default();
    let mut layers = Vec::new();
    let mut reference = None;
    for (i, property) in component.list("properties").enumerate().take(1_000) {
        let (Some(name), Some(value)) = (property.string_at("name"), property.string_at("value")) else { continue };
        let Some(key) = name.strip_prefix("aquasecurity:trivy:") else { continue };
        let spot = told.spot(property, format!("{at}/properties/{i}"));
        match key {
            "ImageID" => identity.config = Digest::parse(&value).ok(),
            "DiffID" => layers.extend(Digest::parse(&value).ok().map(|layer| (layer, spot))),
            "RepoTag" => identity.tags.push((value, spot)),
            "RepoDigest" => identity.digests.push((value, spot)),
            "Reference" => reference = Some((value, spot)),
            _ => {}
        }
    }
    identity.config.as_ref()?;
    Some((identity, layers, reference))
}

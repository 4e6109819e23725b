//! Trivy: `Results[]` with packages and vulnerabilities (`pkg/types/report.go`, `pkg/fanal/types/package.go`).
//!
//! A resource of a cluster's report may stand for several images, whose results stand side by side. A result then belongs to
//! the image that its target names, or that has its layer; where neither tells, to each of them, so that nothing is lost.

use super::making::{Making, Package, Rating, Vulnerability};
use super::text;
use crate::model::digest::Digest;
use crate::model::finding::{Report, Subject, Tool};
use crate::model::time::Micros;
use crate::read::lineage::{Telling, digest_at};
use crate::read::tree::Node;

/// Most images of one resource.
const MOST_IMAGES: usize = 100;
/// Most digests or tags of one image.
const MOST_NAMES: usize = 100;

/// An image among those of a resource.
struct Image {
    making: Making,
    layers: Vec<Digest>,
}

/// Reads the results beside the images in `metadata`; an artefact without metadata is known by its name alone.
pub(in crate::read) fn read(node: Node<'_>, metadata: &[Node<'_>], at: &str, told: &mut Telling<'_>) {
    let Some(results) = node.get("Results") else {
        // A report without results found nothing; one that is no report has no name either.
        if node.get("ArtifactName").is_none() && metadata.is_empty() {
            return;
        }
        return finish(images(node, metadata, at, told), true, told);
    };
    let mut images = images(node, metadata, at, told);
    let mut looked = false;
    for (i, result) in results.elements().enumerate() {
        let [target, class, kind, packages, vulnerabilities, suppressed] =
            result.pick(["Target", "Class", "Type", "Packages", "Vulnerabilities", "ExperimentalModifiedFindings"]);
        let (target, kind) = (text(target), text(kind));
        looked |= vulnerabilities.is_some() || class.is_none() || text(class).ends_with("-pkgs");
        let owner = owner_of(&images, &target);
        for package in packages.into_iter().flat_map(Node::elements) {
            listed(package, &kind, owner, &mut images);
        }
        for (j, vulnerability) in vulnerabilities.into_iter().flat_map(Node::elements).enumerate() {
            if !found(vulnerability, &kind, owner, &mut images) {
                let pointer = format!("{at}/Results/{i}/Vulnerabilities/{j}");
                told.reject(&pointer, "a finding without an id or without a package");
            }
        }
        if suppressed.is_some_and(|list| list.elements().next().is_some()) {
            told.note("findings that the scanner was told to leave out (VEX or ignore rules) are not among these");
        }
    }
    finish(images, looked, told);
}

fn finish(images: Vec<Image>, looked: bool, told: &mut Telling<'_>) {
    for mut image in images {
        if looked {
            image.making.searched();
        }
        told.reports.push(Report::Scan(Box::new(image.making.finish())));
    }
}

fn images(node: Node<'_>, metadata: &[Node<'_>], at: &str, told: &mut Telling<'_>) -> Vec<Image> {
    let name = text(node.get("ArtifactName")).into_owned();
    let of_image = ["", "container_image", "cyclonedx", "spdx"].contains(&&*text(node.get("ArtifactType")));
    let version = text(node.path(&["Trivy", "Version"])).into_owned();
    // A resource of a cluster's report; an image's own report has none of these.
    let [kind, namespace, called] = node.pick(["Kind", "Namespace", "Name"]).map(text);
    let created = node.get("CreatedAt").and_then(|time| Micros::parse_rfc3339(&time.text()?));
    let begin = |told: &Telling<'_>| {
        let mut making = Making::new(node, told.base(), at.to_owned());
        making.by("trivy", &version);
        making.times(created.filter(|time| time.0 > 0), None);
        making.run_by(super::place(&kind, &namespace, &called, ""));
        making
    };
    if metadata.is_empty() {
        let mut making = begin(told);
        *making.subject() = Subject { tags: named(&name, of_image), name, ..Subject::default() };
        return vec![Image { making, layers: Vec::new() }];
    }
    let image = |metadata: &Node<'_>| {
        let mut making = begin(told);
        let digests = metadata.list("RepoDigests").take(MOST_NAMES);
        let digests = digests.filter_map(|name| Digest::parse(name.text()?.rsplit_once('@')?.1).ok());
        let mut tags: Vec<String> = metadata.list("RepoTags").take(MOST_NAMES).filter_map(Node::string).collect();
        if tags.is_empty() {
            tags.extend(metadata.string_at("Reference"));
        }
        if tags.is_empty() {
            tags = named(&name, of_image);
        }
        let config = digest_at(*metadata, "ImageID");
        *making.subject() = Subject { name: name.clone(), manifest: None, config, digests: digests.collect(), tags };
        let layers = metadata.list("DiffIDs").filter_map(|layer| Digest::parse(&layer.text()?).ok()).collect();
        Image { making, layers }
    };
    metadata.iter().take(MOST_IMAGES).map(image).collect()
}

/// A name that may be a reference; a folder's or a file's is none.
fn named(name: &str, of_image: bool) -> Vec<String> {
    let is_reference = of_image && crate::model::reference::Reference::parse(name).is_ok();
    if is_reference && !name.ends_with(".tar") && !name.ends_with(".tar.gz") {
        vec![name.to_owned()]
    } else {
        Vec::new()
    }
}

/// The image that a target names, as `nginx:1.16 (debian 10.3)`.
fn owner_of(images: &[Image], target: &str) -> Option<usize> {
    if images.len() == 1 {
        return Some(0);
    }
    let name = target.rsplit_once(" (").map_or(target, |(name, _)| name);
    let is_called = |image: &Image| image.making.tags().iter().any(|tag| tag == name);
    images.iter().position(is_called)
}

/// The images to which a row belongs.
fn owners<'i>(
    images: &'i mut [Image],
    owner: Option<usize>,
    layer: &str,
) -> impl Iterator<Item = &'i mut Image> + use<'i> {
    let layer = Digest::parse(layer).ok();
    let having = |image: &Image| layer.as_ref().is_some_and(|layer| image.layers.contains(layer));
    let by_layer = owner.is_none() && images.iter().any(having);
    images.iter_mut().enumerate().filter_map(move |(at, image)| {
        let has = layer.as_ref().is_some_and(|layer| image.layers.contains(layer));
        let fits = owner.map_or(!by_layer || has, |owner| owner == at);
        fits.then_some(image)
    })
}

fn listed(node: Node<'_>, kind: &str, owner: Option<usize>, images: &mut [Image]) {
    let [name, version, release, epoch, source, identifier, layer] =
        node.pick(["Name", "Version", "Release", "Epoch", "SrcName", "Identifier", "Layer"]);
    let (name, mut version, release) = (text(name), text(version), text(release));
    if !release.is_empty() {
        version = format!("{version}-{release}").into();
    }
    let epoch = text(epoch);
    if !epoch.is_empty() && epoch != "0" {
        version = format!("{epoch}:{version}").into();
    }
    let (purl, layer) = (text(identifier.and_then(|i| i.get("PURL"))), text(layer.and_then(|l| l.get("DiffID"))));
    let source = text(source);
    let package =
        Package { name: &name, version: &version, ecosystem: kind, purl: &purl, source: &source, layer: &layer };
    for image in owners(images, owner, &layer) {
        image.making.listed();
        let at = image.making.spot(node);
        image.making.carries(&package, &at);
    }
}

/// False where a row is no finding.
fn found(node: Node<'_>, kind: &str, owner: Option<usize>, images: &mut [Image]) -> bool {
    let [id, name, identifier, version, fixed, status, layer, severity, cvss] = node.pick([
        "VulnerabilityID",
        "PkgName",
        "PkgIdentifier",
        "InstalledVersion",
        "FixedVersion",
        "Status",
        "Layer",
        "Severity",
        "CVSS",
    ]);
    let (id, name) = (text(id), text(name));
    if id.is_empty() || name.is_empty() {
        return false;
    }
    let (purl, layer) = (text(identifier.and_then(|i| i.get("PURL"))), text(layer.and_then(|l| l.get("DiffID"))));
    let (version, fixed, status, severity) = (text(version), text(fixed), text(status), text(severity));
    let package = Package { name: &name, version: &version, ecosystem: kind, purl: &purl, source: "", layer: &layer };
    let vulnerability = Vulnerability {
        id: &id,
        aliases: Vec::new(),
        fixed: &fixed,
        status: &status,
        severity: &severity,
        cvss: cvss.map(rating).unwrap_or_default(),
    };
    for image in owners(images, owner, &layer) {
        let at = image.making.spot(node);
        image.making.found(&vulnerability, &package, &at);
    }
    true
}

/// The highest of all sources' ratings.
pub(super) fn rating(node: Node<'_>) -> Rating {
    let mut rating = Rating::default();
    for (_, source) in node.members() {
        let keys = ["V2Score", "V2Vector", "V3Score", "V3Vector", "V40Score", "V40Vector"];
        let [v2, v2_vector, v3, v3_vector, v40, v40_vector] = source.pick(keys);
        let newer =
            [(v3, v3_vector), (v40, v40_vector)].into_iter().filter(|(score, vector)| score.or(*vector).is_some());
        let newer: Vec<_> = newer.collect();
        // Version 2 rates other things as high; it counts where nothing newer does.
        let counted = if newer.is_empty() { vec![(v2, v2_vector)] } else { newer };
        for (score, vector) in counted {
            rating.take(score.and_then(Node::text).as_deref(), &text(vector));
        }
    }
    rating
}

/// What made a report, where an operator's words tell it.
pub(super) fn tool(name: &str, version: &str) -> Tool {
    Tool { name: name.to_lowercase(), version: version.to_owned() }
}

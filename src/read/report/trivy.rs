//! Trivy: reports of one image, and of a cluster with many (`pkg/types/report.go`, `pkg/k8s/report/report.go`).

use crate::model::digest::Digest;
use crate::model::lineage::{LayerKind, Named};
use crate::model::text::scrub;
use crate::read::image::{Config, read_config};
use crate::read::lineage::{self, Identity, Telling, digest_at};
use crate::read::scan;
use crate::read::tree::{Kind, Node};

/// Most images of one cluster's report.
const MOST: usize = 20_000;

/// Reads a report, or one resource of a cluster's: those are cut apart where they are whole.
pub(super) fn read(node: Node<'_>, told: &mut Telling<'_>) {
    told.time(node.get("CreatedAt"), true);
    let kind = node.string_at("ArtifactType").unwrap_or_default();
    let mut resources = 0;
    for key in ["Resources", "Findings"] {
        for (i, resource) in node.list(key).enumerate() {
            if i >= MOST {
                told.reject(
                    &format!("/{key}/{i}"),
                    format!("more than the limit of {MOST} resources; the rest is not read"),
                );
                break;
            }
            resources += 1;
            one(resource, &format!("/{key}/{i}"), "", told);
        }
    }
    if resources == 0 && node.get("ClusterName").is_none() {
        one(node, "", &kind, told);
    }
}

/// Reads the images and the results of one artefact.
fn one(node: Node<'_>, at: &str, kind: &str, told: &mut Telling<'_>) {
    let mut images = Vec::new();
    match node.get("Metadata") {
        Some(metadata) if metadata.kind() == Kind::Object => {
            image(metadata, &format!("{at}/Metadata"), kind, told);
            images.push(metadata);
        }
        // An array in a cluster's report, an object in a report of one image.
        Some(metadata) => {
            for (j, metadata) in metadata.elements().enumerate().filter(|(_, one)| one.kind() == Kind::Object) {
                image(metadata, &format!("{at}/Metadata/{j}"), kind, told);
                images.push(metadata);
            }
        }
        None => {}
    }
    if let Some(error) = node.string_at("Error").filter(|error| !error.is_empty()) {
        told.reject(&format!("{at}/Error"), format!("the scanner failed here: {}", scrub(&error)));
    }
    scan::read_trivy(node, &images, at, told);
}

fn image(node: Node<'_>, at: &str, kind: &str, told: &mut Telling<'_>) {
    if node.kind() != Kind::Object {
        return;
    }
    let spot = told.spot(node, at.to_owned());
    let digests = Identity::listed(node, "RepoDigests", at, told);
    let mut tags = Identity::listed(node, "RepoTags", at, told);
    if let Some(place) = node.get("Reference").filter(|_| tags.is_empty()) {
        tags.extend(place.string().map(|text| (text, told.spot(place, format!("{at}/Reference")))));
    }
    let identity = Identity { config: digest_at(node, "ImageID"), manifest: None, tags, digests };
    if identity.config.is_none() && node.get("ImageID").is_some_and(|id| id.text().is_some_and(|id| !id.is_empty())) {
        told.reject(&format!("{at}/ImageID"), "the image's id is no digest");
    }
    identity.tell(&spot, told);
    let image = identity.named();
    if image == Named::default() {
        return;
    }
    let config = node.get("ImageConfig");
    let layered = config.is_some_and(|config| config.path(&["rootfs", "diff_ids"]).is_some());
    if let Some(config) = config {
        let at = format!("{at}/ImageConfig");
        read_config(config, &Config { image: &image, at: &at }, told);
    }
    if !layered {
        diff_ids(node, at, kind, &image, told);
    }
    registry_layers(node, at, &image, told);
}

/// The layers beside a report that has no config. A scan of an SBOM has them sorted by their digests: they are then no chain.
fn diff_ids(node: Node<'_>, at: &str, kind: &str, image: &Named, told: &mut Telling<'_>) {
    let Some(list) = node.get("DiffIDs") else { return };
    let pointer = format!("{at}/DiffIDs");
    let ordered = ["", "container_image"].contains(&kind) || list.elements().count() == 1;
    if !ordered {
        return told.note("the layers in a scan of an SBOM are sorted: they tell no order, and so no lineage");
    }
    let layers = lineage::digests(list, |layer| Digest::parse(&layer.text()?).ok());
    told.chain(image, LayerKind::Uncompressed, layers, told.spot(list, pointer));
}

/// The layers as the registry keeps them.
fn registry_layers(node: Node<'_>, at: &str, image: &Named, told: &mut Telling<'_>) {
    let Some(list) = node.get("Layers") else { return };
    // A report of an archive has diffIDs alone.
    if list.elements().any(|layer| layer.get("Digest").is_none()) {
        return;
    }
    let layers = lineage::digests(list, |layer| digest_at(layer, "Digest"));
    told.chain(image, LayerKind::Compressed, layers, told.spot(list, format!("{at}/Layers")));
}

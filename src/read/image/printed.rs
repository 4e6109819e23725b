//! What `skopeo inspect` and `docker manifest inspect -v` print of an image.

use crate::model::digest::{Digest, RelationKind};
use crate::model::lineage::{LayerKind, Named};
use crate::model::reference::Reference;
use crate::read::lineage::{self, Telling, digest_at};
use crate::read::tree::Node;
use crate::read::{engine, names};

/// Reads `skopeo inspect`. Its `Digest` is that of what the registry serves under the name, which may be an index, while all
/// else is of one platform in it; its `RepoTags` are all tags of the repository, not of this image.
pub(super) fn skopeo(node: Node<'_>, told: &mut Telling<'_>) {
    let Some(digest) = digest_at(node, "Digest") else {
        return told.reject("/Digest", "the image's digest is none");
    };
    let image = Named { platform: lineage::platform(node), ..Named::by_digest(digest.clone()) };
    let name = node.get("Name").and_then(|place| Some((place, place.string()?)));
    if let Some((place, name)) = name.filter(|(_, name)| Reference::parse(name).is_ok()) {
        let spot = told.spot(place, "/Name".to_owned());
        // Without its digest a repository alone would be read as its `latest`.
        told.see(&format!("{name}@{digest}"), Some(&digest), &spot);
    }
    if let Some(list) = node.get("Layers") {
        let created = told.time(node.get("Created"), false);
        let spot = told.spot(list, "/Layers".to_owned());
        let layers = lineage::digests(list, |layer| Digest::parse(&layer.text()?).ok());
        let chain = told.chain(&image, LayerKind::Compressed, layers, spot);
        chain.into_iter().for_each(|chain| chain.created = created);
    }
    lineage::labels(node.get("Labels"), "/Labels", &image, told);
}

/// Reads one image of `docker manifest inspect -v`.
pub(super) fn verbose(node: Node<'_>, told: &mut Telling<'_>) {
    let Some(descriptor) = node.get("Descriptor").filter(|d| super::index::is_image(*d)) else { return };
    let Some(digest) = digest_at(descriptor, "digest") else {
        return told.reject("/Descriptor/digest", "the manifest's digest is none");
    };
    let platform = descriptor.get("platform").and_then(lineage::platform);
    let image = Named { platform, ..Named::by_digest(digest.clone()) };
    if let Some(place) = node.get("Ref") {
        let text = place.string().unwrap_or_default();
        if Reference::parse(&text).is_ok() {
            let written = Digest::parse(&names::digest_in(&text)).ok();
            let spot = told.spot(place, "/Ref".to_owned());
            told.see(&text, written.as_ref().or(Some(&digest)), &spot);
        }
    }
    if descriptor.string_at("mediaType").is_some_and(|media| engine::is_index(&media)) {
        return;
    }
    let inner = ["SchemaV2Manifest", "OCIManifest"].into_iter().find_map(|key| Some((key, node.get(key)?)));
    let Some((key, manifest)) = inner else { return };
    if let Some(config) = manifest.get("config").and_then(|config| digest_at(config, "digest")) {
        let spot = told.spot(descriptor, "/Descriptor".to_owned());
        told.relate(RelationKind::ConfigOf, &config, &digest, &spot);
    }
    super::manifest::layers(manifest, &format!("/{key}"), &image, told);
    lineage::annotations(manifest.get("annotations"), &format!("/{key}/annotations"), &image, told);
}

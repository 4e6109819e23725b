//! The manifest of one platform: its config, its layers as a registry keeps them, and the base in its annotations.

use crate::model::digest::DigestKind;
use crate::model::document::Document;
use crate::model::lineage::{LayerKind, Named};
use crate::read::lineage::{self, Telling, digest_at};
use crate::read::tree::Node;

/// Reads a manifest that is a document of its own.
pub(super) fn read(node: Node<'_>, told: &mut Telling<'_>) {
    if let Some(what) = artefact(node) {
        return told.note(format!("a manifest that is no image: {what}"));
    }
    let config = node.get("config").and_then(|config| digest_at(config, "digest"));
    if config.is_none() {
        told.reject("/config/digest", "the config's digest is none");
    }
    told.lineage.document = Some(Document { kind: DigestKind::Manifest, config, lists: Vec::new() });
    let image = Named::default();
    layers(node, "", &image, told);
    lineage::annotations(node.get("annotations"), "/annotations", &image, told);
}

/// States the layers of a manifest that stands at `at`.
pub(super) fn layers(node: Node<'_>, at: &str, image: &Named, told: &mut Telling<'_>) {
    let Some(list) = node.get("layers") else { return };
    let spot = told.spot(list, format!("{at}/layers"));
    told.chain(image, LayerKind::Compressed, lineage::digests(list, |layer| digest_at(layer, "digest")), spot);
}

/// What a manifest holds instead of an image: an attestation, a signature, a chart. `None` for images.
fn artefact(node: Node<'_>) -> Option<String> {
    let shown = |text: String| Some(crate::model::text::scrub(&text).into_owned());
    if let Some(kind) = node.string_at("artifactType").filter(|kind| !kind.is_empty()) {
        return shown(kind);
    }
    let config = node.get("config")?.string_at("mediaType").unwrap_or_default();
    let configs = ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json", ""];
    if !configs.contains(&config.as_str()) {
        return shown(config);
    }
    // Attestations and signatures have an image's config beside layers that are none.
    let is_layer = |media: &str| {
        let known = [
            "application/vnd.oci.image.layer.",
            "application/vnd.docker.image.rootfs.",
            "application/vnd.docker.image.layer.",
        ];
        media.is_empty() || known.iter().any(|begin| media.starts_with(begin))
    };
    let other =
        node.list("layers").map(|layer| layer.string_at("mediaType").unwrap_or_default()).find(|m| !is_layer(m));
    other.and_then(shown)
}

//! An index: the images of several platforms, or all images of a layout, and the bases in its annotations.

use crate::model::digest::{Digest, DigestKind, RelationKind};
use crate::model::document::{Document, Listed};
use crate::model::lineage::Named;
use crate::read::lineage::{self, Telling, digest_at, part};
use crate::read::tree::Node;
use crate::read::{engine, names};

/// Most descriptors that are read of one index; real ones have some dozens.
const MOST: usize = 10_000;

/// Names of an image in the annotations of its descriptor: containerd's, and the specification's where it holds more than a tag.
const REFERENCES: [&str; 2] = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

/// Reads an index that is a document of its own.
pub(super) fn read(node: Node<'_>, told: &mut Telling<'_>) {
    let mut lists = Vec::new();
    for (i, descriptor) in node.list("manifests").enumerate() {
        let at = format!("/manifests/{i}");
        if i >= MOST {
            told.reject(&at, format!("more than the limit of {MOST} manifests in one index; the rest is not read"));
            break;
        }
        let Some(manifest) = digest_at(descriptor, "digest") else {
            told.reject(&format!("{at}/digest"), "a manifest's digest that is none");
            continue;
        };
        if !is_image(descriptor) {
            continue;
        }
        let platform = descriptor.get("platform").and_then(lineage::platform);
        let image = Named { platform: platform.clone(), ..Named::by_digest(manifest.clone()) };
        lineage::annotations(descriptor.get("annotations"), &format!("{at}/annotations"), &image, told);
        references(descriptor, &at, Some(&manifest), told);
        lists.push(Listed { manifest, platform, spot: told.spot(descriptor, at) });
    }
    told.lineage.document = Some(Document { kind: DigestKind::Index, config: None, lists });
    lineage::annotations(node.get("annotations"), "/annotations", &Named::default(), told);
    references(node, "", None, told);
}

/// States what an index of that digest contains; platforms are told by the manifests themselves.
pub(super) fn members(node: Node<'_>, digest: &Digest, told: &mut Telling<'_>) {
    for (i, descriptor) in node.list("manifests").enumerate().take(MOST) {
        if let Some(manifest) = digest_at(descriptor, "digest").filter(|_| is_image(descriptor)) {
            let spot = told.spot(descriptor, format!("/manifests/{i}"));
            told.relate(RelationKind::Contains, digest, &manifest, &spot);
        }
    }
}

/// Whether a descriptor is of an image or of an index of images: attestations and other artefacts are none.
pub(super) fn is_image(descriptor: Node<'_>) -> bool {
    let media = descriptor.string_at("mediaType").unwrap_or_default();
    let kind = media.is_empty() || engine::is_manifest(&media) || engine::is_index(&media);
    let artefact = descriptor.get("artifactType").is_some()
        || descriptor.path(&["annotations", "vnd.docker.reference.type"]).is_some();
    // What BuildKit attaches has a platform that says that it is none.
    let unknown = descriptor.get("platform").is_some_and(|platform| {
        ["os", "architecture"].iter().all(|key| platform.string_at(key).as_deref() == Some("unknown"))
    });
    kind && !artefact && !unknown
}

/// Names that annotations give to what they stand at. A tag alone, as layouts have it, names no repository.
fn references(node: Node<'_>, at: &str, own: Option<&Digest>, told: &mut Telling<'_>) {
    let Some(annotations) = node.get("annotations") else { return };
    for key in REFERENCES {
        let Some(place) = annotations.get(key) else { continue };
        let text = place.string().unwrap_or_default();
        if !names::is_telling(&text) {
            continue;
        }
        let written = Digest::parse(&names::digest_in(&text)).ok();
        // Two digests in one place are no name of either.
        let digest = match (own, written) {
            (Some(own), Some(written)) if *own != written => continue,
            (own, written) => written.or_else(|| own.cloned()),
        };
        let spot = told.spot(place, format!("{at}/annotations/{}", part(key)));
        if digest.is_some() {
            told.see(&text, digest.as_ref(), &spot);
        }
    }
}

//! SBOMs, as far as they speak of images: SPDX and CycloneDX in JSON. Which image they are of, and which others it is said to
//! descend from; what is in it is read by `packages`.

mod cyclonedx;
mod packages;
mod spdx;
mod spdx3;
mod tags;

pub(super) use tags::read as read_tags;

use super::lineage::{Identity, Telling, parse};
use super::outcome::Outcome;
use super::tree::{Kind, Node};
use super::{Format, Limits, Segment};
use crate::model::digest::Digest;
use crate::model::fact::Spot;
use crate::model::lineage::{LayerKind, Named};

/// Reads one segment of an SBOM of this format.
pub(super) fn read(format: Format, source: &str, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let Some(tree) = parse(source, segment, limits, out) else { return };
    let Some(root) = tree.root() else { return };
    if root.kind() != Kind::Object {
        return out.reject(segment.pointer.clone(), "an SBOM is an object; this is none");
    }
    let mut told = Telling::new(root, &segment.pointer, out);
    match format {
        Format::SpdxJson => read_spdx(root, "", &mut told),
        _ => cyclonedx::read(root, "", &mut told),
    }
    told.finish();
}

/// Reads an SBOM that an attestation carries; `at` is its pointer there.
pub(super) fn read_attested(kind: &str, node: Node<'_>, at: &str, told: &mut Telling<'_>) {
    match kind {
        kind if kind.starts_with("https://spdx.dev/") => read_spdx(node, at, told),
        kind if kind.starts_with("https://cyclonedx.org/") => cyclonedx::read(node, at, told),
        _ => {}
    }
}

fn read_spdx(node: Node<'_>, at: &str, told: &mut Telling<'_>) {
    if node.get("@graph").is_some() { spdx3::read(node, at, told) } else { spdx::read(node, at, told) }
}

/// States what Trivy says of the image that an SBOM is of. It sorts what it says: one diffID is a chain, several are none.
fn told_by_trivy(
    identity: &mut Identity,
    layers: Vec<(Digest, Spot)>,
    reference: Option<(String, Spot)>,
    spot: Spot,
    told: &mut Telling<'_>,
) -> Option<Named> {
    if identity.tags.is_empty() {
        identity.tags.extend(reference);
    }
    identity.tell(&spot, told);
    let image = identity.named();
    if layers.len() > 1 {
        told.note("the layers in an SBOM by Trivy are sorted: they tell no order, and so no lineage");
    } else if let Some((layer, spot)) = layers.into_iter().next() {
        told.chain(&image, LayerKind::Uncompressed, Ok(vec![layer]), spot);
    }
    Some(image).filter(|image| *image != Named::default())
}

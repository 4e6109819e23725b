//! What an image stands on, as far as an engine tells: its layers, and the base that its labels name.

use super::image::is_index;
use crate::model::digest::Digest;
use crate::model::lineage::{EdgeKind, LayerChain, LayerKind, LineageClaim, Named};
use crate::read::kubernetes::taken::Taken;
use crate::read::lineage;
use crate::read::tree::Node;

/// The image whose layers and labels a record shows. With the containerd image store the record is named by what was pulled,
/// which may be an index; what it shows is of one platform in it.
pub(super) fn platform_in(node: Node<'_>, descriptor: Option<Node<'_>>, id: Option<Digest>) -> Named {
    let Some(id) = id else { return Named::default() };
    let named = Named { platform: lineage::platform(node), ..Named::by_digest(id) };
    if !descriptor.and_then(|d| d.string_at("mediaType")).is_some_and(|media| is_index(&media)) {
        return named;
    }
    let images = node.list("Manifests").filter(|m| m.string_at("Kind").is_none_or(|kind| kind == "image"));
    let mut fitting = images.filter(|m| named.platform.is_some() && platform(*m) == named.platform);
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => {
            let digest = one.get("Descriptor").and_then(|d| lineage::digest_at(d, "digest"));
            Named { digest: digest.or(named.digest), ..named }
        }
        _ => named,
    }
}

/// The platform of an element of `Manifests`.
pub(super) fn platform(manifest: Node<'_>) -> Option<String> {
    let told = [&["ImageData", "Platform"][..], &["Descriptor", "platform"]];
    told.iter().find_map(|path| lineage::platform(manifest.path(path)?))
}

/// States the layers of `image` and the bases in its labels, which were read before.
pub(super) fn on(node: Node<'_>, image: Named, layers: Option<(Node<'_>, &str)>, taken: &mut Taken<'_>) {
    // An id cut short names nothing, and this record is no document that could name itself.
    if image == Named::default() {
        return;
    }
    for base in lineage::in_labels(&taken.object.labels) {
        match base {
            Ok(base) => {
                let spot = taken.spot(node, format!("/Config/Labels/{}", base.key));
                let claim = LineageClaim::new(image.clone(), base.parent, Some(EdgeKind::Base), base.proof, spot);
                taken.lineage.claims.push(LineageClaim { top_layer: base.top_layer, ..claim });
            }
            Err((key, reason)) => taken.reject(&format!("/Config/Labels/{key}"), &reason),
        }
    }
    let Some((list, pointer)) = layers else { return };
    match lineage::digests(list, |layer| Digest::parse(&layer.text()?).ok()) {
        Ok(layers) if layers.is_empty() => {}
        Ok(layers) => taken.lineage.chains.push(LayerChain {
            image,
            kind: LayerKind::Uncompressed,
            layers,
            history: Vec::new(),
            created: taken.object.created,
            flattened: false,
            spot: taken.spot(list, pointer.to_owned()),
        }),
        Err(reason) => taken.reject(pointer, &reason),
    }
}

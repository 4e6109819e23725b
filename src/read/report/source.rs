//! Grype and Syft: both describe the scanned image in the same words, Grype and old Syft at `source.target`, Syft since
//! schema 6 at `source.metadata`.
//!
//! `layers[].digest` is a diffID, whatever the media type beside it says. The image's manifest and config stand there whole,
//! as base64.

use crate::model::base64;
use crate::model::lineage::{LayerKind, Named};
use crate::model::reference::Reference;
use crate::read::Limits;
use crate::read::image::{Config, read_config};
use crate::read::lineage::{self, Identity, Telling, digest_at};
use crate::read::tree::{Kind, Node, parse_json};

/// Reads a report.
pub(super) fn read(node: Node<'_>, told: &mut Telling<'_>) {
    told.time(node.path(&["descriptor", "timestamp"]), true);
    let Some(source) = node.get("source") else { return };
    let found = ["target", "metadata"].into_iter().find_map(|key| Some((key, source.get(key)?)));
    let Some((key, target)) = found.filter(|(_, target)| target.kind() == Kind::Object) else { return };
    if source.string_at("type").is_none_or(|kind| kind == "image") {
        image(target, &format!("/source/{key}"), told);
    }
}

fn image(node: Node<'_>, at: &str, told: &mut Telling<'_>) {
    let spot = told.spot(node, at.to_owned());
    let mut tags = Identity::listed(node, "tags", at, told);
    let digests = Identity::listed(node, "repoDigests", at, told);
    if let Some(place) = node.get("userInput").filter(|_| tags.is_empty()) {
        // What the person typed may be a path or have a scheme before it.
        let name = place.string().filter(|text| text.contains([':', '/']) && Reference::parse(text).is_ok());
        tags.extend(name.map(|text| (text, told.spot(place, format!("{at}/userInput")))));
    }
    let (config, manifest) = (digest_at(node, "imageID"), digest_at(node, "manifestDigest"));
    if config.is_none() && manifest.is_none() {
        return told.reject(&format!("{at}/imageID"), "the image's id is no digest");
    }
    let identity = Identity { config, manifest, tags, digests };
    identity.tell(&spot, told);
    let image = identity.named();
    let layered = coded_config(node, at, &image, told);
    if !layered && let Some(list) = node.get("layers") {
        let layers = lineage::digests(list, |layer| digest_at(layer, "digest"));
        told.chain(&image, LayerKind::Uncompressed, layers, told.spot(list, format!("{at}/layers")));
    }
}

/// Reads the config that stands in base64; true where it told the layers.
fn coded_config(node: Node<'_>, at: &str, image: &Named, told: &mut Telling<'_>) -> bool {
    let Some(place) = node.get("config") else { return false };
    let pointer = format!("{at}/config");
    let json =
        place.text().and_then(|text| base64::decode(text.as_bytes())).and_then(|json| String::from_utf8(json).ok());
    let tree = json.as_deref().and_then(|json| parse_json(json, &Limits::default()).ok());
    let Some(root) = tree.as_ref().and_then(|tree| tree.root()) else {
        told.reject(&pointer, "a config that is no base64 of JSON");
        return false;
    };
    let before = told.lineage.chains.len();
    told.within(place, pointer, |told| {
        read_config(root, &Config { image, at: "" }, told);
    });
    told.lineage.chains.len() > before
}

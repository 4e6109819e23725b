//! An image's config: its layers, its history, and what its labels and build info say of bases.

use crate::model::digest::DigestKind;
use crate::model::document::Document;
use crate::model::lineage::{EdgeKind, LayerChain, LayerKind, Named, ProofKind};
use crate::model::{base64, digest::Digest};
use crate::read::Limits;
use crate::read::lineage::{self, History, Telling};
use crate::read::tree::{Node, parse_json};

/// Build info of BuildKit, as base64 of JSON.
const BUILD_INFO: &str = "moby.buildkit.buildinfo.v1";

/// Whose config is read, and where it stands.
pub(in crate::read) struct Config<'c> {
    /// The image; nothing for the document itself.
    pub image: &'c Named,
    /// The config's pointer in its item.
    pub at: &'c str,
}

/// Reads a config that is a document of its own.
pub(super) fn document(node: Node<'_>, source: &str, told: &mut Telling<'_>) {
    told.lineage.document = Some(Document { kind: DigestKind::Config, config: None, lists: Vec::new() });
    if source.trim_end().contains('\n') {
        told.note(
            "a config that was formatted anew: its bytes no longer have the digest of the image, so that it is known by \
             its layers only; `skopeo inspect --config --raw` gives it as it is",
        );
    }
    read(node, &Config { image: &Named::default(), at: "" }, told);
}

/// Reads a config wherever it stands.
pub(in crate::read) fn read(node: Node<'_>, config: &Config<'_>, told: &mut Telling<'_>) {
    let Config { image, at } = config;
    let history = History::of(node.get("history"));
    let layers = layers(node, at, told);
    let spot = told.spot(node, (*at).to_owned());
    if let Some((parent, number, _)) = &history.from {
        let place = node.get("history").and_then(|h| h.elements().nth(*number)).unwrap_or(node);
        let spot = told.spot(place, format!("{at}/history/{number}"));
        let seam = layers.as_ref().and_then(|layers| history.seam(layers));
        let claim = told.claim(image, parent.clone(), Some(EdgeKind::Base), ProofKind::HistoryComment, &spot);
        claim.into_iter().for_each(|claim| claim.top_layer.clone_from(&seam));
    }
    let image_here = Named { platform: lineage::platform(node), ..(*image).clone() };
    let created = told.time(node.get("created"), false);
    // `scratch` with nothing on it is an image, too: its layers are told, and there are none.
    if let Some(layers) = layers {
        told.lineage.chains.push(LayerChain {
            image: image_here,
            kind: LayerKind::Uncompressed,
            layers,
            history: history.words,
            created,
            flattened: history.flattened,
            spot,
        });
    }
    let labels = node.path(&["config", "Labels"]);
    lineage::labels(labels, &format!("{at}/config/Labels"), image, told);
    build_info(node, at, image, told);
}

fn layers(node: Node<'_>, at: &str, told: &mut Telling<'_>) -> Option<Vec<Digest>> {
    let list = node.path(&["rootfs", "diff_ids"])?;
    match lineage::digests(list, |layer| Digest::parse(&layer.text()?).ok()) {
        Ok(layers) => Some(layers),
        Err(reason) => {
            told.reject(&format!("{at}/rootfs/diff_ids"), reason);
            None
        }
    }
}

fn build_info(node: Node<'_>, at: &str, image: &Named, told: &mut Telling<'_>) {
    let Some(info) = node.get(BUILD_INFO) else { return };
    let pointer = format!("{at}/{BUILD_INFO}");
    let json =
        info.text().and_then(|text| base64::decode(text.as_bytes())).and_then(|json| String::from_utf8(json).ok());
    let tree = json.as_deref().and_then(|json| parse_json(json, &Limits::default()).ok());
    let Some(root) = tree.as_ref().and_then(|tree| tree.root()) else {
        return told.reject(&pointer, "build info that is no base64 of JSON");
    };
    told.within(info, pointer, |told| lineage::build_info(root, "", image, told));
}

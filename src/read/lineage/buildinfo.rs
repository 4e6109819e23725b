//! Build info of BuildKit 0.10 and 0.11 (`moby.buildkit.buildinfo.v1` of an image's config, `containerimage.buildinfo` of a
//! build's metadata file): the images that a build pulled. Which of them is the base, it does not tell.

use super::names;
use super::telling::Telling;
use crate::model::digest::Digest;
use crate::model::lineage::{EdgeKind, Named, ProofKind};
use crate::read::tree::Node;

/// Most sources that are read of one build.
const MOST: usize = 1_000;

/// Reads `sources`; `at` is the pointer of the build info.
pub(in crate::read) fn sources(node: Node<'_>, at: &str, child: &Named, told: &mut Telling<'_>) {
    let frontend = node.path(&["attrs", "source"]).and_then(Node::string).and_then(|text| names::reference(&text));
    let mut found = Vec::new();
    for (i, source) in node.list("sources").enumerate().take(MOST) {
        if source.string_at("type").as_deref() != Some("docker-image") {
            continue;
        }
        let pointer = format!("{at}/sources/{i}");
        let Some(mut parent) = source.string_at("ref").and_then(|text| names::reference(&text)) else {
            told.reject(&pointer, "a source of a build that is no reference");
            continue;
        };
        let pin = source.string_at("pin").and_then(|pin| Digest::parse(&pin).ok());
        parent.digest = parent.digest.or(pin);
        found.push((parent, told.spot(source, pointer)));
    }
    let is_frontend = |parent: &Named| frontend.as_ref().is_some_and(|f| f.as_written == parent.as_written);
    let images = found.iter().filter(|(parent, _)| !is_frontend(parent)).count();
    for (parent, spot) in found {
        let kind = is_frontend(&parent).then_some(EdgeKind::Frontend);
        let of = if kind.is_some() { 1 } else { images };
        let claim = told.claim(child, parent, kind, ProofKind::BuildInfo, &spot);
        claim.into_iter().for_each(|claim| claim.of = u16::try_from(of).unwrap_or(u16::MAX));
    }
}

//! What a build wrote of itself: `docker buildx build --metadata-file`, the same of a bake with a member for each target, and
//! bare predicates as `docker buildx imagetools inspect --format '{{json .Provenance}}'` prints them.

use super::slsa;
use crate::model::digest::{Digest, RelationKind};
use crate::model::lineage::Named;
use crate::model::reference::Reference;
use crate::read::lineage::{self, Telling, digest_at, part};
use crate::read::tree::{Kind, Node};

/// Most targets of one bake.
const TARGETS: usize = 1_000;

/// Whether a member is one that a build's metadata file has.
pub(in crate::read) fn is_member(key: &str) -> bool {
    key.starts_with("containerimage.") || key.starts_with("buildx.build.")
}

/// Reads whichever of them stands at `at`.
pub(super) fn read(node: Node<'_>, at: &str, told: &mut Telling<'_>) {
    if node.get("materials").is_some() || node.get("buildDefinition").is_some() {
        // Nobody says what was built.
        return told
            .note("provenance without a subject: which image was built is not told, so nothing follows from it");
    }
    if build(node, at, told) {
        return;
    }
    let mut any = false;
    for (i, (key, target)) in node.members().enumerate() {
        if i >= TARGETS {
            told.reject(at, format!("more than the limit of {TARGETS} targets; the rest is not read"));
            break;
        }
        let pointer = format!("{at}/{}", part(&key.string().unwrap_or_default()));
        any |= target.kind() == Kind::Object && build(target, &pointer, told);
    }
    if !any {
        told.reject(at, "no attestation, and no metadata of a build");
    }
}

/// Reads one build; false where the node is none.
fn build(node: Node<'_>, at: &str, told: &mut Telling<'_>) -> bool {
    if !node.members().any(|(key, _)| key.text().is_some_and(|key| is_member(&key))) {
        return false;
    }
    let spot = told.spot(node, at.to_owned());
    let digest = digest_at(node, "containerimage.digest");
    let config = digest_at(node, "containerimage.config.digest");
    let index = node.path(&["containerimage.descriptor", "mediaType"]).and_then(Node::string);
    if let (Some(digest), Some(config)) = (&digest, &config) {
        // What was pushed may be an index around the manifest of this config.
        let manifest = index.as_deref().is_some_and(crate::read::engine::is_manifest);
        let kind = if manifest { RelationKind::ConfigOf } else { RelationKind::SameRecord };
        told.relate(kind, config, digest, &spot);
    }
    let Some(named) = digest.clone().or(config) else {
        told.note("a build whose image was not kept: its digest is not told");
        return true;
    };
    names(node, at, digest.as_ref(), told);
    let child = Named::by_digest(named);
    if let Some(provenance) = node.get("buildx.build.provenance") {
        // One for each platform where several were built.
        match provenance.get("materials").or_else(|| provenance.get("buildDefinition")) {
            Some(_) => {
                slsa::read(provenance, &format!("{at}/buildx.build.provenance"), std::slice::from_ref(&child), told)
            }
            None => platforms(node, at, &child, told),
        }
    } else {
        platforms(node, at, &child, told);
    }
    if let Some(info) = node.get("containerimage.buildinfo") {
        lineage::build_info(info, &format!("{at}/containerimage.buildinfo"), &child, told);
    }
    true
}

/// Provenance of each platform, as `buildx.build.provenance/linux/amd64`, or inside one member.
fn platforms(node: Node<'_>, at: &str, child: &Named, told: &mut Telling<'_>) {
    for (key, value) in node.members() {
        let key = key.string().unwrap_or_default();
        if let Some(platform) = key.strip_prefix("buildx.build.provenance/") {
            let child = Named { platform: Some(platform.to_owned()), ..child.clone() };
            slsa::read(value, &format!("{at}/{}", part(&key)), &[child], told);
        }
    }
}

/// The names that were given to the image, with commas between.
fn names(node: Node<'_>, at: &str, digest: Option<&Digest>, told: &mut Telling<'_>) {
    let Some(place) = node.get("image.name") else { return };
    let text = place.string().unwrap_or_default();
    let spot = told.spot(place, format!("{at}/image.name"));
    for name in text.split(',').map(str::trim).filter(|name| Reference::parse(name).is_ok()) {
        told.see(name, digest, &spot);
    }
}

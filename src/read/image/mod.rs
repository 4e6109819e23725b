//! Images as a registry or an archive holds them: manifests, indexes and configs, the list in what `docker save` wrote, the
//! file that marks an OCI layout, and what `skopeo inspect` and `docker manifest inspect` print.
//!
//! Each document is told by its own members, so that several kinds in one file are no trouble. A manifest, an index and a
//! config are named by the digest of their bytes, which no reader sees: see [`crate::model::document`]. Layers are never
//! read. Sources: OCI image specification 1.1 (manifest.md, image-index.md, config.md), Docker's "Image Manifest V 2".

mod config;
mod index;
mod manifest;
mod printed;
mod saved;

pub(super) use config::{Config, read as read_config};

use super::lineage::{Telling, annotations, digest_at, parse};
use super::outcome::Outcome;
use super::tree::{Kind, Node};
use super::{Limits, Segment};
use crate::model::digest::{Digest, RelationKind};
use crate::model::lineage::Named;

/// What a document is, by its members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::read) enum Record {
    /// An OCI index or a manifest list of Docker.
    Index,
    /// A manifest of one platform.
    Manifest,
    /// A manifest of Docker's first schema.
    OldManifest,
    /// An image's config.
    Config,
    /// An element of the `manifest.json` that `docker save` writes.
    Saved,
    /// `oci-layout`.
    Layout,
    /// `skopeo inspect`.
    Skopeo,
    /// `docker manifest inspect -v`.
    Verbose,
    /// The `json` of a layer that `docker save` writes for engines before 1.10.
    OldConfig,
    /// The `repositories` beside it.
    Repositories,
}

/// What a document is. `has` tells which members it has, and for `a/b` whether the object `a` has `b`.
pub(in crate::read) fn record(has: impl Fn(&str) -> bool) -> Option<Record> {
    let any = |keys: &[&str]| keys.iter().any(|key| has(key));
    Some(match () {
        () if has("apiVersion") || has("kind") => return None,
        () if has("imageLayoutVersion") => Record::Layout,
        () if has("fsLayers") && has("schemaVersion") => Record::OldManifest,
        () if has("manifests") && any(&["schemaVersion", "mediaType"]) => Record::Index,
        () if has("layers") && any(&["config/digest", "config/mediaType"]) => Record::Manifest,
        () if has("rootfs/diff_ids") || (has("rootfs") && has("architecture")) => Record::Config,
        () if has("Layers") && has("Config") && any(&["RepoTags", "Parent", "LayerSources"]) => Record::Saved,
        () if has("Descriptor/digest") && has("Ref") => Record::Verbose,
        () if has("Digest") && has("Name") && has("Layers") => Record::Skopeo,
        () if has("id") && any(&["container_config", "layer_id"]) => Record::OldConfig,
        () => return None,
    })
}

const NO_RECORD: &str = "neither a manifest, an index nor the config of an image";

/// Reads one segment.
pub(super) fn read(source: &str, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let Some(tree) = parse(source, segment, limits, out) else { return };
    let Some(root) = tree.root() else { return };
    let has = |key: &str| match key.split_once('/') {
        None => root.get(key).is_some() || root.members().any(|(name, _)| name.text().is_some_and(|name| name == key)),
        Some((outer, inner)) => root.get(outer).is_some_and(|value| value.get(inner).is_some()),
    };
    let found = Some(root).filter(|root| root.kind() == Kind::Object).and_then(|_| record(has));
    let found = found.or_else(|| is_repositories(root).then_some(Record::Repositories));
    let Some(found) = found else { return out.reject(segment.pointer.clone(), NO_RECORD) };
    let mut told = Telling::new(root, &segment.pointer, out);
    match found {
        Record::Index => index::read(root, &mut told),
        Record::Manifest => manifest::read(root, &mut told),
        Record::OldManifest => told.reject(
            "",
            "a manifest of Docker's first schema: it names neither config nor diffIDs, so it tells nothing of lineage; \
             ask the registry for the second schema",
        ),
        Record::Config => config::document(root, source, &mut told),
        Record::Saved => saved::read(root, &mut told),
        Record::Layout => {
            told.note("the mark of an OCI image layout: its images stand in the index and blobs beside it")
        }
        Record::Skopeo => printed::skopeo(root, &mut told),
        Record::Verbose => printed::verbose(root, &mut told),
        Record::OldConfig | Record::Repositories => {
            told.note(
                "ids of engines before Docker 1.10, which are no digests: the manifest.json beside them tells more",
            );
        }
    }
    told.finish();
}

/// Reads a manifest or an index that another record carries whole, with the digest of its bytes.
pub(super) fn read_pushed(root: Node<'_>, digest: &Digest, told: &mut Telling<'_>) {
    let image = Named::by_digest(digest.clone());
    if root.get("manifests").is_some() {
        index::members(root, digest, told);
    } else if let Some(config) = root.get("config").and_then(|config| digest_at(config, "digest")) {
        let spot = told.spot(root, String::new());
        told.relate(RelationKind::ConfigOf, &config, digest, &spot);
        manifest::layers(root, "", &image, told);
    }
    annotations(root.get("annotations"), "/annotations", &image, told);
}

/// Whether all members are names with tags, each of an id: `{"busybox":{"latest":"HEX"}}`.
fn is_repositories(root: Node<'_>) -> bool {
    let mut names = root.members().map(|(_, tags)| tags).peekable();
    let tagged = |tags: Node<'_>| {
        let mut ids = tags.members().map(|(_, id)| id.text().unwrap_or_default()).peekable();
        ids.peek().is_some() && ids.all(|id| is_id(&id))
    };
    names.peek().is_some() && names.all(tagged)
}

/// An id of the first schema: 64 hex digits.
pub(in crate::read) fn is_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_told_by_their_members() {
        let of = |members: &str| {
            let members: Vec<&str> = members.split(' ').collect();
            record(|key| members.contains(&key))
        };
        let table = [
            ("schemaVersion mediaType manifests", Some(Record::Index)),
            ("schemaVersion config config/digest layers annotations", Some(Record::Manifest)),
            ("schemaVersion name tag fsLayers history signatures", Some(Record::OldManifest)),
            ("architecture config os rootfs rootfs/diff_ids history", Some(Record::Config)),
            ("Config RepoTags Layers", Some(Record::Saved)),
            ("imageLayoutVersion", Some(Record::Layout)),
            ("Name Digest RepoTags Created Architecture Os Layers LayersData Env", Some(Record::Skopeo)),
            ("Ref Descriptor Descriptor/digest SchemaV2Manifest", Some(Record::Verbose)),
            ("id created container_config os", Some(Record::OldConfig)),
            ("apiVersion kind manifests schemaVersion", None),
            ("manifests", None),
            ("layers config", None),
            ("Id RepoTags RootFS Config", None),
            ("name version dependencies", None),
        ];
        for (members, expected) in table {
            assert_eq!(of(members), expected, "{members}");
        }
    }
}

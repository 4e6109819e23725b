//! Images that an engine keeps: all their names, their digests and what each of these is proved to name.
//!
//! `Id` is the config's digest in the classic store, and the digest of what was pulled (an index or a manifest) in the
//! containerd image store, whose records have a `Descriptor`. A repository's digest may be of either kind.

use std::collections::BTreeMap;

use super::words::{self, is_nothing};
use super::{labels, moment, stands};
use crate::model::digest::{Digest, DigestKind, RelationKind};
use crate::model::fact::{Relation, Role, Seen, SeenState, Sighting, SightingKind, Spot};
use crate::model::lineage::Member;
use crate::model::reference::Reference;
use crate::model::time::Micros;
use crate::read::kubernetes::taken::Taken;
use crate::read::names;
use crate::read::tree::{Kind, Node};

/// Most names, digests, layers or pulls that are read of one image; engines keep a few.
const MOST: usize = 1_000;

/// A name or digest as it stands in a record.
#[derive(Clone)]
pub(super) struct Named {
    pub text: String,
    pub spot: Spot,
}

/// What an image's id is a digest of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum IdOf {
    /// Its config.
    Config,
    /// An index or a manifest.
    Target,
    /// The list does not tell.
    Unknown,
}

/// An image as any list or record tells it.
pub(super) struct Kept {
    pub tags: Vec<Named>,
    pub digests: Vec<Named>,
    pub id: Option<Named>,
    pub id_of: IdOf,
    /// Where the record stands.
    pub spot: Spot,
}

/// Reads `docker image inspect`, `podman image inspect`, and the JSON of `podman images` and of the engine's API.
pub(super) fn read(node: Node<'_>, taken: &mut Taken<'_>) {
    let descriptor = node.get("Descriptor").filter(|d| d.get("digest").is_some());
    let id = node.get("Id").map(|id| named(id, "/Id", taken));
    object(node, id.as_ref(), taken);
    let mut tags = listed(node, "", "RepoTags", taken);
    if tags.is_empty() {
        // Podman's list has every name here, tagged or not.
        tags = listed(node, "", "Names", taken);
        tags.retain(|name| !name.text.contains('@'));
    }
    let digests = listed(node, "", "RepoDigests", taken);
    let id_of = if descriptor.is_some() { IdOf::Target } else { IdOf::Config };
    relate_podman(node, id.as_ref(), taken);
    if let Some(id) = &id {
        contents(node, descriptor, id, taken);
    }
    let image = id.as_ref().and_then(|id| words::digest(&id.text));
    let layers = node.path(&["RootFS", "Layers"]).map(|layers| (layers, "/RootFS/Layers"));
    stands::on(node, stands::platform_in(node, descriptor, image), layers, taken);
    let spot = taken.spot(node, String::new());
    let first = tags.iter().chain(&digests).map(|name| name.text.clone()).next();
    keep(Kept { tags, digests, id, id_of, spot }, taken);
    pulls(node, first.unwrap_or_default(), taken);
}

/// Everything about the image that is not a name.
fn object(node: Node<'_>, id: Option<&Named>, taken: &mut Taken<'_>) {
    taken.object.kind = "Image".to_owned();
    taken.object.name = id.map(|id| id.text.clone()).unwrap_or_default();
    taken.object.created = moment::of(node.get("Created"));
    let pairs = [("Architecture", "arch"), ("Os", "os"), ("Variant", "variant"), ("OsVersion", "osVersion")];
    words::details(node, &pairs, taken);
    words::details(node, &[("Parent", "parent"), ("ParentId", "parent"), ("Id", "id")], taken);
    let config = node.get("Config").and_then(|c| c.get("Labels"));
    taken.object.labels = labels::of(config.or_else(|| node.get("Labels")));
}

/// A scalar member with its place.
pub(super) fn named(node: Node<'_>, pointer: &str, taken: &Taken<'_>) -> Named {
    Named { text: node.string().unwrap_or_default(), spot: taken.spot(node, pointer.to_owned()) }
}

/// The names of a list, without `<none>`; what cannot be kept is rejected.
pub(super) fn listed(node: Node<'_>, at: &str, key: &str, taken: &mut Taken<'_>) -> Vec<Named> {
    let mut found = Vec::new();
    let Some(list) = node.get(key) else { return found };
    if list.kind() != Kind::Array {
        taken.reject(&format!("{at}/{key}"), "names that are no list");
        return found;
    }
    for (i, name) in list.elements().enumerate() {
        let pointer = format!("{at}/{key}/{i}");
        if i >= MOST {
            taken.reject(&pointer, "more names than an engine keeps of one image: the rest was not read");
            break;
        }
        match name.text() {
            Some(text) if is_nothing(&text) => {}
            Some(text) if name.kind() == Kind::Text => match words::refusal(&text) {
                None => found.push(named(name, &pointer, taken)),
                Some(reason) => taken.reject(&pointer, reason),
            },
            _ => taken.reject(&pointer, "an image's name that is no text"),
        }
    }
    found
}

/// Podman's own digest of an image is its manifest's where it says so.
fn relate_podman(node: Node<'_>, id: Option<&Named>, taken: &mut Taken<'_>) {
    let Some(written) = node.get("Digest") else { return };
    let digest = written.text().and_then(|text| Digest::parse(&text).ok());
    let (Some(digest), Some(config)) = (digest, id.and_then(|id| words::digest(&id.text))) else { return };
    let proved = node.string_at("ManifestType").is_some_and(|media| is_manifest(&media));
    let kind = if proved { RelationKind::ConfigOf } else { RelationKind::SameRecord };
    if config != digest {
        let spot = taken.spot(written, "/Digest".to_owned());
        taken.relations.push(Relation { kind, a: config, b: digest, spot });
    }
}

/// A media type of one platform's manifest (OCI image specification, "Media Types"; Docker's "Image Manifest V 2").
pub(in crate::read) fn is_manifest(media: &str) -> bool {
    ["application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"]
        .contains(&media)
}

/// A media type of a list of manifests.
pub(in crate::read) fn is_index(media: &str) -> bool {
    ["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"]
        .contains(&media)
}

/// What the containerd image store says of the id: its kind, and the manifests it contains.
fn contents(node: Node<'_>, descriptor: Option<Node<'_>>, id: &Named, taken: &mut Taken<'_>) {
    let Some(descriptor) = descriptor else { return };
    let media = descriptor.string_at("mediaType").unwrap_or_default();
    let digest = descriptor.string_at("digest").and_then(|text| Digest::parse(&text).ok());
    let kind = if is_index(&media) { DigestKind::Index } else { DigestKind::Manifest };
    if is_index(&media) || is_manifest(&media) {
        taken.detail("targetKind", kind.as_str());
        taken.lineage.kinds.extend(digest.clone().map(|digest| (digest, kind)));
    }
    let Some(target) = digest.filter(|digest| words::digest(&id.text).is_none_or(|id| id == *digest)) else { return };
    for (i, manifest) in node.list("Manifests").enumerate().take(MOST) {
        let image = manifest.string_at("Kind").is_none_or(|kind| kind == "image");
        let inner = manifest.path(&["Descriptor", "digest"]).or_else(|| manifest.get("ID"));
        let Some((at, digest)) = inner.and_then(|n| Some((n, Digest::parse(&n.text()?).ok()?))) else { continue };
        if image && is_index(&media) && digest != target {
            let spot = taken.spot(at, format!("/Manifests/{i}/Descriptor/digest"));
            let platform = stands::platform(manifest);
            let (index, manifest) = (target.clone(), digest.clone());
            taken.lineage.members.push(Member { index, manifest, platform, spot: spot.clone() });
            taken.relations.push(Relation { kind: RelationKind::Contains, a: target.clone(), b: digest, spot });
        }
    }
}

/// Where the image was pulled from in truth, also through a mirror, and when its tag was last set here.
fn pulls(node: Node<'_>, name: String, taken: &mut Taken<'_>) {
    if let Some(at) = moment::of(node.path(&["Metadata", "LastTagTime"])) {
        taken.detail("lastTagged", at.rfc3339());
    }
    let Some(pulls) = node.path(&["Identity", "Pull"]) else { return };
    let several = pulls.kind() == Kind::Array;
    let all: Vec<Node<'_>> = if several { pulls.elements().take(MOST).collect() } else { vec![pulls] };
    for (i, pull) in all.into_iter().enumerate() {
        let at =
            if several { format!("/Identity/Pull/{i}/Repository") } else { "/Identity/Pull/Repository".to_owned() };
        let Some(repository) = pull.get("Repository") else { continue };
        let text = repository.string().unwrap_or_default();
        if let Some(reason) = words::refusal(&text) {
            taken.reject(&at, reason);
            continue;
        }
        let keys = ["LastPulled", "LastPullTime", "LastPulledAt", "PulledAt", "Time"];
        let time = keys.iter().find_map(|key| moment::of(pull.get(key)));
        taken.newest(time);
        let digest = digest_of(&name, node);
        // Without its digest a repository alone would be read as its `latest`, which nobody said.
        let text = if digest.is_empty() || text.contains('@') { text } else { format!("{text}@{digest}") };
        let spot = taken.spot(repository, at);
        taken.sightings.push(sighting(SightingKind::Pull, text, digest, (time, spot)));
    }
}

/// The digest that the record has for its name: of several repositories' digests only the name's own.
fn digest_of(name: &str, node: Node<'_>) -> String {
    let wanted = repository(name);
    let mut all = node.list("RepoDigests").filter_map(Node::string);
    all.find(|text| wanted.is_some() && repository(text) == wanted).map(|t| names::digest_in(&t)).unwrap_or_default()
}

fn sighting(kind: SightingKind, as_written: String, digest: String, (time, spot): (Option<Micros>, Spot)) -> Sighting {
    Sighting {
        kind,
        as_written,
        digest,
        host: String::new(),
        user: String::new(),
        from: time,
        to: time,
        count: 1,
        spot,
    }
}

/// One image under all its names: the use, a sighting for each further name, and what its digests are to each other.
pub(super) fn keep(kept: Kept, taken: &mut Taken<'_>) {
    let id = kept.id.as_ref().and_then(|id| Some((id, words::digest(&id.text)?)));
    let first = kept.tags.first().or(kept.digests.first());
    let name = first.map(|name| name.text.clone()).unwrap_or_default();
    let registry: Vec<Digest> =
        kept.digests.iter().filter_map(|d| Digest::parse(d.text.rsplit_once('@')?.1).ok()).collect();
    // What a registry knows the image by comes before the id.
    let wanted = repository(&name);
    let same = |d: &&Named| wanted.is_some() && repository(&d.text) == wanted;
    let own = kept.digests.iter().find(same).or(kept.digests.first());
    let own = own.filter(|d| !names::digest_in(&d.text).is_empty()).map(|d| d.text.clone());
    let by_id = id.as_ref().map(|(id, digest)| match kept.id_of {
        IdOf::Config => id.text.clone(),
        IdOf::Target | IdOf::Unknown => words::beside(&name, digest),
    });
    let written = match (first, &by_id) {
        (Some(first), _) => Some(first.clone()),
        // An image that lost all its names is known by its id.
        (None, Some(text)) => kept.id.as_ref().map(|id| Named { text: text.clone(), spot: id.spot.clone() }),
        (None, None) => None,
    };
    if let Some(written) = written {
        let mut place = crate::model::fact::Use::new(Role::NodeCache, written.text.clone(), written.text, written.spot);
        let image = by_id.clone().filter(|_| kept.id_of == IdOf::Config && own.is_some()).unwrap_or_default();
        let image_id = own.or(by_id).unwrap_or_default();
        let (started, finished, spot) = (None, None, kept.spot.clone());
        place.seen = Some(Seen { state: SeenState::Cached, image, image_id, started, finished, spot });
        taken.uses.push(place);
    }
    aliases(&kept, &registry, taken);
    if let Some((_, digest)) = id.filter(|_| kept.id_of != IdOf::Unknown) {
        same_record(digest, &registry, &kept.spot, taken);
    } else if let Some(first) = registry.first() {
        same_record(first.clone(), &registry, &kept.spot, taken);
    }
}

/// The registry and repository of a name.
fn repository(text: &str) -> Option<String> {
    Reference::parse(text).map(|reference| reference.name()).ok()
}

/// A sighting for each name but the first, with its own repository's digest where that is told.
fn aliases(kept: &Kept, registry: &[Digest], taken: &mut Taken<'_>) {
    let pairs = kept.digests.iter().rev().filter_map(|d| Some((repository(&d.text)?, names::digest_in(&d.text))));
    let by_repository: BTreeMap<String, String> = pairs.collect();
    for name in kept.tags.iter().chain(&kept.digests).skip(1) {
        let digest = match names::digest_in(&name.text) {
            own if !own.is_empty() => own,
            _ => repository(&name.text)
                .and_then(|repository| by_repository.get(&repository).cloned())
                .or_else(|| registry.first().map(Digest::to_string))
                .unwrap_or_default(),
        };
        let kept = sighting(SightingKind::Cache, name.text.clone(), digest, (None, name.spot.clone()));
        taken.sightings.push(kept);
    }
}

/// All digests of one record are of one image, whatever their kinds.
pub(super) fn same_record(first: Digest, others: &[Digest], spot: &Spot, taken: &mut Taken<'_>) {
    let mut seen = vec![first.clone()];
    for other in others.iter().take(100) {
        if !seen.contains(other) {
            seen.push(other.clone());
            let relation =
                Relation { kind: RelationKind::SameRecord, a: first.clone(), b: other.clone(), spot: spot.clone() };
            taken.relations.push(relation);
        }
    }
}

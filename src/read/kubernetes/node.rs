//! Nodes: what they are, and the images they keep.

use super::taken::Taken;
use crate::model::digest::{Digest, RelationKind};
use crate::model::fact::{Relation, Role, Seen, SeenState, Sighting, SightingKind};
use crate::read::names;
use crate::read::tree::Node;

/// How many images the kubelet reports by default (`nodeStatusMaxImages`).
const KUBELET_CAP: usize = 50;

/// Reads a node.
pub(super) fn read(node: Node<'_>, taken: &mut Taken<'_>) {
    let name = taken.object.name.clone();
    taken.object.node = Some(name.clone()).filter(|n| !n.is_empty());
    let Some(status) = node.get("status") else { return };
    if let Some(info) = status.get("nodeInfo") {
        for (key, detail) in [
            ("architecture", "arch"),
            ("operatingSystem", "os"),
            ("osImage", "osImage"),
            ("containerRuntimeVersion", "runtime"),
            ("kubeletVersion", "kubelet"),
        ] {
            taken.detail(detail, info.string_at(key));
        }
    }
    for condition in status.list("conditions") {
        taken.time(condition.get("lastHeartbeatTime"));
        taken.time(condition.get("lastTransitionTime"));
    }
    let mut count = 0;
    for (i, image) in status.list("images").enumerate() {
        kept(image, i, &name, taken);
        count += 1;
    }
    if count == KUBELET_CAP {
        taken.note(format!(
            "node {} lists {KUBELET_CAP} images: the kubelet reports no more than that, so it may keep others; \
             `crictl images -o json` on the node lists all",
            crate::model::text::scrub(&name)
        ));
    }
}

/// One image a node keeps, under all its names.
fn kept(image: Node<'_>, i: usize, host: &str, taken: &mut Taken<'_>) {
    let at = |j: usize| format!("/status/images/{i}/names/{j}");
    let mut entries: Vec<(usize, Node<'_>, String)> = Vec::new();
    for (j, name) in image.list("names").enumerate() {
        match name.string() {
            Some(text) if names::refusal(&text).is_none() => entries.push((j, name, text)),
            _ => taken.reject(&at(j), "a node's image name that cannot be read"),
        }
    }
    let digests: Vec<Digest> =
        entries.iter().filter_map(|(_, _, t)| Digest::parse(t.rsplit_once('@')?.1).ok()).collect();
    let image_id = entries.iter().find(|(_, _, text)| text.contains('@')).cloned();
    // `<none>` is what runtimes print for an image that lost its name.
    entries.retain(|(_, _, text)| !text.starts_with("<none>"));
    let tagged = entries.iter().position(|(_, _, text)| !text.contains('@')).unwrap_or(0);
    let Some((j, node, name)) = entries.get(tagged).cloned().or_else(|| image_id.clone()) else { return };
    let spot = taken.spot(image, format!("/status/images/{i}"));
    if let Some(place) = taken.image(Role::NodeCache, &name, node, at(j), 1000).and_then(|at| taken.uses.get_mut(at)) {
        place.seen = Some(Seen {
            state: SeenState::Cached,
            image: String::new(),
            image_id: image_id.map(|(_, _, text)| text).unwrap_or_default(),
            started: None,
            finished: None,
            spot: spot.clone(),
        });
    }
    for (other, node, text) in entries.into_iter().filter(|(other, _, _)| *other != j) {
        let digest = names::digest_in(&text);
        let digest =
            if digest.is_empty() { digests.first().map(Digest::to_string).unwrap_or_default() } else { digest };
        let spot = taken.spot(node, at(other));
        taken.sightings.push(Sighting {
            kind: SightingKind::Cache,
            as_written: text,
            digest,
            host: host.to_owned(),
            user: String::new(),
            from: None,
            to: None,
            count: 1,
            spot,
        });
    }
    let mut seen: Vec<&Digest> = Vec::new();
    for digest in &digests {
        if let Some(first) = seen.first()
            && !seen.contains(&digest)
        {
            let relation =
                Relation { kind: RelationKind::SameRecord, a: (*first).clone(), b: digest.clone(), spot: spot.clone() };
            taken.relations.push(relation);
        }
        if seen.len() < 100 {
            seen.push(digest);
        }
    }
}

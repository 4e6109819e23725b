//! Pods: what their spec names, joined by container name with what their status says was run.

use std::borrow::Cow;

use super::spec::{self, Group, Place};
use super::taken::Taken;
use crate::model::digest::{DigestKind, RelationKind};
use crate::model::fact::{Object, Owner, Relation, Role, Seen, SeenState};
use crate::model::reported::Reported;
use crate::read::tree::Node;

const STATUS_LISTS: [(&str, Group, Role); 3] = [
    ("initContainerStatuses", Group::Init, Role::Init),
    ("containerStatuses", Group::App, Role::App),
    ("ephemeralContainerStatuses", Group::Ephemeral, Role::Ephemeral),
];

/// Reads a pod.
pub(super) fn read(pod: Node<'_>, taken: &mut Taken<'_>) {
    let places = pod.get("spec").map(|spec| {
        taken.object.node = spec.string_at("nodeName").filter(|name| !name.is_empty());
        spec::details(spec, taken);
        spec::images(spec, "/spec", 1000, taken)
    });
    taken.object.likely_top = likely_top(&taken.object);
    let Some(status) = pod.get("status") else { return };
    taken.object.phase = status.string_at("phase");
    taken.time(status.get("startTime"));
    for condition in status.list("conditions") {
        taken.time(condition.get("lastTransitionTime"));
    }
    let places = places.unwrap_or_default();
    for (list, group, role) in STATUS_LISTS {
        for (i, container) in status.list(list).enumerate() {
            join(container, list, i, (group, role), &places, taken);
        }
    }
}

/// Joins one container's status to its use; a status without a container in the spec is a use of its own.
fn join(status: Node<'_>, list: &str, i: usize, as_what: (Group, Role), places: &[Place<'_>], taken: &mut Taken<'_>) {
    let (group, role) = as_what;
    let name = status.get("name").and_then(Node::text).unwrap_or_default();
    let at = format!("/status/{list}/{i}");
    let (image, image_id) = (kept(status, "image", &at, taken), kept(status, "imageID", &at, taken));
    let index = place(places, group, &name).or_else(|| {
        let written = status.get("image").filter(|_| !image.is_empty() && !is_digest(&image));
        let key = if written.is_some() { "image" } else { "imageID" };
        let node = written.or_else(|| status.get("imageID"))?;
        taken.image(role, &name, node, format!("{at}/{key}"), 1000)
    });
    same_record(status, &at, &image, &image_id, taken);
    let seen = seen(status, at, image, image_id, taken);
    let state = seen.state;
    if let Some(place) = index.and_then(|index| taken.uses.get_mut(index)) {
        place.seen = Some(seen);
    }
    for (j, mount) in status.list("volumeMounts").enumerate() {
        volume(mount, &format!("/status/{list}/{i}/volumeMounts/{j}"), state, places, taken);
    }
}

/// A text of a status, or nothing and a reject where it holds control characters.
fn kept(status: Node<'_>, key: &str, at: &str, taken: &mut Taken<'_>) -> String {
    let text = status.string_at(key).unwrap_or_default();
    if text.chars().any(char::is_control) {
        taken.reject(&format!("{at}/{key}"), "the image name holds control characters");
        return String::new();
    }
    text
}

fn place(places: &[Place<'_>], group: Group, name: &str) -> Option<usize> {
    let found = places.binary_search_by(|p| (p.group, p.name.as_ref()).cmp(&(group, name)));
    found.ok().and_then(|at| places.get(at)).map(|p| p.index)
}

/// What a status says of its container. An empty state means waiting, as the API defines.
fn seen(status: Node<'_>, at: String, image: String, image_id: String, taken: &mut Taken<'_>) -> Seen {
    let running = status.path(&["state", "running"]);
    let ended = status.path(&["state", "terminated"]);
    let state = match (running, ended) {
        _ if taken.deleted => SeenState::Terminated,
        (Some(_), _) => SeenState::Running,
        (None, Some(_)) => SeenState::Terminated,
        (None, None) => SeenState::Waiting,
    };
    let started = taken.time(running.or(ended).and_then(|s| s.get("startedAt")));
    let finished = taken.time(ended.and_then(|s| s.get("finishedAt")));
    let spot = match status.get("imageID").filter(|_| !image_id.is_empty()) {
        Some(node) => taken.spot(node, format!("{at}/imageID")),
        None => taken.spot(status, at),
    };
    Seen { state, image, image_id, started, finished, spot }
}

fn is_digest(text: &str) -> bool {
    Reported::parse(text).is_some_and(|r| r.kind == DigestKind::Config)
}

/// A status that names its image by config digest and its imageID by registry digest states that both are one image.
fn same_record(status: Node<'_>, at: &str, image: &str, image_id: &str, taken: &mut Taken<'_>) {
    if !image.contains(':') || !is_digest(image) {
        return;
    }
    let (Some(config), Some(repository)) = (Reported::parse(image), Reported::parse(image_id)) else { return };
    if repository.kind == DigestKind::Unknown && config.digest != repository.digest {
        let spot = taken.spot(status, at.to_owned());
        let kind = RelationKind::SameRecord;
        taken.relations.push(Relation { kind, a: config.digest, b: repository.digest, spot });
    }
}

/// Joins an image volume's mount to the volume's use.
fn volume(mount: Node<'_>, at: &str, state: SeenState, places: &[Place<'_>], taken: &mut Taken<'_>) {
    let Some(reference) = mount.path(&["volumeStatus", "image", "imageRef"]) else { return };
    let name: Cow<'_, str> = mount.get("name").and_then(Node::text).unwrap_or_default();
    let Some(index) = place(places, Group::Volume, &name) else { return };
    let at = format!("{at}/volumeStatus/image/imageRef");
    let Some(image_id) = reference.string().filter(|text| !text.chars().any(char::is_control)) else {
        return taken.reject(&at, "the image name holds control characters");
    };
    let spot = taken.spot(reference, at);
    if let Some(place) = taken.uses.get_mut(index)
        && place.seen.as_ref().is_none_or(|seen| seen.state != SeenState::Running)
    {
        place.seen = Some(Seen { state, image: String::new(), image_id, started: None, finished: None, spot });
    }
}

/// The owner's owner, where names tell it: a ReplicaSet is named after its Deployment and the template's hash, a CronJob's
/// Job after the CronJob and the minute it was scheduled for.
fn likely_top(pod: &Object) -> Option<Owner> {
    let owner = pod.owner.as_ref()?;
    let (kind, name) = match owner.kind.as_str() {
        "ReplicaSet" => {
            let hash = pod.labels.get("pod-template-hash")?;
            ("Deployment", owner.name.strip_suffix(hash.as_str())?.strip_suffix('-')?)
        }
        "Job" => {
            let (name, minute) = owner.name.rsplit_once('-')?;
            let scheduled = (8..=10).contains(&minute.len()) && minute.bytes().all(|b| b.is_ascii_digit());
            ("CronJob", scheduled.then_some(name)?)
        }
        _ => return None,
    };
    (!name.is_empty()).then(|| Owner { kind: kind.to_owned(), name: name.to_owned(), uid: None })
}

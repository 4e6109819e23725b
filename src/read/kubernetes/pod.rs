//! Pods: what their spec names, joined by container name with what their status says was run.

use std::borrow::Cow;

use super::spec::{self, Group, Place};
use super::taken::Taken;
use crate::model::digest::{DigestKind, RelationKind};
use crate::model::fact::{Object, Owner, Relation, Role, Seen, SeenState};
use crate::model::reported::Reported;
use crate::read::names;
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
            let status = Status::of(container, format!("/status/{list}/{i}"));
            join(&status, (group, role), &places, taken);
        }
    }
}

/// One container's status: the members that are read.
struct Status<'t> {
    node: Node<'t>,
    at: String,
    name: Cow<'t, str>,
    image: Option<Node<'t>>,
    image_id: Option<Node<'t>>,
    state: Option<Node<'t>>,
    mounts: Option<Node<'t>>,
}

impl<'t> Status<'t> {
    fn of(node: Node<'t>, at: String) -> Self {
        let [name, image, image_id, state, mounts] = node.pick(["name", "image", "imageID", "state", "volumeMounts"]);
        let name = name.and_then(Node::text).unwrap_or_default();
        Status { node, at, name, image, image_id, state, mounts }
    }
}

/// Joins one container's status to its use; a status without a container in the spec is a use of its own.
fn join(status: &Status<'_>, as_what: (Group, Role), places: &[Place<'_>], taken: &mut Taken<'_>) {
    let (group, role) = as_what;
    let image = kept(status.image, "image", &status.at, taken);
    let image_id = kept(status.image_id, "imageID", &status.at, taken);
    let index = place(places, group, &status.name).or_else(|| {
        let written = status.image.filter(|_| !image.is_empty() && !is_digest(&image));
        let key = if written.is_some() { "image" } else { "imageID" };
        taken.image(role, &status.name, written.or(status.image_id)?, format!("{}/{key}", status.at), 1000)
    });
    same_record(status, &image, &image_id, taken);
    let seen = seen(status, image, image_id, taken);
    let state = seen.state;
    if let Some(place) = index.and_then(|index| taken.uses.get_mut(index)) {
        place.seen = Some(seen);
    }
    for (j, mount) in status.mounts.into_iter().flat_map(Node::elements).enumerate() {
        volume(mount, || format!("{}/volumeMounts/{j}", status.at), state, places, taken);
    }
}

/// A text of a status, or nothing and a reject where it cannot be kept.
fn kept(node: Option<Node<'_>>, key: &str, at: &str, taken: &mut Taken<'_>) -> String {
    let text = node.and_then(Node::string).unwrap_or_default();
    match names::refusal(&text) {
        None => text,
        Some(reason) => {
            taken.reject(&format!("{at}/{key}"), reason);
            String::new()
        }
    }
}

fn place(places: &[Place<'_>], group: Group, name: &str) -> Option<usize> {
    let found = places.binary_search_by(|p| (p.group, p.name.as_ref()).cmp(&(group, name)));
    found.ok().and_then(|at| places.get(at)).map(|p| p.index)
}

/// What a status says of its container. An empty state means waiting, as the API defines.
fn seen(status: &Status<'_>, image: String, image_id: String, taken: &mut Taken<'_>) -> Seen {
    let [running, ended] = status.state.map_or([None; 2], |state| state.pick(["running", "terminated"]));
    let state = match (running, ended) {
        _ if taken.deleted => SeenState::Terminated,
        (Some(_), _) => SeenState::Running,
        (None, Some(_)) => SeenState::Terminated,
        (None, None) => SeenState::Waiting,
    };
    let started = taken.time(running.or(ended).and_then(|s| s.get("startedAt")));
    let finished = taken.time(ended.and_then(|s| s.get("finishedAt")));
    let spot = match status.image_id.filter(|_| !image_id.is_empty()) {
        Some(node) => taken.spot(node, format!("{}/imageID", status.at)),
        None => taken.spot(status.node, status.at.clone()),
    };
    Seen { state, image, image_id, started, finished, spot }
}

fn is_digest(text: &str) -> bool {
    // A digest alone is no shorter, and has no name before it.
    text.len() >= 64 && !text.contains('@') && Reported::parse(text).is_some_and(|r| r.kind == DigestKind::Config)
}

/// A status that names its image by config digest and its imageID by registry digest states that both are one image.
fn same_record(status: &Status<'_>, image: &str, image_id: &str, taken: &mut Taken<'_>) {
    if !is_digest(image) {
        return;
    }
    let (Some(config), Some(repository)) = (Reported::parse(image), Reported::parse(image_id)) else { return };
    if repository.kind == DigestKind::Unknown && config.digest != repository.digest {
        let spot = taken.spot(status.node, status.at.clone());
        let kind = RelationKind::SameRecord;
        taken.relations.push(Relation { kind, a: config.digest, b: repository.digest, spot });
    }
}

/// Joins an image volume's mount to the volume's use.
fn volume(mount: Node<'_>, at: impl Fn() -> String, state: SeenState, places: &[Place<'_>], taken: &mut Taken<'_>) {
    let Some(reference) = mount.path(&["volumeStatus", "image", "imageRef"]) else { return };
    let name: Cow<'_, str> = mount.get("name").and_then(Node::text).unwrap_or_default();
    let Some(index) = place(places, Group::Volume, &name) else { return };
    let at = format!("{}/volumeStatus/image/imageRef", at());
    let Some(image_id) = reference.string() else { return };
    if let Some(reason) = names::refusal(&image_id) {
        return taken.reject(&at, reason);
    }
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

//! Containers of an engine, inspected and listed: the image as written, the image that was started, and whether it runs.

use super::image::{Named, is_manifest, named};
use super::words::{self, is_nothing};
use super::{exposure, labels, moment};
use crate::model::digest::{Digest, RelationKind};
use crate::model::fact::{Mark, Owner, Relation, Role, Seen, SeenState, Spot, Use};
use crate::model::time::Micros;
use crate::read::kubernetes::taken::Taken;
use crate::read::tree::{Kind, Node};

/// What a record says of the container's image and state.
pub(super) struct Ran {
    /// The image as it was asked for.
    pub written: Option<Named>,
    /// The digest it was started from, in the form in which runtimes report it.
    pub image_id: String,
    /// A config's digest beside it.
    pub image: String,
    pub state: Option<SeenState>,
    pub started: Option<Micros>,
    pub finished: Option<Micros>,
    pub marks: Vec<Mark>,
}

/// Reads `docker container inspect` and `podman inspect`.
pub(super) fn inspected(node: Node<'_>, taken: &mut Taken<'_>) {
    let [config, state] = node.pick(["Config", "State"]);
    let name = node.string_at("Name").unwrap_or_default();
    object(node.string_at("Id"), name.trim_start_matches('/'), taken);
    taken.object.created = taken.newest(moment::of(node.get("Created")));
    podman_pod(node, taken);
    let labels = labels::of(config.and_then(|c| c.get("Labels")));
    let (declared, role) = labels::apply(labels, taken);
    words::details(node, &[("Driver", "driver"), ("Platform", "platform")], taken);
    if let Some(host) = node.get("HostConfig") {
        words::details(host, &[("NetworkMode", "network"), ("PidMode", "pid")], taken);
    }
    let status = state.and_then(|s| s.string_at("Status")).unwrap_or_default();
    taken.detail("status", crate::model::text::scrub(&status).into_owned());
    let (written, image_id, image) = image_of(node, config, taken);
    let told = told_state(state, &status);
    let time = |key| moment::of(state.and_then(|s| s.get(key)));
    let ran = Ran {
        written,
        image_id,
        image,
        state: told,
        started: taken.newest(time("StartedAt")),
        finished: taken.newest(time("FinishedAt").filter(|_| told != Some(SeenState::Running))),
        marks: exposure::inspected(node),
    };
    let spot = taken.spot(node, String::new());
    place(ran, declared, role, spot, taken);
}

/// The image as written, and the digests of what was started.
fn image_of(node: Node<'_>, config: Option<Node<'_>>, taken: &mut Taken<'_>) -> (Option<Named>, String, String) {
    let written = config.and_then(|c| c.get("Image")).map(|n| named(n, "/Config/Image", taken));
    let asked = written.filter(|w| !is_nothing(&w.text) && !words::is_short_id(&w.text));
    let written = asked.or_else(|| node.get("ImageName").map(|n| named(n, "/ImageName", taken)));
    let name = written.as_ref().map(|w| w.text.clone()).unwrap_or_default();
    let id = node.get("Image").map(|n| named(n, "/Image", taken));
    let digest = id.as_ref().and_then(|id| words::digest(&id.text));
    let written = written.or_else(|| id.clone().filter(|_| digest.is_some()));
    let Some(digest) = digest else { return (written, String::new(), String::new()) };
    if let Some(manifest) = platform(node, &digest, taken) {
        return (written, words::beside(&name, &manifest), String::new());
    }
    let own = node.string_at("ImageDigest").and_then(|text| Digest::parse(&text).ok());
    let text = id.map(|id| id.text).unwrap_or_default();
    match own {
        // Podman names the manifest beside the config.
        Some(own) if own != digest => (written, words::beside(&name, &own), text),
        _ => (written, text, String::new()),
    }
}

/// The manifest of the platform that was started. Only the containerd image store tells it; the image is then what was
/// pulled, so another digest is an index with this manifest in it.
fn platform(node: Node<'_>, image: &Digest, taken: &mut Taken<'_>) -> Option<Digest> {
    let descriptor = node.get("ImageManifestDescriptor")?;
    let inner = descriptor.get("digest")?;
    let manifest = Digest::parse(&inner.text()?).ok()?;
    if !is_manifest(&descriptor.string_at("mediaType")?) {
        return None;
    }
    if manifest != *image {
        let spot = taken.spot(inner, "/ImageManifestDescriptor/digest".to_owned());
        let kind = RelationKind::Contains;
        taken.relations.push(Relation { kind, a: image.clone(), b: manifest.clone(), spot });
    }
    Some(manifest)
}

/// The state of an inspect record. Restarting is not running: it ended and will be tried again.
fn told_state(state: Option<Node<'_>>, status: &str) -> Option<SeenState> {
    let flag = |key| state.and_then(|s| s.get(key)).is_some_and(Node::is_true);
    let word = state_word(status);
    match word {
        None if flag("Running") && !flag("Restarting") => Some(SeenState::Running),
        None if state.is_some_and(|s| s.get("Running").is_some()) => Some(SeenState::Terminated),
        word => word,
    }
}

/// The state that an engine's word tells, alone (`running`) or with more (`Up 2 hours`, `Exited (0) 3 days ago`).
pub(super) fn state_word(status: &str) -> Option<SeenState> {
    let first = status.split([' ', '(']).next().unwrap_or_default().to_ascii_lowercase();
    Some(match first.as_str() {
        "running" | "up" | "paused" | "container_running" => SeenState::Running,
        "created" | "restarting" | "configured" | "initialized" | "container_created" => SeenState::Waiting,
        "exited" | "dead" | "removing" | "removal" | "stopped" | "stopping" | "container_exited" => {
            SeenState::Terminated
        }
        _ => return None,
    })
}

/// Reads a container of `podman ps --format json` or of the engine's API.
pub(super) fn listed(node: Node<'_>, taken: &mut Taken<'_>) {
    let name = node.list("Names").next().and_then(Node::string).unwrap_or_default();
    object(node.string_at("Id"), name.trim_start_matches('/'), taken);
    taken.object.created = taken.newest(moment::of(node.get("Created")));
    podman_pod(node, taken);
    let (declared, role) = labels::apply(labels::of(node.get("Labels")), taken);
    let [state, status] = ["State", "Status"].map(|key| node.string_at(key).unwrap_or_default());
    taken.detail("status", crate::model::text::scrub(&status).into_owned());
    let told = state_word(&state).or_else(|| state_word(&status));
    let written = node.get("Image").map(|n| named(n, "/Image", taken));
    let name = written.as_ref().map(|w| w.text.clone()).unwrap_or_default();
    let id = node
        .string_at("ImageID")
        .and_then(|id| Some((words::digest(&id)?, id)))
        .map(|(digest, id)| platform(node, &digest, taken).map_or(id, |manifest| words::beside(&name, &manifest)));
    let ran = Ran {
        written,
        image_id: id.unwrap_or_default(),
        image: String::new(),
        state: told,
        started: taken.newest(moment::of(node.get("StartedAt"))),
        finished: taken.newest(moment::of(node.get("ExitedAt")).filter(|_| told != Some(SeenState::Running))),
        marks: exposure::listed(node),
    };
    let spot = taken.spot(node, String::new());
    place(ran, declared, role, spot, taken);
}

/// What every container has. Its id tells it apart from others of its name.
pub(super) fn object(id: Option<String>, name: &str, taken: &mut Taken<'_>) {
    let id = id.filter(|id| !id.is_empty());
    taken.object.kind = "Container".to_owned();
    taken.object.name = if name.is_empty() { id.clone().unwrap_or_default() } else { name.to_owned() };
    taken.object.uid = id;
}

/// The pod of Podman that a container is in.
fn podman_pod(node: Node<'_>, taken: &mut Taken<'_>) {
    let id = node.get("Pod").filter(|n| n.kind() == Kind::Text).and_then(Node::string).filter(|id| !id.is_empty());
    let name = node.string_at("PodName").filter(|name| !name.is_empty());
    if let Some(name) = name.or(id.clone()) {
        taken.object.owner = Some(Owner { kind: "PodmanPod".to_owned(), name, uid: id });
    }
}

/// Adds the use of a container's image; a name that cannot be kept is rejected, and its digest stands in for it.
pub(super) fn place(ran: Ran, declared: Option<String>, role: Role, spot: Spot, taken: &mut Taken<'_>) {
    let Some(written) = ran.written else {
        return taken.reject("", "a container without an image");
    };
    let mut text = written.text;
    if let Some(reason) = words::refusal(&text) {
        if words::digest(&ran.image_id).is_none() {
            return taken.reject(&written.spot.pointer, reason);
        }
        text = ran.image_id.clone();
    } else if is_nothing(&text) {
        return taken.reject(&written.spot.pointer, "a container without an image");
    }
    let name = declared.unwrap_or_else(|| taken.object.name.clone());
    let mut place = Use::new(role, name, text, written.spot);
    place.marks = ran.marks;
    if ran.state.is_some() || !ran.image_id.is_empty() {
        place.seen = Some(Seen {
            // Kept on the machine, and not known to run.
            state: ran.state.unwrap_or(SeenState::Cached),
            image: ran.image,
            image_id: ran.image_id,
            started: ran.started,
            finished: ran.finished,
            spot,
        });
    }
    taken.uses.push(place);
}

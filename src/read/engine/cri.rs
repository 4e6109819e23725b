//! What `crictl` prints as JSON: the images and containers of a node as its runtime knows them, pods' names in labels.

use super::container::{self, Ran, state_word};
use super::image::{self, IdOf, Kept, Named, listed, named};
use super::words::{self, is_nothing};
use super::{exposure, labels, moment, stands};
use crate::model::fact::{Mark, SeenState};
use crate::model::lineage;
use crate::read::kubernetes::taken::Taken;
use crate::read::tree::Node;

/// Reads an image of `crictl images -o json`. Its id is the config's digest.
pub(super) fn image(node: Node<'_>, taken: &mut Taken<'_>) {
    let id = node.get("id").map(|n| named(n, "/id", taken));
    let spot = taken.spot(node, String::new());
    kept(node, "", id, spot, taken);
}

fn kept(node: Node<'_>, at: &str, id: Option<Named>, spot: crate::model::fact::Spot, taken: &mut Taken<'_>) {
    taken.object.kind = "Image".to_owned();
    taken.object.name = id.as_ref().map(|id| id.text.clone()).unwrap_or_default();
    words::details(node, &[("id", "id")], taken);
    taken.detail("pinned", node.get("pinned").is_some_and(Node::is_true));
    let (tags, digests) = (listed(node, at, "repoTags", taken), listed(node, at, "repoDigests", taken));
    image::keep(Kept { tags, digests, id, id_of: IdOf::Config, spot }, taken);
}

/// Reads `crictl inspecti -o json`.
pub(super) fn inspected_image(node: Node<'_>, taken: &mut Taken<'_>) {
    let Some(status) = node.get("status") else { return };
    let id = status.get("id").map(|n| named(n, "/status/id", taken));
    let spot = taken.spot(status, "/status".to_owned());
    kept(status, "/status", id, spot, taken);
    let Some(config) = node.path(&["info", "imageSpec"]) else { return };
    taken.object.created = moment::of(config.get("created"));
    words::details(config, &[("architecture", "arch"), ("os", "os"), ("variant", "variant")], taken);
    taken.object.labels = labels::of(config.path(&["config", "Labels"]));
    let image =
        status.string_at("id").and_then(|id| words::digest(&id)).map(lineage::Named::by_digest).unwrap_or_default();
    let layers = config.path(&["rootfs", "diff_ids"]).map(|layers| (layers, "/info/imageSpec/rootfs/diff_ids"));
    stands::on(config, image, layers, taken);
}

/// Reads a container of `crictl ps -o json`.
pub(super) fn container(node: Node<'_>, taken: &mut Taken<'_>) {
    read(node, "", node, taken);
}

/// Reads `crictl inspect -o json`.
pub(super) fn inspected_container(node: Node<'_>, taken: &mut Taken<'_>) {
    if let Some(status) = node.get("status") {
        read(status, "/status", node, taken);
    }
}

fn read(status: Node<'_>, at: &str, whole: Node<'_>, taken: &mut Taken<'_>) {
    let name = status.path(&["metadata", "name"]).and_then(Node::string).unwrap_or_default();
    container::object(status.string_at("id"), &name, taken);
    taken.object.created = taken.newest(moment::of(status.get("createdAt")));
    let (declared, role) = labels::apply(labels::of(status.get("labels")), taken);
    words::details(status, &[("podSandboxId", "sandbox"), ("state", "status")], taken);
    let attempt = status.path(&["metadata", "attempt"]).and_then(Node::integer).filter(|n| *n > 0);
    taken.detail("attempt", attempt.map(serde_json::Value::from));
    let told = state_word(&status.string_at("state").unwrap_or_default());
    let image_ref = status.get("imageRef").map(|n| named(n, &format!("{at}/imageRef"), taken));
    let image_ref = image_ref.filter(|n| !is_nothing(&n.text));
    let ran = Ran {
        written: asked(status, at, taken).or_else(|| image_ref.clone()),
        image_id: image_ref.map(|n| n.text).filter(|text| words::refusal(text).is_none()).unwrap_or_default(),
        image: String::new(),
        state: told,
        started: taken.newest(moment::of(status.get("startedAt"))),
        finished: taken.newest(moment::of(status.get("finishedAt")).filter(|_| told != Some(SeenState::Running))),
        marks: marks(status, whole),
    };
    let spot = taken.spot(status, at.to_owned());
    container::place(ran, declared, role, spot, taken);
}

/// The image's name: what the pod asks for where the runtime keeps it, else the name beside the reference.
fn asked(status: Node<'_>, at: &str, taken: &Taken<'_>) -> Option<Named> {
    let image = status.get("image")?;
    let member = |key: &str| {
        let found = image.get(key).map(|n| named(n, &format!("{at}/image/{key}"), taken))?;
        (!is_nothing(&found.text) && words::digest(&found.text).is_none()).then_some(found)
    };
    member("userSpecifiedImage").or_else(|| member("image"))
}

fn marks(status: Node<'_>, whole: Node<'_>) -> Vec<Mark> {
    let mut marks = Vec::new();
    let context = whole.path(&["info", "config", "linux", "security_context"]);
    if context.and_then(|c| c.get("privileged")).is_some_and(Node::is_true) {
        marks.push(Mark::Privileged);
    }
    let mounts = || status.list("mounts").filter_map(|m| m.get("hostPath")?.text());
    if mounts().any(|path| exposure::is_socket(&path)) {
        marks.push(Mark::EngineSocket);
    }
    marks
}

//! A pod spec, in a pod or in a template: the images it names and what else of it bears on triage.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::taken::Taken;
use crate::model::fact::{Role, capability};
use crate::read::names;
use crate::read::tree::Node;

/// Where a container's or volume's use was put, for the status to join.
pub(super) struct Place<'t> {
    pub group: Group,
    pub name: Cow<'t, str>,
    pub index: usize,
}

/// The lists of a pod spec; a name is unique in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Init,
    App,
    Ephemeral,
    Volume,
}

const LISTS: [(&str, Group); 3] =
    [("initContainers", Group::Init), ("containers", Group::App), ("ephemeralContainers", Group::Ephemeral)];

/// Takes every image a pod spec names: of containers, of image volumes, and of environment variables that are known to
/// carry image names. `pointer` is the spec's. Places are sorted by group and name.
pub(super) fn images<'t>(spec: Node<'t>, pointer: &str, confidence: u16, taken: &mut Taken<'_>) -> Vec<Place<'t>> {
    let mut places = Vec::new();
    for (list, group) in LISTS {
        for (i, container) in spec.list(list).enumerate() {
            let at = || format!("{pointer}/{list}/{i}");
            let [name, image, env, restart] = container.pick(["name", "image", "env", "restartPolicy"]);
            let name = name.and_then(Node::text).unwrap_or_default();
            if let Some(image) = image
                && let Some(index) = taken.image(role(group, restart), &name, image, at() + "/image", confidence)
            {
                places.push(Place { group, name: name.clone(), index });
            }
            for (j, variable) in elements(env).enumerate() {
                env_image(variable, &name, || format!("{}/env/{j}/value", at()), taken);
            }
        }
    }
    for (i, volume) in spec.list("volumes").enumerate() {
        let Some(image) = volume.path(&["image", "reference"]) else { continue };
        let name = volume.get("name").and_then(Node::text).unwrap_or_default();
        let at = format!("{pointer}/volumes/{i}/image/reference");
        if let Some(index) = taken.image(Role::Volume, &name, image, at, confidence) {
            places.push(Place { group: Group::Volume, name, index });
        }
    }
    places.sort_by(|a, b| (a.group, &a.name).cmp(&(b.group, &b.name)));
    places
}

fn role(group: Group, restart_policy: Option<Node<'_>>) -> Role {
    match group {
        Group::App => Role::App,
        Group::Ephemeral => Role::Ephemeral,
        Group::Volume => Role::Volume,
        Group::Init => {
            if restart_policy.and_then(Node::text).as_deref() == Some("Always") {
                Role::Sidecar
            } else {
                Role::Init
            }
        }
    }
}

/// Takes the image an environment variable carries for an operator to start: `RELATED_IMAGE_…` (OLM's convention) and
/// `…_IMAGE`. The use is named `container/VARIABLE`.
pub(super) fn env_image(variable: Node<'_>, container: &str, at: impl FnOnce() -> String, taken: &mut Taken<'_>) {
    let [name, value] = variable.pick(["name", "value"]);
    let Some(name) = name.and_then(Node::text) else { return };
    let related = name.starts_with("RELATED_IMAGE_");
    if !related && !name.ends_with("_IMAGE") {
        return;
    }
    let Some(value) = value else { return };
    let Some(text) = value.text() else { return };
    if (related && names::is_reference(&text)) || names::looks_like_image(&text) {
        let name = if container.is_empty() { name.into_owned() } else { format!("{container}/{name}") };
        taken.image(Role::Field, &name, value, at(), 700);
    }
}

/// Takes what triage will need of a pod spec.
pub(super) fn details(spec: Node<'_>, taken: &mut Taken<'_>) {
    let [account, old_account, priority, pull_secrets, automount] = spec.pick([
        "serviceAccountName",
        "serviceAccount",
        "priorityClassName",
        "imagePullSecrets",
        "automountServiceAccountToken",
    ]);
    taken.detail("serviceAccount", account.or(old_account).and_then(Node::string));
    taken.detail("priorityClass", priority.and_then(Node::string));
    let host_keys = ["hostNetwork", "hostPID", "hostIPC"];
    for (key, value) in host_keys.into_iter().zip(spec.pick(host_keys)) {
        taken.detail(key, value.is_some_and(Node::is_true));
    }
    if automount.is_some_and(|node| !node.is_true()) {
        taken.detail("automount", "false");
    }
    taken.object.pull_secrets = elements(pull_secrets).filter_map(|s| s.string_at("name")).collect();
    let (mut privileged, mut host_ports, mut secrets) = (Vec::new(), Vec::new(), Vec::new());
    let mut capabilities: Vec<String> = Vec::new();
    for container in spec.pick(LISTS.map(|(list, _)| list)).into_iter().flat_map(elements) {
        let [name, context, ports, env, env_from] =
            container.pick(["name", "securityContext", "ports", "env", "envFrom"]);
        if context.and_then(|c| c.get("privileged")).is_some_and(Node::is_true) {
            privileged.extend(name.and_then(Node::string));
        }
        let container = name.and_then(Node::string).unwrap_or_default();
        let added = context.and_then(|c| c.get("capabilities")).into_iter().flat_map(|c| c.list("add"));
        capabilities.extend(added.filter_map(Node::string).map(|name| format!("{container}={}", capability(&name))));
        host_ports.extend(elements(ports).filter_map(host_port));
        secrets.extend(elements(env).filter_map(|v| v.path(&["valueFrom", "secretKeyRef", "name"])?.string()));
        secrets.extend(elements(env_from).filter_map(|v| v.path(&["secretRef", "name"])?.string()));
    }
    let mut host_paths: Vec<String> = Vec::new();
    for volume in spec.list("volumes") {
        let [host_path, secret, projected] = volume.pick(["hostPath", "secret", "projected"]);
        host_paths.extend(host_path.and_then(|v| v.string_at("path")));
        secrets.extend(secret.and_then(|v| v.string_at("secretName")));
        let sources = projected.into_iter().flat_map(|p| p.list("sources"));
        secrets.extend(sources.filter_map(|s| s.path(&["secret", "name"])?.string()));
    }
    secrets.sort_unstable();
    secrets.dedup();
    taken.detail("privileged", privileged);
    taken.detail("capabilities", capabilities);
    taken.detail("hostPorts", host_ports);
    taken.detail("hostPaths", host_paths);
    taken.detail("secrets", secrets);
}

fn elements(node: Option<Node<'_>>) -> impl Iterator<Item = Node<'_>> {
    node.into_iter().flat_map(Node::elements)
}

fn host_port(port: Node<'_>) -> Option<Value> {
    let number = port.get("hostPort")?.integer()?;
    Some(json!({
        "hostPort": number,
        "containerPort": port.get("containerPort").and_then(Node::integer),
        "protocol": port.string_at("protocol").unwrap_or_else(|| "TCP".to_owned()),
    }))
}

//! A pod spec, in a pod or in a template: the images it names and what else of it bears on triage.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::taken::Taken;
use crate::model::fact::Role;
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
            let at = format!("{pointer}/{list}/{i}");
            let name = container.get("name").and_then(Node::text).unwrap_or_default();
            if let Some(image) = container.get("image")
                && let Some(index) =
                    taken.image(role(group, container), &name, image, format!("{at}/image"), confidence)
            {
                places.push(Place { group, name: name.clone(), index });
            }
            for (j, variable) in container.list("env").enumerate() {
                env_image(variable, &name, || format!("{at}/env/{j}/value"), taken);
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

fn role(group: Group, container: Node<'_>) -> Role {
    match group {
        Group::App => Role::App,
        Group::Ephemeral => Role::Ephemeral,
        Group::Volume => Role::Volume,
        Group::Init => {
            let policy = container.get("restartPolicy").and_then(Node::text);
            if policy.as_deref() == Some("Always") { Role::Sidecar } else { Role::Init }
        }
    }
}

/// Takes the image an environment variable carries for an operator to start: `RELATED_IMAGE_…` (OLM's convention) and
/// `…_IMAGE`. The use is named `container/VARIABLE`.
pub(super) fn env_image(variable: Node<'_>, container: &str, at: impl FnOnce() -> String, taken: &mut Taken<'_>) {
    let Some(name) = variable.get("name").and_then(Node::text) else { return };
    let related = name.starts_with("RELATED_IMAGE_");
    if !related && !name.ends_with("_IMAGE") {
        return;
    }
    let Some(value) = variable.get("value") else { return };
    let Some(text) = value.text() else { return };
    if (related && names::is_reference(&text)) || names::looks_like_image(&text) {
        let name = if container.is_empty() { name.into_owned() } else { format!("{container}/{name}") };
        taken.image(Role::Field, &name, value, at(), 700);
    }
}

/// Takes what triage will need of a pod spec.
pub(super) fn details(spec: Node<'_>, taken: &mut Taken<'_>) {
    let account = spec.string_at("serviceAccountName").or_else(|| spec.string_at("serviceAccount"));
    taken.detail("serviceAccount", account);
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        taken.detail(key, spec.get(key).is_some_and(Node::is_true));
    }
    taken.detail("priorityClass", spec.string_at("priorityClassName"));
    if spec.get("automountServiceAccountToken").is_some_and(|n| !n.is_true()) {
        taken.detail("automount", "false");
    }
    let secrets = spec.list("imagePullSecrets").filter_map(|s| s.string_at("name"));
    taken.object.pull_secrets = secrets.collect();
    let (mut privileged, mut host_ports, mut secrets) = (Vec::new(), Vec::new(), Vec::new());
    for (list, _) in LISTS {
        for container in spec.list(list) {
            if container.path(&["securityContext", "privileged"]).is_some_and(Node::is_true) {
                privileged.extend(container.string_at("name"));
            }
            host_ports.extend(container.list("ports").filter_map(host_port));
            env_secrets(container, &mut secrets);
        }
    }
    let mut host_paths: Vec<String> = Vec::new();
    for volume in spec.list("volumes") {
        host_paths.extend(volume.path(&["hostPath", "path"]).and_then(Node::string));
        secrets.extend(volume.path(&["secret", "secretName"]).and_then(Node::string));
        if let Some(projected) = volume.get("projected") {
            let sources = projected.list("sources");
            secrets.extend(sources.filter_map(|s| s.path(&["secret", "name"])?.string()));
        }
    }
    secrets.sort_unstable();
    secrets.dedup();
    taken.detail("privileged", privileged);
    taken.detail("hostPorts", host_ports);
    taken.detail("hostPaths", host_paths);
    taken.detail("secrets", secrets);
}

fn host_port(port: Node<'_>) -> Option<Value> {
    let number = port.get("hostPort")?.integer()?;
    Some(json!({
        "hostPort": number,
        "containerPort": port.get("containerPort").and_then(Node::integer),
        "protocol": port.string_at("protocol").unwrap_or_else(|| "TCP".to_owned()),
    }))
}

fn env_secrets(container: Node<'_>, secrets: &mut Vec<String>) {
    let variables = container.list("env");
    secrets.extend(variables.filter_map(|v| v.path(&["valueFrom", "secretKeyRef", "name"])?.string()));
    secrets.extend(container.list("envFrom").filter_map(|v| v.path(&["secretRef", "name"])?.string()));
}

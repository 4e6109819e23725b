//! Kubernetes objects: what stands around them (lists, watch events, tables, refusals), what kind each one is, and which
//! room reads it. Reads trees, so JSON and YAML alike; keeps names as written and resolves nothing.

mod access;
mod event;
mod metadata;
pub(super) mod names;
mod network;
mod node;
mod pod;
mod spec;
pub(super) mod taken;
mod template;
mod unknown;
mod workload;

pub(super) use template::read_template;

use super::outcome::{ListSaid, Outcome, Refused};
use super::tree::{Kind, Node};
use super::{Limits, Segment};
use taken::Taken;

/// What an object's surroundings say of it.
#[derive(Clone, Copy, Default)]
struct Around<'a> {
    /// Kind and version of the list it stands in.
    list_kind: &'a str,
    list_api: &'a str,
    in_list: bool,
    /// It was deleted, as a watch stream told.
    deleted: bool,
}

const METADATA_ONLY: &str = "metadata only (a Table or PartialObjectMetadata answer): it gives no images, no init containers and \
     no digests; `kubectl get pods -A -o json` gives them";
const WATCH: &str = "a watch stream tells changes, not the whole";

/// Reads one segment's tree.
pub(super) fn read(root: Option<Node<'_>>, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let Some(root) = root else { return };
    let Some(list) = &segment.list else {
        let in_list = segment.pointer.rsplit('/').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()))
            && !segment.pointer.is_empty()
            && !segment.pointer.starts_with("/doc/");
        let around = Around { in_list, ..Around::default() };
        return value(root, &segment.pointer, around, limits.depth, out);
    };
    let around = Around { list_kind: &list.kind, list_api: &list.api_version, in_list: true, deleted: false };
    if root.kind() != Kind::Array {
        return value(root, &segment.pointer, around, limits.depth, out);
    }
    // A YAML segment begins at its dash: a sequence of one element, or of several that an anchor keeps together.
    let (parent, first) = segment.pointer.rsplit_once('/').unwrap_or(("", "0"));
    let first: usize = first.parse().unwrap_or(0);
    for (i, element) in root.elements().enumerate() {
        value(element, &format!("{parent}/{}", first.saturating_add(i)), around, limits.depth, out);
    }
}

/// Reads a list, a watch event, a refusal or an object. `depth` bounds lists in lists.
fn value(node: Node<'_>, pointer: &str, around: Around<'_>, depth: usize, out: &mut Outcome) {
    match node.kind() {
        Kind::Object => {}
        // An empty document, as templates leave behind.
        Kind::Null => return,
        Kind::Array if depth > 0 && !around.in_list => {
            for (i, element) in node.elements().enumerate() {
                let around = Around { in_list: true, ..around };
                value(element, &format!("{pointer}/{i}"), around, depth - 1, out);
            }
            return;
        }
        _ => return out.reject(pointer.to_owned(), "not an object"),
    }
    let kind = node.string_at("kind").unwrap_or_default();
    if let Some(said) = list_said(node, &kind) {
        let api = node.string_at("apiVersion").unwrap_or_default();
        out.said.lists.push(said);
        let inner = Around { list_kind: &kind, list_api: &api, in_list: true, deleted: false };
        for (i, element) in node.list("items").enumerate() {
            if depth == 0 {
                return out.reject(pointer.to_owned(), "lists in lists, nested too deep");
            }
            value(element, &format!("{pointer}/items/{i}"), inner, depth - 1, out);
        }
        return;
    }
    if let (Some(change), Some(object)) = (watch_change(node), node.get("object")) {
        out.said.partial.insert(WATCH.to_owned());
        let around = Around { in_list: true, deleted: change == "DELETED", ..Around::default() };
        if change != "BOOKMARK" && depth > 0 {
            value(object, &format!("{pointer}/object"), around, depth - 1, out);
        }
        return;
    }
    object(node, kind, pointer, around, out);
}

fn object(node: Node<'_>, kind: String, pointer: &str, around: Around<'_>, out: &mut Outcome) {
    if kind == "Status" {
        return status(node, pointer, out);
    }
    if ["Table", "PartialObjectMetadata"].contains(&kind.as_str())
        || kind.is_empty() && ["Table", "PartialObjectMetadataList"].contains(&around.list_kind)
        || kind.is_empty() && node.get("cells").is_some()
    {
        out.said.partial.insert(METADATA_ONLY.to_owned());
        return;
    }
    let named = !kind.is_empty();
    let kind = match kind {
        own if !own.is_empty() => own,
        _ => match around.list_kind.strip_suffix("List") {
            Some(kind) if !kind.is_empty() => kind.to_owned(),
            _ => infer(node).to_owned(),
        },
    };
    if !named && kind == UNKNOWN && node.get("metadata").is_none() && node.get("spec").is_none() {
        return out.reject(pointer.to_owned(), "no Kubernetes object: it has no kind, no metadata and no spec");
    }
    if !around.in_list {
        out.said.loose += 1;
    }
    let api = node.string_at("apiVersion").unwrap_or_else(|| around.list_api.to_owned());
    let mut taken = Taken::new(node, pointer, around.deleted, out);
    metadata::read(node, kind, api, &mut taken);
    dispatch(node, &mut taken);
    taken.finish();
}

/// Hands an object to the room that reads its kind. Kinds are told apart by name and group, for a custom resource may
/// call itself `Service` too.
fn dispatch(node: Node<'_>, taken: &mut Taken<'_>) {
    let (kind, api) = (taken.object.kind.clone(), taken.object.api.clone());
    let group = api.rsplit_once('/').map_or("", |(group, _)| group);
    match (group, kind.as_str()) {
        ("", "Pod") => pod::read(node, taken),
        ("", "ReplicationController" | "PodTemplate")
        | ("apps" | "extensions", "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet")
        | ("batch", "Job" | "CronJob") => workload::read(node, &kind, taken),
        // A kind that was told by its shape alone has no group.
        ("", "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob") => {
            workload::read(node, &kind, taken);
        }
        ("", "Node") => node::read(node, taken),
        ("" | "events.k8s.io", "Event") => event::read(node, taken),
        ("", "Service") => network::service(node, taken),
        ("" | "discovery.k8s.io", "EndpointSlice") => network::endpoint_slice(node, taken),
        ("", "Endpoints") => network::endpoints(node, taken),
        ("" | "networking.k8s.io" | "extensions", "Ingress") => network::ingress(node, taken),
        ("" | "networking.k8s.io" | "extensions", "NetworkPolicy") => network::policy(node, taken),
        ("gateway.networking.k8s.io", "Gateway") => network::gateway(node, taken),
        ("gateway.networking.k8s.io", route) if route.ends_with("Route") => network::route(node, taken),
        ("", "ServiceAccount") => access::account(node, taken),
        ("" | "rbac.authorization.k8s.io", "Role" | "ClusterRole") => access::role(node, taken),
        ("" | "rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => access::binding(node, taken),
        ("", "Namespace") => {}
        ("" | "scheduling.k8s.io", "PriorityClass") => access::priority_class(node, taken),
        ("", "ConfigMap" | "Secret") => taken.object.labels.clear(),
        ("aquasecurity.github.io", "VulnerabilityReport" | "ClusterVulnerabilityReport") => {
            super::scan::read_operator(node, taken);
        }
        // A definition's schema speaks of images without naming one.
        ("apiextensions.k8s.io", "CustomResourceDefinition") => {}
        _ => unknown::read(node, taken),
    }
}

/// A list's own words; `None` where the node is no list.
pub(super) fn list_said(node: Node<'_>, kind: &str) -> Option<ListSaid> {
    let has_items = node.get("items").is_some_and(|items| items.kind() == Kind::Array);
    let metadata = node.get("metadata");
    let named = metadata.is_some_and(|m| m.get("name").is_some());
    let is_list = if has_items { kind.is_empty() || kind.ends_with("List") } else { kind.ends_with("List") };
    if !is_list || named || (!has_items && node.get("spec").is_some()) {
        return None;
    }
    let word = |key| metadata.and_then(|m| m.string_at(key)).filter(|text| !text.is_empty());
    let remaining = metadata.and_then(|m| m.get("remainingItemCount")).and_then(Node::integer);
    Some(ListSaid {
        kind: kind.to_owned(),
        version: word("resourceVersion"),
        continues: word("continue").is_some() || remaining.is_some_and(|n| n > 0),
    })
}

fn watch_change(node: Node<'_>) -> Option<String> {
    let change = node.string_at("type")?;
    ["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"].contains(&change.as_str()).then_some(change)
}

/// An API's `Status`. A success says nothing about what runs.
fn status(node: Node<'_>, pointer: &str, out: &mut Outcome) {
    match refused(node) {
        Some(refused) => out.said.refusals.push(refused),
        None => out.reject(pointer.to_owned(), "an API's message of success: no object"),
    }
}

/// The refusal in a `Status` object.
pub(super) fn refused(node: Node<'_>) -> Option<Refused> {
    if node.string_at("status").as_deref() == Some("Success") {
        return None;
    }
    let code = node.get("code").and_then(Node::integer);
    let reason = node.string_at("reason").unwrap_or_default();
    let denied = matches!(code, Some(401 | 403)) || ["Forbidden", "Unauthorized"].contains(&reason.as_str());
    let mut message = node.string_at("message").unwrap_or_else(|| reason.clone());
    if let Some(code) = code {
        message = format!("{code} {reason}: {message}");
    }
    Some(Refused { denied, message: crate::model::text::scrub(&message).into_owned() })
}

const UNKNOWN: &str = "Unknown";

/// The kind of an object that does not say it, by what only that kind has.
fn infer(node: Node<'_>) -> &'static str {
    let has = |keys: &[&str]| node.path(keys).is_some();
    let shapes: [(&[&str], &'static str); 18] = [
        (&["involvedObject"], "Event"),
        (&["regarding"], "Event"),
        (&["spec", "jobTemplate"], "CronJob"),
        (&["spec", "template", "spec", "containers"], "Workload"),
        (&["spec", "containers"], "Pod"),
        (&["status", "nodeInfo"], "Node"),
        (&["spec", "clusterIP"], "Service"),
        (&["endpoints"], "EndpointSlice"),
        (&["subsets"], "Endpoints"),
        (&["spec", "podSelector"], "NetworkPolicy"),
        (&["spec", "ingressClassName"], "Ingress"),
        (&["spec", "rules"], "Ingress"),
        (&["roleRef"], "RoleBinding"),
        (&["rules"], "Role"),
        (&["template", "spec", "containers"], "PodTemplate"),
        (&["automountServiceAccountToken"], "ServiceAccount"),
        (&["spec", "finalizers"], "Namespace"),
        (&["globalDefault"], "PriorityClass"),
    ];
    let found = shapes.iter().find(|(keys, _)| has(keys)).map_or(UNKNOWN, |(_, kind)| kind);
    let namespaced = has(&["metadata", "namespace"]);
    match found {
        "Workload" => workload::infer(node),
        "RoleBinding" if !namespaced => "ClusterRoleBinding",
        "Role" if !namespaced => "ClusterRole",
        found => found,
    }
}

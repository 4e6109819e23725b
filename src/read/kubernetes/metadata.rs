//! `metadata` of any object: who it is, whose it is, since when.

use serde_json::Value;

use super::taken::Taken;
use crate::model::fact::Owner;
use crate::read::Limits;
use crate::read::tree::{Kind, Node, parse_json_whole};

/// Fills what every object has.
pub(super) fn read(node: Node<'_>, kind: String, api: String, taken: &mut Taken<'_>) {
    taken.object.kind = kind;
    taken.object.api = api;
    if taken.deleted {
        taken.detail("watch", "DELETED");
    }
    let Some(metadata) = node.get("metadata") else { return };
    let mut generated = String::new();
    for (key, value) in metadata.members() {
        let Some(key) = key.text() else { continue };
        match key.as_ref() {
            "name" => taken.object.name = value.string().unwrap_or_default(),
            "generateName" => generated = value.string().unwrap_or_default(),
            "namespace" => taken.object.namespace = value.string().unwrap_or_default(),
            "uid" => taken.object.uid = value.string().filter(|uid| !uid.is_empty()),
            "creationTimestamp" => taken.object.created = taken.time(Some(value)),
            "labels" => labels(value, taken),
            "annotations" => annotations(value, taken),
            "ownerReferences" => taken.object.owner = value.elements().find_map(controller),
            _ => {}
        }
    }
    if taken.object.name.is_empty() {
        taken.object.name = generated;
    }
}

fn labels(node: Node<'_>, taken: &mut Taken<'_>) {
    let pairs = node.members().filter_map(|(key, value)| Some((key.string()?, value.string()?)));
    taken.object.labels = pairs.collect();
}

/// Parts of keys that tell how much depends on something, or which cloud role an account takes.
const TELLING: [&str; 6] =
    ["critical", "importance", "tier", "role-arn", "gcp-service-account", "azure.workload.identity/client-id"];
/// Most annotations that are kept of one object.
const MOST: usize = 20;
/// The longest value of an annotation that is kept, in bytes.
const LONGEST: usize = 200;

/// Keeps the annotations that judging asks for. The others stay unread: they hold what was applied once and what names a
/// single pod, so that no two pods of a workload would say the same.
fn annotations(node: Node<'_>, taken: &mut Taken<'_>) {
    if node.kind() == Kind::Object {
        return keep(node, taken);
    }
    // Of JSON they were left out when the tree was built.
    let text = node.raw();
    if !TELLING.iter().any(|part| text.contains(part)) {
        return;
    }
    if let Ok(tree) = parse_json_whole(text, &Limits::default())
        && let Some(root) = tree.root()
    {
        keep(root, taken);
    }
}

fn keep(node: Node<'_>, taken: &mut Taken<'_>) {
    let told = node.members().filter_map(|(key, value)| {
        let key = key.string().filter(|key| TELLING.iter().any(|part| key.contains(part)))?;
        let value = value.string().filter(|value| value.len() <= LONGEST)?;
        Some((key, Value::String(value)))
    });
    let told: serde_json::Map<String, Value> = told.take(MOST).collect();
    taken.detail("annotations", Value::Object(told));
}

/// The owner, where the reference is the controlling one.
fn controller(reference: Node<'_>) -> Option<Owner> {
    if !reference.get("controller")?.is_true() {
        return None;
    }
    Some(Owner {
        kind: reference.string_at("kind")?,
        name: reference.string_at("name")?,
        uid: reference.string_at("uid"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::outcome::Outcome;
    use crate::read::tree::{Tree, parse_json, parse_yaml};

    fn kept(tree: &Tree<'_>) -> Value {
        let mut out = Outcome::default();
        let root = tree.root().unwrap();
        let mut taken = Taken::new(root, "", false, &mut out);
        read(root, "Pod".to_owned(), String::new(), &mut taken);
        taken.object.details.get("annotations").cloned().unwrap_or(Value::Null)
    }

    #[test]
    fn annotations_that_judging_asks_for_are_kept_and_no_others() {
        let json = r#"{"metadata":{"name":"web","annotations":{
            "example.com/tier":"tier-0","kubectl.kubernetes.io/last-applied-configuration":"{\"tier\":1}",
            "eks.amazonaws.com/role-arn":"arn:aws:iam::1:role/s3","cni/podIP":"10.0.0.1"}}}"#;
        let limits = Limits::default();
        let told =
            serde_json::json!({"example.com/tier": "tier-0", "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/s3"});
        assert_eq!(kept(&parse_json(json, &limits).unwrap()), told);
        let yaml = "metadata:\n  name: web\n  annotations:\n    example.com/tier: tier-0\n    other: x\n";
        assert_eq!(kept(&parse_yaml(yaml, &limits).unwrap()), serde_json::json!({"example.com/tier": "tier-0"}));
        let plain = r#"{"metadata":{"annotations":{"other":"x"}}}"#;
        assert_eq!(kept(&parse_json(plain, &limits).unwrap()), Value::Null);
        let long = format!(r#"{{"metadata":{{"annotations":{{"tier":"{}"}}}}}}"#, "x".repeat(LONGEST + 1));
        assert_eq!(kept(&parse_json(&long, &limits).unwrap()), Value::Null);
    }
}

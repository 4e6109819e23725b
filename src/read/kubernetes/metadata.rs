//! `metadata` of any object: who it is, whose it is, since when.

use super::taken::Taken;
use crate::model::fact::Owner;
use crate::read::tree::Node;

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

//! Kinds whose schema is not known: a careful walk for pod templates and for fields that name images, at lower
//! confidence.

use super::spec;
use super::taken::Taken;
use crate::model::fact::Role;
use crate::read::names;
use crate::read::tree::{Kind, Node};

/// Something with named containers, in a kind we do not know.
const TEMPLATE: u16 = 900;
/// A field whose name ends like an image's and whose value looks like one.
const FIELD: u16 = 600;

/// Walks everything but the metadata, which speaks of other things (and of the last applied configuration, which is no
/// longer true).
pub(super) fn read(node: Node<'_>, taken: &mut Taken<'_>) {
    for (key, value) in node.members() {
        let Some(key) = key.text() else { continue };
        if !matches!(key.as_ref(), "metadata" | "kind" | "apiVersion" | "<<") {
            field(&key, value, &format!("/{}", escape(&key)), taken);
        }
    }
}

/// Looks at one member. The recursion is bounded by the tree's depth limit.
fn field(key: &str, value: Node<'_>, pointer: &str, taken: &mut Taken<'_>) {
    match value.kind() {
        Kind::Text if names_an_image(key, value) => {
            taken.image(Role::Field, pointer.trim_start_matches('/'), value, pointer.to_owned(), FIELD);
        }
        Kind::Object => object(value, pointer, taken),
        Kind::Array => {
            for (i, element) in value.elements().enumerate() {
                let pointer = format!("{pointer}/{i}");
                match element.kind() {
                    Kind::Object | Kind::Array => field("", element, &pointer, taken),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn object(node: Node<'_>, pointer: &str, taken: &mut Taken<'_>) {
    let template = has_containers(node);
    if template {
        spec::images(node, pointer, TEMPLATE, taken);
    } else if node.get("value").is_some() {
        spec::env_image(node, "", || format!("{pointer}/value"), taken);
    }
    for (key, value) in node.members() {
        let Some(key) = key.text() else { continue };
        let read_already = template && matches!(key.as_ref(), "containers" | "initContainers" | "ephemeralContainers");
        if read_already || matches!(key.as_ref(), "annotations" | "managedFields" | "<<") {
            continue;
        }
        field(&key, value, &format!("{pointer}/{}", escape(&key)), taken);
    }
}

/// A pod spec has a list of containers, each with a name and an image.
fn has_containers(node: Node<'_>) -> bool {
    ["containers", "initContainers"].iter().any(|list| {
        let mut containers = node.list(list).peekable();
        containers.peek().is_some()
            && containers.all(|c| c.get("name").is_some() && c.get("image").is_some_and(|i| i.kind() == Kind::Text))
    })
}

fn names_an_image(key: &str, value: Node<'_>) -> bool {
    let ends = ["image", "Image", "imageRef", "ImageRef"].iter().any(|end| key.ends_with(end));
    let Some(text) = value.text().filter(|_| ends) else { return false };
    // `image: nginx` is an image; `defaultImage: small` may be anything.
    if key == "image" { names::is_reference(&text) } else { names::looks_like_image(&text) }
}

/// A key as a JSON pointer's token (RFC 6901).
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

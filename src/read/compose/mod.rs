//! Compose files: one document to what it names, symbolic. Aliases and merge keys are YAML's and are applied by the tree;
//! variables, `extends`, `include` and overrides stay as written.
//!
//! Schema: the compose specification (`services`, `include`, `name`), and files of version 1, whose services
//! stand at the top.

mod build;
mod detect;
mod given;
mod service;
mod taker;

pub(super) use detect::{is_compose, is_compose_value};

use std::collections::HashMap;

use super::Segment;
use super::outcome::Outcome;
use super::tree::{Kind, Node};
use super::{Limits, names};
use crate::model::fact::{Item, Spot};
use crate::model::recipe::{Compose, Include, Recipe};
use taker::{Taker, pointer};

/// Most services of one file.
pub(super) const SERVICES: usize = 10_000;

/// Reads one document.
pub(super) fn read(source: &str, root: Option<Node<'_>>, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let Some(root) = root.filter(|root| root.kind() != Kind::Null) else { return };
    if root.kind() != Kind::Object {
        return out.reject(segment.pointer.clone(), "a compose file is a mapping; this is none");
    }
    let mut taker = Taker::new(source, segment, limits, out);
    let compose = compose(root, &mut taker);
    let length = source.len() as u64;
    let spot = Spot { pointer: segment.pointer.clone(), offset: 0, length };
    out.items.push(Item { spot, recipe: Some(Recipe::Compose(Box::new(compose))), ..Item::default() });
}

fn compose(root: Node<'_>, taker: &mut Taker<'_>) -> Compose {
    let [services, name, include, secrets] = root.pick(["services", "name", "include", "secrets"]);
    let mut compose = Compose::default();
    let first = detect::is_first_version(root);
    if !first {
        compose.name = name.and_then(|node| taker.word(node, "/name".into()));
        compose.include = include.map(|node| includes(node, taker)).unwrap_or_default();
        taker.origins = secrets.map(given::origins).unwrap_or_default();
    }
    let (holder, prefix) = if first { (Some(root), "") } else { (services, "/services") };
    let Some(holder) = holder else { return compose };
    if holder.kind() != Kind::Object {
        taker.reject("/services", "`services` is no mapping");
        return compose;
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (key, node) in holder.members() {
        let Some(name) = key.string().filter(|name| name != "<<") else { continue };
        let pointer = pointer(prefix, &name);
        if compose.services.len() >= SERVICES {
            taker.reject(&pointer, "more than the limit of 10000 services in one file; the rest is not read");
            break;
        }
        let Some(service) = service::service(&name, node, pointer, first, taker) else { continue };
        // Of duplicate keys the last counts, as in every other mapping.
        match seen.get(&name).and_then(|at| compose.services.get_mut(*at)) {
            Some(before) => *before = service,
            None => {
                seen.insert(name, compose.services.len());
                compose.services.push(service);
            }
        }
    }
    compose
}

/// `include`: a list of paths or of mappings.
fn includes(node: Node<'_>, taker: &mut Taker<'_>) -> Vec<Include> {
    let mut found = Vec::new();
    for (number, entry) in node.elements().enumerate().take(SERVICES) {
        let at = format!("/include/{number}");
        if entry.kind() != Kind::Object {
            let paths = taker.word(entry, at).into_iter().collect();
            found.push(Include { paths, ..Include::default() });
            continue;
        }
        let [path, directory, env] = entry.pick(["path", "project_directory", "env_file"]);
        found.push(Include {
            paths: path.map(|node| taker.words(node, &format!("{at}/path"))).unwrap_or_default(),
            project_directory: directory.and_then(|node| taker.word(node, format!("{at}/project_directory"))),
            env_files: env.map(|node| taker.words(node, &format!("{at}/env_file"))).unwrap_or_default(),
        });
    }
    if node.kind() != Kind::Array {
        taker.reject("/include", "`include` is no list");
    }
    found.retain(|include| !include.paths.is_empty());
    found
}

/// Why a text in an image's place is not kept; variables are.
fn refusal(text: &str) -> Option<&'static str> {
    names::refusal(text).filter(|_| !text.contains('$') || text.chars().any(char::is_control) || text.len() > 4096)
}

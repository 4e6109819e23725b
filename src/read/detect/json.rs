//! JSON: what its first document's members say it is, seen without parsing it whole.

use crate::read::tree::{Nest, skip_nested, unescape};
use crate::read::{Format, compose, names};

/// A member's value, as far as detection looks.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::read::detect) enum Peek {
    Text(String),
    /// An object or array, by the place of its bracket.
    Object(usize),
    Array(usize),
    Other,
}

/// Members of one object, in order.
pub(super) struct Members(pub(super) Vec<(String, Peek)>);

impl Members {
    pub(super) fn get(&self, key: &str) -> Option<&Peek> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn text(&self, key: &str) -> &str {
        match self.get(key) {
            Some(Peek::Text(text)) => text,
            _ => "",
        }
    }
}

/// Names the format of JSON; else what it looks like.
pub(super) fn detect(text: &str) -> Result<Format, String> {
    let start = text.len() - text.trim_start().len();
    let Some(at) =
        (if text.get(start..).is_some_and(|t| t.starts_with('[')) { first_element(text, start) } else { Some(start) })
    else {
        return Err("a JSON array without objects: no reader knows it".to_owned());
    };
    let members = members(text, at);
    let (kind, api) = (members.text("kind"), members.text("apiVersion"));
    if kind == "Status" && members.text("status") != "Success" && (!api.is_empty() || members.has("code")) {
        return Ok(Format::Refusal);
    }
    if has_compose_services(text, &members) {
        return Ok(Format::ComposeJson);
    }
    if super::ci::bake_json(members.0.iter().map(|(name, value)| (name.as_str(), matches!(value, Peek::Object(_))))) {
        return Ok(Format::BakeJson);
    }
    if let Some(format) = super::engine::json(text, &members)
        .or_else(|| super::lineage::json(text, &members))
        .or_else(|| super::pulls::json(text, &members))
        .or_else(|| super::machines::json(&members))
    {
        return Ok(format);
    }
    if let Some(reason) = looks_like(&members, kind) {
        return Err(reason.to_owned());
    }
    if is_kubernetes(text, &members, kind, api) {
        return Ok(Format::KubernetesJson);
    }
    // A file for a frontend of its own (`docker build`): it says no more than which.
    let frontend = members.text("syntax");
    if frontend.contains('/') && names::is_reference(frontend) {
        return Ok(Format::Dockerfile);
    }
    Err("JSON that no reader knows: neither `kind` with `apiVersion`, nor a list of such objects".to_owned())
}

fn is_kubernetes(text: &str, members: &Members, kind: &str, api: &str) -> bool {
    let first_of = |key: &str| match members.get(key) {
        Some(Peek::Array(at)) => first_element(text, *at).map(|at| self::members(text, at)),
        _ => None,
    };
    let change = ["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"].contains(&members.text("type"));
    let shaped = matches!(members.get("metadata"), Some(Peek::Object(_)))
        && (matches!(members.get("spec"), Some(Peek::Object(_)))
            || matches!(members.get("status"), Some(Peek::Object(_))));
    let listed = first_of("items").is_some_and(|item| {
        item.has("metadata") && (item.has("spec") || item.has("status") || item.has("kind") || kind.ends_with("List"))
    });
    (change && matches!(members.get("object"), Some(Peek::Object(_))))
        || (!kind.is_empty() && is_api_version(api))
        || (is_api_version(api) && (members.has("items") || members.has("metadata")))
        || listed
        || shaped
}

/// Whether `services` holds services of compose, as `docker compose config --format json` prints them.
fn has_compose_services(text: &str, members: &Members) -> bool {
    let inside = |value: Option<&Peek>| match value {
        Some(Peek::Object(at)) => Some(self::members(text, *at)),
        _ => None,
    };
    !members.has("apiVersion")
        && inside(members.get("services")).is_some_and(|services| {
            services.0.iter().all(|(_, value)| matches!(value, Peek::Object(_)))
                && services.0.iter().take(100).any(|(_, service)| {
                    inside(Some(service))
                        .is_some_and(|service| compose::is_compose_value(service.0.iter().map(|(key, _)| key.as_str())))
                })
        })
}

/// `v1`, `apps/v1`, `example.org/v1beta2`.
fn is_api_version(text: &str) -> bool {
    let version = text.rsplit('/').next().unwrap_or_default();
    version.starts_with('v') && version.get(1..2).is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit()))
}

/// What JSON of another kind looks like.
fn looks_like(members: &Members, kind: &str) -> Option<&'static str> {
    let has = |key| members.has(key);
    let schema = members.text("$schema");
    Some(match kind {
        "APIResourceList" | "APIGroupList" | "APIGroup" | "APIVersions" | "APIGroupDiscoveryList" => {
            "an API discovery document: it names kinds of objects, not objects"
        }
        "Config" if has("clusters") || has("contexts") => "a kubeconfig: it holds credentials and no objects",
        "Status" if members.text("status") == "Success" => "an API's message of success: no objects",
        _ if schema.contains("sarif") => "a SARIF report: not read yet",
        _ if has("product_tree") => "a CSAF advisory: not read yet",
        _ if has("openapi") || has("swagger") => "an OpenAPI description: it holds no objects",
        _ if has("RepoDigests") || has("RepoTags") => "output of docker inspect: not read yet",
        _ if has("images") && !has("apiVersion") => "a list of images in JSON that no reader knows yet (crictl?)",
        _ if has("clientVersion") || has("gitVersion") => "a version answer: it holds no objects",
        _ if has("dependencies") && has("version") => "a package description: not read",
        _ => return None,
    })
}

/// The place of an array's first element, where that is an object.
pub(super) fn first_element(text: &str, at: usize) -> Option<usize> {
    let inside = text.get(at + 1..)?;
    let start = at + 1 + (inside.len() - inside.trim_start().len());
    text.get(start..)?.starts_with('{').then_some(start)
}

/// The members of the object at `at`, as far as the text goes.
pub(super) fn members(text: &str, at: usize) -> Members {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = at + 1;
    while found.len() < 1000 {
        at = after_space(bytes, at);
        if bytes.get(at) == Some(&b',') {
            at = after_space(bytes, at + 1);
        }
        let Some((key, after)) = string(text, at) else { break };
        at = after_space(bytes, after);
        if bytes.get(at) != Some(&b':') {
            break;
        }
        at = after_space(bytes, at + 1);
        let (value, after, whole) = match bytes.get(at) {
            Some(b'"') => match string(text, at) {
                Some((value, after)) => (Peek::Text(value), after, true),
                None => break,
            },
            Some(bracket @ (b'{' | b'[')) => {
                let (after, whole) = skip_nested(bytes, at, &mut Nest::default(), 0);
                (if *bracket == b'{' { Peek::Object(at) } else { Peek::Array(at) }, after, whole)
            }
            Some(_) => {
                let rest = bytes.get(at..).unwrap_or_default();
                let length = rest.iter().take_while(|b| !matches!(b, b',' | b'}')).count();
                (Peek::Other, at + length, length < rest.len())
            }
            None => break,
        };
        found.push((key, value));
        at = after;
        if !whole {
            break;
        }
    }
    Members(found)
}

fn after_space(bytes: &[u8], at: usize) -> usize {
    at + bytes.get(at..).unwrap_or_default().iter().take_while(|b| b.is_ascii_whitespace()).count()
}

/// The string at a quote, cut at 200 bytes, and the place after it.
fn string(text: &str, at: usize) -> Option<(String, usize)> {
    let inside = text.get(at..)?.strip_prefix('"')?;
    let mut escaped = false;
    let end = inside.bytes().position(|b| {
        let ends = b == b'"' && !escaped;
        escaped = b == b'\\' && !escaped;
        ends
    })?;
    let content = inside.get(..end)?;
    let short: String = unescape(content).chars().take(200).collect();
    Some((short, at + 1 + end + 1))
}

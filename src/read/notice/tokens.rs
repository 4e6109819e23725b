//! The words of a line: which of them name an image, a digest, a registry, a package, and which a host.

use std::collections::BTreeSet;

use crate::model::digest::Digest;
use crate::model::indicator::Target;
use crate::model::mirror::canonical_host;
use crate::model::reference::Reference;

/// Hosts that are registries wherever they are named.
const REGISTRIES: [&str; 9] = [
    "docker.io",
    "quay.io",
    "ghcr.io",
    "gcr.io",
    "registry.k8s.io",
    "mcr.microsoft.com",
    "public.ecr.aws",
    "registry.gitlab.com",
    "registry.access.redhat.com",
];

/// How hosts of registries end that everybody has an own one of.
const REGISTRY_ENDS: [&str; 4] = [".azurecr.io", ".pkg.dev", ".gcr.io", ".amazonaws.com"];

/// What a line names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Targets with their prefix, in order.
    pub targets: Vec<String>,
    /// Hosts that are no registries.
    pub hosts: BTreeSet<String>,
}

/// Looks through a line.
pub(super) fn targets(line: &str) -> Found {
    let mut found = Found::default();
    let line = refanged(line);
    let lower = line.to_ascii_lowercase();
    if lower.contains("docker hub") || lower.contains("dockerhub") {
        found.targets.push("registry:docker.io".to_owned());
    }
    let is_layer = lower.contains("layer") || lower.contains("diffid") || lower.contains("diff_id");
    let about_images = ["image", "tag", "container", "docker", "from "].iter().any(|word| lower.contains(word));
    for word in line.split(|c: char| c.is_whitespace() || "\"'`<>,;|()[]{}".contains(c)) {
        let word = word.trim_matches(|c: char| ".:*_=!?".contains(c));
        if !word.is_empty() {
            look(word, is_layer, about_images, &mut found);
        }
    }
    found
}

/// Names that were broken so that nobody clicks on them, made whole.
fn refanged(line: &str) -> String {
    let mut line = line.replace("hxxp", "http").replace("hXXp", "http");
    for (broken, whole) in [
        ("[.]", "."),
        ("(.)", "."),
        ("{.}", "."),
        ("[dot]", "."),
        ("[:]", ":"),
        ("[://]", "://"),
        ("[/]", "/"),
        ("[@]", "@"),
    ] {
        line = line.replace(broken, whole);
    }
    line
}

fn look(word: &str, is_layer: bool, about_images: bool, found: &mut Found) {
    if let Some((_, rest)) = word.split_once("://") {
        return host(rest.split(['/', '?', '#']).next().unwrap_or_default(), found);
    }
    if word.starts_with("pkg:") {
        return exact(word, found);
    }
    if let Some(digest) = digest(word) {
        let prefix = if is_layer { "layer" } else { "digest" };
        return exact(&format!("{prefix}:{digest}"), found);
    }
    let Ok(reference) = Reference::parse(word) else { return host(word, found) };
    if let Some(digest) = reference.digest() {
        return exact(&format!("digest:{digest}"), found);
    }
    let named = word.contains('/') || about_images && looks_tagged(word);
    match reference.tag() {
        Some(_) if named && !word.contains('@') => exact(&format!("tag:{}", reference.canonical()), found),
        _ if word.contains('/') && reference.registry_was_written() => {
            if is_registry(reference.registry()) {
                exact(&format!("repo:{}", reference.name()), found);
            } else {
                host(reference.registry(), found);
            }
        }
        _ => host(word, found),
    }
}

/// `name:tag` without a path is an image only where the tag looks like a version: words have colons behind them too.
fn looks_tagged(word: &str) -> bool {
    word.split_once(':').is_some_and(|(name, tag)| {
        name.len() > 1
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && (tag == "latest" || tag.starts_with(|c: char| c.is_ascii_digit() || c == 'v'))
    })
}

fn digest(word: &str) -> Option<Digest> {
    let at = word.find("sha256:");
    let word = at.and_then(|at| word.get(at..)).unwrap_or(word);
    match word.strip_prefix("sha256:") {
        Some(_) => Digest::parse(word).ok(),
        None if word.len() == 64 => Digest::parse(&format!("sha256:{word}")).ok(),
        None => None,
    }
}

fn exact(target: &str, found: &mut Found) {
    if let Ok(target) = Target::parse(target) {
        let target = target.to_string();
        if !found.targets.contains(&target) {
            found.targets.push(target);
        }
    }
}

/// A host by itself: a registry, or one that others have to know of.
fn host(word: &str, found: &mut Found) {
    let word = word.rsplit_once('@').map_or(word, |(_, host)| host).to_ascii_lowercase();
    let name = word.split(':').next().unwrap_or_default();
    let label = |label: &str| {
        !label.is_empty() && label.len() < 64 && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    let is_name = name.contains('.')
        && name.split('.').all(label)
        && end.len() > 1
        && end.bytes().all(|b| b.is_ascii_alphabetic());
    let is_address = name.split('.').count() == 4 && name.split('.').all(|part| part.parse::<u8>().is_ok());
    if is_name && is_registry(canonical_host(name)) {
        exact(&format!("registry:{name}"), found);
    } else if is_name || is_address {
        found.hosts.insert(name.to_owned());
    }
}

fn is_registry(host: &str) -> bool {
    REGISTRIES.contains(&host) || REGISTRY_ENDS.iter().any(|end| host.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_they_look_like_and_nothing_more() {
        let hex = "ab".repeat(32);
        let table = [
            ("pull `quay[.]io/a/b:1`.".to_owned(), vec!["tag:quay.io/a/b:1"], vec![]),
            (format!("quay.io/a/b:1@sha256:{hex}"), vec!["DIGEST"], vec![]),
            (hex.clone(), vec!["DIGEST"], vec![]),
            ("the image node:20-slim was moved".to_owned(), vec!["tag:docker.io/library/node:20-slim"], vec![]),
            ("at 02:00 note:this".to_owned(), vec![], vec![]),
            ("see https://quay.io/status".to_owned(), vec!["registry:quay.io"], vec![]),
            ("repository ghcr.io/a/b".to_owned(), vec!["repo:ghcr.io/a/b"], vec![]),
            ("beacons to c2(.)example and 10.0.0.1:443".to_owned(), vec![], vec!["10.0.0.1", "c2.example"]),
            ("pkg:npm/left-pad@1.3.0".to_owned(), vec!["pkg:npm/left-pad@1.3.0"], vec![]),
            ("e.g. version 1.2.3".to_owned(), vec![], vec![]),
        ];
        for (line, wanted, hosts) in table {
            let found = targets(&line);
            let digest = format!("digest:sha256:{hex}");
            let wanted: Vec<&str> =
                wanted.into_iter().map(|t| if t == "DIGEST" { digest.as_str() } else { t }).collect();
            assert_eq!(found.targets, wanted, "{line}");
            assert_eq!(found.hosts.iter().map(String::as_str).collect::<Vec<_>>(), hosts, "{line}");
        }
    }
}

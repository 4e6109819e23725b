//! YAML: what the keys in the first column say it is.

use std::collections::BTreeSet;

use super::ci;
use crate::read::{Format, compose};

/// Names the format of YAML, or says what it looks like; `None` where it is no YAML.
pub(super) fn detect(text: &str, name: &str) -> Option<Result<Format, String>> {
    let first = text.lines().map(str::trim_end).find(|line| !is_nothing(line))?;
    if !(first.starts_with("---")
        || first.starts_with("%YAML")
        || key(first).is_some()
        || first.starts_with("- ")
        || first.starts_with("{{"))
    {
        return None;
    }
    let documents = documents(text);
    let kubernetes = documents.iter().any(|keys| {
        keys.contains("apiVersion")
            && (keys.contains("kind") || keys.contains("items"))
            && !keys.contains("kind: Config")
    });
    if kubernetes {
        return Some(Ok(Format::KubernetesYaml));
    }
    if compose::is_compose(text, name) {
        return Some(Ok(Format::ComposeYaml));
    }
    let all: BTreeSet<&str> = documents.iter().flatten().copied().collect();
    if all.is_empty() {
        return None;
    }
    if let Some(format) = ci::detect(text, &all, name) {
        return Some(Ok(format));
    }
    looks_like(&all).map(|reason| Err(reason.to_owned()))
}

fn is_nothing(line: &str) -> bool {
    line.is_empty() || line.starts_with('#')
}

/// The key of a line that begins one in the first column.
fn key(line: &str) -> Option<&str> {
    let (key, after) = line.split_once(':')?;
    let key = key.trim_matches(['"', '\'']);
    let word =
        !key.is_empty() && key.len() < 100 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./$".contains(&b));
    (word && (after.is_empty() || after.starts_with([' ', '\t']))).then_some(key)
}

/// The keys in the first column of each document, with `kind: Config` as a key of its own.
fn documents(text: &str) -> Vec<BTreeSet<&str>> {
    let mut documents = vec![BTreeSet::new()];
    for line in text.lines().map(str::trim_end) {
        if line == "---" || line.starts_with("--- ") {
            documents.push(BTreeSet::new());
        }
        let Some(keys) = documents.last_mut() else { continue };
        keys.extend(key(line));
        if line == "kind: Config" {
            keys.insert("kind: Config");
        }
        // A JSON document among YAML's.
        if line.starts_with('{') && line.contains("\"apiVersion\"") && line.contains("\"kind\"") {
            keys.extend(["apiVersion", "kind"]);
        }
    }
    documents
}

/// What YAML of another kind looks like; `None` where it may be no YAML at all.
fn looks_like(keys: &BTreeSet<&str>) -> Option<&'static str> {
    let has = |key| keys.contains(key);
    Some(if has("kind: Config") && ["clusters", "contexts", "users"].into_iter().any(has) {
        "a kubeconfig: it holds credentials and no objects"
    } else if has("kind: Config") {
        "a tool's own configuration (`kind: Config`, as Skaffold's): it holds no objects"
    } else if has("services") {
        "YAML with `services`, but not those of compose: no reader knows it"
    } else if has("SPDXVersion") {
        "an SPDX SBOM as tags and values: export it as JSON and import that"
    } else if has("spdxVersion") || has("SPDXID") {
        "an SPDX SBOM as YAML: export it as JSON and import that"
    } else if has("openapi") || has("swagger") {
        "an OpenAPI description: it holds no objects"
    } else if has("apiVersion") && has("version") {
        "a Helm chart's description: render the chart (`helm template`) and import the result"
    } else if has("Name") && has("Namespace") {
        "output of kubectl describe: get it as JSON (`-o json`) and import that"
    } else if has("image") || keys.iter().any(|key| key.ends_with("Image")) || has("replicaCount") {
        "YAML without `apiVersion` and `kind`, perhaps a Helm chart's values: render the chart and import the result"
    } else if keys.len() >= 2 {
        "YAML without `apiVersion` and `kind`: no reader knows it"
    } else {
        return None;
    })
}

//! Mirrors: what came from an upstream registry under another host's name.
//!
//! Names stay as they are written. A mirror only adds, for matching, the name that the same content has upstream.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::reference::DOCKER_HUB;

/// Mirrors of mirrors that are followed; a circle of them ends here.
const DEEPEST: usize = 4;

/// One place whose content is that of an upstream: `HOST[/PREFIX]=UPSTREAM[/PREFIX]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Mirror {
    /// The mirror's host, with a path where only what is below it is mirrored.
    pub place: String,
    /// The upstream's host, with a path where the mirror shows only what is below that.
    pub upstream: String,
}

/// Why a text is no mirror.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAMirror {
    /// No equals sign.
    #[error("{0:?} is no mirror; write HOST=UPSTREAM, as registry.corp/dockerhub=docker.io")]
    Shape(String),
    /// One side is no host with an optional path.
    #[error("{0:?} is no registry host with an optional path, as registry.corp:5000/dockerhub")]
    Place(String),
    /// Both sides are the same.
    #[error("{0:?} would be a mirror of itself")]
    Itself(String),
}

impl Mirror {
    /// Parses `HOST[/PREFIX]=UPSTREAM[/PREFIX]`.
    pub fn parse(text: &str) -> Result<Mirror, NotAMirror> {
        let cut = |text: &str| text.chars().take(200).collect::<String>();
        let (place, upstream) = text.split_once('=').ok_or_else(|| NotAMirror::Shape(cut(text)))?;
        let mirror = Mirror { place: host_and_path(place)?, upstream: host_and_path(upstream)? };
        if mirror.place == mirror.upstream { Err(NotAMirror::Itself(cut(&mirror.place))) } else { Ok(mirror) }
    }

    /// The upstream registry and repository of what stands in a registry, where this mirror covers it.
    fn upstream_of(&self, registry: &str, repository: &str) -> Option<(String, String)> {
        let (host, prefix) = split(&self.place);
        let rest = match prefix {
            "" => repository,
            prefix => repository.strip_prefix(prefix)?.strip_prefix('/')?,
        };
        if host != registry || rest.is_empty() {
            return None;
        }
        let (upstream, path) = split(&self.upstream);
        let repository = match path {
            "" if upstream == DOCKER_HUB && !rest.contains('/') => format!("library/{rest}"),
            "" => rest.to_owned(),
            path => format!("{path}/{rest}"),
        };
        Some((upstream.to_owned(), repository))
    }
}

impl fmt::Display for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.place, self.upstream)
    }
}

/// Every registry and repository under which the content of a name stands upstream, mirrors of mirrors included; the name
/// itself is not among them.
pub fn upstreams(mirrors: &[Mirror], registry: &str, repository: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    if mirrors.is_empty() {
        return found;
    }
    let mut begin = vec![(registry.to_owned(), repository.to_owned())];
    for _ in 0..DEEPEST {
        let mut next = Vec::new();
        for (registry, repository) in &begin {
            for place in mirrors.iter().filter_map(|mirror| mirror.upstream_of(registry, repository)) {
                if !found.contains(&place) && !next.contains(&place) {
                    next.push(place);
                }
            }
        }
        found.extend(next.iter().cloned());
        begin = next;
    }
    found.retain(|(host, path)| host != registry || path != repository);
    found
}

/// The registry that every name for Docker Hub's host means.
pub fn canonical_host(host: &str) -> &str {
    match host {
        "index.docker.io" | "registry-1.docker.io" | "registry.hub.docker.com" | "hub.docker.com" => DOCKER_HUB,
        host => host,
    }
}

fn split(place: &str) -> (&str, &str) {
    place.split_once('/').unwrap_or((place, ""))
}

fn host_and_path(text: &str) -> Result<String, NotAMirror> {
    let bad = || NotAMirror::Place(text.chars().take(200).collect());
    let text = text.trim().trim_end_matches('/');
    let (host, path) = split(text);
    let is_host = !host.is_empty()
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))
        && (host.contains(['.', ':']) || host == "localhost");
    let is_path = path.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-/".contains(&b))
        && !path.starts_with('/')
        && !path.contains("//");
    if !is_host || !is_path {
        return Err(bad());
    }
    let host = canonical_host(host).to_ascii_lowercase();
    Ok(if path.is_empty() { host } else { format!("{host}/{path}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(mirrors: &[&str], registry: &str, repository: &str) -> Vec<String> {
        let mirrors: Vec<Mirror> = mirrors.iter().map(|m| Mirror::parse(m).unwrap()).collect();
        upstreams(&mirrors, registry, repository).into_iter().map(|(host, path)| format!("{host}/{path}")).collect()
    }

    #[test]
    fn a_mirrored_name_has_its_upstream_name_too() {
        let table = [
            (&["mirror.corp=docker.io"][..], "mirror.corp", "library/nginx", vec!["docker.io/library/nginx"]),
            (&["mirror.corp=docker.io"], "mirror.corp", "nginx", vec!["docker.io/library/nginx"]),
            (&["registry.corp/dockerhub=docker.io"], "registry.corp", "dockerhub/a/b", vec!["docker.io/a/b"]),
            (&["registry.corp/dockerhub=docker.io"], "registry.corp", "dockerhubs/a", vec![]),
            (&["registry.corp/dockerhub=docker.io"], "registry.corp", "dockerhub", vec![]),
            (&["registry.corp/cache=ghcr.io/org"], "registry.corp", "cache/app", vec!["ghcr.io/org/app"]),
            (&["a.corp=b.corp", "b.corp=docker.io"], "a.corp", "x/y", vec!["b.corp/x/y", "docker.io/x/y"]),
            (&["mirror.corp=docker.io"], "docker.io", "library/nginx", vec![]),
        ];
        for (mirrors, registry, repository, wanted) in table {
            assert_eq!(seen(mirrors, registry, repository), wanted, "{mirrors:?} {registry}/{repository}");
        }
    }

    #[test]
    fn a_circle_of_mirrors_ends() {
        assert_eq!(seen(&["a.corp=b.corp", "b.corp=a.corp"], "a.corp", "x"), ["b.corp/x"]);
    }

    #[test]
    fn what_is_no_mirror_is_said() {
        assert_eq!(Mirror::parse("index.docker.io=m.corp").unwrap().place, "docker.io");
        for bad in
            ["mirror.corp", "=docker.io", "mirror=docker.io", "m.corp/A=docker.io", "m.corp=m.corp", "m.corp//x=d.io"]
        {
            assert!(Mirror::parse(bad).is_err(), "{bad}");
        }
    }
}

//! Files that tell a runtime where to pull from: containerd's `hosts.toml`, `registries.conf` of Podman and CRI-O, and k3s'
//! `registries.yaml`, whole or as the collection script prints them: only the lines that name places, each file under a
//! comment with its path.
//!
//! Each is read line by line, because half a file is what one often gets. What they say is told, never applied: see
//! [`super::host::note`].

use super::host::note;
use crate::model::text::scrub;
use crate::read::Segment;
use crate::read::outcome::Outcome;
use crate::read::text::lines;

/// Most notes of one file.
const MOST: usize = 100;

/// Whether a line can stand in no other file.
pub(in crate::read) fn is_line(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("[host.\"")
        || matches!(line, "[[registry]]" | "[[registry.mirror]]")
        || line.starts_with("unqualified-search-registries")
        || path_of(line).is_some()
}

/// The path in the comment above a file's lines.
fn path_of(line: &str) -> Option<&str> {
    let path = line.strip_prefix("# /etc/")?;
    let known = path.starts_with("containerd/certs.d/")
        || path.starts_with("containers/registries.conf")
        || path == "rancher/k3s/registries.yaml";
    known.then_some(path)
}

/// What is known at a line of the file it stands in.
#[derive(Default)]
struct At {
    /// Whose content the next mirrors show.
    upstream: String,
    /// Within `[[registry.mirror]]`.
    mirror: bool,
    /// Within `mirrors:` of a YAML file, and how far its keys are indented.
    yaml: Option<usize>,
}

/// Reads a run of lines.
pub(in crate::read) fn read(source: &str, segment: &Segment, out: &mut Outcome) {
    let mut at = At::default();
    for (_, _, line) in lines(source, segment) {
        let trimmed = line.trim();
        if let Some(path) = path_of(trimmed) {
            // `certs.d/docker.io/hosts.toml`: the folder is the host whose content is meant.
            let host = path.strip_prefix("containerd/certs.d/").and_then(|rest| rest.split('/').next());
            at = At { upstream: host.unwrap_or_default().to_owned(), ..At::default() };
        } else if !trimmed.is_empty() && !trimmed.starts_with('#') {
            at.line(line, trimmed, out);
        }
    }
}

impl At {
    fn line(&mut self, line: &str, trimmed: &str, out: &mut Outcome) {
        let mut say = |text: String| {
            if out.said.notes.len() < MOST {
                out.said.notes.insert(text);
            }
        };
        if let Some(rest) = trimmed.strip_prefix("[host.\"") {
            let place = rest.split('"').next().unwrap_or_default();
            let upstream =
                if self.upstream.is_empty() || self.upstream == "_default" { "every registry" } else { &self.upstream };
            return note(place, upstream, say);
        }
        match trimmed {
            "[[registry]]" => return *self = At::default(),
            "[[registry.mirror]]" => return self.mirror = true,
            "mirrors:" => return self.yaml = Some(indent(line)),
            _ => {}
        }
        if let Some(outer) = self.yaml {
            return self.yaml_line(line, trimmed, outer, say);
        }
        let Some((key, value)) = trimmed.split_once('=') else { return };
        let (key, value) = (key.trim(), value.trim().trim_matches('"'));
        match key {
            "server" if self.upstream.is_empty() => value.clone_into(&mut self.upstream),
            "prefix" => value.clone_into(&mut self.upstream),
            "location" if self.mirror => note(value, &self.upstream, say),
            "location" if self.upstream.is_empty() => value.clone_into(&mut self.upstream),
            // A registry whose content is at another place than its names say.
            "location" => note(value, &self.upstream, say),
            "blocked" if value == "true" => say(format!("pulls of {} are blocked there", scrub(&self.upstream))),
            "unqualified-search-registries" => {
                say(format!("a name without a registry is looked for in {}", scrub(value)));
            }
            _ => {}
        }
    }

    /// A line below `mirrors:`: a registry in quotes or not, or one of its endpoints.
    fn yaml_line(&mut self, line: &str, trimmed: &str, outer: usize, say: impl FnMut(String)) {
        if indent(line) <= outer && !trimmed.starts_with('-') {
            self.yaml = None;
        } else if let Some(place) = trimmed.strip_prefix("- ") {
            let upstream = if self.upstream == "*" { "every registry" } else { &self.upstream };
            note(place, upstream, say);
        } else if let Some(key) = trimmed.strip_suffix(':').filter(|key| *key != "endpoint") {
            key.trim_matches(['"', '\'']).clone_into(&mut self.upstream);
        }
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use crate::read::Format;

    fn told(text: &str) -> Vec<String> {
        testing::read(Format::RegistryMirrors, text).1.notes
    }

    fn commands(text: &str) -> Vec<String> {
        let cut = |note: String| note.split("mirror add ").nth(1).map(|rest| rest.trim_end_matches('`').to_owned());
        told(text).into_iter().filter_map(cut).collect()
    }

    #[test]
    fn mirrors_of_every_runtime_are_proposed() {
        let collected = "# /etc/containerd/certs.d/docker.io/hosts.toml\nserver = \"https://registry-1.docker.io\"\n\
            [host.\"https://mirror.corp:5000\"]\n# /etc/containers/registries.conf\nunqualified-search-registries = [\"docker.io\"]\n\
            [[registry]]\nprefix = \"quay.io/app\"\nlocation = \"quay.io/app\"\n[[registry.mirror]]\nlocation = \"cache.corp/quay/app\"\n\
            # /etc/rancher/k3s/registries.yaml\nmirrors:\n  docker.io:\n    endpoint:\n      - \"https://k3s.corp\"\n  ghcr.io:\n    endpoint:\n      - \"https://k3s.corp/v2/ghcr\"\nconfigs:\n  k3s.corp:\n";
        assert_eq!(
            commands(collected),
            [
                "k3s.corp=docker.io",
                "mirror.corp:5000=docker.io",
                "k3s.corp/ghcr=ghcr.io",
                "cache.corp/quay/app=quay.io/app"
            ]
        );
        let notes = told(collected);
        assert!(
            notes.iter().any(|note| note.contains("without a registry is looked for in [\"docker.io\"]")),
            "{notes:?}"
        );
    }

    #[test]
    fn a_file_by_itself_is_read_too() {
        let alone =
            "server = \"https://registry-1.docker.io\"\n\n[host.\"https://m.corp\"]\n  capabilities = [\"pull\"]\n";
        assert_eq!(commands(alone), ["m.corp=docker.io"]);
        let moved = "[[registry]]\nprefix = \"docker.io\"\nlocation = \"hub.corp/mirror\"\nblocked = true\n";
        assert_eq!(commands(moved), ["hub.corp/mirror=docker.io"]);
        assert!(told(moved).iter().any(|note| note == "pulls of docker.io are blocked there"));
    }

    #[test]
    fn hostile_lines_say_nothing_raw() {
        let odd = "[host.\"https://\u{1b}[31m\u{202e}\"]\n[host.\"\n[[registry]]\nlocation =\n[[registry.mirror]]\nlocation = \"\"\n";
        assert!(told(odd).iter().all(|note| !note.contains(['\u{1b}', '\u{202e}'])), "{:?}", told(odd));
    }
}

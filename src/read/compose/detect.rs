//! Whether YAML or JSON is a compose file: told by the keys at its first three levels, never by its name alone.

use granit_parser::{Event, Parser, options};

use crate::read::tree::{Kind, Node};

/// Keys at the top of a compose file; others begin with `x-`.
const TOP: [&str; 9] =
    ["version", "name", "services", "networks", "volumes", "configs", "secrets", "include", "models"];

/// Keys of a service.
#[rustfmt::skip]
const SERVICE: [&str; 86] = [
    "annotations", "attach", "blkio_config", "build", "cap_add", "cap_drop", "cgroup", "cgroup_parent", "command",
    "configs", "container_name", "cpu_count", "cpu_percent", "cpu_period", "cpu_quota", "cpu_rt_period",
    "cpu_rt_runtime", "cpu_shares", "cpus", "cpuset", "credential_spec", "depends_on", "deploy", "develop",
    "device_cgroup_rules", "devices", "dns", "dns_opt", "dns_search", "dockerfile", "domainname", "entrypoint",
    "env_file", "environment", "expose", "extends", "external_links", "extra_hosts", "gpus", "group_add",
    "healthcheck", "hostname", "image", "init", "ipc", "isolation", "label_file", "labels", "links", "log_driver",
    "log_opt", "logging", "mac_address", "mem_limit", "mem_reservation", "mem_swappiness", "memswap_limit", "models",
    "network_mode", "networks", "oom_kill_disable", "oom_score_adj", "pid", "pids_limit", "platform", "ports",
    "post_start", "pre_stop", "privileged", "profiles", "provider", "pull_policy", "read_only", "restart", "runtime",
    "scale", "secrets", "security_opt", "shm_size", "stdin_open", "stop_grace_period", "stop_signal", "storage_opt",
    "sysctls", "tmpfs", "tty",
];

/// The other keys of a service; these alone say little, for other formats have them too.
const ORDINARY: [&str; 9] = [
    "ulimits",
    "use_api_socket",
    "user",
    "userns_mode",
    "uts",
    "volume_driver",
    "volumes",
    "volumes_from",
    "working_dir",
];

/// Keys at the top that compose never has, each of a format that has `services` or `include` too.
#[rustfmt::skip]
const FOREIGN: [&str; 20] = [
    "apiVersion", "kind", "jobs", "stages", "before_script", "after_script", "default", "workflow", "pipelines",
    "provider", "functions", "service", "resources", "replicaCount", "global", "script", "language", "steps",
    "definitions", "parameters",
];

/// What stands at a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Scalar,
    Empty,
    List,
    Mapping,
}

/// A key at one of the first three levels.
struct Key {
    path: Vec<String>,
    what: What,
}

/// Most keys looked at.
const KEYS: usize = 20_000;

/// Whether a file is a compose file, as far as its first bytes tell. `name` decides where the content fits two formats.
pub(in crate::read) fn is_compose(text: &str, name: &str) -> bool {
    // No compose file is without one of these words.
    let hint = ["services", "image", "build", "include", "volumes", "networks", "models", "secrets", "configs"];
    if !hint.iter().any(|word| text.contains(word)) {
        return false;
    }
    let keys = keys(text);
    let file = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let named = file.contains("compose");
    let others = ["values", "gitlab-ci", "kustomization", "serverless"].iter().any(|other| file.contains(other));
    judge(&keys, named, others && !named)
}

fn judge(keys: &[Key], named: bool, other: bool) -> bool {
    let top: Vec<(&str, What)> = keys
        .iter()
        .filter_map(|key| match key.path.as_slice() {
            [one] => Some((one.as_str(), key.what)),
            _ => None,
        })
        .collect();
    let known = |key: &str| TOP.contains(&key) || key.starts_with("x-") || key == "<<";
    let foreign = top.iter().filter(|(key, _)| FOREIGN.contains(key)).count();
    let all_known = top.iter().all(|(key, _)| known(key));
    match top.iter().find(|(key, _)| *key == "services") {
        Some((_, What::Mapping)) => services_fit(keys, all_known, foreign, named, other),
        Some((_, What::Empty)) => all_known && named,
        Some(_) => false,
        None if all_known && !top.is_empty() => fragment_fits(keys, &top, named, other),
        None => !other && foreign == 0 && first_version_fits(keys, &top),
    }
}

/// `services` is a mapping of mappings with keys of a service.
fn services_fit(keys: &[Key], all_known: bool, foreign: usize, named: bool, other: bool) -> bool {
    let (mut members, mut wrong, mut telling, mut strange) = (0, 0, 0, 0);
    for key in keys.iter().filter(|key| key.path.first().is_some_and(|top| top == "services")) {
        match key.path.as_slice() {
            [_, _] => {
                members += 1;
                wrong += usize::from(!matches!(key.what, What::Mapping | What::Empty));
            }
            [_, _, attribute] => match attribute.as_str() {
                "image" => telling += if key.what == What::Scalar { 3 } else { 0 },
                "build" | "extends" => telling += 3,
                // Kept by a template: says nothing either way.
                "<<" => telling += 1,
                one if SERVICE.contains(&one) => telling += 1,
                one if ORDINARY.contains(&one) || one.starts_with("x-") => {}
                _ => strange += 1,
            },
            _ => {}
        }
    }
    // A few broken services do not make a file another one: they are counted when it is read.
    if wrong * 3 > telling || members == 0 || foreign > 1 || (foreign > 0 && !all_known && !named) {
        return false;
    }
    if named {
        return telling > 0 || (all_known && strange == 0);
    }
    telling > strange && (all_known || (!other && telling >= 3))
}

/// A file without services: one that includes others, or one that only overrides networks and volumes.
fn fragment_fits(keys: &[Key], top: &[(&str, What)], named: bool, other: bool) -> bool {
    let has = |key: &str| top.iter().any(|(name, _)| *name == key);
    if named {
        return top.iter().any(|(key, _)| TOP.contains(key) && *key != "name" && *key != "version");
    }
    let by_path =
        keys.iter().any(|key| matches!(key.path.as_slice(), [top, _, path] if top == "include" && path == "path"));
    // GitLab's `include` has entries of these kinds.
    let of_gitlab = keys.iter().any(|key| {
        matches!(key.path.as_slice(), [top, _, kind] if top == "include"
            && ["local", "project", "remote", "template", "component"].contains(&kind.as_str()))
    });
    let included = has("include") && !of_gitlab && (by_path || has("networks") || has("volumes") || has("name"));
    !other && (included || (has("version") && (has("networks") || has("volumes")) && top.len() > 1))
}

/// Every key at the top is a service.
fn first_version_fits(keys: &[Key], top: &[(&str, What)]) -> bool {
    let mapped = !top.is_empty() && top.iter().all(|(_, what)| *what == What::Mapping);
    let mut telling = 0;
    let fits = keys.iter().all(|key| match key.path.as_slice() {
        [_, attribute] => {
            let scalar = key.what == What::Scalar;
            telling += usize::from(scalar && (attribute == "image" || attribute == "build"));
            (attribute != "image" || scalar)
                && (SERVICE.contains(&attribute.as_str())
                    || ORDINARY.contains(&attribute.as_str())
                    || attribute == "<<")
        }
        _ => true,
    });
    mapped && fits && telling > 0
}

/// Whether a parsed file is of version 1: no `services`, and every value with an image or a build.
pub(super) fn is_first_version(root: Node<'_>) -> bool {
    let mut members = root.members().filter_map(|(key, value)| Some((key.string()?, value))).peekable();
    members.peek().is_some()
        && members.all(|(key, value)| {
            let image = value.get("image").is_some_and(|image| image.kind() == Kind::Text);
            key != "services" && !key.starts_with("x-") && (image || value.get("build").is_some())
        })
}

/// Whether the `services` of JSON are those of compose: the keys of the first service tell.
pub(in crate::read) fn is_compose_value<'k>(attributes: impl Iterator<Item = &'k str>) -> bool {
    let mut telling = 0;
    for attribute in attributes {
        telling += usize::from(SERVICE.contains(&attribute));
    }
    telling > 0
}

/// One open collection.
struct Open {
    array: bool,
    /// The key whose value comes next; in a list there is none.
    key: Option<String>,
    /// What is open in it is a key: what such a key holds says nothing.
    in_key: bool,
}

/// The keys of the first three levels, as far as the text can be parsed.
fn keys(text: &str) -> Vec<Key> {
    let mut options = options! { emit_unresolved_aliases: true };
    options.set_emit_comments(false);
    let mut walk = Walk::default();
    for event in Parser::new_from_str_with_options(text.trim_start_matches('\u{feff}'), options) {
        let Ok((event, _)) = event else { break };
        match event {
            Event::Scalar(value, _, _, _) => walk.scalar(&value),
            Event::SequenceStart(..) => walk.open(true),
            Event::MappingStart(..) => walk.open(false),
            Event::SequenceEnd | Event::MappingEnd => walk.close(),
            // What an alias names is taken for what fits.
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                walk.value(What::Mapping);
                walk.ended();
            }
            _ => {}
        }
        if walk.found.len() >= KEYS {
            break;
        }
    }
    walk.found
}

#[derive(Default)]
struct Walk {
    found: Vec<Key>,
    open: Vec<Open>,
}

impl Walk {
    fn scalar(&mut self, value: &str) {
        if let Some(level) = self.open.last_mut().filter(|level| !level.array && level.key.is_none()) {
            level.key = Some(value.chars().take(200).collect());
            return;
        }
        self.value(if matches!(value, "" | "~" | "null") { What::Empty } else { What::Scalar });
        self.ended();
    }

    fn open(&mut self, array: bool) {
        match self.open.last_mut().filter(|level| !level.array && level.key.is_none()) {
            Some(level) => level.in_key = true,
            None => self.value(if array { What::List } else { What::Mapping }),
        }
        self.open.push(Open { array, key: None, in_key: false });
    }

    fn value(&mut self, what: What) {
        if (1..=3).contains(&self.open.len()) {
            let path = self.open.iter().map(|level| level.key.clone().unwrap_or_default()).collect();
            self.found.push(Key { path, what });
        }
    }

    fn close(&mut self) {
        self.open.pop();
        self.ended();
    }

    /// After a value comes a key, after a key its value.
    fn ended(&mut self) {
        if let Some(level) = self.open.last_mut() {
            level.key = level.in_key.then(String::new);
            level.in_key = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compose_files_are_known_by_their_keys() {
        for text in [
            "services:\n  web:\n    image: nginx\n",
            "version: '3'\nservices:\n  web:\n    build: .\n",
            "services: {web: {image: nginx}}\n",
            "x-base: &b\n  image: a\nservices:\n  web: *b\n  api:\n    <<: *b\n",
            "services:\n  web:\n    ports: ['80:80']\n",
            "web:\n  image: nginx\n  ports:\n  - '80:80'\ndb:\n  build: ./db\n",
            "include:\n  - path: ../other/compose.yaml\nvolumes:\n  a:\n",
            "name: x\nservices:\n  ? [a, b]\n  : {}\n  web:\n    extends:\n      service: b\n",
            "\u{feff}# note\r\n---\r\nservices:\r\n  web:\r\n    image: nginx\r\n",
            // Cut off within a text.
            "services:\n  web:\n    image: nginx\n    command: \"a",
        ] {
            assert!(is_compose(text, "thing.txt"), "{text}");
        }
        for (text, name) in [("services:\n", "compose.yaml"), ("volumes:\n  a:\n", "docker-compose.ci.yml")] {
            assert!(is_compose(text, name) && !is_compose(text, "other"), "{text}");
        }
    }

    #[test]
    fn other_formats_with_services_are_not_compose() {
        for text in [
            "image: ruby\nservices:\n  - postgres\ntest:\n  script: [a]\n",
            "stages: [a]\nservices:\n  - name: postgres\n",
            "on: push\njobs:\n  a:\n    services:\n      db:\n        image: postgres\n",
            "service: x\nprovider:\n  name: aws\nfunctions:\n  a:\n    image: b\n",
            "services:\n  _defaults:\n    autowire: true\n  App\\:\n    resource: '../src/'\n",
            "replicaCount: 1\nimage:\n  repository: nginx\nservices:\n  web:\n    port: 80\n    type: ClusterIP\n",
            "web:\n  image:\n    repository: nginx\n",
            "build:\n  stage: a\n  image: b\n  script: [c]\n",
            "include:\n  - local: /a.yml\n",
            "services:\n- type: web\n  image: a\n",
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages:\n- name: a\n",
            "language: ruby\nservices:\n  - docker\n",
            "definitions:\n  services:\n    db:\n      image: postgres\npipelines: {}\n",
            "just text with an image in it",
        ] {
            assert!(!is_compose(text, "thing.yaml"), "{text}");
        }
        assert!(!is_compose("web:\n  image: nginx\n", "charts/web/values.yaml"));
    }
}

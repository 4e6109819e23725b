//! One service.

use super::build;
use super::given;
use super::taker::{ENTRIES, Tag, Taker, pointer};
use crate::model::recipe::{Extends, Named, Service, Word, names_engine_socket};
use crate::read::tree::{Kind, Node};

/// The attributes that are taken.
const KEYS: [&str; 18] = [
    "image",
    "build",
    "extends",
    "profiles",
    "ports",
    "privileged",
    "volumes",
    "platform",
    "pull_policy",
    "scale",
    "deploy",
    "dockerfile",
    "use_api_socket",
    "cap_add",
    "secrets",
    "environment",
    "credential_spec",
    "env_file",
];

/// Reads one service; nothing for what is no mapping.
pub(super) fn service(
    name: &str,
    node: Node<'_>,
    at: String,
    first_version: bool,
    taker: &mut Taker<'_>,
) -> Option<Service> {
    let mut service = Service { name: name.to_owned(), spot: taker.spot(node, &at), ..Service::default() };
    match taker.tag(node) {
        Some(Tag::Reset) => {
            service.replaced.push(String::new());
            return Some(service);
        }
        Some(Tag::Override) => service.replaced.push(String::new()),
        None => {}
    }
    match node.kind() {
        Kind::Object => {}
        // A service without any attribute, as a fragment that others extend may have it.
        Kind::Null => return Some(service),
        _ => {
            taker.reject(&at, "a service is a mapping; this is none");
            return None;
        }
    }
    let hidden = replaced(node, &mut service, taker);
    #[rustfmt::skip]
    let [
        image, build, extends, profiles, ports, privileged, volumes, platform, policy, scale, deploy, file, api, caps,
        secrets, environment, spec, env_file,
    ] = node.pick(KEYS).map(|found| found.filter(|value| !hidden.contains(&value.start())));
    let path = |key: &str| format!("{at}/{key}");
    service.image = image.and_then(|node| taker.image(node, path("image")));
    service.build = build.map(|node| Box::new(build::build(node, &path("build"), taker)));
    if let (true, Some(build), Some(file)) = (first_version, &mut service.build, file) {
        build.dockerfile = taker.word(file, path("dockerfile"));
    }
    service.extends = extends.and_then(|node| self::extends(node, &path("extends"), taker));
    service.profiles = profiles.map(|node| taker.words(node, &path("profiles"))).unwrap_or_default();
    service.ports = ports.map(|node| self::ports(node, &path("ports"), taker)).unwrap_or_default();
    service.privileged = privileged.and_then(|node| taker.word(node, path("privileged")));
    service.capabilities = caps.map(|node| taker.words(node, &path("cap_add"))).unwrap_or_default();
    service.given = given::given(name, [secrets, environment, spec, build], &at, taker);
    service.env_files = env_file.map(|node| env_files(node, &path("env_file"), taker)).unwrap_or_default();
    service.platform = platform.and_then(|node| taker.word(node, path("platform")));
    service.pull_policy = policy.and_then(|node| taker.word(node, path("pull_policy")));
    let replicas = deploy.and_then(|node| taker.word(node.get("replicas")?, path("deploy/replicas")));
    service.replicas = replicas.or_else(|| taker.word(scale?, path("scale")));
    if let Some(node) = volumes {
        self::volumes(node, &path("volumes"), &mut service, taker);
    }
    // `use_api_socket` mounts the engine's socket by itself.
    if let Some(node) = api.filter(|node| node.is_true()) {
        service.mounts.push(Word { text: "docker.sock".to_owned(), spot: taker.spot(node, &path("use_api_socket")) });
    }
    Some(service)
}

/// Notes which attributes are tagged; gives where the values stand that are taken away.
fn replaced(node: Node<'_>, service: &mut Service, taker: &Taker<'_>) -> Vec<u64> {
    let mut hidden = Vec::new();
    if !taker.tagged {
        return hidden;
    }
    for (key, value) in node.members() {
        let Some(tag) = taker.tag(value) else { continue };
        if tag == Tag::Reset {
            hidden.push(value.start());
        }
        service.replaced.extend(key.string().filter(|key| KEYS.contains(&key.as_str())));
    }
    hidden
}

/// `extends: service`, or `{file, service}`.
fn extends(node: Node<'_>, at: &str, taker: &mut Taker<'_>) -> Option<Extends> {
    if node.kind() != Kind::Object {
        return Some(Extends { service: taker.word(node, at.to_owned())?, file: None });
    }
    let [service, file] = node.pick(["service", "file"]);
    let service = match service {
        Some(service) => taker.word(service, format!("{at}/service"))?,
        None => {
            taker.reject(at, "`extends` names no service");
            return None;
        }
    };
    Some(Extends { service, file: file.and_then(|node| taker.word(node, format!("{at}/file"))) })
}

/// `env_file`: a path, or a list of paths or of mappings with one.
fn env_files(node: Node<'_>, at: &str, taker: &mut Taker<'_>) -> Vec<Word> {
    if node.kind() != Kind::Array {
        return taker.word(node, at.to_owned()).into_iter().collect();
    }
    let mut found = Vec::new();
    for (number, element) in node.elements().take(ENTRIES).enumerate() {
        let at = format!("{at}/{number}");
        found.extend(match element.get("path") {
            Some(path) => taker.word(path, format!("{at}/path")),
            None => taker.word(element, at),
        });
    }
    found
}

fn ports(node: Node<'_>, at: &str, taker: &mut Taker<'_>) -> Vec<Word> {
    let mut found = Vec::new();
    for (number, port) in node.elements().take(ENTRIES).enumerate() {
        let at = format!("{at}/{number}");
        if port.kind() != Kind::Object {
            found.extend(taker.word(port, at));
            continue;
        }
        let [address, published, target, protocol] = port.pick(["host_ip", "published", "target", "protocol"]);
        let text = |node: Option<Node<'_>>| node.and_then(Node::string).filter(|text| !text.is_empty());
        let (address, published) = (text(address), text(published));
        // An address without a port of the host keeps its place.
        let parts = match (address, published) {
            (Some(address), published) => vec![Some(address), Some(published.unwrap_or_default()), text(target)],
            (None, published) => vec![published, text(target)],
        };
        let mut written = parts.into_iter().flatten().collect::<Vec<String>>().join(":");
        if let Some(protocol) = text(protocol).filter(|protocol| protocol != "tcp") {
            written = format!("{written}/{protocol}");
        }
        let spot = taker.spot(port, &at);
        if written.is_empty() || written.chars().any(char::is_control) {
            taker.reject(&at, "a port without a target");
        } else {
            found.extend(taker.bounded(Word { text: crate::read::tree::cut(written.into()), spot }));
        }
    }
    found
}

/// Image volumes, and mounts that may be a socket's.
fn volumes(node: Node<'_>, at: &str, service: &mut Service, taker: &mut Taker<'_>) {
    for (number, volume) in node.elements().take(ENTRIES).enumerate() {
        let at = format!("{at}/{number}");
        if volume.kind() != Kind::Object {
            let Some(word) = volume.text().filter(|text| may_be_socket(text)).and_then(|_| taker.word(volume, at))
            else {
                continue;
            };
            service.mounts.push(word);
            continue;
        }
        let [kind, source, target] = volume.pick(["type", "source", "target"]);
        let (source, target) = (source.or_else(|| volume.get("src")), target.or_else(|| volume.get("dst")));
        let kind = kind.and_then(Node::string).unwrap_or_default();
        let Some(source) = source else { continue };
        let target = target.and_then(Node::string).unwrap_or_default();
        if kind == "image" {
            let value = taker.image(source, pointer(&at, "source"));
            service.image_volumes.extend(value.map(|value| Named { name: target, value: Some(value) }));
            continue;
        }
        let text = format!("{}:{target}", source.string().unwrap_or_default());
        if may_be_socket(&text) && !text.chars().any(char::is_control) {
            let spot = taker.spot(source, &pointer(&at, "source"));
            service.mounts.extend(taker.bounded(Word { text, spot }));
        }
    }
}

/// Whether a mount is one of an engine's socket, or may become one once its variables are replaced.
fn may_be_socket(text: &str) -> bool {
    names_engine_socket(text) || text.contains('$')
}

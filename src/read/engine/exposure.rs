//! What bears on a container beside its image: published ports, privilege, the engine's own socket.

use crate::model::fact::{Mark, capability};
use crate::model::text::scrub;
use crate::read::tree::{Kind, Node};

/// Most ports that are kept of one container.
const MOST: usize = 100;

/// Sockets that rule the engine: who can write to one owns the machine.
const SOCKETS: [&str; 5] = ["docker.sock", "podman.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock"];

/// The marks of an inspected container.
pub(super) fn inspected(node: Node<'_>) -> Vec<Mark> {
    let host = node.get("HostConfig");
    let mut marks = Vec::new();
    if host.and_then(|h| h.get("Privileged")).is_some_and(Node::is_true) {
        marks.push(Mark::Privileged);
    }
    let added = host.into_iter().flat_map(|h| h.list("CapAdd")).filter_map(Node::string).take(MOST);
    marks.extend(added.map(|name| Mark::Capability(capability(&scrub(&name)))));
    let binds = host.into_iter().flat_map(|h| h.list("Binds")).filter_map(Node::text);
    let mounts = node.list("Mounts").filter_map(|m| m.get("Source")?.text());
    if binds.chain(mounts).any(|source| is_socket(&source)) {
        marks.push(Mark::EngineSocket);
    }
    let live = node.path(&["NetworkSettings", "Ports"]).map(bindings).filter(|ports| !ports.is_empty());
    marks.extend(live.or_else(|| host.and_then(|h| h.get("PortBindings")).map(bindings)).unwrap_or_default());
    sorted(marks)
}

/// The marks of a container in a list.
pub(super) fn listed(node: Node<'_>) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mounts = node.list("Mounts").filter_map(|m| m.get("Source").unwrap_or(m).text());
    if mounts.chain(node.get("Mounts").and_then(Node::text)).any(|text| text.split(',').any(is_socket)) {
        marks.push(Mark::EngineSocket);
    }
    if let Some(text) = node.get("Ports").and_then(Node::text) {
        marks.extend(text.split(", ").take(MOST).filter_map(arrow));
    }
    for port in node.list("Ports").chain(node.list("Publishers")).take(MOST) {
        marks.extend(published(port));
    }
    sorted(marks)
}

fn sorted(mut marks: Vec<Mark>) -> Vec<Mark> {
    marks.sort();
    marks.dedup();
    marks
}

/// Whether a bind or mount is of an engine's socket, or of the folder it stands in.
pub(super) fn is_socket(bind: &str) -> bool {
    let source = bind.split(':').next().unwrap_or_default().trim();
    SOCKETS.iter().any(|socket| source.rsplit('/').next() == Some(socket))
}

/// `{"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}`.
fn bindings(ports: Node<'_>) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (inner, bindings) in ports.members().take(MOST) {
        let inner = inner.text().unwrap_or_default();
        for binding in bindings.elements().take(MOST) {
            let host = binding.string_at("HostIp").or_else(|| binding.string_at("HostIP")).unwrap_or_default();
            let port = binding.string_at("HostPort").unwrap_or_default();
            marks.push(mark(&host, &port, &inner));
        }
    }
    marks.truncate(MOST);
    marks
}

/// `0.0.0.0:8080->80/tcp` of `docker ps`; `None` for a port that is only exposed.
pub(super) fn arrow(text: &str) -> Option<Mark> {
    let (outer, inner) = text.trim().split_once("->")?;
    let (host, port) = outer.rsplit_once(':').unwrap_or(("", outer));
    (!outer.is_empty()).then(|| mark(host, port, inner))
}

/// A port of an API's list, in the words of Docker, Podman and compose.
fn published(port: Node<'_>) -> Option<Mark> {
    let word = |keys: [&str; 3]| keys.iter().find_map(|key| port.string_at(key)).unwrap_or_default();
    if port.kind() != Kind::Object {
        return None;
    }
    let outer = word(["PublicPort", "host_port", "PublishedPort"]);
    let inner = word(["PrivatePort", "container_port", "TargetPort"]);
    let protocol = word(["Type", "protocol", "Protocol"]);
    let inner = if protocol.is_empty() { inner } else { format!("{inner}/{protocol}") };
    (!outer.is_empty() && outer != "0").then(|| mark(&word(["IP", "host_ip", "URL"]), &outer, &inner))
}

/// `host:port:inner`, without the host where it is every one.
fn mark(host: &str, port: &str, inner: &str) -> Mark {
    let every = matches!(host, "" | "0.0.0.0" | "::" | "[::]" | "*");
    let text = if every { format!("{port}:{inner}") } else { format!("{host}:{port}:{inner}") };
    let text: String = text.chars().take(200).collect();
    Mark::Published(scrub(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Limits;
    use crate::read::tree::parse_json;

    fn words(json: &str, of: fn(Node<'_>) -> Vec<Mark>) -> Vec<String> {
        let tree = parse_json(json, &Limits::default()).unwrap();
        of(tree.root().unwrap()).iter().map(Mark::to_string).collect()
    }

    #[test]
    fn marks_of_inspected_containers() {
        let json = r#"{"HostConfig":{"Privileged":true,"Binds":["/var/run/docker.sock:/var/run/docker.sock:ro"],
            "PortBindings":{"9/tcp":[{"HostIp":"127.0.0.1","HostPort":"9"}]}},
            "NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"},{"HostIp":"::","HostPort":"8080"}],"81/tcp":null}}}"#;
        assert_eq!(words(json, inspected), ["published:8080:80/tcp", "privileged", "engine-socket"]);
        let stopped = json.replace("NetworkSettings", "Other");
        assert_eq!(words(&stopped, inspected), ["published:127.0.0.1:9:9/tcp", "privileged", "engine-socket"]);
        let given = r#"{"HostConfig":{"CapAdd":["CAP_SYS_ADMIN","net_raw"]}}"#;
        assert_eq!(words(given, inspected), ["capability:NET_RAW", "capability:SYS_ADMIN"]);
        assert_eq!(words(r#"{"HostConfig":7,"Mounts":"x"}"#, inspected), Vec::<String>::new());
    }

    #[test]
    fn ports_of_lists_in_every_dress() {
        for json in [
            r#"{"Ports":"0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 443/tcp"}"#,
            r#"{"Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},{"PrivatePort":443,"Type":"tcp"}]}"#,
            r#"{"Ports":[{"host_ip":"","container_port":80,"host_port":8080,"range":1,"protocol":"tcp"}]}"#,
            r#"{"Publishers":[{"URL":"0.0.0.0","TargetPort":80,"PublishedPort":8080,"Protocol":"tcp"},{"URL":"","TargetPort":1,"PublishedPort":0,"Protocol":"tcp"}]}"#,
        ] {
            assert_eq!(words(json, listed), ["published:8080:80/tcp"], "{json}");
        }
        assert_eq!(words(r#"{"Mounts":"/run/containerd/containerd.sock,data"}"#, listed), ["engine-socket"]);
    }
}

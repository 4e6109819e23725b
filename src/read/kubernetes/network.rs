//! What is reachable from where: services, slices, ingresses, gateways and their routes, network policies.

use serde_json::{Value, json};

use super::taken::Taken;
use crate::read::tree::{Kind, Node};

/// Reads a Service.
pub(super) fn service(node: Node<'_>, taken: &mut Taken<'_>) {
    if let Some(spec) = node.get("spec") {
        for key in ["type", "clusterIP", "externalName"] {
            taken.detail(key, spec.string_at(key));
        }
        taken.detail("selector", value_at(spec, "selector"));
        taken.detail("externalIPs", texts(spec, "externalIPs"));
        taken.detail("sourceRanges", texts(spec, "loadBalancerSourceRanges"));
        let ports: Vec<Value> = spec.list("ports").map(port).collect();
        taken.detail("ports", ports);
    }
    taken.detail("addresses", addresses(node));
}

fn port(port: Node<'_>) -> Value {
    let mut kept = serde_json::Map::new();
    for key in ["name", "protocol", "port", "targetPort", "nodePort"] {
        if let Some(node) = port.get(key) {
            kept.insert(key.to_owned(), value(node));
        }
    }
    Value::Object(kept)
}

/// Host names and addresses that a load balancer was given.
fn addresses(node: Node<'_>) -> Vec<String> {
    let Some(balancer) = node.path(&["status", "loadBalancer"]) else { return Vec::new() };
    balancer.list("ingress").filter_map(|i| i.string_at("hostname").or_else(|| i.string_at("ip"))).collect()
}

/// Reads an EndpointSlice: which pods stand behind which service.
pub(super) fn endpoint_slice(node: Node<'_>, taken: &mut Taken<'_>) {
    let service = taken.object.labels.get("kubernetes.io/service-name").cloned();
    taken.detail("service", service);
    let pods: Vec<String> = node.list("endpoints").filter_map(target_pod).collect();
    taken.detail("pods", pods);
    let ports: Vec<Value> = node.list("ports").map(port).collect();
    taken.detail("ports", ports);
}

/// Reads Endpoints, named after their service.
pub(super) fn endpoints(node: Node<'_>, taken: &mut Taken<'_>) {
    let name = taken.object.name.clone();
    taken.detail("service", name);
    let mut pods: Vec<String> = Vec::new();
    for subset in node.list("subsets") {
        pods.extend(subset.list("addresses").chain(subset.list("notReadyAddresses")).filter_map(target_pod));
    }
    taken.detail("pods", pods);
}

fn target_pod(endpoint: Node<'_>) -> Option<String> {
    let target = endpoint.get("targetRef")?;
    (target.string_at("kind")? == "Pod").then(|| target.string_at("name"))?
}

/// Reads an Ingress, of the present API and the one before.
pub(super) fn ingress(node: Node<'_>, taken: &mut Taken<'_>) {
    taken.detail("addresses", addresses(node));
    let Some(spec) = node.get("spec") else { return };
    taken.detail("class", spec.string_at("ingressClassName"));
    let (mut hosts, mut backends) = (Vec::new(), Vec::new());
    backends.extend(["defaultBackend", "backend"].iter().filter_map(|key| backend(spec.get(key)?)));
    for rule in spec.list("rules") {
        // A rule without a host is for every host.
        hosts.push(rule.string_at("host").unwrap_or_else(|| "*".to_owned()));
        if let Some(http) = rule.get("http") {
            backends.extend(http.list("paths").filter_map(|path| backend(path.get("backend")?)));
        }
    }
    if let Some(tls) = spec.get("tls") {
        let secrets: Vec<String> = tls.elements().filter_map(|t| t.string_at("secretName")).collect();
        taken.detail("tlsSecrets", unique(secrets));
    }
    taken.detail("hosts", unique(hosts));
    taken.detail("services", unique(backends));
}

fn backend(backend: Node<'_>) -> Option<String> {
    backend.path(&["service", "name"]).and_then(Node::string).or_else(|| backend.string_at("serviceName"))
}

/// Reads a Gateway.
pub(super) fn gateway(node: Node<'_>, taken: &mut Taken<'_>) {
    if let Some(spec) = node.get("spec") {
        taken.detail("class", spec.string_at("gatewayClassName"));
        let listeners = spec.list("listeners").map(|l| {
            json!({
                "name": l.string_at("name"), "hostname": l.string_at("hostname"), "protocol": l.string_at("protocol"),
                "port": l.get("port").and_then(Node::integer),
            })
        });
        let listeners: Vec<Value> = listeners.collect();
        taken.detail("listeners", listeners);
        let hosts: Vec<String> = spec.list("listeners").filter_map(|l| l.string_at("hostname")).collect();
        taken.detail("hosts", unique(hosts));
    }
    if let Some(status) = node.get("status") {
        let addresses: Vec<String> = status.list("addresses").filter_map(|a| a.string_at("value")).collect();
        taken.detail("addresses", addresses);
    }
}

/// Reads a route of the Gateway API: HTTPRoute, GRPCRoute, TCPRoute, TLSRoute, UDPRoute.
pub(super) fn route(node: Node<'_>, taken: &mut Taken<'_>) {
    let Some(spec) = node.get("spec") else { return };
    taken.detail("hosts", texts(spec, "hostnames"));
    let parents: Vec<String> = spec.list("parentRefs").filter_map(|p| p.string_at("name")).collect();
    taken.detail("parents", unique(parents));
    let mut services = Vec::new();
    for rule in spec.list("rules") {
        for reference in rule.list("backendRefs") {
            if reference.string_at("kind").is_none_or(|kind| kind == "Service") {
                services.extend(reference.string_at("name").map(|name| match reference.string_at("namespace") {
                    Some(namespace) => format!("{namespace}/{name}"),
                    None => name,
                }));
            }
        }
    }
    taken.detail("services", unique(services));
}

/// Reads a NetworkPolicy.
pub(super) fn policy(node: Node<'_>, taken: &mut Taken<'_>) {
    let Some(spec) = node.get("spec") else { return };
    // An empty selector selects every pod, so it is kept though it is empty.
    let selector = spec.get("podSelector").map_or_else(|| json!({}), value);
    taken.object.details.insert("podSelector".to_owned(), selector);
    taken.detail("types", texts(spec, "policyTypes"));
    for direction in ["ingress", "egress"] {
        if spec.get(direction).is_some() {
            let count = spec.list(direction).count();
            taken.object.details.insert(format!("{direction}Rules"), json!(count));
        }
    }
    let open = spec.list("ingress").any(|rule| rule.get("from").is_none());
    taken.detail("ingressFromAnywhere", open);
    // A rule without peers, and one for every address, let everything out.
    let everywhere = |peer: Node<'_>| peer.path(&["ipBlock", "cidr"]).is_some_and(is_everywhere);
    let limits = |rule: Node<'_>| rule.list("to").next().is_some() && !rule.list("to").any(everywhere);
    taken.detail("egressLimited", spec.list("egress").next().is_some() && spec.list("egress").all(limits));
}

/// True for the block of all addresses.
fn is_everywhere(cidr: Node<'_>) -> bool {
    cidr.text().is_some_and(|text| matches!(text.as_ref(), "0.0.0.0/0" | "::/0"))
}

fn texts(node: Node<'_>, key: &str) -> Vec<String> {
    node.list(key).filter_map(Node::string).collect()
}

fn unique(mut texts: Vec<String>) -> Vec<String> {
    texts.sort_unstable();
    texts.dedup();
    texts
}

fn value_at(node: Node<'_>, key: &str) -> Value {
    node.get(key).map_or(Value::Null, value)
}

/// A small part of an object as JSON without floats; what is nested deeper than a selector can be is left out.
fn value(node: Node<'_>) -> Value {
    bounded(node, 8)
}

fn bounded(node: Node<'_>, depth: usize) -> Value {
    match node.kind() {
        Kind::Null => Value::Null,
        Kind::Bool => Value::Bool(node.is_true()),
        Kind::Number => node.integer().map_or_else(|| node.string().into(), Value::from),
        Kind::Text => node.string().into(),
        _ if depth == 0 => Value::Null,
        Kind::Array => node.elements().take(1000).map(|n| bounded(n, depth - 1)).collect(),
        Kind::Object => {
            let pairs = node.members().take(1000).filter_map(|(k, v)| Some((k.string()?, bounded(v, depth - 1))));
            Value::Object(pairs.collect())
        }
    }
}

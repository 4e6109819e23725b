//! From where a place is reached: what publishes it, else whether people develop there.
//!
//! Only what goes in is asked here; what an image could carry away is a matter of its own.

use super::around::{Service, fits_selector};
use super::{Basis, Place, Why, is_ci};
use crate::model::assessment::Exposure;
use crate::model::fact::Mark;
use crate::triage::policy::FactRules;

pub(super) fn exposure(place: &Place<'_>, rules: &FactRules) -> Option<(Exposure, Why)> {
    if let Some(why) = published(place) {
        return Some((Exposure::Internet, why));
    }
    if let Some(why) = development(place, rules) {
        return Some((Exposure::DevOnly, why));
    }
    within(place).map(|why| (Exposure::Internal, why))
}

/// What publishes it.
fn published(place: &Place<'_>) -> Option<Why> {
    let (traits, configured) = (place.traits, Basis::Configured);
    if traits.is("hostNetwork") {
        return Some(Why::own(configured, "on its machine's own network (hostNetwork)"));
    }
    if traits.len("hostPorts") > 0 {
        return Some(Why::own(configured, format!("{} host ports", traits.len("hostPorts"))));
    }
    let outward = |mark: &Mark| matches!(mark, Mark::Published(port) if !is_loopback(port));
    if let Some(Mark::Published(port)) = place.marks.iter().find(|mark| outward(mark)) {
        return Some(Why::own(configured, format!("port {port} published on its machine")));
    }
    selecting(place).find_map(|service| {
        let name = &service.name;
        if matches!(service.kind.as_str(), "LoadBalancer" | "NodePort") {
            return Some(Why::of(service.thing, configured, format!("Service {name} is a {}", service.kind)));
        }
        if service.external {
            return Some(Why::of(service.thing, configured, format!("Service {name} has external addresses")));
        }
        let opening = service.openings.first()?;
        let text = format!("{} {} leads to Service {name}", opening.kind, opening.name);
        Some(Why::of(opening.thing, configured, text))
    })
}

/// The services that select it, by name.
fn selecting<'a>(place: &Place<'a>) -> impl Iterator<Item = &'a Service> + use<'a> {
    let labels = place.traits.pod_labels();
    let services = place.around.services.iter();
    services.filter(move |service| !service.selector.is_empty() && fits_selector(&service.selector, &labels))
}

/// A port that only its own machine reaches.
fn is_loopback(port: &str) -> bool {
    ["127.", "[::1]", "::1:", "localhost:"].iter().any(|host| port.starts_with(host))
}

fn development(place: &Place<'_>, rules: &FactRules) -> Option<Why> {
    let pod = place.traits.pod_labels();
    let labels = pod.iter().chain(&place.traits.labels).chain(&place.around.labels);
    let mut environments = labels.filter(|(key, _)| rules.is_environment(key));
    if let Some((key, value)) = environments.next() {
        // Where an environment is told, all that tell one must say development.
        let all = rules.is_development(value) && environments.all(|(_, value)| rules.is_development(value));
        return all.then(|| Why::own(Basis::Environment, format!("label {key}={value}, and nothing publishes it")));
    }
    let name = Some(place.namespace).filter(|name| !is_ci(place.kind) && rules.is_development(name))?;
    let text = format!("namespace {name}, and nothing publishes it");
    Some(Why::of(place.around.namespace, Basis::Environment, text))
}

/// Reached from within, as far as it is known.
fn within(place: &Place<'_>) -> Option<Why> {
    if let Some(service) = selecting(place).next() {
        let text = format!("Service {} is for the cluster only", service.name);
        return Some(Why::of(service.thing, Basis::Configured, text));
    }
    let known = place.around.services_read && !is_ci(place.kind) && !place.namespace.is_empty();
    known.then(|| Why::own(Basis::Configured, "no Service, route, host port or host network publishes it"))
}

//! What makes a place worse to lose: power over its machine or cluster, work on other images, and what could be carried
//! away.

use super::around::{Account, fits_selector};
use super::{Basis, Place, Why, is_ci};
use crate::model::fact::{Mark, Role};
use crate::triage::policy::FactRules;

/// What gives it power.
pub(super) fn amplifiers(place: &Place<'_>, rules: &FactRules) -> Vec<Why> {
    let traits = place.traits;
    let mut found = Vec::new();
    let mut own = |text: String| found.push(Why::own(Basis::Configured, text));
    if traits.list("privileged").any(|container| container == place.container) {
        own(format!("container {} is privileged", place.container));
    }
    for key in ["hostPID", "hostIPC", "hostNetwork"].into_iter().filter(|key| traits.is(key)) {
        own(key.to_owned());
    }
    for path in traits.list("hostPaths").filter(|path| rules.is_powerful_path(path)) {
        own(format!("hostPath {path}"));
    }
    let given = traits.list("capabilities").filter_map(|given| given.split_once('='));
    let own_ones = given.filter(|(container, _)| *container == place.container).map(|(_, name)| name);
    for name in own_ones.filter(|name| rules.is_powerful_capability(name)) {
        own(format!("capability {name}"));
    }
    for mark in place.marks {
        match mark {
            Mark::Privileged => own("privileged".to_owned()),
            Mark::EngineSocket => own("the container engine's socket is mounted".to_owned()),
            Mark::Capability(name) if rules.is_powerful_capability(name) => own(format!("capability {name}")),
            _ => {}
        }
    }
    if matches!(place.role, Role::Ci | Role::Action) {
        own("a build job runs it: it signs and pushes other images".to_owned());
    }
    if let Some(node) = place.control_plane {
        found.push(Why::of(node, Basis::Configured, "runs on a node of the control plane"));
    }
    if let Some((name, account)) = account(place) {
        let powers = account.powers.iter();
        let text = |power: &str| format!("ServiceAccount {name}: {power}");
        found.extend(powers.map(|(binding, power)| Why::of(*binding, Basis::Configured, text(power))));
    }
    found
}

/// What it could carry away: secrets that it is given, cloud roles, powerful accounts. Not the token that every pod gets.
pub(super) fn reach(place: &Place<'_>) -> Vec<Why> {
    let mut found: Vec<Why> =
        place.traits.list("secrets").map(|name| Why::own(Basis::Configured, format!("secret {name}"))).collect();
    if let Some((name, account)) = account(place) {
        if let Some(role) = &account.cloud_role {
            let text = format!("ServiceAccount {name} takes the cloud role {role}");
            found.push(Why::of(account.thing, Basis::Configured, text));
        }
        if let Some((binding, power)) = account.powers.first() {
            found.push(Why::of(*binding, Basis::Configured, format!("ServiceAccount {name}: {power}")));
        }
    }
    found
}

/// The account whose token it has; none where it is not given one.
fn account<'a>(place: &Place<'a>) -> Option<(&'a str, &'a Account)> {
    if is_ci(place.kind) || place.namespace.is_empty() || place.traits.text("automount") == Some("false") {
        return None;
    }
    let name = place.traits.text("serviceAccount").unwrap_or("default");
    let account = place.around.accounts.get(name)?;
    // What the pod says wins over its account; a pod that says nothing follows it.
    (!account.no_token || place.traits.text("automount") == Some("true")).then_some((name, account))
}

/// The policy that holds back what goes out.
pub(super) fn held_back(place: &Place<'_>) -> Option<Why> {
    let labels = place.traits.pod_labels();
    let policies = place.around.policies.iter().filter(|policy| policy.egress);
    let mut selecting =
        policies.filter(|policy| policy.selector.as_ref().is_some_and(|selector| fits_selector(selector, &labels)));
    let policy = selecting.next()?;
    Some(Why::of(policy.thing, Basis::Configured, format!("NetworkPolicy {} holds back what goes out", policy.name)))
}

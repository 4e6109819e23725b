//! Who may do what: service accounts, roles, bindings; and priority classes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::taken::Taken;
use crate::read::tree::Node;

/// Most words of a kind that a role's summary keeps; the count of rules stands beside them.
const SUMMARY: usize = 200;

/// Reads a ServiceAccount: names of secrets, never contents.
pub(super) fn account(node: Node<'_>, taken: &mut Taken<'_>) {
    taken.object.pull_secrets = node.list("imagePullSecrets").filter_map(|s| s.string_at("name")).collect();
    let secrets: Vec<String> = node.list("secrets").filter_map(|s| s.string_at("name")).collect();
    taken.detail("secrets", secrets);
    if node.get("automountServiceAccountToken").is_some_and(|n| !n.is_true()) {
        taken.detail("automount", "false");
    }
}

/// Reads a Role or ClusterRole, summed up: how many rules, which verbs and resources, and what of it is powerful.
pub(super) fn role(node: Node<'_>, taken: &mut Taken<'_>) {
    let (mut verbs, mut resources, mut powers) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut count = 0u64;
    for rule in node.list("rules") {
        count += 1;
        let of = |key| rule.list(key).take(SUMMARY).filter_map(Node::string).collect::<Vec<String>>();
        let (allowed, on) = (of("verbs"), of("resources"));
        for resource in on.iter().filter(|r| is_powerful_resource(r)) {
            powers.extend(allowed.iter().filter(|v| is_powerful(v, resource)).map(|v| format!("{v} {resource}")));
        }
        verbs.extend(allowed);
        resources.extend(on);
    }
    let short = |set: BTreeSet<String>| set.into_iter().take(SUMMARY).collect::<Vec<String>>();
    taken.detail("rules", Value::from(count));
    taken.detail("verbs", short(verbs));
    taken.detail("resources", short(resources));
    taken.detail("powers", short(powers));
}

/// Resources with which a holder can read secrets, run code or raise its own rights
/// (kubernetes.io, "Role Based Access Control Good Practices").
fn is_powerful_resource(resource: &str) -> bool {
    let names = [
        "*",
        "secrets",
        "pods",
        "pods/exec",
        "pods/ephemeralcontainers",
        "nodes/proxy",
        "serviceaccounts/token",
        "roles",
        "clusterroles",
        "rolebindings",
        "clusterrolebindings",
        "deployments",
        "daemonsets",
        "statefulsets",
        "jobs",
        "cronjobs",
        "replicasets",
        "users",
        "groups",
        "serviceaccounts",
        "mutatingwebhookconfigurations",
    ];
    names.contains(&resource)
}

fn is_powerful(verb: &str, resource: &str) -> bool {
    match verb {
        "*" | "escalate" | "bind" | "impersonate" => true,
        "get" | "list" | "watch" => ["secrets", "*", "nodes/proxy"].contains(&resource),
        "create" | "update" | "patch" => resource != "secrets",
        _ => false,
    }
}

/// Reads a RoleBinding or ClusterRoleBinding.
pub(super) fn binding(node: Node<'_>, taken: &mut Taken<'_>) {
    if let Some(role) = node.get("roleRef") {
        let role = json!({"kind": role.string_at("kind"), "name": role.string_at("name")});
        taken.detail("role", role);
    }
    let subjects = node.list("subjects").map(|subject| {
        json!({
            "kind": subject.string_at("kind"), "namespace": subject.string_at("namespace"),
            "name": subject.string_at("name"),
        })
    });
    let subjects: Vec<Value> = subjects.collect();
    taken.detail("subjects", subjects);
}

/// Reads a PriorityClass.
pub(super) fn priority_class(node: Node<'_>, taken: &mut Taken<'_>) {
    taken.detail("value", node.get("value").and_then(Node::integer).map(Value::from));
    taken.detail("globalDefault", node.get("globalDefault").is_some_and(Node::is_true));
}

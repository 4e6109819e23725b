//! Which kinds a cluster serves beyond its own: asked of it in one request, or group by group where it is too old for that.

use serde::Deserialize;

use super::kinds::{Form, Kind, WHERE_SERVED};

/// The `Accept` header of the one request; an old server answers with its list of groups instead.
pub(super) const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
/// Groups that are asked for one by one at most.
const MOST_GROUPS: usize = 500;

/// The answer to `/apis`.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Apis {
    items: Vec<Group>,
    groups: Vec<OldGroup>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Group {
    metadata: Name,
    versions: Vec<Version>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Name {
    name: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Version {
    version: String,
    resources: Vec<Resource>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Resource {
    resource: String,
    response_kind: Named,
    scope: String,
    verbs: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Named {
    kind: String,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct OldGroup {
    name: String,
    preferred_version: OldVersion,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct OldVersion {
    group_version: String,
}

/// The answer to `/apis/GROUP/VERSION`.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct OldResources {
    group_version: String,
    resources: Vec<OldResource>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct OldResource {
    name: String,
    kind: String,
    namespaced: bool,
    verbs: Vec<String>,
}

/// What a cluster said that it serves.
pub(super) enum Served {
    /// Every kind.
    Kinds(Vec<Kind>),
    /// An old server: the groups that matter have to be asked, at these paths.
    Ask(Vec<String>),
}

/// What is wanted beyond the cluster's own kinds.
#[derive(Debug, Clone, Default)]
pub(super) struct Beyond {
    /// Custom resources as `rollouts.argoproj.io`.
    pub named: Vec<String>,
    /// Every custom resource.
    pub all: bool,
}

impl Beyond {
    /// From `--custom`: names, or `all`.
    pub fn of(custom: &[String]) -> Self {
        let named = custom.iter().filter(|name| *name != "all").cloned().collect();
        Beyond { named, all: custom.iter().any(|name| name == "all") }
    }

    fn wants_group(&self, group: &str) -> bool {
        let named = self.named.iter().any(|name| name.split_once('.').is_some_and(|(_, of)| of == group));
        named || WHERE_SERVED.iter().any(|(name, _)| *name == group) || (self.all && is_custom(group))
    }

    fn wants(&self, group: &str, resource: &str) -> bool {
        let served = WHERE_SERVED.iter().any(|(name, resources)| *name == group && resources.contains(&resource));
        let named = self.named.iter().any(|name| *name == format!("{resource}.{group}"));
        served || named || (self.all && is_custom(group))
    }

    /// Those that were named and are not among what is served.
    pub fn missing<'a>(&'a self, kinds: &'a [Kind]) -> impl Iterator<Item = &'a str> {
        let full = |kind: &Kind| format!("{}.{}", kind.resource, kind.api.split('/').next().unwrap_or_default());
        self.named.iter().filter(move |name| !kinds.iter().any(|kind| full(kind) == **name)).map(String::as_str)
    }
}

/// A group that Kubernetes does not have of itself. Its own end in `.k8s.io` or have no dot; gateway and others of the
/// project are custom resources too, but of a suffix of their own.
fn is_custom(group: &str) -> bool {
    group.contains('.') && !group.ends_with(".k8s.io")
}

/// Reads the answer to `/apis`. The first version of a group is the one it prefers.
pub(super) fn groups(answer: &[u8], beyond: &Beyond) -> Result<Served, String> {
    let apis: Apis = serde_json::from_slice(answer).map_err(|e| format!("/apis: not understood: {e}"))?;
    if apis.items.is_empty() && !apis.groups.is_empty() {
        let wanted = apis.groups.iter().filter(|group| beyond.wants_group(&group.name));
        let paths = wanted.map(|group| format!("/apis/{}", group.preferred_version.group_version));
        return Ok(Served::Ask(paths.take(MOST_GROUPS).collect()));
    }
    let mut kinds: Vec<Kind> = Vec::new();
    for group in &apis.items {
        let name = &group.metadata.name;
        for version in &group.versions {
            for resource in &version.resources {
                let known = kinds.iter().any(|kind| {
                    kind.resource == resource.resource && kind.api.split('/').next() == Some(name.as_str())
                });
                if !known && beyond.wants(name, &resource.resource) && resource.verbs.iter().any(|verb| verb == "list")
                {
                    let api = format!("{name}/{}", version.version);
                    let namespaced = resource.scope == "Namespaced";
                    kinds.push(kind(api, &resource.resource, &resource.response_kind.kind, namespaced));
                }
            }
        }
    }
    Ok(Served::Kinds(kinds))
}

/// Reads the answer to one group's path.
pub(super) fn group(answer: &[u8], beyond: &Beyond) -> Result<Vec<Kind>, String> {
    let found: OldResources = serde_json::from_slice(answer).map_err(|e| format!("not understood: {e}"))?;
    let group = found.group_version.split('/').next().unwrap_or_default();
    let listed = found
        .resources
        .iter()
        .filter(|resource| beyond.wants(group, &resource.name) && resource.verbs.iter().any(|verb| verb == "list"));
    Ok(listed.map(|r| kind(found.group_version.clone(), &r.name, &r.kind, r.namespaced)).collect())
}

fn kind(api: String, resource: &str, kind: &str, namespaced: bool) -> Kind {
    Kind { api, resource: resource.to_owned(), kind: kind.to_owned(), namespaced, form: Form::Whole, fields: "" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn resources(kinds: &[Kind]) -> Vec<String> {
        kinds.iter().map(|kind| format!("{}/{} {}", kind.api, kind.resource, kind.namespaced)).collect()
    }

    #[test]
    fn routes_and_reports_are_found_where_they_are_served_and_others_on_demand() {
        let resource = |name: &str, kind: &str, scope: &str| json!({"resource": name, "responseKind": {"kind": kind}, "scope": scope, "verbs": ["list"]});
        let answer = json!({"items": [
            {"metadata": {"name": "gateway.networking.k8s.io"}, "versions": [
                {"version": "v1", "resources": [resource("httproutes", "HTTPRoute", "Namespaced"), resource("gatewayclasses", "GatewayClass", "Cluster")]},
                {"version": "v1beta1", "resources": [resource("httproutes", "HTTPRoute", "Namespaced")]}]},
            {"metadata": {"name": "apps"}, "versions": [{"version": "v1", "resources": [resource("deployments", "Deployment", "Namespaced")]}]},
            {"metadata": {"name": "argoproj.io"}, "versions": [{"version": "v1alpha1", "resources": [resource("rollouts", "Rollout", "Namespaced"), resource("workflows", "Workflow", "Namespaced")]}]},
        ]}).to_string();
        let found = |custom: &[&str]| {
            let beyond = Beyond::of(&custom.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>());
            match groups(answer.as_bytes(), &beyond).unwrap() {
                Served::Kinds(kinds) => {
                    (resources(&kinds), beyond.missing(&kinds).map(str::to_owned).collect::<Vec<_>>())
                }
                Served::Ask(_) => panic!("no old server"),
            }
        };
        let route = "gateway.networking.k8s.io/v1/httproutes true".to_owned();
        let rollout = "argoproj.io/v1alpha1/rollouts true".to_owned();
        assert_eq!(found(&[]), (vec![route.clone()], vec![]));
        assert_eq!(
            found(&["rollouts.argoproj.io", "x.y"]),
            (vec![route.clone(), rollout.clone()], vec!["x.y".to_owned()])
        );
        assert_eq!(found(&["all"]).0, [route, rollout, "argoproj.io/v1alpha1/workflows true".to_owned()]);
    }

    #[test]
    fn an_old_server_is_asked_group_by_group() {
        let answer = json!({"kind": "APIGroupList", "groups": [
            {"name": "apps", "preferredVersion": {"groupVersion": "apps/v1"}},
            {"name": "aquasecurity.github.io", "preferredVersion": {"groupVersion": "aquasecurity.github.io/v1alpha1"}}]});
        let Served::Ask(paths) = groups(answer.to_string().as_bytes(), &Beyond::default()).unwrap() else { panic!() };
        assert_eq!(paths, ["/apis/aquasecurity.github.io/v1alpha1"]);
        let answer = json!({"groupVersion": "aquasecurity.github.io/v1alpha1", "resources": [
            {"name": "vulnerabilityreports", "kind": "VulnerabilityReport", "namespaced": true, "verbs": ["get", "list"]},
            {"name": "vulnerabilityreports/status", "kind": "VulnerabilityReport", "namespaced": true, "verbs": ["get"]}]});
        let kinds = group(answer.to_string().as_bytes(), &Beyond::default()).unwrap();
        assert_eq!(resources(&kinds), ["aquasecurity.github.io/v1alpha1/vulnerabilityreports true"]);
        assert!(groups(b"<html>", &Beyond::default()).is_err());
    }
}

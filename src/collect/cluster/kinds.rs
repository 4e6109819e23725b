//! What is asked of a cluster, and in which order. Only lists are asked for; the contents of Secrets never.

use crate::collect::wire::escaped;

/// How an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// Whole objects.
    Whole,
    /// Names and other metadata only.
    Metadata,
}

impl Form {
    /// The `Accept` header. The second form has no fallback to whole objects: a server that cannot answer so must not
    /// answer.
    pub(super) fn accept(self) -> &'static str {
        match self {
            Form::Whole => "application/json",
            Form::Metadata => "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
        }
    }
}

/// One kind of object in a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Group and version, as `apps/v1`; `v1` for the core.
    pub api: String,
    /// Its name in a path, as `deployments`.
    pub resource: String,
    /// Its name in an object, as `Deployment`.
    pub kind: String,
    /// Its objects are in namespaces.
    pub namespaced: bool,
    /// How it is asked for.
    pub form: Form,
    /// Only a part of the kind, by field; empty for all.
    pub fields: &'static str,
}

/// One list to ask for: a kind, in all namespaces or in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// What is listed.
    pub kind: Kind,
    /// The namespace; `None` for all.
    pub namespace: Option<String>,
}

impl List {
    /// The path without the page's parameters: what tells one list from another.
    pub fn path(&self) -> String {
        let Kind { api, resource, fields, .. } = &self.kind;
        let root = if api.contains('/') { "apis" } else { "api" };
        let within = self.namespace.as_ref().map(|name| format!("namespaces/{}/", escaped(name))).unwrap_or_default();
        let only = if fields.is_empty() { String::new() } else { format!("?fieldSelector={fields}") };
        format!("/{root}/{api}/{within}{resource}{only}")
    }

    /// The path of one page.
    pub fn page(&self, limit: u32, next: Option<&str>) -> String {
        let path = self.path();
        let sign = if path.contains('?') { '&' } else { '?' };
        let next = next.map(|token| format!("&continue={}", escaped(token))).unwrap_or_default();
        format!("{path}{sign}limit={limit}{next}")
    }

    /// The list in a few words: `pods`, `pods in dev`, `secrets (type=…)`.
    pub fn words(&self) -> String {
        let place = self.namespace.as_ref().map(|name| format!(" in {name}")).unwrap_or_default();
        format!("{}{place}{}", self.kind.resource, if self.kind.fields.is_empty() { "" } else { " of one type" })
    }
}

const CLUSTER: bool = false;
const NAMESPACED: bool = true;

/// Every kind that a cluster has of itself, in the order of asking: events first, for they expire.
const ALWAYS: &[(&str, &str, &str, bool)] = &[
    ("v1", "events", "Event", NAMESPACED),
    ("v1", "pods", "Pod", NAMESPACED),
    ("v1", "namespaces", "Namespace", CLUSTER),
    ("v1", "nodes", "Node", CLUSTER),
    ("apps/v1", "deployments", "Deployment", NAMESPACED),
    ("apps/v1", "replicasets", "ReplicaSet", NAMESPACED),
    ("apps/v1", "statefulsets", "StatefulSet", NAMESPACED),
    ("apps/v1", "daemonsets", "DaemonSet", NAMESPACED),
    ("batch/v1", "cronjobs", "CronJob", NAMESPACED),
    ("batch/v1", "jobs", "Job", NAMESPACED),
    ("v1", "replicationcontrollers", "ReplicationController", NAMESPACED),
    ("v1", "podtemplates", "PodTemplate", NAMESPACED),
    ("v1", "services", "Service", NAMESPACED),
    ("discovery.k8s.io/v1", "endpointslices", "EndpointSlice", NAMESPACED),
    ("networking.k8s.io/v1", "ingresses", "Ingress", NAMESPACED),
    ("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy", NAMESPACED),
    ("v1", "serviceaccounts", "ServiceAccount", NAMESPACED),
    ("rbac.authorization.k8s.io/v1", "rolebindings", "RoleBinding", NAMESPACED),
    ("rbac.authorization.k8s.io/v1", "clusterrolebindings", "ClusterRoleBinding", CLUSTER),
    ("rbac.authorization.k8s.io/v1", "roles", "Role", NAMESPACED),
    ("rbac.authorization.k8s.io/v1", "clusterroles", "ClusterRole", CLUSTER),
    ("scheduling.k8s.io/v1", "priorityclasses", "PriorityClass", CLUSTER),
];

/// Groups whose kinds are asked for where the cluster serves them: routes of the gateway API, scans of the Trivy operator.
pub(super) const WHERE_SERVED: &[(&str, &[&str])] = &[
    ("gateway.networking.k8s.io", &["gateways", "httproutes", "grpcroutes", "tlsroutes", "tcproutes", "udproutes"]),
    ("aquasecurity.github.io", &["vulnerabilityreports"]),
];

/// Secrets by type, which is the only way to learn their type without their contents: pull secrets of both forms, and the
/// rest.
const SECRETS: [&str; 3] = [
    "type%3Dkubernetes.io%2Fdockerconfigjson",
    "type%3Dkubernetes.io%2Fdockercfg",
    "type%21%3Dkubernetes.io%2Fdockerconfigjson%2Ctype%21%3Dkubernetes.io%2Fdockercfg",
];

/// What every cluster is asked for.
pub fn always() -> Vec<Kind> {
    let whole = ALWAYS.iter().map(|(api, resource, kind, namespaced)| Kind {
        api: (*api).to_owned(),
        resource: (*resource).to_owned(),
        kind: (*kind).to_owned(),
        namespaced: *namespaced,
        form: Form::Whole,
        fields: "",
    });
    let secrets = SECRETS.iter().map(|fields| Kind {
        api: "v1".to_owned(),
        resource: "secrets".to_owned(),
        kind: "Secret".to_owned(),
        namespaced: NAMESPACED,
        form: Form::Metadata,
        fields,
    });
    whole.chain(secrets).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_api() {
        let kinds = always();
        let list = |resource: &str, namespace: Option<&str>| List {
            kind: kinds.iter().find(|kind| kind.resource == resource).unwrap().clone(),
            namespace: namespace.map(str::to_owned),
        };
        assert_eq!(list("pods", None).page(500, None), "/api/v1/pods?limit=500");
        assert_eq!(
            list("pods", Some("dev")).page(5, Some("a+b/=")),
            "/api/v1/namespaces/dev/pods?limit=5&continue=a%2Bb%2F%3D"
        );
        assert_eq!(list("cronjobs", Some("x")).path(), "/apis/batch/v1/namespaces/x/cronjobs");
        assert_eq!(
            list("secrets", None).page(500, None),
            "/api/v1/secrets?fieldSelector=type%3Dkubernetes.io%2Fdockerconfigjson&limit=500"
        );
    }

    #[test]
    fn events_come_first_and_secrets_only_as_metadata() {
        let kinds = always();
        assert_eq!(kinds.first().map(|kind| kind.resource.as_str()), Some("events"));
        assert_eq!(kinds.iter().filter(|kind| kind.form == Form::Metadata).count(), 3);
        assert!(kinds.iter().all(|kind| (kind.resource == "secrets") == (kind.form == Form::Metadata)));
        assert!(!Form::Metadata.accept().contains("application/json,"));
    }
}

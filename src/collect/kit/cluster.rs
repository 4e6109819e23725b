//! What a Kubernetes cluster is asked. Never the content of a Secret or a ConfigMap.

use super::Source;

/// A kind in namespaces, each as its API has it.
macro_rules! listed {
    ($id:literal, $kind:literal, $about:literal) => {
        Source {
            id: $id,
            about: $about,
            tools: &["kubectl"],
            settings: &[],
            command: concat!("kube_list ", $kind),
            output: concat!($id, ".json"),
            format: "kubernetes-json",
            read: true,
            rights: concat!("list ", $kind, " in all namespaces"),
            seconds: 900,
        }
    };
}

/// A kind without a namespace.
macro_rules! global {
    ($id:literal, $kind:literal, $about:literal) => {
        Source {
            command: concat!("kube_list_global ", $kind),
            rights: concat!("list ", $kind),
            ..listed!($id, $kind, $about)
        }
    };
}

/// Every kind of API groups.
macro_rules! groups {
    ($id:literal, $command:literal, $rights:literal, $about:literal) => {
        Source { command: $command, rights: $rights, ..listed!($id, "", $about) }
    };
}

pub(super) const SOURCES: &[Source] = &[
    // Events first: a cluster forgets them after an hour.
    listed!("events", "events", "Events: which node pulled which image when. A cluster forgets them after an hour"),
    listed!("pods", "pods", "Pods: every container of every kind, and the digests that run"),
    listed!("deployments", "deployments.apps", "Deployments, scaled down ones too"),
    listed!("replicasets", "replicasets.apps", "Old ReplicaSets: a rollback brings their images back"),
    listed!("statefulsets", "statefulsets.apps", "StatefulSets"),
    listed!("daemonsets", "daemonsets.apps", "DaemonSets"),
    listed!("jobs", "jobs.batch", "Jobs, finished and suspended ones too"),
    listed!("cronjobs", "cronjobs.batch", "CronJobs: between two runs they have no pod"),
    listed!("replicationcontrollers", "replicationcontrollers", "ReplicationControllers, the old kind"),
    listed!("podtemplates", "podtemplates", "Pod templates"),
    global!("nodes", "nodes", "Nodes: their runtimes, and up to 50 images that each one holds"),
    global!("namespaces", "namespaces", "Namespaces: their labels tell production from tests"),
    listed!("services", "services", "Services: what can be reached from outside"),
    listed!("endpointslices", "endpointslices.discovery.k8s.io", "Endpoint slices: which pods stand behind a service"),
    listed!("ingresses", "ingresses.networking.k8s.io", "Ingresses: what the internet reaches"),
    listed!("networkpolicies", "networkpolicies.networking.k8s.io", "Network policies: what may talk to what"),
    groups!(
        "gateways",
        "kube_list_group gateway.networking.k8s.io",
        "list all kinds of gateway.networking.k8s.io in all namespaces",
        "Gateways and routes, where the cluster has them"
    ),
    groups!(
        "custom",
        "each_group argoproj.io tekton.dev serving.knative.dev kubevirt.io apps.openshift.io image.openshift.io",
        "list all kinds of these groups in all namespaces",
        "Workloads of well-known operators, which name images that have no pod yet"
    ),
    listed!("serviceaccounts", "serviceaccounts", "Service accounts: whose rights a pod has"),
    listed!("roles", "roles.rbac.authorization.k8s.io", "Roles: what those rights are"),
    listed!("rolebindings", "rolebindings.rbac.authorization.k8s.io", "Who has which role"),
    global!("clusterroles", "clusterroles.rbac.authorization.k8s.io", "Roles of the whole cluster"),
    global!("clusterrolebindings", "clusterrolebindings.rbac.authorization.k8s.io", "Who has those"),
    global!("priorityclasses", "priorityclasses.scheduling.k8s.io", "Priority classes: what matters most"),
    Source {
        command: "kube_secret_names",
        output: "secret-names.txt",
        format: "kubectl-table",
        ..listed!("secret-names", "secrets", "Names and types of secrets, to know what to renew; never their content")
    },
];

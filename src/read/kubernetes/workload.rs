//! Workloads: everything that carries a pod template, also scaled to nothing, suspended, or kept for a rollback.

use serde_json::Value;

use super::spec;
use super::taken::Taken;
use crate::read::tree::Node;

/// Reads a workload of a kind whose schema is known.
pub(super) fn read(node: Node<'_>, kind: &str, taken: &mut Taken<'_>) {
    let (template, pointer) = match kind {
        "PodTemplate" => (node.get("template"), "/template/spec"),
        "CronJob" => (node.path(&["spec", "jobTemplate", "spec", "template"]), "/spec/jobTemplate/spec/template/spec"),
        _ => (node.path(&["spec", "template"]), "/spec/template/spec"),
    };
    if let Some(spec) = node.get("spec") {
        taken.detail("replicas", spec.get("replicas").and_then(Node::integer).map(Value::from));
        taken.detail("suspend", spec.get("suspend").is_some_and(Node::is_true));
        taken.detail("schedule", spec.string_at("schedule"));
        taken.detail("serviceName", spec.string_at("serviceName"));
    }
    if let Some(status) = node.get("status") {
        taken.detail("ready", status.get("readyReplicas").and_then(Node::integer).map(Value::from));
        for key in ["startTime", "completionTime", "lastScheduleTime", "lastSuccessfulTime"] {
            taken.time(status.get(key));
        }
        for condition in status.list("conditions") {
            taken.time(condition.get("lastUpdateTime").or_else(|| condition.get("lastTransitionTime")));
        }
    }
    let Some(template) = template else { return };
    if let Some(labels) = template.path(&["metadata", "labels"]) {
        let pairs = labels.members().filter_map(|(k, v)| Some((k.string()?, Value::String(v.string()?))));
        taken.detail("podLabels", Value::Object(pairs.collect()));
    }
    if let Some(spec) = template.get("spec") {
        spec::details(spec, taken);
        spec::images(spec, pointer, 1000, taken);
    }
}

/// The kind of a workload that does not say it.
pub(super) fn infer(node: Node<'_>) -> &'static str {
    let has = |key| node.path(&["spec", key]).is_some();
    if has("serviceName") || has("volumeClaimTemplates") {
        "StatefulSet"
    } else if has("backoffLimit") || has("completions") || has("parallelism") {
        "Job"
    } else if has("strategy") || has("progressDeadlineSeconds") {
        "Deployment"
    } else if has("updateStrategy") {
        "DaemonSet"
    } else {
        "ReplicaSet"
    }
}

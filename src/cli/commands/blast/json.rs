//! The answer as one document. Field names are the contract of the command line.

use serde_json::{Value, json};

use crate::model::indicator::Window;
use crate::work::blast::{Reach, ReachedImage, Surety, Targeted};

/// The whole answer, with at most so many rows of each list.
pub fn document(found: &Reach, limit: Option<usize>) -> Value {
    let most = limit.unwrap_or(usize::MAX);
    let reached = found.images.iter().filter(|image| image.reach != Surety::CannotTell);
    let workloads = found.workloads.iter().filter(|workload| workload.reach != Surety::CannotTell);
    json!({
        "targets": found.targets.iter().map(target).collect::<Vec<_>>(),
        "images": reached.take(most).map(|row| image(found, row)).collect::<Vec<_>>(),
        "cannot_tell": found.cannot_tell().take(most).map(cannot_tell).collect::<Vec<_>>(),
        "workloads": workloads.take(most).map(|workload| json!({
            "kind": workload.cell.kind, "namespace": workload.cell.namespace, "name": workload.cell.name,
            "context": workload.cell.context, "reach": workload.reach.as_str(), "running": workload.running,
        })).collect::<Vec<_>>(),
        "namespaces": found.namespaces.iter().take(most).collect::<Vec<_>>(),
        "credentials": found.credentials.iter().take(most).collect::<Vec<_>>(),
        "comes_back": found.comes_back.iter().take(most).collect::<Vec<_>>(),
        "counts": counts(found),
    })
}

fn target(targeted: &Targeted) -> Value {
    let question = &targeted.question;
    json!({
        "target": question.target.to_string(),
        "window": question.window.as_ref().map(Window::shown),
        "state": question.state.map(|state| state.as_str()),
        "unseen": question.unseen,
        "history": targeted.history,
        "stands_on": targeted.below,
    })
}

fn image(found: &Reach, row: &ReachedImage) -> Value {
    let path: Vec<Value> = found
        .path(row.node)
        .into_iter()
        .map(|step| {
            let (evidence, locator) = step.stands.unzip();
            json!({"id": step.id, "name": step.name, "how": step.how, "evidence": evidence, "locator": locator})
        })
        .collect();
    json!({
        "id": row.id, "name": row.name, "digest": row.digest, "distance": row.distance, "reach": row.reach.as_str(),
        "confidence": row.confidence.map(|at| f64::from(at.thousandths()) / 1000.0), "how": row.how, "running": row.running,
        "workloads": row.workloads, "owner": row.owner, "verdict": row.verdict.map(|verdict| verdict.as_str()),
        "priority": row.priority.map(|priority| priority.as_str()), "path": path,
    })
}

fn cannot_tell(row: &ReachedImage) -> Value {
    json!({
        "id": row.id, "name": row.name, "digest": row.digest, "running": row.running, "workloads": row.workloads,
        "owner": row.owner, "verdict": row.verdict.map(|verdict| verdict.as_str()),
        "priority": row.priority.map(|priority| priority.as_str()), "why": row.how,
        "would_tell": row.missing.map(|missing| missing.would_tell()),
        "fetch": row.fetch,
    })
}

fn counts(found: &Reach) -> Value {
    let counts = &found.counts;
    let [images, workloads] = [counts.images, counts.workloads]
        .map(|[proven, likely, open]| json!({"proven": proven, "likely": likely, "cannot_tell": open}));
    let [proven, likely, _] = counts.workloads;
    json!({
        "images": images, "running": counts.running, "places": counts.places, "workloads": proven + likely,
        "workloads_by_reach": workloads, "namespaces": counts.namespaces, "uncomparable": counts.uncomparable, "unlisted": counts.unlisted,
        "uncomparable_running": counts.uncomparable_running, "running_cannot_tell": counts.running_cannot_tell,
        "credentials": {"proven": counts.credentials[0], "likely": counts.credentials[1], "cannot_tell": null},
        "production": counts.production, "internet": counts.internet, "cached": counts.cached,
        "ci_builders": counts.builders, "devices": counts.devices, "excluded": counts.excluded,
        "cleared": counts.cleared,
    })
}

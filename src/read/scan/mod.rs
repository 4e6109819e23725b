//! Findings and packages in the reports of scanners: Trivy, its operator, Grype, Syft.
//!
//! Owns what stands in a report's rows; the image it is of is told by [`super::report`] too, which has the tree. Lenient in
//! what is taken for a report, exact in what is taken out of it: a row without its id or its package is counted as rejected.

mod anchore;
mod making;
mod operator;
mod trivy;

pub(in crate::read) use anchore::read as read_anchore;
pub(in crate::read) use making::{Making, Package, Rating, Vulnerability};
pub(in crate::read) use operator::read as read_operator;
pub(in crate::read) use trivy::read as read_trivy;

use super::tree::Node;
use std::borrow::Cow;

/// A scalar's text; empty where there is none.
pub(in crate::read) fn text<'t>(node: Option<Node<'t>>) -> Cow<'t, str> {
    node.and_then(Node::text).unwrap_or_default()
}

/// Kinds that run an image. Scanners also look at nodes, at roles, at lists of packages.
const RUNNING: [&str; 8] =
    ["Pod", "ReplicaSet", "ReplicationController", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"];

/// The workload that a scanner says runs an image, in words; empty for what runs none.
fn place(kind: &str, namespace: &str, name: &str, container: &str) -> String {
    if !RUNNING.contains(&kind) || name.is_empty() {
        return String::new();
    }
    let space = if namespace.is_empty() { String::new() } else { format!("{namespace}/") };
    let container = if container.is_empty() { String::new() } else { format!(" container {container}") };
    format!("{kind} {space}{name}{container}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_runs_an_image_is_a_place() {
        assert_eq!(place("ReplicaSet", "shop", "api-7c9", "api"), "ReplicaSet shop/api-7c9 container api");
        assert_eq!(place("Pod", "", "api", ""), "Pod api");
        assert_eq!(place("Node", "", "n1", ""), "");
        assert_eq!(place("Deployment", "shop", "", "api"), "");
    }
}

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

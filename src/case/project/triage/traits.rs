//! What objects say of themselves that bears on judging, as it is kept: see [`crate::triage::place::Traits`].

use crate::case::project::error::ProjectError;
use crate::case::project::holds::is_needed as is_held;
use crate::case::project::intern::Interner;
use crate::case::project::sources::json;
use crate::model::fact::{Item, Object};
use crate::triage::place::{Traits, kept_detail, kept_label};

/// Kinds that stand around places.
pub(super) const AROUND: [&str; 16] = [
    "Service",
    "Ingress",
    "HTTPRoute",
    "GRPCRoute",
    "TCPRoute",
    "TLSRoute",
    "UDPRoute",
    "NetworkPolicy",
    "ServiceAccount",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "Namespace",
    "Node",
    "PriorityClass",
];

/// The longest text that is kept of one object, in bytes; of a longer one the labels are left out.
const LONGEST: usize = 16 << 10;

/// Drops everything of an object that nothing judges by. What was dropped once stays dropped.
pub(crate) fn keep(object: &mut Object, used: bool) {
    if used || AROUND.contains(&object.kind.as_str()) {
        object.labels.retain(|key, _| kept_label(key));
        object.details.retain(|key, _| kept_detail(key) || is_held(key));
    } else {
        object.labels.clear();
        object.details.retain(|key, _| is_held(key));
    }
}

/// The text number of what an object says; 0 where it says nothing.
pub(in crate::case::project) fn number(
    interner: &mut Interner<'_>,
    item: &Item,
    object: &Object,
) -> Result<i64, ProjectError> {
    if object.labels.is_empty() && object.details.is_empty() {
        return Ok(0);
    }
    let mut kept = object.clone();
    keep(&mut kept, !item.uses.is_empty());
    kept.details.retain(|key, _| kept_detail(key));
    let mut traits = Traits { labels: kept.labels, details: kept.details };
    if traits == Traits::default() {
        return Ok(0);
    }
    let mut text = json(&traits)?;
    if text.len() > LONGEST {
        traits.labels.clear();
        text = json(&traits)?;
    }
    if text.len() > LONGEST { Ok(0) } else { interner.text(&text) }
}

//! Harbor's audit log, by both of its APIs (`/auditlog-exts`, and `/audit-logs` before 2.13).
//!
//! What it leaves out: requests by HEAD, answers from a client's cache (304), its own replication, the address and the agent
//! of the client; and it can be turned off (`src/controller/event/topic.go`). The tag stands in `resource`, the digest only
//! in `operation_description`.

use super::name::Parts;
use super::record::{Entry, Who};
use crate::model::fact::SightingKind;
use crate::model::pulls::Manner;

/// Reads one record. `registry` is the host that a responder named.
pub(super) fn read(entry: &mut Entry<'_, '_>, registry: Option<&str>) {
    let Some(stamp) = entry.time(&["op_time"]) else { return };
    let kind = match &*entry.text(&["operation"]) {
        "pull" => SightingKind::Pull,
        "create" | "push" => SightingKind::Push,
        _ => return entry.sum.other(stamp.at),
    };
    if !["artifact", ""].contains(&&*entry.text(&["resource_type"])) {
        return entry.sum.other(stamp.at);
    }
    if entry.text(&["operation_result"]) == "false" {
        entry.sum.failed += 1;
        return entry.sum.other(stamp.at);
    }
    let description = entry.text(&["operation_description"]);
    let digest = description.rsplit_once('@').map_or("", |(_, digest)| digest.trim());
    let resource = entry.text(&["resource"]);
    let who = Who { user: entry.text(&["username"]), ..Who::default() };
    let manner = if kind == SightingKind::Pull { entry.manner(&who) } else { Manner::Ordinary };
    let parts = Parts { image: &resource, registry: registry.unwrap_or_default(), tag: "", digest, untold: true };
    entry.count(stamp, &parts, (kind, manner), &who);
}

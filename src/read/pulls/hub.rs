//! Docker Hub's audit log (`{"logs":[…]}`): pushes, members, settings, and never a pull. Pulls stand in another report, a
//! table.

use super::name::Parts;
use super::record::{Entry, Who};
use crate::model::fact::SightingKind;
use crate::model::pulls::Manner;

/// Reads one record.
pub(super) fn read(entry: &mut Entry<'_, '_>) {
    let Some(stamp) = entry.time(&["timestamp"]) else { return };
    if entry.text(&["action"]) != "repo.tag.push" {
        return entry.sum.other(stamp.at);
    }
    let (account, name) = (entry.text(&["account"]), entry.text(&["name"]));
    let image = if name.contains('/') || account.is_empty() { name.into_owned() } else { format!("{account}/{name}") };
    let (tag, digest) = (entry.text(&["data", "tag"]), entry.text(&["data", "digest"]));
    let who = Who { user: entry.text(&["actor"]), ..Who::default() };
    let parts = Parts { image: &image, registry: "docker.io", tag: &tag, digest: &digest, untold: false };
    entry.count(stamp, &parts, (SightingKind::Push, Manner::Ordinary), &who);
}

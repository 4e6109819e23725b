//! Logs of registries: who pulled and pushed what, and when. What each leaves out stands in its own file; what is not in a
//! log is not known, never proof that nothing was pulled.
//!
//! A log may have ten million records, so none of them becomes a fact of its own: readers add them to a [`Sum`] that goes
//! from segment to segment, and the end of the log makes items of it. Nothing here opens a file or decides what a pull
//! means for an image.

mod cloudtrail;
mod distribution;
mod fields;
mod finish;
mod flat;
mod harbor;
mod hub;
mod lately;
mod manner;
mod merge;
mod name;
pub mod open;
mod record;
mod row;
mod sessions;
mod sum;
mod table;
mod time;

pub(in crate::read) use fields::{Columns, field_word};
pub(in crate::read) use sum::Sum;
pub(in crate::read) use table::{known_table, read as read_table};

use super::machines::Hints;
use super::outcome::Outcome;
use super::tree::{Kind, parse_json};
use super::{Format, Limits, Segment};
use record::Entry;

/// Reads one record of a log in JSON.
pub(super) fn read_json(
    (format, source, segment): (Format, &str, &Segment),
    hints: &Hints,
    limits: &Limits,
    sum: &mut Sum,
    out: &mut Outcome,
) {
    let tree = match parse_json(source, limits) {
        Ok(tree) => tree,
        Err(error) => return out.reject(segment.pointer.clone(), error.reason),
    };
    let Some(root) = tree.root() else { return };
    if root.kind() != Kind::Object {
        return out.reject(segment.pointer.clone(), "not an object");
    }
    let registry = fields::registry_of(hints);
    let registry = registry.as_deref();
    let mut entry = Entry { node: root, segment, length: source.len() as u64, sum: &mut *sum, out };
    match format {
        Format::HarborAudit => harbor::read(&mut entry, registry),
        Format::RegistryEvents => distribution::read(&mut entry, registry),
        Format::HubAudit => hub::read(&mut entry),
        Format::Cloudtrail => cloudtrail::read(&mut entry, limits),
        _ => flat::read(&mut entry, hints),
    }
    sum.end_segment(source.len() as u64, 0);
}

/// What logs of a format never tell, in words for people; the sources stand in each reader.
pub fn leaves_out(format: &str) -> &'static str {
    match Format::parse(format) {
        Some(Format::HarborAudit) => {
            "Harbor leaves out version checks, answers from a client's cache, its own replication and the clients' addresses"
        }
        Some(Format::HubAudit) => "Docker Hub's audit log has pushes and never pulls",
        Some(Format::Cloudtrail) => "pulls from a cache in front of the registry never reach CloudTrail",
        Some(Format::RegistryEvents) => "notifications that could not be delivered are lost",
        _ => "pulls from caches, mirrors and nodes that had the image already are in no registry's log",
    }
}

//! Reports of scanners, as far as they speak of the image that was scanned: Trivy, Grype, Syft. What they found in it is not
//! read here.
//!
//! Their layers differ: Trivy gives diffIDs and registry digests, Grype and Syft give diffIDs under the media types of
//! registry layers.

mod source;
mod trivy;

use super::lineage::{Telling, parse};
use super::outcome::Outcome;
use super::tree::{Kind, Node};
use super::{Format, Limits, Segment};

/// Reads one segment of a report of this format.
pub(super) fn read(format: Format, source: &str, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let Some(tree) = parse(source, segment, limits, out) else { return };
    let Some(root) = tree.root() else { return };
    if root.kind() != Kind::Object {
        return out.reject(segment.pointer.clone(), "a scanner's report is an object; this is none");
    }
    let mut told = Telling::new(root, &segment.pointer, out);
    match format {
        Format::TrivyJson => trivy::read(root, &mut told),
        _ => source::read(root, &mut told),
    }
    told.finish();
}

/// Says what is not read yet, so that nobody takes the silence for a clean image.
fn later(told: &mut Telling<'_>, node: Node<'_>, keys: &[&str]) {
    if keys.iter().any(|key| node.get(key).is_some_and(|list| list.elements().next().is_some())) {
        told.note("read for the image and its layers only: findings and packages are not read yet");
    }
}

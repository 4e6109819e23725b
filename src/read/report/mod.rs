//! Reports of scanners, as far as they speak of the image that was scanned: Trivy, Grype, Syft. What they found in it is
//! for [`super::scan`], which is handed the same tree.
//!
//! Their layers differ: Trivy gives diffIDs and registry digests, Grype and Syft give diffIDs under the media types of
//! registry layers.

mod source;
mod trivy;

use super::lineage::{Telling, parse};
use super::outcome::Outcome;
use super::scan::read_anchore;
use super::tree::Kind;
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
        _ => {
            source::read(root, &mut told);
            read_anchore(root, &mut told);
        }
    }
    told.finish();
}

//! What the readers of images, scans, SBOMs and attestations have in common: the item in the making, package URLs, and the
//! places where a base is named.
//!
//! Nothing here decides what stands on what. Names stay as written; what cannot be kept is rejected with its reason.

mod bases;
mod buildinfo;
mod history;
mod names;
mod purl;
mod telling;

pub(in crate::read) use bases::{annotations, in_labels, labels};
pub(in crate::read) use buildinfo::sources as build_info;
pub(in crate::read) use history::History;
pub(in crate::read) use names::{Identity, material, platform, reference};
pub(in crate::read) use purl::image as purl;
pub(in crate::read) use telling::{Telling, digest_at, digests};

use super::tree::{Tree, parse_json_whole};
use super::{Limits, Outcome, Segment};

/// Parses a segment, annotations and all; what is no JSON is rejected.
pub(in crate::read) fn parse<'a>(
    source: &'a str,
    segment: &Segment,
    limits: &Limits,
    out: &mut Outcome,
) -> Option<Tree<'a>> {
    parse_json_whole(source, limits).map_err(|error| out.reject(segment.pointer.clone(), error.reason)).ok()
}

/// A key as a part of a JSON pointer (RFC 6901, section 3).
pub(in crate::read) fn part(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

//! Attestations: in-toto statements, bare or in an envelope, and what builders write of their own builds. What a build took
//! in are materials; which of them is the base they do not tell, and no signature is checked here.
//!
//! Sources: in-toto attestation 1.0 (`spec/v1/statement.md`, `envelope.md`), SLSA provenance v0.2 and v1, BuildKit
//! `docs/attestations/slsa-definitions.md`, `docker buildx build --metadata-file`.

mod envelope;
mod metadata;
mod slsa;

use super::lineage::{Telling, parse};
use super::outcome::Outcome;
use super::tree::Kind;
use super::{Limits, Segment};

pub(in crate::read) use metadata::is_member as is_metadata_member;

/// Reads one segment.
pub(super) fn read(source: &str, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let Some(tree) = parse(source, segment, limits, out) else { return };
    let Some(root) = tree.root() else { return };
    if root.kind() != Kind::Object {
        return out.reject(segment.pointer.clone(), "an attestation is an object; this is none");
    }
    let mut told = Telling::new(root, &segment.pointer, out);
    envelope::read(root, "", 0, limits, &mut told);
    told.finish();
}

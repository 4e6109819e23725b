//! The two blobs of a source, on their way from bytes to a place in the file with a name.

use std::sync::Arc;

use super::small::{Blob, Given};
use crate::case::CaseError;
use crate::case::store::Change;
use crate::case::store::blob::{self, Packer, Staged};
use crate::case::store::pack::{Packs, SMALL_BYTES};
use crate::model::digest::Digest;

/// Packs of small stored copies and of small observations, apart: a fold reads the latter only.
pub(super) struct Shelving<'p> {
    packs: [Packs; 2],
    packer: &'p mut Packer,
}

impl<'p> Shelving<'p> {
    /// Empty packs, for one transaction.
    pub fn new(packer: &'p mut Packer) -> Self {
        Shelving { packs: [Packs::default(), Packs::default()], packer }
    }

    /// Writes what is held, before the transaction ends.
    pub fn close(&mut self, change: &Change<'_>) -> Result<(), CaseError> {
        let closed = self.packs.iter_mut().try_for_each(|packs| packs.close(change.tx(), self.packer));
        closed.map_err(|e| change.store("storing evidence", e))
    }
}

/// The two blobs of a source, stored but without a name so far.
pub(super) enum Blobs {
    /// Staged piece by piece.
    Staged(Box<(Staged, Staged)>),
    /// At hand.
    Whole(Arc<Given>),
}

/// Which of a source's blobs get a name.
pub(super) struct Keep {
    pub evidence: bool,
    pub observations: bool,
}

impl Blobs {
    /// Digest and size of the stored copy.
    pub fn evidence(&self) -> (Digest, u64) {
        match self {
            Blobs::Staged(staged) => (staged.0.digest(), staged.0.bytes()),
            Blobs::Whole(given) => (given.evidence.digest.clone(), given.evidence.bytes.len() as u64),
        }
    }

    /// What a source gave that came whole.
    pub fn given(&self) -> Option<Arc<Given>> {
        match self {
            Blobs::Staged(_) => None,
            Blobs::Whole(given) => Some(Arc::clone(given)),
        }
    }

    pub fn has_observations(&self) -> bool {
        match self {
            Blobs::Staged(staged) => staged.1.bytes() > 0,
            Blobs::Whole(given) => !given.observations.bytes.is_empty(),
        }
    }

    /// Names what is kept and drops the rest; the observations' digest where they are kept.
    pub fn end(self, keep: &Keep, change: &Change<'_>, shelf: &mut Shelving<'_>) -> Result<Option<Digest>, CaseError> {
        match self {
            Blobs::Staged(staged) => {
                let (evidence, observations) = *staged;
                let mut digest = None;
                let tx = change.tx();
                for packs in &mut shelf.packs {
                    if packs.holds(&evidence.digest()) || packs.holds(&observations.digest()) {
                        packs.name_waiting(tx).map_err(|e| change.store("storing evidence", e))?;
                    }
                }
                let done = match keep.evidence {
                    true => evidence.seal(tx).map(|_| ()),
                    false => evidence.discard(tx),
                };
                let done = done.and_then(|()| match keep.observations {
                    true => observations.seal(tx).map(|sealed| digest = Some(sealed)),
                    false => observations.discard(tx),
                });
                done.map(|()| digest).map_err(change.sql("storing evidence"))
            }
            Blobs::Whole(given) => {
                let [copies, lines] = &mut shelf.packs;
                // A file may be what was read out of another.
                if keep.evidence && !lines.holds(&given.evidence.digest) {
                    pack_whole(change, copies, &given.evidence, shelf.packer)?;
                }
                if keep.observations && !copies.holds(&given.observations.digest) {
                    pack_whole(change, lines, &given.observations, shelf.packer)?;
                }
                Ok(keep.observations.then(|| given.observations.digest.clone()))
            }
        }
    }
}

fn pack_whole(change: &Change<'_>, packs: &mut Packs, blob: &Blob, packer: &mut Packer) -> Result<(), CaseError> {
    let stored = if blob.bytes.len() > SMALL_BYTES {
        let holder = crate::case::store::holder(change.env());
        blob::store(change.tx(), change.env().now(), &holder, &blob.bytes).map(|_| ())
    } else {
        packs.add(change.tx(), &blob.digest, &blob.bytes, packer)
    };
    stored.map_err(|e| change.store("storing evidence", e))
}

//! The hashes of a source's two blobs, made while their bytes come in.
//!
//! Most evidence holds no secret, so what is stored of it is the original, and that was hashed while it was read. Hashing it
//! once more would be a tenth of an import's work: it is put off until a byte is another one.

use rusqlite::Connection;
use sha2::Sha256;

use super::feed::Ended;
use crate::case::store::blob::{Frame, Staged, StoreError};

/// Hashes of a source.
#[derive(Default)]
pub(super) struct Hashes {
    pub evidence: Copied,
    pub observations: Sha256,
}

/// The stored copy of a source, as far as it came in.
pub(super) enum Copied {
    /// Every byte is the original's: its hash is enough.
    Same,
    /// It has a hash of its own.
    Own(Sha256),
}

impl Default for Copied {
    fn default() -> Copied {
        Copied::Own(Sha256::default())
    }
}

impl Copied {
    /// A copy that begins; of bytes that were decoded it cannot be the original.
    pub fn begin(transforms: &[String]) -> Copied {
        if transforms.is_empty() { Copied::Same } else { Copied::default() }
    }

    /// Takes the next frames, and drops their raw bytes.
    pub fn take(&mut self, frames: &mut [Frame]) {
        match self {
            Copied::Same => frames.iter_mut().for_each(Frame::forget),
            Copied::Own(hash) => frames.iter_mut().for_each(|frame| frame.hash_into(hash)),
        }
    }

    /// Other bytes come: what came before is hashed now, where it is stored and where it waits.
    pub fn part<'f>(
        &mut self,
        conn: &Connection,
        staged: Option<&Staged>,
        waiting: impl Iterator<Item = &'f Frame>,
    ) -> Result<(), StoreError> {
        if let Copied::Same = self {
            let mut hash = Sha256::default();
            staged.map_or(Ok(()), |staged| staged.hash_stored(conn, &mut hash))?;
            for frame in waiting {
                frame.unpack_into(&mut hash)?;
            }
            *self = Copied::Own(hash);
        }
        Ok(())
    }

    /// Tells the stored copy its hash.
    pub fn tell(self, conn: &Connection, ended: &Ended, staged: &mut Staged) -> Result<(), StoreError> {
        match (self, &ended.original) {
            (Copied::Own(hash), _) => staged.adopt(hash),
            (Copied::Same, Some((digest, bytes))) if *bytes == staged.bytes() && ended.transforms.is_empty() => {
                staged.adopt_digest(digest.clone());
            }
            // A part of it was not stored.
            (Copied::Same, _) => {
                let mut hash = Sha256::default();
                staged.hash_stored(conn, &mut hash)?;
                staged.adopt(hash);
            }
        }
        Ok(())
    }
}

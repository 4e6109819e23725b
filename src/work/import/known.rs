//! What the case holds already, so that getting the same again adds nothing.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::sync::Arc;

use super::feed::Begun;
use super::{Content, Input};
use crate::case::state::Source;
use crate::case::{Case, CaseError};
use crate::collect::walk;
use crate::model::acquisition::Acquisition;
use crate::model::digest::Digest;
use crate::model::id::Id;

/// Acquisitions that count, and places with their sizes.
#[derive(Clone, Default)]
pub(super) struct Known {
    ids: HashSet<Id>,
    /// As they stand in the case, to be shown again.
    sources: Arc<BTreeMap<Id, Source>>,
    sizes: HashMap<String, HashSet<u64>>,
}

impl Known {
    pub fn of(case: &Case) -> Result<Self, CaseError> {
        let (state, _) = case.state()?;
        let mut known = Known::default();
        for (id, source) in &state.sources {
            known.ids.insert(*id);
            known.sizes.entry(source.acquisition.place()).or_default().insert(source.acquisition.original_bytes);
        }
        known.sources = Arc::new(state.sources);
        Ok(known)
    }

    /// What the case held under that id when the import began.
    pub fn source(&self, id: Id) -> Option<&Source> {
        self.sources.get(&id)
    }

    /// True where the id was not known before.
    pub fn add(&mut self, id: Id) -> bool {
        self.ids.insert(id)
    }

    /// The acquisition that this input repeats. Only a file of a known place and size is worth hashing beforehand.
    pub fn same_again(&self, input: &Input, begun: &Begun) -> Option<Id> {
        let Content::File(source) = &input.content else { return None };
        let place = format!("{}/{}", input.origin.root.trim_end_matches('/'), input.origin.path);
        let size = input.bytes?;
        self.sizes.get(&place).filter(|sizes| sizes.contains(&size))?;
        let digest = hash_file(source)?;
        let id = Acquisition::derive_id(&digest, &begun.origin, begun.context.as_deref(), &begun.options);
        self.ids.contains(&id).then_some(id)
    }
}

fn hash_file(source: &walk::Source) -> Option<Digest> {
    use sha2::{Digest as _, Sha256};
    let mut file = walk::open(source).ok()?;
    let mut hash = Sha256::new();
    let mut chunk = vec![0; 256 << 10];
    loop {
        match file.read(&mut chunk).ok()? {
            0 => break,
            n => hash.update(chunk.get(..n)?),
        }
    }
    Some(Digest::from_sha256(&hash.finalize().into()))
}

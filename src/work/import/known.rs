//! What the case holds already, so that getting the same again adds nothing.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::sync::Arc;

use super::feed::Begun;
use super::pages::Pages;
use crate::case::state::Source;
use crate::case::{Case, CaseError};
use crate::collect::walk;
use crate::model::acquisition::Acquisition;
use crate::model::digest::Digest;
use crate::model::id::Id;

/// Acquisitions that count. A clone shares what the case held when the import began.
#[derive(Clone, Default)]
pub(super) struct Known {
    before: Arc<Before>,
    added: HashSet<Id>,
    /// Pages of live lists.
    pub pages: Pages,
}

/// What the case held when the import began.
#[derive(Default)]
struct Before {
    /// As they stand in the case, to be shown again.
    sources: BTreeMap<Id, Source>,
    /// Sizes of what was got, by place.
    sizes: HashMap<String, HashSet<u64>>,
}

impl Known {
    pub fn of(case: &Case) -> Result<Self, CaseError> {
        let sources = case.current()?.sources;
        let mut sizes: HashMap<String, HashSet<u64>> = HashMap::with_capacity(sources.len());
        for source in sources.values() {
            sizes.entry(source.acquisition.place()).or_default().insert(source.acquisition.original_bytes);
        }
        let pages = Pages::of(sources.values());
        Ok(Known { before: Arc::new(Before { sources, sizes }), added: HashSet::new(), pages })
    }

    /// What the case held under that id when the import began.
    pub fn source(&self, id: Id) -> Option<&Source> {
        self.before.sources.get(&id)
    }

    /// True where the id was not known before.
    pub fn add(&mut self, id: Id) -> bool {
        !self.before.sources.contains_key(&id) && self.added.insert(id)
    }

    fn has(&self, id: Id) -> bool {
        self.before.sources.contains_key(&id)
    }

    /// Whether a file of that place and size is in the case: only then is it worth hashing beforehand.
    pub fn perhaps_again(&self, begun: &Begun, bytes: u64) -> bool {
        if self.before.sizes.is_empty() {
            return false;
        }
        let place = format!("{}/{}", begun.origin.root.trim_end_matches('/'), begun.origin.path);
        self.before.sizes.get(&place).is_some_and(|sizes| sizes.contains(&bytes))
    }

    /// The acquisition that an input of that digest repeats.
    pub fn same_again(&self, digest: &Digest, begun: &Begun) -> Option<Id> {
        let id = Acquisition::derive_id(digest, &begun.origin, begun.context.as_deref(), &begun.options);
        self.has(id).then_some(id)
    }
}

/// The digest of a file's bytes as they are; `None` where they cannot be read, which is told when they are imported.
pub(super) fn hash_file(source: &walk::Source) -> Option<Digest> {
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

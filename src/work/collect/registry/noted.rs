//! A collection from registries that is under way: what was begun, so that one that was interrupted goes on. What it had got
//! is in the case and nowhere else.

use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

use super::super::run::write;
use super::{Asking, CollectingImages};
use crate::case::Case;
use crate::collect::registry::Asked;
use crate::model::id::{Id, hex};
use crate::model::time::Micros;

/// A collection that is older than this is begun anew: what it got speaks of another time. Microseconds.
const TOO_OLD: i64 = 3_600_000_000;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Content {
    collection: String,
    asking: Asking,
    began: Micros,
}

/// The collection.
pub(super) struct Noted {
    file: PathBuf,
    content: Content,
    resumed: bool,
}

impl Noted {
    /// Goes on with what was interrupted, where the same was asked for, or begins.
    pub fn of(case: &Case, collecting: &CollectingImages) -> Result<Noted, String> {
        let env = case.env();
        let id = Id::derived("registry collection", &[&hex(&case.id().0)]);
        let file = env.state_dir.join("collect").join(format!("{id}.json"));
        let before = read(&file).filter(|before| {
            let age = env.now().0.saturating_sub(before.began.0);
            before.asking == collecting.asking && (0..TOO_OLD).contains(&age) && !collecting.fresh
        });
        let resumed = before.is_some();
        let content = match before {
            Some(content) => content,
            None => {
                let mut word = [0; 8];
                (env.random)(&mut word)?;
                Content { collection: hex(&word), asking: collecting.asking.clone(), began: env.now() }
            }
        };
        // Without the file a collection works all the same; it only cannot be gone on with.
        if let Err(error) = write(&file, &content) {
            tracing::warn!("{}: {error}", file.display());
        }
        Ok(Noted { file, content, resumed })
    }

    /// The collection's word, as recorded with each answer.
    pub fn collection(&self) -> &str {
        &self.content.collection
    }

    /// When it was begun, where it is gone on with.
    pub fn resumed(&self) -> Option<Micros> {
        self.resumed.then_some(self.content.began)
    }

    /// Forgets a collection that ended.
    pub fn end(&self, asked: &Asked) {
        if !asked.stopped {
            let _ = fs::remove_file(&self.file);
        }
    }
}

fn read(file: &Path) -> Option<Content> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

//! Why the projections could not be filled or read.

/// Errors of the projections. None of them means that evidence or events are lost: projections are a cache.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// SQLite refused.
    #[error("the projections could not be read or written: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A projection holds what no fold of this version writes.
    #[error("the projections are damaged: {0}; `hullbreach rebuild` makes them anew from the evidence")]
    Damaged(String),
}

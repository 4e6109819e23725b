//! What can go wrong with a case file, in words that say where, why and what to do next.

use std::path::PathBuf;

/// An error of the case file.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// No such file.
    #[error("{}: there is no such case file; make one with `hullbreach new`, or name another with --case", .0.display())]
    Missing(PathBuf),
    /// A file of that name exists already.
    #[error("{}: exists already; a new case never overwrites a file, choose another name", .0.display())]
    Exists(PathBuf),
    /// The file is not a case.
    #[error("{}: {what}; it is not a case file of hullbreach, or it was altered; nothing was read from it", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        what: String,
    },
    /// Written by a newer version.
    #[error("{}: the case has format {found}, this hullbreach knows up to {known}; use the newer hullbreach that wrote it", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// Its projections were folded by an earlier version, and may not be folded anew.
    #[error("{}: was last used with an earlier hullbreach, and what is shown must be made anew from the events first; run `hullbreach rebuild` where the file may be written (the events stay as they are), or copy the case, with its -wal file where there is one, to such a place", path.display())]
    EarlierViews {
        /// The file.
        path: PathBuf,
    },
    /// Its projections were folded by a newer version.
    #[error("{}: was last used with a newer hullbreach; use that one, or get a copy that only this one was used with; nothing was changed", path.display())]
    NewerViews {
        /// The file.
        path: PathBuf,
    },
    /// The schema is not exactly ours.
    #[error("{}: the schema was altered: {what}; nothing was read from it; get an untouched copy, and keep this one as evidence", path.display())]
    Schema {
        /// The file.
        path: PathBuf,
        /// What differs.
        what: String,
    },
    /// A setting did not take.
    #[error("{}: SQLite did not accept {setting} (it says {got}); the case is not safe here, move it to a local disk", path.display())]
    Setting {
        /// The file.
        path: PathBuf,
        /// The setting.
        setting: &'static str,
        /// What was read back.
        got: String,
    },
    /// The file lies on a network or FUSE file system.
    #[error("{}: lies on {kind}, where SQLite's write-ahead log is not safe; put the case on a local disk", path.display())]
    NotLocal {
        /// The file.
        path: PathBuf,
        /// The file system.
        kind: &'static str,
    },
    /// Opened for reading only.
    #[error("{}: opened read-only ({why}); {what} needs to write: copy the case, with its -wal file where there is one, to a place you may write to", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
        /// What was tried.
        what: &'static str,
    },
    /// Another process held the file for too long.
    #[error("{}: another process has been writing for more than {seconds} s; nothing was changed, try again", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
        /// How long we waited.
        seconds: u64,
    },
    /// No room.
    #[error("{}: no room left for {what}; what was stored before stays; free space (or raise HULLBREACH_MAX_CASE_BYTES) and do it again", path.display())]
    Full {
        /// The file.
        path: PathBuf,
        /// What was being stored.
        what: &'static str,
    },
    /// The file vanished while open.
    #[error("{}: the case file was removed or replaced while it was open; {rescue}", path.display())]
    Vanished {
        /// The file.
        path: PathBuf,
        /// What was done about it.
        rescue: String,
    },
    /// The file is damaged.
    #[error("{}: {what}; run `hullbreach verify` and keep this file as it is", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The device key cannot be read or made.
    #[error("{}: {what}; events cannot be signed without the device key", path.display())]
    Key {
        /// The key file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// Something was asked that the case refuses.
    #[error("{0}")]
    Refused(String),
    /// Somebody asked to stop.
    #[error("stopped before the end; nothing was changed")]
    Stopped,
    /// An event breaks a rule of the format.
    #[error(transparent)]
    Event(#[from] super::events::EventError),
    /// Projections could not be folded or asked.
    #[error("the projections: {0}; `hullbreach rebuild` makes them anew from the events")]
    Projection(String),
    /// SQLite.
    #[error("{}: {source}", path.display())]
    Sql {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The operating system.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Turns what SQLite says into words; a full disk and a busy file are told apart from the rest.
pub(crate) fn from_sql(path: &std::path::Path, what: &'static str, source: rusqlite::Error) -> CaseError {
    use rusqlite::ErrorCode;
    let path = path.to_path_buf();
    let swept = matches!(source, rusqlite::Error::StatementChangedRows(_))
        || source.sqlite_error().is_some_and(|e| e.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY);
    match source.sqlite_error_code() {
        _ if swept => CaseError::Refused(format!(
            "{}: {what}: what was being stored was swept away by another process, to which this one seemed dead; do it again",
            path.display()
        )),
        Some(ErrorCode::DiskFull) => CaseError::Full { path, what },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            CaseError::Busy { path, seconds: super::store::BUSY_SECONDS }
        }
        Some(ErrorCode::ReadOnly) => CaseError::ReadOnly { path, why: "the file may not be written".into(), what },
        Some(ErrorCode::NotADatabase) => CaseError::Foreign { path, what: "it is no SQLite database".into() },
        Some(ErrorCode::DatabaseCorrupt) => CaseError::Damaged { path, what: source.to_string() },
        _ => CaseError::Sql { path, source },
    }
}

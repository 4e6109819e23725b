//! The file itself: creating and opening it, its settings and schema, its blobs, and appending events.

pub mod append;
pub mod blob;
mod chain;
mod create;
mod earlier;
mod holder;
mod load;
pub mod pack;
mod rescue;
pub mod schema;
mod settings;

pub use append::{Change, Draft};
pub use create::{NewCase, group_id};
pub use holder::{Fate, fate, holder};
pub use load::{EventRow, decode};
pub(crate) use load::{arrivals, current};
pub use settings::BUSY_SECONDS;
pub(crate) use settings::beside;

use rusqlite::Connection;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::{CaseError, from_sql};
use super::events::EventHash;
use crate::env::Env;
use earlier::Layout;

/// The largest file that is written anew in memory.
const REWRITE_IN_MEMORY: i64 = 128 << 20;

/// What a case is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Questions only; nothing is written, not even projections.
    Read,
    /// Events may be appended.
    Write,
}

/// An open case.
pub struct Case {
    path: PathBuf,
    conn: Connection,
    access: Access,
    id: EventHash,
    inode: (u64, u64),
    env: Env,
    chain: Option<chain::Chain>,
    /// The earlier version whose projections were taken away when the file was opened.
    folded_by: Option<u32>,
}

impl Case {
    /// Opens a case file. Refuses what is not a case, what a newer version wrote, what lies on a network file system and
    /// any schema but ours, before one row of it is believed. Projections of an earlier version are taken away where the
    /// file may be written, and are to be folded anew ([`Case::folded_by`]); for questions only it is refused.
    pub fn open(path: &Path, access: Access, env: &Env) -> Result<Self, CaseError> {
        let path = resolve(path, env)?;
        let meta = std::fs::symlink_metadata(&path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => CaseError::Missing(path.clone()),
            _ => CaseError::Io { path: path.clone(), source },
        })?;
        if meta.file_type().is_symlink() {
            let what = "is a symbolic link; name the file it points to".to_owned();
            return Err(CaseError::Foreign { path, what });
        }
        if !meta.is_file() {
            return Err(CaseError::Foreign { path, what: "is not a regular file".into() });
        }
        if let Some(kind) = settings::remote_file_system(&path) {
            return Err(CaseError::NotLocal { path, kind });
        }
        if meta.len() == 0 {
            return Err(CaseError::Foreign { path, what: "is empty".into() });
        }
        let cap = cap(env)?;
        let mut conn = settings::connect(&path, access)?;
        check_header(&conn, &path)?;
        if access == Access::Write {
            check_writable(&conn, &path, &meta)?;
        }
        settings::pragmas(&conn, &path, access, cap)?;
        let folded_by = match (earlier::judge(&conn, &path)?, access) {
            (Layout::Ours, _) => None,
            (Layout::Earlier(_), Access::Read) => return Err(CaseError::EarlierViews { path }),
            (Layout::Earlier(version), Access::Write) => {
                earlier::lay_out_anew(&mut conn, &path)?;
                Some(version)
            }
        };
        let id = genesis(&conn, &path)?;
        let inode = (meta.dev(), meta.ino());
        Ok(Case { path, conn, access, id, inode, env: env.clone(), chain: None, folded_by })
    }

    /// The earlier version whose projections were taken away when the file was opened: it shows nothing until it is
    /// refreshed.
    pub fn folded_by(&self) -> Option<u32> {
        self.folded_by
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The connection, for questions.
    pub fn conn(&self) -> &Connection {
        &self.conn
    }

    /// The case's id: the hash of its genesis event.
    pub fn id(&self) -> EventHash {
        self.id
    }

    /// What it was opened for.
    pub fn access(&self) -> Access {
        self.access
    }

    /// The outside world it was opened with.
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// From now on a question fails soon after the flag is set; none lets every question end by itself.
    pub(crate) fn interrupt_when(&mut self, stop: Option<Arc<AtomicBool>>) {
        interrupt_when(&mut self.conn, stop);
    }

    /// A second, read-only connection to a file that is open, for another thread.
    pub(crate) fn reading_connection(path: &Path) -> Result<Connection, CaseError> {
        settings::connect(path, Access::Read)
    }

    /// A second connection that may write, for another thread.
    pub(in crate::case) fn second_connection(&self) -> Result<Connection, CaseError> {
        let conn = settings::connect(&self.path, Access::Write)?;
        settings::pragmas(&conn, &self.path, Access::Write, cap(&self.env)?)?;
        settings::copies(&conn).map_err(self.sql("settings"))?;
        Ok(conn)
    }

    /// Says that from now on rows are only added, or that anything may come again: fewer pages are then held in memory.
    pub(crate) fn only_adds(&self, adds: bool) -> Result<(), CaseError> {
        settings::only_adds(&self.conn, adds).map_err(self.sql("settings"))
    }

    /// Runs `act` with another connection to the same file in the place of its own.
    pub(in crate::case) fn with_connection<T>(
        &mut self,
        other: &mut Connection,
        act: impl FnOnce(&mut Self) -> T,
    ) -> T {
        std::mem::swap(&mut self.conn, other);
        let done = act(self);
        std::mem::swap(&mut self.conn, other);
        done
    }

    /// Turns SQLite's word into ours.
    pub(crate) fn sql(&self, what: &'static str) -> impl Fn(rusqlite::Error) -> CaseError + use<> {
        let path = self.path.clone();
        move |source| from_sql(&path, what, source)
    }

    /// Gives back the memory of pages that were read or written and are not needed now.
    pub(crate) fn release_memory(&self) -> Result<(), CaseError> {
        self.conn.execute_batch("PRAGMA shrink_memory").map_err(self.sql("giving back memory"))
    }

    /// Writes the whole file anew. SQLite moves rows between pages and leaves copies where they were: `secure_delete`
    /// overwrites a row where it is when it goes, not where it has been. False where another process is writing.
    pub(crate) fn rewrite(&self) -> Result<bool, CaseError> {
        let sql = self.sql("writing the file anew without what was destroyed");
        let number =
            |pragma: &str| self.conn.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).map_err(&sql);
        let bytes = number("page_count")?.saturating_mul(number("page_size")?);
        // SQLite builds the new file in a temporary one first: in memory, unless it is too large for that.
        let large = bytes > REWRITE_IN_MEMORY;
        if large {
            self.conn.pragma_update(None, "temp_store", "FILE").map_err(&sql)?;
        }
        let done = self.conn.execute_batch("VACUUM").map_err(&sql);
        if large {
            self.conn.pragma_update(None, "temp_store", "MEMORY").map_err(&sql)?;
        }
        match done {
            Ok(()) => Ok(true),
            Err(CaseError::Busy { .. }) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Moves what the write-ahead log holds into the file and empties the log; false while another process reads.
    pub fn checkpoint(&self) -> Result<bool, CaseError> {
        let busy: i64 = self
            .conn
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(self.sql("emptying the log"))?;
        Ok(busy == 0)
    }
}

/// From now on what this connection does fails soon after the flag is set; none lets everything end by itself.
pub(crate) fn interrupt_when(conn: &mut Connection, stop: Option<Arc<AtomicBool>>) {
    // Steps of SQLite's machine between two looks at the flag: some tens of microseconds.
    const STEPS: i32 = 5_000;
    let stop = stop.map(|stop| move || stop.load(Ordering::Relaxed));
    // It fails only for a connection that is closed, which answers nothing anyway.
    let _ = conn.progress_handler(STEPS, stop);
}

/// The absolute path with a resolved folder: SQLite refuses links anywhere in a path, people have them in theirs.
fn resolve(path: &Path, env: &Env) -> Result<PathBuf, CaseError> {
    let absolute = env.current_dir.join(path);
    let (Some(folder), Some(name)) = (absolute.parent(), absolute.file_name()) else {
        return Err(CaseError::Missing(absolute));
    };
    match folder.canonicalize() {
        Ok(folder) => Ok(folder.join(name)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(CaseError::Missing(absolute)),
        Err(source) => Err(CaseError::Io { path: folder.to_path_buf(), source }),
    }
}

/// The most bytes a case may grow to, where the responder (or a test of a full disk) set one.
fn cap(env: &Env) -> Result<Option<u64>, CaseError> {
    const NAME: &str = "HULLBREACH_MAX_CASE_BYTES";
    let Some(text) = env.vars.get(NAME).map(|t| t.trim()).filter(|t| !t.is_empty()) else { return Ok(None) };
    let bad = || CaseError::Refused(format!("{NAME} is {text:?}; it takes a number of bytes, as 2000000000"));
    text.parse().map(Some).map_err(|_| bad())
}

/// A file that may not be written opens for reading without a word; said now rather than after an hour's work.
fn check_writable(conn: &Connection, path: &Path, meta: &std::fs::Metadata) -> Result<(), CaseError> {
    let what = "a change";
    if conn.is_readonly(rusqlite::MAIN_DB).map_err(|e| from_sql(path, "opening", e))? {
        return Err(CaseError::ReadOnly { path: path.to_path_buf(), why: "the file may not be written".into(), what });
    }
    if meta.nlink() > 1 {
        // SQLite keeps the log beside the name it was given: under two names one file has two logs and is soon damaged.
        return Err(CaseError::Refused(format!(
            "{}: the file has {} names (hard links), and writing under more than one of them would damage it; remove the \
             other names, or copy the case",
            path.display(),
            meta.nlink()
        )));
    }
    Ok(())
}

fn check_header(conn: &Connection, path: &Path) -> Result<(), CaseError> {
    let sql = |e| from_sql(path, "reading the header", e);
    let number = |pragma: &str| conn.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).map_err(sql);
    if number("application_id")? != schema::APPLICATION_ID {
        let what = "its header does not carry hullbreach's application id".to_owned();
        return Err(CaseError::Foreign { path: path.to_path_buf(), what });
    }
    let found = number("user_version")?;
    if found > schema::USER_VERSION {
        return Err(CaseError::Newer { path: path.to_path_buf(), found, known: schema::USER_VERSION });
    }
    if found < schema::USER_VERSION {
        let what = format!("its format is {found}, which no released hullbreach wrote");
        return Err(CaseError::Foreign { path: path.to_path_buf(), what });
    }
    Ok(())
}

/// The row of the event that a case began with, its kind being `?1`: the first of its writer. Writers are found one after
/// another in their index, for a case has few of them and may have many large events.
pub(in crate::case) const GENESIS_ID: &str = "(WITH RECURSIVE writers (writer) AS (SELECT min(writer) FROM event \
     UNION ALL SELECT (SELECT min(e.writer) FROM event e WHERE e.writer > w.writer) FROM writers w WHERE w.writer IS NOT NULL) \
     SELECT e.id FROM writers w JOIN event e ON e.writer = w.writer AND e.seq = 1 WHERE e.kind = ?1 \
     ORDER BY e.lamport, e.hash LIMIT 1)";

/// The genesis event's hash, as the file tells it; [`super::verify`] holds it against the events.
fn genesis(conn: &Connection, path: &Path) -> Result<EventHash, CaseError> {
    let found: Option<[u8; 32]> = rusqlite::OptionalExtension::optional(conn.query_row(
        &format!("SELECT hash FROM event WHERE id = {GENESIS_ID}"),
        [super::events::kinds::GENESIS],
        |row| row.get(0),
    ))
    .map_err(|e| from_sql(path, "reading the case id", e))?;
    found
        .map(EventHash)
        .ok_or_else(|| CaseError::Damaged { path: path.to_path_buf(), what: "has no genesis event".into() })
}

//! Settings of every connection, each one read back: a SQLite that silently keeps another value would lose the last
//! minutes of a case on power loss, or trust a hostile file.

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

use super::Access;
use crate::case::error::{CaseError, from_sql};

/// How long a process waits for another one's write.
pub const BUSY_SECONDS: u64 = 10;

/// Opens a connection with every setting of the house.
pub(super) fn connect(path: &Path, access: Access) -> Result<Connection, CaseError> {
    let base = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let sql = |e| from_sql(path, "opening", e);
    let conn = match access {
        Access::Write => Connection::open_with_flags(path, base | OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(sql)?,
        Access::Read => read_only(path, base)?,
    };
    harden(&conn).map_err(sql)?;
    Ok(conn)
}

/// Another connection that reads the same file, for questions that are asked side by side. `None` where there is no file,
/// where this one sees what others do not yet, or where it cannot be opened again: they are then asked one by one.
pub(crate) fn beside(conn: &Connection) -> Option<Connection> {
    let path = conn.path().filter(|path| !path.is_empty() && conn.is_autocommit())?;
    let beside = connect(Path::new(path), Access::Read).ok()?;
    hold_pages(&beside, HELD_ADDING_KIB).ok()?;
    Some(beside)
}

/// A read-only connection. On a medium that cannot be written, SQLite cannot make the shared-memory file of a
/// write-ahead log; if there is no log to replay, the file is whole by itself and is opened as immutable.
fn read_only(path: &Path, base: OpenFlags) -> Result<Connection, CaseError> {
    let sql = |e| from_sql(path, "opening", e);
    let plain = Connection::open_with_flags(path, base | OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(sql)?;
    let works = plain.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
    let Err(error) = works else { return Ok(plain) };
    // Either the shared-memory file cannot be made, or one that was left there cannot be written.
    let no_index =
        matches!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::ReadOnly));
    if !no_index {
        return Err(sql(error));
    }
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if std::fs::metadata(log).is_ok_and(|m| m.len() > 0) {
        let why = "nothing may be made beside it".to_owned();
        return Err(CaseError::ReadOnly { path: path.to_path_buf(), why, what: "reading what its -wal file holds" });
    }
    let uri = format!("file:{}?immutable=1", percent_encoded(path));
    let flags = base | OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(uri, flags).map_err(sql)
}

fn percent_encoded(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-' | b'_');
    path.as_os_str()
        .as_bytes()
        .iter()
        .map(|&b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// Takes away what a hostile file could use.
fn harden(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(Duration::from_secs(BUSY_SECONDS))?;
    for (option, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
    ] {
        conn.set_db_config(option, on)?;
    }
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_LENGTH, 64 << 20),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (Limit::SQLITE_LIMIT_COLUMN, 100),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 200),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 20),
        // One is what VACUUM INTO needs; nothing of ours attaches anything.
        (Limit::SQLITE_LIMIT_ATTACHED, 1),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    ] {
        conn.set_limit(limit, value)?;
    }
    Ok(())
}

/// Sets and reads back the pragmas. `cap` is the most bytes the file may grow to.
pub(super) fn pragmas(conn: &Connection, path: &Path, access: Access, cap: Option<u64>) -> Result<(), CaseError> {
    let sql = |e| from_sql(path, "settings", e);
    let mut wanted: Vec<(&'static str, &'static str)> = vec![
        ("foreign_keys", "1"),
        ("trusted_schema", "0"),
        ("cell_size_check", "1"),
        ("mmap_size", "0"),
        ("temp_store", "2"),
        ("synchronous", "2"),
    ];
    if access == Access::Write {
        wanted.extend([
            ("journal_mode", "wal"),
            ("secure_delete", "1"),
            ("fullfsync", "1"),
            ("checkpoint_fullfsync", "1"),
        ]);
    }
    for (pragma, value) in wanted {
        conn.pragma_update_and_check(None, pragma, value, |_| Ok(())).or_else(ignore_no_row).map_err(sql)?;
        let got = conn
            .pragma_query_value(None, pragma, |row| row.get::<_, rusqlite::types::Value>(0))
            .or_else(|e| match e {
                // A build without memory mapping has no mmap_size to tell.
                rusqlite::Error::QueryReturnedNoRows if pragma == "mmap_size" => Ok(0.into()),
                other => Err(other),
            })
            .map_err(sql)?;
        let got = match got {
            rusqlite::types::Value::Integer(n) => n.to_string(),
            rusqlite::types::Value::Text(t) => t,
            other => format!("{other:?}"),
        };
        if got != value {
            return Err(CaseError::Setting { path: path.to_path_buf(), setting: pragma, got });
        }
    }
    // Room for the pages a large import dirties (taken only as needed): a smaller cache writes them to the log, reads them
    // back and writes them again, and 200,000 pods would cost more each than 20,000.
    hold_pages(conn, HELD_KIB).map_err(sql)?;
    if access == Access::Write {
        // 32 MiB of log between checkpoints: each one waits for the disk twice.
        conn.pragma_update_and_check(None, "wal_autocheckpoint", 4096, |_| Ok(())).map_err(sql)?;
    }
    if let (Some(cap), Access::Write) = (cap, access) {
        let page: i64 = conn.pragma_query_value(None, "page_size", |row| row.get(0)).map_err(sql)?;
        // Zero would mean "as before".
        let pages = (i64::try_from(cap).unwrap_or(i64::MAX) / page.max(1)).clamp(1, i64::from(u32::MAX) - 1);
        conn.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).map_err(sql)?;
    }
    Ok(())
}

/// Pages in memory, in KiB.
const HELD_KIB: i64 = 160_000;
/// The same where rows are only added, mostly behind those that are there.
const HELD_ADDING_KIB: i64 = 16_000;
/// The same where what was folded in memory is copied, so that it is held twice for a while.
const HELD_COPYING_KIB: i64 = 8_000;

/// Holds at most so many KiB of pages that could be read again.
fn hold_pages(conn: &Connection, kib: i64) -> rusqlite::Result<()> {
    conn.pragma_update(None, "cache_size", -kib)
}

/// Holds fewer still, for a connection that holds tables of its own in memory and copies them.
pub(super) fn copies(conn: &Connection) -> rusqlite::Result<()> {
    hold_pages(conn, HELD_COPYING_KIB)
}

/// Holds few pages, for a connection that only adds rows, or as many as another does.
pub(super) fn only_adds(conn: &Connection, adds: bool) -> rusqlite::Result<()> {
    hold_pages(conn, if adds { HELD_ADDING_KIB } else { HELD_KIB })
}

fn ignore_no_row(error: rusqlite::Error) -> rusqlite::Result<()> {
    match error {
        rusqlite::Error::QueryReturnedNoRows => Ok(()),
        other => Err(other),
    }
}

/// The name of a file system on which a write-ahead log is not safe, by the magic numbers of statfs(2).
pub(super) fn remote_file_system(path: &Path) -> Option<&'static str> {
    #[cfg(target_os = "linux")]
    {
        let magic = rustix::fs::statfs(path).ok()?.f_type as u64 & 0xffff_ffff;
        match magic {
            0x6969 => Some("NFS"),
            0xfe53_4d42 => Some("SMB"),
            0xff53_4d42 => Some("CIFS"),
            0x517b => Some("SMB"),
            0x0102_1997 => Some("9P"),
            0x6573_5546 => Some("FUSE"),
            0x5346_414f => Some("AFS"),
            0x00c3_6400 => Some("Ceph"),
            _ => None,
        }
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = path;
        None
    }
}

//! Making a case: the file appears whole, with its genesis and its first member, or not at all.

use rusqlite::Connection;
use rustix::io::Errno;
use std::fs;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use super::append::{Draft, NOT_YET};
use super::{Access, Case, cap, schema, settings};
use crate::case::error::{CaseError, from_sql};
use crate::case::events::EventHash;
use crate::case::events::kinds::{self, Genesis};
use crate::case::identity::{Binding, sync_dir};
use crate::env::Env;
use crate::model::id::hex;

/// What a new case starts with.
#[derive(Debug, Clone)]
pub struct NewCase {
    /// The first statement.
    pub genesis: Genesis,
    /// A Unix group that shares the file on one machine: mode 0660 instead of 0600.
    pub group: Option<u32>,
}

impl Case {
    /// Makes a new case file. Built under a temporary name beside its place and moved there, so that an existing file is
    /// never overwritten and a half-made one never seen.
    pub fn create(path: &Path, new: &NewCase, env: &Env) -> Result<Self, CaseError> {
        let absolute = super::resolve(path, env).map_err(no_folder)?;
        if fs::symlink_metadata(&absolute).is_ok() {
            return Err(CaseError::Exists(absolute));
        }
        let folder = absolute.parent().unwrap_or(Path::new("/"));
        if let Some(kind) = settings::remote_file_system(folder) {
            return Err(CaseError::NotLocal { path: absolute, kind });
        }
        let mut nonce = [0; 8];
        (env.random)(&mut nonce).map_err(CaseError::Refused)?;
        let temporary = absolute.with_file_name(format!(".hullbreach-{}.new", hex(&nonce)));
        let made = empty_file(&temporary, new.group)
            .and_then(|()| lay_out(&temporary, env))
            .and_then(|()| Self::state_genesis(&temporary, new, env))
            .and_then(|id| {
                let placed = place(&temporary, &absolute);
                match &placed {
                    Ok(()) => Binding::moved(env, &id, &temporary, &absolute)?,
                    Err(_) => Binding::forget(env, &id, &temporary),
                }
                placed
            });
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let mut leftover = temporary.as_os_str().to_owned();
            leftover.push(suffix);
            let _ = fs::remove_file(leftover);
        }
        made?;
        Self::open(&absolute, Access::Write, env)
    }

    /// Writes the first events and closes the file, so that all of them are in it and nothing is beside it.
    fn state_genesis(path: &Path, new: &NewCase, env: &Env) -> Result<EventHash, CaseError> {
        let mut case = Self::begin(path, env)?;
        let draft = Draft::new(kinds::GENESIS, kinds::to_value(&new.genesis)?);
        case.change("making the case", |change| change.append(vec![draft]))?;
        let id = case.id;
        case.conn.close().map_err(|(_, e)| from_sql(path, "making the case", e))?;
        Ok(id)
    }

    /// Opens the file that [`lay_out`] made, which has no genesis event yet.
    fn begin(path: &Path, env: &Env) -> Result<Self, CaseError> {
        use std::os::unix::fs::MetadataExt as _;
        let conn = settings::connect(path, Access::Write)?;
        settings::pragmas(&conn, path, Access::Write, cap(env)?)?;
        let meta = fs::symlink_metadata(path).map_err(|source| CaseError::Io { path: path.to_path_buf(), source })?;
        Ok(Case {
            path: path.to_path_buf(),
            conn,
            access: Access::Write,
            id: NOT_YET,
            inode: (meta.dev(), meta.ino()),
            env: env.clone(),
            chain: None,
            folded_by: None,
        })
    }
}

/// A folder that is not there is not a case that is not there.
fn no_folder(error: CaseError) -> CaseError {
    match error {
        CaseError::Missing(path) => {
            let folder = path.parent().unwrap_or(&path).display().to_string();
            CaseError::Refused(format!("{}: there is no folder {folder}; make it first", path.display()))
        }
        other => other,
    }
}

/// Gives a file its final name, if nothing has that name yet, and makes the name last.
fn place(from: &Path, to: &Path) -> Result<(), CaseError> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    let placed = match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Not every file system can rename without replacing; those can link.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
            fs::hard_link(from, to).and_then(|()| fs::remove_file(from))
        }
        other => other.map_err(Into::into),
    };
    placed.and_then(|()| sync_dir(to.parent().unwrap_or(Path::new("/")))).map_err(|source| match source.kind() {
        std::io::ErrorKind::AlreadyExists => CaseError::Exists(to.to_path_buf()),
        _ => CaseError::Io { path: to.to_path_buf(), source },
    })
}

/// An empty file with its final mode. The write-ahead log and its index take theirs from it.
fn empty_file(path: &Path, group: Option<u32>) -> Result<(), CaseError> {
    let failed = |source| CaseError::Io { path: path.to_path_buf(), source };
    let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    if let Some(group) = group {
        rustix::fs::fchown(&file, None, Some(rustix::fs::Gid::from_raw(group))).map_err(|e| failed(e.into()))?;
        file.set_permissions(fs::Permissions::from_mode(0o660)).map_err(failed)?;
    }
    Ok(())
}

/// Page size, header and schema, closed again so that all of it is in the one file.
fn lay_out(path: &Path, env: &Env) -> Result<(), CaseError> {
    let sql = |e| from_sql(path, "making the case", e);
    let conn: Connection = settings::connect(path, Access::Write)?;
    conn.pragma_update(None, "page_size", 8192).map_err(sql)?;
    settings::pragmas(&conn, path, Access::Write, cap(env)?)?;
    conn.pragma_update(None, "application_id", schema::APPLICATION_ID).map_err(sql)?;
    conn.pragma_update(None, "user_version", schema::USER_VERSION).map_err(sql)?;
    conn.execute_batch(&schema::statements()).map_err(sql)?;
    conn.close().map_err(|(_, e)| sql(e))
}

/// The number of a Unix group, by name or number, from `/etc/group`.
pub fn group_id(name: &str) -> Option<u32> {
    if let Ok(number) = name.parse() {
        return Some(number);
    }
    let text = fs::read_to_string("/etc/group").ok()?;
    text.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(name)).then(|| fields.nth(1)?.parse().ok())?
    })
}

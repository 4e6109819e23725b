//! When the file is taken away under an open case: what it held is saved before anything else is said.

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::Case;
use crate::case::error::CaseError;
use crate::case::identity::{private_dir, sync_dir};

impl Case {
    /// Fails where the file at our path is no longer the one we opened. The open connection still holds everything, so it
    /// is saved first: nothing is lost because someone tidied a folder.
    pub(crate) fn check_present(&self) -> Result<(), CaseError> {
        if fs::symlink_metadata(&self.path).is_ok_and(|m| (m.dev(), m.ino()) == self.inode) {
            return Ok(());
        }
        let mut failures = Vec::new();
        for folder in self.path.parent().map(Path::to_path_buf).into_iter().chain([self.env.state_dir.join("rescued")])
        {
            match self.save_into(&folder) {
                Ok(saved) => {
                    let rescue = format!("all it held was saved to {}", saved.display());
                    return Err(CaseError::Vanished { path: self.path.clone(), rescue });
                }
                Err(why) => failures.push(format!("{} ({why})", folder.display())),
            }
        }
        let rescue =
            format!("and it could not be saved into {}; keep this process's input", failures.join(" nor into "));
        Err(CaseError::Vanished { path: self.path.clone(), rescue })
    }

    fn save_into(&self, folder: &Path) -> Result<PathBuf, String> {
        if folder.starts_with(&self.env.state_dir) {
            private_dir(folder).map_err(|e| e.to_string())?;
        }
        let target = self.free_name(folder).map_err(|e| e.to_string())?;
        let saved = self.conn.execute("VACUUM INTO ?1", [PathText(&target)]).map_err(|e| e.to_string());
        let synced = saved.and_then(|_| {
            fs::File::open(&target)
                .and_then(|f| f.sync_all())
                .and_then(|()| sync_dir(folder))
                .map_err(|e| e.to_string())
        });
        if let Err(why) = synced {
            let _ = fs::remove_file(&target);
            return Err(why);
        }
        Ok(target)
    }

    /// An empty file that only its owner reads, under a name that nothing has yet: SQLite would make one that all may read.
    fn free_name(&self, folder: &Path) -> io::Result<PathBuf> {
        let stamp = self.env.now().rfc3339().replace([':', '.'], "");
        let name = self.path.file_stem().unwrap_or_default();
        let mut n = 1;
        loop {
            let mut file = name.to_owned();
            file.push(if n == 1 { format!(".rescued-{stamp}.case") } else { format!(".rescued-{stamp}-{n}.case") });
            let path = folder.join(file);
            match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
                Ok(_) => return Ok(path),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists && n < 100 => n += 1,
                Err(e) => return Err(e),
            }
        }
    }
}

/// A path as SQL text, byte for byte: paths need not be UTF-8.
struct PathText<'p>(&'p Path);

impl ToSql for PathText<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0.as_os_str().as_bytes())))
    }
}

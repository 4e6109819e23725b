//! Text in the state folder that must outlive this process: drafts, and small lists. Mode 0600, whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

use crate::env::Env;

/// The largest draft that is read back.
const MAX_BYTES: u64 = 16 << 20;
/// The folder of drafts.
const DRAFTS: &str = "drafts";

/// Keeps a draft; an empty one is forgotten.
pub fn keep(env: &Env, name: &str, text: &str) -> io::Result<()> {
    if text.is_empty() {
        return match fs::remove_file(path(env, name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    write(env, DRAFTS, name, text)
}

/// The draft of that name, where there is one.
pub fn kept(env: &Env, name: &str) -> Option<String> {
    let path = path(env, name);
    let fits = fs::metadata(&path).is_ok_and(|m| m.is_file() && m.len() <= MAX_BYTES);
    fits.then(|| fs::read_to_string(&path).ok())?
}

fn path(env: &Env, name: &str) -> PathBuf {
    env.state_dir.join(DRAFTS).join(name)
}

/// Writes a file of the state folder anew.
pub(super) fn write(env: &Env, folder: &str, name: &str, text: &str) -> io::Result<()> {
    let folder = env.state_dir.join(folder);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    let temporary = folder.join(format!("{name}.{}.tmp", std::process::id()));
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&temporary, folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_draft_is_kept_privately_and_forgotten_when_empty() {
        let folder = tempfile::tempdir().unwrap();
        let env = testing::env(folder.path());
        assert_eq!(kept(&env, "note"), None);
        keep(&env, "note", "half a sentence").unwrap();
        assert_eq!(kept(&env, "note").as_deref(), Some("half a sentence"));
        assert_eq!(fs::metadata(path(&env, "note")).unwrap().permissions().mode() & 0o777, 0o600);
        keep(&env, "note", "").unwrap();
        keep(&env, "note", "").unwrap();
        assert_eq!(kept(&env, "note"), None);
    }
}

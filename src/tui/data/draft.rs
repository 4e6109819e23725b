//! Text in the state folder that must outlive this process: drafts, and small lists. Mode 0600, whole or not at all.
//!
//! Drafts of a case stand in a folder of their own, named after the case's path. A thread writes them, the newest text of
//! each: typing never waits for a disk.

use crossbeam_channel::{Receiver, Sender, bounded};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use tokio::sync::mpsc;

use crate::env::Env;
use crate::model::id::hex;
use crate::tui::message::Msg;

/// The largest draft that is read back.
const MAX_BYTES: u64 = 1 << 20;
/// The folder of drafts.
const DRAFTS: &str = "drafts";
/// Most drafts of a case that are counted and listed.
const MOST: usize = 1_000;

/// The folder of a case's drafts, below the state folder; that without a case has a name of its own.
fn folder(case: Option<&Path>) -> String {
    let name = case.map_or_else(|| "none".to_owned(), |path| hex(&Sha256::digest(path.as_os_str().as_bytes())));
    format!("{DRAFTS}/{}", name.get(..16).unwrap_or(&name))
}

/// Where a draft stands.
pub fn path(env: &Env, case: Option<&Path>, name: &str) -> PathBuf {
    env.state_dir.join(folder(case)).join(name)
}

/// Keeps a draft; an empty one is forgotten.
pub fn keep(env: &Env, case: Option<&Path>, name: &str, text: &str) -> io::Result<()> {
    if text.is_empty() {
        return match fs::remove_file(path(env, case, name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    write(env, &folder(case), name, text)
}

/// The draft of that name, where there is one.
pub fn kept(env: &Env, case: Option<&Path>, name: &str) -> Option<String> {
    read(&path(env, case, name))
}

fn read(path: &Path) -> Option<String> {
    let fits = fs::symlink_metadata(path).is_ok_and(|m| m.is_file() && m.len() <= MAX_BYTES);
    fits.then(|| fs::read_to_string(path).ok())?
}

/// All drafts of a case by name. A name with a dot is a file that is being written.
pub fn list(env: &Env, case: Option<&Path>) -> Vec<(String, String)> {
    let mut drafts: Vec<(String, String)> =
        names(env, case).filter_map(|name| kept(env, case, &name).map(|text| (name, text))).collect();
    drafts.sort();
    drafts
}

/// How many drafts a case has.
pub fn count(env: &Env, case: Option<&Path>) -> usize {
    names(env, case).count()
}

fn names(env: &Env, case: Option<&Path>) -> impl Iterator<Item = String> + use<> {
    let entries = fs::read_dir(env.state_dir.join(folder(case))).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| !name.contains('.')).take(MOST)
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

/// What is to be written, by case and name.
type Waiting = BTreeMap<(Option<PathBuf>, String), String>;

/// The thread that writes drafts. What waits when it ends is written first.
#[derive(Debug)]
pub struct Keeper {
    waiting: Arc<Mutex<Waiting>>,
    wake: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Starts it; it tells how many drafts there are after each change.
    pub fn start(env: Env, inbox: mpsc::Sender<Msg>) -> io::Result<Keeper> {
        let waiting: Arc<Mutex<Waiting>> = Arc::default();
        let (wake, woken) = bounded(1);
        let own = Arc::clone(&waiting);
        let thread =
            std::thread::Builder::new().name("drafts".to_owned()).spawn(move || run(&own, &woken, &env, &inbox))?;
        Ok(Keeper { waiting, wake: Some(wake), thread: Some(thread) })
    }

    /// Has a draft written. What waited under that name is not.
    pub fn keep(&self, case: Option<&Path>, name: String, text: String) {
        if let Ok(mut waiting) = self.waiting.lock() {
            waiting.insert((case.map(Path::to_path_buf), name), text);
        }
        // One wake is enough for all that waits.
        let _ = self.wake.as_ref().map(|wake| wake.try_send(()));
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(waiting: &Mutex<Waiting>, woken: &Receiver<()>, env: &Env, inbox: &mpsc::Sender<Msg>) {
    loop {
        let more = woken.recv().is_ok();
        let all = waiting.lock().map(|mut waiting| std::mem::take(&mut *waiting)).unwrap_or_default();
        for ((case, name), text) in all {
            let msg = match keep(env, case.as_deref(), &name, &text) {
                Ok(()) => Msg::Drafts(count(env, case.as_deref())),
                Err(error) => Msg::Warning(format!("the draft could not be kept: {error}")),
            };
            // Whoever does not listen any more gets the draft all the same.
            let _ = inbox.try_send(msg);
        }
        if !more {
            return;
        }
    }
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
        let case = Some(Path::new("/tmp/hub.case"));
        assert_eq!(kept(&env, case, "note"), None);
        keep(&env, case, "note", "half a sentence").unwrap();
        assert_eq!(kept(&env, case, "note").as_deref(), Some("half a sentence"));
        assert_eq!(kept(&env, None, "note"), None, "every case has its own");
        assert_eq!((count(&env, case), list(&env, case).len(), count(&env, None)), (1, 1, 0));
        assert_eq!(fs::metadata(path(&env, case, "note")).unwrap().permissions().mode() & 0o777, 0o600);
        keep(&env, case, "note", "").unwrap();
        keep(&env, case, "note", "").unwrap();
        assert_eq!((kept(&env, case, "note"), count(&env, case)), (None, 0));
    }

    #[test]
    fn the_newest_text_is_written_before_the_keeper_ends() {
        let folder = tempfile::tempdir().unwrap();
        let env = testing::env(folder.path());
        let (sender, mut inbox) = mpsc::channel(1_000);
        let keeper = Keeper::start(env.clone(), sender).unwrap();
        for n in 0..100 {
            keeper.keep(None, "note".to_owned(), format!("text {n}"));
        }
        drop(keeper);
        assert_eq!(kept(&env, None, "note").as_deref(), Some("text 99"));
        assert!(matches!(inbox.try_recv(), Ok(Msg::Drafts(1))));
    }
}

//! The writer: a thread that does deeds one after the other. It opens the case for each, so that a process that only
//! looks never holds a lock, and a file that was replaced meanwhile is noticed.

use crossbeam_channel::{Receiver, Sender, bounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::thread::JoinHandle;
use tokio::sync::mpsc;

use super::{Bench, Deed};
use crate::env::Env;
use crate::tui::jobs::Cancel;
use crate::tui::message::Msg;

/// Something for the writer: a deed, the case it is about, and whether it is still wanted.
pub type Task = (Box<dyn Deed>, Option<PathBuf>, Cancel);

/// Starts it. It ends when the sender is dropped, after the deed it is at.
pub fn start(env: Env, inbox: mpsc::Sender<Msg>) -> std::io::Result<(Sender<Task>, JoinHandle<()>)> {
    let (tasks, receiver) = bounded(1);
    let thread = std::thread::Builder::new().name("writer".to_owned()).spawn(move || run(&receiver, &env, &inbox))?;
    Ok((tasks, thread))
}

fn run(tasks: &Receiver<Task>, env: &Env, inbox: &mpsc::Sender<Msg>) {
    for (deed, path, cancel) in tasks {
        // Where the loop is behind, a word about progress is dropped rather than waited for.
        let tell = |text: String| drop(inbox.try_send(Msg::Progress(text)));
        let bench = Bench { env, path: path.as_ref(), cancel: &cancel, tell: &tell };
        // A deed that fails in an unforeseen way costs itself, not the writer: SQLite takes back what was not complete.
        let done = catch_unwind(AssertUnwindSafe(|| deed.run(&bench))).unwrap_or_else(|_| {
            Err(format!("{} failed because of a fault of hullbreach; the log says more", deed.title()))
        });
        if inbox.blocking_send(Msg::Done(done)).is_err() {
            return;
        }
    }
}

//! The reader: a thread with a read-only connection that answers questions one after the other.

use crossbeam_channel::{Receiver, Sender, bounded};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use tokio::sync::mpsc;

use super::{Desk, Question, recent};
use crate::case::{Access, Case};
use crate::env::Env;
use crate::tui::jobs::Cancel;
use crate::tui::message::{Answer, Msg, Opened, Slot};

/// Something for the reader.
#[derive(Debug)]
pub enum Task {
    /// Open this case and answer from it.
    Open(PathBuf),
    /// Answer this.
    Ask(Slot, Box<dyn Question>, Cancel),
}

/// Starts it. It ends when the sender is dropped, or when nobody hears it any more.
pub fn start(env: Env, inbox: mpsc::Sender<Msg>) -> std::io::Result<(Sender<Task>, JoinHandle<()>)> {
    // One question a slot and one opening at a time: far fewer than this wait.
    let (tasks, receiver) = bounded(64);
    let thread = std::thread::Builder::new()
        .name("reader".to_owned())
        .spawn(move || run(&receiver, Desk { env, case: None }, &inbox))?;
    Ok((tasks, thread))
}

fn run(tasks: &Receiver<Task>, mut desk: Desk, inbox: &mpsc::Sender<Msg>) {
    for task in tasks {
        let msg = match task {
            Task::Open(path) => Msg::Opened(open(&path, &mut desk)),
            Task::Ask(slot, question, cancel) => Msg::Answer(slot, ask(&mut desk, question.as_ref(), &cancel)),
        };
        if inbox.blocking_send(msg).is_err() {
            return;
        }
    }
}

fn open(path: &Path, desk: &mut Desk) -> Result<Opened, String> {
    let case = Case::open(path, Access::Read, &desk.env).map_err(|e| e.to_string())?;
    let stale = !case.is_current().map_err(|e| e.to_string())?;
    let path = case.path().to_path_buf();
    recent::remember(&desk.env, &path);
    desk.case = Some(case);
    Ok(Opened { path, stale })
}

/// None where it was cancelled.
fn ask(desk: &mut Desk, question: &dyn Question, cancel: &Cancel) -> Option<Result<Answer, String>> {
    if cancel.load(Ordering::Relaxed) {
        return None;
    }
    if let Some(case) = &mut desk.case {
        case.interrupt_when(Some(Arc::clone(cancel)));
    }
    let answer = question.ask(desk);
    if let Some(case) = &mut desk.case {
        case.interrupt_when(None);
    }
    match answer {
        Err(_) if cancel.load(Ordering::Relaxed) => None,
        answer => Some(answer),
    }
}

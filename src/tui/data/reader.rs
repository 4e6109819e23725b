//! The readers: threads with a read-only connection each, which answer questions. As many as questions are under way, up
//! to a most, so that a slow question never delays a quick one.

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
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
use crate::work::exercise;

/// Most readers at once; each costs a connection with its cache.
const MOST: usize = 4;
/// Tasks that may wait: one question a slot and one opening at a time, far fewer than this.
const WAITING: usize = 64;
/// Pages that one connection keeps, in KiB: a screenful of any list, with what leads to it.
const CACHE_KIB: i64 = 16 << 10;

/// A case as it was opened; opened again, the same path is another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file.
    pub path: PathBuf,
    /// Counts openings.
    pub opening: u64,
}

/// Something for a reader.
#[derive(Debug)]
pub enum Task {
    /// Open this case, to see whether it can be.
    Open(PathBuf),
    /// Answer this.
    Ask {
        /// Who asks.
        slot: Slot,
        /// What.
        question: Box<dyn Question>,
        /// The case to answer from.
        source: Option<Source>,
        /// Set when the answer is of no use any more.
        cancel: Cancel,
    },
}

/// All of them. They end when this is dropped, or when nobody hears them any more.
pub struct Readers {
    env: Env,
    inbox: mpsc::Sender<Msg>,
    tasks: Sender<Task>,
    waiting: Receiver<Task>,
    threads: Vec<JoinHandle<()>>,
    /// Tasks of the reader that keeps the lineage; none before the first of them.
    lineage: Option<Sender<Task>>,
}

impl Readers {
    /// Starts the first one.
    pub fn start(env: Env, inbox: mpsc::Sender<Msg>) -> std::io::Result<Readers> {
        let (tasks, waiting) = bounded(WAITING);
        let mut readers = Readers { env, inbox, tasks, waiting, threads: Vec::new(), lineage: None };
        readers.add()?;
        Ok(readers)
    }

    /// Hands in a task; false where no more can wait. `under_way` counts the tasks at work or waiting, with this one:
    /// where all readers have something to do already, another one is started.
    pub fn give(&mut self, task: Task, under_way: usize) -> bool {
        if matches!(&task, Task::Ask { question, .. } if question.needs_lineage()) {
            return self.give_lineage(task);
        }
        if under_way > self.threads.len()
            && self.threads.len() < MOST
            && let Err(error) = self.add()
        {
            // Those that there are answer it, a little later.
            tracing::warn!("another reader could not be started: {error}");
        }
        !matches!(self.tasks.try_send(task), Err(TrySendError::Full(_) | TrySendError::Disconnected(_)))
    }

    /// Ends them; returns their threads, to be waited for.
    pub fn end(self) -> Vec<JoinHandle<()>> {
        self.threads
    }

    /// Hands it to the one reader that keeps the lineage.
    fn give_lineage(&mut self, task: Task) -> bool {
        if self.lineage.is_none() {
            let (tasks, waiting) = bounded(WAITING);
            // It may be building for seconds when the session ends, and nothing depends on its end: it is not waited for.
            match self.start_one("lineage".to_owned(), waiting) {
                Ok(_) => self.lineage = Some(tasks),
                Err(error) => tracing::warn!("the reader of lineage could not be started: {error}"),
            }
        }
        self.lineage.as_ref().is_some_and(|tasks| tasks.try_send(task).is_ok())
    }

    fn add(&mut self) -> std::io::Result<()> {
        let name = format!("reader {}", self.threads.len() + 1);
        let thread = self.start_one(name, self.waiting.clone())?;
        self.threads.push(thread);
        Ok(())
    }

    fn start_one(&self, name: String, waiting: Receiver<Task>) -> std::io::Result<JoinHandle<()>> {
        let mut reader = Reader { desk: Desk::new(self.env.clone()), of: None, inbox: self.inbox.clone() };
        std::thread::Builder::new().name(name).spawn(move || reader.run(&waiting))
    }
}

/// One of them.
struct Reader {
    desk: Desk,
    /// Which opening the desk's case belongs to: 0 where this reader opened it to see whether it can be.
    of: Option<Source>,
    inbox: mpsc::Sender<Msg>,
}

impl Reader {
    fn run(&mut self, tasks: &Receiver<Task>) {
        for task in tasks {
            let msg = match task {
                Task::Open(path) => Msg::Opened(self.open(&path)),
                Task::Ask { slot, question, source, cancel } => {
                    Msg::Answer(slot, self.answer(slot, question.as_ref(), source.as_ref(), &cancel))
                }
            };
            if self.inbox.blocking_send(msg).is_err() {
                return;
            }
        }
    }

    fn open(&mut self, path: &Path) -> Result<Opened, String> {
        let case = connect(path, &self.desk.env)?;
        let stale = !case.is_current().map_err(|e| e.to_string())?;
        let resumes = exercise::resumes(&case).map_err(|e| e.to_string())?;
        let path = case.path().to_path_buf();
        recent::remember(&self.desk.env, &path);
        self.desk.turn_to(Some(case));
        self.of = Some(Source { path: path.clone(), opening: 0 });
        Ok(Opened { path, stale, resumes })
    }

    /// Sees to it that the desk has the case that is meant.
    fn turn_to(&mut self, source: Option<&Source>) -> Result<(), String> {
        let Some(wanted) = source else {
            self.put_away();
            return Ok(());
        };
        let known = self
            .of
            .as_ref()
            .is_some_and(|of| of.path == wanted.path && (of.opening == wanted.opening || of.opening == 0));
        if !known {
            self.put_away();
            self.desk.turn_to(Some(connect(&wanted.path, &self.desk.env)?));
        }
        self.of = Some(wanted.clone());
        Ok(())
    }

    /// None where it was cancelled.
    fn answer(
        &mut self,
        slot: Slot,
        question: &dyn Question,
        source: Option<&Source>,
        cancel: &Cancel,
    ) -> Option<Result<Answer, String>> {
        if cancel.load(Ordering::Relaxed) {
            return None;
        }
        if let Err(error) = self.turn_to(source) {
            return Some(Err(error));
        }
        self.interrupt_when(Some(Arc::clone(cancel)));
        let inbox = self.inbox.clone();
        // Nobody hears it any more only where nobody hears the whole either.
        self.desk.tell_to(Some(Box::new(move |so_far| drop(inbox.blocking_send(Msg::First(slot, so_far))))));
        // A question that fails in an unforeseen way costs its own answer, not the reader.
        let answer = catch_unwind(AssertUnwindSafe(|| {
            if let Some(first) = question.first(&self.desk) {
                let _ = self.inbox.blocking_send(Msg::First(slot, first));
            }
            question.ask(&self.desk)
        }));
        self.interrupt_when(None);
        self.desk.tell_to(None);
        match answer {
            Err(_) => {
                self.put_away();
                Some(Err("this could not be answered because of a fault of hullbreach; the log says more".to_owned()))
            }
            Ok(Err(_)) if cancel.load(Ordering::Relaxed) => None,
            Ok(answer) => Some(answer),
        }
    }

    fn put_away(&mut self) {
        self.desk.turn_to(None);
        self.of = None;
    }

    fn interrupt_when(&mut self, cancel: Option<Cancel>) {
        if let Some(case) = &mut self.desk.case {
            case.interrupt_when(cancel);
        }
    }
}

/// A connection for questions: several are open at once, so none takes the memory that an import may.
pub(super) fn connect(path: &Path, env: &Env) -> Result<Case, String> {
    let case = Case::open(path, Access::Read, env).map_err(|e| e.to_string())?;
    let kept = case.conn().pragma_update(None, "cache_size", -CACHE_KIB);
    kept.map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(case)
}

//! The workers of one session, and the effects they carry out. What controls the terminal itself stays with the loop.

use crossbeam_channel::Sender;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use tokio::sync::mpsc;

use super::draft::{self, Keeper};
use super::watch::Watch;
use super::{Question, reader, writer};
use crate::env::Env;
use crate::tui::jobs::{Cancel, Jobs};
use crate::tui::message::{Effect, Msg};

/// What carries out effects: the real workers, or a test's.
pub trait Carrier {
    /// Carries one out, or hands back what is the loop's own.
    fn carry(&mut self, effect: Effect) -> Option<Effect>;

    /// Sees what comes back before the model does.
    fn heard(&mut self, msg: &Msg);
}

/// The real workers.
pub struct Workers {
    env: Env,
    inbox: mpsc::Sender<Msg>,
    read: Option<Sender<reader::Task>>,
    write: Option<Sender<writer::Task>>,
    threads: Vec<JoinHandle<()>>,
    watch: Option<Watch>,
    questions: Jobs<Box<dyn Question>>,
    deed: Cancel,
    drafts: Keeper,
    path: Option<PathBuf>,
}

impl Workers {
    /// Starts reader and writer; both answer into the inbox.
    pub fn start(env: &Env, inbox: mpsc::Sender<Msg>) -> std::io::Result<Workers> {
        let (read, reading) = reader::start(env.clone(), inbox.clone())?;
        let (write, writing) = writer::start(env.clone(), inbox.clone())?;
        Ok(Workers {
            env: env.clone(),
            drafts: Keeper::start(env.clone(), inbox.clone())?,
            inbox,
            read: Some(read),
            write: Some(write),
            threads: vec![reading, writing],
            watch: None,
            questions: Jobs::default(),
            deed: Cancel::default(),
            path: None,
        })
    }

    fn read(&self, task: reader::Task) {
        // Never full: one task a slot is under way.
        if self.read.as_ref().is_some_and(|read| read.try_send(task).is_err()) {
            self.warn("the reader does not answer; quit and open the case again".to_owned());
        }
    }

    fn warn(&self, text: String) {
        let _ = self.inbox.try_send(Msg::Warning(text));
    }

    fn watch(&mut self) {
        let Some(path) = self.path.clone() else { return };
        match Watch::start(path, self.env.clone(), self.inbox.clone()) {
            Ok(watch) => self.watch = Some(watch),
            Err(error) => self.warn(format!("changes of others will not be seen: {error}")),
        }
    }

    /// Ends all of them; waits for what the writer is at, so that nothing is cut off in the middle.
    pub fn end(mut self) {
        self.questions.cancel_all();
        self.deed.store(true, Ordering::Relaxed);
        self.watch = None;
        (self.read, self.write) = (None, None);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Carrier for Workers {
    fn carry(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Open(path) => self.read(reader::Task::Open(path)),
            Effect::Ask { slot, question, hurry } => {
                if let Some((question, cancel)) = self.questions.submit(slot, question, hurry) {
                    self.read(reader::Task::Ask(slot, question, cancel));
                }
            }
            Effect::Do(deed) => {
                self.deed = Cancel::default();
                let task = (deed, self.path.clone(), Arc::clone(&self.deed));
                if self.write.as_ref().is_some_and(|write| write.try_send(task).is_err()) {
                    self.warn("the writer is still at something else; nothing was done".to_owned());
                }
            }
            Effect::Cancel => self.deed.store(true, Ordering::Relaxed),
            Effect::KeepDraft { name, text } => self.drafts.keep(self.path.as_deref(), name, text),
            own => return Some(own),
        }
        None
    }

    fn heard(&mut self, msg: &Msg) {
        match msg {
            Msg::Opened(Ok(opened)) => {
                self.path = Some(opened.path.clone());
                let _ = self.inbox.try_send(Msg::Drafts(draft::count(&self.env, self.path.as_deref())));
                self.watch();
            }
            Msg::Answer(slot, _) => {
                if let Some((question, cancel)) = self.questions.ended(slot) {
                    self.read(reader::Task::Ask(slot, question, cancel));
                }
            }
            _ => {}
        }
    }
}

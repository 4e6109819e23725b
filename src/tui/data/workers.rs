//! The workers of one session, and the effects they carry out. What controls the terminal itself stays with the loop.

use crossbeam_channel::Sender;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use tokio::sync::mpsc;

use super::draft::{self, Keeper};
use super::reader::{Readers, Source};
use super::watch::Watch;
use super::{Question, copy, reader, writer};
use crate::env::Env;
use crate::tui::jobs::{Cancel, Jobs};
use crate::tui::message::{Effect, Msg, Slot};

/// What carries out effects: the real workers, or a test's.
pub trait Carrier {
    /// Carries one out, or hands back what is the loop's own.
    fn carry(&mut self, effect: Effect) -> Option<Effect>;

    /// Sees what comes back before the model does; false where the model is not to see it.
    fn heard(&mut self, msg: &Msg) -> bool;
}

/// The real workers.
pub struct Workers {
    env: Env,
    inbox: mpsc::Sender<Msg>,
    readers: Readers,
    write: Sender<writer::Task>,
    writing: JoinHandle<()>,
    watch: Option<Watch>,
    questions: Jobs<Box<dyn Question>>,
    deed: Cancel,
    drafts: Keeper,
    source: Option<Source>,
    /// Cases opened so far.
    openings: u64,
}

impl Workers {
    /// Starts a reader and the writer; all answer into the inbox.
    pub fn start(env: &Env, inbox: mpsc::Sender<Msg>) -> std::io::Result<Workers> {
        let readers = Readers::start(env.clone(), inbox.clone())?;
        let (write, writing) = writer::start(env.clone(), inbox.clone())?;
        Ok(Workers {
            env: env.clone(),
            drafts: Keeper::start(env.clone(), inbox.clone())?,
            inbox,
            readers,
            write,
            writing,
            watch: None,
            questions: Jobs::default(),
            deed: Cancel::default(),
            source: None,
            openings: 0,
        })
    }

    fn read(&mut self, task: reader::Task) {
        // Never full: one task a slot is under way.
        if !self.readers.give(task, self.questions.under_way()) {
            self.warn("no reader answers; quit and open the case again".to_owned());
        }
    }

    fn ask(&mut self, slot: Slot, (question, cancel): (Box<dyn Question>, Cancel)) {
        self.read(reader::Task::Ask { slot, question, source: self.source.clone(), cancel });
    }

    fn warn(&self, text: String) {
        let _ = self.inbox.try_send(Msg::Warning(text));
    }

    fn path(&self) -> Option<PathBuf> {
        self.source.as_ref().map(|source| source.path.clone())
    }

    fn watch(&mut self) {
        let Some(path) = self.path() else { return };
        match Watch::start(path, self.env.clone(), self.inbox.clone()) {
            Ok(watch) => self.watch = Some(watch),
            Err(error) => self.warn(format!("changes of others will not be seen: {error}")),
        }
    }

    /// Ends all of them; waits for what the writer is at, so that nothing is cut off in the middle.
    pub fn end(mut self) {
        self.questions.abandon_all();
        self.deed.store(true, Ordering::Relaxed);
        drop((self.watch, self.write));
        for thread in self.readers.end().into_iter().chain([self.writing]) {
            let _ = thread.join();
        }
    }
}

impl Carrier for Workers {
    fn carry(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Open(path) => self.read(reader::Task::Open(path)),
            Effect::Ask { slot, question, hurry } => {
                if let Some(job) = self.questions.submit(slot, question, hurry) {
                    self.ask(slot, job);
                }
            }
            Effect::Do(deed) => {
                self.deed = Cancel::default();
                let task = (deed, self.path(), Arc::clone(&self.deed));
                if self.write.try_send(task).is_err() {
                    self.warn("the writer is still at something else; nothing was done".to_owned());
                }
            }
            Effect::Copy(text) => {
                if self.env.vars.get("TMUX").is_some_and(|tmux| !tmux.is_empty()) {
                    copy::to_tmux(text.clone());
                }
                return Some(Effect::Copy(text));
            }
            Effect::Cancel => self.deed.store(true, Ordering::Relaxed),
            Effect::KeepDraft { name, text } => self.drafts.keep(self.path().as_deref(), name, text),
            own => return Some(own),
        }
        None
    }

    fn heard(&mut self, msg: &Msg) -> bool {
        match msg {
            Msg::Opened(Ok(opened)) => {
                self.questions.abandon_all();
                self.openings += 1;
                self.source = Some(Source { path: opened.path.clone(), opening: self.openings });
                let _ = self.inbox.try_send(Msg::Drafts(draft::count(&self.env, self.path().as_deref())));
                self.watch();
                true
            }
            Msg::Answer(slot, _) => {
                let ended = self.questions.ended(slot);
                if let Some(job) = ended.next {
                    self.ask(slot, job);
                }
                ended.wanted
            }
            Msg::First(slot, _) => self.questions.is_wanted(slot),
            _ => true,
        }
    }
}

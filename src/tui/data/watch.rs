//! The watch: notices within half a second what this or another process wrote, and tells the case's own facts again. It also
//! tells when clusters that are watched for the case were last heard of.

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

use super::facts::Facts;
use super::reader;
use crate::case::Case;
use crate::env::Env;
use crate::tui::message::Msg;
use crate::work::collect::watch::{Contact, contacts};

/// How often it looks.
const EVERY: Duration = Duration::from_millis(500);
/// Facts cost time that grows with the case: at most a fifth of the time goes into them.
const SHARE: u32 = 4;

/// A watch over one case; ends when dropped.
#[derive(Debug)]
pub struct Watch {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Starts watching.
    pub fn start(path: PathBuf, env: Env, inbox: mpsc::Sender<Msg>) -> std::io::Result<Watch> {
        let (stop, stopped) = bounded(0);
        let thread = std::thread::Builder::new().name("watch".to_owned()).spawn(move || {
            let case = match reader::connect(&path, &env) {
                Ok(case) => case,
                Err(error) => return drop(inbox.blocking_send(Msg::Warning(error))),
            };
            let heard = Vec::new();
            let mut look = Look { case, inbox, seen: None, facts: None, heard, not_before: Instant::now() };
            while look.once() && matches!(stopped.recv_timeout(EVERY), Err(RecvTimeoutError::Timeout)) {}
        })?;
        Ok(Watch { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.take();
        // It may be in the middle of reading facts, and nothing depends on its end: it is not waited for.
        self.thread.take();
    }
}

struct Look {
    case: Case,
    inbox: mpsc::Sender<Msg>,
    /// SQLite's count of changes by other connections, when the views were last told.
    seen: Option<i64>,
    /// The same, when the facts were last told.
    facts: Option<i64>,
    /// What was last told of clusters that are watched.
    heard: Vec<Contact>,
    not_before: Instant,
}

impl Look {
    /// False where nobody hears it any more.
    fn once(&mut self) -> bool {
        self.listen() && self.look()
    }

    /// Tells when clusters that are watched, by whatever process, were last heard of.
    fn listen(&mut self) -> bool {
        let heard = contacts(&self.case);
        if heard == self.heard {
            return true;
        }
        self.heard.clone_from(&heard);
        self.inbox.blocking_send(Msg::Contacts(heard)).is_ok()
    }

    fn look(&mut self) -> bool {
        let version = self.case.conn().pragma_query_value(None, "data_version", |row| row.get::<_, i64>(0)).ok();
        if version.is_none() || (version == self.seen && version == self.facts) {
            return !self.inbox.is_closed();
        }
        if self.seen.is_some() && self.seen != version && self.inbox.blocking_send(Msg::Changed).is_err() {
            return false;
        }
        self.seen = version;
        let begun = Instant::now();
        if self.facts == version || begun < self.not_before {
            return true;
        }
        self.facts = version;
        let msg = match Facts::of(&self.case) {
            Ok(facts) => Msg::Facts(facts),
            Err(error) => Msg::Warning(error.to_string()),
        };
        self.not_before = Instant::now() + begun.elapsed() * SHARE;
        self.inbox.blocking_send(msg).is_ok()
    }
}

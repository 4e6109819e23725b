//! The case, as the terminal gets at it: never on the loop, always by a worker.
//!
//! | worker | does |
//! |---|---|
//! | [`reader`] | several that answer [`Question`]s, each over a read-only connection; one question a slot at a time |
//! | [`lineage`] | what one of them keeps for all questions about lineage |
//! | [`writer`] | does [`Deed`]s, one at a time, over a connection of its own |
//! | [`watch`] | notices what any process wrote, and tells the case's own facts |
//!
//! A question or a deed is a plain struct that stands beside the view that asks it; a view never sees a connection.

mod copy;
pub mod deeds;
pub mod draft;
pub mod facts;
pub mod lineage;
pub mod paths;
pub mod reader;
pub mod recent;
pub mod watch;
pub mod workers;
pub mod writer;

use std::fmt::{Debug, Display};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::jobs::Cancel;
use super::message::{Answer, Slot};
use crate::case::Case;
use crate::env::Env;
use lineage::{Kept, Shelf};

/// What a question is answered from.
pub struct Desk {
    /// The outside world.
    pub env: Env,
    /// The open case; none in the view that offers one.
    pub case: Option<Case>,
    shelf: Shelf,
    teller: Option<Teller>,
}

/// Tells how far an answer has come.
pub type Teller = Box<dyn Fn(Answer) + Send>;

impl Desk {
    /// An empty one.
    pub fn new(env: Env) -> Desk {
        Desk { env, case: None, shelf: Shelf::default(), teller: None }
    }

    /// Another case, or none; what was kept of the one before is forgotten.
    pub fn turn_to(&mut self, case: Option<Case>) {
        self.shelf.clear();
        self.case = case;
    }

    /// The connection of the open case.
    pub fn conn(&self) -> Result<&rusqlite::Connection, String> {
        self.case.as_ref().map(Case::conn).ok_or_else(|| "no case is open".to_owned())
    }

    /// The lineage of the open case, built where it is not at hand. Only for a question that says it needs it.
    pub fn lineage(&self) -> Result<Kept, String> {
        self.shelf.kept(self)
    }

    /// Tells the asking view how far its answer has come: it gets this before the answer.
    pub fn tell(&self, so_far: impl std::any::Any + Send) {
        if let Some(teller) = &self.teller {
            teller(Box::new(so_far));
        }
    }

    /// Who hears of it until the next answer.
    pub(super) fn tell_to(&mut self, teller: Option<Teller>) {
        self.teller = teller;
    }
}

/// Something to find out. Runs on the reader's thread; gives up when SQLite is interrupted.
pub trait Question: Debug + Send {
    /// The answer, in a type that only the asking view knows, or what went wrong in words for people.
    fn ask(&self, desk: &Desk) -> Result<Answer, String>;

    /// A first part of the answer, in the same type, where the whole takes long: the first screenful. It is shown until
    /// the whole comes.
    fn first(&self, desk: &Desk) -> Option<Answer> {
        let _ = desk;
        None
    }

    /// True where [`Desk::lineage`] is asked for. Such questions are answered one after the other by a reader of their
    /// own, which builds the lineage once; all others never wait for it. They are asked without `hurry`: what was given
    /// up halfway would be begun again.
    fn needs_lineage(&self) -> bool {
        false
    }
}

/// What a deed has at hand.
pub struct Bench<'b> {
    /// The outside world.
    pub env: &'b Env,
    /// The case's file; none while no case is open.
    pub path: Option<&'b PathBuf>,
    /// Set when the responder asks to stop.
    pub cancel: &'b Cancel,
    /// Tells how it goes on; must be told rarely, a few times a second.
    pub tell: &'b (dyn Fn(String) + Sync),
}

impl Bench<'_> {
    /// Opens the case for a change that ends by itself when the responder asks to stop.
    pub fn case(&self) -> Result<Case, String> {
        let path = self.path.ok_or("no case is open")?;
        Case::open(path, crate::case::Access::Write, self.env).map_err(|e| e.to_string())
    }

    /// Opens the case for a change that knows nothing of stopping: SQLite gives up what it is at when the responder asks
    /// to stop, and nothing is changed.
    pub fn stoppable(&self) -> Result<Case, String> {
        let mut case = self.case()?;
        case.interrupt_when(Some(Arc::clone(self.cancel)));
        Ok(case)
    }

    /// Why it came to nothing: the responder asked to stop, or what went wrong.
    pub fn failed(&self, error: impl Display) -> String {
        match self.cancel.load(Ordering::Relaxed) {
            true => "stopped; nothing was changed".to_owned(),
            false => error.to_string(),
        }
    }
}

/// Something to be done to a case, or to make one. Runs on the writer's thread.
pub trait Deed: Debug + Send {
    /// A few words for the status line.
    fn title(&self) -> String;

    /// Nobody asked for it: what a person asks for meanwhile waits for its end instead of being refused.
    fn unasked(&self) -> bool {
        false
    }

    /// Does it.
    fn run(&self, bench: &Bench<'_>) -> Result<Done, String>;
}

/// What came of a deed.
#[derive(Debug, Default)]
pub struct Done {
    /// One line for people; empty where there is nothing to say.
    pub said: String,
    /// Something was rejected, unreadable or interrupted.
    pub gaps: bool,
    /// A case to open now.
    pub open: Option<PathBuf>,
    /// What it found out, for the view that had it done.
    pub told: Option<(Slot, Answer)>,
    /// What it proposes to do next, to be confirmed.
    pub proposal: Option<Proposal>,
}

/// A deed that a person confirms first.
#[derive(Debug)]
pub struct Proposal {
    /// What is asked.
    pub title: String,
    /// The plan, line by line.
    pub lines: Vec<String>,
    /// What is done on yes.
    pub deed: Box<dyn Deed>,
}

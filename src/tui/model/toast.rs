//! Short words about what happened. The newest shows for a while; all of the session can be read again.

use std::collections::VecDeque;

use crate::model::text::{fit, scrub};
use crate::model::time::Micros;

/// How long a word shows, in microseconds.
const SHOWN: i64 = 6_000_000;
/// Most words that are kept.
const MOST: usize = 200;
/// Most columns of one; longer ones are cut.
const COLUMNS: usize = 500;

/// How serious a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// Something is missing or was left out.
    Warning,
    /// Something failed.
    Error,
}

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// How serious.
    pub tone: Tone,
    /// What happened, made safe.
    pub text: String,
    /// When.
    pub at: Micros,
}

/// The words of a session, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Toasts {
    list: VecDeque<Toast>,
    /// The newest one still shows.
    shown: bool,
}

impl Toasts {
    /// Says something.
    pub fn say(&mut self, tone: Tone, text: &str, now: Micros) {
        let text = fit(&scrub(text), COLUMNS);
        self.list.push_back(Toast { tone, text, at: now });
        if self.list.len() > MOST {
            self.list.pop_front();
        }
        self.shown = true;
    }

    /// The one that shows.
    pub fn shown(&self) -> Option<&Toast> {
        self.list.back().filter(|_| self.shown)
    }

    /// All of them, oldest first.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Toast> {
        self.list.iter()
    }

    /// Takes the shown one away when its time is over; true where it did.
    pub fn expire(&mut self, now: Micros) -> bool {
        let over = self.ends().is_some_and(|end| end.0 <= now.0);
        self.shown &= !over;
        over
    }

    /// Takes the shown one away.
    pub fn dismiss(&mut self) -> bool {
        std::mem::take(&mut self.shown)
    }

    /// When the shown one ends. An error stays until a key is pressed.
    pub fn ends(&self) -> Option<Micros> {
        let shown = self.shown().filter(|toast| toast.tone != Tone::Error)?;
        Some(Micros(shown.at.0.saturating_add(SHOWN)))
    }
}

//! What can happen, and what is to be done about it, as plain values.
//!
//! Everything that happens outside comes in as a [`Msg`]; everything that touches the outside goes out as an [`Effect`].
//! Both can be printed, so that a session can be told from its log.

use crossterm::event::{Event, MouseEvent};
use std::any::Any;
use std::fmt::Debug;
use std::path::PathBuf;

use super::data::facts::Facts;
use super::data::{Deed, Done, Question};
use super::keymap::key::Key;
use crate::model::time::Micros;
use crate::work::collect::watch::Contact;

/// The most characters of one paste that a line takes; the rest is dropped, because nobody reads it in one line.
pub const MAX_PASTE: usize = 4_000;
/// The most characters of one paste that are taken at all: a longer text belongs into a file.
pub const MAX_TEXT: usize = 48 * 1024;

/// What came of a question; the view that asked knows its type.
pub type Answer = Box<dyn Any + Send>;

/// Who asked: a view's id, a dot and a word of its own, as `images.rows`. One question a slot is under way, one waits.
pub type Slot = &'static str;

/// Something happened.
#[derive(Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted, cut to [`MAX_TEXT`] characters.
    Paste(String),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// The terminal has another size, or shows something else.
    Resize,
    /// The time now.
    Clock(Micros),
    /// A case was opened, or not.
    Opened(Result<Opened, String>),
    /// What the case says about itself now.
    Facts(Facts),
    /// When clusters that are watched for the open case were last heard of.
    Contacts(Vec<Contact>),
    /// The case was written to, by this process or another one.
    Changed,
    /// A question was answered, or failed with words for people; none where it was cancelled.
    Answer(Slot, Option<Result<Answer, String>>),
    /// The first part of an answer; the whole follows.
    First(Slot, Answer),
    /// A deed goes on.
    Progress(String),
    /// A deed ended.
    Done(Result<Done, String>),
    /// So many drafts of the open case are kept.
    Drafts(usize),
    /// The responder's editor gave this text back, or why not.
    Edited(Result<String, String>),
    /// Something worth a word went wrong outside of the loop.
    Warning(String),
    /// Someone else stopped this process for a while, or the key for it was pressed.
    Suspend,
    /// This process goes on after it was stopped; the shell may have used the terminal meanwhile.
    Continued,
    /// The system wants this process to end.
    Leave,
}

/// A case that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The file.
    pub path: PathBuf,
    /// Projections do not follow the newest events yet.
    pub stale: bool,
}

impl Msg {
    /// What a terminal reports; none for what nobody acts upon.
    pub fn from_event(event: Event) -> Option<Msg> {
        match event {
            Event::Key(key) => Key::from_event(key).map(Msg::Key),
            Event::Paste(text) => Some(Msg::Paste(text.chars().take(MAX_TEXT).collect())),
            Event::Mouse(mouse) => Some(Msg::Mouse(mouse)),
            Event::Resize(..) => Some(Msg::Resize),
            Event::FocusGained | Event::FocusLost => None,
        }
    }

    /// True where a person waits for the next frame.
    pub fn is_input(&self) -> bool {
        matches!(self, Msg::Key(_) | Msg::Paste(_) | Msg::Mouse(_))
    }
}

/// Something to be done outside.
#[derive(Debug)]
pub enum Effect {
    /// Open a case for questions.
    Open(PathBuf),
    /// Ask the reader; `hurry` gives up what it works on for the same slot.
    Ask {
        /// Who asks.
        slot: Slot,
        /// What.
        question: Box<dyn Question>,
        /// The answer under way is of no use any more.
        hurry: bool,
    },
    /// Have the writer do something.
    Do(Box<dyn Deed>),
    /// Ask the writer to stop where it can.
    Cancel,
    /// Keep text that a person typed, in the state folder.
    KeepDraft {
        /// Which draft; a plain word.
        name: String,
        /// What was typed.
        text: String,
    },
    /// Hand a text to the responder's own editor, under a draft's name; [`Msg::Edited`] follows.
    Edit {
        /// Which draft.
        name: String,
        /// What was typed so far.
        text: String,
    },
    /// Hand text to the clipboard of the terminal.
    Copy(String),
    /// Take the mouse, or give it back.
    Mouse(bool),
    /// Forget what the terminal shows and draw all of it.
    Redraw,
    /// Go back to the shell until it sends us on.
    Suspend,
    /// Enter the terminal again.
    Reenter,
    /// End.
    Quit,
}

/// What an update led to.
#[derive(Debug, Default)]
pub struct Step {
    /// Something visible changed.
    pub changed: bool,
    /// What is to be done.
    pub effects: Vec<Effect>,
    /// Commands that are being given one from inside the other.
    pub(super) depth: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paste_is_bounded_at_the_door() {
        let Some(Msg::Paste(text)) = Msg::from_event(Event::Paste("é".repeat(1 << 20))) else { panic!("no paste") };
        assert_eq!(text.chars().count(), MAX_TEXT);
    }
}

//! The views: what a view is, and the table of those there are. `tui` says how to add one.

mod below;
pub mod blast;
pub mod coverage;
mod facts;
pub mod graph;
pub mod images;
mod judge;
pub mod link;
pub mod matrix;
pub mod note;
pub(in crate::tui) mod pane;
pub mod proof;
pub mod response;
pub mod search;
mod sheet;
mod signs;
pub mod start;
mod typing;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::fmt::Debug;

use super::message::{Answer, Effect, Slot};
use super::model::toast::Tone;
use super::regions::Regions;
use super::theme::Theme;
use crate::command::when::Conditions;
use crate::command::{Call, Spec};
use crate::model::time::Micros;
use below::Below;

/// A row of the table of views.
#[derive(Debug)]
pub struct ViewRow {
    /// Its name in `view.go`, in conditions (`view:images`), in the keymap (`[images]`) and before its slots' dots.
    pub id: &'static str,
    /// Its name on the tab line.
    pub title: &'static str,
    /// The commands that only it understands; their ids begin with its own.
    pub commands: &'static [Spec],
    /// Makes it, empty.
    pub make: fn() -> Box<dyn View>,
}

/// The view without a case; it has no tab.
pub const START: ViewRow = start::ROW;

/// The tabs, in the order of their digits.
pub const VIEWS: &[ViewRow] = &[
    response::SITUATION,
    images::ROW,
    blast::ROW,
    matrix::ROW,
    response::TASKS,
    response::CREDENTIALS,
    response::CLOCKS,
    response::TIME,
    proof::ROW,
    coverage::ROW,
    graph::ROW,
];

/// True where a view's command leads to a place in it: it can be given from everywhere in a case, brings its view to the
/// front, and going back leads to where it was given. Commands that only mean something inside name their view.
pub fn is_place(command: &Spec) -> bool {
    command.when == "case"
}

/// Views without a tab: no case is open, the search over everything, a note being written.
const HIDDEN: &[ViewRow] = &[START, search::ROW, note::ROW];

/// The rows of all views, also of those without a tab.
pub fn rows() -> impl Iterator<Item = &'static ViewRow> {
    HIDDEN.iter().chain(VIEWS)
}

/// The row of that id, also of one without a tab.
pub fn row(id: &str) -> Option<&'static ViewRow> {
    rows().find(|row| row.id == id)
}

/// The ids of all views.
pub fn ids() -> Vec<&'static str> {
    rows().map(|row| row.id).collect()
}

/// What a view may know of the world around it.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The time of the newest message.
    pub now: Micros,
    /// Nothing may be changed.
    pub read_only: bool,
    /// What the last frame drew where: page sizes come from it.
    pub regions: &'a Regions,
}

/// What a view wants to happen. Everything starts out as nothing.
#[derive(Debug, Default)]
pub struct Reply {
    /// Something visible changed.
    pub changed: bool,
    /// To be done outside.
    pub effects: Vec<Effect>,
    /// To be said.
    pub toasts: Vec<(Tone, String)>,
    /// Commands to be given next, as if by a key.
    pub calls: Vec<Call>,
}

impl Reply {
    /// What an answer brings, where it is that; what went wrong is said.
    pub fn brought<T: 'static>(&mut self, answer: Option<Result<Answer, String>>) -> Option<T> {
        match answer? {
            Ok(answer) => answer.downcast::<T>().ok().map(|brought| *brought),
            Err(error) => {
                self.say(Tone::Error, error);
                None
            }
        }
    }

    /// Asks the reader.
    pub fn ask(&mut self, slot: Slot, question: impl super::data::Question + 'static, hurry: bool) {
        self.effects.push(Effect::Ask { slot, question: Box::new(question), hurry });
    }

    /// Has the writer do something.
    pub fn act(&mut self, deed: impl super::data::Deed + 'static) {
        self.effects.push(Effect::Do(Box::new(deed)));
    }

    /// Says something.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.toasts.push((tone, text.into()));
    }

    /// Gives a command.
    pub fn call(&mut self, line: &str) {
        self.calls.push(Call::parse(line));
    }
}

/// What drawing needs besides the view's own state. Nothing here may be changed while drawing.
#[derive(Debug, Clone, Copy)]
pub struct Look<'l> {
    /// Styles.
    pub theme: &'l Theme,
    /// The time of the newest message, for ages.
    pub now: Micros,
}

/// A screen with a state of its own. State changes in the methods that take a [`Reply`], and nowhere else: drawing is a
/// function of the state and the area. No method may wait, read a clock or open a file; for that it asks.
pub trait View: Debug {
    /// It is shown for the first time, the case was opened, or someone wrote to the case: ask for what is shown. What
    /// stands there stays until the answer comes, with marker and selection kept by id.
    fn refresh(&mut self, reply: &mut Reply);

    /// Tables of the keymap that count, the first one in front. A view that takes text names `input` alone; to all others
    /// `global` is added behind.
    fn modes(&self) -> &'static [&'static str];

    /// Sets the words that keys and commands may ask for.
    fn conditions(&self, conditions: &mut Conditions);

    /// A command of its own, or one of `table.` and `input.`; false where it does not know it.
    fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool;

    /// Text was typed or pasted while `input` is its mode.
    fn insert(&mut self, text: &str, reply: &mut Reply) {
        let _ = (text, reply);
    }

    /// One of its questions was answered; slots begin with its id. None where the question was cancelled.
    fn answer(&mut self, slot: Slot, answer: Option<Result<Answer, String>>, reply: &mut Reply);

    /// The pane below its list, where it has one.
    fn below(&mut self) -> Option<&mut Below> {
        None
    }

    /// The wheel was turned over one of its panes: `table.down` or `table.up`.
    fn wheel(&mut self, pane: &'static str, call: &Call, around: Around<'_>, reply: &mut Reply) {
        match self.below().filter(|_| pane == below::PANE) {
            Some(below) => {
                below.wheel(&call.id);
                reply.changed = true;
            }
            None => {
                self.command(call, around, reply);
            }
        }
    }

    /// The line between its list and the pane below is dragged to a place; the area is that of both.
    fn drag(&mut self, to: Position, area: Rect, reply: &mut Reply) {
        if let Some(below) = self.below() {
            below.drag(to, area);
            reply.changed = true;
        }
    }

    /// The command that leads back here, as the view stands now; none where showing it is enough.
    fn place(&self) -> Option<Call> {
        None
    }

    /// A row of one of its panes was clicked.
    fn click(&mut self, pane: &'static str, row: usize, reply: &mut Reply) {
        let _ = (pane, row, reply);
    }

    /// Draws itself and says where things are.
    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions;

    /// What a note would be about here: an image, `evidence:ID`, `event:HASH`; none for the case.
    fn subject(&self) -> Option<String> {
        None
    }

    /// The responder's editor gave back the text that [`Effect::Edit`] handed to it, or why not.
    fn edited(&mut self, outcome: Result<String, String>, reply: &mut Reply) {
        let _ = (outcome, reply);
    }

    /// What stands behind its title on the tab line, as a filter or the name of what is open; empty for nothing.
    fn crumb(&self) -> String {
        String::new()
    }

    /// Text that a person typed and that must outlive this process, with the draft's name; an empty one forgets it.
    fn draft(&self) -> Option<(String, String)> {
        None
    }
}

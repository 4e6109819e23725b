//! The views: what a view is, and the table of those there are. `tui` says how to add one.

pub mod coverage;
pub mod images;
pub(in crate::tui) mod pane;
pub mod proof;
mod sheet;
pub mod start;
mod text;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::fmt::Debug;

use super::message::{Answer, Effect, Slot};
use super::model::toast::Tone;
use super::regions::Regions;
use super::theme::Theme;
use crate::command::when::Conditions;
use crate::command::{Call, Spec};
use crate::model::time::Micros;

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
pub const VIEWS: &[ViewRow] = &[images::ROW, coverage::ROW, proof::ROW];

/// The row of that id, also of [`START`].
pub fn row(id: &str) -> Option<&'static ViewRow> {
    const START_ROW: &ViewRow = &START;
    std::iter::once(START_ROW).chain(VIEWS).find(|row| row.id == id)
}

/// The ids of all views.
pub fn ids() -> Vec<&'static str> {
    std::iter::once(START.id).chain(VIEWS.iter().map(|row| row.id)).collect()
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

    /// A row of one of its panes was clicked.
    fn click(&mut self, pane: &'static str, row: usize, reply: &mut Reply) {
        let _ = (pane, row, reply);
    }

    /// Draws itself and says where things are.
    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions;

    /// What stands behind its title on the tab line, as a filter or the name of what is open; empty for nothing.
    fn crumb(&self) -> String {
        String::new()
    }

    /// Text that a person typed and that must outlive this process, with the draft's name; an empty one forgets it.
    fn draft(&self) -> Option<(&'static str, String)> {
        None
    }
}

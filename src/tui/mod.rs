//! The terminal: what a responder sees and does at 3 am.
//!
//! ```text
//! keys, signals, answers ─► Msg ─► update(&mut Model) ─► Step { changed, effects }
//!                            ▲                                │            │
//!                            └── workers (reader, writer, watch) ◄─ Effect ┘
//!                                                  draw(&Model, &Theme) ◄─ when a frame is due
//! ```
//!
//! | part | owns |
//! |---|---|
//! | [`message`] | what can happen ([`message::Msg`]) and what is to be done ([`message::Effect`]), as plain values |
//! | [`model`], [`update`] | the state, and the one function that changes it; no clock, file or randomness in it |
//! | [`view`] | the views: a folder each, and the table of them |
//! | [`overlay`] | what lies over a view: palette, help, dialog |
//! | [`keymap`] | keys as data, merged with the responder's own file |
//! | [`draw`], [`regions`], [`theme`] | drawing from the unchanged state; where things were drawn; styles by meaning |
//! | [`widget`] | the pieces every view is made of |
//! | [`data`] | the case, behind worker threads; SQLite is never touched on the loop |
//! | [`cycle`], [`pace`], [`jobs`] | the loop, when it draws, latest-wins questions |
//! | [`screen`], [`run`], [`handover`] | the real terminal: entered and left in one place; runtime, signals, the editor |
//! | [`bell`] | ringing when a deadline nears |
//! | [`clipboard`] | handing text to the terminal's clipboard, through tmux and screen |
//! | [`tty`], [`shift`] | from cells to bytes, as few as can be; rows that only moved |
//!
//! # Adding a view
//!
//! 1. A folder `view/NAME/` with a type that implements [`view::View`], and its `ROW`: id, title, commands, `make`.
//! 2. One line in [`view::VIEWS`]; its place there is its digit. Tab line, `view.go`, palette and help follow by themselves.
//!
//! What it shows it asks for: a plain struct that implements [`data::Question`] stands in the view's folder, goes out with
//! [`view::Reply::ask`] under a slot that begins with the view's id (`images.rows`), and its answer comes back to
//! [`view::View::answer`], where it is downcast to the view's own type. What changes the case is a [`data::Deed`]. Commands
//! that only this view knows are rows in its `COMMANDS` (ids begin with its own), its keys a table of that name in
//! `assets/keymap/default.toml`. Tests say what was forgotten: a command without a key or without a handler, a key without
//! a command, a stale reference.
//!
//! What must never happen: waiting in `update` or `draw`, a second place that changes the model, text from a case put onto
//! the screen by anything but [`draw::paint`], a closure as a message.

pub mod bell;
pub mod clipboard;
pub mod cycle;
pub mod data;
pub mod draw;
pub mod handover;
pub mod jobs;
pub mod keymap;
pub mod message;
pub mod model;
pub mod overlay;
pub mod pace;
pub mod regions;
pub mod run;
pub mod screen;
pub mod shift;
pub mod stage;
pub mod theme;
pub mod tty;
pub mod update;
pub mod view;
pub mod widget;

#[cfg(test)]
mod testing;

pub use run::{Launch, run};

use crate::command::Table;

/// Every command there is: the house's, and those that views bring along.
pub fn commands() -> Table {
    Table::new(view::rows().map(|row| row.commands))
}

/// The modes of the keymap in the order of the reference.
pub fn modes() -> Vec<&'static str> {
    keymap::read::MODES.iter().copied().chain(view::ids()).collect()
}

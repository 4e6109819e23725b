//! What is said of images by hand, in whichever view they are marked: the line it is typed in, then the plan, then the
//! deed. One dialog for all views; which images are meant is theirs to say.

pub mod ask;
pub mod deeds;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Look, Reply};
use crate::command::Argument;
use crate::tui::widget::input::{Input, InputState};
use crate::tui::widget::region::split_top;
use ask::{About, Ask, Typed};
use deeds::Plan;

/// What the command of an assessment takes.
pub const ASSESSED: &[Argument] = &[Argument {
    name: "WORDS...",
    help: "as criticality=high exposure=internet, and why; else it is asked for",
    required: false,
}];

/// What the command of a priority takes.
pub const SET: &[Argument] = &[Argument {
    name: "WORDS...",
    help: "P0 to P3, computed, pause or resume, and why; else it is asked for",
    required: false,
}];

/// Begins a line about something that is called so. Words behind the command are taken as if they had been typed: where
/// they are right, the plan is asked for and no line is begun.
pub fn begin(about: About, label: String, words: &str, reply: &mut Reply) -> Option<Box<Ask>> {
    let mut ask = Ask::new(about, label);
    reply.changed = true;
    if !words.is_empty() {
        ask.insert(words);
        match ask.said() {
            Ok(said) => {
                reply.act(Plan(said));
                return None;
            }
            Err(problem) => ask.input.problem = Some(problem),
        }
    }
    Some(Box::new(ask))
}

/// What a command made of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    /// It is none of typing.
    Unknown,
    /// It is still typed.
    Open,
    /// It is planned, or given up.
    Over,
}

/// A command while the line is typed. What is said is planned.
pub fn typed(ask: &mut Ask, id: &str, reply: &mut Reply) -> Now {
    reply.changed = true;
    match ask.command(id) {
        Typed::Unknown => Now::Unknown,
        Typed::Edited => Now::Open,
        Typed::Cancelled => Now::Over,
        Typed::Said(said) => {
            reply.act(Plan(said));
            Now::Over
        }
    }
}

/// Draws the line over the first rows of an area; where its cursor is.
pub fn draw(ask: &Ask, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    line(&ask.prompt(), ask.placeholder(), &ask.input, look, area, buffer)
}

/// Any line that is typed over the first rows of an area; where its cursor is.
pub fn line(
    prompt: &str,
    placeholder: &str,
    input: &InputState,
    look: Look<'_>,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let (place, _) = split_top(area, 1 + u16::from(input.problem.is_some()));
    let widget = Input { prompt, placeholder, focused: true };
    let drawn = widget.draw(input, look.theme, place, buffer);
    widget.draw_completions(input, look.theme, place, area, buffer);
    drawn.cursor
}

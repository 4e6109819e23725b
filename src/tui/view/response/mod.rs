//! The response: situation, tasks, credentials, deadlines and the timeline. Five views of one make: some lines on top, a
//! list, and the marked entry in full below.
//!
//! What they show is worked out by the reader; nothing here depends on how much there is.

mod act;
mod data;
mod kinds;
mod rows;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

use super::below::Below;
use super::sheet::Sheet;
use super::{Around, Look, Reply, View, ViewRow};
use crate::command::when::Conditions;
use crate::command::{Argument, Call, Danger, Spec};
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::message::{Answer, Slot};
use crate::tui::model::toast::Tone;
use crate::tui::regions::Regions;
use crate::tui::theme::Slot as Meaning;
use crate::tui::view::pane;
use crate::tui::widget::input::{Edit, Input, InputState};
use data::{Ask, Picture};
use kinds::Kind;
use rows::Row;

/// The first screen.
pub const SITUATION: ViewRow =
    ViewRow { id: "situation", title: "Situation", commands: &[], make: || Box::new(Listing::new(Kind::Situation)) };
/// The checklist.
pub const TASKS: ViewRow =
    ViewRow { id: "tasks", title: "Tasks", commands: TASK_COMMANDS, make: || Box::new(Listing::new(Kind::Tasks)) };
/// The credentials.
pub const CREDENTIALS: ViewRow = ViewRow {
    id: "creds",
    title: "Creds",
    commands: CREDENTIAL_COMMANDS,
    make: || Box::new(Listing::new(Kind::Credentials)),
};
/// The deadlines.
pub const CLOCKS: ViewRow =
    ViewRow { id: "clocks", title: "Clocks", commands: CLOCK_COMMANDS, make: || Box::new(Listing::new(Kind::Clocks)) };
/// The timeline.
pub const TIME: ViewRow =
    ViewRow { id: "time", title: "Time", commands: TIME_COMMANDS, make: || Box::new(Listing::new(Kind::Time)) };

const TASK_COMMANDS: &[Spec] = &[
    Spec::terminal("tasks.claim", "Claim", "Say that you do the marked task; a claim ends by itself after four hours")
        .danger(Danger::Changes)
        .when("view:tasks && rows"),
    Spec::terminal("tasks.done", "Done", "Say that the marked task is done, and type what proves it")
        .danger(Danger::Changes)
        .when("view:tasks && rows"),
    Spec::terminal("tasks.waive", "Waive", "Say that the marked task will not be done, and type why")
        .danger(Danger::Changes)
        .when("view:tasks && rows"),
    Spec::terminal("tasks.reopen", "Reopen", "Say that the marked task is open again, and type why")
        .danger(Danger::Changes)
        .when("view:tasks && rows"),
    only("tasks.only", "Show only what can be done next, yours, or all", "view:tasks"),
];
const CREDENTIAL_COMMANDS: &[Spec] =
    &[only("creds.only", "Show only what is neither proved dead nor dismissed, or all", "view:creds")];
const CLOCK_COMMANDS: &[Spec] = &[only("clocks.only", "Show only what applies, or all", "view:clocks")];
const TIME_COMMANDS: &[Spec] = &[only("time.only", "Show only one lane, what responders wrote, or all", "view:time")];

/// The command that shows a part of a list.
const fn only(id: &'static str, help: &'static str, when: &'static str) -> Spec {
    const WHICH: &[Argument] = &[Argument { name: "WHICH", help: "which; else the next", required: false }];
    Spec::terminal(id, "Only", help).when(when).takes(WHICH)
}

/// Columns of one block of lines on top, where two stand side by side.
const BLOCK: u16 = 40;

/// A list with lines on top.
#[derive(Debug)]
struct Listing {
    kind: Kind,
    picture: Option<Picture>,
    sheet: Sheet<Arc<Row>>,
    below: Below,
    /// The part of the list that is shown, by its place in [`Kind::parts`].
    only: usize,
    /// What is being typed of a task, and its id.
    typing: Option<Typing>,
}

#[derive(Debug)]
struct Typing {
    word: act::Word,
    task: String,
    input: InputState,
}

impl Listing {
    fn new(kind: Kind) -> Listing {
        Listing { kind, picture: None, sheet: Sheet::default(), below: Below::default(), only: 0, typing: None }
    }

    fn take(&mut self, picture: Picture, reply: &mut Reply) {
        reply.changed |= self.picture.as_ref() != Some(&picture);
        self.picture = Some(picture);
        self.fill();
    }

    fn fill(&mut self) {
        let Some(picture) = &self.picture else { return };
        let part = self.part();
        let wanted = |row: &&Arc<Row>| part == "all" || row.parts.contains(&part);
        let mut rows: Vec<Arc<Row>> = picture.rows.iter().filter(wanted).cloned().collect();
        if part == "next" {
            rows.sort_by_key(|row| row.next);
        }
        self.sheet.set(rows);
    }

    /// The part of the list that is shown.
    fn part(&self) -> &'static str {
        self.kind.parts().get(self.only).copied().unwrap_or("all")
    }

    fn show_part(&mut self, wanted: &str, reply: &mut Reply) {
        match pane::turned(self.kind.parts(), self.only, wanted) {
            Some(only) => {
                (self.only, reply.changed) = (only, true);
                self.fill();
            }
            None => reply.say(Tone::Warning, format!("{wanted}: one of {}", self.kind.parts().join(", "))),
        }
    }

    fn begin(&mut self, word: act::Word, reply: &mut Reply) {
        let Some(row) = self.sheet.marked() else {
            return reply.say(Tone::Warning, "mark a task first");
        };
        self.typing = Some(Typing { word, task: row.key.clone(), input: InputState::default() });
        reply.changed = true;
    }

    fn type_word(&mut self, id: &str, reply: &mut Reply) -> bool {
        let Some(typing) = &mut self.typing else { return false };
        match id {
            "input.accept" if typing.input.text().trim().is_empty() => reply.say(Tone::Warning, typing.word.asks()),
            "input.accept" => {
                reply.act(act::SayTask {
                    task: typing.task.clone(),
                    word: typing.word,
                    text: typing.input.text().to_owned(),
                });
                self.typing = None;
            }
            "input.cancel" => self.typing = None,
            "input.complete" => {}
            id => match pane::edit(id) {
                Some(edit) => drop(typing.input.apply(edit)),
                None => return false,
            },
        }
        reply.changed = true;
        true
    }

    /// The lines on top: two blocks side by side where there is room for both.
    fn draw_head(&self, picture: &Picture, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Rect {
        let mut lines = Cursor::new(area);
        let side_by_side = area.width >= 2 * BLOCK - 4 && !picture.right.is_empty();
        let height = picture.left.len().max(picture.right.len());
        // The list keeps half of the room.
        let room = usize::from(area.height / 2).max(1);
        if side_by_side {
            for at in 0..height.min(room) {
                let line = lines.line();
                put(buffer, line, "", look.theme.style(Meaning::Base));
                let left = Rect { width: BLOCK.min(line.width), ..line };
                let right = Rect { x: line.x.saturating_add(BLOCK), width: line.width.saturating_sub(BLOCK), ..line };
                for (block, place) in [(&picture.left, left), (&picture.right, right)] {
                    if let Some((text, slot)) = block.get(at) {
                        put(buffer, place, &format!(" {text}"), look.theme.style(*slot));
                    }
                }
            }
        } else {
            for (text, slot) in picture.left.iter().chain(&picture.right).take(room) {
                put(buffer, lines.line(), &format!(" {text}"), look.theme.style(*slot));
            }
        }
        lines.rest()
    }

    /// The lines at the foot.
    fn draw_foot(picture: &Picture, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Rect {
        let mut lines = Cursor::new(area);
        let room = usize::from(area.height / 3);
        for (text, slot) in picture.foot.iter().take(room).rev() {
            put(buffer, lines.last(), &format!(" {text}"), look.theme.style(*slot));
        }
        lines.rest()
    }
}

impl View for Listing {
    fn refresh(&mut self, reply: &mut Reply) {
        reply.ask(self.kind.slot(), Ask(self.kind), false);
    }

    fn modes(&self) -> &'static [&'static str] {
        if self.typing.is_some() { &["input"] } else { self.kind.modes() }
    }

    fn conditions(&self, conditions: &mut Conditions) {
        conditions.set("rows", self.sheet.marked().is_some());
        conditions.set("open", false);
    }

    fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool {
        if self.typing.is_some() {
            return self.type_word(&call.id, reply);
        }
        if let Some(changed) = self.below.command(&call.id, around.regions) {
            reply.changed |= changed;
            return true;
        }
        match call.id.as_str() {
            "table.open" => self.sheet.open(reply),
            "tasks.claim" => match self.sheet.marked() {
                Some(row) => reply.act(act::Claim { task: row.key.clone() }),
                None => reply.say(Tone::Warning, "mark a task first"),
            },
            "tasks.done" => self.begin(act::Word::Done, reply),
            "tasks.waive" => self.begin(act::Word::Waive, reply),
            "tasks.reopen" => self.begin(act::Word::Reopen, reply),
            "tasks.only" | "creds.only" | "clocks.only" | "time.only" => self.show_part(&call.argument, reply),
            id => {
                let moved = self.sheet.command(id, around, self.kind.pane());
                if moved == Some(true) {
                    self.below.restart();
                }
                reply.changed |= moved == Some(true);
                return moved.is_some();
            }
        }
        true
    }

    fn insert(&mut self, text: &str, reply: &mut Reply) {
        if let Some(typing) = &mut self.typing {
            typing.input.apply(Edit::Paste(text.to_owned()));
            reply.changed = true;
        }
    }

    fn answer(&mut self, _: Slot, answer: Option<Result<Answer, String>>, reply: &mut Reply) {
        match answer {
            None => {}
            Some(Err(error)) => reply.say(Tone::Error, error),
            Some(Ok(answer)) => {
                if let Ok(picture) = answer.downcast::<Picture>() {
                    self.take(*picture, reply);
                }
            }
        }
    }

    fn below(&mut self) -> Option<&mut Below> {
        Some(&mut self.below)
    }

    fn click(&mut self, _: &'static str, row: usize, reply: &mut Reply) {
        reply.changed = true;
        if self.sheet.click(row) {
            self.sheet.open(reply);
        }
    }

    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let Some(picture) = &self.picture else {
            let mut lines = Cursor::new(area);
            put(buffer, lines.line(), " reading ...", look.theme.style(Meaning::Title));
            let columns = (self.kind.columns(), self.kind.pane(), "reading ...");
            return self.sheet.draw(columns, &self.below, look, lines.rest(), buffer);
        };
        let rest = self.draw_head(picture, look, area, buffer);
        let rest = Self::draw_foot(picture, look, rest, buffer);
        let columns = (self.kind.columns(), self.kind.pane(), self.kind.empty());
        let mut regions = self.sheet.draw(columns, &self.below, look, rest, buffer);
        if let Some(typing) = &self.typing {
            let prompt = format!("{} {} ", typing.word.verb(), typing.task);
            let input = Input { prompt: &prompt, placeholder: typing.word.asks(), focused: true };
            let first = Rect { height: area.height.min(1), ..area };
            regions.cursor = input.draw(&typing.input, look.theme, first, buffer).cursor;
        }
        regions
    }

    fn crumb(&self) -> String {
        if self.only == 0 { String::new() } else { self.part().to_owned() }
    }
}

//! The response: situation, tasks, credentials, deadlines and the timeline. The last four are of one make: some lines on
//! top, a list, and the marked entry in full below; the first screen is its own.
//!
//! What they show is worked out by the reader; nothing here depends on how much there is.

mod act;
mod commands;
mod data;
mod kinds;
mod rows;
mod situation;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

use super::below::Below;
use super::sheet::Sheet;
use super::{Around, Look, Reply, View, ViewRow};
use crate::command::Call;
use crate::command::when::Conditions;
use crate::model::text::fit;
use crate::model::time::Micros;
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::message::{Answer, Slot};
use crate::tui::model::toast::Tone;
use crate::tui::regions::Regions;
use crate::tui::theme::Slot as Meaning;
use crate::tui::view::pane;
use crate::tui::widget::input::{Edit, Input, InputState};
use commands::{CLOCK_COMMANDS, CREDENTIAL_COMMANDS, TASK_COMMANDS, TIME_COMMANDS};
use data::{Ask, Picture};
use kinds::Kind;
use rows::Row;

/// The first screen.
pub const SITUATION: ViewRow = situation::ROW;
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
    /// What rows are put together by, by its place in [`Kind::groups`].
    grouped: Option<usize>,
    /// Rows hold this, in lower case; empty for all.
    filter: String,
    /// Rows are so near to a time: its place in [`SPANS`], and the time.
    near: Option<(usize, Micros)>,
    /// What is being typed, and of what.
    typing: Option<Typing>,
}

#[derive(Debug)]
struct Typing {
    word: act::Word,
    key: String,
    input: InputState,
    /// What would be stored of it, as it was shown last.
    seen: Option<String>,
}

/// How near rows are to a time, in microseconds to either side: a day, an hour, ten minutes.
const SPANS: [i64; 3] = [43_200_000_000, 1_800_000_000, 300_000_000];

impl Listing {
    fn new(kind: Kind) -> Listing {
        Listing {
            kind,
            picture: None,
            sheet: Sheet::default(),
            below: Below::default(),
            only: 0,
            grouped: None,
            filter: String::new(),
            near: None,
            typing: None,
        }
    }

    fn take(&mut self, picture: Picture, reply: &mut Reply) {
        reply.changed |= self.picture.as_ref() != Some(&picture);
        self.picture = Some(picture);
        self.fill();
    }

    fn fill(&mut self) {
        let Some(picture) = &self.picture else { return };
        let part = self.part();
        let near = self.near.and_then(|(at, time)| Some((SPANS.get(at)?, time)));
        let wanted = |row: &&Arc<Row>| {
            (part == "all" || row.parts.contains(&part))
                && row.holds(&self.filter)
                && near.is_none_or(|(span, time)| row.at.is_some_and(|at| at.0.abs_diff(time.0) <= span.unsigned_abs()))
        };
        let mut rows: Vec<Arc<Row>> = picture.rows.iter().filter(wanted).cloned().collect();
        if part == "next" {
            rows.sort_by_key(|row| row.next);
        }
        self.sheet.set(match self.grouped {
            Some(by) => rows::grouped(rows, by),
            None => rows,
        });
    }

    /// The marked row; none on the head of a group.
    fn marked(&self) -> Option<&Arc<Row>> {
        self.sheet.marked().filter(|row| row.heads.is_none())
    }

    /// Puts rows together by a word, by none, or by the next one.
    fn group(&mut self, wanted: &str, reply: &mut Reply) {
        let words: Vec<&str> = std::iter::once("none").chain(self.kind.groups().iter().copied()).collect();
        match pane::turned(&words, self.grouped.map_or(0, |by| by + 1), wanted) {
            Some(by) => {
                (self.grouped, reply.changed) = (by.checked_sub(1), true);
                self.fill();
            }
            None => reply.say(Tone::Warning, format!("{wanted}: one of {}", words.join(", "))),
        }
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
        let key = self.marked().map(|row| row.key.clone());
        if key.is_none() && word.needs_row() {
            return reply.say(Tone::Warning, "mark a row first");
        }
        let text = if word == act::Word::Filter { self.filter.as_str() } else { "" };
        let input = InputState::new(text);
        let key = key.filter(|_| word.needs_row()).unwrap_or_default();
        self.typing = Some(Typing { word, key, input, seen: None });
        reply.changed = true;
    }

    fn type_word(&mut self, id: &str, reply: &mut Reply) -> bool {
        let Some(typing) = &mut self.typing else { return false };
        match id {
            "input.accept" if typing.input.text().trim().is_empty() && !typing.word.may_be_empty() => {
                reply.say(Tone::Warning, typing.word.asks());
            }
            "input.accept" => self.accept(reply),
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

    fn accept(&mut self, reply: &mut Reply) {
        let Some(Typing { word, key, input, mut seen }) = self.typing.take() else { return };
        if word == act::Word::Filter {
            self.filter = input.text().trim().to_lowercase();
            return self.fill();
        }
        // What was pasted is seen as it would be stored before it is.
        if let Some(shown) = pane::replaced(input.text(), &mut seen) {
            self.typing = Some(Typing { word, key, input: InputState::new(&shown), seen });
            return reply.say(Tone::Warning, "a secret was replaced: look at it; Enter stores it as it stands");
        }
        reply.act(act::Say { key, word, text: input.text().to_owned() });
    }

    /// Nearer to the marked entry, or farther away.
    fn zoom(&mut self, closer: bool) {
        let marked = self.sheet.marked().and_then(|row| row.at);
        self.near = match (self.near, closer) {
            (None, true) => marked.map(|at| (0, at)),
            (Some((at, time)), true) => Some(((at + 1).min(SPANS.len() - 1), marked.unwrap_or(time))),
            (Some((at, time)), false) => at.checked_sub(1).map(|at| (at, time)),
            (None, false) => None,
        };
        self.fill();
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
        conditions.set("rows", self.marked().is_some());
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
            "tasks.claim" => match self.marked() {
                Some(row) => reply.act(act::Claim { task: row.key.clone() }),
                None => reply.say(Tone::Warning, "mark a task first"),
            },
            "time.closer" | "time.wider" => {
                self.zoom(call.id == "time.closer");
                reply.changed = true;
            }
            "tasks.show" | "creds.show" | "clocks.show" | "time.show" => {
                (self.only, self.grouped) = (0, None);
                (self.filter, reply.changed) = (call.argument.trim().to_lowercase(), true);
                self.fill();
            }
            "tasks.group" => self.group(&call.argument, reply),
            "tasks.only" | "creds.only" | "clocks.only" | "time.only" => self.show_part(&call.argument, reply),
            id => {
                if let Some(word) = act::Word::of(id) {
                    self.begin(word, reply);
                    return true;
                }
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
        if let Some(picture) = reply.brought::<Picture>(answer) {
            self.take(picture, reply);
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
            let called = self.sheet.entries().iter().find(|row| row.key == typing.key).map(|row| row.called());
            let called = fit(&called.unwrap_or_default(), usize::from(area.width / 3));
            let prompt = format!("{} {called} ", typing.word.verb());
            let input = Input { prompt: &prompt, placeholder: typing.word.asks(), focused: true };
            let first = Rect { height: area.height.min(1), ..area };
            regions.cursor = input.draw(&typing.input, look.theme, first, buffer).cursor;
        }
        regions
    }

    fn subject(&self) -> Option<String> {
        let named = self.kind.named(&self.marked()?.key);
        // What the inventory tells of a time is no thing that a note could be about.
        let things = ["task:", "clock:", "credential:", "entry:", "event:"];
        things.iter().any(|thing| named.starts_with(thing)).then_some(named)
    }

    fn crumb(&self) -> String {
        const NEAR: [&str; 3] = ["a day", "an hour", "ten minutes"];
        let part = (self.only != 0).then(|| self.part().to_owned());
        let group = self.grouped.and_then(|by| self.kind.groups().get(by)).map(|by| format!("by {by}"));
        let filter = (!self.filter.is_empty()).then(|| self.filter.clone());
        let near = self.near.and_then(|(at, _)| NEAR.get(at)).map(|span| (*span).to_owned());
        [part, group, filter, near].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

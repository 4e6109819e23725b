//! Proof: the evidence and its lines, the events with who says them, and whether the file is whole.

mod data;
mod event;
mod raw;
mod reader;
mod rows;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::below::Below;
use super::facts::{self, Facts};
use super::sheet::Sheet;
use super::{Around, Look, Reply, View, ViewRow, pane};
use crate::case::query::sources::SourceRow;
use crate::case::state::LogRow;
use crate::case::verify::Report;
use crate::cli::words::short;
use crate::command::when::Conditions;
use crate::command::{Argument, Call, Spec};
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::message::{Answer, Slot};
use crate::tui::model::toast::Tone;
use crate::tui::regions::Regions;
use crate::tui::theme::Slot as Meaning;
use reader::Reader;
use rows::Piece;

/// Its row.
pub const ROW: ViewRow =
    ViewRow { id: "proof", title: "Proof", commands: COMMANDS, make: || Box::new(Proof::default()) };

const COMMANDS: &[Spec] = &[
    Spec::terminal("proof.tab", "Next tab", "Show the next tab, or a named one")
        .when("view:proof && !open")
        .takes(&[Argument { name: "TAB", help: "evidence, events or verify", required: false }]),
    Spec::terminal("proof.verify", "Verify", "Check chains, signatures, evidence and projections").when("view:proof"),
    Spec::terminal("proof.show", "Lines of evidence", "Show the lines of a piece of evidence").when("case").takes(&[
        Argument { name: "ID", help: "the SHA-256 of the stored bytes", required: true },
        Argument { name: "PLACE", help: "FIRST+LENGTH in bytes, or @ and a locator, as @line:7", required: false },
    ]),
    Spec::terminal("proof.event", "Event", "Show all that an event says").when("case").takes(&[Argument {
        name: "EVENT",
        help: "the first six or more digits of its hash",
        required: true,
    }]),
];

const TABS: [&str; 3] = ["evidence", "events", "verify"];
const SOURCES: Slot = "proof.sources";
const EVENTS: Slot = "proof.events";
const LINES: Slot = "proof.lines";
const EVENT: Slot = "proof.event";
const VERIFY: Slot = "proof.verify";
const PANE: &str = "proof.list";

/// Its state.
#[derive(Debug, Default)]
struct Proof {
    tab: usize,
    evidence: Sheet<Piece>,
    events: Sheet<LogRow>,
    report: Option<Report>,
    findings: Facts,
    open: Option<Open>,
    below: Below,
}

/// What is open in front of the lists.
#[derive(Debug)]
enum Open {
    Lines(Box<Reader>),
    Event(Box<Event>),
}

/// One event.
#[derive(Debug)]
struct Event {
    asked: String,
    title: String,
    page: Facts,
}

impl Proof {
    fn ask(&self, reply: &mut Reply) {
        reply.ask(SOURCES, data::Sources, false);
        // Events are all read for the list: only where it is shown.
        if self.tab == 1 {
            reply.ask(EVENTS, data::Events, false);
        }
    }

    fn tab(&mut self, wanted: &str, reply: &mut Reply) {
        match pane::turned(&TABS, self.tab, wanted) {
            Some(tab) => (self.tab, self.open, reply.changed) = (tab, None, true),
            None => return reply.say(Tone::Warning, format!("{wanted}: no tab is called so")),
        }
        self.ask(reply);
    }

    fn show(&mut self, argument: &str, reply: &mut Reply) {
        let open = Reader::parse(argument);
        open.ask(reply);
        (self.open, reply.changed) = (Some(Open::Lines(Box::new(open))), true);
    }

    fn show_event(&mut self, hash: &str, reply: &mut Reply) {
        reply.ask(EVENT, event::Event(hash.to_owned()), true);
        let event = Event { asked: hash.to_owned(), title: format!("event {hash}"), page: Facts::default() };
        (self.open, reply.changed) = (Some(Open::Event(Box::new(event))), true);
        self.below.restart();
    }

    fn open(&self, reply: &mut Reply) {
        match (&self.open, self.tab) {
            (Some(Open::Event(event)), _) => event.page.open(reply),
            (Some(Open::Lines(_)), _) => {}
            (None, 0) => self.evidence.open(reply),
            (None, 1) => self.events.open(reply),
            (None, _) => self.findings.open(reply),
        }
    }

    fn close(&mut self, reply: &mut Reply) {
        (self.open, reply.changed) = (None, true);
        reply.call("app.back followed");
    }

    /// Moves in what is shown; none where the command is none of moving.
    fn moved(&mut self, id: &str, around: Around<'_>) -> Option<bool> {
        match (&mut self.open, self.tab) {
            (Some(Open::Event(event)), _) => event.page.command(id, around, PANE),
            (Some(Open::Lines(_)), _) => None,
            (None, 0) => self.evidence.command(id, around, PANE),
            (None, 1) => self.events.command(id, around, PANE),
            (None, _) => self.findings.command(id, around, PANE),
        }
    }

    fn failed(&mut self, slot: Slot, error: String, reply: &mut Reply) {
        match (slot, &mut self.open) {
            (LINES, Some(Open::Lines(open))) => open.failed(error),
            (EVENT, Some(Open::Event(open))) => open.title = error,
            _ => return reply.say(Tone::Error, error),
        }
        reply.changed = true;
    }

    fn answered(&mut self, slot: Slot, answer: Answer, reply: &mut Reply) {
        match slot {
            LINES => {
                if let (Ok(page), Some(Open::Lines(open))) = (answer.downcast::<raw::Page>(), &mut self.open) {
                    open.take(*page, reply);
                }
            }
            EVENT => {
                if let (Ok(found), Some(Open::Event(open))) = (answer.downcast::<event::Found>(), &mut self.open)
                    && open.asked == found.asked
                {
                    (open.title, reply.changed) = (found.title, true);
                    open.page.set(found.facts);
                }
            }
            EVENTS => {
                if let Ok(rows) = answer.downcast::<Vec<LogRow>>() {
                    reply.changed |= self.events.set(*rows);
                }
            }
            VERIFY => {
                if let Ok(report) = answer.downcast::<Report>() {
                    self.findings.set(rows::findings(&report, self.evidence.entries()));
                    (self.report, reply.changed) = (Some(*report), true);
                }
            }
            _ => {
                if let Ok(found) = answer.downcast::<Vec<SourceRow>>() {
                    reply.changed |= self.evidence.set(found.into_iter().map(Piece).collect::<Vec<_>>());
                }
            }
        }
    }

    fn draw_lists(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut lines = Cursor::new(area);
        let state = self.report.as_ref().map_or("not run", |report| if report.ok { "whole" } else { "NOT WHOLE" });
        let count = |n: usize| if n == 0 { String::new() } else { n.to_string() };
        let names = [
            (TABS[0], count(self.evidence.entries().len())),
            (TABS[1], count(self.events.entries().len())),
            (TABS[2], state.to_owned()),
        ];
        let mut regions = pane::tabs(&names, self.tab, "proof.tab", look, lines.line(), buffer);
        let (rest, below) = (lines.rest(), &self.below);
        let none = "No evidence yet.\ni imports files and folders.";
        let unchecked = "Not checked in this session.\nV checks it; the work goes on meanwhile.";
        regions.extend(match self.tab {
            0 => self.evidence.draw((rows::EVIDENCE, PANE, none), below, look, rest, buffer),
            1 => self.events.draw((rows::LOG, PANE, "reading ..."), below, look, rest, buffer),
            _ => self.findings.draw((facts::COLUMNS, PANE, unchecked), below, look, rest, buffer),
        });
        regions
    }
}

impl View for Proof {
    fn refresh(&mut self, reply: &mut Reply) {
        self.ask(reply);
        if let Some(Open::Event(open)) = &self.open {
            reply.ask(EVENT, event::Event(open.asked.clone()), false);
        }
    }

    fn modes(&self) -> &'static [&'static str] {
        if matches!(self.open, Some(Open::Lines(_))) { &["proof", "details", "table"] } else { &["proof", "table"] }
    }

    fn conditions(&self, conditions: &mut Conditions) {
        let rows = match (&self.open, self.tab) {
            (Some(Open::Lines(_)), _) => false,
            (Some(Open::Event(event)), _) => event.page.marked().is_some(),
            (None, 0) => self.evidence.marked().is_some(),
            (None, 1) => self.events.marked().is_some(),
            (None, _) => self.findings.marked().is_some(),
        };
        conditions.set("open", self.open.is_some());
        conditions.set("rows", rows);
    }

    fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool {
        if let Some(changed) = self.below.command(&call.id, around.regions) {
            reply.changed |= changed;
            return true;
        }
        match (call.id.as_str(), &mut self.open) {
            ("proof.show", _) => self.show(&call.argument, reply),
            ("proof.event", _) => self.show_event(&call.argument, reply),
            ("proof.tab", _) => self.tab(&call.argument, reply),
            ("proof.verify", _) => {
                (self.open, self.tab, reply.changed) = (None, 2, true);
                reply.act(data::Verify);
            }
            ("table.close", Some(_)) => self.close(reply),
            (id, Some(Open::Lines(open))) => return open.command(id, around, reply),
            ("table.open", _) => self.open(reply),
            (id, _) => {
                let moved = self.moved(id, around);
                if moved == Some(true) {
                    self.below.restart();
                }
                reply.changed |= moved == Some(true);
                return moved.is_some();
            }
        }
        true
    }

    fn answer(&mut self, slot: Slot, answer: Option<Result<Answer, String>>, reply: &mut Reply) {
        match answer {
            None => {}
            Some(Err(error)) => self.failed(slot, error, reply),
            Some(Ok(answer)) => self.answered(slot, answer, reply),
        }
    }

    fn below(&mut self) -> Option<&mut Below> {
        Some(&mut self.below)
    }

    fn subject(&self) -> Option<String> {
        match (&self.open, self.tab) {
            (Some(Open::Lines(open)), _) => Some(format!("evidence:{}", open.id())),
            (Some(Open::Event(open)), _) => Some(format!("event:{}", open.asked)),
            (None, 0) => self.evidence.marked()?.0.evidence.as_ref().map(|id| format!("evidence:{id}")),
            (None, 1) => self.events.marked().map(|row| format!("event:{}", row.hash)),
            (None, _) => None,
        }
    }

    fn place(&self) -> Option<Call> {
        let line = match &self.open {
            Some(Open::Lines(open)) => format!("proof.show {}", open.place()),
            Some(Open::Event(open)) => format!("proof.event {}", open.asked),
            None => format!("proof.tab {}", TABS.get(self.tab).unwrap_or(&"evidence")),
        };
        Some(Call::parse(&line))
    }

    fn click(&mut self, _: &'static str, row: usize, reply: &mut Reply) {
        reply.changed = true;
        let again = match (&mut self.open, self.tab) {
            (Some(Open::Lines(_)), _) => false,
            (Some(Open::Event(event)), _) => event.page.click(row),
            (None, 0) => self.evidence.click(row),
            (None, 1) => self.events.click(row),
            (None, _) => self.findings.click(row),
        };
        if again {
            self.open(reply);
        }
    }

    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        match &self.open {
            None => self.draw_lists(look, area, buffer),
            Some(Open::Lines(open)) => open.draw(look, area, buffer),
            Some(Open::Event(open)) => {
                let mut lines = Cursor::new(area);
                put(buffer, lines.line(), &format!(" {}", open.title), look.theme.style(Meaning::Title));
                let columns = (facts::COLUMNS, PANE, "reading ...");
                open.page.draw(columns, &self.below, look, lines.rest(), buffer)
            }
        }
    }

    fn crumb(&self) -> String {
        match &self.open {
            None => TABS.get(self.tab).filter(|_| self.tab > 0).map_or_else(String::new, |tab| (*tab).to_owned()),
            Some(Open::Lines(open)) => open.crumb(),
            Some(Open::Event(open)) => format!("event {}", short(&open.asked)),
        }
    }
}

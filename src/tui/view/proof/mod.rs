//! Proof: the evidence and its lines, the events with who says them, and whether the file is whole.

mod data;
mod raw;
mod reader;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::sheet::{Entry, Sheet};
use super::text::{Text, heading, labelled};
use super::{Around, Look, Reply, View, ViewRow, pane};
use crate::case::query::sources::SourceRow;
use crate::case::state::LogRow;
use crate::case::verify::Report;
use crate::cli::words::{counted, short, short_path, when};
use crate::command::when::Conditions;
use crate::command::{Argument, Call, Spec};
use crate::tui::draw::paint::Cursor;
use crate::tui::message::{Answer, Slot};
use crate::tui::model::toast::Tone;
use crate::tui::regions::Regions;
use crate::tui::theme::Slot as Meaning;
use crate::tui::widget::table::Column;
use crate::tui::widget::{Cut, Line};
use reader::Reader;

/// Its row.
pub const ROW: ViewRow =
    ViewRow { id: "proof", title: "Proof", commands: COMMANDS, make: || Box::new(Proof::default()) };

const COMMANDS: &[Spec] = &[
    Spec::terminal("proof.tab", "Next tab", "Show the next tab, or a named one")
        .when("view:proof && !open")
        .takes(&[Argument { name: "TAB", help: "evidence, events or verify", required: false }]),
    Spec::terminal("proof.verify", "Verify", "Check chains, signatures, evidence and projections").when("view:proof"),
    Spec::terminal("proof.show", "Lines of evidence", "Show the lines of a piece of evidence")
        .when("view:proof")
        .takes(&[
            Argument { name: "ID", help: "the SHA-256 of the stored bytes", required: true },
            Argument { name: "FIRST+LENGTH", help: "the bytes that are meant", required: false },
        ]),
];

const TABS: [&str; 3] = ["evidence", "events", "verify"];
const SOURCES: Slot = "proof.sources";
const EVENTS: Slot = "proof.events";
const LINES: Slot = "proof.lines";
const VERIFY: Slot = "proof.verify";
const PANE: &str = "proof.list";

const EVIDENCE: &[Column] = &[
    Column::new("EVIDENCE", 8, 8),
    Column::new("PLACE", 16, 40).cut(Cut::With(short_path)).growing(3),
    Column::new("FORMAT", 12, 18).dropped(2),
    Column::new("STATUS", 8, 12),
    Column::new("FACTS", 6, 8).right().dropped(3),
    Column::new("ACQUIRED", 17, 17).dropped(1),
];

const LOG: &[Column] = &[
    Column::new("EVENT", 8, 8),
    Column::new("CLAIMED", 17, 17),
    Column::new("AUTHOR", 8, 24).dropped(1),
    Column::new("KIND", 14, 20).dropped(2),
    Column::new("WHAT", 16, 60).growing(1),
];

/// Has the lines of evidence shown in this view, from wherever that is asked.
pub fn show(id: &str, offset: i64, length: i64, reply: &mut Reply) {
    reply.call("view.go proof");
    reply.call(&format!("proof.show {id} {}+{} away", offset.max(0), length.max(0)));
}

/// Its state.
#[derive(Debug, Default)]
struct Proof {
    tab: usize,
    evidence: Sheet<SourceRow>,
    events: Sheet<LogRow>,
    report: Option<Report>,
    findings: Text,
    open: Option<Reader>,
}

impl Entry for SourceRow {
    fn key(&self) -> String {
        self.acquisition.clone()
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let status = match self.status.as_str() {
            "read" => Line::plain("read"),
            word => Line::new(format!("! {word}"), Meaning::Warning),
        };
        vec![
            Line::plain(self.evidence.as_deref().map_or("not kept", short)),
            Line::plain(self.place.as_str()),
            Line::plain(self.format.as_str()),
            status,
            Line::plain(self.observations.to_string()),
            Line::plain(when(&self.acquired)),
        ]
    }
}

impl Entry for LogRow {
    fn key(&self) -> String {
        self.hash.clone()
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let taken = if self.retracted { "(taken back) " } else { "" };
        vec![
            Line::plain(short(&self.hash)),
            Line::plain(when(&self.claimed)),
            Line::plain(self.author.as_str()),
            Line::plain(self.kind.as_str()),
            Line::plain(format!("{taken}{}", self.summary)),
        ]
    }

    fn slot(&self) -> Option<Meaning> {
        self.retracted.then_some(Meaning::Muted)
    }
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
            Some(tab) => (self.tab, reply.changed) = (tab, true),
            None => return reply.say(Tone::Warning, format!("{wanted}: no tab is called so")),
        }
        self.ask(reply);
    }

    /// `ID FIRST+LENGTH`, and `away` where another view asks.
    fn show(&mut self, argument: &str, reply: &mut Reply) {
        let mut words = argument.split_whitespace();
        let id = words.next().unwrap_or_default();
        let range = words.next().and_then(|word| word.split_once('+'));
        let range = range.and_then(|(first, length)| Some((first.parse().ok()?, length.parse().ok()?)));
        let open = Reader::new(id, range, words.next() == Some("away"));
        open.ask(reply);
        (self.open, reply.changed) = (Some(open), true);
    }

    fn open(&mut self, reply: &mut Reply) {
        if self.tab != 0 {
            return;
        }
        match self.evidence.marked().map(|row| row.evidence.clone()) {
            Some(Some(id)) => self.show(&id, reply),
            Some(None) => reply.say(Tone::Warning, "nothing was kept of it"),
            None => {}
        }
    }

    fn close(&mut self, reply: &mut Reply) {
        let foreign = self.open.take().is_some_and(|open| open.foreign);
        reply.changed = true;
        if foreign {
            reply.call("app.back");
        }
    }
}

/// The report as prose.
fn findings(report: &Report) -> Vec<Line<'static>> {
    let (events, sources) = (counted(report.events as u64, "event"), counted(report.evidence as u64, "source"));
    let mut lines = vec![match report.problems.len() {
        0 => Line::new(format!(" + whole: {events}, {sources} of evidence"), Meaning::Success),
        n => Line::new(format!(" x NOT whole: {}", counted(n as u64, "problem")), Meaning::Error),
    }];
    for problem in &report.problems {
        lines.push(Line::new(format!(" x {}  {}", problem.kind, problem.place), Meaning::Error));
        lines.push(labelled("", problem.detail.clone()));
    }
    lines.extend([Line::default(), heading("DEVICES: a key signs, it does not prove a person")]);
    for device in &report.devices {
        let events = counted(device.events as u64, "event");
        lines.push(labelled(short(&device.key), format!("{} on {}, {events}", device.name, device.host)));
    }
    lines.push(Line::default());
    lines.extend(report.notes.iter().map(|note| labelled("note", note.clone())));
    lines.push(labelled("redacted", format!("{} of the stored copies", report.redacted)));
    lines.push(labelled("state", short(&report.state).to_owned()));
    lines.push(labelled("events", short(&report.frontier).to_owned()));
    lines
}

impl View for Proof {
    fn refresh(&mut self, reply: &mut Reply) {
        self.ask(reply);
    }

    fn modes(&self) -> &'static [&'static str] {
        if self.open.is_some() || self.tab == 2 { &["proof", "details", "table"] } else { &["proof", "table"] }
    }

    fn conditions(&self, conditions: &mut Conditions) {
        conditions.set("open", self.open.is_some());
        conditions.set("rows", self.open.is_none() && self.tab == 0 && self.evidence.marked().is_some());
    }

    fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool {
        match (call.id.as_str(), &mut self.open) {
            ("proof.show", _) => self.show(&call.argument, reply),
            ("proof.verify", _) => {
                (self.open, self.tab, reply.changed) = (None, 2, true);
                reply.act(data::Verify);
            }
            ("table.close", Some(_)) => self.close(reply),
            (id, Some(open)) => return open.command(id, around, reply),
            ("proof.tab", None) => self.tab(&call.argument, reply),
            ("table.open", None) => self.open(reply),
            (id, None) => {
                let moved = match self.tab {
                    0 => self.evidence.command(id, around, PANE),
                    1 => self.events.command(id, around, PANE),
                    _ => self.findings.command(id, around, PANE),
                };
                reply.changed |= moved == Some(true);
                return moved.is_some();
            }
        }
        true
    }

    fn answer(&mut self, slot: Slot, answer: Option<Result<Answer, String>>, reply: &mut Reply) {
        let answer = match answer {
            None => return,
            Some(Err(error)) if slot == LINES => {
                if let Some(open) = &mut self.open {
                    open.failed(error);
                    reply.changed = true;
                }
                return;
            }
            Some(Err(error)) => return reply.say(Tone::Error, error),
            Some(Ok(answer)) => answer,
        };
        match slot {
            LINES => {
                if let (Ok(page), Some(open)) = (answer.downcast::<raw::Page>(), &mut self.open) {
                    open.take(*page, reply);
                }
            }
            EVENTS => {
                if let Ok(rows) = answer.downcast::<Vec<LogRow>>() {
                    reply.changed |= self.events.set(*rows);
                }
            }
            VERIFY => {
                if let Ok(report) = answer.downcast::<Report>() {
                    self.findings.set(findings(&report));
                    (self.report, reply.changed) = (Some(*report), true);
                }
            }
            _ => {
                if let Ok(rows) = answer.downcast::<Vec<SourceRow>>() {
                    reply.changed |= self.evidence.set(*rows);
                }
            }
        }
    }

    fn click(&mut self, _: &'static str, row: usize, reply: &mut Reply) {
        reply.changed = true;
        let again = match (&self.open, self.tab) {
            (None, 0) => self.evidence.click(row),
            (None, 1) => self.events.click(row),
            _ => false,
        };
        if again {
            self.open(reply);
        }
    }

    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        if let Some(open) = &self.open {
            return open.draw(look, area, buffer);
        }
        let mut lines = Cursor::new(area);
        let state = self.report.as_ref().map_or("not run", |report| if report.ok { "whole" } else { "NOT WHOLE" });
        let count = match self.evidence.entries().len() {
            0 => String::new(),
            n => n.to_string(),
        };
        let names = [(TABS[0], count), (TABS[1], String::new()), (TABS[2], state.to_owned())];
        let mut regions = pane::tabs(&names, self.tab, "proof.tab", look, lines.line(), buffer);
        let rest = lines.rest();
        let none = "No evidence yet.\nImport some with i.";
        regions.extend(match self.tab {
            0 => self.evidence.draw((EVIDENCE, PANE, none), look, rest, buffer),
            1 => self.events.draw((LOG, PANE, "reading ..."), look, rest, buffer),
            _ => self.findings.draw(
                PANE,
                "Not checked in this session.\nV checks it; the work goes on meanwhile.",
                look,
                rest,
                buffer,
            ),
        });
        regions
    }

    fn crumb(&self) -> String {
        self.open.as_ref().map_or_else(String::new, Reader::crumb)
    }
}

//! Blast: how far something bad reaches, what is only likely, what cannot be told and what would tell it, and in which order
//! to rebuild.

mod commands;
mod data;
mod head;
mod images;
mod list;
mod pages;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

use super::below::Below;
use super::facts::{self, Facts};
use super::graph::pages::Paged;
use super::graph::ways::Told;
use super::sheet::Sheet;
use super::{Around, Look, Reply, View, ViewRow, link, pane};
use crate::cli::words::counted;
use crate::command::Call;
use crate::command::when::Conditions;
use crate::tui::data::lineage::Building;
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::message::{Answer, Effect, Slot};
use crate::tui::model::toast::Tone;
use crate::tui::regions::{Hit, Regions};
use crate::tui::theme::Slot as Meaning;
use crate::tui::widget::Painter;
use crate::tui::widget::region::row;
use crate::work::blast::Reach;
use data::Reached;
use images::Images;
use list::{Listing, Only};
use pages::Line;

/// Its row.
pub const ROW: ViewRow =
    ViewRow { id: "blast", title: "Blast", commands: commands::COMMANDS, make: || Box::new(Blast::default()) };

const REACH: Slot = "blast.reach";
const WAYS: Slot = "blast.ways";
const PANE: &str = "blast.list";
/// The lists.
const TABS: [&str; 6] = ["images", "workloads", "credentials", "namespaces", "comes back", "waves"];
const WAVES: usize = 5;
/// From these heights on there are the counts, all lines about the target, the way to the marked image.
const COUNTED: u16 = 14;
const TOLD: u16 = 17;
const WHY: u16 = 9;

const NOTHING: &str = "Nothing is said to be bad or in doubt yet.\n\nr on an image, here or in the graph, shows what it reaches;\n\
                       :blast.show TARGET any digest:, tag:, repo:, registry:, layer: or chain:;\n`hullbreach indicator add` \
                       says that something is bad.";

/// Its state.
#[derive(Debug, Default)]
struct Blast {
    /// The targets as typed; empty for all open indicators.
    asked: String,
    reach: Option<Arc<Reach>>,
    read: bool,
    /// How far the answer has come, or why there is none.
    waiting: String,
    tab: usize,
    images: Images,
    workloads: Sheet<Line>,
    credentials: Sheet<Line>,
    namespaces: Sheet<Line>,
    comes_back: Sheet<Line>,
    waves: Facts,
    /// The ways to one image.
    open: Option<Box<Paged>>,
    below: Below,
}

impl Blast {
    fn ask(&mut self, reply: &mut Reply) {
        if !self.read && self.waiting.is_empty() {
            self.waiting = "reading the lineage ...".to_owned();
        }
        reply.ask(REACH, data::Reaching(self.asked.clone()), false);
    }

    fn show(&mut self, targets: &str, reply: &mut Reply) {
        if targets != self.asked {
            let below = std::mem::take(&mut self.below);
            *self = Blast { asked: targets.to_owned(), below, ..Blast::default() };
        }
        (self.open, reply.changed) = (None, true);
        self.ask(reply);
    }

    fn tab(&mut self, wanted: &str, reply: &mut Reply) {
        match pane::turned(&TABS, self.tab, wanted) {
            Some(tab) => (self.tab, self.open, reply.changed) = (tab, None, true),
            None => reply.say(Tone::Warning, format!("{wanted}: no list is called so")),
        }
        self.below.restart();
    }

    fn only(&mut self, word: &str, reply: &mut Reply) {
        let Some(only) = Only::ALL.into_iter().find(|only| only.as_str() == word) else {
            let words = Only::ALL.map(Only::as_str).join(", ");
            return reply.say(Tone::Warning, format!("{word}: show only {words}"));
        };
        (self.tab, self.open, reply.changed) = (0, None, true);
        self.images.only(only, self.reach.as_ref());
    }

    /// The ways to an image: the one with this id, else the one at the marker.
    fn why(&mut self, id: &str, reply: &mut Reply) {
        let Some(reach) = &self.reach else { return };
        let named = || reach.images.iter().find(|image| image.id == id);
        let Some(image) = (if id.is_empty() { self.images.marked() } else { named() }) else {
            return reply.say(Tone::Info, "put the marker on an image first");
        };
        let place = Call { id: "blast.why".to_owned(), argument: image.id.clone() };
        reply.ask(WAYS, data::Ways { reach: Arc::clone(reach), node: image.node }, false);
        if self.open.as_ref().is_none_or(|page| page.place != place) {
            self.open = Some(Box::new(Paged::new(place)));
        }
        reply.changed = true;
    }

    fn evidence(&self, reply: &mut Reply) {
        let (Some(reach), Some(image)) = (&self.reach, self.images.marked()) else { return };
        match reach.path(image.node).pop().and_then(|step| step.stands) {
            Some((evidence, place)) => reply.calls.push(link::evidence_told(&evidence, &place)),
            None => {
                reply.say(Tone::Info, "layers show it: each image tells its own");
                reply.call("blast.why");
            }
        }
    }

    fn copy_digests(&self, reply: &mut Reply) {
        let (digests, without) = self.images.digests();
        let without = if without > 0 { format!("; {without} without one left out") } else { String::new() };
        if digests.is_empty() {
            return reply.say(Tone::Warning, format!("nothing to copy{without}"));
        }
        reply.say(Tone::Info, format!("{} copied{without}", counted(digests.len() as u64, "digest")));
        reply.effects.push(Effect::Copy(digests.join("\n")));
    }

    fn copy_command(&self, reply: &mut Reply) {
        match self.images.marked().and_then(list::ask_of) {
            Some(command) => {
                reply.say(Tone::Info, format!("copied: {command}"));
                reply.effects.push(Effect::Copy(command));
            }
            None => reply.say(Tone::Info, "nothing is missing of this image that a command could tell"),
        }
    }

    fn of_image(&mut self, id: &str, around: Around<'_>, reply: &mut Reply) {
        match id {
            "blast.evidence" => self.evidence(reply),
            "blast.details" => reply.calls.extend(self.images.marked().map(|image| link::image(&image.id))),
            "blast.copy-digests" => self.copy_digests(reply),
            "blast.ask" => self.copy_command(reply),
            _ => {
                reply.changed |= self.images.mark();
                self.images.moved("table.down", around);
            }
        }
    }

    fn open_marked(&self, reply: &mut Reply) {
        match (&self.open, self.tab) {
            (Some(page), _) => page.open(reply),
            (None, 0) => reply.calls.extend(self.images.marked().map(list::focus)),
            (None, 1) => self.workloads.open(reply),
            (None, 2) => self.credentials.open(reply),
            (None, 3) => self.namespaces.open(reply),
            (None, 4) => self.comes_back.open(reply),
            (None, _) => self.waves.open(reply),
        }
    }

    fn moved(&mut self, id: &str, around: Around<'_>, reply: &mut Reply) -> bool {
        let moved = match (&mut self.open, self.tab) {
            (Some(page), _) => page.moved(id, around),
            (None, 0) => self.images.moved(id, around),
            (None, 1) => self.workloads.command(id, around, PANE),
            (None, 2) => self.credentials.command(id, around, PANE),
            (None, 3) => self.namespaces.command(id, around, PANE),
            (None, 4) => self.comes_back.command(id, around, PANE),
            (None, _) => self.waves.command(id, around, PANE),
        };
        if moved == Some(true) {
            self.below.restart();
            reply.changed = true;
        }
        moved.is_some()
    }

    /// The answer came; one about other targets is of no use.
    fn take(&mut self, reached: Reached, reply: &mut Reply) {
        if reached.asked != self.asked {
            return;
        }
        (self.read, self.waiting) = (true, String::new());
        self.reach = reached.reach;
        self.images.take(reached.listing, self.reach.as_ref());
        let lists = reached.lists;
        self.workloads.set(lists.workloads);
        self.credentials.set(lists.credentials);
        self.namespaces.set(lists.namespaces);
        self.comes_back.set(lists.comes_back);
        self.waves.set(lists.waves);
        if let Some(id) = self.open.as_ref().map(|page| page.place.argument.clone()) {
            self.why(&id, reply);
        }
    }

    fn draw_list(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let below = &self.below;
        match self.tab {
            0 => self.images.draw(self.reach.as_deref(), below, look, area, buffer),
            1 => self.workloads.draw((pages::WORKLOADS, PANE, "No workload uses it."), below, look, area, buffer),
            2 => {
                let none = "No credential that was read can be used from there.";
                self.credentials.draw((pages::CREDENTIALS, PANE, none), below, look, area, buffer)
            }
            3 => self.namespaces.draw((pages::NAMESPACES, PANE, "No namespace."), below, look, area, buffer),
            4 => {
                let none = "Nothing that was read keeps a copy: no cache of a node, no old ReplicaSet, no CI job, no cron job.";
                self.comes_back.draw((pages::COMES_BACK, PANE, none), below, look, area, buffer)
            }
            _ => {
                let none = "Nothing is to be rebuilt here: what is named itself is replaced from outside.";
                self.waves.draw((facts::COLUMNS, PANE, none), below, look, area, buffer)
            }
        }
    }

    fn tabs(&self) -> [(&'static str, String); 6] {
        let count = |n: usize| n.to_string();
        let images = match self.images.only_what() {
            Only::All => count(self.images.total()),
            only => format!("{} {}", self.images.total(), only.as_str()),
        };
        let counts = [
            images,
            count(self.workloads.entries().len()),
            count(self.credentials.entries().len()),
            count(self.namespaces.entries().len()),
            count(self.comes_back.entries().len()),
            String::new(),
        ];
        let mut counts = counts.into_iter();
        TABS.map(|tab| (tab, counts.next().unwrap_or_default()))
    }

    /// Nothing is there to be shown: why.
    fn draw_empty(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut regions = Regions::default();
        regions.push(area, Hit::Pane(PANE));
        let text = if self.read { NOTHING } else { &self.waiting };
        let mut painter = Painter::new(look.theme, area, buffer);
        painter.clear(area);
        for (at, line) in (0..area.height).zip(text.lines()) {
            painter.text(row(area, at), &format!(" {line}"), Meaning::Muted);
        }
        regions
    }
}

impl View for Blast {
    fn refresh(&mut self, reply: &mut Reply) {
        self.ask(reply);
    }

    fn modes(&self) -> &'static [&'static str] {
        &["blast", "table"]
    }

    fn conditions(&self, conditions: &mut Conditions) {
        let images = self.open.is_none() && self.tab == 0 && self.images.marked().is_some();
        conditions.set("rows", self.reach.is_some());
        conditions.set("images", images);
        conditions.set("open", self.open.is_some());
        conditions.set("selection", self.images.has_marks());
    }

    fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool {
        if let Some(changed) = self.below.command(&call.id, around.regions) {
            reply.changed |= changed;
            return true;
        }
        match call.id.as_str() {
            "blast.show" => self.show(&call.argument, reply),
            "blast.tab" => self.tab(&call.argument, reply),
            "blast.only" => self.only(&call.argument, reply),
            "blast.why" => self.why(&call.argument, reply),
            "blast.evidence" | "blast.details" | "blast.mark" | "blast.copy-digests" | "blast.ask" => {
                self.of_image(&call.id, around, reply);
            }
            "table.unmark" => {
                self.images.unmark();
                reply.changed = true;
            }
            "table.close" if self.open.is_some() => (self.open, reply.changed) = (None, true),
            "table.open" => self.open_marked(reply),
            id => return self.moved(id, around, reply),
        }
        true
    }

    fn answer(&mut self, slot: Slot, answer: Option<Result<Answer, String>>, reply: &mut Reply) {
        let Some(answer) = answer else { return };
        reply.changed = true;
        match (slot, answer) {
            (WAYS, Err(error)) => {
                if let Some(page) = &mut self.open {
                    page.failed(error);
                }
            }
            (_, Err(error)) => {
                (self.reach, self.read, self.waiting) = (None, false, error);
                self.images.take(Listing::default(), None);
            }
            (_, Ok(answer)) => match answer.downcast::<Building>() {
                Ok(building) if !self.read => self.waiting = format!("{} ...", building.0),
                Ok(_) => {}
                Err(answer) => match answer.downcast::<Reached>() {
                    Ok(reached) => self.take(*reached, reply),
                    Err(answer) => {
                        if let (Ok(told), Some(page)) = (answer.downcast::<Told>(), &mut self.open) {
                            page.take(*told);
                        }
                    }
                },
            },
        }
    }

    fn below(&mut self) -> Option<&mut Below> {
        Some(&mut self.below)
    }

    fn place(&self) -> Option<Call> {
        let shown = || Call { id: "blast.show".to_owned(), argument: self.asked.clone() };
        Some(self.open.as_ref().map_or_else(shown, |page| page.place.clone()))
    }

    fn click(&mut self, _: &'static str, row: usize, reply: &mut Reply) {
        reply.changed = true;
        let again = match (&mut self.open, self.tab) {
            (Some(page), _) => page.click(row),
            (None, 0) => self.images.click(row),
            (None, 1) => self.workloads.click(row),
            (None, 2) => self.credentials.click(row),
            (None, 3) => self.namespaces.click(row),
            (None, 4) => self.comes_back.click(row),
            (None, _) => self.waves.click(row),
        };
        if again {
            self.open_marked(reply);
        }
    }

    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        if let Some(page) = &self.open {
            return page.draw("reading ...", &self.below, look, area, buffer);
        }
        let Some(reach) = &self.reach else { return self.draw_empty(look, area, buffer) };
        let mut regions = Regions::default();
        let mut lines = Cursor::new(area);
        let about = if area.height >= TOLD { 4 } else { 1 };
        for (text, slot) in head::lines(reach).into_iter().take(about) {
            put(buffer, lines.line(), &text, look.theme.style(slot));
        }
        if area.height >= COUNTED {
            let place = lines.rest();
            regions.extend(head::counts(&reach.counts, look, place, buffer));
            for _ in 0..head::COUNTS {
                lines.line();
            }
        }
        regions.extend(pane::tabs(&self.tabs(), self.tab, "blast.tab", look, lines.line(), buffer));
        if area.height >= WHY && self.tab == 0 {
            let (text, slot) = self.images.why(reach, area.width);
            put(buffer, lines.last(), &text, look.theme.style(slot));
        }
        regions.extend(self.draw_list(look, lines.rest(), buffer));
        regions
    }

    fn subject(&self) -> Option<String> {
        self.images.marked().filter(|_| self.tab == 0).map(|image| image.id.clone())
    }

    fn crumb(&self) -> String {
        match &self.open {
            Some(page) => page.crumb.clone(),
            None if self.tab == WAVES => "waves".to_owned(),
            None => self.reach.as_ref().filter(|_| !self.asked.is_empty()).map_or_else(String::new, |reach| {
                reach.targets.first().map_or_else(String::new, |targeted| head::short_target(&targeted.question.target))
            }),
        }
    }
}

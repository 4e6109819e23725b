//! Graph: which image stands on which. The outline of bases, one image with what is around it, the ways to it, and two
//! images side by side.

mod commands;
mod compare;
mod data;
mod filter;
mod focus;
mod name;
pub(super) mod pages;
pub(super) mod steps;
mod tree;
pub(super) mod ways;
pub(super) mod words;
mod zones;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::below::Below;
use super::typing::{Offered, Typing};
use super::{Around, Look, Reply, View, ViewRow, link};
use crate::command::Call;
use crate::command::when::Conditions;
use crate::tui::data::lineage::{Building, Kept};
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::message::{Answer, Slot};
use crate::tui::model::toast::Tone;
use crate::tui::regions::Regions;
use crate::tui::theme::Slot as Meaning;
use crate::tui::widget::input::Input;
use crate::tui::widget::tree::Step;
use focus::Zoned;
use pages::Paged;
use tree::{Bases, Fits};
use ways::Told;
use zones::Centre;

/// Its row.
pub const ROW: ViewRow =
    ViewRow { id: "graph", title: "Graph", commands: commands::COMMANDS, make: || Box::new(Graph::default()) };

const WHOLE: Slot = "graph.whole";
const FITS: Slot = "graph.fits";
const VALUES: Slot = "graph.values";
const AROUND: Slot = "graph.around";
const PAGE: Slot = "graph.page";

/// Its state.
#[derive(Debug, Default)]
struct Graph {
    bases: Bases,
    /// How far the lineage is built; empty where nothing is under way.
    building: String,
    filter: String,
    typing: Option<Typing>,
    open: Option<Open>,
    /// The image that the outline is to be opened at, as soon as it is there.
    reveal: Option<String>,
    below: Below,
}

/// What is open in front of the outline.
#[derive(Debug)]
enum Open {
    Centre(Box<Centre>),
    Page(Box<Paged>),
}

impl Graph {
    fn ask(&mut self, reply: &mut Reply) {
        if self.bases.kept().is_none() && self.building.is_empty() {
            self.building = "reading the lineage ...".to_owned();
        }
        reply.ask(WHOLE, data::Whole, false);
    }

    fn show(&mut self, alias: &str, reply: &mut Reply) {
        reply.ask(AROUND, data::Around(alias.to_owned()), false);
        (self.open, self.typing, reply.changed) = (Some(Open::Centre(Box::new(Centre::new(alias)))), None, true);
        self.below.restart();
    }

    /// The image that a command is about: the named one, else the one that is shown or marked.
    fn subject_of(&self, argument: &str) -> Option<String> {
        if !argument.is_empty() {
            return Some(argument.to_owned());
        }
        match &self.open {
            Some(Open::Centre(centre)) => Some(centre.asked.clone()),
            Some(Open::Page(_)) => None,
            None => self.bases.id().map(|id| id.to_string()),
        }
    }

    fn why(&mut self, argument: &str, reply: &mut Reply) {
        let Some(image) = self.subject_of(argument) else {
            return reply.say(Tone::Info, "put the marker on an image first");
        };
        reply.ask(PAGE, data::Ways(image.clone()), false);
        self.page(Call { id: "graph.why".to_owned(), argument: image }, reply);
    }

    fn compare(&mut self, argument: &str, reply: &mut Reply) {
        let named = argument.split_once(char::is_whitespace).map(|(a, b)| (a.to_owned(), b.trim().to_owned()));
        let pair = named.or_else(|| self.bases.pair().map(|(a, b)| (a.to_string(), b.to_string())));
        let Some((first, second)) = pair else {
            return reply.say(Tone::Info, "Space marks an image; put the marker on another one and compare again");
        };
        let argument = format!("{first} {second}");
        reply.ask(PAGE, data::Beside(first, second), false);
        self.page(Call { id: "graph.compare".to_owned(), argument }, reply);
    }

    fn name(&mut self, typed: &str, reply: &mut Reply) {
        let kept = self.bases.kept();
        let node = self.subject_of("").and_then(|id| kept?.find(&id));
        let unnamed = node.and_then(|node| kept?.graph().unnamed(node));
        match unnamed {
            Some(unnamed) => {
                reply.act(name::Name { chain_id: unnamed.chain_id.clone(), typed: typed.to_owned() });
            }
            None => reply.say(Tone::Info, "only a base that no image was read of can be named: put the marker on one"),
        }
    }

    fn page(&mut self, call: Call, reply: &mut Reply) {
        (self.open, self.typing, reply.changed) = (Some(Open::Page(Box::new(Paged::new(call)))), None, true);
        self.below.restart();
    }

    fn list(&mut self, alias: &str, reply: &mut Reply) {
        (self.open, self.typing, reply.changed) = (None, None, true);
        if !alias.is_empty() {
            self.filter.clear();
            self.reveal = Some(alias.to_owned());
            self.reveal(reply);
        }
    }

    /// Opens the outline at the image that waits for it.
    fn reveal(&mut self, reply: &mut Reply) {
        let Some(kept) = self.bases.kept() else { return };
        let Some(alias) = self.reveal.take() else { return };
        match kept.find(&alias) {
            Some(node) => self.bases.reveal(node),
            // The outline is asked by id alone; any other alias leads to the image first.
            None => self.show(&alias, reply),
        }
    }

    fn close(&mut self, reply: &mut Reply) {
        (self.open, reply.changed) = (None, true);
        reply.call("app.back followed");
    }

    /// To the right or to the left: opens and closes rows, or goes from zone to zone.
    fn sideways(&mut self, forward: bool, reply: &mut Reply) {
        match &mut self.open {
            None => reply.changed |= self.bases.step(if forward { Step::Open } else { Step::Close }),
            Some(Open::Centre(centre)) => reply.changed |= centre.beside(forward),
            Some(Open::Page(page)) if forward => page.open(reply),
            Some(Open::Page(_)) => self.close(reply),
        }
    }

    fn open_marked(&mut self, reply: &mut Reply) {
        match (&self.open, self.bases.id()) {
            (Some(Open::Centre(centre)), _) => centre.open(reply),
            (Some(Open::Page(page)), _) => page.open(reply),
            (None, Some(id)) => reply.calls.push(link::lineage(&id.to_string())),
            (None, None) => reply.changed |= self.bases.step(Step::Toggle),
        }
    }

    fn moved(&mut self, id: &str, around: Around<'_>, reply: &mut Reply) -> bool {
        let moved = match &mut self.open {
            None => self.bases.moved(id, around.regions),
            Some(Open::Centre(centre)) => centre.moved(id, around),
            Some(Open::Page(page)) => page.moved(id, around),
        };
        if moved == Some(true) {
            self.below.restart();
            reply.changed = true;
        }
        moved.is_some()
    }

    fn answered(&mut self, slot: Slot, answer: Answer, reply: &mut Reply) {
        reply.changed = true;
        let answer = match answer.downcast::<Building>() {
            Ok(building) => return self.building = format!("{} ...", building.0),
            Err(answer) => answer,
        };
        self.building.clear();
        let answer = match answer.downcast::<data::Several>() {
            Ok(several) => {
                self.open = None;
                reply.say(Tone::Info, format!("{} images are called so: choose one", several.total));
                return reply.calls.push(link::image(&several.asked));
            }
            Err(answer) => answer,
        };
        match slot {
            WHOLE => {
                if let Ok(kept) = answer.downcast::<Kept>() {
                    self.whole(*kept, reply);
                }
            }
            FITS => {
                if let Ok(fits) = answer.downcast::<Fits>()
                    && fits.filter == self.wanted()
                {
                    self.bases.filtered(*fits);
                }
            }
            VALUES => {
                if let (Ok(offered), Some(typing)) = (answer.downcast::<Offered>(), &mut self.typing) {
                    let Offered(cue, values) = *offered;
                    typing.offer(&cue, values);
                }
            }
            AROUND => {
                if let (Ok(zoned), Some(Open::Centre(centre))) = (answer.downcast::<Zoned>(), &mut self.open) {
                    centre.take(*zoned);
                }
            }
            _ => {
                if let (Ok(told), Some(Open::Page(page))) = (answer.downcast::<Told>(), &mut self.open) {
                    page.take(*told);
                }
            }
        }
    }

    fn whole(&mut self, kept: Kept, reply: &mut Reply) {
        self.bases.take(kept);
        let wanted = self.wanted();
        if !wanted.is_empty() {
            self.ask_fits(&wanted, reply);
        }
        self.reveal(reply);
    }

    fn failed(&mut self, slot: Slot, error: String, reply: &mut Reply) {
        reply.changed = true;
        self.building.clear();
        match (slot, &mut self.open) {
            (AROUND, Some(Open::Centre(centre))) => centre.failed(error),
            (PAGE, Some(Open::Page(page))) => page.failed(error),
            // What is wrong with a filter stands below it already.
            (FITS, _) if self.typing.is_some() => {}
            _ => reply.say(Tone::Error, error),
        }
    }

    fn draw_bases(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut lines = Cursor::new(area);
        let first = lines.line();
        let head = if self.building.is_empty() { self.bases.head() } else { format!(" {}", self.building) };
        let Some(typing) = &self.typing else {
            put(buffer, first, &head, look.theme.style(Meaning::Title));
            return self.bases.draw(&self.building, &self.below, look, lines.rest(), buffer);
        };
        let mut place = first;
        if typing.input.problem.is_some() {
            place.height += lines.line().height;
        }
        let input = Input { prompt: "/", placeholder: "debian, or registry:docker.io running:>0", focused: true };
        let mut regions = self.bases.draw(&self.building, &self.below, look, lines.rest(), buffer);
        let drawn = input.draw(&typing.input, look.theme, place, buffer);
        input.draw_completions(&typing.input, look.theme, place, area, buffer);
        regions.cursor = drawn.cursor;
        regions
    }
}

impl View for Graph {
    fn refresh(&mut self, reply: &mut Reply) {
        self.ask(reply);
        match &self.open {
            Some(Open::Centre(centre)) => reply.ask(AROUND, data::Around(centre.asked.clone()), false),
            Some(Open::Page(page)) => page.ask(PAGE, reply),
            None => {}
        }
    }

    fn modes(&self) -> &'static [&'static str] {
        if self.typing.is_some() { &["input"] } else { &["graph", "table"] }
    }

    fn conditions(&self, conditions: &mut Conditions) {
        let rows = match &self.open {
            None => self.bases.has_rows(),
            Some(Open::Centre(centre)) => centre.has_rows(),
            Some(Open::Page(page)) => page.has_rows(),
        };
        conditions.set("rows", rows);
        conditions.set("open", self.open.is_some());
        conditions.set("filter", self.open.is_none() && !self.filter.is_empty());
        conditions.set("selection", self.open.is_none() && self.bases.has_marks());
    }

    fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool {
        if self.typing.is_some() {
            return self.type_filter(&call.id, reply);
        }
        if let Some(changed) = self.below.command(&call.id, around.regions) {
            reply.changed |= changed;
            return true;
        }
        match call.id.as_str() {
            "graph.show" if call.argument.is_empty() => self.list("", reply),
            "graph.show" => self.show(&call.argument, reply),
            "graph.list" => self.list(&call.argument, reply),
            "graph.why" => self.why(&call.argument, reply),
            "graph.compare" => self.compare(&call.argument, reply),
            "graph.call" => self.name(&call.argument, reply),
            "graph.right" => self.sideways(true, reply),
            "graph.left" => self.sideways(false, reply),
            "graph.reach" => {
                if let Some(image) = self.subject_of("") {
                    reply.calls.push(link::blast(&image));
                }
            }
            "graph.details" => {
                if let Some(image) = self.subject_of("") {
                    reply.calls.push(link::image(&image));
                }
            }
            "table.open" => self.open_marked(reply),
            "table.close" if self.open.is_some() => self.close(reply),
            "graph.filter" | "graph.all" | "graph.below" | "graph.shut" | "graph.mark" | "table.unmark"
                if self.open.is_none() =>
            {
                self.in_outline(&call.id, around, reply);
            }
            id => return self.moved(id, around, reply),
        }
        true
    }

    fn insert(&mut self, text: &str, reply: &mut Reply) {
        if let Some(typing) = &mut self.typing {
            typing.insert(text);
            self.typed(reply);
        }
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
        self.subject_of("")
    }

    fn place(&self) -> Option<Call> {
        Some(match &self.open {
            Some(Open::Centre(centre)) => link::lineage(&centre.asked),
            Some(Open::Page(page)) => page.place.clone(),
            None => Call { id: "graph.list".to_owned(), argument: String::new() },
        })
    }

    fn click(&mut self, pane: &'static str, row: usize, reply: &mut Reply) {
        reply.changed = true;
        let again = match &mut self.open {
            None => self.bases.click(row as u64),
            Some(Open::Centre(centre)) => centre.click(row),
            Some(Open::Page(page)) => page.click(row),
        };
        if self.open.is_none() && pane == tree::SIGNS {
            self.bases.step(Step::Toggle);
        } else if again && self.typing.is_none() {
            self.open_marked(reply);
        }
    }

    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        match &self.open {
            None => self.draw_bases(look, area, buffer),
            Some(Open::Centre(centre)) => centre.draw(&self.building, &self.below, look, area, buffer),
            Some(Open::Page(page)) => page.draw(&self.building, &self.below, look, area, buffer),
        }
    }

    fn crumb(&self) -> String {
        match &self.open {
            None => self.filter.clone(),
            Some(Open::Centre(centre)) => centre.crumb.clone(),
            Some(Open::Page(page)) => page.crumb.clone(),
        }
    }
}

impl Graph {
    /// What only means something in the outline.
    fn in_outline(&mut self, id: &str, around: Around<'_>, reply: &mut Reply) {
        reply.changed = true;
        match id {
            "graph.filter" => self.typing = Some(Typing::new(&self.filter)),
            "graph.all" => self.set_filter(String::new(), reply),
            "graph.below" => drop(self.bases.step(Step::OpenBelow)),
            "graph.shut" => drop(self.bases.step(Step::CloseAll)),
            "graph.mark" if self.bases.mark() => drop(self.bases.moved("table.down", around.regions)),
            _ => self.bases.unmark(),
        }
    }
}

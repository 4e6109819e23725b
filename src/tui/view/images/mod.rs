//! Images: what runs. The table, the filter over it, and everything about one image.

mod commands;
mod data;
mod details;
mod grouping;
mod list;
mod rows;
mod saying;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::below::Below;
use super::judge::ask::Ask;
use super::typing::{Offered, Typed, Typing};
use super::{Around, Look, Reply, View, ViewRow, judge, link};
use crate::case::query::filter::Filter;
use crate::cli::words::counted;
use crate::command::Call;
use crate::command::when::Conditions;
use crate::tui::data::lineage::Building;
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::message::{Answer, Effect, Slot};
use crate::tui::model::toast::Tone;
use crate::tui::regions::Regions;
use crate::tui::theme::Slot as Meaning;
use crate::tui::widget::input::Input;
use details::{Details, Prepared};
use list::List;

/// Its row.
pub const ROW: ViewRow =
    ViewRow { id: "images", title: "Images", commands: commands::COMMANDS, make: || Box::new(Images::default()) };

const ROWS: Slot = "images.rows";
const IDS: Slot = "images.ids";
const COPY: Slot = "images.copy";
const VALUES: Slot = "images.values";
const DETAILS: Slot = "images.details";
const BASES: Slot = "images.bases";
const PANE: &str = "images.list";

/// Its state.
#[derive(Debug, Default)]
struct Images {
    list: List,
    typing: Option<Typing>,
    /// What is being said of images.
    saying: Option<Box<Ask>>,
    open: Option<Details>,
    below: Below,
}

impl Images {
    fn filter(&self) -> String {
        self.typing.as_ref().map_or(self.list.wish.filter.as_str(), |typing| typing.input.text()).to_owned()
    }

    fn ask(&self, hurry: bool, reply: &mut Reply) {
        self.list.ask(&self.filter(), hurry, reply);
    }

    fn set_filter(&mut self, filter: String, reply: &mut Reply) {
        self.list.wish.filter = filter;
        reply.changed = true;
        self.ask(true, reply);
    }

    /// A command while the filter is typed; false where it is none of typing.
    fn type_filter(&mut self, id: &str, reply: &mut Reply) -> bool {
        let Some(typing) = &mut self.typing else { return false };
        let typed = typing.command(id);
        reply.changed |= typed != Typed::Unknown;
        match typed {
            Typed::Unknown => return false,
            Typed::Moved => {}
            Typed::Changed => self.typed(reply),
            Typed::Accepted(filter) => {
                self.typing = None;
                self.list.wish.filter = filter;
            }
            Typed::Cancelled => {
                self.typing = None;
                self.list.come_back();
                self.ask(true, reply);
            }
        }
        true
    }

    /// The filter's text is another: rows for it, and what could stand at the cursor.
    fn typed(&mut self, reply: &mut Reply) {
        reply.changed = true;
        self.ask(true, reply);
        if let Some(typing) = &self.typing {
            typing.ask(VALUES, reply);
        }
    }

    fn open(&mut self, reply: &mut Reply) {
        if self.list.toggle(reply) {
            return;
        }
        let Some(image) = self.list.image() else { return };
        self.show(Details::new(image), reply);
    }

    fn show(&mut self, details: Details, reply: &mut Reply) {
        reply.ask(DETAILS, data::Details(details.id().to_owned()), true);
        (self.open, self.typing, reply.changed) = (Some(details), None, true);
        self.below.restart();
    }

    /// The list with a filter; the order and the groups stay.
    fn show_list(&mut self, filter: &str, reply: &mut Reply) {
        if let Err(error) = Filter::parse(filter) {
            return reply.say(Tone::Warning, format!("{filter}: {error}"));
        }
        (self.open, self.typing) = (None, None);
        self.set_filter(filter.to_owned(), reply);
    }

    /// The list, or where it was left for this image.
    fn close(&mut self, reply: &mut Reply) {
        let from_list = self.open.take().is_none_or(|open| open.from_list);
        reply.changed = true;
        if !from_list {
            reply.call("app.back followed");
        }
    }

    fn copy(&self, digests: bool, reply: &mut Reply) {
        let ids = match &self.open {
            Some(details) => vec![details.id().to_owned()],
            None => self.list.chosen(),
        };
        if !ids.is_empty() {
            reply.ask(COPY, data::Named { ids, digests }, true);
        }
    }

    fn drawn(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        if let Some(open) = &self.open {
            return open.draw(&self.below, look, area, buffer);
        }
        let mut lines = Cursor::new(area);
        let first = lines.line();
        let Some(typing) = &self.typing else {
            put(buffer, first, &self.list.head(), look.theme.style(Meaning::Title));
            return self.list.draw(!self.list.wish.filter.is_empty(), &self.below, look, lines.rest(), buffer);
        };
        let mut place = first;
        if typing.input.problem.is_some() {
            place.height += lines.line().height;
        }
        let input = Input { prompt: "/", placeholder: "registry:docker.io running:>0 name~api", focused: true };
        let mut regions = self.list.draw(true, &self.below, look, lines.rest(), buffer);
        let drawn = input.draw(&typing.input, look.theme, place, buffer);
        input.draw_completions(&typing.input, look.theme, place, area, buffer);
        regions.cursor = drawn.cursor;
        regions
    }

    fn answered(&mut self, slot: Slot, answer: Answer, reply: &mut Reply) {
        match slot {
            IDS => {
                if let Ok(ids) = answer.downcast::<Vec<String>>() {
                    self.list.mark(*ids, reply);
                }
            }
            COPY => {
                if let Ok(copied) = answer.downcast::<data::Copied>() {
                    copy(*copied, reply);
                }
            }
            VALUES => {
                if let (Ok(offered), Some(typing)) = (answer.downcast::<Offered>(), &mut self.typing) {
                    let Offered(cue, values) = *offered;
                    typing.offer(&cue, values);
                    reply.changed = true;
                }
            }
            DETAILS => self.detailed(answer, reply),
            BASES => self.based(answer, reply),
            _ => {
                let answer = match answer.downcast::<Building>() {
                    Ok(building) => {
                        reply.changed = true;
                        return self.list.wait(building.0);
                    }
                    Err(answer) => answer,
                };
                // An answer to a filter that was given up meanwhile is of no use.
                if let Ok(page) = answer.downcast::<data::Page>()
                    && page.wish.filter.trim() == self.filter().trim()
                {
                    self.list.take(*page, reply);
                }
            }
        }
    }

    fn based(&mut self, answer: Answer, reply: &mut Reply) {
        let Some(open) = &mut self.open else { return };
        reply.changed = true;
        match answer.downcast::<Building>() {
            Ok(building) => open.bases_wait(format!("{} ...", building.0)),
            Err(answer) => {
                if let Ok(bases) = answer.downcast::<details::Bases>() {
                    open.stand(*bases);
                }
            }
        }
    }

    fn detailed(&mut self, answer: Answer, reply: &mut Reply) {
        let Some(open) = &mut self.open else { return };
        match answer.downcast::<Prepared>() {
            Ok(known) => {
                let before = open.id().to_owned();
                reply.changed |= open.set(*known);
                if before != open.id() || open.lacks_bases() {
                    open.ask_bases(reply);
                }
            }
            Err(answer) => {
                if let Ok(several) = answer.downcast::<data::Several>() {
                    reply.say(Tone::Info, format!("{} images are called so: Enter opens one", several.total));
                    self.show_list(&several.filter, reply);
                }
            }
        }
    }
}

/// Copies, and says what; how is said where it is handed over.
fn copy(copied: data::Copied, reply: &mut Reply) {
    let what = if copied.digests { "digest" } else { "name" };
    let without = if copied.without > 0 { format!("; {} without one left out", copied.without) } else { String::new() };
    if copied.lines.is_empty() {
        return reply.say(Tone::Warning, format!("nothing to copy{without}"));
    }
    let count = counted(copied.lines.len() as u64, what);
    reply.effects.push(Effect::Copy(copied.lines.join("\n")));
    reply.say(Tone::Info, format!("{count} copied{without}"));
}

impl View for Images {
    fn refresh(&mut self, reply: &mut Reply) {
        self.ask(false, reply);
        if let Some(open) = &self.open {
            reply.ask(DETAILS, data::Details(open.id().to_owned()), false);
            open.ask_bases(reply);
        }
    }

    fn modes(&self) -> &'static [&'static str] {
        if self.typing.is_some() || self.saying.is_some() { &["input"] } else { &["images", "table"] }
    }

    fn conditions(&self, conditions: &mut Conditions) {
        let open = self.open.is_some();
        conditions.set("rows", self.open.as_ref().map_or_else(|| self.list.has_rows(), Details::has_rows));
        conditions.set("filter", !open && !self.list.wish.filter.is_empty());
        conditions.set("selection", !open && self.list.has_marks());
        conditions.set("open", open);
    }

    fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool {
        if self.saying.is_some() {
            return self.say_more(&call.id, reply);
        }
        if self.typing.is_some() {
            return self.type_filter(&call.id, reply);
        }
        if let Some(changed) = self.below.command(&call.id, around.regions) {
            reply.changed |= changed;
            return true;
        }
        match (call.id.as_str(), &mut self.open) {
            ("images.show", _) => self.show(Details::parse(&call.argument), reply),
            ("images.list", _) => self.show_list(&call.argument, reply),
            ("images.copy-names", _) => self.copy(false, reply),
            ("images.copy-digests", _) => self.copy(true, reply),
            ("images.assess" | "images.set", _) => self.say(call, reply),
            ("images.reach", _) => reply.calls.extend(self.subject().map(|image| link::blast(&image))),
            ("images.why", _) => reply.calls.extend(self.subject().map(|image| link::why(&image))),
            ("images.lineage", _) => reply.calls.extend(self.subject().map(|image| link::lineage(&image))),
            ("table.close", Some(_)) => self.close(reply),
            (_, Some(open)) => {
                self.below.restart();
                return open.command(call, around, reply);
            }
            ("images.filter", None) => {
                self.typing = Some(Typing::new(&self.list.wish.filter));
                self.list.leave();
                reply.changed = true;
            }
            ("images.all", None) => self.set_filter(String::new(), reply),
            // Without an image there is no tab to turn to.
            ("images.tab", None) => {}
            ("images.sort", None) => self.list.sort(&call.argument, reply),
            ("images.group", None) => self.list.group(&call.argument, reply),
            ("table.open", None) => self.open(reply),
            (id, None) => {
                self.below.restart();
                return self.list.command(id, around, reply);
            }
        }
        true
    }

    fn insert(&mut self, text: &str, reply: &mut Reply) {
        if let Some(ask) = &mut self.saying {
            ask.insert(text);
            reply.changed = true;
        } else if let Some(typing) = &mut self.typing {
            typing.insert(text);
            self.typed(reply);
        }
    }

    fn answer(&mut self, slot: Slot, answer: Option<Result<Answer, String>>, reply: &mut Reply) {
        match answer {
            // What is wrong with a filter stands below it already.
            Some(Err(_)) if self.typing.is_some() => {}
            Some(Err(error)) if slot == BASES => {
                if let Some(open) = &mut self.open {
                    open.bases_wait(error);
                    reply.changed = true;
                }
            }
            Some(Err(error)) if slot == DETAILS => {
                if let Some(open) = &mut self.open {
                    open.gone(error);
                    reply.changed = true;
                }
            }
            Some(Err(error)) => reply.say(Tone::Error, error),
            Some(Ok(answer)) => self.answered(slot, answer, reply),
            None => {}
        }
    }

    fn below(&mut self) -> Option<&mut Below> {
        Some(&mut self.below)
    }

    fn subject(&self) -> Option<String> {
        let listed = || self.list.image().map(|image| image.id.clone());
        self.open.as_ref().map(|open| open.id().to_owned()).or_else(listed)
    }

    fn place(&self) -> Option<Call> {
        Some(self.open.as_ref().map_or_else(|| link::images(&self.list.wish.filter), Details::place))
    }

    fn click(&mut self, _: &'static str, row: usize, reply: &mut Reply) {
        match &mut self.open {
            Some(open) => open.click(row, reply),
            None if self.list.click(row, reply) && self.typing.is_none() => self.open(reply),
            None => {}
        }
    }

    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut regions = self.drawn(look, area, buffer);
        if let Some(ask) = &self.saying {
            regions.cursor = judge::draw(ask, look, area, buffer);
        }
        regions
    }

    fn crumb(&self) -> String {
        match &self.open {
            Some(open) => open.crumb(),
            None => self.list.wish.filter.clone(),
        }
    }
}

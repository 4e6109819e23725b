//! Images: what runs, as a list. A first, plain form: the rows that fit one page of the reader.

mod data;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::list::Marker;
use super::{Around, Look, Reply, View, ViewRow};
use crate::case::query::images::{ImageRow, Sort};
use crate::command::when::Conditions;
use crate::command::{Argument, Call, Spec};
use crate::model::text::{fit, scrub};
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::line::Line;
use crate::tui::message::{Answer, Slot};
use crate::tui::model::toast::Tone;
use crate::tui::regions::{Hit, Regions};
use crate::tui::theme::Slot as Meaning;

/// Its row.
pub const ROW: ViewRow =
    ViewRow { id: "images", title: "Images", commands: COMMANDS, make: || Box::new(Images::default()) };

const COMMANDS: &[Spec] = &[
    Spec::terminal(
        "images.filter",
        "Filter",
        "Show only the images that fit, as registry:docker.io running:>0 name~api",
    )
    .when("view:images"),
    Spec::terminal("images.all", "No filter", "Show all images again").when("view:images"),
    Spec::terminal("images.sort", "Sort", "Sort the images; the same again turns it round").when("view:images").takes(
        &[Argument {
            name: "KEY",
            help: "name, running, uses, workloads, first-seen or last-seen, with - in front to turn it round",
            required: true,
        }],
    ),
];

const ROWS: Slot = "images.rows";
const PANE: &str = "images.list";

/// Its state.
#[derive(Debug, Default)]
struct Images {
    rows: Vec<ImageRow>,
    total: u64,
    loaded: bool,
    /// The filter that the rows fit.
    filter: String,
    sort: Sort,
    /// The filter being typed.
    typing: Option<Line>,
    marker: Marker,
}

impl Images {
    fn ask(&self, hurry: bool, reply: &mut Reply) {
        let filter = self.typing.as_ref().map_or(self.filter.as_str(), Line::text).to_owned();
        reply.ask(ROWS, data::Rows { filter, sort: self.sort }, hurry);
    }

    fn sort(&mut self, word: &str, reply: &mut Reply) {
        match Sort::parse(word) {
            Err(error) => reply.say(Tone::Warning, error),
            Ok(sort) => {
                let again = sort == self.sort;
                self.sort = Sort { reverse: sort.reverse != again, ..sort };
                reply.changed = true;
                self.ask(true, reply);
            }
        }
    }

    /// A command while the filter is typed.
    fn type_filter(&mut self, id: &str, reply: &mut Reply) -> bool {
        let Some(line) = &mut self.typing else { return false };
        reply.changed = true;
        match id {
            "input.accept" => self.filter = self.typing.take().map_or_else(String::new, |line| line.text().to_owned()),
            "input.cancel" => {
                self.typing = None;
                self.ask(true, reply);
            }
            _ if line.command(id) => self.ask(true, reply),
            _ => return false,
        }
        true
    }

    /// The rows changed: the marker stays on its image, or near its place where that is gone.
    fn take(&mut self, page: data::Page) {
        let marked = self.rows.get(self.marker.at).map(|row| row.id.clone());
        let same = marked.and_then(|id| page.rows.iter().position(|row| row.id == id));
        self.marker.at = same.unwrap_or(self.marker.at).min(page.rows.len().saturating_sub(1));
        (self.rows, self.total, self.loaded) = (page.rows, page.total, true);
    }

    fn head(&self) -> String {
        let turned = if self.sort.reverse { ", turned round" } else { "" };
        let some =
            if self.total > self.rows.len() as u64 { format!(" (first {})", self.rows.len()) } else { String::new() };
        format!(" {} images{some} by {}{turned}", self.total, self.sort.key.as_str())
    }
}

impl View for Images {
    fn refresh(&mut self, reply: &mut Reply) {
        self.ask(false, reply);
    }

    fn modes(&self) -> &'static [&'static str] {
        if self.typing.is_some() { &["input"] } else { &["images", "table"] }
    }

    fn conditions(&self, conditions: &mut Conditions) {
        conditions.set("rows", !self.rows.is_empty());
        conditions.set("filter", !self.filter.is_empty());
    }

    fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool {
        let before = self.marker;
        match call.id.as_str() {
            "images.filter" => {
                self.typing = Some(Line::new(&self.filter));
                reply.changed = true;
            }
            "images.all" => {
                self.filter.clear();
                reply.changed = true;
                self.ask(true, reply);
            }
            "images.sort" => self.sort(&call.argument, reply),
            "table.open" => reply.say(Tone::Info, "the image's page comes with its own view"),
            id if self.marker.command(id, self.rows.len(), around.regions.page(PANE)) => {
                reply.changed = before != self.marker;
            }
            id => return self.type_filter(id, reply),
        }
        true
    }

    fn insert(&mut self, text: &str, reply: &mut Reply) {
        if let Some(line) = &mut self.typing {
            line.insert(text);
            reply.changed = true;
            self.ask(true, reply);
        }
    }

    fn answer(&mut self, _: Slot, answer: Option<Result<Answer, String>>, reply: &mut Reply) {
        match answer {
            // A filter that is not complete yet is no error.
            Some(Err(_)) if self.typing.is_some() => {}
            Some(Err(error)) => reply.say(Tone::Error, error),
            Some(Ok(answer)) => {
                if let Ok(page) = answer.downcast::<data::Page>() {
                    reply.changed = !self.loaded || page.rows != self.rows || page.total != self.total;
                    self.take(*page);
                }
            }
            None => {}
        }
    }

    fn click(&mut self, _: &'static str, row: usize, reply: &mut Reply) {
        let at = row.min(self.rows.len().saturating_sub(1));
        reply.changed = at != self.marker.at;
        self.marker.at = at;
    }

    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut regions = Regions::default();
        let mut cursor = Cursor::new(area);
        let style = |slot| look.theme.style(slot);
        if let Some(line) = &self.typing {
            let (shown, at) = line.shown(usize::from(area.width.saturating_sub(1)));
            let place = cursor.line();
            put(buffer, place, &format!("/{shown}"), style(Meaning::Accent));
            regions.cursor = Some((place.x.saturating_add(1 + at as u16), place.y).into());
        } else {
            let head = if self.loaded { self.head() } else { " reading ...".to_owned() };
            put(buffer, cursor.line(), &head, style(Meaning::Title));
        }
        put(buffer, cursor.line(), &cells(area.width, "  ", "IMAGE", "DIGEST", "RUNS", "USES"), style(Meaning::Muted));
        let list = cursor.rest();
        regions.push(list, Hit::Pane(PANE));
        let height = usize::from(list.height);
        let first = self.marker.offset(self.rows.len(), height);
        for (at, row) in self.rows.iter().enumerate().skip(first).take(height) {
            let line = cursor.line();
            let digest = row.digests.first().map_or("unresolved", |digest| crate::cli::words::short(&digest.value));
            let (mark, slot) = if at == self.marker.at { ("> ", Meaning::Selected) } else { ("  ", Meaning::Base) };
            let text = cells(area.width, mark, &row.name, digest, &row.running.to_string(), &row.uses.to_string());
            put(buffer, line, &text, style(slot));
            regions.push(line, Hit::Row(PANE, at));
        }
        if self.loaded && self.rows.is_empty() {
            let text = if self.filter.is_empty() && self.typing.is_none() {
                "  no images yet: import evidence with i"
            } else {
                "  no image fits the filter"
            };
            put(buffer, cursor.line(), text, style(Meaning::Muted));
        }
        regions
    }

    fn crumb(&self) -> String {
        self.filter.clone()
    }
}

/// One line in columns; the name takes what is left.
fn cells(width: u16, mark: &str, name: &str, digest: &str, running: &str, uses: &str) -> String {
    let room = usize::from(width).saturating_sub(30).max(8);
    let name = fit(&scrub(name), room);
    let pad = room.saturating_sub(crate::model::text::width(&name));
    format!("{mark}{name}{} {digest:<10} {running:>6} {uses:>6}", " ".repeat(pad))
}

#[cfg(test)]
mod tests;

//! The search over everything: images, workloads, namespaces, contexts, hosts, evidence, events, commands, views. It shows
//! what is found while it is looked for; Enter goes there, and going back leads to where the search was opened.

mod at_hand;
mod data;
mod hit;
mod matching;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

use super::below::Below;
use super::sheet::Sheet;
use super::{Around, Look, Reply, View, ViewRow, pane};
use crate::cli::words::counted;
use crate::command::when::Conditions;
use crate::command::{Argument, Call, Spec};
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::message::{Answer, Slot};
use crate::tui::regions::Regions;
use crate::tui::theme::Slot as Meaning;
use crate::tui::widget::input::{Edit, Input, InputState};
use data::{Find, List, Listed, Portion};
use hit::{Hit, Item, Kind};
use matching::{KEPT, Matching, best};

/// Its row.
pub const ROW: ViewRow =
    ViewRow { id: "search", title: "Search", commands: COMMANDS, make: || Box::new(Search::default()) };

const COMMANDS: &[Spec] =
    &[Spec::terminal("search.kind", "Next kind", "Show one kind of what was found, or a named one")
        .when("view:search")
        .takes(&[Argument { name: "KIND", help: "all, image, workload, namespace and so on", required: false }])];

const IMAGES: Slot = "search.images";
const WORKLOADS: Slot = "search.workloads";
const EVIDENCE: Slot = "search.evidence";
const NAMED: Slot = "search.named";
const LOGGED: Slot = "search.logged";
const NAMES: Slot = "search.names";
const LOG: Slot = "search.log";
const PANE: &str = "search.list";
/// How many of the lists stand in the case itself, and may be long; they come first.
const LONG: usize = 3;
/// Lists that are looked through, each in a slot of its own.
const LISTS: [Slot; 5] = [IMAGES, WORKLOADS, EVIDENCE, NAMED, LOGGED];

/// How far one list was looked through.
#[derive(Debug, Default, Clone, Copy)]
struct Progress {
    looked: u64,
    total: u64,
    done: bool,
}

/// Its state.
#[derive(Debug, Default)]
struct Search {
    input: InputState,
    hits: Vec<Hit>,
    shown: Sheet<Hit>,
    /// How many fit, by kind; more than are shown.
    matched: [u64; Kind::ALL.len()],
    progress: [Progress; LISTS.len()],
    /// Only this kind is shown; none shows all.
    only: Option<Kind>,
    /// The marker was moved: it stays on what it marks while more is found.
    moved: bool,
    read_only: bool,
    names: Arc<Vec<Item>>,
    log: Arc<Vec<Item>>,
    /// Events are read late, because that reads all of them: asked for, and there.
    log_asked: bool,
    log_read: bool,
    /// Names of short lists that are too many to be searched.
    left_out: [u64; 2],
    problem: Option<String>,
    below: Below,
}

impl Search {
    /// The text is another: everything is looked for again.
    fn changed(&mut self, reply: &mut Reply) {
        self.hits.clear();
        self.matched = [0; Kind::ALL.len()];
        self.progress = [Progress::default(); LISTS.len()];
        (self.moved, self.problem, reply.changed) = (false, None, true);
        self.shown = Sheet::default();
        self.at_hand();
        for slot in LISTS {
            self.look(slot, reply);
        }
    }

    /// Begins to look through a list. Without a letter there is nothing to look for.
    fn look(&mut self, slot: Slot, reply: &mut Reply) {
        let text = self.input.text().trim().to_owned();
        if text.is_empty() {
            return;
        }
        let list = match slot {
            IMAGES => List::Images,
            WORKLOADS => List::Workloads,
            EVIDENCE => List::Evidence,
            NAMED => List::Held(Arc::clone(&self.names)),
            _ => List::Held(Arc::clone(&self.log)),
        };
        reply.ask(slot, Find { text, list, after: i64::MIN, looked: 0 }, true);
    }

    /// Views and commands need no question.
    fn at_hand(&mut self) {
        let text = self.input.text().trim().to_owned();
        let mut matching = Matching::new(&text);
        for item in at_hand::views().chain(at_hand::commands(self.read_only)) {
            let (name, more) = (item.name.clone(), item.more.clone());
            matching.look(&name, &more, || item);
        }
        let hits = matching.end();
        self.add(hits, None);
    }

    /// Takes what was found; the counts are those of the portion, or of the hits themselves.
    fn add(&mut self, hits: Vec<Hit>, matched: Option<u64>) {
        let (kind, found) = (hits.first().map(|hit| hit.item.kind), hits.len() as u64);
        for hit in &hits {
            self.count(hit.item.kind, 1);
        }
        // What was not kept is of the list's own kind.
        if let (Some(kind), Some(matched)) = (kind, matched) {
            self.count(kind, matched.saturating_sub(found));
        }
        self.hits.extend(hits);
        self.hits.sort_by(|a, b| a.rank().cmp(&b.rank()));
        self.hits.dedup_by(|a, b| a.item == b.item);
        self.show();
    }

    fn count(&mut self, kind: Kind, more: u64) {
        let at = Kind::ALL.iter().position(|known| *known == kind).unwrap_or(0);
        if let Some(count) = self.matched.get_mut(at) {
            *count += more;
        }
    }

    fn show(&mut self) {
        let fits = |hit: &&Hit| self.only.is_none_or(|kind| hit.item.kind == kind);
        let mut hits: Vec<Hit> = self.hits.iter().filter(fits).cloned().collect();
        best(&mut hits);
        self.shown.set(hits);
        if !self.moved {
            self.shown.mark(|_| true);
        }
    }

    /// A portion was looked through: the next one follows.
    fn take(&mut self, slot: Slot, portion: Portion, reply: &mut Reply) {
        if portion.find.text != self.input.text().trim() {
            return;
        }
        reply.changed = true;
        let progress = Progress { looked: portion.looked, total: portion.total, done: portion.next.is_none() };
        if let Some(known) = LISTS.iter().position(|known| *known == slot).and_then(|at| self.progress.get_mut(at)) {
            *known = progress;
        }
        self.add(portion.hits, Some(portion.matched));
        if let Some(after) = portion.next {
            reply.ask(slot, Find { after, looked: portion.looked, ..portion.find }, false);
        }
        if !self.log_asked && self.progress.iter().take(LONG).all(|list| list.done) {
            self.log_asked = true;
            reply.ask(LOG, data::Log, false);
        }
    }

    fn list(&mut self, slot: Slot, listed: Listed, reply: &mut Reply) {
        self.log_read |= slot == LOG;
        let (at, list) = if slot == NAMES { (0, &mut self.names) } else { (1, &mut self.log) };
        *list = Arc::new(listed.items);
        if let Some(left_out) = self.left_out.get_mut(at) {
            *left_out = listed.left_out;
        }
        self.look(if slot == NAMES { NAMED } else { LOGGED }, reply);
    }

    /// Goes to what is marked, from where the search was opened.
    fn accept(&self, reply: &mut Reply) {
        if let Some(hit) = self.shown.marked() {
            reply.call("app.back");
            reply.calls.push(hit.item.call.clone());
        }
    }

    fn turn(&mut self, wanted: &str, reply: &mut Reply) {
        let kinds = self.kinds();
        let here = kinds.iter().position(|kind| *kind == self.only).unwrap_or(0);
        let named = |kind: &Option<Kind>| kind.map_or("all", Kind::as_str) == wanted;
        let next = if wanted.is_empty() {
            kinds.get((here + 1) % kinds.len().max(1))
        } else {
            kinds.iter().find(|k| named(k))
        };
        if let Some(kind) = next {
            (self.only, self.moved, reply.changed) = (*kind, false, true);
            self.show();
        }
    }

    /// All, and each kind of which something was found.
    fn kinds(&self) -> Vec<Option<Kind>> {
        let found = Kind::ALL.iter().zip(self.matched).filter(|(_, count)| *count > 0).map(|(kind, _)| Some(*kind));
        std::iter::once(None).chain(found).collect()
    }

    /// How much was found, of how much, and whether it is still looked for.
    fn told(&self) -> String {
        if let Some(problem) = &self.problem {
            return format!(" {problem}");
        }
        if self.input.text().trim().is_empty() {
            return " type a part of a name, digest, path or word; Enter goes there, Esc leads back".to_owned();
        }
        let matched: u64 = self.matched.iter().sum();
        let shown = self.shown.entries().len() as u64;
        let mut parts = vec![format!(" {matched} found")];
        if self.only.is_none() && shown < matched || self.shown.entries().len() == KEPT {
            parts.push(format!("the best {shown} are shown"));
        }
        let begun = self.progress.iter().filter(|list| !list.done);
        let (looked, total) = begun.fold((0, 0), |(looked, total), list| (looked + list.looked, total + list.total));
        if self.progress.iter().any(|list| !list.done) {
            parts.push(format!("looking ... {looked} of {total}"));
        }
        if !self.log_read {
            parts.push("events follow".to_owned());
        }
        let left_out: u64 = self.left_out.iter().sum();
        if left_out > 0 {
            parts.push(format!("{} too many to be searched", counted(left_out, "older event or name")));
        }
        parts.join("   ")
    }
}

impl View for Search {
    fn refresh(&mut self, reply: &mut Reply) {
        reply.ask(NAMES, data::Names, false);
        if self.log_asked {
            reply.ask(LOG, data::Log, false);
        }
        if self.hits.is_empty() {
            self.at_hand();
        }
    }

    fn modes(&self) -> &'static [&'static str] {
        &["search", "input"]
    }

    fn conditions(&self, conditions: &mut Conditions) {
        conditions.set("rows", self.shown.marked().is_some());
    }

    fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool {
        self.read_only = around.read_only;
        match call.id.as_str() {
            "input.accept" | "table.open" => self.accept(reply),
            "input.cancel" => reply.call("app.back"),
            "search.kind" => self.turn(&call.argument, reply),
            id => {
                if let Some(moved) = self.shown.command(id, around, PANE) {
                    self.moved |= moved;
                    reply.changed |= moved;
                } else if let Some(edit) = pane::edit(id) {
                    reply.changed = true;
                    if self.input.apply(edit).changed {
                        self.changed(reply);
                    }
                } else if let Some(changed) = self.below.command(id, around.regions) {
                    reply.changed |= changed;
                } else {
                    return false;
                }
            }
        }
        true
    }

    fn insert(&mut self, text: &str, reply: &mut Reply) {
        self.input.apply(Edit::Paste(text.to_owned()));
        self.changed(reply);
    }

    fn answer(&mut self, slot: Slot, answer: Option<Result<Answer, String>>, reply: &mut Reply) {
        match answer {
            None => {}
            Some(Err(error)) => (self.problem, reply.changed) = (Some(error), true),
            Some(Ok(answer)) if matches!(slot, NAMES | LOG) => {
                if let Ok(listed) = answer.downcast::<Listed>() {
                    self.list(slot, *listed, reply);
                }
            }
            Some(Ok(answer)) => {
                if let Ok(portion) = answer.downcast::<Portion>() {
                    self.take(slot, *portion, reply);
                }
            }
        }
    }

    fn below(&mut self) -> Option<&mut Below> {
        Some(&mut self.below)
    }

    fn click(&mut self, _: &'static str, row: usize, reply: &mut Reply) {
        (self.moved, reply.changed) = (true, true);
        if self.shown.click(row) {
            self.accept(reply);
        }
    }

    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut lines = Cursor::new(area);
        let first = lines.line();
        put(buffer, lines.line(), &self.told(), look.theme.style(Meaning::Muted));
        let kinds = self.kinds();
        let count = |kind: &Option<Kind>| match kind {
            None => self.matched.iter().sum::<u64>(),
            Some(kind) => Kind::ALL.iter().zip(self.matched).find(|(known, _)| *known == kind).map_or(0, |(_, n)| n),
        };
        let names: Vec<(&str, String)> =
            kinds.iter().map(|kind| (kind.map_or("all", Kind::as_str), count(kind).to_string())).collect();
        let here = kinds.iter().position(|kind| *kind == self.only).unwrap_or(0);
        let mut regions = pane::tabs(&names, here, "search.kind", look, lines.line(), buffer);
        let none = if self.progress.iter().all(|list| list.done) {
            "Nothing is called so.\nA part of a name will do, and several parts with blanks between them."
        } else {
            "looking ..."
        };
        let list = self.shown.draw((hit::COLUMNS, PANE, none), &self.below, look, lines.rest(), buffer);
        regions.extend(list);
        let input = Input { prompt: "find ", placeholder: "anything in this case", focused: true };
        regions.cursor = input.draw(&self.input, look.theme, first, buffer).cursor;
        regions
    }

    fn crumb(&self) -> String {
        "search".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, score: u32, text: &str) -> Hit {
        let call = Call::parse(&format!("images.show {name}"));
        let item = Item { kind: Kind::Image, name: name.to_owned(), more: String::new(), call };
        Hit { item, score, wanted: text.into() }
    }

    fn portion(text: &str, hits: Vec<Hit>, matched: u64, next: Option<i64>) -> Portion {
        let find = Find { text: text.to_owned(), list: List::Images, after: 0, looked: 0 };
        Portion { find, hits, matched, looked: 20_000, total: 100_000, next }
    }

    #[test]
    fn what_is_found_is_shown_while_it_is_looked_for() {
        let mut search = Search::default();
        let mut reply = Reply::default();
        search.insert("pay/", &mut reply);
        assert_eq!(reply.effects.len(), LISTS.len());
        let mut reply = Reply::default();
        search.take(IMAGES, portion("pay/", vec![found("pay/b", 5, "pay/")], 1_000, Some(7)), &mut reply);
        assert!(format!("{:?}", reply.effects).contains("after: 7"), "the next portion follows");
        assert!(search.told().contains("1000 found") && search.told().contains("20000 of 100000"), "{}", search.told());
        search.take(IMAGES, portion("pay/", vec![found("pay/a", 9, "pay/")], 1, None), &mut Reply::default());
        assert_eq!(search.shown.marked().unwrap().item.name, "pay/a", "the best is marked while nobody moved");
        search.moved = true;
        search.take(IMAGES, portion("pay/", vec![found("pay/z", 99, "pay/")], 1, None), &mut Reply::default());
        assert_eq!(search.shown.marked().unwrap().item.name, "pay/a", "now it stays");
        let before = search.hits.len();
        search.take(IMAGES, portion("pa", vec![found("late", 999, "pa")], 1, None), &mut Reply::default());
        assert_eq!(search.hits.len(), before, "an answer to another text is of no use");
    }
}

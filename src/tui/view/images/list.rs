//! The table of images: a window on a list of any length. Where one is, what is marked and how it is sorted outlive every
//! refresh, because they are kept by image, never by line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::data::{Ids, MOST_MARKED, Page, Rows as Ask, Wish};
use super::grouping::Groups;
use super::rows::{COLUMNS, Loaded, told};
use super::{IDS, PANE, ROWS};
use crate::case::query::images::{ImageRow, Sort};
use crate::cli::words::counted;
use crate::tui::model::toast::Tone;
use crate::tui::regions::Regions;
use crate::tui::view::below::Below;
use crate::tui::view::{Around, Look, Reply, pane};
use crate::tui::widget::table::{Direction, Rows as _, Sort as Arrow, Table, TableState};

/// Rows that are at hand around the marker at least.
const AHEAD: u64 = 100;
/// From this height on the marked image stands in full below.
const ROOMY: u16 = 26;

/// Its state.
#[derive(Debug, Default)]
pub struct List {
    /// What is shown.
    pub wish: Wish,
    loaded: Loaded,
    read: bool,
    /// How far the lineage is built that groups wait for; empty where nothing is waited for.
    waiting: String,
    state: TableState<String>,
    anchor: Option<String>,
    /// The image under the marker before a filter was typed.
    left: Option<String>,
}

impl List {
    /// Asks for the rows around the marker, with a filter that may not hold yet.
    pub fn ask(&self, filter: &str, hurry: bool, reply: &mut Reply) {
        let wish = Wish { filter: filter.to_owned(), ..self.wish.clone() };
        let near = self.loaded.listed(self.state.selected().unwrap_or(0));
        let follow = self.state.key().into_iter().chain(&self.anchor).cloned().collect();
        // What is given up while the lineage is built would be begun again.
        let hurry = hurry && !wish.needs_lineage();
        reply.ask(ROWS, Ask { wish, near, follow }, hurry);
    }

    /// A filter is going to be typed: the marker goes wherever rows are left meanwhile.
    pub fn leave(&mut self) {
        self.left = self.state.key().cloned();
    }

    /// The filter was not taken: the marker comes back with the next rows.
    pub fn come_back(&mut self) {
        if let Some(left) = self.left.take() {
            self.state.seek(left);
        }
    }

    /// Rows came: the marker stays on its image and at its height.
    pub fn take(&mut self, page: Page, reply: &mut Reply) {
        let same = self.read && self.loaded.window == page.window && self.wish.group == page.wish.group;
        self.read = true;
        reply.changed |= !same || !std::mem::take(&mut self.waiting).is_empty();
        self.loaded.set(page.window, page.wish.group);
        let loaded = &self.loaded;
        self.state.reconcile(loaded, |key| loaded.index_of(key));
        self.state.sort = Some(arrow(self.wish.sort));
        // The marker may have been moved on since the question.
        self.fetch(&page.wish.filter, reply);
    }

    fn fetch(&self, filter: &str, reply: &mut Reply) {
        let at = self.loaded.listed(self.state.selected().unwrap_or(0));
        if self.loaded.window.lacks(at, AHEAD)
            && self.loaded.window.rows.len() < usize::try_from(self.loaded.window.total).unwrap_or(0)
        {
            self.ask(filter, false, reply);
        }
    }

    /// The groups wait for the lineage, which has come so far.
    pub fn wait(&mut self, so_far: String) {
        self.waiting = so_far;
    }

    /// Moving and marking; false where the command is another one.
    pub fn command(&mut self, id: &str, around: Around<'_>, reply: &mut Reply) -> bool {
        if let Some(movement) = pane::movement(id, 1) {
            self.state.seen(&pane::seen(around.regions, PANE));
            reply.changed |= self.state.apply(movement, &self.loaded);
            let filter = self.wish.filter.clone();
            self.fetch(&filter, reply);
            return true;
        }
        match id {
            "table.mark" if self.anchor.is_some() => self.end_range(reply),
            "table.mark" => {
                reply.changed |= self.state.toggle_mark(&self.loaded);
                self.command("table.down", around, reply);
            }
            "table.range" if self.anchor.is_some() => self.end_range(reply),
            "table.range" => {
                if self.state.begin_range() {
                    self.anchor = self.state.key().cloned();
                    reply.say(Tone::Info, "a range begins here: move, then Space marks it");
                }
            }
            "table.unmark" => {
                (self.anchor, reply.changed) = (None, true);
                self.state.cancel_range();
                self.state.marks.clear();
            }
            _ => return false,
        }
        true
    }

    fn end_range(&mut self, reply: &mut Reply) {
        self.anchor = None;
        reply.changed = true;
        let Some(range) = self.state.range() else { return };
        self.state.cancel_range();
        let (first, count) = self.loaded.between(range.start, range.end.saturating_sub(1));
        if count > MOST_MARKED {
            reply.say(Tone::Warning, format!("only the first {MOST_MARKED} rows of the range are marked"));
        }
        reply.ask(IDS, Ids { wish: self.wish.clone(), first, count }, true);
    }

    /// The images of a range are marked.
    pub fn mark(&mut self, ids: Vec<String>, reply: &mut Reply) {
        self.state.marks.add(ids);
        reply.changed = true;
    }

    /// Sorts by a key; by the same again the other way round.
    pub fn sort(&mut self, word: &str, reply: &mut Reply) {
        match Sort::parse(word) {
            Err(error) => return reply.say(Tone::Warning, error),
            Ok(sort) => {
                let again = sort.key == self.wish.sort.key && !word.starts_with('-');
                self.wish.sort = if again { Sort { reverse: !self.wish.sort.reverse, ..sort } } else { sort };
            }
        }
        self.state.sort = Some(arrow(self.wish.sort));
        reply.changed = true;
        let filter = self.wish.filter.clone();
        self.ask(&filter, true, reply);
    }

    /// Groups by a word, or by none.
    pub fn group(&mut self, word: &str, reply: &mut Reply) {
        let group = Groups::ALL.into_iter().find(|group| group.as_str() == word);
        if group.is_none() && !matches!(word, "" | "none") {
            return reply.say(Tone::Warning, format!("{word}: group by registry, namespace, owner, base or none"));
        }
        self.wish.group = group;
        reply.changed = true;
        let filter = self.wish.filter.clone();
        self.ask(&filter, true, reply);
    }

    /// The marker is on a group's head: shows or hides its rows.
    pub fn toggle(&mut self, reply: &mut Reply) -> bool {
        let Some(key) = self.state.key().cloned() else { return false };
        let toggled = self.loaded.toggle(&key);
        if toggled {
            let loaded = &self.loaded;
            self.state.reconcile(loaded, |key| loaded.index_of(key));
            reply.changed = true;
        }
        toggled
    }

    /// Puts the marker on a row; true when it was there before.
    pub fn click(&mut self, row: usize, reply: &mut Reply) -> bool {
        let before = self.state.selected() == Some(row as u64);
        self.state.select(row as u64, &self.loaded);
        reply.changed |= !before;
        let filter = self.wish.filter.clone();
        self.fetch(&filter, reply);
        before
    }

    /// The marked images; the one under the marker where none is.
    pub fn chosen(&self) -> Vec<String> {
        if self.state.marks.is_empty() {
            return self.image().map(|image| image.id.clone()).into_iter().collect();
        }
        self.state.marks.iter().cloned().collect()
    }

    /// True while a range is begun.
    pub fn in_range(&self) -> bool {
        self.anchor.is_some()
    }

    /// True where rows are marked.
    pub fn has_marks(&self) -> bool {
        !self.state.marks.is_empty() || self.anchor.is_some()
    }

    /// The image under the marker.
    pub fn image(&self) -> Option<&ImageRow> {
        self.loaded.image(self.state.selected()?)
    }

    /// True with a row.
    pub fn has_rows(&self) -> bool {
        self.loaded.total() > 0
    }

    /// One line about the list.
    pub fn head(&self) -> String {
        if !self.read {
            return " reading ...".to_owned();
        }
        if !self.waiting.is_empty() {
            return format!(" groups by base: {} ...", self.waiting);
        }
        let mut parts = vec![format!(" {}", counted(self.loaded.window.total, "image"))];
        if !self.wish.filter.is_empty() {
            parts.push(format!("filter {}", self.wish.filter));
        }
        let turned = if self.wish.sort.reverse { ", turned round" } else { "" };
        parts.push(format!("by {}{turned}", self.wish.sort.key.as_str()));
        if let Some(group) = self.wish.group {
            parts.push(format!(
                "in {} by {}",
                counted(self.loaded.window.groups.len() as u64, "group"),
                group.as_str()
            ));
        }
        match self.state.range() {
            Some(range) => parts.push(format!("range of {}", range.end - range.start)),
            None if !self.state.marks.is_empty() => parts.push(format!("{} marked", self.state.marks.len())),
            None => {}
        }
        parts.join("   ")
    }

    /// Draws the table.
    pub fn draw(&self, filtered: bool, below: &Below, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let empty = match (self.read, filtered) {
            (false, _) => "reading ...",
            (true, true) => "No image fits the filter.\nEsc shows all again.",
            (true, false) => {
                "No images yet.\ni imports files and folders; kubectl get pods -A -o json > pods.json makes some."
            }
        };
        let table = Table { pinned: 3, empty, ..Table::new(COLUMNS, &self.loaded) };
        let told = self.image().map(told).unwrap_or_default();
        let panes = below.panes(area, if told.is_empty() { u16::MAX } else { ROOMY });
        let drawn = table.draw(&self.state, look.theme, panes.first, buffer);
        let mut regions = pane::table_hits(&drawn, PANE, COLUMNS, Some("images.sort"));
        regions.extend(below.draw(&panes, &told, look, area, buffer));
        regions
    }
}

/// The sign of an order at the head of its column: names run upwards by themselves, all others downwards.
fn arrow(sort: Sort) -> Arrow {
    let up = (sort.key == crate::case::query::images::SortKey::Name) != sort.reverse;
    Arrow { key: sort.key.as_str(), direction: if up { Direction::Up } else { Direction::Down } }
}

//! The first screen: what is touched, whether that can be trusted, what needs a decision now.
//!
//! Every row opens what it tells of, and every count what it counts. What is shown is worked out by the reader; nothing
//! here depends on how much there is.

mod data;
mod draw;
mod figures;
mod layout;
mod picture;
mod steps;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::command::when::Conditions;
use crate::command::{Call, Spec};
use crate::tui::message::{Answer, Slot};
use crate::tui::model::toast::Tone;
use crate::tui::regions::Regions;
use crate::tui::view::below::{Below, Told};
use crate::tui::view::{Around, Look, Reply, View, ViewRow};
use layout::Line;
use picture::{Item, Picture};

/// Its row.
pub const ROW: ViewRow =
    ViewRow { id: "situation", title: "Situation", commands: COMMANDS, make: || Box::new(Situation::default()) };

const COMMANDS: &[Spec] =
    &[Spec::terminal("situation.all", "All", "Show every decision, or as many as fit").when("view:situation")];

const PICTURE: Slot = "situation.picture";
/// Its rows in regions.
const PANE: &str = "situation.list";

/// Its state.
#[derive(Debug, Default)]
struct Situation {
    picture: Option<Picture>,
    /// The marked row, and its part that opens by itself.
    marked: usize,
    cell: Option<usize>,
    /// Every decision is shown.
    all: bool,
    below: Below,
}

impl Situation {
    fn take(&mut self, picture: Picture, reply: &mut Reply) {
        // What is there already is newer in all but a moment, and more of it.
        if !picture.whole && self.picture.as_ref().is_some_and(|known| known.whole) {
            return;
        }
        let key = self.item().map(|item| item.key.clone());
        reply.changed |= self.picture.as_ref() != Some(&picture);
        let found = key.and_then(|key| picture.items.iter().position(|item| item.key == key));
        // A decision that is taken leaves its place to the next one.
        self.marked = found.unwrap_or(self.marked).min(picture.items.len().saturating_sub(1));
        if found.is_none() {
            self.cell = None;
        }
        self.picture = Some(picture);
    }

    fn item(&self) -> Option<&Item> {
        self.picture.as_ref()?.items.get(self.marked)
    }

    fn lines(&self, area: Rect) -> Vec<Line> {
        let picture = self.picture.as_ref();
        picture.map(|picture| layout::lines(picture, (area.width, area.height), self.all)).unwrap_or_default()
    }

    /// The parts of the marked row that open by themselves.
    fn cells(&self) -> Vec<usize> {
        let cells = self.item().map(|item| item.cells.as_slice()).unwrap_or_default();
        cells.iter().enumerate().filter(|(_, cell)| cell.link.is_some()).map(|(at, _)| at).collect()
    }

    /// Up or down by lines of the screen; what is not a row is passed over.
    fn step(&mut self, area: Rect, steps: i64) {
        let lines = self.lines(area);
        let Some((line, right)) = layout::place(&lines, self.marked) else { return self.first(&lines) };
        let (mut at, mut left) = (line as i64, steps.unsigned_abs());
        while left > 0 {
            at += steps.signum();
            let Some(line) = usize::try_from(at).ok().and_then(|at| lines.get(at)) else { break };
            if let Some(item) = layout::item(line, right) {
                // A column that ends goes on in what stands below both.
                if layout::place(&lines, item).is_some_and(|(_, side)| side == right || line.right.is_none()) {
                    (self.marked, self.cell) = (item, None);
                    left -= 1;
                }
            }
        }
    }

    fn first(&mut self, lines: &[Line]) {
        self.marked = lines.iter().find_map(|line| layout::item(line, false)).unwrap_or(0);
        self.cell = None;
    }

    fn last(&mut self, lines: &[Line]) {
        self.marked = lines.iter().rev().find_map(|line| layout::item(line, false)).unwrap_or(0);
        self.cell = None;
    }

    /// To the next part of the row that opens by itself, then to the other block.
    fn sideways(&mut self, area: Rect, right: bool) {
        let cells = self.cells();
        let at = self.cell.and_then(|cell| cells.iter().position(|known| *known == cell));
        let next = match (at, right) {
            (None, true) => cells.first().copied(),
            (Some(at), true) => cells.get(at + 1).copied(),
            (Some(at), false) => at.checked_sub(1).and_then(|at| cells.get(at)).copied(),
            (None, false) => None,
        };
        if next.is_some() || (at.is_some() && !right) {
            self.cell = next;
            return;
        }
        let lines = self.lines(area);
        let Some((line, side)) = layout::place(&lines, self.marked) else { return };
        let across = lines.get(line).and_then(|line| layout::item(line, right)).filter(|item| *item != self.marked);
        if let (Some(item), true) = (across, side != right) {
            (self.marked, self.cell) = (item, None);
        }
    }

    fn open(&self, reply: &mut Reply) {
        let Some(item) = self.item() else { return };
        let part = self.cell.and_then(|cell| item.cells.get(cell)).and_then(|cell| cell.link.clone());
        match part.or_else(|| item.link.clone()) {
            Some(link) => reply.calls.push(link),
            None => reply.say(Tone::Info, "on the command line; p shows how"),
        }
    }

    fn told(&self) -> Told {
        self.item().map(|item| item.told.clone()).unwrap_or_default()
    }
}

impl View for Situation {
    fn refresh(&mut self, reply: &mut Reply) {
        reply.ask(PICTURE, data::Ask, false);
    }

    fn modes(&self) -> &'static [&'static str] {
        &["situation", "table"]
    }

    fn conditions(&self, conditions: &mut Conditions) {
        conditions.set("rows", self.item().is_some());
        conditions.set("open", false);
    }

    fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool {
        if let Some(changed) = self.below.command(&call.id, around.regions) {
            reply.changed |= changed;
            return true;
        }
        let area = around.regions.area(PANE);
        let page = i64::from(area.height.max(2)) - 1;
        match call.id.as_str() {
            "table.open" => self.open(reply),
            "table.down" => self.step(area, 1),
            "table.up" => self.step(area, -1),
            "table.page-down" => self.step(area, page),
            "table.page-up" => self.step(area, -page),
            "table.top" => self.first(&self.lines(area)),
            "table.bottom" => self.last(&self.lines(area)),
            "table.left" => self.sideways(area, false),
            "table.right" => self.sideways(area, true),
            "situation.all" => self.all = !self.all,
            _ => return false,
        }
        reply.changed = true;
        true
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
        let before = (self.marked, self.cell) == (row, None);
        (self.marked, self.cell) = (row, None);
        if before {
            self.open(reply);
        }
    }

    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        // It is shown for the asking alone: the screen itself says nearly all there is.
        let panes = self.below.panes(area, u16::MAX);
        let lines = self.lines(panes.first);
        let at = draw::Marked { item: self.marked, cell: self.cell };
        let mut regions = draw::lines(self.picture.as_ref(), &lines, at, look, panes.first, buffer);
        regions.extend(self.below.draw(&panes, &self.told(), look, area, buffer));
        regions
    }
}

/// The marked row's line stands inside of so many lines that are shown.
fn first_line(lines: &[Line], marked: usize, height: usize) -> usize {
    let line = layout::place(lines, marked).map_or(0, |(line, _)| line);
    let most = lines.len().saturating_sub(height);
    // While the first lines have the mark, they stay where they are.
    if line < height { 0 } else { (line + 1).saturating_sub(height).max(line.saturating_sub(height / 2)).min(most) }
}

#[cfg(test)]
mod tests;

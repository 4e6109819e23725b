//! A list of images with a marker and marks: those of a cell, or those of which something is to be found out. What is at
//! hand of it is a window; marks are kept by row, also of rows outside of it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::BTreeSet;

use crate::case::query::pages::Window;
use crate::model::time::Micros;
use crate::tui::draw::paint::write;
use crate::tui::regions::Regions;
use crate::tui::theme::Slot;
use crate::tui::view::below::{Below, Told};
use crate::tui::view::{Around, Look, pane};
use crate::tui::widget::table::{Column, Row, Rows, Table, TablePart, TableState};
use crate::tui::widget::{Line, Move};

/// A row about an image.
pub trait Item: PartialEq {
    /// What names it across refreshes.
    fn key(&self) -> String;

    /// The image that a key is about.
    fn image_of(key: &str) -> &str;

    /// A text a column, as of a time.
    fn cells(&self, now: Micros) -> Vec<Line<'_>>;

    /// All that is known of it, as of a time.
    fn told(&self, now: Micros) -> Told;
}

/// Rows that are at hand around the marker at least.
const AHEAD: u64 = 100;

/// Its state.
#[derive(Debug)]
pub struct List<E> {
    window: Window<E>,
    state: TableState<String>,
}

impl<E> Default for List<E> {
    fn default() -> Self {
        List { window: Window::default(), state: TableState::default() }
    }
}

/// The rows at a time.
struct Held<'e, E> {
    window: &'e Window<E>,
    now: Micros,
}

impl<E: Item> Rows for Held<'_, E> {
    type Key = String;

    fn total(&self) -> u64 {
        self.window.total
    }

    fn row(&self, index: u64) -> Option<Row<'_, String>> {
        let item = self.window.get(index)?;
        Some(Row::Item { key: item.key(), cells: item.cells(self.now), slot: None })
    }

    fn key(&self, index: u64) -> Option<String> {
        self.window.get(index).map(Item::key)
    }
}

impl<E: Item> List<E> {
    fn held(&self) -> Held<'_, E> {
        Held { window: &self.window, now: Micros(0) }
    }

    /// Other rows, all of them. The marker stays on its row; marks on rows that are gone go.
    pub fn set(&mut self, items: Vec<E>) {
        let keys: BTreeSet<String> = items.iter().map(Item::key).collect();
        self.state.marks.retain(|key| keys.contains(key));
        self.take(Window::whole(items));
    }

    /// Another part of them. The marker stays on its row, and marks stay.
    pub fn take(&mut self, window: Window<E>) {
        self.window = window;
        let held = Held { window: &self.window, now: Micros(0) };
        self.state.reconcile(&held, |key| held.window.index_of(key, |item| item.key() == *key));
    }

    /// True where rows around the marker are not at hand.
    pub fn lacks(&self) -> bool {
        let whole = self.window.rows.len() as u64 >= self.window.total;
        !whole && self.window.lacks(self.at().0, AHEAD)
    }

    /// Where the marker is: its place, and its row where that is known.
    pub fn at(&self) -> (u64, Option<&String>) {
        (self.state.selected().unwrap_or(0), self.state.key())
    }

    /// How many rows there are.
    pub fn total(&self) -> u64 {
        self.window.total
    }

    /// The rows at hand.
    pub fn items(&self) -> &[E] {
        &self.window.rows
    }

    /// The row at the marker.
    pub fn marked(&self) -> Option<&E> {
        self.window.get(self.state.selected()?)
    }

    /// Moves; what changed, or none where the command is none of moving.
    pub fn moved(&mut self, id: &str, around: Around<'_>, name: &str) -> Option<bool> {
        let movement = pane::movement(id, 1)?;
        self.state.seen(&pane::seen(around.regions, name));
        Some(self.step(movement))
    }

    fn step(&mut self, movement: Move) -> bool {
        let held = Held { window: &self.window, now: Micros(0) };
        self.state.apply(movement, &held)
    }

    /// Turns the mark of the row at the marker over, and goes on to the next.
    pub fn mark(&mut self) {
        let held = Held { window: &self.window, now: Micros(0) };
        self.state.toggle_mark(&held);
        self.step(Move::Down(1));
    }

    /// Marks every row at hand; how many there are.
    pub fn mark_all(&mut self) -> usize {
        let keys: Vec<String> = self.window.rows.iter().map(Item::key).collect();
        let all = keys.len();
        self.mark_rows(keys);
        all
    }

    /// Marks rows, also ones that are not at hand.
    pub fn mark_rows(&mut self, keys: Vec<String>) {
        self.state.marks.add(keys);
    }

    /// Takes the marks of these away.
    pub fn unmark_rows(&mut self, keys: &[String]) {
        let gone: BTreeSet<&String> = keys.iter().collect();
        self.state.marks.retain(|key| !gone.contains(key));
    }

    /// The marked rows.
    pub fn marks(&self) -> impl Iterator<Item = &String> {
        self.state.marks.iter()
    }

    /// Takes all marks away.
    pub fn unmark(&mut self) {
        self.state.marks.clear();
    }

    /// True with a marked row.
    pub fn has_marks(&self) -> bool {
        !self.state.marks.is_empty()
    }

    /// The images of the marked rows, or of the one at the marker; each once.
    pub fn chosen(&self) -> Vec<String> {
        if !self.has_marks() {
            return self.marked().map(|item| E::image_of(&item.key()).to_owned()).into_iter().collect();
        }
        let images: BTreeSet<&str> = self.marks().map(|key| E::image_of(key)).collect();
        images.into_iter().map(str::to_owned).collect()
    }

    /// Puts the marker on a row; true when it was there before.
    pub fn click(&mut self, row: usize) -> bool {
        let before = self.state.selected() == Some(row as u64);
        let held = Held { window: &self.window, now: Micros(0) };
        self.state.select(row as u64, &held);
        before
    }

    /// Draws it, and the row at the marker in full below where there is room. A title stands over the heads of the first
    /// columns, `over` of them.
    pub fn draw(
        &self,
        plan: &Plan<'_>,
        focused: bool,
        below: &Below,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Regions {
        let held = Held { now: look.now, ..self.held() };
        let told = self.marked().map(|item| item.told(look.now)).unwrap_or_default();
        let panes = below.panes(area, if told.is_empty() { u16::MAX } else { plan.roomy });
        let table = Table { pinned: plan.pinned, focused, empty: plan.empty, ..Table::new(plan.columns, &held) };
        let drawn = table.draw(&self.state, look.theme, panes.first, buffer);
        if panes.first.height > 1 && !plan.title.is_empty() {
            let head = Rect { height: 1, ..panes.first };
            let free = drawn.find(|part| matches!(part, TablePart::Header(at) if *at >= plan.over));
            let end = free.map_or(head.right(), |free| free.x.saturating_sub(1).max(head.x));
            let place = Rect { width: end - head.x, ..head };
            let text = crate::model::text::fit(&crate::model::text::scrub(&plan.title), usize::from(place.width));
            let blank = " ".repeat(usize::from(place.width));
            let style = look.theme.style(Slot::Title);
            write(buffer, place, &blank, style);
            write(buffer, place, &text, style);
        }
        let mut regions = pane::table_hits(&drawn, plan.name, plan.columns, None);
        regions.extend(below.draw(&panes, &told, look, area, buffer));
        regions
    }
}

/// How a list is drawn.
#[derive(Debug)]
pub struct Plan<'p> {
    /// Its columns.
    pub columns: &'p [Column],
    /// Columns that stay when it is scrolled sideways.
    pub pinned: usize,
    /// Its name in regions.
    pub name: &'static str,
    /// Stands over the first columns' heads; empty for none.
    pub title: String,
    /// The first column whose head stays.
    pub over: usize,
    /// Shown without rows.
    pub empty: &'p str,
    /// From this height on the row at the marker stands in full below.
    pub roomy: u16,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Named(&'static str, &'static str);

    impl Item for Named {
        fn key(&self) -> String {
            format!("{} {}", self.0, self.1)
        }

        fn image_of(key: &str) -> &str {
            key.split_once(' ').map_or(key, |(image, _)| image)
        }

        fn cells(&self, _: Micros) -> Vec<Line<'_>> {
            vec![Line::plain(self.0)]
        }

        fn told(&self, _: Micros) -> Told {
            Vec::new()
        }
    }

    #[test]
    fn what_is_chosen_is_what_is_marked_each_image_once() {
        let mut list = List::default();
        list.set(vec![Named("a", "scan"), Named("a", "exposure"), Named("b", "scan")]);
        assert_eq!(list.chosen(), ["a"]);
        (0..3).for_each(|_| list.mark());
        assert!(list.has_marks());
        assert_eq!(list.chosen(), ["a", "b"]);
        list.set(vec![Named("b", "scan")]);
        assert_eq!(list.chosen(), ["b"], "marks of rows that are gone go");
        list.unmark();
        assert_eq!((list.mark_all(), list.chosen()), (1, vec!["b".to_owned()]));
        list.set(Vec::new());
        list.mark();
        assert!(list.chosen().is_empty() && !list.has_marks());
    }

    #[test]
    fn rows_outside_of_the_window_are_marked_found_again_and_asked_for() {
        let rows = |first: u64| (0..400).map(|n| Numbered(first + n)).collect::<Vec<_>>();
        let window = |first: u64| Window { rows: rows(first), first, total: 2_000, ..Window::default() };
        let mut list = List::default();
        list.take(window(0));
        assert_eq!((list.lacks(), list.total()), (false, 2_000));
        list.mark();
        list.step(Move::Bottom);
        assert_eq!((list.marked(), list.lacks(), list.at()), (None, true, (1_999, None)));
        list.take(window(1_600));
        assert_eq!((list.marked(), list.lacks()), (Some(&Numbered(1_999)), false));
        list.mark();
        assert_eq!(list.chosen(), ["0", "1999"], "marks stay on rows that are not at hand");
        list.unmark_rows(&["0".to_owned()]);
        assert_eq!(list.chosen(), ["1999"]);
        list.step(Move::Up(150));
        assert!(!list.lacks());
        list.step(Move::Up(200));
        assert!(list.lacks());
        assert_eq!(list.at(), (1_649, Some(&"1649".to_owned())));
    }

    #[derive(Debug, PartialEq)]
    struct Numbered(u64);

    impl Item for Numbered {
        fn key(&self) -> String {
            self.0.to_string()
        }

        fn image_of(key: &str) -> &str {
            key
        }

        fn cells(&self, _: Micros) -> Vec<Line<'_>> {
            Vec::new()
        }

        fn told(&self, _: Micros) -> Told {
            Vec::new()
        }
    }
}

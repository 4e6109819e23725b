//! A list that is small enough to be held: the uses of an image, the sources of a case, its events. The marker stays on
//! its entry when others come and go; the marked entry stands in full below, and leads to where it is from.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::HashMap;

use super::below::{Below, Told};
use super::{Around, Look, Reply, pane};
use crate::command::Call;
use crate::tui::model::toast::Tone;
use crate::tui::regions::Regions;
use crate::tui::theme::Slot;
use crate::tui::widget::Line;
use crate::tui::widget::table::{Column, Row, Rows, Table, TableState};

/// From this height on the marked entry stands in full below.
const ROOMY: u16 = 14;

/// One entry of a list.
pub trait Entry: PartialEq {
    /// What names it across refreshes. Two entries of one list never share it.
    fn key(&self) -> String;

    /// A text a column.
    fn cells(&self) -> Vec<Line<'_>>;

    /// What it heads and how many entries that has, where it is the head of a group.
    fn head(&self) -> Option<(Line<'_>, u64)> {
        None
    }

    /// Its own style; none for an ordinary one.
    fn slot(&self) -> Option<Slot> {
        None
    }

    /// Where it leads; none where it leads nowhere.
    fn link(&self) -> Option<Call> {
        None
    }

    /// Why it leads nowhere, and what to do instead.
    fn no_link(&self) -> &'static str {
        "it leads nowhere: nothing that was kept tells more of it"
    }

    /// All that is known of it.
    fn told(&self) -> Told {
        Vec::new()
    }
}

/// A list and where one is in it.
#[derive(Debug)]
pub struct Sheet<E> {
    entries: Vec<E>,
    state: TableState<String>,
}

impl<E> Default for Sheet<E> {
    fn default() -> Self {
        Sheet { entries: Vec::new(), state: TableState::default() }
    }
}

struct Held<'e, E>(&'e [E]);

impl<E: Entry> Rows for Held<'_, E> {
    type Key = String;

    fn total(&self) -> u64 {
        self.0.len() as u64
    }

    fn row(&self, index: u64) -> Option<Row<'_, String>> {
        let entry = self.0.get(usize::try_from(index).ok()?)?;
        let key = entry.key();
        Some(match entry.head() {
            Some((title, count)) => Row::Group { key, title, count, collapsed: false },
            None => Row::Item { key, cells: entry.cells(), slot: entry.slot() },
        })
    }

    fn key(&self, index: u64) -> Option<String> {
        self.0.get(usize::try_from(index).ok()?).map(Entry::key)
    }
}

/// Entries with the place of each: made by a reader where there may be many, so that the loop only takes them.
#[derive(Debug)]
pub struct Ready<E> {
    entries: Vec<E>,
    places: HashMap<String, usize>,
}

impl<E: Entry> From<Vec<E>> for Ready<E> {
    fn from(entries: Vec<E>) -> Self {
        let places = entries.iter().enumerate().map(|(at, entry)| (entry.key(), at)).collect();
        Ready { entries, places }
    }
}

impl<E: Entry> Sheet<E> {
    /// Other entries; true when anything changed.
    pub fn set(&mut self, ready: impl Into<Ready<E>>) -> bool {
        let Ready { entries, places } = ready.into();
        let changed = self.entries != entries;
        self.entries = entries;
        self.state.reconcile(&Held(&self.entries), |key| places.get(key).map(|at| *at as u64));
        changed
    }

    /// The entries.
    pub fn entries(&self) -> &[E] {
        &self.entries
    }

    /// The one that is marked.
    pub fn marked(&self) -> Option<&E> {
        self.entries.get(usize::try_from(self.state.selected()?).ok()?)
    }

    /// Puts the marker on the first entry of which this is so; true where there is one.
    pub fn mark(&mut self, wanted: impl Fn(&E) -> bool) -> bool {
        let found = self.entries.iter().position(wanted);
        if let Some(at) = found {
            self.state.select(at as u64, &Held(&self.entries));
        }
        found.is_some()
    }

    /// Moves; what changed, or none where the command is none of moving.
    pub fn command(&mut self, id: &str, around: Around<'_>, name: &str) -> Option<bool> {
        let movement = pane::movement(id, 1)?;
        self.state.seen(&pane::seen(around.regions, name));
        Some(self.state.apply(movement, &Held(&self.entries)))
    }

    /// Goes where the marked entry leads.
    pub fn open(&self, reply: &mut Reply) {
        let Some(entry) = self.marked() else { return };
        match entry.link() {
            Some(link) => reply.calls.push(link),
            None => reply.say(Tone::Info, entry.no_link()),
        }
    }

    /// Puts the marker on a row; true when it was there before, so that a second click opens.
    pub fn click(&mut self, row: usize) -> bool {
        let before = self.state.selected() == Some(row as u64);
        self.state.select(row as u64, &Held(&self.entries));
        before
    }

    /// Draws it, and the marked entry in full below.
    pub fn draw(
        &self,
        (columns, name, empty): (&[Column], &'static str, &str),
        below: &Below,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Regions {
        let told = self.marked().map(Entry::told).unwrap_or_default();
        let panes = below.panes(area, if told.is_empty() { u16::MAX } else { ROOMY });
        let rows = Held(&self.entries);
        let table = Table { empty, ..Table::new(columns, &rows) };
        let drawn = table.draw(&self.state, look.theme, panes.first, buffer);
        let mut regions = pane::table_hits(&drawn, name, columns, None);
        regions.extend(below.draw(&panes, &told, look, area, buffer));
        regions
    }
}

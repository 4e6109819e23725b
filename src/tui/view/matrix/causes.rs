//! What is P0, by what it is for and who answers for it: each group is one task. Folded at first; a group that is opened
//! stays open when it is read again.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::{BTreeMap, HashMap};

use super::images::{COLUMNS, time_left};
use super::list::Item as _;
use crate::case::query::triage::cell::CellImage;
use crate::case::query::triage::{CauseGroup, causes};
use crate::cli::words::{counted, when};
use crate::model::text::{fit, scrub};
use crate::model::time::Micros;
use crate::tui::regions::Regions;
use crate::tui::view::below::{Below, Told};
use crate::tui::view::{Around, Look, pane};
use crate::tui::widget::table::{Group, Grouping, Place, Row, Rows, Table, TableState};
use crate::tui::widget::{Line, Move};

/// Images that are gone through; those that are due first.
pub const MOST: u64 = 5_000;
/// Its name in regions.
pub const PANE: &str = "matrix.causes";
/// From this height on the marked row stands in full below.
const ROOMY: u16 = 12;
/// Columns of a cause in the head of its group; the whole of it stands below.
const CAUSE: usize = 44;
/// Stands in front of what names a group, so that no image has the same key.
const GROUP: &str = "group ";

/// What was read: the groups, and their images group by group.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Urgent {
    groups: Vec<CauseGroup>,
    rows: Vec<CellImage>,
    /// Images of P0 there are, gone through or not.
    total: u64,
}

impl Urgent {
    /// Puts the images of P0 into their groups; those of a group stay in their order.
    pub fn new(mut rows: Vec<CellImage>, total: u64) -> Urgent {
        let groups = causes(rows.iter().map(|image| &image.row));
        let places: BTreeMap<_, usize> = (0..).zip(&groups).map(|(at, g)| ((&g.cause, &g.owner), at)).collect();
        rows.sort_by_key(|image| places.get(&(&image.row.cause, &image.row.owner)).copied());
        Urgent { rows, total, groups }
    }
}

/// The list, and where one is in it.
#[derive(Debug, Default)]
pub struct Causes {
    urgent: Urgent,
    read: bool,
    grouping: Grouping<String>,
    state: TableState<String>,
}

/// The rows at a time.
struct Held<'c> {
    urgent: &'c Urgent,
    grouping: &'c Grouping<String>,
    now: Micros,
}

impl Held<'_> {
    fn image(&self, index: u64) -> Option<&CellImage> {
        match self.grouping.at(index)? {
            Place::Row { row, .. } => self.urgent.rows.get(usize::try_from(row).ok()?),
            Place::Group(_) => None,
        }
    }
}

impl Rows for Held<'_> {
    type Key = String;

    fn total(&self) -> u64 {
        self.grouping.total()
    }

    fn row(&self, index: u64) -> Option<Row<'_, String>> {
        if let Place::Group(at) = self.grouping.at(index)? {
            let (group, cause) = (self.grouping.groups().get(at)?, self.urgent.groups.get(at)?);
            return Some(Row::Group {
                key: group.key.clone(),
                title: Line::plain(title(cause, self.now)),
                count: group.count,
                collapsed: self.grouping.is_collapsed(&group.key),
            });
        }
        let image = self.image(index)?;
        Some(Row::Item { key: image.key(), cells: image.cells(self.now), slot: None })
    }
}

fn key(group: &CauseGroup) -> String {
    format!("{GROUP}{}\0{}", group.cause, group.owner.as_deref().unwrap_or_default())
}

/// How long there is left, who answers for it, what it is for.
fn title(group: &CauseGroup, now: Micros) -> String {
    let owner = group.owner.as_deref().unwrap_or("no owner told");
    let cause = fit(&scrub(&group.cause), CAUSE);
    format!("{}  {owner}  {cause}", time_left(group.due.as_deref(), now).0)
}

impl Causes {
    /// What was read. The marker stays on its row; groups that were not there before are folded.
    pub fn set(&mut self, urgent: Urgent) {
        let before: Vec<String> = self.grouping.groups().iter().map(|group| group.key.clone()).collect();
        let groups =
            urgent.groups.iter().map(|group| Group { key: key(group), title: String::new(), count: group.images });
        self.grouping.set_groups(groups.collect());
        let keys = self.grouping.groups().iter().map(|group| group.key.clone());
        let new: Vec<String> = keys.filter(|key| !before.contains(key) && !self.grouping.is_collapsed(key)).collect();
        for key in &new {
            self.grouping.toggle(key);
        }
        let places: HashMap<String, u64> = (0..).zip(&urgent.rows).map(|(at, image)| (image.key(), at)).collect();
        self.state.marks.retain(|key| places.contains_key(key));
        (self.urgent, self.read) = (urgent, true);
        self.reconcile(&places);
    }

    fn reconcile(&mut self, places: &HashMap<String, u64>) {
        let held = Held { urgent: &self.urgent, grouping: &self.grouping, now: Micros(0) };
        self.state.reconcile(&held, |key| match key.starts_with(GROUP) {
            true => held.grouping.index_of_group(key),
            false => held.grouping.index_of(*places.get(key)?),
        });
    }

    fn held(&self) -> Held<'_> {
        Held { urgent: &self.urgent, grouping: &self.grouping, now: Micros(0) }
    }

    /// The image at the marker; none on the head of a group.
    pub fn image(&self) -> Option<&CellImage> {
        let Some(Place::Row { row, .. }) = self.grouping.at(self.state.selected()?) else { return None };
        self.urgent.rows.get(usize::try_from(row).ok()?)
    }

    /// The group whose head is at the marker.
    fn group(&self) -> Option<(&CauseGroup, &[CellImage])> {
        let Some(Place::Group(at)) = self.grouping.at(self.state.selected()?) else { return None };
        let before: u64 = self.urgent.groups.iter().take(at).map(|group| group.images).sum();
        let group = self.urgent.groups.get(at)?;
        let first = usize::try_from(before).ok()?;
        let end = first.saturating_add(usize::try_from(group.images).ok()?);
        Some((group, self.urgent.rows.get(first..end)?))
    }

    /// What an image is called, where it is listed.
    pub fn name_of(&self, id: &str) -> Option<&str> {
        let found = self.urgent.rows.iter().find(|image| image.row.id == id);
        found.map(|image| image.row.name.as_str())
    }

    /// The images that something is said of: the marked ones, else the one at the marker, or all of the group there.
    pub fn chosen(&self) -> Vec<String> {
        if self.has_marks() {
            return self.state.marks.iter().cloned().collect();
        }
        let alone = self.image().map(CellImage::key);
        let together = self.group().map(|(_, images)| images.iter().map(CellImage::key).collect());
        alone.map(|id| vec![id]).or(together).unwrap_or_default()
    }

    /// True with a marked image.
    pub fn has_marks(&self) -> bool {
        !self.state.marks.is_empty()
    }

    /// Takes all marks away.
    pub fn unmark(&mut self) {
        self.state.marks.clear();
    }

    /// Turns the mark of the image at the marker over, or marks all of the group there; and goes on to the next row.
    pub fn mark(&mut self) {
        match self.group().map(|(_, images)| images.iter().map(CellImage::key).collect::<Vec<_>>()) {
            Some(images) if images.iter().all(|id| self.state.marks.contains(id)) => {
                self.state.marks.retain(|id| !images.contains(id));
            }
            Some(images) => self.state.marks.add(images),
            None => {
                let held = Held { urgent: &self.urgent, grouping: &self.grouping, now: Micros(0) };
                self.state.toggle_mark(&held);
            }
        }
        self.step(Move::Down(1));
    }

    /// Marks every image; how many there are.
    pub fn mark_all(&mut self) -> usize {
        self.state.marks.add(self.urgent.rows.iter().map(CellImage::key));
        self.urgent.rows.len()
    }

    fn step(&mut self, movement: Move) -> bool {
        let held = Held { urgent: &self.urgent, grouping: &self.grouping, now: Micros(0) };
        self.state.apply(movement, &held)
    }

    /// Moves; what changed, or none where the command is none of moving.
    pub fn moved(&mut self, id: &str, around: Around<'_>) -> Option<bool> {
        let movement = pane::movement(id, 1)?;
        self.state.seen(&pane::seen(around.regions, PANE));
        Some(self.step(movement))
    }

    /// Shows or hides the images of the group at the marker; false where there is none.
    pub fn toggle(&mut self) -> bool {
        let Some(head) = self.group().map(|(group, _)| key(group)) else { return false };
        self.grouping.toggle(&head);
        self.reconcile(&HashMap::new());
        true
    }

    /// Puts the marker on a row; true when it was there before.
    pub fn click(&mut self, row: usize) -> bool {
        let before = self.state.selected() == Some(row as u64);
        self.step(Move::To(row as u64));
        before
    }

    /// One line about it.
    pub fn head(&self) -> String {
        if !self.read {
            return " reading ...".to_owned();
        }
        let (listed, groups) = (self.urgent.rows.len() as u64, self.urgent.groups.len() as u64);
        let images = match self.urgent.total > listed {
            true => format!("the first {listed} of {} images", self.urgent.total),
            false => counted(listed, "image"),
        };
        let marked = self.state.marks.len();
        let marked = if marked > 0 { format!("   {marked} marked") } else { String::new() };
        format!(" P0 BY CAUSE AND OWNER   {images}, {}{marked}", counted(groups, "task"))
    }

    fn told(&self, now: Micros) -> Told {
        let Some((group, images)) = self.group() else {
            return self.image().map(|image| image.told(now)).unwrap_or_default();
        };
        let due = group.due.as_deref().map_or_else(|| "paused".to_owned(), when);
        let runs = counted(group.running, "place");
        let names: Vec<&str> = images.iter().take(NAMED).map(|image| image.row.name.as_str()).collect();
        let more = images.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        vec![
            ("cause", group.cause.clone()),
            ("owner", group.owner.clone().unwrap_or_else(|| "not told".to_owned())),
            ("first due", format!("{due}, {} left", time_left(group.due.as_deref(), now).0)),
            ("images", format!("{}: {}{more}", group.images, names.join(", "))),
            ("runs", runs),
        ]
    }

    /// Draws it, and the marked row in full below.
    pub fn draw(&self, below: &Below, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let held = Held { now: look.now, ..self.held() };
        let told = self.told(look.now);
        let panes = below.panes(area, if told.is_empty() { u16::MAX } else { ROOMY });
        let empty = if self.read { "No image is P0." } else { "reading ..." };
        let table = Table { pinned: 2, empty, ..Table::new(COLUMNS, &held) };
        let drawn = table.draw(&self.state, look.theme, panes.first, buffer);
        let mut regions = pane::table_hits(&drawn, PANE, COLUMNS, None);
        regions.extend(below.draw(&panes, &told, look, area, buffer));
        regions
    }
}

/// Images of a group that are named below it.
const NAMED: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::query::triage::{GivenCell, TriageRow};
    use crate::model::priority::Priority;

    fn image(id: &str, cause: &str, owner: Option<&str>, due: Option<&str>) -> CellImage {
        let given = || GivenCell { priority: Priority::P0, rule: "V1".to_owned(), raised: false };
        let row = TriageRow {
            id: id.to_owned(),
            name: format!("registry.corp/{id}:1"),
            priority: Priority::P0,
            verdict: None,
            criticality: "high",
            exploitability: "easy",
            exposure: "internet",
            standing: "running",
            rule: "V1".to_owned(),
            lens: "vulnerability",
            due: due.map(str::to_owned),
            reached: "2026-11-19T02:00:00Z".to_owned(),
            overridden: false,
            computed: Priority::P0,
            asks_again: false,
            paused: due.is_none(),
            compromise: None,
            vulnerability: given(),
            assumed: Vec::new(),
            cause: cause.to_owned(),
            owner: owner.map(str::to_owned),
            running: 2,
        };
        CellImage { row, digest: None, attacked: 0, fixable: 0 }
    }

    fn some() -> Urgent {
        let [early, late] = ["2026-11-19T08:00:00Z", "2026-11-19T09:00:00Z"].map(Some);
        let rows = vec![
            image("a", "tag:x:1", Some("pay"), early),
            image("b", "vulnerability", Some("pay"), late),
            image("c", "tag:x:1", Some("pay"), late),
            image("d", "tag:x:1", None, None),
        ];
        Urgent::new(rows, 4)
    }

    fn keys(causes: &Causes) -> Vec<String> {
        let held = causes.held();
        (0..held.total()).filter_map(|row| held.key(row)).map(|key| key.replace('\0', "|")).collect()
    }

    #[test]
    fn one_cause_and_one_owner_are_one_folded_group_that_opens_and_stays_open() {
        let mut causes = Causes::default();
        causes.set(some());
        let folded = ["group tag:x:1|pay", "group vulnerability|pay", "group tag:x:1|"];
        assert_eq!(keys(&causes), folded);
        assert!(causes.toggle());
        let open = ["group tag:x:1|pay", "a", "c", "group vulnerability|pay", "group tag:x:1|"];
        assert_eq!(keys(&causes), open);
        causes.step(Move::Down(2));
        assert_eq!(causes.image().map(|image| image.row.id.as_str()), Some("c"));
        assert!(!causes.toggle(), "an image has nothing to fold");
        causes.set(some());
        assert_eq!(keys(&causes), open);
        assert_eq!(causes.image().map(|image| image.row.id.as_str()), Some("c"), "the marker stays on its row");
        causes.set(Urgent::new(vec![image("b", "vulnerability", Some("pay"), None)], 1));
        assert_eq!(keys(&causes), ["group vulnerability|pay"]);
        assert!(causes.head().contains("1 image, 1 task"), "{}", causes.head());
    }

    #[test]
    fn something_is_said_of_a_whole_group_or_of_marked_images() {
        let mut causes = Causes::default();
        assert!(causes.chosen().is_empty() && causes.group().is_none());
        causes.set(some());
        assert_eq!(causes.chosen(), ["a", "c"]);
        causes.mark();
        assert_eq!((causes.chosen(), causes.has_marks()), (vec!["a".to_owned(), "c".to_owned()], true));
        causes.step(Move::Top);
        causes.mark();
        assert!(!causes.has_marks(), "all of it was marked");
        causes.step(Move::Top);
        causes.toggle();
        causes.step(Move::Down(1));
        causes.mark();
        assert_eq!(causes.chosen(), ["a"]);
        assert_eq!((causes.mark_all(), causes.chosen().len()), (4, 4));
        causes.set(Urgent::default());
        assert!(causes.chosen().is_empty(), "what is gone is not marked any more");
    }

    #[test]
    fn what_was_left_out_is_told() {
        let mut causes = Causes::default();
        causes.set(Urgent { total: 9_000, ..some() });
        assert!(causes.head().contains("the first 4 of 9000 images, 3 tasks"), "{}", causes.head());
        let told = causes.told(Micros::parse_rfc3339("2026-11-19T07:00:00Z").unwrap());
        let text = |word| told.iter().find(|(own, _)| *own == word).map(|(_, text)| text.as_str());
        assert_eq!(text("images"), Some("2: registry.corp/a:1, registry.corp/c:1"));
        assert_eq!((text("runs"), text("owner")), (Some("4 places"), Some("pay")));
        assert!(text("first due").is_some_and(|due| due.contains("01:00 left")), "{told:?}");
    }
}

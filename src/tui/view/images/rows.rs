//! The rows of the table: a part of the list that was read, seen through its groups.

use super::grouping::Groups;
use crate::case::query::images::ImageRow;
use crate::case::query::pages::Window;
use crate::cli::words::{counted, short, short_name, when};
use crate::model::verdict::Verdict;
use crate::tui::theme::Slot;
use crate::tui::view::below::Told;
use crate::tui::view::signs::sign_of;
use crate::tui::widget::table::{Column, Group, Grouping, Place, Row, Rows};
use crate::tui::widget::{Cut, Line};

/// Columns, the last to go in front. Priority and verdict have their place before there is any.
pub const COLUMNS: &[Column] = &[
    Column::new("P", 2, 2).dropped(6).sorted_by("priority"),
    Column::new("V", 2, 2).dropped(5).sorted_by("verdict"),
    Column::new("IMAGE", 36, 48).cut(Cut::With(short_name)).growing(4).sorted_by("name"),
    Column::new("DIGEST", 10, 10).dropped(1),
    Column::new("USES", 5, 6).right().dropped(3).sorted_by("uses"),
    Column::new("RUNS", 5, 6).right().sorted_by("running"),
    Column::new("RULE", 6, 12).dropped(7).sorted_by("rule"),
    Column::new("DUE", 17, 17).dropped(8).sorted_by("due"),
    Column::new("WORKLOADS", 10, 10).right().dropped(9).sorted_by("workloads"),
    Column::new("ROLES", 8, 14).growing(1).dropped(10),
    Column::new("REGISTRY", 10, 24).cut(Cut::Middle).growing(1).dropped(11),
];

/// Stands in front of a group's value, so that no image has the same key.
const GROUP: &str = "group ";

/// The part of the list that is at hand.
#[derive(Debug, Default)]
pub struct Loaded {
    /// What was read last.
    pub window: Window,
    grouping: Grouping<String>,
    group: Option<Groups>,
}

impl Loaded {
    /// Takes what was read.
    pub fn set(&mut self, window: Window, group: Option<Groups>) {
        if self.group != group {
            self.grouping = Grouping::default();
        }
        self.group = group;
        let head = |(value, count): &(String, u64)| Group {
            key: format!("{GROUP}{value}"),
            title: group.map_or_else(String::new, |group| group.title(value)),
            count: *count,
        };
        self.grouping.set_groups(window.groups.iter().map(head).collect());
        self.window = window;
    }

    /// The row of the list that stands at a row of the table; that of a group's first image at its head.
    pub fn listed(&self, shown: u64) -> u64 {
        let first = |group: usize| self.grouping.groups().iter().take(group).map(|group| group.count).sum();
        match self.place(shown) {
            Some(Place::Row { row, .. }) => row,
            Some(Place::Group(group)) => first(group),
            None => shown,
        }
    }

    /// The part of the list between two rows of the table, both included.
    pub fn between(&self, first: u64, last: u64) -> (u64, u64) {
        let end = match self.place(last) {
            Some(Place::Group(_)) => self.listed(last),
            _ => self.listed(last).saturating_add(1),
        };
        let first = self.listed(first);
        (first, end.saturating_sub(first))
    }

    /// Where an image or a group is shown.
    pub fn index_of(&self, key: &str) -> Option<u64> {
        if key.starts_with(GROUP) {
            return self.grouping.index_of_group(&key.to_owned());
        }
        let listed = self.window.index_of(key, |row| row.id == key)?;
        if self.group.is_some() { self.grouping.index_of(listed) } else { Some(listed) }
    }

    /// Shows or hides the rows of a group; false where the key is none of a group.
    pub fn toggle(&mut self, key: &str) -> bool {
        let known = self.grouping.groups().iter().any(|group| group.key == key);
        if known {
            self.grouping.toggle(&key.to_owned());
        }
        known
    }

    /// The image at a row of the table.
    pub fn image(&self, shown: u64) -> Option<&ImageRow> {
        match self.place(shown)? {
            Place::Row { row, .. } => self.window.get(row),
            Place::Group(_) => None,
        }
    }

    fn place(&self, shown: u64) -> Option<Place> {
        match self.group {
            Some(_) => self.grouping.at(shown),
            None => (shown < self.window.total).then_some(Place::Row { group: 0, row: shown }),
        }
    }
}

impl Rows for Loaded {
    type Key = String;

    fn total(&self) -> u64 {
        if self.group.is_some() { self.grouping.total() } else { self.window.total }
    }

    fn row(&self, index: u64) -> Option<Row<'_, String>> {
        if let Place::Group(at) = self.place(index)? {
            let group = self.grouping.groups().get(at)?;
            return Some(Row::Group {
                key: group.key.clone(),
                title: Line::plain(group.title.as_str()),
                count: group.count,
                collapsed: self.grouping.is_collapsed(&group.key),
            });
        }
        let image = self.image(index)?;
        Some(Row::Item { key: image.id.clone(), cells: cells(image), slot: None })
    }
}

fn cells(row: &ImageRow) -> Vec<Line<'_>> {
    let none = || Line::plain("–");
    let digest = match row.digests.first() {
        Some(digest) => Line::plain(short(&digest.value)),
        None => Line::new("unresolved", Slot::Muted),
    };
    vec![
        row.priority.as_deref().map_or_else(none, Line::plain),
        row.verdict.as_deref().and_then(Verdict::parse).map_or_else(none, sign_of),
        Line::plain(row.name.as_str()),
        digest,
        Line::plain(row.uses.to_string()),
        Line::plain(row.running.to_string()),
        row.rule.as_deref().map_or_else(none, Line::plain),
        Line::plain(due(row)),
        Line::plain(row.workloads.to_string()),
        Line::plain(row.roles.join(",")),
        Line::plain(row.registry.as_str()),
    ]
}

/// When it is due; empty before the policy was asked.
fn due(row: &ImageRow) -> String {
    match (&row.priority, &row.due) {
        (None, _) => String::new(),
        (Some(_), None) => "paused".to_owned(),
        (Some(_), Some(due)) => when(due),
    }
}

/// All that the list knows of an image.
pub fn told(row: &ImageRow) -> Told {
    let digests: Vec<String> = row.digests.iter().map(|digest| format!("{} {}", digest.value, digest.kind)).collect();
    let digests = if digests.is_empty() { "not known".to_owned() } else { digests.join("\n") };
    let priority = row.priority.as_ref().map_or_else(String::new, |priority| {
        format!("{priority} by {}, due {}", row.rule.as_deref().unwrap_or("–"), due(row))
    });
    let counts = [counted(row.uses, "use"), format!("{} running", row.running), counted(row.workloads, "workload")];
    vec![
        ("image", row.name.clone()),
        ("digest", digests),
        ("tags", if row.tags.len() > 1 { row.tags.join(", ") } else { String::new() }),
        ("counts", counts.join(", ")),
        ("priority", priority),
        ("roles", row.roles.join(", ")),
        ("tag moved", if row.moved == "unseen" { String::new() } else { row.moved.to_owned() }),
        ("seen", format!("{} to {}", when(&row.first_seen), when(&row.last_seen))),
        ("id", row.id.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::query::images::ImageRow;
    use crate::case::query::pages::GroupBy;

    /// An image as the list shows it.
    fn row(id: &str) -> ImageRow {
        ImageRow {
            id: id.to_owned(),
            name: format!("docker.io/library/{id}:1"),
            registry: "docker.io".to_owned(),
            repository: format!("library/{id}"),
            tags: vec!["1".to_owned()],
            digests: Vec::new(),
            resolved: false,
            roles: Vec::new(),
            uses: 2,
            running: 1,
            workloads: 1,
            priority: None,
            due: None,
            rule: None,
            verdict: None,
            moved: "no",
            first_seen: String::new(),
            last_seen: String::new(),
        }
    }

    #[test]
    fn the_part_at_hand_is_told_from_what_is_not() {
        let mut loaded = Loaded::default();
        let rows = (0..10).map(|n| row(&format!("i{n}"))).collect();
        loaded
            .set(Window { rows, first: 50, total: 1_000, found: vec![("far".into(), 900)], ..Window::default() }, None);
        assert_eq!((loaded.total(), loaded.index_of("i3"), loaded.index_of("far")), (1_000, Some(53), Some(900)));
        assert!(loaded.row(49).is_none() && loaded.row(50).is_some() && loaded.row(60).is_none());
        let at_hand = &loaded.window;
        assert!(!at_hand.lacks(55, 3) && at_hand.lacks(52, 3) && at_hand.lacks(58, 3));
    }

    #[test]
    fn groups_have_heads_and_ranges_leave_them_out() {
        let mut loaded = Loaded::default();
        let rows = (0..4).map(|n| row(&format!("i{n}"))).collect();
        let groups = vec![("a.io".to_owned(), 3), (String::new(), 1)];
        loaded.set(Window { rows, total: 4, groups, ..Window::default() }, Some(Groups::By(GroupBy::Registry)));
        assert_eq!((loaded.total(), loaded.index_of("i3"), loaded.listed(4)), (6, Some(5), 3));
        assert!(matches!(loaded.row(4), Some(Row::Group { count: 1, .. })));
        assert_eq!((loaded.between(1, 2), loaded.between(2, 4), loaded.between(2, 5)), ((0, 2), (1, 2), (1, 3)));
        assert!(loaded.toggle("group a.io") && !loaded.toggle("i3"));
        assert_eq!((loaded.total(), loaded.index_of("i1")), (3, Some(0)));
    }
}

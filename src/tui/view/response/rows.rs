//! A row as it is held: worked out by the reader and shared, so that the loop copies only what is shown.

use std::sync::Arc;

use crate::command::Call;
use crate::model::time::Micros;
use crate::tui::theme::Slot;
use crate::tui::view::below::Told;
use crate::tui::view::sheet::Entry;
use crate::tui::widget::Line;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// What names it across refreshes.
    pub key: String,
    /// A text a column, with a meaning where it has one.
    pub cells: Vec<(String, Option<Slot>)>,
    /// The row's own style.
    pub slot: Option<Slot>,
    /// Where it leads.
    pub link: Option<Call>,
    /// All that is known of it.
    pub told: Told,
    /// The parts of the list that it is in, beside all of it.
    pub parts: Vec<&'static str>,
    /// Its place among what can be done next.
    pub next: Option<usize>,
    /// When it was, where it has a time.
    pub at: Option<Micros>,
    /// What it is called while something is typed of it.
    pub name: String,
    /// Its group by each of [`super::kinds::Kind::groups`]: its place among them, and its name. Empty where rows have none.
    pub groups: Vec<(usize, String)>,
    /// Rows below it, where it is the head of a group, of which nothing can be said.
    pub heads: Option<u64>,
}

impl Row {
    /// The head of a group of so many rows.
    pub fn head(group: &str, rows: usize) -> Row {
        Row { key: format!("group {group}"), heads: Some(rows as u64), name: group.to_owned(), ..Row::default() }
    }

    /// True where a text in lower case stands in any column, or in what is told of it.
    pub fn holds(&self, text: &str) -> bool {
        let cells = self.cells.iter().map(|(cell, _)| cell);
        text.is_empty() || cells.chain(self.told.iter().map(|(_, told)| told)).any(|t| t.to_lowercase().contains(text))
    }

    /// What it is called.
    pub fn called(&self) -> String {
        if self.name.is_empty() { self.key.clone() } else { self.name.clone() }
    }
}

impl Entry for Arc<Row> {
    fn key(&self) -> String {
        self.key.clone()
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let line = |(text, slot): &(String, Option<Slot>)| match slot {
            Some(slot) => Line::new(text.clone(), *slot),
            None => Line::plain(text.clone()),
        };
        self.cells.iter().map(line).collect()
    }

    fn head(&self) -> Option<(Line<'_>, u64)> {
        Some((Line::plain(self.name.as_str()), self.heads?))
    }

    fn slot(&self) -> Option<Slot> {
        self.slot
    }

    fn link(&self) -> Option<Call> {
        self.link.clone()
    }

    fn no_link(&self) -> &'static str {
        if self.heads.is_some() { "this is the head of a group" } else { "it leads nowhere; p shows all of it" }
    }

    fn told(&self) -> Told {
        self.told.clone()
    }
}

/// Rows put together by one of their groups, each group under its head; within a group they keep their order.
pub fn grouped(mut rows: Vec<Arc<Row>>, by: usize) -> Vec<Arc<Row>> {
    let place = |row: &Row| row.groups.get(by).map_or(usize::MAX, |(place, _)| *place);
    rows.sort_by_key(|row| place(row));
    let mut put = Vec::with_capacity(rows.len() + 16);
    for group in rows.chunk_by(|a, b| a.groups.get(by) == b.groups.get(by)) {
        let name = group.first().and_then(|row| row.groups.get(by)).map_or("", |(_, name)| name.as_str());
        put.push(Arc::new(Row::head(name, group.len())));
        put.extend(group.iter().cloned());
    }
    put
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_stands_once_under_its_head_in_its_order() {
        let row = |key: &str, stage: (usize, &str)| {
            let groups = vec![(stage.0, stage.1.to_owned())];
            Arc::new(Row { key: key.to_owned(), groups, ..Row::default() })
        };
        let rows = vec![row("R1", (1, "containment")), row("D1", (0, "first-hour")), row("R2", (1, "containment"))];
        let put = grouped(rows, 0);
        let keys: Vec<&str> = put.iter().map(|row| row.key.as_str()).collect();
        assert_eq!(keys, ["group first-hour", "D1", "group containment", "R1", "R2"]);
        let head = put.first().unwrap();
        assert_eq!((head.heads, head.name.as_str()), (Some(1), "first-hour"));
        let heads: Vec<Option<u64>> = put.iter().map(|row| row.heads).collect();
        assert_eq!(heads, [Some(1), None, Some(2), None, None]);
        assert_eq!(grouped(Vec::new(), 0), Vec::<Arc<Row>>::new());
    }
}

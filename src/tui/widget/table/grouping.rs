//! Where group heads and their rows stand when rows are shown in groups.
//!
//! Owns the arithmetic between shown rows and the rows of the ungrouped order, which must be sorted by group. The work
//! a row is a search over the groups; rows themselves are never touched.

use std::collections::BTreeSet;

/// A group of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<K> {
    /// Its name across refreshes.
    pub key: K,
    /// What its rows share.
    pub title: String,
    /// Rows in it.
    pub count: u64,
}

/// What stands at a shown row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The head of the group with this index.
    Group(usize),
    /// A row of the ungrouped order.
    Row {
        /// The index of its group.
        group: usize,
        /// Its index without groups.
        row: u64,
    },
}

/// Groups in order, some of them collapsed.
#[derive(Debug, Clone)]
pub struct Grouping<K> {
    groups: Vec<Group<K>>,
    collapsed: BTreeSet<K>,
    /// For each group the index of its head and of its first row without groups.
    starts: Vec<(u64, u64)>,
    total: u64,
}

impl<K> Default for Grouping<K> {
    fn default() -> Self {
        Grouping { groups: Vec::new(), collapsed: BTreeSet::new(), starts: Vec::new(), total: 0 }
    }
}

impl<K: Clone + Ord> Grouping<K> {
    /// These groups; what was collapsed before stays collapsed.
    pub fn set_groups(&mut self, groups: Vec<Group<K>>) {
        self.groups = groups;
        self.count();
    }

    /// Collapses a group or shows its rows; true when it is collapsed now.
    pub fn toggle(&mut self, key: &K) -> bool {
        let collapsed = !self.collapsed.remove(key);
        if collapsed {
            self.collapsed.insert(key.clone());
        }
        self.count();
        collapsed
    }

    /// Collapses all groups, or none.
    pub fn set_all(&mut self, collapsed: bool) {
        self.collapsed =
            if collapsed { self.groups.iter().map(|group| group.key.clone()).collect() } else { BTreeSet::new() };
        self.count();
    }

    /// True when its rows are hidden.
    pub fn is_collapsed(&self, key: &K) -> bool {
        self.collapsed.contains(key)
    }

    /// Shown rows, heads included.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The groups.
    pub fn groups(&self) -> &[Group<K>] {
        &self.groups
    }

    /// What stands at a shown row.
    pub fn at(&self, index: u64) -> Option<Place> {
        if index >= self.total {
            return None;
        }
        let group = self.starts.partition_point(|(head, _)| *head <= index).checked_sub(1)?;
        let (head, first) = self.starts.get(group)?;
        Some(match index - head {
            0 => Place::Group(group),
            nth => Place::Row { group, row: first + (nth - 1) },
        })
    }

    /// Where a row of the ungrouped order is shown; the head of its group when that is collapsed.
    pub fn index_of(&self, row: u64) -> Option<u64> {
        // Empty groups begin at the same row as the next one: the last group that begins there has it.
        let group = self.starts.partition_point(|(_, first)| *first <= row).checked_sub(1)?;
        let (head, first) = self.starts.get(group)?;
        let own = self.groups.get(group).filter(|own| row - first < own.count)?;
        Some(if self.collapsed.contains(&own.key) { *head } else { head + 1 + (row - first) })
    }

    /// Where the head of a group is shown.
    pub fn index_of_group(&self, key: &K) -> Option<u64> {
        let at = self.groups.iter().position(|group| group.key == *key)?;
        self.starts.get(at).map(|(head, _)| *head)
    }

    fn count(&mut self) {
        let (mut head, mut first) = (0_u64, 0_u64);
        self.starts.clear();
        for group in &self.groups {
            self.starts.push((head, first));
            let shown = if self.collapsed.contains(&group.key) { 0 } else { group.count };
            head = head.saturating_add(1).saturating_add(shown);
            first = first.saturating_add(group.count);
        }
        self.total = head;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouping() -> Grouping<&'static str> {
        let mut grouping = Grouping::default();
        let group = |key: &'static str, count| Group { key, title: key.to_owned(), count };
        grouping.set_groups(vec![group("pay", 2), group("none", 0), group("web", 3)]);
        grouping
    }

    #[test]
    fn heads_stand_before_their_rows() {
        let grouping = grouping();
        let places: Vec<Option<Place>> = (0..9).map(|index| grouping.at(index)).collect();
        let row = |group, row| Some(Place::Row { group, row });
        let head = |group| Some(Place::Group(group));
        assert_eq!(places, [head(0), row(0, 0), row(0, 1), head(1), head(2), row(2, 2), row(2, 3), row(2, 4), None]);
        assert_eq!(grouping.index_of_group(&"web"), Some(4));
    }

    #[test]
    fn collapsed_rows_are_found_at_their_head() {
        let mut grouping = grouping();
        assert!(grouping.toggle(&"pay"));
        assert_eq!(grouping.total(), 6);
        assert_eq!((grouping.index_of(1), grouping.index_of(2)), (Some(0), Some(3)));
        assert!(!grouping.toggle(&"pay"));
        for index in 0..grouping.total() {
            if let Some(Place::Row { row, .. }) = grouping.at(index) {
                assert_eq!(grouping.index_of(row), Some(index));
            }
        }
        grouping.set_all(true);
        assert_eq!((grouping.total(), grouping.index_of(99)), (3, None));
    }
}

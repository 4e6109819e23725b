//! What is P0, by what it is for and who answers for it: each such group is one task.

use serde::Serialize;
use std::collections::BTreeMap;

use super::TriageRow;
use crate::model::priority::Priority;

/// P0 images that have one cause and one owner: they are one task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CauseGroup {
    /// An indicator's target, `vulnerability`, or `by hand`.
    pub cause: String,
    /// Who answers for them; none where nobody was named.
    pub owner: Option<String>,
    /// How many.
    pub images: u64,
    /// Places that run them.
    pub running: u64,
    /// The one that is due first.
    pub due: Option<String>,
}

/// Groups P0 by cause and owner, the one that is due first at the top.
pub fn causes<'r>(rows: impl IntoIterator<Item = &'r TriageRow>) -> Vec<CauseGroup> {
    let mut groups: BTreeMap<(&str, Option<&str>), CauseGroup> = BTreeMap::new();
    for row in rows.into_iter().filter(|row| row.priority == Priority::P0) {
        let group = groups.entry((&row.cause, row.owner.as_deref())).or_insert_with(|| CauseGroup {
            cause: row.cause.clone(),
            owner: row.owner.clone(),
            images: 0,
            running: 0,
            due: None,
        });
        group.images += 1;
        group.running += row.running;
        group.due = [group.due.take(), row.due.clone()].into_iter().flatten().min();
    }
    let mut groups: Vec<CauseGroup> = groups.into_values().collect();
    groups.sort_by(|a, b| {
        (a.due.is_none(), &a.due, &a.cause, &a.owner).cmp(&(b.due.is_none(), &b.due, &b.cause, &b.owner))
    });
    groups
}

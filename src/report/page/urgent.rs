//! The section on what must be done first.

use std::borrow::Cow;

use super::{Block, Cell, Column, Row, Table};
use crate::report::choice::Topic;
use crate::report::model::{KnownAsOf, Urgent, UrgentGroup, UrgentImage};

const GROUPS: &[Column] = &[
    Column::text("cause", "What for"),
    Column::text("owner", "Owner"),
    Column::number("images", "Images"),
    Column::number("running", "Running"),
    Column::text("due", "First due (UTC)"),
];

const IMAGES: &[Column] = &[
    Column::text("name", "Image"),
    Column::text("cause", "What for"),
    Column::text("owner", "Owner"),
    Column::number("running", "Running"),
    Column::text("due", "Due (UTC)"),
    Column::text("rule", "Rule"),
    Column::text("because", "Because"),
];

/// Priorities in numbers, the jobs, and each image with why.
pub(super) fn blocks(urgent: &Urgent, most: usize) -> Vec<Block<'_>> {
    let [p0, p1, p2, p3] = urgent.priorities;
    if p0 + p1 + p2 + p3 == 0 {
        return Vec::new();
    }
    let mut facts = vec![
        ("P0: now", Cell::Count(p0)),
        ("P1", Cell::Count(p1)),
        ("P2", Cell::Count(p2)),
        ("P3", Cell::Count(p3)),
        ("P0 overdue", Cell::Count(urgent.overdue)),
    ];
    facts.extend(urgent.next_due.map(|due| ("Next P0 due", Cell::Time(due))));
    facts.extend(urgent.from_bases.as_deref().map(|text| ("From bases", Cell::text(text))));
    if !urgent.known.is_empty() {
        facts.push(("Known as of", Cell::text(urgent.known.iter().map(known).collect::<Vec<_>>().join("; "))));
    }
    let mut blocks = vec![Block::Facts(facts), Block::Priorities(urgent.priorities, urgent.overdue)];
    if !urgent.groups.is_empty() {
        let rows = urgent.groups.iter().take(most).map(group).collect();
        let more = urgent.groups.len().saturating_sub(most) as u64;
        blocks.push(Block::Table(Table { id: "urgent-groups", columns: GROUPS, rows, more }));
        blocks.push(Block::Table(images(urgent, most)));
    }
    blocks
}

/// A source and its day.
fn known(it: &KnownAsOf) -> String {
    let day = it.at.map_or_else(|| "no time told".to_owned(), |at| at.rfc3339().chars().take(10).collect());
    format!("{} {day}", it.source)
}

/// The images.
pub(super) fn images(urgent: &Urgent, most: usize) -> Table<'_> {
    let listed = urgent.images.len() as u64;
    let rows: Vec<Row<'_>> = urgent.images.iter().take(most).map(image).collect();
    // Not all of them are in the report where there are very many.
    let all = urgent.priorities.first().copied().unwrap_or(listed).max(listed);
    let more = all.saturating_sub(rows.len() as u64);
    Table { id: Topic::Urgent.as_str(), columns: IMAGES, rows, more }
}

fn group(it: &UrgentGroup) -> Row<'_> {
    Row::of(vec![
        Cell::Name(Cow::Borrowed(&it.cause)),
        Cell::maybe(it.owner.as_ref()),
        Cell::Count(it.images),
        Cell::Count(it.running),
        Cell::time(it.due),
    ])
}

fn image(it: &UrgentImage) -> Row<'_> {
    Row::of(vec![
        Cell::Name(Cow::Borrowed(&it.name)),
        Cell::Name(Cow::Borrowed(&it.cause)),
        Cell::maybe(it.owner.as_ref()),
        Cell::Count(it.running),
        Cell::time(it.due),
        Cell::text(it.rule.as_str()),
        Cell::text(it.because.join("; ")),
    ])
}

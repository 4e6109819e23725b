//! The places that use an image, and the workloads they belong to.

use std::collections::BTreeMap;

use crate::case::query::image::{UseRow, WorkloadCell};
use crate::cli::words::{beside, middle, short_name, state, when};
use crate::command::Call;
use crate::tui::theme::Slot;
use crate::tui::view::below::Told;
use crate::tui::view::link;
use crate::tui::view::sheet::Entry;
use crate::tui::widget::table::Column;
use crate::tui::widget::{Cut, Line};

/// Columns of the places.
pub const USES: &[Column] = &[
    Column::new("STATE", 8, 9),
    Column::new("ROLE", 6, 10).dropped(2),
    Column::new("USE", 28, 44).cut(Cut::With(middle)).growing(3),
    Column::new("AS WRITTEN", 24, 40).cut(Cut::With(short_name)).growing(2).dropped(3),
    Column::new("BESIDE", 12, 24).growing(1).dropped(4),
    Column::new("SEEN", 17, 17).dropped(1),
];

/// Columns of the workloads.
pub const WORKLOADS: &[Column] = &[
    Column::new("KIND", 10, 16),
    Column::new("WORKLOAD", 16, 30).cut(Cut::With(middle)).growing(2),
    Column::new("NAMESPACE", 10, 20).growing(1),
    Column::new("CONTEXT", 8, 16).dropped(1),
    Column::new("USES", 5, 6).right(),
    Column::new("RUNS", 5, 6).right(),
];

/// A place.
#[derive(Debug, PartialEq, Eq)]
pub struct Use(pub UseRow);

impl Entry for Use {
    fn key(&self) -> String {
        let row = &self.0;
        let parts = [row.locus.as_str(), row.as_written.as_str(), row.digest.as_deref().unwrap_or_default()];
        let started = row.started.as_deref().unwrap_or_default();
        format!("{}|{started}|{}|{}", parts.join("|"), row.first_seen, row.locator.offset)
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let row = &self.0;
        vec![
            Line::plain(state(row)),
            Line::plain(row.role),
            Line::plain(row.locus.as_str()),
            Line::plain(row.as_written.as_str()),
            Line::plain(beside(row)),
            Line::plain(when(&row.last_seen)),
        ]
    }

    fn slot(&self) -> Option<Slot> {
        (!self.0.current).then_some(Slot::Muted)
    }

    fn link(&self) -> Option<Call> {
        let row = &self.0;
        Some(link::evidence(row.evidence.as_deref()?, row.locator.offset, row.locator.length))
    }

    fn no_link(&self) -> &'static str {
        "its evidence was not kept"
    }

    fn told(&self) -> Told {
        let row = &self.0;
        let on = row.node.as_ref().map_or_else(String::new, |node| format!(" on {node}"));
        let since = row.started.as_ref().map_or_else(String::new, |at| format!(" since {}", when(at)));
        let workload = row.workload.as_ref().map_or_else(String::new, |w| named(w).join(" / "));
        let unsure = if row.confidence < 1_000 {
            format!("{} of 1000: its field is not known to name an image", row.confidence)
        } else {
            String::new()
        };
        let stands = row.evidence.as_deref().map_or("not kept", crate::cli::words::short);
        vec![
            ("use", row.locus.clone()),
            ("as written", row.as_written.clone()),
            ("beside", beside(row)),
            ("digest", row.digest.clone().unwrap_or_default()),
            ("workload", workload),
            ("state", format!("{}{on}{since}, as {}", state(row), row.role)),
            ("seen", format!("{} to {}", when(&row.first_seen), when(&row.last_seen))),
            ("confidence", unsure),
            ("evidence", format!("{stands} {}", row.locator.pointer)),
        ]
    }
}

/// A workload, and how often it uses and runs the image.
#[derive(Debug, PartialEq, Eq)]
pub struct Workload {
    cell: WorkloadCell,
    uses: u64,
    running: u64,
}

/// The workloads of places, by context, namespace, kind and name.
pub fn workloads(uses: &[UseRow]) -> Vec<Workload> {
    let mut counts: BTreeMap<(&str, &str, &str, &str), Workload> = BTreeMap::new();
    for row in uses {
        let Some(cell) = &row.workload else { continue };
        let key = (cell.context.as_str(), cell.namespace.as_str(), cell.kind.as_str(), cell.name.as_str());
        let found = counts.entry(key).or_insert_with(|| Workload { cell: cell.clone(), uses: 0, running: 0 });
        found.uses += 1;
        found.running += u64::from(row.running);
    }
    counts.into_values().collect()
}

/// Context, namespace, kind and name, those that are told.
fn named(cell: &WorkloadCell) -> Vec<&str> {
    let all = [&cell.context, &cell.namespace, &cell.kind, &cell.name];
    all.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect()
}

impl Entry for Workload {
    fn key(&self) -> String {
        let cell = &self.cell;
        [&cell.context, &cell.namespace, &cell.kind, &cell.name].map(String::as_str).join("\n")
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let told = |text: &'_ str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
        let cell = &self.cell;
        vec![
            Line::plain(cell.kind.as_str()),
            Line::plain(cell.name.as_str()),
            Line::plain(told(&cell.namespace)),
            Line::plain(told(&cell.context)),
            Line::plain(self.uses.to_string()),
            Line::plain(self.running.to_string()),
        ]
    }

    /// All images that it uses.
    fn link(&self) -> Option<Call> {
        Some(link::workload(&self.cell))
    }

    fn told(&self) -> Told {
        vec![("workload", named(&self.cell).join(" / ")), ("Enter", "shows all images that it uses".to_owned())]
    }
}

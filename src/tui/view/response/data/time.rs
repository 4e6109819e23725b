//! The timeline as rows.

use std::sync::Arc;

use super::Picture;
use crate::cli::words::when;
use crate::command::Call;
use crate::model::entry::{Lane, Precision};
use crate::model::time::Micros;
use crate::respond::timeline::{EntryView, Timeline};
use crate::tui::theme::Slot;
use crate::tui::view::link;
use crate::tui::view::response::rows::Row;

/// All entries. What was found out after a responder left is new to them; all of it is where they never did.
pub fn picture(timeline: &Timeline, left: Option<Micros>) -> Picture {
    let count = |lane| timeline.entries.iter().filter(|entry| entry.lane == lane).count();
    let [happened, learned, did] = Lane::ALL.map(count);
    let head = format!("happened {happened} | learned {learned} | did {did}");
    Picture {
        left: vec![(head, Slot::Title)],
        rows: timeline.entries.iter().map(|entry| Arc::new(row(entry, left))).collect(),
        ..Picture::default()
    }
}

fn row(entry: &EntryView, left: Option<Micros>) -> Row {
    let found = Micros::parse_rfc3339(&entry.discovered).unwrap_or(entry.micros);
    let new = left.is_none_or(|left| found > left);
    let lane = match entry.lane {
        Lane::Happened => Some(Slot::Warning),
        Lane::Learned => Some(Slot::Accent),
        Lane::Did => None,
    };
    let about = if entry.precision > Precision::Minute { "~" } else { "" };
    let mut text = entry.text.replace('\n', " ");
    if entry.retracted {
        text = format!("(struck) {text}");
    }
    if entry.privileged {
        text = format!("[privileged] {text}");
    }
    if let Some(label) = &entry.tlp {
        text = format!("[{label}] {text}");
    }
    let written = match (entry.written.is_empty(), entry.zone.is_empty()) {
        (true, _) => String::new(),
        (false, true) => entry.written.clone(),
        (false, false) => format!("{} {}", entry.written, entry.zone),
    };
    let skew = if entry.skew == 0 { String::new() } else { format!("clock ahead by {} s", entry.skew) };
    Row {
        key: entry.id.clone(),
        cells: vec![
            (format!("{about}{}", when(&entry.at)), None),
            (entry.lane.as_str().to_owned(), lane),
            (text, None),
            (entry.author.clone(), None),
        ],
        slot: entry.retracted.then_some(Slot::Muted),
        link: leads(entry),
        told: vec![
            ("entry", entry.text.clone()),
            ("at", format!("{} ({})", entry.at, entry.precision.as_str())),
            ("typed", [written, skew].join(" ").trim().to_owned()),
            ("found out", when(&entry.discovered)),
            ("evidence", entry.evidence.join("\n")),
            ("struck", entry.reason.clone().unwrap_or_default()),
            ("label", entry.tlp.clone().unwrap_or_default()),
            ("conflict", entry.conflicts.join("\n")),
            ("id", entry.id.clone()),
        ],
        parts: [Some(entry.lane.as_str()), (!entry.automatic).then_some("written"), new.then_some("since")]
            .into_iter()
            .flatten()
            .collect(),
        at: Some(entry.micros),
        name: entry.text.clone(),
        ..Row::default()
    }
}

/// The evidence that proves it, or the event that says it.
fn leads(entry: &EntryView) -> Option<Call> {
    let named = entry.evidence.iter().chain(std::iter::once(&entry.id));
    named
        .filter_map(|name| {
            let event = name.strip_prefix("event:").map(link::event);
            event.or_else(|| Some(link::evidence(name.strip_prefix("sha256:")?, 0, 0)))
        })
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_out_since_somebody_left_is_new_and_labels_stand_before_the_text() {
        let entry = |id: &str, at: i64, found: i64| {
            let mut entry = EntryView::recorded(id.to_owned(), Lane::Happened, Micros(at), id.to_owned());
            entry.discovered = Micros(found).rfc3339();
            entry
        };
        let mut late = entry("late", 5_000_000, 30_000_000);
        (late.tlp, late.privileged) = (Some("TLP:RED".to_owned()), true);
        let timeline = Timeline { entries: vec![entry("old", 6_000_000, 6_000_000), late] };
        let rows = picture(&timeline, Some(Micros(20_000_000))).rows;
        let new: Vec<bool> = rows.iter().map(|row| row.parts.contains(&"since")).collect();
        assert_eq!(new, [false, true], "it happened before and came to light after");
        assert_eq!(rows[1].cells[2].0, "[TLP:RED] [privileged] late");
        assert!(picture(&timeline, None).rows.iter().all(|row| row.parts.contains(&"since")), "never away");
    }
}

//! The rows of a cell: its images, the most urgent first.

use super::list::Item;
use super::text::priority_slot;
use crate::case::query::triage::cell::CellImage;
use crate::cli::words::{counted, short, short_name, when};
use crate::model::time::Micros;
use crate::model::verdict::Verdict;
use crate::respond::left;
use crate::tui::theme::Slot;
use crate::tui::view::below::Told;
use crate::tui::view::signs::slot_of;
use crate::tui::widget::table::Column;
use crate::tui::widget::{Cut, Line};

/// Columns, the last to go in front.
pub const COLUMNS: &[Column] = &[
    Column::new("P", 3, 3),
    Column::new("IMAGE", 20, 40).cut(Cut::With(short_name)).growing(3),
    Column::new("DIGEST", 8, 9).dropped(3),
    Column::new("VERDICT", 9, 13).dropped(2),
    Column::new("WHY", 7, 9).dropped(4),
    Column::new("LEFT", 6, 7).right(),
    Column::new("OWNER", 5, 16).growing(1).dropped(1),
    Column::new("RULE", 4, 8),
    Column::new("RUNS", 4, 5).right().dropped(5),
    Column::new("DUE", 17, 17).dropped(6),
];

/// The first column whose head is not written over by the cell's name.
pub const OVER: usize = 5;

impl Item for CellImage {
    fn key(&self) -> String {
        self.row.id.clone()
    }

    fn image_of(key: &str) -> &str {
        key
    }

    fn cells(&self, now: Micros) -> Vec<Line<'_>> {
        let row = &self.row;
        let sign = if row.asks_again {
            "!"
        } else if row.overridden {
            "h"
        } else {
            ""
        };
        let digest = self.digest.as_deref().map_or_else(|| Line::new("none", Slot::Muted), |d| Line::plain(short(d)));
        let verdict = row.verdict.and_then(Verdict::parse);
        let verdict = verdict.map_or_else(|| Line::new("–", Slot::Muted), |v| Line::new(v.shown(), slot_of(v)));
        let (time, late) = time_left(row.due.as_deref(), now);
        vec![
            Line::new(format!("{}{sign}", row.priority), priority_slot(row.priority)),
            Line::plain(row.name.as_str()),
            digest,
            verdict,
            Line::plain(why(self)),
            if late { Line::new(time, Slot::Error) } else { Line::plain(time) },
            row.owner.as_deref().map_or_else(|| Line::new("-", Slot::Muted), Line::plain),
            Line::plain(row.rule.as_str()),
            Line::plain(row.running.to_string()),
            Line::plain(row.due.as_deref().map_or_else(String::new, when)),
        ]
    }

    fn told(&self, now: Micros) -> Told {
        let row = &self.row;
        let [compromise, vulnerability] = row.lenses();
        let by_hand = match (row.overridden, row.asks_again) {
            (false, _) => String::new(),
            (true, false) => format!("{} in place of the computed {}", row.priority, row.computed),
            (true, true) => {
                format!(
                    "{} in place of the computed {}; its facts are others since: look again",
                    row.priority, row.computed
                )
            }
        };
        let due = row.due.as_deref().map_or_else(|| "paused".to_owned(), when);
        vec![
            ("image", row.name.clone()),
            ("digest", self.digest.clone().unwrap_or_else(|| "not known".to_owned())),
            ("lenses", format!("compromise {compromise}; vulnerability {vulnerability}")),
            ("by hand", by_hand),
            ("due", format!("{due}, {} left; reached {}", time_left(row.due.as_deref(), now).0, when(&row.reached))),
            ("assumed", row.assumed.join(", ")),
            ("attacked", if self.attacked > 0 { counted(self.attacked, "finding") } else { String::new() }),
            (
                "fixed by",
                if self.fixable > 0 {
                    format!("newer packages: {}", counted(self.fixable, "finding"))
                } else {
                    String::new()
                },
            ),
            ("cause", row.cause.clone()),
            ("owner", row.owner.clone().unwrap_or_else(|| "not told".to_owned())),
            ("runs", counted(row.running, "place")),
        ]
    }
}

/// `KEV`, `KEV fix`, `fix`, `no scan`.
fn why(image: &CellImage) -> String {
    if image.row.assumed.contains(&"exploitability") {
        return "no scan".to_owned();
    }
    let words = [(image.attacked > 0, "KEV"), (image.fixable > 0, "fix")];
    words.iter().filter(|(so, _)| *so).map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
}

/// The time that is left, and whether it is over.
pub(super) fn time_left(due: Option<&str>, now: Micros) -> (String, bool) {
    match due.and_then(Micros::parse_rfc3339) {
        Some(due) => (left(now, due), due < now),
        None => ("paused".to_owned(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_runs_stands_still_or_is_over() {
        let now = Micros::parse_rfc3339("2026-11-19T08:00:00Z").unwrap();
        assert_eq!(time_left(Some("2026-11-19T13:13:00Z"), now), ("05:13".to_owned(), false));
        assert_eq!(time_left(Some("2026-11-19T07:00:00Z"), now), ("-01:00".to_owned(), true));
        assert_eq!(time_left(None, now), ("paused".to_owned(), false));
    }
}

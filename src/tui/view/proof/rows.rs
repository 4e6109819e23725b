//! What the lists of proof show: evidence, events, and what a check found.

use crate::case::query::sources::SourceRow;
use crate::case::state::LogRow;
use crate::case::verify::{Problem, Report};
use crate::cli::words::{counted, short, short_path, when};
use crate::command::Call;
use crate::tui::theme::Slot;
use crate::tui::view::below::Told;
use crate::tui::view::facts::{Fact, Page};
use crate::tui::view::link;
use crate::tui::view::sheet::Entry;
use crate::tui::widget::table::Column;
use crate::tui::widget::{Cut, Line};

/// Columns of the evidence.
pub const EVIDENCE: &[Column] = &[
    Column::new("EVIDENCE", 8, 8),
    Column::new("PLACE", 16, 40).cut(Cut::With(short_path)).growing(3),
    Column::new("FORMAT", 12, 18).dropped(2),
    Column::new("STATUS", 8, 12),
    Column::new("FACTS", 6, 8).right().dropped(3),
    Column::new("ACQUIRED", 17, 17).dropped(1),
];

/// Columns of the events.
pub const LOG: &[Column] = &[
    Column::new("EVENT", 8, 8),
    Column::new("CLAIMED", 17, 17),
    Column::new("AUTHOR", 8, 24).dropped(1),
    Column::new("KIND", 14, 20).dropped(2),
    Column::new("WHAT", 16, 60).growing(1),
];

/// A piece of evidence.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece(pub SourceRow);

impl Entry for Piece {
    fn key(&self) -> String {
        self.0.acquisition.clone()
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let row = &self.0;
        let status = match row.status.as_str() {
            "read" => Line::plain("read"),
            word => Line::new(format!("! {word}"), Slot::Warning),
        };
        vec![
            Line::plain(row.evidence.as_deref().map_or("not kept", short)),
            Line::plain(row.place.as_str()),
            Line::plain(row.format.as_str()),
            status,
            Line::plain(row.observations.to_string()),
            Line::plain(when(&row.acquired)),
        ]
    }

    fn link(&self) -> Option<Call> {
        Some(link::evidence(self.0.evidence.as_deref()?, 0, 0))
    }

    fn no_link(&self) -> &'static str {
        "nothing was kept of it"
    }

    fn told(&self) -> Told {
        let row = &self.0;
        vec![
            ("place", row.place.clone()),
            ("sha256", row.evidence.clone().unwrap_or_else(|| "not kept".to_owned())),
            ("acquired", when(&row.acquired)),
            ("context", row.context.clone().unwrap_or_default()),
            ("as of", format!("{}, known by {}", when(&row.as_of), row.as_of_source)),
            ("status", format!("{} {}", row.status, row.reason)),
            (
                "read",
                format!("{}: {} items, {} facts, {} rejected", row.format, row.items, row.observations, row.rejected),
            ),
        ]
    }
}

impl Entry for LogRow {
    fn key(&self) -> String {
        self.hash.clone()
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let taken = if self.retracted { "(taken back) " } else { "" };
        vec![
            Line::plain(short(&self.hash)),
            Line::plain(when(&self.claimed)),
            Line::plain(self.author.as_str()),
            Line::plain(self.kind.as_str()),
            Line::plain(format!("{taken}{}", self.summary)),
        ]
    }

    fn slot(&self) -> Option<Slot> {
        self.retracted.then_some(Slot::Muted)
    }

    fn link(&self) -> Option<Call> {
        Some(link::event(&self.hash))
    }

    fn told(&self) -> Told {
        let taken = if self.retracted { "taken back" } else { "" };
        vec![
            ("says", self.summary.clone()),
            ("", taken.to_owned()),
            ("by", format!("{}, who claimed {}", self.author, when(&self.claimed))),
            ("event", format!("{} {}", self.kind, self.hash)),
            ("chain", format!("{} event {}", self.writer, self.seq)),
            ("about", self.anchors.iter().take(20).cloned().collect::<Vec<_>>().join(", ")),
        ]
    }
}

/// The report, every problem leading to what it is about.
pub fn findings(report: &Report, evidence: &[Piece]) -> Vec<Fact> {
    let mut page = Page::default();
    let (events, sources) = (counted(report.events as u64, "event"), counted(report.evidence as u64, "source"));
    match report.problems.len() {
        0 => page.toned(Slot::Success, "+ whole", format!("{events}, {sources} of evidence")),
        n => page.toned(Slot::Error, "x NOT whole", counted(n as u64, "problem")),
    }
    for problem in &report.problems {
        let text = format!("{}: {}", problem.place, problem.detail);
        page.toned_link(Some(Slot::Error), problem.kind, text, about(problem, evidence));
    }
    page.heading("DEVICES", "a key signs, it does not prove a person");
    for device in &report.devices {
        let events = counted(device.events as u64, "event");
        page.line("device", format!("{}  {} on {}, {events}", short(&device.key), device.name, device.host));
    }
    page.heading("NOTES", "");
    report.notes.iter().for_each(|note| page.line("note", note.clone()));
    page.line("redacted", format!("{} of the stored copies", report.redacted));
    page.line("state", report.state.clone());
    page.line("events", report.frontier.clone());
    page.end()
}

/// The digits by which a problem names something; too few name nothing.
fn plain_digits(name: &str) -> Option<&str> {
    let hex = name.strip_prefix("sha256:").unwrap_or(name);
    (hex.len() >= 6 && hex.chars().all(|c| c.is_ascii_hexdigit())).then_some(hex)
}

/// The event or the evidence that a problem names.
fn about(problem: &Problem, evidence: &[Piece]) -> Option<Call> {
    let (what, name) = problem.place.split_once(' ')?;
    let (plain, hex) = (|id: &str| id.strip_prefix("sha256:").unwrap_or(id).to_owned(), plain_digits(name));
    let begins = |whole: &str| hex.is_some_and(|hex| plain(whole).starts_with(hex));
    match what {
        "event" => Some(link::event(name)),
        "blob" => {
            let found = evidence.iter().find_map(|piece| piece.0.evidence.as_deref().filter(|id| begins(id)));
            found.map(|id| link::evidence(id, 0, 0))
        }
        "acquisition" => {
            let found = evidence.iter().find(|piece| piece.0.acquisition == name)?;
            Some(link::evidence(found.0.evidence.as_deref()?, 0, 0))
        }
        _ => None,
    }
}

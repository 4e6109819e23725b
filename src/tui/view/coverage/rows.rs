//! What the lists of coverage show: sources, contexts, gaps, what builds get from outside, and the one-liner's images.

use std::collections::BTreeMap;

use super::data::Read;
use crate::case::query::builds::ProblemRow;
use crate::case::query::one_liner::OneLiner;
use crate::case::query::sources::SourceRow;
use crate::cli::words::{age, middle, short_path, when};
use crate::command::Call;
use crate::model::time::Micros;
use crate::tui::theme::Slot;
use crate::tui::view::below::Told;
use crate::tui::view::link;
use crate::tui::view::sheet::Entry;
use crate::tui::widget::table::Column;
use crate::tui::widget::{Cut, Line};

/// Columns of the sources.
pub const SOURCES: &[Column] = &[
    Column::new("STATUS", 9, 14),
    Column::new("AGE", 6, 7).right(),
    Column::new("CONTEXT", 8, 16).dropped(2),
    Column::new("PLACE", 24, 40).cut(Cut::With(short_path)).growing(3),
    Column::new("ITEMS", 6, 8).right().dropped(1),
    Column::new("REJECTED", 8, 8).right(),
    Column::new("WHY, AND WHAT TO KNOW", 24, 40).growing(2).dropped(3),
];

/// Columns of the contexts.
pub const CONTEXTS: &[Column] = &[
    Column::new("CONTEXT", 12, 24).growing(1),
    Column::new("READ", 5, 6).right(),
    Column::new("PARTIAL", 7, 7).right(),
    Column::new("DENIED", 6, 6).right(),
    Column::new("FAILED", 6, 6).right(),
    Column::new("REJECTED", 8, 8).right().dropped(2),
    Column::new("OLDEST", 6, 8).right().dropped(1),
    Column::new("NEWEST", 6, 8).right(),
];

/// Columns of the gaps.
pub const GAPS: &[Column] = &[
    Column::new("GAP", 12, 12),
    Column::new("WHAT", 14, 34).cut(Cut::With(middle)).growing(1),
    Column::new("WHERE", 14, 40).cut(Cut::With(short_path)).growing(1),
    Column::new("WHAT WOULD HELP", 16, 60).growing(2).dropped(1),
];

/// Columns of what builds get from outside.
pub const OUTSIDE: &[Column] =
    &[Column::new("WHAT", 24, 60).growing(2), Column::new("WHERE", 20, 50).cut(Cut::With(short_path)).growing(1)];

/// Columns of the one-liner.
pub const ONE_LINER: &[Column] = &[
    Column::new("IT", 8, 8),
    Column::new("IMAGE", 30, 60).cut(Cut::With(crate::cli::words::short_name)).growing(2),
    Column::new("WHY", 20, 50).growing(3),
];

/// A source with its age, which changes as time goes by.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// The source.
    pub row: SourceRow,
    age: String,
}

impl Source {
    /// Why it is not wholly read, and what to know about it.
    pub fn why(&self) -> String {
        let all = std::iter::once(self.row.reason.as_str()).chain(self.row.notes.iter().map(String::as_str));
        all.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ")
    }
}

/// The sources, what needs a look first.
pub fn sources(read: &Read, wanted: impl Fn(&SourceRow) -> bool) -> Vec<Source> {
    let now = read.now;
    let aged = |row: &SourceRow| Micros::parse_rfc3339(&row.as_of).map_or_else(|| when(&row.as_of), |at| age(now, at));
    let chosen = read.sources.iter().filter(|row| wanted(row));
    let mut rows: Vec<Source> = chosen.map(|row| Source { row: row.clone(), age: aged(row) }).collect();
    // The order within is the case's.
    rows.sort_by_key(|source| rank(&source.row));
    rows
}

fn rank(row: &SourceRow) -> u8 {
    match row.status.as_str() {
        "denied" | "failed" => 0,
        "partial" => 1,
        "unrecognised" => 2,
        _ if row.rejected > 0 => 3,
        _ => 4,
    }
}

impl Entry for Source {
    fn key(&self) -> String {
        self.row.acquisition.clone()
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let row = &self.row;
        let status = match row.status.as_str() {
            "read" if row.rejected == 0 => Line::plain("read"),
            "denied" | "failed" => Line::new(format!("x {}", row.status), Slot::Error),
            word => Line::new(format!("! {word}"), Slot::Warning),
        };
        let rejected = if row.rejected == 0 { "-".to_owned() } else { row.rejected.to_string() };
        vec![
            status,
            Line::plain(self.age.as_str()),
            Line::plain(row.context.as_deref().unwrap_or("-")),
            Line::plain(row.place.as_str()),
            Line::plain(row.items.to_string()),
            Line::plain(rejected),
            Line::plain(self.why()),
        ]
    }

    fn link(&self) -> Option<Call> {
        Some(link::evidence(self.row.evidence.as_deref()?, 0, 0))
    }

    fn no_link(&self) -> &'static str {
        "nothing was kept of it: its bytes were not understood and are no text"
    }

    fn told(&self) -> Told {
        let row = &self.row;
        let scope = if row.complete { ", a whole list: what is not in it is gone" } else { "" };
        let rejected = match row.rejected {
            0 => String::new(),
            n => format!("{n} rejected: r names them"),
        };
        vec![
            ("place", row.place.clone()),
            ("why", row.reason.clone()),
            ("note", row.notes.join("\n")),
            ("rejects", rejected),
            ("as of", format!("{}, known by {}", when(&row.as_of), row.as_of_source)),
            ("acquired", when(&row.acquired)),
            ("read", format!("{}: {} items, {} facts{scope}", row.format, row.items, row.observations)),
            ("evidence", row.evidence.clone().unwrap_or_else(|| "not kept".to_owned())),
        ]
    }
}

/// What is known of one cluster or site as a whole.
#[derive(Debug, PartialEq, Eq, Default)]
pub struct Context {
    name: Option<String>,
    counts: [u64; 4],
    rejected: u64,
    oldest: Option<Micros>,
    newest: Option<Micros>,
    now: Micros,
}

/// The words of [`Context::counts`].
const STATES: [&str; 4] = ["read", "partial", "denied", "failed"];

/// All contexts by name, the unnamed one first.
pub fn contexts(read: &Read) -> Vec<Context> {
    let mut contexts: BTreeMap<Option<&str>, Context> = BTreeMap::new();
    for row in &read.sources {
        let Some(at) = STATES.iter().position(|state| *state == row.status) else { continue };
        let context = contexts.entry(row.context.as_deref()).or_default();
        (context.name, context.now) = (row.context.clone(), read.now);
        if let Some(count) = context.counts.get_mut(at) {
            *count += 1;
        }
        context.rejected += row.rejected;
        if let Some(as_of) = Micros::parse_rfc3339(&row.as_of).filter(|_| at < 2) {
            context.oldest = Some(context.oldest.map_or(as_of, |known| known.min(as_of)));
            context.newest = Some(context.newest.map_or(as_of, |known| known.max(as_of)));
        }
    }
    contexts.into_values().collect()
}

impl Context {
    fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or("(none named)")
    }
}

impl Entry for Context {
    fn key(&self) -> String {
        self.name.clone().unwrap_or_default()
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let aged = |at: Option<Micros>| at.map_or_else(|| "never".to_owned(), |at| age(self.now, at));
        let mut cells = vec![Line::plain(self.shown())];
        cells.extend(self.counts.iter().enumerate().map(|(at, count)| match (at, count) {
            (_, 0) => Line::new("-", Slot::Muted),
            (2 | 3, n) => Line::new(format!("x {n}"), Slot::Error),
            (1, n) => Line::new(format!("! {n}"), Slot::Warning),
            (_, n) => Line::plain(n.to_string()),
        }));
        let rejected = if self.rejected == 0 { "-".to_owned() } else { self.rejected.to_string() };
        cells.extend([rejected, aged(self.oldest), aged(self.newest)].map(Line::plain));
        cells
    }

    /// Its sources.
    fn link(&self) -> Option<Call> {
        let context = self.name.as_deref().unwrap_or_default();
        Some(Call { id: "coverage.sources".to_owned(), argument: format!("context:{context}") })
    }

    fn told(&self) -> Told {
        let [read, partial, ..] = self.counts;
        let nothing = if read + partial == 0 { "nothing of it is known, and unknown never means safe" } else { "" };
        vec![("context", self.shown().to_owned()), ("!", nothing.to_owned()), ("Enter", "shows its sources".to_owned())]
    }
}

/// Something that keeps the inventory from being whole, or a thing that builds get from outside.
#[derive(Debug, PartialEq, Eq)]
pub struct Gap {
    kind: &'static str,
    what: String,
    place: String,
    help: String,
    link: Option<Call>,
}

/// Places that are not resolved, files that are asked for, problems in files.
pub fn gaps(read: &Read) -> Vec<Gap> {
    let unresolved = read.unresolved.iter().map(|row| {
        let to_use = row.image.as_ref().map(|id| link::image(&format!("{id} uses {}", row.locus)));
        let to_line = || {
            let (first, length) = (row.locator.offset, row.locator.length);
            row.evidence.as_ref().map(|id| link::evidence(id, first, length))
        };
        Gap {
            kind: "unresolved",
            what: format!("{} needs {}", row.as_written, row.needs.join(", ")),
            place: row.locus.clone(),
            help: row.hint.clone(),
            link: to_use.or_else(to_line),
        }
    });
    let missing = read.missing.iter().map(|row| Gap {
        kind: "missing",
        what: row.path.clone(),
        place: row.asked_by.clone(),
        help: row.reason.clone(),
        link: row.evidence.as_ref().map(|id| link::evidence(id, row.locator.offset, row.locator.length)),
    });
    let problems = read.problems.iter().map(|row| Gap { kind: "problem", ..told_by(row) });
    unresolved.chain(missing).chain(problems).collect()
}

/// What builds get from outside that is no image.
pub fn outside(read: &Read) -> Vec<Gap> {
    read.materials.iter().map(told_by).collect()
}

fn told_by(row: &ProblemRow) -> Gap {
    let place = match row.locator.strip_prefix("line:") {
        Some(line) => format!("{}:{line}", row.path),
        None if row.locator.is_empty() => row.path.clone(),
        None => format!("{}#{}", row.path, row.locator),
    };
    let link = row.evidence.as_ref().map(|id| link::evidence_at(id, &row.locator));
    Gap { kind: "outside", what: row.reason.clone(), place, help: String::new(), link }
}

impl Entry for Gap {
    fn key(&self) -> String {
        format!("{}|{}|{}|{}", self.kind, self.what, self.place, self.help)
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let texts = [&self.what, &self.place, &self.help];
        let texts = texts.into_iter().map(|text| Line::plain(text.as_str()));
        if self.kind == "outside" {
            return texts.take(2).collect();
        }
        std::iter::once(Line::new(format!("! {}", self.kind), Slot::Warning)).chain(texts).collect()
    }

    fn link(&self) -> Option<Call> {
        self.link.clone()
    }

    fn no_link(&self) -> &'static str {
        "the evidence that tells it was not kept"
    }

    fn told(&self) -> Told {
        vec![(self.kind, self.what.clone()), ("where", self.place.clone()), ("help", self.help.clone())]
    }
}

/// An image that the one-liner misses or finds, or a line of it that names none.
#[derive(Debug, PartialEq, Eq)]
pub struct Compared {
    word: &'static str,
    text: String,
    why: String,
}

/// Everything that the one-liner makes of the evidence: what it misses first.
pub fn compared(compared: &OneLiner) -> Vec<Compared> {
    let one = |word, text: &str, why: &str| Compared { word, text: text.to_owned(), why: why.to_owned() };
    let missed = compared.reasons.iter().map(|reason| one("misses", &reason.image, reason.reason));
    let mangled = compared.result.mangled.iter().map(|line| one("prints", line, "this line names no image"));
    let found = compared.result.found.iter().map(|name| one("finds", name, ""));
    missed.chain(mangled).chain(found).collect()
}

impl Entry for Compared {
    fn key(&self) -> String {
        format!("{}|{}", self.word, self.text)
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let word = match self.word {
            "finds" => Line::plain("finds"),
            word => Line::new(format!("! {word}"), Slot::Warning),
        };
        vec![word, Line::plain(self.text.as_str()), Line::plain(self.why.as_str())]
    }

    fn link(&self) -> Option<Call> {
        (self.word != "prints").then(|| link::image(&self.text))
    }

    fn no_link(&self) -> &'static str {
        "this line of the one-liner names no image"
    }

    fn told(&self) -> Told {
        vec![(self.word, self.text.clone()), ("why", self.why.clone())]
    }
}

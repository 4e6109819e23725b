//! A report as sections, tables and charts: what every form that people read, and CSV, is written from.
//!
//! Owns which columns a table has and in which words things are said. Nothing is escaped here; [`Cell::shown`] says a value
//! as people read it, with indicators defanged, and [`Cell::plain`] as it is.

mod response;
mod rows;
mod sections;
mod urgent;

use std::borrow::Cow;

use super::choice::Topic;
use super::model::{Drawing, Entry, Lane, LeftOut, Mention, Report, Tally};
use super::safe::defang;
use crate::model::time::Micros;
use crate::model::verdict::Verdict;

pub use rows::table;
pub use sections::page;

/// A time to the second, UTC: `2026-03-17 07:50:00Z`, without seconds where they are zero.
pub fn when(at: Micros) -> String {
    let format = if at.0.rem_euclid(60_000_000) == 0 { "%Y-%m-%d %H:%MZ" } else { "%Y-%m-%d %H:%M:%SZ" };
    at.datetime().map_or_else(|| at.rfc3339(), |time| time.format(format).to_string())
}

/// The first twelve hex digits of a digest, with or without its algorithm.
pub fn short(digest: &str) -> &str {
    let hex = digest.split_once(':').map_or(digest, |(_, hex)| hex);
    hex.get(..12).unwrap_or(hex)
}

/// A value in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<'r> {
    /// Nothing.
    Empty,
    /// Words.
    Text(Cow<'r, str>),
    /// A name of an image or a target of an indicator.
    Name(Cow<'r, str>),
    /// A name that is copied as it is: a path, an id.
    Code(Cow<'r, str>),
    /// What proves something: hashes, or the words of a person. Hashes are shown short, words never are.
    Proofs(&'r [String]),
    /// A digest or a hash; shown short, whole where there is room.
    Hash(&'r str),
    /// A time.
    Time(Micros),
    /// A count.
    Count(u64),
    /// A verdict.
    Verdict(Verdict),
}

impl<'r> Cell<'r> {
    /// Words, or nothing for none.
    pub fn text(text: impl Into<Cow<'r, str>>) -> Cell<'r> {
        let text = text.into();
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }

    /// Words that may be absent.
    pub fn maybe(text: Option<&'r String>) -> Cell<'r> {
        text.map_or(Cell::Empty, |text| Cell::text(text.as_str()))
    }

    /// A time that may be absent.
    pub fn time(at: Option<Micros>) -> Cell<'r> {
        at.map_or(Cell::Empty, Cell::Time)
    }

    /// A hash that may be absent.
    pub fn hash(hash: Option<&'r String>) -> Cell<'r> {
        hash.map_or(Cell::Empty, |hash| Cell::Hash(hash))
    }

    /// The value as it is, for machines.
    pub fn plain(&self) -> Cow<'_, str> {
        match self {
            Cell::Empty => Cow::Borrowed(""),
            Cell::Text(text) | Cell::Name(text) | Cell::Code(text) => Cow::Borrowed(text),
            Cell::Proofs(proofs) => Cow::Owned(proofs.join(", ")),
            Cell::Hash(hash) => Cow::Borrowed(hash),
            Cell::Time(at) => Cow::Owned(at.rfc3339()),
            Cell::Count(count) => Cow::Owned(count.to_string()),
            Cell::Verdict(verdict) => Cow::Borrowed(verdict.as_str()),
        }
    }

    /// The value as people read it.
    pub fn shown(&self) -> Cow<'_, str> {
        match self {
            Cell::Empty => Cow::Borrowed("–"),
            Cell::Text(text) | Cell::Name(text) => defang(text),
            Cell::Proofs(proofs) => {
                Cow::Owned(proofs.iter().map(|proof| proof_shown(proof)).collect::<Vec<_>>().join(", "))
            }
            Cell::Hash(hash) => Cow::Borrowed(short(hash)),
            Cell::Time(at) => Cow::Owned(when(*at)),
            Cell::Verdict(verdict) => Cow::Owned(verdict_words(*verdict)),
            Cell::Code(_) | Cell::Count(_) => self.plain(),
        }
    }
}

/// A proof: of a whole hash so many digits that it is told apart, the words of a person as they are.
fn proof_shown(proof: &str) -> &str {
    let hex = proof.rsplit(':').next().unwrap_or(proof);
    let whole = hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit());
    if whole { proof.get(..proof.len() - 48).unwrap_or(proof) } else { proof }
}

/// A verdict with the sign that stands beside every colour.
pub fn verdict_words(verdict: Verdict) -> String {
    let sign = match verdict {
        Verdict::Bad => "!! ",
        Verdict::Suspect => "! ",
        Verdict::ToCheck => "? ",
        Verdict::NotKnown => "~ ",
        Verdict::NoLink => ". ",
        Verdict::Predates | Verdict::SignedOk | Verdict::RebuiltEqual => "= ",
    };
    format!("{sign}{}", verdict.shown())
}

/// A lane of the timeline, in words.
pub fn lane_words(lane: Lane) -> &'static str {
    match lane {
        Lane::Happened => "what happened",
        Lane::Learned => "what we learned",
        Lane::Did => "what we did",
    }
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name for machines.
    pub key: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// Numbers stand on the right.
    pub number: bool,
}

impl Column {
    const fn text(key: &'static str, title: &'static str) -> Column {
        Column { key, title, number: false }
    }

    const fn number(key: &'static str, title: &'static str) -> Column {
        Column { key, title, number: true }
    }
}

/// What leads to a row within a page: the kind of thing, and its id. Images, indicators and evidence have no kind, for none
/// of their ids is another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Anchor<'r> {
    /// `task`, `clock`, `credential`, `entry`, or nothing.
    pub kind: &'static str,
    /// The id.
    pub id: &'r str,
}

impl<'r> Anchor<'r> {
    /// The anchor of a thing.
    pub fn of(kind: &'static str, id: &'r str) -> Anchor<'r> {
        Anchor { kind, id }
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'r> {
    /// One for each column.
    pub cells: Vec<Cell<'r>>,
    /// What leads here within the page.
    pub anchor: Option<Anchor<'r>>,
    /// It was taken back.
    pub struck: bool,
}

impl<'r> Row<'r> {
    /// A row that nothing leads to.
    pub fn of(cells: Vec<Cell<'r>>) -> Row<'r> {
        Row { cells, anchor: None, struck: false }
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table<'r> {
    /// What it is called within the page.
    pub id: &'static str,
    /// Its columns.
    pub columns: &'static [Column],
    /// Its rows.
    pub rows: Vec<Row<'r>>,
    /// Rows that were left out because there are too many.
    pub more: u64,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block<'r> {
    /// Sentences, one a line.
    Lines(Vec<Cow<'r, str>>),
    /// Labels with what they say.
    Facts(Vec<(&'static str, Cell<'r>)>),
    /// A table.
    Table(Table<'r>),
    /// Images by verdict, as bars where that can be drawn.
    Verdicts(&'r [Tally]),
    /// Images by priority, P0 first, and how many of P0 are overdue, as bars where that can be drawn.
    Priorities([u64; 4], u64),
    /// The timeline as a chart.
    Chart(&'r [Entry]),
    /// Lines of text whose blanks count.
    Outline(&'r [String], u64),
    /// A drawing.
    Drawing(&'r Drawing),
    /// A longer text of a person, with a line above it, and what the text mentions.
    Quote(Cow<'r, str>, &'r str, &'r [Mention]),
}

/// A section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section<'r> {
    /// What it is about.
    pub topic: Topic,
    /// Its parts.
    pub blocks: Vec<Block<'r>>,
}

/// A whole report for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<'r> {
    /// Its heading.
    pub title: Cow<'r, str>,
    /// The banner, at its head and at its foot.
    pub banner: String,
    /// What it is, for whom, from when, by whom.
    pub facts: Vec<(&'static str, Cell<'r>)>,
    /// Its sections.
    pub sections: Vec<Section<'r>>,
    /// What stayed out, in sentences.
    pub left_out: Vec<String>,
}

/// What stayed out, in words.
pub(super) fn left_out(rows: &[LeftOut]) -> Vec<String> {
    let words = |row: &LeftOut| {
        let what = format!("{}: {}", row.topic.title(), row.count);
        match row.why {
            "label" => format!("{what} left out, labelled above this summary"),
            "privileged" => format!("{what} left out as privileged; --include privileged adds them"),
            "personal" => format!("{what} personal details left out; --include personal adds them"),
            _ => format!("{what} left out for this audience"),
        }
    };
    rows.iter().map(words).collect()
}

/// The banner of a report.
pub fn banner(report: &Report) -> String {
    report.header.tlp.shown()
}

//! What responders said and what the case recorded: indicators, entries of the timeline, notes, conflicts, lineage.

use serde::Serialize;

use super::{Marking, moment, moment_or_none};
pub use crate::model::entry::Lane;
use crate::model::time::Micros;

/// What is bad, in doubt or cleared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Indicator {
    /// 32 hex digits.
    pub id: String,
    /// What it is about, with its prefix: `tag:docker.io/library/node:20`.
    pub target: String,
    /// `bad`, `suspect` or `cleared`.
    pub state: String,
    /// The window's beginning; none for an open one.
    #[serde(serialize_with = "moment_or_none")]
    pub from: Option<Micros>,
    /// Its end.
    #[serde(serialize_with = "moment_or_none")]
    pub to: Option<Micros>,
    /// The window as it was typed; none without one.
    pub window: Option<String>,
    /// Who or what says so.
    pub source: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who added it.
    pub author: String,
    /// When.
    #[serde(serialize_with = "moment")]
    pub at: Micros,
    /// Where a tag led before, inside and after the window, in order; empty for what is no tag.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<TagStep>,
    /// Who may read it.
    #[serde(flatten)]
    pub marking: Marking,
}

/// A digest that a tag led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagStep {
    /// The digest.
    pub digest: String,
    /// `index`, `manifest`, `config` or `unknown`.
    pub kind: String,
    /// When it was seen under the tag first, RFC 3339.
    pub first_seen: String,
    /// And last.
    pub last_seen: String,
    /// `was` before what is meant, `meant`, `later`, or `unclear` where the window cannot be told.
    pub part: String,
}

/// An entry of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Its lane.
    pub lane: Lane,
    /// When it happened.
    #[serde(serialize_with = "moment")]
    pub at: Micros,
    /// When it came to light, where that is another time.
    #[serde(serialize_with = "moment_or_none")]
    pub discovered: Option<Micros>,
    /// How exactly the time is known, in words; empty for exactly.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub precision: String,
    /// What.
    pub text: String,
    /// Where it is known from: a source in words; empty where the case itself recorded it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// SHA-256 of the evidence that shows it.
    pub evidence: Option<String>,
    /// The image's canonical name that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The digest that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Who says it.
    pub author: String,
    /// It was taken back; it stays, struck.
    pub retracted: bool,
    /// Who may read it.
    #[serde(flatten)]
    pub marking: Marking,
}

/// What a responder wrote down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The event that says it.
    pub event: String,
    /// When.
    #[serde(serialize_with = "moment")]
    pub at: Micros,
    /// Who.
    pub author: String,
    /// What it is about; none for the case.
    pub about: Option<String>,
    /// The text, with line feeds; none where it was destroyed.
    pub text: Option<String>,
    /// What the text mentions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Mention>,
    /// Who may read it.
    #[serde(flatten)]
    pub marking: Marking,
}

/// Something of the case that a note mentions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mention {
    /// As it is written.
    pub written: String,
    /// What it is: `image:ID`, `task:ID`, `evidence:ID` and so on.
    pub target: String,
}

/// Words that differ and wait for a decision.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Conflict {
    /// What it is about.
    pub about: String,
    /// What is said.
    pub what: String,
}

/// A drawing: the inside of an SVG, without style, script or anything from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// Its elements, escaped for XML. Nodes are `g` with `id="n-ID"`, edges `path` with `data-c` and `data-p`.
    pub body: String,
    /// Nodes in it.
    pub nodes: u64,
    /// Edges in it.
    pub edges: u64,
    /// Nodes that are not drawn.
    pub left_out: u64,
}

/// What stands on what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lineage {
    /// Images of which a base is known.
    pub based: u64,
    /// Images of which no base is known.
    pub unknown: u64,
    /// An outline as lines of text, around what is affected.
    pub outline: Vec<String>,
    /// Lines of the outline that are left out.
    pub outline_more: u64,
    /// The drawing, for forms that can show it.
    #[serde(skip)]
    pub drawing: Option<Drawing>,
}

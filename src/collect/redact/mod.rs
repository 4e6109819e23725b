//! Redaction before storing: secrets are replaced by [`MARK`] while lines and structure stay.
//!
//! Replacement is at the level of tokens. Keys, brackets, commas, newlines and indentation are never changed, so a
//! redacted copy has the lines of the original, parses to the same tree and only its values differ. Redacting a
//! redacted copy changes nothing. Image references without credentials are never altered: they are the evidence.
//!
//! [`json`] and [`yaml`] walk structured bytes and ask [`rules`] what stands at a place; [`leaf`] treats one value
//! there; [`dockerfile`] knows instructions; [`text`] treats everything else line by line, and whatever could not be parsed. Nothing here fails, does I/O
//! or keeps a secret: counts are all that is handed back.

mod assignments;
mod blocks;
mod clean;
mod coded;
mod commandline;
mod delimited;
mod dockerfile;
mod embedded;
mod environment;
mod hcl;
mod json;
mod keys;
mod leaf;
mod rules;
mod shapes;
mod text;
mod tokens;
mod urls;
mod values;
mod yaml;
mod yaml_scalar;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::secret_name as names;
use crate::model::yaml_events::YamlEvent;

/// What stands where a secret stood.
pub const MARK: &str = "[redacted]";

/// How a segment is to be taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A JSON value, JSON lines, or the head or tail of a JSON list.
    Json,
    /// A YAML document, a list item, or the head or tail of a YAML list.
    Yaml,
    /// Lines.
    Text,
    /// A whole Dockerfile.
    Dockerfile,
    /// An environment file (`.env`).
    Environment,
}

/// How many secrets were replaced, by the kind of place where they stood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Redactions {
    /// Counts by place: `env-value`, `url-userinfo`, `annotation`, `command-line`, `config-data`, `key-shaped`,
    /// `probe-header`, `message`, `image-history`, `telling-name`.
    pub by_place: BTreeMap<&'static str, u64>,
}

impl Redactions {
    /// Adds the counts of another segment.
    pub fn merge(&mut self, other: &Redactions) {
        for (place, count) in &other.by_place {
            *self.by_place.entry(place).or_default() += count;
        }
    }

    /// All replaced secrets.
    pub fn total(&self) -> u64 {
        self.by_place.values().sum()
    }

    fn add(&mut self, place: &'static str) {
        *self.by_place.entry(place).or_default() += 1;
    }
}

/// Appends `segment` to `out` with its secrets replaced.
///
/// A segment is one whole JSON object, YAML document or list item, a run of lines, or what stands between them (a
/// list's head or tail). Never fails: what cannot be tokenised is treated by the rules for text.
pub fn redact_segment(shape: Shape, segment: &[u8], out: &mut Vec<u8>) -> Redactions {
    let mut counts = Redactions::default();
    match shape {
        Shape::Json => json::redact(segment, 0, &mut counts, out),
        Shape::Yaml => drop(yaml::redact(segment, &mut counts, out)),
        Shape::Dockerfile => dockerfile::redact(segment, &mut counts, out),
        Shape::Environment => environment::redact(segment, &mut counts, out),
        Shape::Text => match text::redact(segment, text::Mode::Prose, &mut counts) {
            Some(redacted) => out.extend_from_slice(&redacted),
            None => out.extend_from_slice(segment),
        },
    }
    counts
}

/// As [`redact_segment`] for YAML, with what the parser told of the first document of what was appended, where that is
/// known without parsing it again.
pub fn redact_yaml(segment: &[u8], out: &mut Vec<u8>) -> (Redactions, Option<Vec<YamlEvent>>) {
    let mut counts = Redactions::default();
    let told = yaml::redact(segment, &mut counts, out);
    (counts, told)
}

/// As [`redact_segment`], for a run of records of delimited text under the header `columns`; without one the run begins with
/// its own.
pub fn redact_records(columns: &str, records: &[u8], out: &mut Vec<u8>) -> Redactions {
    let mut counts = Redactions::default();
    delimited::redact(columns, records, &mut counts, out);
    counts
}

/// A text with its secrets replaced: pasted input, error messages, log lines, command lines. Borrow-free where it held
/// none.
pub fn redact_text(text: &str) -> Cow<'_, str> {
    match leaf::free_text(text.as_bytes(), 0, &mut Redactions::default()) {
        Some(redacted) => Cow::Owned(String::from_utf8_lossy(&redacted).into_owned()),
        None => Cow::Borrowed(text),
    }
}

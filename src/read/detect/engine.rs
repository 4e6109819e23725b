//! Output of container engines: by the members of its first record, or by the header of its table.

use super::json::{Members, Peek, first_element, members};
use crate::read::Format;
use crate::read::engine::{is_header, record};

/// JSON of an engine.
pub(super) fn json(text: &str, found: &Members) -> Option<Format> {
    let inside = |outer: &str, inner: &str| {
        let at = match found.get(outer) {
            Some(Peek::Object(at)) => Some(*at),
            Some(Peek::Array(at)) => first_element(text, *at),
            _ => None,
        };
        at.is_some_and(|at| members(text, at).has(inner))
    };
    let has = |key: &str| match key.split_once('/') {
        None => found.has(key),
        Some((outer, inner)) => inside(outer, inner),
    };
    record(has).map(|_| Format::EngineJson)
}

/// A table of an engine.
pub(super) fn table(lines: &[&str]) -> Option<Format> {
    lines.iter().take(20).any(|line| is_header(line)).then_some(Format::EngineTable)
}

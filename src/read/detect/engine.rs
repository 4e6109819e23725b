//! Output of container engines: by the members of its first record, the header of its table, or a line of its own kind.

use super::json::{Members, Peek, first_element, members};
use crate::read::Format;
use crate::read::engine::{is_header, is_journal_line, is_mirror_line, record};

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

/// Lines of text of an engine: a table, its journal, its settings.
pub(super) fn table(lines: &[&str]) -> Option<Format> {
    let first = || lines.iter().take(20);
    match () {
        () if first().any(|line| is_header(line)) => Some(Format::EngineTable),
        () if first().any(|line| is_journal_line(line)) => Some(Format::EngineLog),
        () if first().any(|line| is_mirror_line(line)) => Some(Format::RegistryMirrors),
        () => None,
    }
}

/// Whether a text begins as a file does that names mirrors.
pub(super) fn is_settings(text: &str) -> bool {
    text.lines().next().is_some_and(is_mirror_line)
}

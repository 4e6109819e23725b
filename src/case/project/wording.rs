//! The words of a use as numbers: what it names, what it lacks, its marks.

use std::collections::BTreeSet;

use super::error::ProjectError;
use super::intern::{Interner, Written};
use super::sources::json;
use crate::model::fact::{Mark, Role, Use};

/// What a use names, and the text number of what its words come to. With variables that nothing defines, or where
/// nothing is left of the words, it names no image: never a guess.
pub(super) fn named(interner: &mut Interner<'_>, found: &Use) -> Result<(Written, i64), ProjectError> {
    let written = interner.written(&found.as_written)?;
    let resolved = found.resolved.as_deref().filter(|text| *text != found.as_written);
    let number = resolved.map_or(Ok(0), |text| interner.text(text))?;
    match resolved {
        _ if !found.needs.is_empty() => Ok((interner.symbolic(&found.as_written)?, number)),
        Some(text) if text.trim().is_empty() => Ok((interner.symbolic(&found.as_written)?, number)),
        Some(text) => Ok((Written { id: written.id, ..by_role(interner, found.role, text)? }, number)),
        None => Ok((by_role(interner, found.role, &found.as_written)?, 0)),
    }
}

/// What a text names in the part that it plays: an action is none of the images that its name may look like.
fn by_role(interner: &mut Interner<'_>, role: Role, text: &str) -> Result<Written, ProjectError> {
    if role == Role::Action { interner.action(text) } else { interner.written(text) }
}

/// The text number of marks, sorted as words.
pub(super) fn marks(interner: &mut Interner<'_>, marks: &[Mark]) -> Result<i64, ProjectError> {
    if marks.is_empty() {
        return Ok(0);
    }
    let words: Vec<String> = marks.iter().map(Mark::to_string).collect();
    list(interner, &words)
}

/// The text number of a list, sorted, each entry once; 0 for an empty one.
pub(super) fn list<T: serde::Serialize + Ord>(interner: &mut Interner<'_>, entries: &[T]) -> Result<i64, ProjectError> {
    let entries: BTreeSet<&T> = entries.iter().collect();
    if entries.is_empty() { Ok(0) } else { interner.text(&json(&entries)?) }
}

/// The text number of the marks of two lists together.
pub(super) fn marks_of_both(interner: &mut Interner<'_>, a: i64, b: i64) -> Result<i64, ProjectError> {
    if a == b || b == 0 {
        return Ok(a);
    }
    let mut marks: Vec<String> = Vec::new();
    for number in [a, b].into_iter().filter(|number| *number != 0) {
        let text = interner.text_of(number)?;
        let damaged = |e| ProjectError::Damaged(format!("the marks {text}: {e}"));
        marks.extend(serde_json::from_str::<Vec<String>>(text).map_err(damaged)?);
    }
    list(interner, &marks)
}

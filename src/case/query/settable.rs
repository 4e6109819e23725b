//! Whether a build can set what a word of a Dockerfile lacks: only an `ARG` in sight of the word takes a value.

use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::BTreeSet;

use crate::case::project::ProjectError;
use crate::model::recipe::{Dockerfile, Recipe, Stage, Step, Word, variable_name};

/// What an `ARG` can do for a word.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Settable {
    /// Variables that a build argument sets and that would tell the word.
    pub helps: Vec<String>,
    /// The word stands in a `FROM`, where only what is declared before the first one counts.
    pub from: bool,
}

/// What a build can set for a word of the Dockerfile with these bytes; `None` where it is no Dockerfile of its own.
pub(super) fn settable(
    conn: &Connection,
    evidence: &str,
    written: &str,
    needs: &[String],
) -> Result<Option<Settable>, ProjectError> {
    let recipe: Option<String> = conn
        .prepare_cached("SELECT r.recipe FROM p_recipe r JOIN p_source s ON s.id = r.source WHERE s.evidence = ?1")?
        .query_row(params![evidence], |r| r.get(0))
        .optional()?;
    let recipe = recipe.and_then(|text| serde_json::from_str(&text).ok());
    let Some(Recipe::Dockerfile(file)) = recipe else { return Ok(None) };
    Ok(of(&file, written, needs))
}

fn of(file: &Dockerfile, written: &str, needs: &[String]) -> Option<Settable> {
    let from = file.stages.iter().any(|stage| stage.from.text == written);
    let declared: BTreeSet<&str> = if from {
        file.globals.iter().map(|argument| argument.name.as_str()).collect()
    } else {
        file.stages.iter().filter(|stage| names(stage, written)).flat_map(arguments).collect()
    };
    let is_declared = |name: &String| declared.contains(name.as_str()) || name.starts_with("TARGET");
    if needs.iter().all(is_declared) || written.is_empty() {
        return None;
    }
    let helps: BTreeSet<String> = variables(written).into_iter().filter(is_declared).collect();
    Some(Settable { helps: helps.into_iter().collect(), from })
}

/// Whether a step of a stage takes from this word.
fn names(stage: &Stage, written: &str) -> bool {
    let is = |word: &Word| word.text == written;
    stage.steps.iter().any(|step| match step {
        Step::CopyFrom(word) | Step::MountFrom(word) => is(word),
        Step::OnBuild(inner) => matches!(&**inner, Step::CopyFrom(word) | Step::MountFrom(word) if is(word)),
        _ => false,
    })
}

fn arguments(stage: &Stage) -> impl Iterator<Item = &str> {
    stage.steps.iter().filter_map(|step| match step {
        Step::Arg(argument) => Some(argument.name.as_str()),
        _ => None,
    })
}

/// The variables that stand in a word, nested ones too.
fn variables(word: &str) -> Vec<String> {
    let after = word.split('$').skip(1).map(|rest| rest.strip_prefix('{').unwrap_or(rest));
    after.map(|rest| variable_name(&mut rest.chars().peekable())).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recipe::Argument;

    #[test]
    fn only_what_an_argument_in_sight_declares_can_be_set() {
        let argument = |name: &str| Argument { name: name.to_owned(), ..Argument::default() };
        let word = |text: &str| Word { text: text.to_owned(), ..Word::default() };
        let stage = |from: &str, steps| Stage { from: word(from), steps, ..Stage::default() };
        let steps = vec![Step::Arg(argument("OWN")), Step::CopyFrom(word("${SRC}")), Step::CopyFrom(word("${OWN}"))];
        let stages = vec![stage("${TAG:-${EMPTYX}}", Vec::new()), stage("${D:?}", steps)];
        let file = Dockerfile { globals: vec![argument("TAG"), argument("SRC")], stages, ..Dockerfile::default() };
        for (written, needs, expected) in [
            ("${TAG:-${EMPTYX}}", "EMPTYX", Some((&["TAG"][..], true))),
            ("${D:?}", "D", Some((&[][..], true))),
            // What stands before the first `FROM` is not in sight of a stage's steps.
            ("${SRC}", "SRC", Some((&[][..], false))),
            ("${OWN}", "OWN", None),
        ] {
            let found = of(&file, written, &[needs.to_owned()]);
            let expected = expected
                .map(|(helps, from)| Settable { helps: helps.iter().map(|name| (*name).to_owned()).collect(), from });
            assert_eq!(found, expected, "{written}");
        }
    }
}

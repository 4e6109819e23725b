//! Dockerfiles and Containerfiles: text to stages and words, after BuildKit's rules. Nothing is expanded here.
//!
//! Four steps, each a file: lines are joined over their continuations ([`lines`]), the directives at the top are read
//! ([`directives`]), lines become instructions with flags, arguments and heredocs ([`instruction`]), and instructions
//! become stages ([`stages`]). The rules are those of `frontend/dockerfile/parser` and `instructions` in BuildKit. Where
//! BuildKit gives up at the first error, this names the line and reads on.

mod directives;
mod heredoc;
mod instruction;
mod lines;
mod mount;
mod stages;
mod words;

pub use heredoc::Heredoc;
pub use instruction::{Argument, Flag, Instruction, Instructions, Malformed, instructions};

use super::outcome::Outcome;
use crate::model::fact::{Item, Spot};
use crate::model::reading::Reject;
use crate::model::recipe::{Dockerfile, Recipe, Word};
use crate::read::Limits;

/// A Dockerfile and what of it could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed {
    /// The part that was understood.
    pub file: Dockerfile,
    /// The rest, by line.
    pub rejects: Vec<Reject>,
}

/// Reads a whole Dockerfile; spots count from the start of `text`.
pub fn parse(text: &str, limits: &Limits) -> Parsed {
    let directives = directives::read(text);
    let mut builder = stages::Builder::new(text, limits);
    for (at, reason) in directives.refused {
        builder.reject(at, reason);
    }
    builder.parsed.file.escape = Some(directives.escape).filter(|escape| *escape != '\\');
    builder.parsed.file.syntax = directives.syntax.map(|(name, at)| {
        let spot = builder.spot(&(at..at + name.len()));
        Word { text: name, spot }
    });
    for found in instructions(text) {
        builder.take(found);
    }
    builder.finish()
}

/// Whether a word is an instruction, whatever its case.
pub(super) fn is_instruction(word: &str) -> bool {
    stages::is_instruction(word)
}

/// Reads a whole file: one item with the recipe in it. What it pulls in is told when it is joined with the project's
/// other files.
pub(super) fn read(source: &str, limits: &Limits, out: &mut Outcome) {
    let Parsed { file, rejects } = parse(source, limits);
    out.rejects.extend(rejects);
    if file.stages.is_empty() {
        let what = if file.globals.is_empty() { "no instruction" } else { "ARGs only" };
        out.said.notes.insert(format!("the Dockerfile has {what} and no FROM: by itself it builds nothing"));
    }
    if file.facts() > 0 {
        let spot = Spot { pointer: String::new(), offset: 0, length: source.len() as u64 };
        let recipe = Some(Recipe::Dockerfile(Box::new(file)));
        out.items.push(Item { spot, recipe, ..Item::default() });
    }
}

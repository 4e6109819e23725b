//! Environment files (`.env`) after compose's rules: names and values, variables in them kept as written.
//!
//! The grammar is the model's ([`environment_parts`]), so that redaction and reading agree on what a value is.

use super::Segment;
use super::names;
use super::outcome::Outcome;
use crate::model::fact::{Item, Spot};
use crate::model::recipe::{
    Environment, EnvironmentLine, EnvironmentPart, EnvironmentValue, HIDDEN, Recipe, environment_parts,
};

/// Most definitions of one file.
const DEFINITIONS: usize = 20_000;

/// Longest value that is kept, in bytes; no image's name is longer, and nobody knows the rest of one that was cut.
const LONGEST: usize = 16 << 10;

/// Reads a whole file.
pub(super) fn read(source: &str, segment: &Segment, out: &mut Outcome) {
    let mut environment = Environment::default();
    let mut lines = Lines::default();
    for part in environment_parts(source) {
        match part {
            EnvironmentPart::Comment(_) => {}
            EnvironmentPart::Other { at, reason } => {
                let line = lines.number(source, at.start);
                out.reject(format!("line:{line}"), reason);
            }
            EnvironmentPart::Definition { name, value, quote } => {
                let line = lines.number(source, name.start);
                if environment.definitions.len() >= DEFINITIONS {
                    out.reject(
                        format!("line:{line}"),
                        "more than the limit of 20000 definitions; the rest is not read",
                    );
                    break;
                }
                let end = value.as_ref().map_or(name.end, |value| value.end);
                let spot = Spot {
                    pointer: format!("line:{line}"),
                    offset: name.start as u64,
                    length: end.saturating_sub(name.start) as u64,
                };
                let written = value.and_then(|range| source.get(range));
                let value = match written {
                    Some(text) if text.len() > LONGEST => {
                        out.reject(format!("line:{line}"), "a value longer than 16384 bytes");
                        EnvironmentValue::Hidden
                    }
                    written => EnvironmentValue::of(written, quote),
                };
                let name = source.get(name).unwrap_or_default().to_owned();
                environment.definitions.push(EnvironmentLine { name, value, spot });
            }
        }
    }
    let spot = Spot { pointer: segment.pointer.clone(), offset: 0, length: source.len() as u64 };
    out.items.push(Item { spot, recipe: Some(Recipe::Environment(Box::new(environment))), ..Item::default() });
}

/// Numbers lines of offsets that only grow.
#[derive(Default)]
struct Lines {
    counted: usize,
    before: u64,
}

impl Lines {
    fn number(&mut self, source: &str, at: usize) -> u64 {
        let between = source.as_bytes().get(self.counted..at).unwrap_or_default();
        self.before += memchr::memchr_iter(b'\n', between).count() as u64;
        self.counted = self.counted.max(at);
        self.before + 1
    }
}

/// Whether a text is an environment file: each line a definition or a comment. A file
/// that is called one may hold lines that are wrong, no more than others. A file of another name than `.env` is one
/// only where something in it bears on images, for many files have lines like these.
pub(super) fn is_environment(text: &str, complete: bool, name: &str) -> bool {
    let whole = if complete { text } else { text.rsplit_once('\n').map_or("", |(lines, _)| lines) };
    let named = is_named(name);
    if !named && (whole.starts_with("#!") || !whole.lines().take(200).any(|line| line.contains('='))) {
        return false;
    }
    let (mut definitions, mut wrong, mut bears) = (0_usize, 0_usize, false);
    for part in environment_parts(whole) {
        match part {
            EnvironmentPart::Comment(_) => {}
            // Of a file that is called so a line may be wrong: the reader names it.
            EnvironmentPart::Other { .. } if named => wrong += 1,
            EnvironmentPart::Other { .. } => return false,
            EnvironmentPart::Definition { name, value, .. } => {
                let written = value.as_ref().and_then(|range| whole.get(range.clone())).unwrap_or_default();
                let after = whole.as_bytes().get(name.end);
                let strict = value.is_some() && after == Some(&b'=');
                let name = whole.get(name).unwrap_or_default();
                if !(named || strict && is_variable(name)) {
                    return false;
                }
                // `name: value` is allowed beside others, but a file of nothing else is rather YAML.
                definitions += usize::from(strict || (named && value.is_none()));
                bears |= bears_on_images(name, written);
            }
        }
    }
    definitions > 0 && definitions >= wrong && (named || (complete && bears))
}

/// `.env`, `.env.local`, `prod.env`.
fn is_named(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    file == ".env" || file.starts_with(".env.") || file.ends_with(".env")
}

/// A variable as shells and compose write them.
fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

fn bears_on_images(name: &str, value: &str) -> bool {
    let words = ["IMAGE", "TAG", "REGISTRY", "DIGEST", "COMPOSE_FILE", "COMPOSE_PROJECT_NAME"];
    let by_name = words.iter().any(|word| name == *word || name.ends_with(&format!("_{word}")));
    (by_name && !value.is_empty() && !value.contains(char::is_whitespace))
        || (names::is_telling(value) && value != HIDDEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environment_files_are_known_by_content_and_their_names_break_ties() {
        for text in ["TAG=1.2\n", "# x\nREGISTRY=ghcr.io/x\nA=b\n", "X=ghcr.io/a/b:1\n", "export WEB_IMAGE=nginx\n"] {
            assert!(is_environment(text, true, "settings.txt"), "{text}");
        }
        for text in ["A=b\n", "export A=b\n\nlower=x\n", "A=b\nC: d\n"] {
            for name in [".env", "a/.env.local", "prod.env"] {
                assert!(is_environment(text, true, name), "{text} {name}");
            }
            assert!(!is_environment(text, true, "notes"), "{text}");
        }
        for text in [
            "NAME=\"Debian\"\nVERSION_ID=\"12\"\n",
            "#!/bin/sh\nTAG=1\n",
            "services:\n  web:\n    image: a\n",
            "a sentence\n",
            "FROM a\n",
            "TAG=1\nand more words\n",
            "IMAGE := x\n",
            "",
        ] {
            assert!(!is_environment(text, true, "thing"), "{text}");
        }
        for text in ["A=one\n=bad\n", "A=one\nA B=c\n"] {
            assert!(is_environment(text, true, "a/.env") && !is_environment(text, true, "thing"), "{text}");
        }
        assert!(!is_environment("services:\n  web:\n    image: a\n", true, ".env"));
    }
}

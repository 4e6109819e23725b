//! Environment files: names and lines stay, and of the values only those that could decide on an image and are no secret
//! by their look: `TAG=1.2`, `REGISTRY=ghcr.io/x`, `COMPOSE_FILE=a.yaml:b.yaml`. All others are replaced.
//!
//! Build arguments in compose files are judged by the same rule.

use super::names::{self, Strength};
use super::text::{self, Mode, write_mark};
use super::{MARK, Redactions, shapes, values};
use crate::model::recipe::{EnvironmentPart, environment_parts};

/// Longest value that may stay, in bytes.
const LONGEST: usize = 512;

/// Longest word that may stay under a name that says nothing of images.
const SHORT: usize = 24;

/// Appends an environment file to `out` with its secrets replaced.
pub(super) fn redact(bytes: &[u8], counts: &mut Redactions, out: &mut Vec<u8>) {
    let Ok(source) = std::str::from_utf8(bytes) else {
        // Its lines cannot be told with certainty, so that all of them are judged as text that is not understood.
        out.extend(text::redact(bytes, Mode::Fallback, counts).unwrap_or_else(|| bytes.to_vec()));
        return;
    };
    let mut copied = 0;
    let mut put = |range: std::ops::Range<usize>, new: Vec<u8>, out: &mut Vec<u8>| {
        if range.start >= copied {
            out.extend_from_slice(bytes.get(copied..range.start).unwrap_or_default());
            out.extend_from_slice(&new);
            copied = range.end;
        }
    };
    for part in environment_parts(source) {
        match part {
            EnvironmentPart::Definition { name, value: Some(value), .. } => {
                let name = bytes.get(name).unwrap_or_default();
                let written = bytes.get(value.clone()).unwrap_or_default();
                if !stays(name, written) {
                    let mut marks = Vec::new();
                    write_mark(written, &mut marks);
                    counts.add("env-value");
                    put(value, marks, out);
                }
            }
            EnvironmentPart::Definition { .. } => {}
            EnvironmentPart::Comment(range) => {
                if let Some(new) = comment(bytes.get(range.clone()).unwrap_or_default(), counts) {
                    put(range, new, out);
                }
            }
            EnvironmentPart::Other { at, .. } => {
                if let Some(new) = other(bytes.get(at.clone()).unwrap_or_default(), counts) {
                    put(at, new, out);
                }
            }
        }
    }
    let rest = bytes.get(copied..).unwrap_or_default();
    out.extend_from_slice(rest);
}

/// A comment: a definition that was switched off is judged as one.
fn comment(line: &[u8], counts: &mut Redactions) -> Option<Vec<u8>> {
    let start = line.iter().position(|b| *b != b'#' && !b.is_ascii_whitespace())?;
    let inside = std::str::from_utf8(line.get(start..)?).ok()?;
    if inside.contains('=')
        && let [EnvironmentPart::Definition { name, value: Some(value), .. }, ..] = environment_parts(inside).as_slice()
    {
        let (name, written) = (inside.get(name.clone())?, inside.get(value.clone())?);
        if !stays(name.as_bytes(), written.as_bytes()) {
            counts.add("env-value");
            let before = line.get(..start + value.start)?;
            let after = line.get(start + value.end..)?;
            let after = text::redact(after, Mode::Prose, counts).unwrap_or_else(|| after.to_vec());
            return Some([before, MARK.as_bytes(), &after].concat());
        }
    }
    text::redact(line, Mode::Prose, counts)
}

/// A line that is no definition: what follows a `=` is replaced, for it may be a value whose quote was never closed.
fn other(line: &[u8], counts: &mut Redactions) -> Option<Vec<u8>> {
    let Some(equals) = line.iter().position(|b| *b == b'=') else {
        return text::redact(line, Mode::Fallback, counts);
    };
    let (before, value) = (line.get(..=equals)?, line.get(equals + 1..)?);
    if value.trim_ascii().is_empty() || values::is_marked(value) {
        return None;
    }
    counts.add("env-value");
    Some([before, MARK.as_bytes()].concat())
}

/// What a variable's name says of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// It is a secret.
    Secret,
    /// It is an image or a part of its name, so that it may look like anything such a name may.
    Image,
    /// Nothing.
    Nothing,
}

impl Says {
    /// What a name says.
    pub fn of(name: &[u8]) -> Says {
        if is_telling(name) {
            Says::Secret
        } else if is_about_images(name) {
            Says::Image
        } else {
            Says::Nothing
        }
    }
}

/// Whether a value stays under a name.
fn stays(name: &[u8], value: &[u8]) -> bool {
    stays_under(Says::of(name), value)
}

/// `KEY=value` of a list of build arguments: the name's length where the value may not stay.
pub(super) fn replaced_pair(pair: &[u8]) -> Option<usize> {
    let equals = pair.iter().position(|b| *b == b'=')?;
    (!stays(pair.get(..equals)?, pair.get(equals + 1..)?)).then_some(equals)
}

/// Whether a value stays: nothing of it looks like a secret, and it could be an image's name, a part of one, a path, a
/// number, a switch or a short word.
pub(super) fn stays_under(says: Says, value: &[u8]) -> bool {
    let value = value.trim_ascii();
    if value.is_empty() || values::is_marked(value) || values::is_variable(value) {
        return true;
    }
    if says == Says::Secret || value.len() > LONGEST || !text::find(value, Mode::Prose).is_empty() {
        return false;
    }
    let about_images = says == Says::Image;
    // Several files, or several words, are judged one by one: `a.yaml:b.yaml`, `web,worker`.
    let parts = || value.split(|b| b",;".contains(b)).map(<[u8]>::trim_ascii);
    parts().all(|part| part_stays(part, about_images))
}

fn part_stays(part: &[u8], about_images: bool) -> bool {
    let shaped = |text: &[u8]| text.iter().all(|b| b.is_ascii_alphanumeric() || b"_.-/:@+~[]".contains(b));
    // Variables stand for what they are; what stands beside them is judged, and so are their defaults.
    let plain = without_variables(part);
    let Some(plain) = plain else { return false };
    if plain.is_empty() {
        return true;
    }
    let no_credentials = !plain.contains(&b'@') || values::is_image(&plain) || digest_only(&plain);
    if !shaped(&plain) || !no_credentials || has_key_shape(&plain) || plain.windows(3).any(|w| w == b"://") {
        return false;
    }
    if values::is_certain_image(&plain) {
        return true;
    }
    let longest = if about_images { 128 } else { SHORT };
    plain.split(|b| b"/:@".contains(b)).all(|word| {
        let fits = word.len() <= longest || is_dotted(word);
        fits && (about_images || !looks_made_up(word)) && !values::is_random(word)
    })
}

/// The text without `$V` and `${V}`, each `${V:-default}` as its default; `None` where its braces do not fit.
fn without_variables(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    let mut open = 0usize;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'$' => {
                let braced = rest.strip_prefix(b"{");
                open += usize::from(braced.is_some());
                rest = braced.unwrap_or(rest);
                let name = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
                rest = rest.get(name..).unwrap_or_default();
                if braced.is_some() {
                    let sign = rest.iter().take(2).take_while(|b| b":-+?".contains(b)).count();
                    rest = rest.get(sign..).unwrap_or_default();
                    // `node:${V}` must not read as the `://` of a URL.
                    if out.last() != Some(&b':') {
                        out.push(b'/');
                    }
                }
            }
            b'}' => {
                open = open.checked_sub(1)?;
                out.push(b'/');
            }
            byte => out.push(*byte),
        }
    }
    while out.first() == Some(&b'/') && text.first() == Some(&b'$') {
        out.remove(0);
    }
    (open == 0).then_some(out)
}

fn digest_only(text: &[u8]) -> bool {
    text.strip_prefix(b"@").is_some_and(values::is_certain_image)
}

fn has_key_shape(text: &[u8]) -> bool {
    text.split(|b| b"/:@".contains(b)).any(|word| shapes::at(word, 0).is_some())
}

/// A host or a version: parts between dots, each short.
fn is_dotted(word: &[u8]) -> bool {
    word.contains(&b'.') && word.len() <= 255 && word.split(|b| *b == b'.').all(|part| part.len() <= SHORT)
}

/// Letters and digits in a disorder that no name has, or in both cases: what passwords and keys are made of.
fn looks_made_up(word: &[u8]) -> bool {
    word.split(|b| b"_.-+".contains(b)).any(|run| {
        let class = |b: &u8| (b.is_ascii_digit(), b.is_ascii_alphabetic());
        let turns = run.iter().zip(run.iter().skip(1)).filter(|(a, b)| class(a) != class(b)).count();
        let mixed = run.iter().any(u8::is_ascii_uppercase)
            && run.iter().any(u8::is_ascii_lowercase)
            && run.iter().any(u8::is_ascii_digit);
        let digits = run.iter().filter(|b| b.is_ascii_digit()).count();
        mixed || turns >= 3 || (digits > 0 && digits < run.len() && run.len() >= 16)
    })
}

fn is_telling(name: &[u8]) -> bool {
    let short = [&b"_PW"[..], b"_PIN", b"_KEY", b"_PWD"];
    names::strength(name) != Strength::None
        || short.iter().any(|end| name.len() >= end.len() && name.to_ascii_uppercase().ends_with(end))
        || [&b"PW"[..], b"PIN"].iter().any(|whole| name.eq_ignore_ascii_case(whole))
}

/// Names whose values are images or parts of them, so that what stands there may look like anything an image's name may.
fn is_about_images(name: &[u8]) -> bool {
    const WORDS: &[&str] = &[
        "image",
        "images",
        "tag",
        "tags",
        "registry",
        "repo",
        "repository",
        "version",
        "digest",
        "sha",
        "commit",
        "revision",
        "release",
        "build",
        "base",
        "from",
    ];
    name.split(|b| b"_.-".contains(b)).any(|word| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::redact::{Shape, redact_segment};

    fn redacted(text: &str) -> String {
        let mut out = Vec::new();
        redact_segment(Shape::Environment, text.as_bytes(), &mut out);
        let mut again = Vec::new();
        redact_segment(Shape::Environment, &out, &mut again);
        let (out, again) = (String::from_utf8(out).unwrap(), String::from_utf8(again).unwrap());
        assert_eq!(out, again, "redacting twice changes something");
        assert_eq!(out.lines().count(), text.lines().count());
        out
    }

    #[test]
    fn the_mark_is_the_model_s() {
        assert_eq!(MARK, crate::model::recipe::HIDDEN);
    }

    #[test]
    fn values_that_decide_on_images_stay() {
        let hex = "0ddf971806f264da7750d44ac39298a63c7ed5720e03e86cb7bdc33f50ddf971";
        for line in [
            "TAG=1.2",
            "REGISTRY=ghcr.io/x",
            "export WEB_IMAGE=\"registry.corp:5000/team/web:1.2.3\"",
            "GIT_SHA=0ddf971806f264da7750d44ac39298a63c7ed572",
            &format!("BASE=nginx@sha256:{hex}"),
            &format!("DIGEST=sha256:{hex}"),
            "COMPOSE_FILE=compose.yaml:compose.prod.yaml",
            "COMPOSE_PROJECT_NAME=shop",
            "COMPOSE_PROFILES=web,debug",
            "DATA=./data",
            "DEBUG=true",
            "PORT=8080",
            "LEVEL=info",
            "TZ=Europe/Zurich",
            "IMG=${REGISTRY}/app:${TAG:-latest}",
            "IMG=$REGISTRY/app",
            "IMG=node:${NODE}",
            "IMG=redis:${V:-7.2}",
            "EMPTY=",
            "ALONE",
            "HOST=db.internal.example.com",
            "A=[redacted]",
            "POSTGRES_VERSION='16.2-alpine3.19' # the same as production",
        ] {
            assert_eq!(redacted(line), line);
        }
    }

    #[test]
    fn all_other_values_are_replaced_and_names_and_lines_stay() {
        for (text, expected) in [
            ("DB_PASSWORD=hunter2", "DB_PASSWORD=[redacted]"),
            ("API_TOKEN=abc # note", "API_TOKEN=[redacted] # note"),
            ("DATABASE_URL=postgres://u:p@h/db", "DATABASE_URL=[redacted]"),
            ("X=\"two\nlines of it\"\nTAG=1", "X=\"[redacted]\n[redacted]\"\nTAG=1"),
            ("REGISTRY=user:pass@host.io/x", "REGISTRY=[redacted]"),
            ("IMAGE=ghp_0123456789abcdefABCDEF", "IMAGE=[redacted]"),
            ("SESSION_KEY=abc", "SESSION_KEY=[redacted]"),
            ("PIHOLE_PW=changeit", "PIHOLE_PW=[redacted]"),
            ("X=Tr0ub4dor", "X=[redacted]"),
            ("X=0ddf971806f264da7750d44ac39298a6", "X=[redacted]"),
            ("X=p@ss!word", "X=[redacted]"),
            ("X=some words", "X=[redacted]"),
            ("X=${DB_PASSWORD:-hun!ter}", "X=[redacted]"),
            ("X=https:${A:-//}user/h", "X=[redacted]"),
            ("# DB_PASSWORD=hunter2", "# DB_PASSWORD=[redacted]"),
            ("X=\"never closed", "X=[redacted]"),
        ] {
            assert_eq!(redacted(text), expected);
        }
    }
}

//! Dockerfiles: values of `ENV` and `ARG` under telling names, and the rules for text everywhere else.
//!
//! Instruction words, the words that name images, the `ARG`s that those depend on, and the ends of lines never change, so a
//! redacted copy pulls in what the original does. A key-shaped string or a password in an address is replaced even there,
//! and so is what an `ARG` under a telling name has by default where it could be no part of an image's name that a person
//! chose: then the image is not known, and the variable is named.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::names::{self, Strength};
use super::text::{self, Mode, Span, Spans};
use super::{Redactions, values};
use crate::model::recipe::Step;
use crate::read::Limits;
use crate::read::dockerfile::{Argument, Instruction, instructions, parse};

/// A range that rules for text may not touch.
struct Guard {
    at: Range<usize>,
    /// Not even keys and addresses with a password.
    whole: bool,
}

/// Appends a Dockerfile with its secrets replaced.
pub(super) fn redact(segment: &[u8], counts: &mut Redactions, out: &mut Vec<u8>) {
    let mut current = Cow::Borrowed(segment);
    // As for text, a replacement can bring a rule into reach that was hidden before.
    for _ in 0..8 {
        let text = same_length(&current);
        let spans = find(&text, &current);
        if spans.is_empty() {
            break;
        }
        spans.iter().for_each(|span| counts.add(span.place));
        let mut next = text::apply(&current, &spans);
        if skeleton(&same_length(&next)) != skeleton(&text) {
            // A quote went with a secret, and what it held together fell apart: leave the signs that structure is made of.
            next = text::apply(&current, &between_signs(&current, &spans));
        }
        if next == *current {
            break;
        }
        current = Cow::Owned(next);
    }
    out.extend_from_slice(&current);
}

/// The bytes as text of the same length.
fn same_length(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    Cow::Owned(text)
}

/// What may not change: every instruction's word, and every word that names an image.
fn skeleton(text: &str) -> Vec<String> {
    let mut bones: Vec<String> = instructions(text).filter_map(Result::ok).map(|found| found.keyword).collect();
    for stage in parse(text, &Limits::default()).file.stages {
        bones.extend([stage.from.text, stage.name.unwrap_or_default()]);
        bones.extend(stage.steps.into_iter().filter_map(image_word));
    }
    bones
}

fn image_word(step: Step) -> Option<String> {
    match step {
        Step::CopyFrom(word) | Step::MountFrom(word) => Some(word.text),
        Step::OnBuild(inner) => match *inner {
            Step::CopyFrom(word) | Step::MountFrom(word) => Some(word.text),
            _ => None,
        },
        _ => None,
    }
}

/// Every secret, as ranges within lines.
fn find(text: &str, bytes: &[u8]) -> Vec<Span> {
    let mut spans = Spans::default();
    let (mut guards, deciding) = (Vec::new(), deciding(text));
    for found in instructions(text).filter_map(Result::ok) {
        guard_words(&found, &mut guards);
        pairs(&found, text, &deciding, &mut guards, &mut |span| spans.push(bytes, span));
    }
    guards.sort_by_key(|guard| guard.at.start);
    // Once as it stands, for comments and heredocs, and once with each instruction in one line: a flag and its secret often
    // stand in two.
    let joined = Joined::of(text, bytes);
    for span in text::find(bytes, Mode::Prose).into_iter().chain(joined.find()) {
        let open = matches!(span.place, "key-shaped" | "url-userinfo");
        outside(&guards, &span, open, &mut |at| {
            spans.push(bytes, Span { start: at.start, end: at.end, place: span.place });
        });
    }
    let mut lines = Spans::default();
    for span in spans.merged() {
        within_lines(bytes, &span, &mut lines);
    }
    lines.merged()
}

/// The bytes with each instruction in one line, as a builder joins it: without continuation signs, the line ends behind
/// them and comments in between. A word may be broken in two by them.
#[derive(Default)]
struct Joined {
    bytes: Vec<u8>,
    /// Places in `bytes` behind which something was left out, with how much was left out up to there.
    cuts: Vec<(usize, usize)>,
}

impl Joined {
    fn of(text: &str, bytes: &[u8]) -> Joined {
        let mut joined = Joined::default();
        let mut from = 0;
        for found in instructions(text).filter_map(Result::ok) {
            let mut start = found.at.start;
            while let Some(line) = bytes.get(start..found.at.end).filter(|rest| !rest.is_empty()) {
                let Some(length) = memchr::memchr(b'\n', line).map(|at| at + 1) else { break };
                let content = line.get(..length).unwrap_or_default().trim_ascii_end();
                let comment = start > found.at.start && content.trim_ascii_start().starts_with(b"#");
                let out = if comment { start } else { start + content.len().saturating_sub(1) };
                joined.keep(bytes, from..out);
                from = start + length;
                start = from;
            }
        }
        joined.keep(bytes, from..bytes.len());
        joined
    }

    /// Adds what stands there; what was before it and not added is left out.
    fn keep(&mut self, bytes: &[u8], at: Range<usize>) {
        let out = at.start.saturating_sub(self.bytes.len());
        if self.cuts.last().map_or(0, |(_, before)| *before) != out {
            self.cuts.push((self.bytes.len(), out));
        }
        self.bytes.extend_from_slice(bytes.get(at).unwrap_or_default());
    }

    /// Where a byte of it stands in the original.
    fn original(&self, at: usize) -> usize {
        let cut = self.cuts.partition_point(|(place, _)| *place <= at).checked_sub(1);
        at + cut.and_then(|n| self.cuts.get(n)).map_or(0, |(_, out)| *out)
    }

    /// What the rules for text find in it, by places in the original.
    fn find(&self) -> impl Iterator<Item = Span> {
        text::find(&self.bytes, Mode::Prose).into_iter().filter(|span| span.start < span.end).map(|span| Span {
            start: self.original(span.start),
            end: self.original(span.end - 1) + 1,
            place: span.place,
        })
    }
}

/// The instruction's own word, and those that name images.
fn guard_words(found: &Instruction, guards: &mut Vec<Guard>) {
    let inner = found.inner.as_deref();
    for instruction in [Some(found), inner].into_iter().flatten() {
        let start = instruction.at.start;
        guards.push(Guard { at: start..start + instruction.keyword.len(), whole: true });
        if instruction.keyword.eq_ignore_ascii_case("from") {
            guards.push(Guard { at: instruction.at.start + 4..instruction.at.end, whole: false });
            continue;
        }
        for flag in &instruction.flags {
            if flag.value("from").is_some() || flag.value("mount").is_some() {
                guards.push(Guard { at: flag.place(0..flag.text.len()), whole: false });
            }
        }
    }
}

/// The names and values that `ENV` and `ARG` set: secret ones go to `spans`, the others are guarded.
fn pairs(
    found: &Instruction,
    text: &str,
    deciding: &BTreeSet<String>,
    guards: &mut Vec<Guard>,
    spans: &mut impl FnMut(Span),
) {
    let instruction = found.inner.as_deref().unwrap_or(found);
    let mut pair = |name: &str, at: Range<usize>, image: bool| {
        let at = without_quotes(text, at);
        let value = text.get(at.clone()).unwrap_or_default().as_bytes();
        if image && !is_random(name.as_bytes(), value) || !is_secret(name.as_bytes(), value) {
            guards.push(Guard { at, whole: false });
        } else {
            spans(Span { start: at.start, end: at.end, place: "env-value" });
        }
    };
    if instruction.keyword.eq_ignore_ascii_case("arg") {
        for word in &instruction.arguments {
            if let Some((name, _)) = word.text.split_once('=') {
                let start = (word.at.start + name.len() + 1).min(word.at.end);
                pair(name, start..word.at.end, deciding.contains(name));
            }
        }
    } else if instruction.keyword.eq_ignore_ascii_case("env") {
        for three in instruction.arguments.chunks_exact(3) {
            if let [Argument { text: name, .. }, value, _] = three {
                pair(name, value.at.clone(), false);
            }
        }
    }
}

fn is_secret(name: &[u8], value: &[u8]) -> bool {
    match names::strength(name) {
        Strength::Strong => !values::is_harmless(value),
        Strength::Weak => values::is_random(value),
        Strength::None => false,
    }
}

/// Whether a default that decides on an image is a secret all the same: it looks random, stands under a telling name, and
/// has no sign of a reference in it. A password that is a word cannot be told from a repository or a tag, which it would
/// have to be there.
fn is_random(name: &[u8], value: &[u8]) -> bool {
    let part = value.iter().any(|b| b"/:@$".contains(b));
    !part && names::strength(name) != Strength::None && values::is_random(value)
}

/// The inside of a value that is quoted as a whole.
fn without_quotes(text: &str, at: Range<usize>) -> Range<usize> {
    let value = text.get(at.clone()).unwrap_or_default();
    let quoted =
        ['"', '\''].iter().any(|quote| value.len() > 1 && value.starts_with(*quote) && value.ends_with(*quote));
    if quoted { at.start + 1..at.end - 1 } else { at }
}

/// The variables that decide on images: those in words that name one, and those in their defaults.
fn deciding(text: &str) -> BTreeSet<String> {
    let file = parse(text, &Limits::default()).file;
    let mut names = BTreeSet::new();
    for stage in &file.stages {
        variables(&stage.from.text, &mut names);
        for word in stage.steps.iter().cloned().filter_map(image_word) {
            variables(&word, &mut names);
        }
    }
    // A default can name only what stands before it.
    let own = file.stages.iter().flat_map(|stage| &stage.steps).filter_map(|step| match step {
        Step::Arg(argument) => Some(argument),
        _ => None,
    });
    let all: Vec<_> = file.globals.iter().chain(own).collect();
    for argument in all.iter().rev() {
        if names.contains(&argument.name) {
            argument.default.iter().for_each(|default| variables(default, &mut names));
        }
    }
    names
}

/// The variables whose values are a part of a word. Of `${v:+w}` only `w` is.
fn variables(word: &str, names: &mut BTreeSet<String>) {
    for part in word.split('$').skip(1) {
        let (part, braced) = part.strip_prefix('{').map_or((part, false), |inside| (inside, true));
        let end = part.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(part.len());
        let after = part.get(end..).unwrap_or_default();
        if braced && (after.starts_with(":+") || after.starts_with('+')) {
            continue;
        }
        names.extend(part.get(..end).filter(|name| !name.is_empty()).map(str::to_owned));
    }
}

/// The parts of a span that no guard keeps. `open` spans are kept off by whole guards only. Guards are in order.
fn outside(guards: &[Guard], span: &Span, open: bool, take: &mut impl FnMut(Range<usize>)) {
    let mut at = span.start;
    let first = guards.partition_point(|guard| guard.at.end <= span.start);
    for guard in guards.get(first..).unwrap_or_default().iter().take_while(|guard| guard.at.start < span.end) {
        if open && !guard.whole {
            continue;
        }
        if at < guard.at.start {
            take(at..guard.at.start);
        }
        at = at.max(guard.at.end);
    }
    if at < span.end {
        take(at..span.end);
    }
}

/// A span line by line, without the sign that continues a line and without comments inside an instruction.
fn within_lines(bytes: &[u8], span: &Span, out: &mut Spans) {
    let mut start = span.start;
    for line in bytes.get(span.start..span.end).unwrap_or_default().split_inclusive(|b| *b == b'\n') {
        let comment = start > span.start && line.trim_ascii_start().starts_with(b"#");
        let ends_line = line.ends_with(b"\n") || matches!(bytes.get(start + line.len()), None | Some(b'\n' | b'\r'));
        let mut content = line.trim_ascii_end();
        if ends_line && content.last().is_some_and(|last| b"\\`".contains(last)) {
            content = content.get(..content.len() - 1).unwrap_or_default().trim_ascii_end();
        }
        if !comment {
            out.push(bytes, Span { start, end: start + content.len(), place: span.place });
        }
        start += line.len();
    }
}

/// The parts of spans between quotes, brackets and the other signs that hold an instruction together.
fn between_signs(bytes: &[u8], spans: &[Span]) -> Vec<Span> {
    let mut parts = Spans::default();
    for span in spans {
        let mut start = span.start;
        for part in bytes.get(span.start..span.end).unwrap_or_default().split(|b| b"\"'\\`<>${}[],".contains(b)) {
            parts.push(bytes, Span { start, end: start + part.len(), place: span.place });
            start += part.len() + 1;
        }
    }
    parts.merged()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> String {
        let once = |text: &[u8]| {
            let mut out = Vec::new();
            redact(text, &mut Redactions::default(), &mut out);
            out
        };
        let out = once(text.as_bytes());
        assert_eq!(once(&out), out, "not idempotent: {}", String::from_utf8_lossy(&out));
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out.lines().count(), text.lines().count(), "{out}");
        out
    }

    #[test]
    fn secrets_go_and_images_stay() {
        for (text, expected) in [
            ("ENV DB_PASSWORD=hunter2 A=b", "ENV DB_PASSWORD=[redacted] A=b"),
            ("ENV DB_PASSWORD hunter 2", "ENV DB_PASSWORD [redacted]"),
            ("env A=\"x y\" API_TOKEN='hunter 2'", "env A=\"x y\" API_TOKEN='[redacted]'"),
            ("ARG NPM_TOKEN=abc123 B", "ARG NPM_TOKEN=[redacted] B"),
            ("ONBUILD ARG NPM_TOKEN=abc123", "ONBUILD ARG NPM_TOKEN=[redacted]"),
            (
                "ENV API_TOKEN=\"a \\\n  # c\n b\" X=y\nUSER u",
                "ENV API_TOKEN=\"[redacted] \\\n  # c\n [redacted]\" X=y\nUSER u",
            ),
            ("RUN curl -u bob:hunter2 https://x", "RUN curl -u [redacted] https://x"),
            ("RUN a --api-token \\\n  hunter2 && b", "RUN a --api-token \\\n  [redacted] && b"),
            (
                "RUN curl \\\n  # c\n  -u \\\n\n  bob:hunter2 \\\n  x",
                "RUN curl \\\n  # c\n  -u \\\n\n  [redacted] \\\n  x",
            ),
            ("RUN cu\\\nrl -u bob:hun\\\n# c\nter2 x", "RUN cu\\\nrl -u [redacted]\\\n# c\n[redacted] x"),
            ("RUN <<E\nexport TOKEN=hunter2\nE\nUSER u", "RUN <<E\nexport TOKEN=[redacted]\nE\nUSER u"),
            ("# password: hunter2\nFROM a", "# password: [redacted]\nFROM a"),
            ("LABEL x=1 password=hunter2", "LABEL x=1 password=[redacted]"),
            ("ARG R=https://bob:hunter2@r.io/x\nFROM a", "ARG R=https://[redacted]@r.io/x\nFROM a"),
            // It decides on an image by being there, not by what it is.
            ("ARG TOKEN=hunter2\nFROM a${TOKEN:+-auth}", "ARG TOKEN=[redacted]\nFROM a${TOKEN:+-auth}"),
            ("ARG PASSWORD=hunter2\nFROM a${PASSWORD+:b}", "ARG PASSWORD=[redacted]\nFROM a${PASSWORD+:b}"),
            // No image was ever called so.
            ("ARG TOKEN=dR7vKq2mXp9LsW4tYb8Zc3Jf\nFROM r.io/$TOKEN", "ARG TOKEN=[redacted]\nFROM r.io/$TOKEN"),
            (
                "ARG API_KEY=ghp_0123456789abcdefghijklmnopqrstuvwxyz\nFROM r.io/a:$API_KEY",
                "ARG API_KEY=[redacted]\nFROM r.io/a:$API_KEY",
            ),
        ] {
            assert_eq!(redacted(text), expected);
        }
        for text in [
            "ARG BASE=node:20\nARG REGISTRY=ghcr.io/x\nFROM $REGISTRY/$BASE AS token\nCOPY --from=secret /a /b",
            "ARG SECRET=auth\nFROM r.io/$SECRET:1 AS password\nUSER u",
            "ARG TOKEN=a\nARG B=$TOKEN/b\nFROM $B",
            "ARG AUTH_SECRET_IMAGE=r.io/auth:0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D\nFROM ${AUTH_SECRET_IMAGE}",
            "ARG TOKEN_BASE=r.io/a@sha256:0d96df4d4110e5c43fbfb17f2d347ea6aa65421d0d96df4d4110e5c43fbfb17f\nFROM $TOKEN_BASE",
            "ARG PASSWORD=keeper\nFROM ${PASSWORD:-x}:1",
            "# syntax=docker/dockerfile:1\nFROM auth:2 as auth\nRUN --mount=type=secret,id=token,from=auth x",
            "ENV PATH=/a:$PATH GPG_KEY=0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D PYTHON_VERSION=3.12",
            "ENV TOKEN=$TOKEN PASSWORD=${PASSWORD}",
        ] {
            assert_eq!(redacted(text), text);
        }
    }

    #[test]
    fn arrays_lose_their_secrets() {
        let out = redacted("CMD [\"x\", \"--password\", \"hunter2\", \"--token=hunter3\"]\nFROM a");
        assert!(!out.contains("hunter"), "{out}");
    }
}

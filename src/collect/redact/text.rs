//! Rules for text: finds what is secret as byte ranges, and replaces ranges without changing the number of lines.
//!
//! Works on bytes, because evidence need not be UTF-8. All rules look at one line and the little that earlier lines say
//! about it, so the cost grows with the text's length.

use super::assignments::{self, Named};
use super::blocks::Blocks;
use super::commandline::{self, Command};
use super::hcl::Variable;
use super::{MARK, Redactions, shapes, urls, values};

/// How much a text can be trusted to be prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Ordinary text.
    Prose,
    /// Structured bytes that could not be parsed: every `value:` counts as a literal value.
    Fallback,
}

/// A secret's bytes and the kind of place it stood at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub start: usize,
    pub end: usize,
    pub place: &'static str,
}

/// Secrets found so far, in any order, overlaps allowed.
#[derive(Debug, Default)]
pub(super) struct Spans(Vec<Span>);

impl Spans {
    /// Adds a range unless it is blank or was replaced before.
    pub fn push(&mut self, text: &[u8], span: Span) {
        let bytes = text.get(span.start..span.end).unwrap_or_default();
        let (front, back) = (bytes.trim_ascii_start().len(), bytes.trim_ascii_end().len());
        let span = Span { start: span.end - front, end: span.start + back, ..span };
        if span.start < span.end && !values::is_marked(bytes) {
            self.0.push(span);
        }
    }

    /// Sorted, without overlaps.
    pub fn merged(mut self) -> Vec<Span> {
        self.0.sort_by_key(|span| (span.start, span.end));
        let mut merged: Vec<Span> = Vec::with_capacity(self.0.len());
        for span in self.0 {
            match merged.last_mut() {
                Some(last) if span.start < last.end => last.end = last.end.max(span.end),
                _ => merged.push(span),
            }
        }
        merged
    }
}

/// The secrets of a text.
pub(super) fn find(text: &[u8], mode: Mode) -> Vec<Span> {
    let mut spans = Spans::default();
    shapes::find(text, &mut spans);
    urls::find(text, &mut spans);
    let (mut named, mut command, mut blocks) = (Named::default(), Command::default(), Blocks::default());
    let mut variable = Variable::default();
    let mut start = 0;
    for line in text.split_inclusive(|b| *b == b'\n') {
        let end = start + line.trim_ascii_end().len();
        variable.line(text, start, end, &mut spans);
        if !blocks.line(text, start, end, &mut spans) {
            assignments::find(text, start, end, mode, &mut named, &mut spans);
            commandline::find(text, start, end, &mut command, &mut spans);
        }
        start += line.len();
    }
    spans.merged()
}

/// The text with its secrets replaced; `None` where it holds none. Counts what it replaced.
pub(super) fn redact(text: &[u8], mode: Mode, counts: &mut Redactions) -> Option<Vec<u8>> {
    // A replacement can bring a rule into reach that was hidden before (a mark ends a word); repeating until nothing is
    // found makes a redacted text stay as it is.
    let mut current: Option<Vec<u8>> = None;
    for _ in 0..8 {
        let here = current.as_deref().unwrap_or(text);
        let spans = find(here, mode);
        if spans.is_empty() {
            return current;
        }
        spans.iter().for_each(|span| counts.add(span.place));
        current = Some(apply(here, &spans));
    }
    let mut all = Vec::new();
    write_mark(text, &mut all);
    Some(all)
}

/// Replaces sorted spans.
pub(super) fn apply(text: &[u8], spans: &[Span]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + spans.len() * MARK.len());
    let mut copied = 0;
    for span in spans {
        out.extend_from_slice(text.get(copied..span.start).unwrap_or_default());
        write_mark(text.get(span.start..span.end).unwrap_or_default(), &mut out);
        copied = span.end;
    }
    out.extend_from_slice(text.get(copied..).unwrap_or_default());
    out
}

/// Writes a mark for every line of `secret` that has content, keeping newlines and indentation.
pub(super) fn write_mark(secret: &[u8], out: &mut Vec<u8>) {
    for line in secret.split_inclusive(|b| *b == b'\n') {
        let content = line.trim_ascii();
        let front = line.len() - line.trim_ascii_start().len();
        let blank = content.is_empty();
        out.extend_from_slice(line.get(..front).unwrap_or_default());
        if !blank {
            out.extend_from_slice(MARK.as_bytes());
            let back = line.trim_ascii_end().len();
            // Spaces at a line's end are dropped with the secret; its newline stays.
            let ending = line.get(back..).unwrap_or_default();
            let newline = ending.iter().position(|b| *b == b'\r' || *b == b'\n').unwrap_or(ending.len());
            out.extend_from_slice(ending.get(newline..).unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str, mode: Mode) -> String {
        let out = redact(text.as_bytes(), mode, &mut Redactions::default());
        let out = String::from_utf8(out.unwrap_or_else(|| text.as_bytes().to_vec())).unwrap();
        assert_eq!(out.lines().count(), text.lines().count(), "{out}");
        assert_eq!(redact(out.as_bytes(), mode, &mut Redactions::default()), None, "not idempotent: {out}");
        out
    }

    #[test]
    fn lines_keep_all_but_their_secrets() {
        for (text, expected) in [
            ("DB_PASSWORD=hunter2 run nginx:1", "DB_PASSWORD=[redacted] run nginx:1"),
            ("password: correct horse\nimage: nginx:1", "password: [redacted]\nimage: nginx:1"),
            ("\"password\": \"a\\\"b\", \"image\": \"x\"", "\"password\": \"[redacted]\", \"image\": \"x\""),
            ("Authorization: Bearer abc.def.0", "Authorization: [redacted]"),
            ("curl -H \"Authorization: Basic dXNlcjpw\" x", "curl -H \"Authorization: [redacted]\" x"),
            ("docker run -e TOKEN=abc,1 a:2", "docker run -e TOKEN=[redacted] a:2"),
            ("--set db.password=x1,image.tag=2", "--set db.password=[redacted],image.tag=2"),
            ("https://h/x?access_token=a1&y=2", "https://h/x?access_token=[redacted]&y=2"),
            ("Server=x;Password=a1;User=y", "Server=x;Password=[redacted];User=y"),
            ("mysql -uroot -phunter2 db", "mysql -uroot -p[redacted] db"),
            ("ENV DB_PASSWORD hunter 2", "ENV DB_PASSWORD [redacted]"),
            ("a PASSWORD='x y' b", "a PASSWORD='[redacted]' b"),
            ("token: abcDEF\r\nnext", "token: [redacted]\r\nnext"),
            ("docker login -u bob -p hunter2 r.io", "docker login -u bob -p [redacted] r.io"),
            ("run --api-token \\\n  hunter2 x:1", "run --api-token \\\n  [redacted] x:1"),
            ("password:hunter2", "password:[redacted]"),
        ] {
            assert_eq!(redacted(text, Mode::Prose), expected);
        }
    }

    #[test]
    fn image_lines_are_left_alone() {
        for text in [
            "docker pull auth:2.1 && docker run -p 80:80 secret:1.2",
            "Successfully pulled image \"registry/token-service:1.2\" in 2s",
            "FROM registry.corp:5000/auth/token@sha256:0ddf971806f264da7750d44ac39298a63c7ed5720e03e86cb7bdc33f50ddf971",
            "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
            "failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=x: 401",
            "MountVolume.SetUp failed for volume \"tls\" : secret \"tls\" not found",
        ] {
            assert_eq!(redacted(text, Mode::Prose), text);
        }
    }
}

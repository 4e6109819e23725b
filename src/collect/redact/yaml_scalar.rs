//! One YAML scalar in its notation: what its bytes become when its value, or a part of it, is replaced.
//!
//! Lines stay: each line of a scalar over several lines keeps its newline and its indentation. Plain scalars become
//! quoted ones, because a mark begins like a flow sequence.

use granit_parser::ScalarStyle;

use super::commandline::Command;
use super::leaf::{self, Change};
use super::rules::Place;
use super::text::{self, Mode, Span};
use super::{MARK, Redactions};

/// A scalar as the parser saw it.
pub(super) struct Scalar<'a> {
    /// Its bytes in the source: with quotes; for a block scalar its lines after the header.
    pub slice: &'a str,
    /// Its value.
    pub value: &'a str,
    /// Its notation.
    pub style: ScalarStyle,
}

impl Scalar<'_> {
    /// New bytes for the scalar; `None` where it stays.
    pub fn redact(&self, place: Place, command: &mut Command, counts: &mut Redactions) -> Option<Vec<u8>> {
        if self.slice.is_empty() {
            return None;
        }
        let new = match leaf::treat(place, command, self.value.as_bytes(), 0, counts) {
            Change::Keep => return None,
            Change::Whole => None,
            Change::Part(part) => Some(part),
        };
        let several = self.slice.contains(['\n', '\r']);
        Some(match (self.style, new) {
            (ScalarStyle::Literal | ScalarStyle::Folded, new) => self.block(new),
            (ScalarStyle::Plain, new) if several => {
                let inner = new.and_then(|new| self.folded(&new)).unwrap_or_else(|| marks(self.slice));
                single_quoted(&inner)
            }
            (_, _) if several => {
                let quote = self.slice.get(..1).unwrap_or("'");
                let inner = self.slice.get(1..self.slice.len() - 1).unwrap_or_default();
                [quote.as_bytes(), &marks(inner), quote.as_bytes()].concat()
            }
            (ScalarStyle::DoubleQuoted, new) => double_quoted(&new.unwrap_or_else(|| MARK.into())),
            (_, new) => single_quoted(&new.unwrap_or_else(|| MARK.into())),
        })
    }

    fn block(&self, new: Option<Vec<u8>>) -> Vec<u8> {
        let parts =
            new.and_then(|new| if self.style == ScalarStyle::Literal { self.literal(&new) } else { self.folded(&new) });
        parts.unwrap_or_else(|| marks(self.slice))
    }

    /// A literal block line by line; `None` where its lines are not those of the value.
    fn literal(&self, new: &[u8]) -> Option<Vec<u8>> {
        let mut old = self.value.split('\n');
        let mut new = new.split(|b| *b == b'\n');
        let mut out = Vec::with_capacity(self.slice.len());
        for raw in self.slice.split_inclusive('\n') {
            let content = raw.strip_suffix('\n').unwrap_or(raw);
            let content = content.strip_suffix('\r').unwrap_or(content);
            let (Some(old), Some(new)) = (old.next(), new.next()) else {
                // Blank lines at the end are chomped from the value.
                if !content.trim().is_empty() {
                    return None;
                }
                out.extend_from_slice(raw.as_bytes());
                continue;
            };
            if old.is_empty() && !content.trim().is_empty() {
                return None;
            }
            let Some(indent) = content.strip_suffix(old) else {
                if content.trim().is_empty() && old.trim().is_empty() {
                    out.extend_from_slice(raw.as_bytes());
                    continue;
                }
                return None;
            };
            out.extend_from_slice(indent.as_bytes());
            out.extend_from_slice(new);
            out.extend_from_slice(raw.get(content.len()..)?.as_bytes());
        }
        new.all(<[u8]>::is_empty).then_some(out)
    }

    /// A folded or plain scalar: its value has the same characters between blanks as its bytes, so what is found in the
    /// value can be replaced in the bytes. `None` where `new` cannot be made that way.
    fn folded(&self, new: &[u8]) -> Option<Vec<u8>> {
        let (slice, value) = (self.slice.as_bytes(), self.value.as_bytes());
        let spans = text::find(value, Mode::Prose);
        if text::apply(value, &spans) != new {
            return None;
        }
        let solid = |text: &[u8]| -> Vec<usize> {
            (0..text.len()).filter(|at| text.get(*at).is_some_and(|b| !b.is_ascii_whitespace())).collect()
        };
        let (here, there) = (solid(value), solid(slice));
        let same = here.len() == there.len() && here.iter().zip(&there).all(|(a, b)| value.get(*a) == slice.get(*b));
        if !same {
            return None;
        }
        let mut moved = Vec::with_capacity(spans.len());
        for span in spans {
            let first = here.partition_point(|at| *at < span.start);
            let after = here.partition_point(|at| *at < span.end);
            let (start, last) = (*there.get(first)?, *there.get(after.checked_sub(1)?)?);
            moved.push(Span { start, end: last + 1, place: span.place });
        }
        Some(text::apply(slice, &moved))
    }
}

fn marks(slice: &str) -> Vec<u8> {
    let mut out = Vec::new();
    text::write_mark(slice.as_bytes(), &mut out);
    out
}

fn single_quoted(text: &[u8]) -> Vec<u8> {
    let mut out = vec![b'\''];
    for byte in text {
        out.push(*byte);
        if *byte == b'\'' {
            out.push(b'\'');
        }
    }
    out.push(b'\'');
    out
}

/// YAML's double-quoted notation: what is not printable is escaped (YAML 1.2.2, section 5.7).
fn double_quoted(text: &[u8]) -> Vec<u8> {
    let mut out = String::from("\"");
    for letter in String::from_utf8_lossy(text).chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            other if other.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(other))),
            other => out.push(other),
        }
    }
    out.push('"');
    out.into_bytes()
}

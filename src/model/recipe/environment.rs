//! An environment file (`.env`): names and values, in order.

use serde::{Deserialize, Serialize};
use std::ops::Range;

use crate::model::fact::Spot;

/// A `.env` file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Environment {
    /// What it defines; a later definition of a name takes the place of an earlier one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub definitions: Vec<EnvironmentLine>,
}

/// One definition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EnvironmentLine {
    /// The variable.
    #[serde(rename = "n")]
    pub name: String,
    /// Its value without quotes and escapes, variables not yet replaced.
    #[serde(rename = "v", default, skip_serializing_if = "EnvironmentValue::is_passed_on")]
    pub value: EnvironmentValue,
    /// Where the definition stands.
    #[serde(rename = "at", default)]
    pub spot: Spot,
}

/// What a definition gives its variable.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EnvironmentValue {
    /// Nothing: a name alone is passed on from the shell.
    #[default]
    PassedOn,
    /// A text in which variables are replaced.
    Text(String),
    /// A text in single quotes: it stands for itself.
    Literal(String),
    /// A value that was redacted: the variable is defined, and nobody knows as what.
    Hidden,
}

impl EnvironmentValue {
    fn is_passed_on(&self) -> bool {
        *self == EnvironmentValue::PassedOn
    }
}

impl Environment {
    /// The definitions it makes.
    pub fn facts(&self) -> u64 {
        self.definitions.len() as u64
    }
}

/// What stands where a value was redacted.
pub const HIDDEN: &str = "[redacted]";

/// A part of an environment file, by its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvironmentPart {
    /// `NAME=value`, `NAME: value`, or a name alone.
    Definition {
        /// The name.
        name: Range<usize>,
        /// The value, without quotes; `None` for a name alone.
        value: Option<Range<usize>>,
        /// The quote around it.
        quote: Option<u8>,
    },
    /// From `#` to the end of its line.
    Comment(Range<usize>),
    /// A line, or the rest of one, that is neither.
    Other {
        /// The bytes.
        at: Range<usize>,
        /// Why, in words for people.
        reason: &'static str,
    },
}

/// Takes an environment file apart after compose's rules (compose-go, `dotenv/parser.go`).
pub fn environment_parts(text: &str) -> Vec<EnvironmentPart> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    loop {
        at += spaces(bytes, at, true);
        let end = line_end(bytes, at);
        match bytes.get(at) {
            None => return parts,
            Some(b'#') => {
                parts.push(EnvironmentPart::Comment(at..end));
                at = end;
            }
            Some(_) => {
                let (part, next) = definition(bytes, at, end);
                parts.push(part);
                at = next;
            }
        }
    }
}

/// How many blanks stand at `at`.
fn spaces(bytes: &[u8], at: usize, lines: bool) -> usize {
    let blank = |b: &&u8| matches!(b, b' ' | b'\t' | b'\r' | 0x0b | 0x0c) || (lines && **b == b'\n');
    bytes.get(at..).unwrap_or_default().iter().take_while(blank).count()
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', bytes.get(at..).unwrap_or_default()).map_or(bytes.len(), |found| at + found)
}

/// The end of `bytes[start..end]` without blanks at its end.
fn trimmed(bytes: &[u8], start: usize, end: usize) -> usize {
    start + bytes.get(start..end).unwrap_or_default().trim_ascii_end().len()
}

/// The definition that begins at `at`, on a line that ends at `end`, and where what follows it begins.
fn definition(bytes: &[u8], mut at: usize, end: usize) -> (EnvironmentPart, usize) {
    let other = |reason| (EnvironmentPart::Other { at: at..trimmed(bytes, at, end), reason }, end);
    let mut name_at = at;
    if bytes.get(at..).is_some_and(|rest| rest.starts_with(b"export")) && spaces(bytes, at + 6, false) > 0 {
        name_at = at + 6 + spaces(bytes, at + 6, false);
    }
    let line = bytes.get(name_at..end).unwrap_or_default();
    let sign = memchr::memchr2(b'=', b':', line).map_or(end, |found| name_at + found);
    let name = name_at..trimmed(bytes, name_at, sign);
    let fits = |b: &u8| b.is_ascii_alphanumeric() || b"_.-[]".contains(b) || *b >= 0x80;
    if name.is_empty() || !bytes.get(name.clone()).unwrap_or_default().iter().all(fits) {
        return other("neither a comment nor `NAME=value`");
    }
    if sign == end {
        return (EnvironmentPart::Definition { name, value: None, quote: None }, end);
    }
    at = sign + 1;
    at += spaces(bytes, at, false);
    if let Some(quote) = bytes.get(at).copied().filter(|b| matches!(b, b'"' | b'\'')) {
        return match closing(bytes, at + 1, quote) {
            Some(close) => {
                (EnvironmentPart::Definition { name, value: Some(at + 1..close), quote: Some(quote) }, close + 1)
            }
            None => (
                EnvironmentPart::Other { at: name_at..trimmed(bytes, name_at, end), reason: "a quote is not closed" },
                end,
            ),
        };
    }
    let at = at.min(end);
    let line = bytes.get(at..end).unwrap_or_default();
    let comment = memchr::memmem::find(line, b" #").map(|found| at + found);
    let value = at..trimmed(bytes, at, comment.unwrap_or(end));
    (EnvironmentPart::Definition { name, value: Some(value), quote: None }, comment.unwrap_or(end))
}

/// Where the quote closes; a backslash takes the next quote's meaning away.
fn closing(bytes: &[u8], mut at: usize, quote: u8) -> Option<usize> {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            byte if *byte == quote => return Some(at),
            _ => at += 1,
        }
    }
    None
}

impl EnvironmentValue {
    /// The value of a definition from its bytes.
    pub fn of(written: Option<&str>, quote: Option<u8>) -> Self {
        match (written, quote) {
            (None, _) => EnvironmentValue::PassedOn,
            (Some(text), _) if text.contains(HIDDEN) => EnvironmentValue::Hidden,
            (Some(text), Some(b'\'')) => EnvironmentValue::Literal(text.replace("\\'", "'")),
            (Some(text), Some(_)) => EnvironmentValue::Text(unescape(text)),
            (Some(text), None) => EnvironmentValue::Text(text.to_owned()),
        }
    }
}

/// Escapes in double quotes; `\$` becomes `$$`, which interpolation takes for a dollar sign.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        rest = match chars.next() {
            Some('n') => pushed(&mut out, '\n', &chars),
            Some('r') => pushed(&mut out, '\r', &chars),
            Some('t') => pushed(&mut out, '\t', &chars),
            Some(c @ ('"' | '\\')) => pushed(&mut out, c, &chars),
            Some('$') => {
                out.push_str("$$");
                chars.as_str()
            }
            _ => {
                out.push('\\');
                after
            }
        };
    }
    out.push_str(rest);
    out
}

fn pushed<'t>(out: &mut String, c: char, rest: &std::str::Chars<'t>) -> &'t str {
    out.push(c);
    rest.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(String, EnvironmentValue)> {
        environment_parts(text)
            .into_iter()
            .filter_map(|part| match part {
                EnvironmentPart::Definition { name, value, quote } => {
                    let value = value.map(|range| text.get(range).unwrap());
                    Some((text.get(name).unwrap().to_owned(), EnvironmentValue::of(value, quote)))
                }
                _ => None,
            })
            .collect()
    }

    #[test]
    fn definitions_in_every_dress() {
        use EnvironmentValue::{Hidden, Literal, PassedOn, Text};
        let of = |text: &str| Text(text.to_owned());
        for (line, name, value) in [
            ("A=b", "A", of("b")),
            ("export A=b", "A", of("b")),
            ("  A = b  # note", "A", of("b")),
            ("A=b#c", "A", of("b#c")),
            ("A: b", "A", of("b")),
            ("A=", "A", of("")),
            ("A=\r\n", "A", of("")),
            ("A", "A", PassedOn),
            ("A=\"b # c\" # d", "A", of("b # c")),
            ("A='$B'", "A", Literal("$B".into())),
            ("A='it\\'s'", "A", Literal("it's".into())),
            ("A=\"x\\ny\\\"z\\$w\"", "A", of("x\ny\"z$$w")),
            ("A=\"one\ntwo\"", "A", of("one\ntwo")),
            ("A=[redacted]", "A", Hidden),
            ("A=${B:-c}", "A", of("${B:-c}")),
            ("exported=1", "exported", of("1")),
            ("\u{feff}A=b", "A", of("b")),
        ] {
            assert_eq!(values(line), [(name.to_owned(), value)], "{line}");
        }
        assert_eq!(values("A=b\n\n# A=c\nB=\"x\ny\"\nC=d").len(), 3);
        assert!(values("# only\n  # comments").is_empty());
    }

    #[test]
    fn what_is_no_definition_is_named_and_the_next_line_is_read() {
        for bad in ["some words", "A B=c", "=x", "A=\"open"] {
            let text = format!("{bad}\nC=d");
            let parts = environment_parts(&text);
            assert!(matches!(parts.first(), Some(EnvironmentPart::Other { .. })), "{bad}");
            assert_eq!(values(&text).last().unwrap().0, "C", "{bad}");
        }
    }
}

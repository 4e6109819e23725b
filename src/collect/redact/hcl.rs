//! Variables in HCL (bake, Terraform): a block is named after the variable, and its secret stands in `default`, lines
//! away from the name.

use super::names::{self, Strength};
use super::text::{Span, Spans};
use super::values;

/// Where the current line stands.
#[derive(Debug, Default)]
pub(super) struct Variable {
    state: State,
}

#[derive(Debug, Default, Clone, PartialEq)]
enum State {
    #[default]
    Outside,
    /// In the block of a variable with a telling name.
    Block,
    /// In the lines of its default.
    Default,
    /// In a heredoc that ends with this word.
    Heredoc(Vec<u8>),
}

impl Variable {
    /// Adds the secrets of one line.
    pub fn line(&mut self, text: &[u8], start: usize, end: usize, spans: &mut Spans) {
        let line = text.get(start..end).unwrap_or_default();
        if self.state == State::Outside && !line.starts_with(b"variable") {
            return;
        }
        let content = line.trim_ascii_start();
        if let State::Heredoc(word) = &self.state {
            if content == word {
                self.state = State::Block;
            } else {
                spans.push(text, Span { start, end, place: "telling-name" });
            }
            return;
        }
        let mut from = end - content.len();
        if let Some(rest) = opened(line) {
            self.state = State::Block;
            from = end - rest.len();
        } else if line.starts_with(b"}") || line.first().is_some_and(u8::is_ascii_alphabetic) {
            self.state = State::Outside;
            return;
        }
        let rest = text.get(from..end).unwrap_or_default().trim_ascii_start();
        if let Some(value) =
            rest.strip_prefix(b"default").map(<[u8]>::trim_ascii_start).and_then(|r| r.strip_prefix(b"="))
        {
            self.state = State::Default;
            from = end - value.len();
        } else if self.state == State::Default && is_attribute(rest) {
            self.state = State::Block;
        }
        if self.state == State::Default {
            self.value(text, from, end, spans);
        }
    }

    /// Adds what stands between quotes in a part of a line; a heredoc's lines follow.
    fn value(&mut self, text: &[u8], start: usize, end: usize, spans: &mut Spans) {
        let line = text.get(start..end).unwrap_or_default();
        let value = line.trim_ascii();
        if let Some(word) = value.strip_prefix(b"<<") {
            self.state = State::Heredoc(word.strip_prefix(b"-").unwrap_or(word).trim_ascii().to_vec());
            return;
        }
        let (mut at, mut open) = (0, None);
        while let Some(byte) = line.get(at) {
            match (*byte, open) {
                (b'\\', Some(_)) => at += 1,
                (b'"', None) => open = Some(at + 1),
                (b'"', Some(from)) => {
                    let literal = line.get(from..at).unwrap_or_default();
                    if !values::is_harmless(literal) {
                        spans.push(text, Span { start: start + from, end: start + at, place: "telling-name" });
                    }
                    open = None;
                }
                _ => {}
            }
            at += 1;
        }
    }
}

/// What follows the bracket of `variable "NAME" {`, where the name tells.
fn opened(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"variable")?;
    let bracket = rest.iter().position(|b| *b == b'{')?;
    let name = rest.get(..bracket)?.trim_ascii();
    let name = name.strip_prefix(b"\"").and_then(|n| n.strip_suffix(b"\"")).unwrap_or(name);
    let plain = !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(b));
    (plain && names::strength(name) == Strength::Strong).then(|| rest.get(bracket + 1..)).flatten()
}

/// `name = …`, or the bracket that ends the block.
fn is_attribute(line: &[u8]) -> bool {
    let word = line.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let rest = line.get(word..).unwrap_or_default().trim_ascii_start();
    word > 0 && rest.starts_with(b"=")
}

#[cfg(test)]
mod tests {
    use super::super::Redactions;
    use super::super::text::{Mode, redact};

    fn redacted(text: &str) -> String {
        let out = redact(text.as_bytes(), Mode::Prose, &mut Redactions::default()).unwrap_or_else(|| text.into());
        assert_eq!(redact(&out, Mode::Prose, &mut Redactions::default()), None, "not idempotent");
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn defaults_of_telling_variables_are_hidden() {
        for (text, expected) in [
            ("variable \"A_TOKEN\" { default = \"x y\" }\n", "variable \"A_TOKEN\" { default = \"[redacted]\" }\n"),
            (
                "variable \"A_TOKEN\" {\n  description = \"of a\"\n  default = \"x\\\"y\"\n}\nvariable \"TAG\" {\n  default = \"1\"\n}\n",
                "variable \"A_TOKEN\" {\n  description = \"of a\"\n  default = \"[redacted]\"\n}\nvariable \"TAG\" {\n  default = \"1\"\n}\n",
            ),
            (
                "variable \"A_TOKENS\" {\n  default = [\n    \"x\",\n    \"yy\"\n  ]\n  sensitive = \"z\"\n}\n",
                "variable \"A_TOKENS\" {\n  default = [\n    \"[redacted]\",\n    \"[redacted]\"\n  ]\n  sensitive = \"z\"\n}\n",
            ),
            (
                "variable \"A_KEY_SECRET\" {\n  default = <<EOT\nx\n  y\nEOT\n}\ntarget \"a\" {\n  default = \"z\"\n}\n",
                "variable \"A_KEY_SECRET\" {\n  default = <<EOT\n[redacted]\n  [redacted]\nEOT\n}\ntarget \"a\" {\n  default = \"z\"\n}\n",
            ),
            ("variable \"A_TOKEN\" {\n  default = \"\"\n}\n", "variable \"A_TOKEN\" {\n  default = \"\"\n}\n"),
            ("variable \"A_TOKEN\" {\n  default = null\n}\n", "variable \"A_TOKEN\" {\n  default = null\n}\n"),
        ] {
            assert_eq!(redacted(text), expected);
        }
    }
}

//! Lines that belong to a key above them by their indentation: `data:` of a ConfigMap that could not be parsed, the
//! `Environment:` of `kubectl describe`, a block scalar under a telling key.

use super::assignments::extent;
use super::names::{self, Strength};
use super::text::{Span, Spans};
use super::values;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Every value of `key: value` and every other line.
    Data,
    /// Values of `KEY: value` and `- KEY=value`.
    Environment,
    /// The whole line.
    Scalar,
    /// Lines without a key of their own.
    Loose,
}

/// The block that the current line may belong to.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    outer: Option<(usize, Kind)>,
    /// Indentation of a key with a block scalar inside `outer`.
    inner: Option<usize>,
}

/// A line's parts, as offsets into the text.
struct Line<'a> {
    indent: usize,
    /// After indentation and list dashes.
    content: usize,
    end: usize,
    listed: bool,
    key: Option<&'a [u8]>,
    value: usize,
}

impl Blocks {
    /// Adds the secrets of one line that belongs to a block; false where it belongs to none.
    pub fn line(&mut self, text: &[u8], start: usize, end: usize, spans: &mut Spans) -> bool {
        let Some(line) = parse(text, start, end) else { return false };
        if let Some((indent, kind)) = self.outer {
            let list = line.listed && line.indent == indent && matches!(kind, Kind::Environment | Kind::Loose);
            if line.indent > indent || list {
                return self.member(text, &line, kind, spans);
            }
        }
        self.inner = None;
        self.outer = opened(text, &line).map(|kind| (line.indent, kind));
        false
    }

    fn member(&mut self, text: &[u8], line: &Line<'_>, kind: Kind, spans: &mut Spans) -> bool {
        let whole = Span { start: line.content, end: line.end, place: place(kind) };
        if self.inner.is_some_and(|indent| line.indent > indent) {
            spans.push(text, whole);
            return true;
        }
        self.inner = None;
        let value = text.get(line.value..line.end).unwrap_or_default();
        let scalar = value.first().is_some_and(|b| b"|>".contains(b)) && value.len() <= 3;
        match (kind, line.key) {
            (Kind::Scalar, _) => spans.push(text, whole),
            (Kind::Loose, Some(_)) => return false,
            (Kind::Data | Kind::Environment, Some(key)) if scalar || value.is_empty() || value == b"{" => {
                let image = key.eq_ignore_ascii_case(b"image");
                self.inner = (scalar && !image).then_some(line.indent);
            }
            (Kind::Data | Kind::Environment, Some(key)) => {
                if !stays(key, value, kind) {
                    let value = extent(text, line.value, line.end);
                    let quoted = value.start > line.value;
                    let end = if quoted { value.end } else { line.end };
                    spans.push(text, Span { start: value.start, end, place: place(kind) });
                }
            }
            (Kind::Environment, None) => {
                let pair = text.get(line.content..line.end).unwrap_or_default();
                let Some(equals) = pair.iter().position(|b| *b == b'=') else { return false };
                let name = pair.get(..equals).unwrap_or_default();
                let value = pair.get(equals + 1..).unwrap_or_default();
                if !stays(name, value, kind) {
                    spans.push(text, Span { start: line.content + equals + 1, ..whole });
                }
            }
            (Kind::Data | Kind::Loose, None) => {
                let bracket = text.get(line.content..line.end).unwrap_or_default().iter().all(|b| b"{}[],".contains(b));
                if !bracket {
                    spans.push(text, whole);
                }
            }
        }
        true
    }
}

fn place(kind: Kind) -> &'static str {
    match kind {
        Kind::Data => "config-data",
        Kind::Environment => "env-value",
        Kind::Scalar | Kind::Loose => "telling-name",
    }
}

/// Values that are no secrets although all of the block's are: references, images, and the names in an entry.
fn stays(key: &[u8], value: &[u8], kind: Kind) -> bool {
    let bare = value.trim_ascii();
    let bare = bare.strip_suffix(b",").unwrap_or(bare);
    let bare = bare.trim_ascii_start();
    let inner = bare.strip_prefix(b"\"").and_then(|v| v.strip_suffix(b"\"")).unwrap_or(bare);
    let image = key.eq_ignore_ascii_case(b"image") || names::is_image_variable(key);
    let described = bare.starts_with(b"<set to ") || bare.starts_with(b"(v1:");
    let entry = kind == Kind::Environment && [&b"name"[..], b"valueFrom"].contains(&key);
    described || entry || values::is_marked(inner) || values::is_variable(inner) || (image && values::is_image(inner))
}

/// The block a line opens.
fn opened(text: &[u8], line: &Line<'_>) -> Option<Kind> {
    let key = line.key?;
    let value = text.get(line.value..line.end)?;
    let scalar = value.first().is_some_and(|b| b"|>".contains(b)) && value.len() <= 3;
    let open = value.is_empty() || value == b"{";
    match key {
        b"data" | b"stringData" | b"binaryData" if open => Some(Kind::Data),
        b"Environment" | b"environment" | b"x-environment" if open => Some(Kind::Environment),
        // Names of secrets, not secrets.
        b"secrets" | b"imagePullSecrets" | b"pullSecrets" => None,
        _ if scalar && names::strength(key) == Strength::Strong => Some(Kind::Scalar),
        _ if value.is_empty() && names::strength(key) == Strength::Strong => Some(Kind::Loose),
        _ => None,
    }
}

fn parse(text: &[u8], start: usize, end: usize) -> Option<Line<'_>> {
    let line = text.get(start..end)?;
    let indent = line.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let mut content = indent;
    while line.get(content) == Some(&b'-') && line.get(content + 1).is_none_or(u8::is_ascii_whitespace) {
        content += 1 + line.get(content + 1..).map_or(0, |r| r.iter().take_while(|b| b.is_ascii_whitespace()).count());
    }
    let body = line.get(content..).filter(|body| !body.is_empty())?;
    let colon = body
        .iter()
        .enumerate()
        .position(|(at, b)| *b == b':' && body.get(at + 1).is_none_or(|next| next.is_ascii_whitespace()));
    let key = colon.and_then(|at| body.get(..at)).map(|key| {
        let key = key.strip_prefix(b"\"").and_then(|k| k.strip_suffix(b"\"")).unwrap_or(key);
        key.trim_ascii()
    });
    let key = key.filter(|key| !key.is_empty() && !key.contains(&b' ') && !key.contains(&b'"'));
    let after = colon.map_or(body.len(), |at| at + 1);
    let gap = body.get(after..).map_or(0, |r| r.iter().take_while(|b| b.is_ascii_whitespace()).count());
    Some(Line {
        indent,
        content: start + content,
        end,
        listed: content > indent,
        key,
        value: start + content + after + gap,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Redactions;
    use super::super::text::{Mode, redact};

    fn redacted(text: &str) -> String {
        let out = redact(text.as_bytes(), Mode::Fallback, &mut Redactions::default()).unwrap_or_else(|| text.into());
        assert_eq!(redact(&out, Mode::Fallback, &mut Redactions::default()), None, "not idempotent");
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn blocks_reach_as_far_as_their_indentation() {
        let data = "data:\n  a: b\n  c: |\n    x y\n    z: 1\n  image: nginx:1\nkind: ConfigMap\nname: c d\n";
        let gone = "data:\n  a: [redacted]\n  c: |\n    [redacted]\n    [redacted]\n  image: nginx:1\nkind: ConfigMap\nname: c d\n";
        assert_eq!(redacted(data), gone);
        assert_eq!(
            redacted("password: |\n  one\n  two\nimage: x"),
            "password: |\n  [redacted]\n  [redacted]\nimage: x"
        );
        assert_eq!(redacted("tokens:\n- one\n- two\nimage: x"), "tokens:\n- [redacted]\n- [redacted]\nimage: x");
    }

    #[test]
    fn described_environments_keep_references() {
        let text = "Environment:\n  A:  b c\n  B:  <set to the key 'x' in secret 'y'>\n  POD_IP:   (v1:status.podIP)\nMounts:\n  a: b";
        assert_eq!(redacted(text), text.replace("b c", "[redacted]"));
        assert_eq!(redacted("environment:\n- A=b\n- C\nx: y"), "environment:\n- A=[redacted]\n- C\nx: y");
    }
}

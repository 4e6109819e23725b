//! One line of YAML: markers, dashes, anchors, and what runs over to the next line. Looks at one line alone.

/// What runs over from the line before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scalar {
    None,
    /// A block scalar of a key or dash at a column.
    Block(usize),
    /// A quoted one, by its quote.
    Quoted(u8),
}

/// What follows a document marker; `None` where the line is none.
pub(super) fn marker(line: &[u8]) -> Option<&[u8]> {
    let after = line.strip_prefix(b"---").or_else(|| line.strip_prefix(b"..."))?;
    matches!(after.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n')).then(|| after.trim_ascii())
}

pub(super) fn is_dash(text: &[u8]) -> bool {
    text == b"-" || text.starts_with(b"- ") || text.starts_with(b"-\t")
}

/// `items:` with nothing but a comment after it.
pub(super) fn is_items_key(text: &[u8]) -> bool {
    let value = [&b"items:"[..], b"\"items\":", b"'items':"].iter().find_map(|key| text.strip_prefix(*key));
    value.is_some_and(|value| {
        let value = value.trim_ascii();
        value.is_empty() || value.starts_with(b"#")
    })
}

/// Whether a continued quoted scalar ends on this line; a quote doubled or after a backslash does not end it.
pub(super) fn closes(text: &[u8], quote: u8) -> bool {
    let mut bytes = text.iter().peekable();
    while let Some(byte) = bytes.next() {
        if *byte == b'\\' && quote == b'"' {
            bytes.next();
        } else if *byte == quote {
            if quote == b'\'' && bytes.peek() == Some(&&quote) {
                bytes.next();
            } else {
                return true;
            }
        }
    }
    false
}

/// What one line of content begins.
pub(super) struct Line {
    /// An anchor stands on it.
    pub anchor: bool,
    /// What runs over to the next line.
    pub opens: Scalar,
}

impl Line {
    pub fn of(mut column: usize, mut text: &[u8]) -> Line {
        let mut dash = column;
        while is_dash(text) {
            dash = column;
            let rest = text.get(1..).unwrap_or_default();
            let inner = rest.trim_ascii_start();
            column += 1 + (rest.len() - inner.len());
            text = inner;
        }
        let value = value_of(text);
        // A scalar right after a dash belongs to the dash's column, one after a key to the key's.
        let column = if value.len() == text.len() { dash } else { column };
        let first = value.first().copied().unwrap_or_default();
        let anchor = first == b'&' && value.len() > 1 || matches!(first, b'{' | b'[') && flow_anchor(value);
        // Properties stand before the scalar they belong to.
        let bare = value.rsplit(|b| *b == b' ').next().unwrap_or_default();
        let opens = match first {
            b'"' | b'\'' if !closes(value.get(1..).unwrap_or_default(), first) => Scalar::Quoted(first),
            b'|' | b'>' => Scalar::Block(column),
            b'&' | b'!' if matches!(bare.first(), Some(b'|' | b'>')) => Scalar::Block(column),
            _ => Scalar::None,
        };
        Line { anchor, opens }
    }
}

/// The value on a line after its key, or the whole of it where it has no key.
fn value_of(text: &[u8]) -> &[u8] {
    let key_end = match text.first() {
        Some(quote @ (b'"' | b'\'')) => {
            let rest = text.get(1..).unwrap_or_default();
            rest.iter().position(|b| b == quote).map(|end| end + 2)
        }
        Some(b'{' | b'[' | b'&' | b'|' | b'>') => None,
        _ => memchr::memmem::find(text, b": "),
    };
    let after = key_end.and_then(|end| text.get(end..)).and_then(|rest| rest.strip_prefix(b":"));
    after.map_or(text, <[u8]>::trim_ascii_start)
}

/// An anchor inside a flow collection, outside of quotes.
fn flow_anchor(text: &[u8]) -> bool {
    let (mut quote, mut before) = (0, b'[');
    for byte in text {
        match *byte {
            b'"' | b'\'' if quote == 0 => quote = *byte,
            same if same == quote => quote = 0,
            b'&' if quote == 0 && matches!(before, b' ' | b'[' | b'{' | b',' | b':') => return true,
            _ => {}
        }
        before = *byte;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_and_what_runs_over() {
        for (line, anchor, opens) in [
            ("a: &x b", true, Scalar::None),
            ("- &x", true, Scalar::None),
            ("a: [b, &x c]", true, Scalar::None),
            ("a: [\"&x\", b]", false, Scalar::None),
            ("a: b && c", false, Scalar::None),
            ("a: |-", false, Scalar::Block(0)),
            ("- |", false, Scalar::Block(0)),
            ("- a: >", false, Scalar::Block(2)),
            ("a: &x |", true, Scalar::Block(0)),
            ("a: \"b", false, Scalar::Quoted(b'"')),
            ("a: \"b\" # c", false, Scalar::None),
            ("a: 'it''s", false, Scalar::Quoted(b'\'')),
            ("\"a: |\": b", false, Scalar::None),
        ] {
            let found = Line::of(0, line.as_bytes());
            assert_eq!((found.anchor, found.opens), (anchor, opens), "{line}");
        }
    }

    #[test]
    fn markers_are_followed_by_space_or_nothing() {
        assert_eq!(marker(b"---\r\n"), Some(&b""[..]));
        assert_eq!(marker(b"--- # c\n"), Some(&b"# c"[..]));
        assert_eq!((marker(b"---a\n"), marker(b" ---\n"), marker(b"--\n")), (None, None, None));
    }
}

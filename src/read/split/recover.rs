//! Where broken JSON can be taken up again without guessing: where it was printed over lines, or a document a line.

/// The spaces before a bracket that stands alone on its line so far; `before` is what precedes it.
pub(super) fn indent_before(before: &[u8]) -> Option<usize> {
    let line = memchr::memrchr(b'\n', before).map_or(before, |n| before.get(n + 1..).unwrap_or_default());
    line.iter().all(|b| *b == b' ').then_some(line.len())
}

/// The length of a broken item or document that can be cut off where the next one surely begins. `indent` is that of
/// its opening bracket, where that begins its line.
pub(super) fn safe_cut(text: &[u8], indent: Option<usize>, is_document: bool) -> Option<usize> {
    match indent {
        Some(indent) => closing_line(text, indent),
        None if is_document => memchr::memmem::find(text, b"\n{"),
        None => None,
    }
}

/// The length of what ends with the first line that is only a closing bracket at `indent`; `None` also where the
/// opening bracket does not end its own line, for then the item was not printed over lines.
fn closing_line(text: &[u8], indent: usize) -> Option<usize> {
    let closer = format!("\n{}}}", " ".repeat(indent));
    let first = text.get(1..)?;
    if !first.starts_with(b"\n") && !first.starts_with(b"\r\n") {
        return (indent == 0).then(|| memchr::memmem::find(text, b"\n{"))?;
    }
    let mut from = 0;
    loop {
        let end = from + memchr::memmem::find(text.get(from..)?, closer.as_bytes())? + closer.len();
        match text.get(end) {
            None | Some(b',' | b'\n' | b'\r') => return Some(end),
            Some(_) => from = end,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bracket_alone_at_the_same_indent_ends_a_printed_item() {
        let text = b"{\n    \"a\": {\n    }x\n      },\n    },\n    {";
        assert_eq!(safe_cut(text, Some(4), false), Some(text.len() - 7));
        assert_eq!(safe_cut(text, Some(2), false), None);
        assert_eq!(safe_cut(b"{\"a\":\"\n{}", Some(0), false), Some(6));
        assert_eq!(safe_cut(b"{\"a\":\"\n{}", None, true), Some(6));
        assert_eq!(safe_cut(b"{\"a\":\"\n{}", None, false), None);
        assert_eq!(safe_cut(b"{\"a\":\"\n    }", Some(4), false), None);
        assert_eq!((indent_before(b"x\n  "), indent_before(b"x "), indent_before(b"")), (Some(2), None, Some(0)));
    }
}

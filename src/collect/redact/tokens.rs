//! Where JSON tokens begin and end, in bytes that need not be JSON.

/// Where the next byte stands that is no blank; eight spaces of indentation at a time.
pub(super) fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at..at + 8).is_some_and(|eight| eight == b"        ") {
        at += 8;
    }
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// Where the string that begins at `start` ends, whether it has escapes, and whether it is closed.
pub(super) fn string_end(bytes: &[u8], start: usize) -> (usize, bool, bool) {
    let mut at = start;
    let mut escaped = false;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes.get(at) == Some(&b'"') {
            return (at, escaped, true);
        }
        escaped = true;
        at += 2;
    }
    (bytes.len(), escaped, false)
}

pub(super) fn next_byte(bytes: &[u8], from: usize) -> Option<u8> {
    bytes.get(from..)?.iter().copied().find(|b| !b.is_ascii_whitespace())
}

/// The inside of the string that follows `sign`, and where it ends.
pub(super) fn string_after(bytes: &[u8], from: usize, sign: u8) -> Option<(&[u8], usize)> {
    let rest = bytes.get(from..)?.trim_ascii_start().strip_prefix(&[sign])?.trim_ascii_start().strip_prefix(b"\"")?;
    let start = bytes.len() - rest.len();
    let (end, _, closed) = string_end(bytes, start);
    closed.then(|| bytes.get(start..end).map(|inside| (inside, end + 1)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_end_at_their_quote() {
        assert_eq!(string_end(br#"ab" c"#, 0), (2, false, true));
        assert_eq!(string_end(br#"a\"b"c"#, 0), (4, true, true));
        assert_eq!(string_end(br#"a\"#, 0), (2, true, false));
        assert_eq!(string_after(br#"x , "name": 1"#, 1, b','), Some((&b"name"[..], 10)));
        assert_eq!(string_after(b"", 5, b','), None);
    }

    #[test]
    fn blanks_are_skipped() {
        assert_eq!((skip_blanks(b"\n            x", 0), next_byte(b" \t:", 0)), (13, Some(b':')));
        assert_eq!((skip_blanks(b"   ", 0), next_byte(b"  ", 0)), (3, None));
    }
}

//! The scans that run over every byte of JSON, at the pace of memory: to the end of a string, over white space, over
//! nested values. They look at eight bytes at a time where that is worth it.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;
const SPACES: u64 = 0x2020_2020_2020_2020;

/// Eight bytes, the first in the lowest place.
#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk::<8>().map(|chunk| u64::from_le_bytes(*chunk))
}

/// Marks the bytes of a word that equal `byte`; the lowest mark is always right (Hacker's Delight, 6-1).
#[inline]
fn equal(word: u64, byte: u8) -> u64 {
    let differing = word ^ (ONES * u64::from(byte));
    differing.wrapping_sub(ONES) & !differing & HIGHS
}

/// The place of the first quote or backslash from `at` on, or the end.
#[inline]
pub(super) fn quote_or_backslash(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = word(bytes, at) {
        let marks = equal(word, b'"') | equal(word, b'\\');
        if marks != 0 {
            return at + (marks.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|b| !matches!(b, b'"' | b'\\')) {
        at += 1;
    }
    at.min(bytes.len())
}

/// The place of the first byte from `at` on that is not JSON white space, or the end.
#[inline]
pub(super) fn after_space(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'!'.. => return at,
            b' ' if word(bytes, at) == Some(SPACES) => at += 8,
            b' ' | b'\n' | b'\r' | b'\t' => at += 1,
            _ => return at,
        }
    }
    bytes.len()
}

/// How deep a skipping scan stands, and whether inside a string. Kept between chunks.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Nest {
    pub depth: u32,
    pub in_string: bool,
}

/// Skips JSON from `at` until a bracket closes to depth `floor`: the place after it, and true; or the end of the bytes,
/// and false, to go on from there when more have come. Brackets are counted, not matched.
pub(crate) fn skip_nested(bytes: &[u8], mut at: usize, nest: &mut Nest, floor: u32) -> (usize, bool) {
    loop {
        if nest.in_string {
            match string_end(bytes, at) {
                Some(end) => at = end,
                None => return (bytes.len(), false),
            }
            nest.in_string = false;
        }
        loop {
            let Some(byte) = bytes.get(at) else { return (bytes.len(), false) };
            at += 1;
            match byte {
                b'"' => break,
                b'{' | b'[' => nest.depth += 1,
                b'}' | b']' => {
                    nest.depth = nest.depth.saturating_sub(1);
                    if nest.depth <= floor {
                        return (at, true);
                    }
                }
                b'\n' => at = after_space(bytes, at),
                _ => {}
            }
        }
        nest.in_string = true;
    }
}

/// The place after the quote that ends a string, searched from `at` inside it. A quote after an odd number of
/// backslashes is part of the string; the run of backslashes may begin before `at`.
pub(crate) fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let quote = quote(bytes, at)?;
        let before = bytes.get(..quote).unwrap_or_default();
        if before.last() != Some(&b'\\') {
            return Some(quote + 1);
        }
        let backslashes = before.iter().rev().take_while(|b| **b == b'\\').count();
        if backslashes.is_multiple_of(2) {
            return Some(quote + 1);
        }
        at = quote + 1;
    }
}

/// The place of the next quote: most strings are short, so four words are looked at before the search for long ones
/// begins.
fn quote(bytes: &[u8], mut at: usize) -> Option<usize> {
    for _ in 0..4 {
        let Some(word) = word(bytes, at) else { break };
        let marks = equal(word, b'"');
        if marks != 0 {
            return Some(at + (marks.trailing_zeros() / 8) as usize);
        }
        at += 8;
    }
    memchr::memchr(b'"', bytes.get(at..)?).map(|step| at + step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scans_stop_where_a_plain_search_stops() {
        let text = b"abcdefgh ijk\\lmno\"pqrs  \t        \n         x\"\xff\x21\x23";
        for at in 0..=text.len() {
            let rest = &text[at..];
            let first = rest.iter().position(|b| matches!(b, b'"' | b'\\')).unwrap_or(rest.len());
            assert_eq!(quote_or_backslash(text, at), at + first);
            let first = rest.iter().position(|b| !b" \n\r\t".contains(b)).unwrap_or(rest.len());
            assert_eq!(after_space(text, at), at + first);
            assert_eq!(quote(text, at), rest.iter().position(|b| *b == b'"').map(|step| at + step));
        }
    }

    #[test]
    fn skipping_can_stop_and_go_on_at_any_byte() {
        let text = br#"{"a\\":"}\"{","b":[{},"]"]} tail"#;
        for cut in 0..text.len() {
            let mut nest = Nest::default();
            let (at, done) = skip_nested(&text[..cut], 0, &mut nest, 0);
            let end = if done { at } else { skip_nested(text, at, &mut nest, 0).0 };
            assert_eq!(end, text.len() - 5, "cut at {cut}");
        }
    }
}

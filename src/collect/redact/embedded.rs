//! JSON inside strings: `kubectl.kubernetes.io/last-applied-configuration` and everything written the same way.

use super::{Redactions, json};

/// True where a text may be JSON: an object, or an array of something.
pub(super) fn is_likely(text: &[u8]) -> bool {
    let mut bytes = text.iter().filter(|b| !b.is_ascii_whitespace());
    match (bytes.next(), bytes.next()) {
        (Some(b'{'), Some(b'"' | b'}')) => true,
        (Some(b'['), Some(b'{' | b'"' | b'[' | b']')) => true,
        _ => false,
    }
}

/// The text with its secrets replaced, `None` where it holds none.
pub(super) fn redact(text: &[u8], depth: u8, counts: &mut Redactions) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    json::redact(text, depth, counts, &mut out);
    (out != text).then_some(out)
}

/// The bytes that the inside of a JSON string stands for (RFC 8259, section 7). Lenient: an escape that means nothing
/// stands for its letter, half a surrogate pair for its three bytes, so that [`encode`] can give it back.
pub(super) fn decode(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(rest.get(..at).unwrap_or_default());
        let escape = rest.get(at + 1).copied();
        rest = rest.get(at + 2..).unwrap_or_default();
        match escape {
            Some(b'n') => out.push(b'\n'),
            Some(b't') => out.push(b'\t'),
            Some(b'r') => out.push(b'\r'),
            Some(b'b') => out.push(8),
            Some(b'f') => out.push(12),
            Some(b'u') => rest = decode_unit(rest, &mut out),
            Some(other) => out.push(other),
            None => out.push(b'\\'),
        }
    }
    out.extend_from_slice(rest);
    out
}

fn hex4(text: &[u8]) -> Option<u32> {
    let digits = text.get(..4).filter(|d| d.iter().all(u8::is_ascii_hexdigit))?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Decodes what follows `\u`, with the second half of a pair; returns what is left.
fn decode_unit<'a>(rest: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    let Some(unit) = hex4(rest) else {
        out.push(b'u');
        return rest;
    };
    let rest = rest.get(4..).unwrap_or_default();
    let second = rest.strip_prefix(b"\\u").and_then(hex4).filter(|low| (0xdc00..0xe000).contains(low));
    let (code, rest) = match second {
        Some(low) if (0xd800..0xdc00).contains(&unit) => {
            (0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), rest.get(6..).unwrap_or_default())
        }
        _ => (unit, rest),
    };
    match char::from_u32(code) {
        Some(letter) => out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
        None => {
            let byte = |shift: u32, mask: u32| u8::try_from((code >> shift) & mask).unwrap_or_default();
            out.extend_from_slice(&[0xe0 | byte(12, 0x0f), 0x80 | byte(6, 0x3f), 0x80 | byte(0, 0x3f)]);
        }
    }
    rest
}

/// Writes bytes as the inside of a JSON string.
pub(super) fn encode(text: &[u8], out: &mut Vec<u8>) {
    let mut bytes = text.iter().copied().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            // Half a surrogate pair, as `decode` wrote it.
            0xed if text.get(at + 1).is_some_and(|b| *b >= 0xa0) => {
                let low = |i: usize| u32::from(text.get(at + i).copied().unwrap_or_default() & 0x3f);
                out.extend_from_slice(format!("\\u{:04x}", 0xd000 | (low(1) << 6) | low(2)).as_bytes());
                bytes.next();
                bytes.next();
            }
            _ => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_survive_decoding_and_encoding() {
        for (raw, bytes) in [
            ("a\\n\\u0041\\\"\\\\", &b"a\nA\"\\"[..]),
            ("\\ud83d\\ude00", "😀".as_bytes()),
            ("\\u00e9\\/", "é/".as_bytes()),
        ] {
            assert_eq!(decode(raw.as_bytes()), bytes);
        }
        let mut out = Vec::new();
        encode(&decode(b"\\ud83dx\\u0001"), &mut out);
        assert_eq!(out, b"\\ud83dx\\u0001");
        assert_eq!(decode(b"\\u12"), b"u12");
        assert_eq!(decode(b"\\"), b"\\");
    }
}

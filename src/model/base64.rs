//! Base64 as evidence carries it: whole JSON documents inside of JSON strings (RFC 4648, section 4).
//!
//! Attestations hold their statement so, scanners the config of the image they looked at. Nothing here knows what is in it.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The shortest text that [`may_hold_json`] looks at: what is shorter holds no document.
const SHORTEST: usize = 24;

/// True where a text may be an object of JSON in base64: it begins as `{` does. Two bytes are looked at, nothing is decoded.
pub fn may_hold_json(text: &[u8]) -> bool {
    text.len() >= SHORTEST && matches!(text, [b'e', b'w'..=b'z' | b'0'..=b'9' | b'+' | b'/', ..])
}

/// The bytes that a text stands for; padding may be left out, and line ends are passed over as in MIME. The alphabet for
/// URLs (section 5) counts too. `None` where the text is no base64.
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let body = text.trim_ascii_end();
    let padded = body.iter().rev().take_while(|b| **b == b'=').count();
    let body = body.get(..body.len() - padded.min(2))?;
    let mut out = Vec::with_capacity(body.len() / 4 * 3 + 2);
    let (mut held, mut bits) = (0u32, 0u32);
    for byte in body.iter().filter(|b| !matches!(b, b'\r' | b'\n')) {
        held = (held << 6) | u32::from(value(*byte)?);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    // A single letter more than whole bytes is no base64.
    (bits < 6).then_some(out)
}

/// Writes bytes as base64 with padding.
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let held = chunk.iter().fold(0u32, |n, b| (n << 8) | u32::from(*b)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = ALPHABET.get((held >> (18 - 6 * place) & 63) as usize).copied().unwrap_or(b'=');
            out.push(if place > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    out
}

fn value(letter: u8) -> Option<u8> {
    Some(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_vectors_of_the_standard() {
        // RFC 4648, section 10.
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(plain.as_bytes()), coded);
            assert_eq!(decode(coded.as_bytes()).as_deref(), Some(plain.as_bytes()));
            assert_eq!(decode(coded.trim_end_matches('=').as_bytes()).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(decode(b"Zm9v\r\nYmFy\n").as_deref(), Some(&b"foobar"[..]));
        assert_eq!(decode(b"_-8="), decode(b"/+8="));
        for bad in ["Z", "Zm9v!", "Zm9vY", "a b c", "===="] {
            assert_eq!(decode(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn objects_are_told_by_their_first_letters() {
        for json in ["{\"a\":1234567890123}", "{\n  \"a\": 1234567890}", "{}                 ", "{\t\"a\": 1234567890}"]
        {
            assert!(may_hold_json(encode(json.as_bytes()).as_bytes()), "{json}");
        }
        for other in ["everything-is-a-name-of-an-image", "eyJ", "registry.example/team/web:1.2.3"] {
            assert!(!may_hold_json(other.as_bytes()), "{other}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let coded = encode(&bytes);
            prop_assert_eq!(decode(coded.as_bytes()), Some(bytes));
        }

        #[test]
        fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
        }
    }
}

//! Identifiers: 128 random or derived bits, written as 32 hex digits and shown as the shortest unique prefix.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A 128-bit identifier.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id(pub [u8; 16]);

impl Id {
    /// An id derived from labelled parts, the same on every machine. Parts are length-prefixed, so no two
    /// different lists give the same input.
    pub fn derived(label: &str, parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in std::iter::once(&label).chain(parts) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let full: [u8; 32] = hash.finalize().into();
        let mut id = [0; 16];
        id.copy_from_slice(&full[..16]);
        Id(id)
    }

    /// Parses 32 hex digits.
    pub fn parse(text: &str) -> Option<Self> {
        Some(Id(unhex(text)?.try_into().ok()?))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl TryFrom<String> for Id {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Id::parse(&text).ok_or_else(|| "an id has 32 hex digits".to_owned())
    }
}

impl From<Id> for String {
    fn from(id: Id) -> String {
        id.to_string()
    }
}

/// Bytes as lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    hex_after("", bytes)
}

/// Bytes as lower-case hex behind a word: a hundred thousand digests are read at once where a graph is read.
pub(super) fn hex_after(word: &str, bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = Vec::with_capacity(word.len() + bytes.len() * 2);
    text.extend_from_slice(word.as_bytes());
    for byte in bytes {
        text.extend_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
    String::from_utf8(text).unwrap_or_default()
}

/// Bytes from hex of either case; `None` where it is not hex or of odd length.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
    if rest.is_empty() { bytes } else { None }
}

/// How many leading characters (six or more) tell `id` apart from every one of `others`.
pub fn unique_prefix<'a>(id: &str, others: impl Iterator<Item = &'a str>) -> usize {
    let shared = |other: &str| id.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let longest = others.filter(|other| *other != id).map(shared).max().unwrap_or(0);
    (longest + 1).max(6).min(id.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn derived_ids_are_fixed() {
        // The first half of SHA-256 over 00…01 "a" 00…01 "b", worked out with sha256sum.
        assert_eq!(Id::derived("a", &["b"]).to_string(), "3c9d591045bc8876f9d0399bbfb05c6a");
        assert_ne!(Id::derived("a", &["bc", ""]), Id::derived("a", &["b", "c"]));
        assert_ne!(Id::derived("a", &["b"]), Id::derived("ab", &[]));
    }

    #[test]
    fn hex_and_back() {
        assert_eq!(hex(&[0, 0x0f, 0xa5, 0xff]), "000fa5ff");
        assert_eq!(unhex("000FA5ff"), Some(vec![0, 0x0f, 0xa5, 0xff]));
        for bad in ["0", "0g", "+1", "é", "0x"] {
            assert_eq!(unhex(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_32_digits_are_an_id() {
        let text = "00112233445566778899aabbccddeeff";
        assert_eq!(Id::parse(text).unwrap().to_string(), text);
        assert_eq!(Id::parse(&text[1..]), None);
        assert_eq!(Id::parse(&format!("{text}00")), None);
        assert!(serde_json::from_str::<Id>("\"00\"").is_err());
    }

    #[test]
    fn prefixes_tell_apart() {
        let ids = ["abcdef01", "abcdef02", "12345678"];
        assert_eq!(unique_prefix(ids[0], ids.into_iter()), 8);
        assert_eq!(unique_prefix(ids[2], ids.into_iter()), 6);
        assert_eq!(unique_prefix("abc", ["abd"].into_iter()), 3);
        assert_eq!(unique_prefix("abcdef01", std::iter::empty()), 6);
    }

    proptest! {
        #[test]
        fn round_trips(bytes in any::<[u8; 16]>()) {
            prop_assert_eq!(Id::parse(&Id(bytes).to_string()), Some(Id(bytes)));
        }

        #[test]
        fn never_panics(text in ".{0,40}") {
            let _ = (unhex(&text), Id::parse(&text));
        }
    }
}

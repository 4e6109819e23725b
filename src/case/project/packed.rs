//! Layers and history as they are stored: bytes, not text, for there are fifteen layers an image and most are of others too.

use crate::model::digest::Digest;
use crate::model::id::unhex;

/// All layers are SHA-256: 32 bytes each.
const SHA256: u8 = 0;
/// Some are not: their texts, a line each.
const TEXTS: u8 = 1;

/// Layers as bytes; the same for the same layers, different for others.
pub(in crate::case) fn layers(layers: &[Digest]) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 + 32 * layers.len());
    out.push(SHA256);
    if layers.iter().all(|layer| push_sha256(layer, &mut out)) {
        return out;
    }
    let texts: Vec<&str> = layers.iter().map(Digest::as_str).collect();
    out.clear();
    out.push(TEXTS);
    out.extend_from_slice(texts.join("\n").as_bytes());
    out
}

fn push_sha256(layer: &Digest, out: &mut Vec<u8>) -> bool {
    let Some(digits) = layer.as_str().strip_prefix("sha256:") else { return false };
    out.extend(unhex(digits).unwrap_or_default());
    true
}

/// Each layer's own bytes, for whoever looks the same layer up again and again; `None` where they were not written here.
pub(in crate::case) fn each(packed: &[u8]) -> Option<Vec<&[u8]>> {
    match packed.split_first()? {
        (&SHA256, rest) => rest.len().is_multiple_of(32).then(|| rest.chunks_exact(32).collect()),
        (&TEXTS, rest) => Some(rest.split(|byte| *byte == b'\n').collect()),
        _ => None,
    }
}

/// A layer of its own bytes.
pub(in crate::case) fn layer(bytes: &[u8]) -> Option<Digest> {
    match <&[u8; 32]>::try_from(bytes) {
        Ok(raw) => Some(Digest::from_sha256(raw)),
        Err(_) => Digest::parse(std::str::from_utf8(bytes).ok()?).ok(),
    }
}

/// Words of history as bytes; empty where one is no word of 16 hex digits.
pub(in crate::case) fn history(words: &[String]) -> Vec<u8> {
    let number = |word: &String| (word.len() == 16).then(|| u64::from_str_radix(word, 16).ok()).flatten();
    let numbers: Option<Vec<u64>> = words.iter().map(number).collect();
    numbers.unwrap_or_default().into_iter().flat_map(u64::to_be_bytes).collect()
}

/// The words again, as numbers: equal for equal entries.
pub(in crate::case) fn entries(packed: &[u8]) -> Vec<u64> {
    packed.chunks_exact(8).map(|word| word.iter().fold(0, |n, byte| n << 8 | u64::from(*byte))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unpacked(packed: &[u8]) -> Option<Vec<Digest>> {
        each(packed)?.into_iter().map(layer).collect()
    }

    #[test]
    fn layers_of_every_algorithm_come_back() {
        let short = Digest::of(b"a");
        let long = Digest::parse(&format!("sha512:{}", "ab".repeat(64))).unwrap();
        for all in [vec![], vec![short.clone(), Digest::of(b"b")], vec![short.clone(), long.clone()], vec![long]] {
            assert_eq!(unpacked(&layers(&all)), Some(all));
        }
        assert_eq!(layers(&[short]).len(), 33);
    }

    #[test]
    fn what_was_not_written_here_is_nothing() {
        for bytes in [&[][..], &[0, 1], &[7], &[1, b'x']] {
            assert_eq!(unpacked(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn words_come_back_and_no_other_text_does() {
        let written = ["00ff00ff00ff00ff".to_owned(), "ffffffffffffffff".to_owned()];
        assert_eq!(entries(&history(&written)), [0x00ff_00ff_00ff_00ff, u64::MAX]);
        assert!(history(&["short".to_owned()]).is_empty() && history(&["zz".repeat(8)]).is_empty());
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_would_be_written(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Some(read) = unpacked(&bytes) {
                prop_assert_eq!(unpacked(&layers(&read)), Some(read));
            } else {
                prop_assert!(entries(&bytes).len() <= bytes.len());
            }
        }
    }
}

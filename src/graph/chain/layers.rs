//! Layers as dense numbers, so that a hundred thousand chains stay small.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use crate::model::digest::Digest;

/// The number of a layer, given by [`Layers::number`].
pub type LayerId = u32;

/// Every layer once. Digests of SHA-256, which is all that is seen in practice, are kept as 32 bytes.
#[derive(Debug, Clone, Default)]
pub(in crate::graph) struct Layers {
    keys: Vec<[u8; 32]>,
    numbers: HashMap<[u8; 32], LayerId>,
    /// Digests of other algorithms, by number.
    others: HashMap<LayerId, Digest>,
}

impl Layers {
    /// The number of a layer, a new one where it was not seen before.
    pub(in crate::graph) fn number(&mut self, digest: &Digest) -> LayerId {
        let key = key(digest);
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let number = self.keys.len() as LayerId;
        self.keys.push(key);
        self.numbers.insert(key, number);
        if !is_sha256(digest) {
            self.others.insert(number, digest.clone());
        }
        number
    }

    /// The number of a layer that some chain has.
    pub(in crate::graph) fn find(&self, digest: &Digest) -> Option<LayerId> {
        let key = key(digest);
        if self.numbers.is_empty() {
            // Layers that were read back: few are ever looked for, and telling all their places apart takes longer.
            return self.keys.iter().position(|known| *known == key).map(|at| at as LayerId);
        }
        self.numbers.get(&key).copied()
    }

    /// How many there are.
    pub(in crate::graph) fn len(&self) -> usize {
        self.keys.len()
    }

    /// All keys by number, and digests that are not their keys, by number.
    pub(in crate::graph) fn parts(&self) -> (&[[u8; 32]], Vec<(LayerId, &Digest)>) {
        let mut others: Vec<(LayerId, &Digest)> = self.others.iter().map(|(number, of)| (*number, of)).collect();
        others.sort_unstable();
        (&self.keys, others)
    }

    /// The layers of such parts.
    pub(in crate::graph) fn of_parts(keys: Vec<[u8; 32]>, others: HashMap<LayerId, Digest>) -> Layers {
        Layers { keys, numbers: HashMap::new(), others }
    }

    /// The digest of a number.
    pub(in crate::graph) fn digest(&self, number: LayerId) -> Option<Digest> {
        let other = self.others.get(&number).cloned();
        other.or_else(|| self.keys.get(number as usize).map(Digest::from_sha256))
    }
}

fn is_sha256(digest: &Digest) -> bool {
    digest.as_str().starts_with("sha256:")
}

/// 32 bytes that stand for a digest: its own for SHA-256, a hash over its text for others.
pub(in crate::graph) fn key(digest: &Digest) -> [u8; 32] {
    let mut key = [0; 32];
    if is_sha256(digest) {
        for (byte, pair) in key.iter_mut().zip(digest.hex().as_bytes().chunks_exact(2)) {
            *byte = pair.iter().fold(0, |high, digit| high << 4 | nibble(*digit));
        }
    } else {
        key = Sha256::digest(digest.as_str()).into();
    }
    key
}

/// The value of a lower-case hex digit.
fn nibble(digit: u8) -> u8 {
    if digit.is_ascii_digit() { digit - b'0' } else { digit.wrapping_sub(b'a' - 10) & 15 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_has_one_number_and_comes_back() {
        let mut layers = Layers::default();
        let sha512 = Digest::parse(&format!("sha512:{}", "ab".repeat(64))).unwrap();
        let all = [Digest::of(b"a"), Digest::of(b"b"), sha512, Digest::of(b"a")];
        let numbers: Vec<_> = all.iter().map(|digest| layers.number(digest)).collect();
        assert_eq!(numbers, [0, 1, 2, 0]);
        for (digest, number) in all.iter().zip(numbers) {
            assert_eq!(layers.digest(number).as_ref(), Some(digest));
            assert_eq!(layers.find(digest), Some(number));
        }
        assert_eq!((layers.digest(3), layers.find(&Digest::of(b"c"))), (None, None));
        let (keys, others) = layers.parts();
        let others = others.into_iter().map(|(number, digest)| (number, digest.clone())).collect();
        let again = Layers::of_parts(keys.to_vec(), others);
        assert!(all.iter().all(|digest| again.find(digest) == layers.find(digest)));
        assert_eq!((again.len(), again.digest(2), again.find(&Digest::of(b"c"))), (3, layers.digest(2), None));
    }

    #[test]
    fn a_key_is_the_digest_itself() {
        let raw: [u8; 32] = std::array::from_fn(|at| (at * 9) as u8);
        assert_eq!(key(&Digest::from_sha256(&raw)), raw);
    }
}

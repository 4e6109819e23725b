//! How many different users or hosts there were: exact while they are few, then an estimate of known error.
//!
//! What is kept are the smallest hashes (K minimum values; Bar-Yossef and others, "Counting distinct elements in a data
//! stream", 2002). Two sets are joined without counting anything twice, and what comes out depends neither on the order of
//! the records nor on how they were cut into pieces.

use serde::{Deserialize, Serialize};

use crate::model::base64;

/// Hashes that are kept of one set at most: up to here a count is exact, beyond it its standard error is 3.1 %.
pub const MOST: usize = 1024;
/// The fewest that are kept where there are very many sets: 12.7 %.
pub const FEWEST: usize = 64;

/// A set of texts, by the smallest of their hashes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Distinct {
    /// Sorted, each once.
    hashes: Vec<u64>,
    /// Larger ones were dropped.
    dropped: bool,
}

/// How many there were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    /// The number, or its estimate.
    pub number: u64,
    /// The standard error in thousandths of the number; 0 for an exact one.
    pub error: u64,
}

/// The hash of a text: FNV-1a (64 bits) with the last step of MurmurHash3, so that it is spread over all numbers. It is
/// stored, so it must never change.
pub fn hash(text: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

impl Distinct {
    /// Adds the hash of a text; true where one more is kept.
    pub fn add(&mut self, hash: u64, most: usize) -> bool {
        let full = self.hashes.len() >= most;
        if full && self.hashes.last().is_some_and(|last| hash > *last) {
            self.dropped = true;
            return false;
        }
        let Err(at) = self.hashes.binary_search(&hash) else { return false };
        if full {
            // Before the other comes in: a set that is full never takes more memory.
            self.hashes.pop();
            self.dropped = true;
        }
        self.hashes.insert(at.min(self.hashes.len()), hash);
        !full
    }

    /// Adds another set; how many more are kept.
    pub fn merge(&mut self, other: &Distinct, most: usize) -> usize {
        let before = self.hashes.len();
        // Beyond the largest hash of a set that dropped some, nothing is known of it.
        let known = |set: &Distinct| set.hashes.last().copied().filter(|_| set.dropped);
        let least = known(self).into_iter().chain(known(other)).min();
        self.dropped |= other.dropped;
        for hash in &other.hashes {
            self.add(*hash, most);
        }
        if let Some(least) = least {
            let known = self.hashes.partition_point(|hash| *hash <= least);
            self.hashes.truncate(known);
        }
        self.hashes.len().saturating_sub(before)
    }

    /// Keeps fewer.
    pub fn cut(&mut self, most: usize) {
        if self.hashes.len() > most {
            self.hashes.truncate(most);
            self.hashes.shrink_to_fit();
            self.dropped = true;
        }
    }

    /// Hashes kept.
    pub fn kept(&self) -> usize {
        self.hashes.len()
    }

    /// How many texts there were.
    pub fn count(&self) -> Count {
        let kept = self.hashes.len() as u64;
        match self.hashes.last().filter(|_| self.dropped && kept > 2) {
            None => Count { number: kept, error: 0 },
            Some(largest) => {
                // Where K hashes lie below the largest kept, so many lie in all.
                let all = u128::from(kept - 1) * (u128::from(u64::MAX) + 1) / u128::from((*largest).max(1));
                let error = 1_000 / (kept - 2).isqrt().max(1);
                Count { number: u64::try_from(all).unwrap_or(u64::MAX), error }
            }
        }
    }

    /// The set as bytes, for a column: whether some were dropped, then each hash.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = vec![u8::from(self.dropped)];
        out.extend(self.hashes.iter().flat_map(|hash| hash.to_be_bytes()));
        out
    }

    /// The set of such bytes; whatever they are, a set comes out that was sorted.
    pub fn of_bytes(bytes: &[u8]) -> Distinct {
        let (dropped, rest) = bytes.split_first().map_or((false, bytes), |(first, rest)| (*first != 0, rest));
        let mut hashes: Vec<u64> =
            rest.chunks_exact(8).map(|hash| hash.iter().fold(0, |n, b| n << 8 | u64::from(*b))).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.truncate(MOST);
        Distinct { hashes, dropped }
    }
}

impl From<Distinct> for String {
    fn from(set: Distinct) -> String {
        base64::encode(&set.bytes())
    }
}

impl TryFrom<String> for Distinct {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Distinct, Self::Error> {
        base64::decode(text.as_bytes()).map(|bytes| Distinct::of_bytes(&bytes)).ok_or("a set that is no base64")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(texts: std::ops::Range<u32>, most: usize) -> Distinct {
        let mut set = Distinct::default();
        for n in texts {
            set.add(hash(format!("user-{n}").as_bytes()), most);
        }
        set
    }

    #[test]
    fn the_stored_hash_never_changes() {
        assert_eq!(hash(b""), 0xefd0_1f60_ba99_2926);
        assert_ne!(hash(b"ab"), hash(b"ba"));
    }

    #[test]
    fn few_are_exact_and_many_are_near() {
        assert_eq!(set(0..1024, MOST).count(), Count { number: 1024, error: 0 });
        for (number, most) in [(1_025, MOST), (10_000, MOST), (200_000, MOST), (5_000, 256)] {
            let count = set(0..number, most).count();
            let off = count.number.abs_diff(u64::from(number)) * 1_000 / u64::from(number);
            assert!(count.error > 0 && off <= 4 * count.error, "{number}: {count:?}");
        }
    }

    proptest! {
        #[test]
        fn order_and_pieces_do_not_matter(
            texts in proptest::collection::vec(0u32..400, 0..600), cut in 0usize..600, most in 8usize..64
        ) {
            let of = |texts: &[u32]| {
                let mut set = Distinct::default();
                texts.iter().for_each(|n| { set.add(hash(&n.to_be_bytes()), most); });
                set
            };
            let (a, b) = texts.split_at(cut.min(texts.len()));
            let (mut one, mut other) = (of(a), of(b));
            one.merge(&of(b), most);
            other.merge(&of(a), most);
            prop_assert_eq!(&one, &other);
            prop_assert_eq!(&one, &of(&texts));
            prop_assert_eq!(Distinct::of_bytes(&one.bytes()), one.clone());
            let text = serde_json::to_string(&one).unwrap();
            prop_assert_eq!(serde_json::from_str::<Distinct>(&text).unwrap(), one);
        }

        #[test]
        fn fewer_from_the_beginning_is_fewer_at_the_end(texts in proptest::collection::vec(0u32..400, 0..300)) {
            let of = |most| {
                let mut set = Distinct::default();
                texts.iter().for_each(|n| { set.add(hash(&n.to_be_bytes()), most); });
                set
            };
            let mut late = of(64);
            late.cut(16);
            prop_assert_eq!(late, of(16));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = Distinct::of_bytes(&bytes).count();
        }
    }
}

//! How many records fell into each stretch of time: buckets of one width, only those that have any.
//!
//! A year of hours takes some 20 KB in a log that never rests. A bucket tells that something happened between its begin and
//! its end, never when within: what needs to be more exact opens the evidence.

use serde::{Deserialize, Serialize};

use crate::model::base64;
use crate::model::time::Micros;

/// Late records that are held before they are put into their places.
const LATE: usize = 1_024;

/// Counts by bucket. Indexes count widths since 1970; what is earlier falls into the first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Buckets {
    /// For each bucket in order: the step from the one before and the count, both as variable-length numbers. Without `last`.
    packed: Vec<u8>,
    packed_last: u64,
    entries: usize,
    last: Option<(u64, u64)>,
    /// Earlier than `last`, in no order.
    late: Vec<(u64, u64)>,
}

impl Buckets {
    /// Adds records to a bucket.
    pub fn add(&mut self, index: u64, count: u64) {
        match &mut self.last {
            Some((last, counted)) if *last == index => *counted += count,
            Some((last, _)) if *last > index => {
                self.late.push((index, count));
                if self.late.len() >= LATE {
                    self.settle();
                }
            }
            _ => {
                self.pack_last();
                self.last = Some((index, count));
                self.entries += 1;
            }
        }
    }

    /// Adds all of another, of the same width.
    pub fn merge(&mut self, other: &Buckets) {
        other.each(|index, count| self.add(index, count));
    }

    /// Buckets that have records; late ones may be counted twice until they are settled.
    pub fn len(&self) -> usize {
        self.entries + self.late.len()
    }

    /// True where nothing was added.
    pub fn is_empty(&self) -> bool {
        self.last.is_none()
    }

    /// Puts late records into their places.
    pub fn settle(&mut self) {
        if !self.late.is_empty() {
            *self = Buckets::of(self.all());
        }
    }

    /// Makes every two neighbours one: buckets are twice as wide then.
    pub fn widen(&mut self) {
        *self = Buckets::of(self.all().into_iter().map(|(index, count)| (index / 2, count)).collect());
    }

    /// All buckets in order, each once.
    pub fn all(&self) -> Vec<(u64, u64)> {
        let mut all = Vec::with_capacity(self.len());
        self.each(|index, count| all.push((index, count)));
        all.sort_unstable();
        all.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
        all
    }

    fn of(all: Vec<(u64, u64)>) -> Buckets {
        let mut buckets = Buckets::default();
        for (index, count) in all {
            buckets.add(index, count);
        }
        buckets
    }

    fn each(&self, mut take: impl FnMut(u64, u64)) {
        unpack(&self.packed, &mut take);
        self.last.iter().chain(&self.late).for_each(|(index, count)| take(*index, *count));
    }

    fn pack_last(&mut self) {
        if let Some((index, count)) = self.last.take() {
            push(index.saturating_sub(self.packed_last), &mut self.packed);
            push(count, &mut self.packed);
            self.packed_last = index;
        }
    }
}

/// Buckets as they are stored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Packed(pub Vec<u8>);

impl Packed {
    /// Of counts.
    pub fn of(buckets: &Buckets) -> Packed {
        let mut settled = buckets.clone();
        settled.settle();
        settled.pack_last();
        Packed(settled.packed)
    }

    /// Each bucket with its first and last moment and its count. `width` is in seconds, `moved` in microseconds: what was
    /// taken out of the times for the clock's error.
    pub fn each(&self, width: u64, moved: i64, mut take: impl FnMut(Micros, Micros, u64)) {
        let width = i64::try_from(width.max(1)).unwrap_or(i64::MAX).saturating_mul(1_000_000);
        unpack(&self.0, &mut |index, count| {
            let from = i64::try_from(index).unwrap_or(i64::MAX).saturating_mul(width).saturating_add(moved);
            take(Micros(from), Micros(from.saturating_add(width - 1)), count);
        });
    }
}

impl From<Packed> for String {
    fn from(packed: Packed) -> String {
        base64::encode(&packed.0)
    }
}

impl TryFrom<String> for Packed {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Packed, Self::Error> {
        base64::decode(text.as_bytes()).map(Packed).ok_or("buckets that are no base64")
    }
}

/// The bucket of a moment.
pub fn index(at: Micros, width: u64) -> u64 {
    u64::try_from(at.0).unwrap_or(0) / width.max(1).saturating_mul(1_000_000)
}

/// A number in groups of seven bits, the low ones first (LEB128).
fn push(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push((number as u8) | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn unpack(bytes: &[u8], take: &mut impl FnMut(u64, u64)) {
    let mut rest = bytes.iter();
    let mut index = 0_u64;
    while let (Some(step), Some(count)) = (number(&mut rest), number(&mut rest)) {
        index = index.saturating_add(step);
        take(index, count);
    }
}

fn number(bytes: &mut std::slice::Iter<'_, u8>) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.next()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const HOUR: u64 = 3_600;

    #[test]
    fn moments_fall_into_hours() {
        let at = Micros::parse_rfc3339("2026-03-17T02:59:59.999999Z").unwrap();
        let mut buckets = Buckets::default();
        buckets.add(index(at, HOUR), 1);
        buckets.add(index(Micros(at.0 + 1), HOUR), 2);
        buckets.add(index(at, HOUR), 1);
        let mut seen = Vec::new();
        Packed::of(&buckets).each(HOUR, 0, |from, to, count| seen.push(format!("{from} {to} {count}")));
        assert_eq!(
            seen,
            [
                "2026-03-17T02:00:00Z 2026-03-17T02:59:59.999999Z 2",
                "2026-03-17T03:00:00Z 2026-03-17T03:59:59.999999Z 2"
            ]
        );
        assert_eq!(index(Micros(-5), HOUR), 0);
    }

    proptest! {
        #[test]
        fn counts_are_kept_in_any_order(
            records in proptest::collection::vec((0u64..5_000, 1u64..300), 0..3_000), cut in 0usize..3_000
        ) {
            let mut wanted: BTreeMap<u64, u64> = BTreeMap::new();
            for (index, count) in &records {
                *wanted.entry(*index).or_default() += count;
            }
            let fill = |records: &[(u64, u64)]| {
                let mut buckets = Buckets::default();
                records.iter().for_each(|(index, count)| buckets.add(*index, *count));
                buckets
            };
            let (a, b) = records.split_at(cut.min(records.len()));
            let mut joined = fill(a);
            joined.merge(&fill(b));
            let wanted: Vec<(u64, u64)> = wanted.into_iter().collect();
            prop_assert_eq!(&joined.all(), &wanted);
            prop_assert_eq!(Packed::of(&joined), Packed::of(&fill(&records)));
            joined.settle();
            prop_assert_eq!(joined.len(), wanted.len());
            let mut read = Vec::new();
            unpack(&Packed::of(&joined).0, &mut |index, count| read.push((index, count)));
            prop_assert_eq!(read, wanted);
        }

        #[test]
        fn widening_keeps_every_record(records in proptest::collection::vec((0u64..500, 1u64..9), 0..200)) {
            let mut buckets = Buckets::default();
            records.iter().for_each(|(index, count)| buckets.add(*index, *count));
            let sum = |buckets: &Buckets| buckets.all().iter().map(|(_, count)| count).sum::<u64>();
            let before = sum(&buckets);
            buckets.widen();
            prop_assert_eq!(sum(&buckets), before);
            prop_assert!(buckets.all().iter().all(|(index, _)| *index < 250));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100), width in any::<u64>()) {
            Packed(bytes).each(width, i64::MAX, |_, _, _| {});
        }
    }
}

//! Rows of numbers as text: column by column, each number as its difference from the one above, in as few bytes as it takes,
//! all of it in base64. Five thousand findings then take some forty kilobytes instead of three hundred.

use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer, Serializer};

use crate::model::base64;

/// Most rows that are read back from one text.
const MOST_ROWS: u64 = 5_000_000;

/// Packs rows.
pub fn pack<const N: usize>(rows: &[[u64; N]]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() * N + 10);
    push(rows.len() as u64, &mut out);
    for column in 0..N {
        let mut above = 0_u64;
        for row in rows {
            let number = row.get(column).copied().unwrap_or(0);
            // The sign moves into the lowest bit, so that small steps down are small numbers too.
            let step = number.wrapping_sub(above) as i64;
            push(((step << 1) ^ (step >> 63)) as u64, &mut out);
            above = number;
        }
    }
    out
}

/// Unpacks rows; `None` for what was not packed so.
pub fn unpack<const N: usize>(bytes: &[u8]) -> Option<Vec<[u64; N]>> {
    let mut rest = bytes;
    let count = take(&mut rest)?;
    // Every number takes a byte at least.
    if count > MOST_ROWS || count.checked_mul(N as u64)? > rest.len() as u64 {
        return None;
    }
    let mut rows = vec![[0; N]; usize::try_from(count).ok()?];
    for column in 0..N {
        let mut above = 0_u64;
        for row in &mut rows {
            let step = take(&mut rest)?;
            above = above.wrapping_add(((step >> 1) as i64 ^ -((step & 1) as i64)) as u64);
            *row.get_mut(column)? = above;
        }
    }
    rest.is_empty().then_some(rows)
}

fn push(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[inline]
fn take(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// A row of a fixed number of columns.
pub trait Columns<const N: usize>: Sized {
    /// As numbers.
    fn numbers(&self) -> [u64; N];
    /// From numbers.
    fn of(numbers: [u64; N]) -> Self;
}

/// Writes rows as one text.
pub fn serialize<S: Serializer, R: Columns<N>, const N: usize>(rows: &[R], to: S) -> Result<S::Ok, S::Error> {
    let rows: Vec<[u64; N]> = rows.iter().map(Columns::numbers).collect();
    to.serialize_str(&base64::encode(&pack(&rows)))
}

/// Reads them back.
pub fn deserialize<'de, D: Deserializer<'de>, R: Columns<N>, const N: usize>(from: D) -> Result<Vec<R>, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
    let bytes = base64::decode(text.as_bytes()).ok_or_else(|| D::Error::custom("rows that are no base64"))?;
    let rows = unpack::<N>(&bytes).ok_or_else(|| D::Error::custom("rows that are no columns of numbers"))?;
    Ok(rows.into_iter().map(R::of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_come_back(rows in prop::collection::vec(any::<[u64; 3]>(), 0..50)) {
            prop_assert_eq!(unpack::<3>(&pack(&rows)), Some(rows));
        }

        #[test]
        fn other_bytes_are_refused_or_rows(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = unpack::<4>(&bytes);
        }
    }

    #[test]
    fn neighbours_are_small_and_hostile_counts_take_no_memory() {
        let rows: Vec<[u64; 2]> = (0..1000).map(|n| [n, 1_000_000 + n * 20]).collect();
        assert!(pack(&rows).len() < 2_020);
        let mut bomb = Vec::new();
        push(4_000_000, &mut bomb);
        assert_eq!(unpack::<2>(&bomb), None);
    }
}

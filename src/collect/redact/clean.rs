//! Texts that were looked through and hold nothing to replace. Scan reports say the same few thousand descriptions, vectors and
//! package URLs millions of times: looking through each once saves most of the work of storing them.
//!
//! Owns the memory alone: what is looked for never depends on it. A text is remembered by a keyed hash, with a key that no two
//! threads share and nobody can know, so that no text can be made to pass for another one. Never keeps a text.

use std::cell::RefCell;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

/// Places in the memory of a thread: 512 KiB.
const PLACES: usize = 1 << 16;
/// Shorter texts are looked through sooner than they are found here; longer ones are said once.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=16_384;

/// What one thread remembers.
struct Memory {
    key: RandomState,
    /// The hash of a text at each place; 0 for none.
    seen: Vec<u64>,
}

thread_local! {
    static MEMORY: RefCell<Option<Memory>> = const { RefCell::new(None) };
}

/// The hash that a text is remembered by; none for one that is not worth it. `depth` says how many texts it stands in, which
/// bears on what is looked for.
pub(super) fn hash(text: &[u8], depth: u8) -> Option<u64> {
    LENGTHS.contains(&text.len()).then(|| keyed(text, depth))
}

/// The same of the cell of a table below a header that tells nothing: a log says the same users and hosts again and again,
/// and they are short.
pub(super) fn cell_hash(cell: &[u8]) -> Option<u64> {
    (cell.len() <= *LENGTHS.end()).then(|| keyed(cell, CELL))
}

/// Stands for the depth of a cell. No text stands that deep.
const CELL: u8 = u8::MAX;

fn keyed(text: &[u8], depth: u8) -> u64 {
    MEMORY.with_borrow_mut(|memory| {
        let memory = memory.get_or_insert_with(|| Memory { key: RandomState::new(), seen: vec![0; PLACES] });
        memory.key.hash_one((text, depth)).max(1)
    })
}

/// True where the text of this hash was looked through before.
pub(super) fn knows(hash: u64) -> bool {
    let (first, second) = places(hash);
    MEMORY.with_borrow(|memory| {
        let Some(memory) = memory else { return false };
        [first, second].into_iter().any(|place| memory.seen.get(place) == Some(&hash))
    })
}

/// Remembers that the text of this hash holds nothing to replace. Of two places it takes the first; what stood there goes to
/// the second.
pub(super) fn remember(hash: u64) {
    let (first, second) = places(hash);
    MEMORY.with_borrow_mut(|memory| {
        let Some(memory) = memory else { return };
        let older = memory.seen.get_mut(first).map(|place| std::mem::replace(place, hash));
        if let (Some(older), Some(place)) = (older, memory.seen.get_mut(second)) {
            *place = older;
        }
    });
}

fn places(hash: u64) -> (usize, usize) {
    let first = usize::try_from(hash).unwrap_or(0) & (PLACES - 1);
    (first, first ^ 1)
}

#[cfg(test)]
mod tests {
    use super::super::redact_text;
    use super::*;

    #[test]
    fn a_text_is_known_once_it_was_remembered_and_no_other_is() {
        let text = b"a crafted input may crash the parser";
        let own = hash(text, 0).unwrap();
        assert!(!knows(own));
        remember(own);
        assert!(knows(own));
        assert_eq!(hash(text, 0), Some(own));
        assert_ne!(hash(text, 1), Some(own), "a text inside of a text is another one");
        assert_eq!((hash(b"short", 0), hash(&[b'x'; 20_000], 0)), (None, None));
    }

    #[test]
    fn what_holds_a_secret_is_found_however_often_it_is_said() {
        let clean = "docker run the image of the team, then look at what it writes";
        let telling = "docker run -e TOKEN=abcdef0123 the image of the team, then look";
        for _ in 0..3 {
            assert_eq!(redact_text(clean), clean);
            assert_eq!(redact_text(telling), telling.replace("abcdef0123", super::super::MARK));
        }
    }
}

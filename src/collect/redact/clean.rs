//! Texts that were looked through and hold nothing to replace. Scan reports say the same few thousand descriptions, vectors and
//! package URLs millions of times: looking through each once saves most of the work of storing them.
//!
//! Owns the memory alone: what is looked for never depends on it. A text is remembered by a keyed hash, with a key that no two
//! threads share and nobody can know, so that no text can be made to pass for another one. Never keeps a text.

use std::cell::RefCell;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

/// Places in the memory of a thread at first: 512 KiB.
const PLACES: usize = 1 << 16;
/// The most it grows to where more is said again and again than it has places for: 8 MiB.
const MOST_PLACES: usize = 1 << 20;
/// It grows by this.
const STEP: usize = 4;
/// Shorter texts are looked through sooner than they are found here; longer ones are said once.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=16_384;

/// What one thread remembers.
struct Memory {
    key: RandomState,
    /// The hash of a text at each place; 0 for none.
    seen: Vec<u64>,
    /// Texts that were known, and those that were not, since it grew.
    known: usize,
    new: usize,
}

impl Memory {
    fn new() -> Memory {
        Memory { key: RandomState::new(), seen: vec![0; PLACES], known: 0, new: 0 }
    }

    /// The two places of a hash.
    fn places(&self, hash: u64) -> (usize, usize) {
        let first = usize::try_from(hash).unwrap_or(0) & (self.seen.len() - 1);
        (first, first ^ 1)
    }

    fn knows(&mut self, hash: u64) -> bool {
        let (first, second) = self.places(hash);
        let known = [first, second].into_iter().any(|place| self.seen.get(place) == Some(&hash));
        self.known += usize::from(known);
        known
    }

    /// Of two places a hash takes the first; what stood there goes to the second.
    fn remember(&mut self, hash: u64) {
        self.new += 1;
        if self.new > self.seen.len() && self.seen.len() < MOST_PLACES {
            self.grow();
        }
        let (first, second) = self.places(hash);
        let older = self.seen.get_mut(first).map(|place| std::mem::replace(place, hash));
        if let (Some(older), Some(place)) = (older, self.seen.get_mut(second)) {
            *place = older;
        }
    }

    /// All places were taken once: more of them are worth their bytes only where something is said again. What is said again
    /// after more than there is room for is not known yet, so little of it is enough.
    fn grow(&mut self) {
        let is_worth_it = self.known > self.new / 8;
        (self.known, self.new) = (0, 0);
        if !is_worth_it {
            return;
        }
        let larger = vec![0; self.seen.len() * STEP];
        for hash in std::mem::replace(&mut self.seen, larger) {
            let (place, _) = self.places(hash);
            if let Some(place) = self.seen.get_mut(place).filter(|_| hash != 0) {
                *place = hash;
            }
        }
    }
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
        let memory = memory.get_or_insert_with(Memory::new);
        memory.key.hash_one((text, depth)).max(1)
    })
}

/// True where the text of this hash was looked through before.
pub(super) fn knows(hash: u64) -> bool {
    MEMORY.with_borrow_mut(|memory| memory.as_mut().is_some_and(|memory| memory.knows(hash)))
}

/// Remembers that the text of this hash holds nothing to replace.
pub(super) fn remember(hash: u64) {
    MEMORY.with_borrow_mut(|memory| memory.iter_mut().for_each(|memory| memory.remember(hash)));
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
    fn it_grows_where_much_is_said_again_and_forgets_nothing_by_it() {
        let said = |memory: &mut Memory, number: u64| {
            let hash = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let known = memory.knows(hash);
            if !known {
                memory.remember(hash);
            }
            known
        };
        let (mut once, mut again) = (Memory::new(), Memory::new());
        for number in 0..2 * PLACES as u64 {
            said(&mut once, number);
            said(&mut again, number / 2);
        }
        for number in PLACES as u64..2 * PLACES as u64 {
            said(&mut again, number);
            assert!(said(&mut again, number), "what was said just now is known");
        }
        assert_eq!((once.seen.len(), again.seen.len()), (PLACES, PLACES * STEP));
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

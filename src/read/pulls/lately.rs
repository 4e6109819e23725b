//! What the sums of a log remember only to save looking twice: they come to the same with it and without, so it bears on no
//! comparison of two sums.

use std::collections::HashMap;

/// Which image is meant by the cells of a table that was met before, and by what was done with it.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells {
    header: String,
    /// By the cells' text: the number of the image, or why it has none.
    pub known: HashMap<Box<str>, Result<usize, &'static str>>,
}

impl Cells {
    /// What comes next stands under this header; what another one's cells meant is forgotten.
    pub fn are_under(&mut self, header: &str) {
        if self.header != header {
            *self = Cells { header: header.to_owned(), known: HashMap::new() };
        }
    }
}

/// It only saves looking twice: sums are the same with it and without.
impl PartialEq for Cells {
    fn eq(&self, _: &Cells) -> bool {
        true
    }
}

impl Eq for Cells {}

/// Hashes that were added to a set lately, each at its place: adding them again would change nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Lately(Vec<u64>);

impl Lately {
    const PLACES: usize = 1 << 12;

    /// True where it is to be added.
    pub fn is_new(&mut self, hash: u64) -> bool {
        if self.0.is_empty() {
            self.0 = vec![0; Self::PLACES];
        }
        let place = usize::try_from(hash >> 52).unwrap_or(0) % Self::PLACES;
        self.0.get_mut(place).is_none_or(|known| std::mem::replace(known, hash) != hash)
    }
}

/// As of [`Cells`].
impl PartialEq for Lately {
    fn eq(&self, _: &Lately) -> bool {
        true
    }
}

impl Eq for Lately {}

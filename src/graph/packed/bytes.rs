//! Columns of numbers and texts as bytes.
//!
//! Owns the form alone: little-endian, each column behind its length. Whatever bytes are read, nothing is taken that is not
//! there, and no more is asked of memory than the bytes themselves hold.

/// Puts columns one after the other.
#[derive(Debug, Clone, Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// Nothing so far.
    pub fn new() -> Writer {
        Writer::default()
    }

    /// All that was put.
    pub fn end(self) -> Vec<u8> {
        self.0
    }

    /// One number.
    pub fn number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    /// Bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    /// Small numbers.
    pub fn words(&mut self, words: impl ExactSizeIterator<Item = u32>) {
        self.number(words.len() as u64);
        self.0.reserve(words.len() * 4);
        words.for_each(|word| self.0.extend_from_slice(&word.to_le_bytes()));
    }

    /// Large numbers.
    pub fn longs(&mut self, longs: impl ExactSizeIterator<Item = u64>) {
        self.number(longs.len() as u64);
        self.0.reserve(longs.len() * 8);
        longs.for_each(|long| self.0.extend_from_slice(&long.to_le_bytes()));
    }

    /// Lists of bytes, texts among them: where each ends, then all of them.
    pub fn lists<T: AsRef<[u8]>>(&mut self, lists: impl Iterator<Item = T>) {
        let (mut ends, mut all) = (Vec::new(), Vec::new());
        for list in lists {
            all.extend_from_slice(list.as_ref());
            ends.push(all.len() as u64);
        }
        self.longs(ends.into_iter());
        self.bytes(&all);
    }
}

/// Takes columns in the order in which they were put; `None` where that is not what stands there.
#[derive(Debug, Clone)]
pub struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    /// Over bytes of a [`Writer`], or over any others.
    pub fn new(bytes: &'b [u8]) -> Reader<'b> {
        Reader(bytes)
    }

    /// Whether all was taken.
    pub fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// One number.
    pub fn number(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    /// Bytes.
    pub fn bytes(&mut self) -> Option<&'b [u8]> {
        let count = usize::try_from(self.number()?).ok()?;
        self.take(count)
    }

    /// Small numbers.
    pub fn words(&mut self) -> Option<Vec<u32>> {
        let count = usize::try_from(self.number()?).ok()?;
        let (words, _) = self.take(count.checked_mul(4)?)?.as_chunks::<4>();
        Some(words.iter().map(|word| u32::from_le_bytes(*word)).collect())
    }

    /// Large numbers.
    pub fn longs(&mut self) -> Option<Vec<u64>> {
        let count = usize::try_from(self.number()?).ok()?;
        let (longs, _) = self.take(count.checked_mul(8)?)?.as_chunks::<8>();
        Some(longs.iter().map(|long| u64::from_le_bytes(*long)).collect())
    }

    /// Lists of bytes.
    pub fn lists(&mut self) -> Option<Vec<&'b [u8]>> {
        let (ends, all) = (self.longs()?, self.bytes()?);
        let mut from = 0;
        let list = |to: u64| {
            let to = usize::try_from(to).ok()?;
            let list = all.get(from..to)?;
            from = to;
            Some(list)
        };
        ends.into_iter().map(list).collect()
    }

    /// Texts.
    pub fn texts(&mut self) -> Option<Vec<&'b str>> {
        self.lists()?.into_iter().map(|text| std::str::from_utf8(text).ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_come_back_in_their_order() {
        let mut writer = Writer::new();
        writer.number(7);
        writer.words([1, u32::MAX].into_iter());
        writer.longs([u64::MAX].into_iter());
        writer.lists(["a", "", "née"].into_iter());
        writer.bytes(&[0, 255]);
        let bytes = writer.end();
        let mut reader = Reader::new(&bytes);
        assert_eq!((reader.number(), reader.words()), (Some(7), Some(vec![1, u32::MAX])));
        assert_eq!((reader.longs(), reader.texts()), (Some(vec![u64::MAX]), Some(vec!["a", "", "née"])));
        assert!(!reader.is_at_end());
        assert_eq!((reader.bytes(), reader.is_at_end()), (Some(&[0, 255][..]), true));
        assert_eq!((reader.number(), reader.words(), reader.lists()), (None, None, None));
    }

    #[test]
    fn lengths_that_are_not_there_ask_nothing_of_memory() {
        let all = u64::MAX.to_le_bytes();
        let mut long = Reader::new(&all);
        assert_eq!((long.clone().words(), long.clone().longs(), long.bytes()), (None, None, None));
        let mut back = Writer::new();
        back.longs([2, 1].into_iter());
        back.bytes(b"ab");
        assert_eq!(Reader::new(&back.end()).lists(), None, "ends go forward");
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let reader = || Reader::new(&bytes);
            prop_assert!(reader().words().is_none_or(|words| words.len() <= bytes.len()));
            prop_assert!(reader().lists().is_none_or(|lists| lists.len() <= bytes.len()));
        }
    }
}

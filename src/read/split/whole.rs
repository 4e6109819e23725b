//! Files that are read in one piece: a Dockerfile, an environment file, a bake file. No person writes one that is larger
//! than the limit here.

use super::held::Held;
use crate::read::{Limits, ReadError, Segment};

/// The largest such file.
const LARGEST: usize = 4 << 20;

#[derive(Debug)]
pub(super) struct WholeSplitter {
    pub held: Held,
    limits: Limits,
}

impl WholeSplitter {
    pub fn new(limits: Limits) -> Self {
        WholeSplitter { held: Held::default(), limits: Limits { segment: limits.segment.min(LARGEST), ..limits } }
    }

    pub fn push(&mut self, chunk: &[u8], _out: &mut Vec<Segment>) -> Result<(), ReadError> {
        self.held.extend(chunk);
        if self.held.bytes.len() > self.limits.segment {
            return Err(ReadError::SegmentTooLarge { locator: "line:1".to_owned(), limit: self.limits.segment });
        }
        Ok(())
    }

    pub fn finish(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        let end = self.held.bytes.len();
        self.held.pos = end;
        if end == 0 { Ok(()) } else { self.held.item(end, String::new(), None, &self.limits, out) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{pairs, same_for_all_chunks, split};
    use super::*;
    use crate::read::Format;

    #[test]
    fn a_file_is_one_segment_and_a_huge_one_is_stored_unread() {
        let text = b"FROM a\nFROM b\n";
        let (segments, error) = split(Format::Dockerfile, Limits::default(), text, 3);
        assert_eq!((error, pairs(&segments).len()), (None, 1));
        same_for_all_chunks(Format::Dockerfile, Limits::default(), text);
        let limits = Limits { segment: 10, ..Limits::default() };
        let (segments, error) = split(Format::Dockerfile, limits, text, 3);
        assert_eq!(error, Some(ReadError::SegmentTooLarge { locator: "line:1".into(), limit: 10 }));
        assert!(pairs(&segments).is_empty());
    }
}

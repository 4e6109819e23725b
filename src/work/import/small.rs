//! Small files: read whole by the feed, worked on many at a time, stored many in one transaction. What a large source
//! costs once (a task, a staged blob, a transaction) would cost more than the file itself.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::sync::Arc;

use super::batch::{self, Kind, Ways};
use super::feed::{Begun, Ended, Trouble};
use super::finish::Finished;
use crate::case::ahead::Held;
use crate::case::observed;
use crate::collect::redact::Redactions;
use crate::collect::walk;
use crate::model::digest::Digest;
use crate::model::fact::Item;
use crate::read::{Collected, Detection, Format, ReadError, Segment, SegmentKind, Splitter, detect};

/// The largest file that is read whole.
pub(super) const LARGEST: u64 = 64 << 10;
/// Files that are worked on together: so many bytes, or so many files.
const GROUP_BYTES: usize = 256 << 10;
const GROUP_FILES: usize = 128;

/// What a thread remembers of the files before: so many bytes, counting so many for each beside its own.
const REMEMBERED_BYTES: usize = 2 << 20;
const ENTRY_BYTES: usize = 1 << 10;

/// A small file as it was read; its bytes are UTF-8 as far as they are text at all.
pub(super) struct Small {
    pub begun: Begun,
    pub bytes: Vec<u8>,
}

/// What a small file gave.
pub(super) struct Whole {
    pub finished: Finished,
    pub given: Arc<Given>,
}

/// Files that wait to be worked on together.
#[derive(Default)]
pub(super) struct Group {
    files: Vec<Small>,
    bytes: usize,
}

impl Group {
    /// Adds one; true where it is time to hand them on.
    pub fn add(&mut self, file: Small) -> bool {
        self.bytes += file.bytes.len();
        self.files.push(file);
        self.bytes >= GROUP_BYTES || self.files.len() >= GROUP_FILES
    }

    /// Those that wait, if any do.
    pub fn take(&mut self) -> Option<Vec<Small>> {
        self.bytes = 0;
        (!self.files.is_empty()).then(|| std::mem::take(&mut self.files))
    }
}

/// What a file that was listed as small holds.
pub(super) enum Bytes {
    /// All of it.
    All(Vec<u8>),
    /// It is larger now: its first bytes, and the file behind them.
    Begin(Vec<u8>, File),
}

/// Reads a file that was listed as small.
pub(super) fn read(source: &walk::Source) -> io::Result<Bytes> {
    let mut file = walk::open(source)?;
    // One byte more than was listed, so that one read meets the end.
    let room = usize::try_from(source.bytes.min(LARGEST)).unwrap_or(0) + 1;
    let mut bytes = Vec::with_capacity(room);
    (&mut file).take(room as u64).read_to_end(&mut bytes)?;
    if bytes.len() < room { Ok(Bytes::All(bytes)) } else { Ok(Bytes::Begin(bytes, file)) }
}

/// Works on small files, and remembers what the last ones gave: the same file lies in many places of a dump of many
/// teams. One a thread.
pub(super) struct Worker<'o> {
    ways: Ways<'o>,
    given: HashMap<(Digest, Option<Format>), Arc<Given>>,
    given_bytes: usize,
}

/// What bytes give, wherever they lie.
pub(super) struct Given {
    /// The stored copy; empty where nothing is kept.
    pub evidence: Blob,
    /// Its observations.
    pub observations: Blob,
    /// What is in them, where it is folded at once.
    pub items: Vec<Item>,
    collected: Option<Collected>,
    redactions: Redactions,
    broken: Option<ReadError>,
}

impl Held for Arc<Given> {
    fn items(&self) -> &[Item] {
        &self.items
    }
}

/// Bytes with their name.
pub(super) struct Blob {
    pub bytes: Vec<u8>,
    pub digest: Digest,
}

impl<'o> Worker<'o> {
    pub fn new(ways: Ways<'o>) -> Self {
        Worker { ways, given: HashMap::new(), given_bytes: 0 }
    }

    /// Works on files in their order.
    pub fn work(&mut self, files: Vec<Small>) -> io::Result<Vec<Whole>> {
        files.into_iter().map(|file| self.one(file)).collect()
    }

    fn one(&mut self, small: Small) -> io::Result<Whole> {
        let Small { mut begun, bytes } = small;
        let original = Digest::of(&bytes);
        let size = bytes.len() as u64;
        let detection = match self.ways.options.format {
            Some(format) => Detection::Known(format),
            None => detect(&bytes, true, &begun.origin.path),
        };
        let format = match detection {
            Detection::Known(format) => {
                (begun.format, begun.kept) = (Ok(format), true);
                Some(format)
            }
            Detection::Unknown { reason, text } => {
                (begun.format, begun.kept) = (Err(reason), text);
                None
            }
        };
        let bytes = if begun.kept { bytes } else { Vec::new() };
        let given = self.given(original.clone(), format, bytes)?;
        let ended = Ended {
            original: Some((original, size)),
            broken: given.broken.clone().map(Trouble::Split),
            ..Ended::default()
        };
        let mut finished = Finished {
            begun,
            ended,
            collected: given.collected.clone(),
            redactions: given.redactions.clone(),
            raw: self.ways.options.keep_raw,
            extra: Vec::new(),
            streamed: false,
        };
        finished.note_trouble();
        Ok(Whole { finished, given })
    }

    fn given(&mut self, original: Digest, format: Option<Format>, bytes: Vec<u8>) -> io::Result<Arc<Given>> {
        let key = (original, format);
        if let Some(given) = self.given.get(&key) {
            return Ok(Arc::clone(given));
        }
        let given = Arc::new(give(&key.0, format, bytes, self.ways)?);
        let items = if self.ways.folds { 2 } else { 0 };
        self.given_bytes += given.evidence.bytes.len() + given.observations.bytes.len() * (1 + items) + ENTRY_BYTES;
        if self.given_bytes > REMEMBERED_BYTES {
            self.given.clear();
            self.given_bytes = 0;
        }
        self.given.insert(key, Arc::clone(&given));
        Ok(given)
    }
}

fn give(original: &Digest, format: Option<Format>, bytes: Vec<u8>, ways: Ways<'_>) -> io::Result<Given> {
    let mut segments = Vec::new();
    let (kind, broken) = match format {
        Some(format) => {
            let mut splitter = Splitter::new(format, ways.options.limits);
            let split = splitter.push(&bytes, &mut segments).and_then(|()| splitter.finish(&mut segments));
            (Kind::Read(format), split.err())
        }
        None => {
            if !bytes.is_empty() {
                let (kind, bytes) = (SegmentKind::Glue, bytes.clone());
                segments.push(Segment { kind, pointer: String::new(), list: None, bytes });
            }
            (Kind::Keep, None)
        }
    };
    let mut evidence = Vec::with_capacity(bytes.len() + 64);
    let mut taken = batch::take((kind, false), &segments, ways, &mut evidence)?;
    let (mut observations, mut items, mut base) = (Vec::new(), Vec::new(), 0);
    for part in taken.parts.drain(..) {
        observed::push_line(base, &part.tail, &mut observations);
        items.extend(part.items.into_iter().map(|item| observed::place(item, base, 0)));
        base += part.bytes;
    }
    let mut collected = taken.collector.take().map(|mut collector| {
        if let Some(error) = &broken {
            collector.broken(error);
        }
        collector.finish(ways.options.partial)
    });
    let summed = collected.as_mut().map(|collected| std::mem::take(&mut collected.summed)).unwrap_or_default();
    batch::push_summed(&summed, &mut observations)?;
    if ways.folds {
        let ahead = ways.options.clock_offset.saturating_mul(1_000_000);
        items.extend(summed.into_iter().map(|item| observed::place(item, 0, ahead)));
    }
    // Where nothing was hidden, the copy has the name of the original.
    let digest = if evidence == bytes { original.clone() } else { Digest::of(&evidence) };
    Ok(Given {
        evidence: Blob { digest, bytes: evidence },
        observations: Blob { digest: Digest::of(&observations), bytes: observations },
        items,
        collected,
        redactions: taken.redactions,
        broken,
    })
}

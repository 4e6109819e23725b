//! Small files: read whole by the feed, worked on many at a time, stored many in one transaction. What a large source
//! costs once (a task, a staged blob, a transaction) would cost more than the file itself.

use std::fs::File;
use std::io::{self, Read as _};

use super::Options;
use super::batch::{self, Kind};
use super::feed::{Begun, Ended, Trouble};
use super::finish::Finished;
use crate::case::observed;
use crate::collect::redact::Redactions;
use crate::collect::walk;
use crate::model::digest::Digest;
use crate::read::{Collector, Detection, Segment, SegmentKind, Splitter, detect};

/// The largest file that is read whole.
pub(super) const LARGEST: u64 = 64 << 10;
/// Files that are worked on together: so many bytes, or so many files.
const GROUP_BYTES: usize = 256 << 10;
const GROUP_FILES: usize = 128;

/// A small file as it was read; its bytes are UTF-8 as far as they are text at all.
pub(super) struct Small {
    pub begun: Begun,
    pub bytes: Vec<u8>,
}

/// What a small file gave.
pub(super) struct Whole {
    pub finished: Finished,
    /// The stored copy; empty where nothing is kept.
    pub evidence: Vec<u8>,
    /// Its observations.
    pub observations: Vec<u8>,
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

/// Works on files in their order.
pub(super) fn work(files: Vec<Small>, options: &Options) -> io::Result<Vec<Whole>> {
    files.into_iter().map(|file| one(file, options)).collect()
}

fn one(small: Small, options: &Options) -> io::Result<Whole> {
    let Small { mut begun, bytes } = small;
    let original = Some((Digest::of(&bytes), bytes.len() as u64));
    let detection = match options.format {
        Some(format) => Detection::Known(format),
        None => detect(&bytes, true, &begun.origin.path),
    };
    let mut ended = Ended { original, ..Ended::default() };
    let mut segments = Vec::new();
    let kind = match detection {
        Detection::Known(format) => {
            (begun.format, begun.kept) = (Ok(format), true);
            let mut splitter = Splitter::new(format, options.limits);
            let split = splitter.push(&bytes, &mut segments).and_then(|()| splitter.finish(&mut segments));
            ended.broken = split.err().map(Trouble::Split);
            Kind::Read(format)
        }
        Detection::Unknown { reason, text } => {
            (begun.format, begun.kept) = (Err(reason), text);
            if text && !bytes.is_empty() {
                segments.push(Segment { kind: SegmentKind::Glue, pointer: String::new(), list: None, bytes });
            }
            Kind::Keep
        }
    };
    whole(begun, ended, kind, &segments, options)
}

fn whole(begun: Begun, ended: Ended, kind: Kind, segments: &[Segment], options: &Options) -> io::Result<Whole> {
    let mut evidence = Vec::with_capacity(segments.iter().map(|s| s.bytes.len() + 64).sum());
    let mut taken = batch::take(kind, segments, options, &mut evidence)?;
    let (mut observations, mut base) = (Vec::new(), 0);
    for part in &taken.parts {
        observed::push_line(base, &part.tail, &mut observations);
        base += part.bytes;
    }
    let collected = taken.collector.take().map(|mut collector: Collector| {
        if let Some(Trouble::Split(error)) = &ended.broken {
            collector.broken(error);
        }
        collector.finish(options.partial)
    });
    let redactions: Redactions = std::mem::take(&mut taken.redactions);
    let mut finished = Finished { begun, ended, collected, redactions, raw: options.keep_raw, extra: Vec::new() };
    finished.note_trouble();
    Ok(Whole { finished, evidence, observations })
}

//! The feed: opens each input, decodes and hashes it, tells its format and cuts it into batches.

use crossbeam_channel::Sender;
use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::batch::{Done, Kind, Task, What, Work, bytes_of};
use super::known::{self, Known};
use super::members::{Archived, Inside, Opened};
use super::small::{self, Small};
use super::{Content, Input, Options};
use crate::collect::{archive, decode, walk};
use crate::model::acquisition::Origin;
use crate::model::digest::Digest;
use crate::model::id::Id;
use crate::model::time::Micros;
use crate::read::{Detection, Format, ReadError, Segment, SegmentKind, Splitter, detect};

/// The bytes a format is told by.
const HEAD_BYTES: usize = 256 << 10;
/// The largest text that is kept although no reader knows it. Its secrets are looked for in one piece, and a file larger
/// than this that nobody can read is better kept by its owner.
const KEEP_BYTES: usize = 16 << 20;
/// How much is read at a time.
const CHUNK_BYTES: usize = 256 << 10;

/// A source begins.
#[derive(Clone)]
pub(super) struct Begun {
    pub origin: Origin,
    pub context: Option<String>,
    pub options: std::collections::BTreeMap<String, String>,
    pub modified: Option<Micros>,
    pub as_of: Option<Micros>,
    /// The format, or why none.
    pub format: Result<Format, String>,
    /// The bytes are stored.
    pub kept: bool,
    /// SHA-256 and size of the original, and what was done to it, where that was before it came here.
    pub received: Option<(Digest, u64, Vec<String>)>,
    /// What is done to its bytes while they are read.
    pub transforms: Vec<String>,
    /// Set by the store when a log turned out to name too many pullers for telling them one by one.
    pub crowd: Arc<AtomicBool>,
}

/// A source ends.
#[derive(Default)]
pub(super) struct Ended {
    /// SHA-256 and size of the original bytes; `None` where the input could not be opened.
    pub original: Option<(Digest, u64)>,
    pub transforms: Vec<String>,
    /// Why it was not read to its end.
    pub broken: Option<Trouble>,
    /// It is an archive: what came of its members.
    pub archive: Option<Archived>,
    /// It is in the case already.
    pub already: Option<Id>,
    /// Reading stopped because the responder asked for it: nothing of it is to be stored.
    pub cancelled: bool,
}

/// What went wrong with an input.
pub(super) enum Trouble {
    /// It could not be opened or read.
    Io(String),
    /// The splitter could not go on; the rest is stored unread.
    Split(ReadError),
}

pub(super) struct Feed<'a> {
    pub(super) options: &'a Options,
    known: &'a Known,
    cancel: &'a AtomicBool,
    tasks: Sender<Task>,
    notices: Sender<Done>,
    sequence: u64,
    /// Small files that wait to be worked on together.
    group: small::Group,
}

/// The other side has stopped: it has the reason.
pub(super) struct Gone;

impl<'a> Feed<'a> {
    pub fn new(
        options: &'a Options,
        known: &'a Known,
        cancel: &'a AtomicBool,
        tasks: Sender<Task>,
        notices: Sender<Done>,
    ) -> Self {
        Feed { options, known, cancel, tasks, notices, sequence: 0, group: small::Group::default() }
    }

    /// Feeds every input in order, until told to stop.
    pub fn run(mut self, inputs: impl Iterator<Item = Input>) {
        for input in inputs {
            if self.cancelled() || self.one(input).is_err() {
                break;
            }
        }
        // What was read whole is worked on whole, also after the responder asked to stop.
        let _ = self.send_group();
    }

    pub(super) fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    pub(super) fn notify(&mut self, what: What) -> Result<(), Gone> {
        self.send_group()?;
        let sequence = self.sequence;
        self.sequence += 1;
        self.notices.send(Done { sequence, what }).map_err(|_| Gone)
    }

    fn task(&mut self, kind: Kind, segments: &mut Vec<Segment>, crowd: &Arc<AtomicBool>) -> Result<(), Gone> {
        if segments.is_empty() {
            return Ok(());
        }
        self.send(Work::Segments(kind, std::mem::take(segments), Arc::clone(crowd)))
    }

    fn send(&mut self, work: Work) -> Result<(), Gone> {
        let sequence = self.sequence;
        self.sequence += 1;
        self.tasks.send(Task { sequence, work }).map_err(|_| Gone)
    }

    /// Hands on the small files that wait. Everything else goes behind them, so that the order stays.
    fn send_group(&mut self) -> Result<(), Gone> {
        match self.group.take() {
            Some(files) => self.send(Work::Small(files)),
            None => Ok(()),
        }
    }

    fn one(&mut self, input: Input) -> Result<(), Gone> {
        let mut begun = Begun {
            context: self.options.context_of(&input),
            options: self.options.recorded(&input),
            modified: input.modified,
            as_of: input.as_of.or(self.options.as_of),
            origin: input.origin,
            format: Err("it could not be opened".into()),
            kept: false,
            received: None,
            transforms: Vec::new(),
            crowd: Arc::default(),
        };
        match input.content {
            Content::File(source) => self.file(begun, &source, input.bytes),
            Content::Reader(mut reader) => self.stream(begun, &mut reader, &Inside::default()),
            Content::Received(mut received) => {
                let (digest, bytes) = received.original;
                begun.received = Some((digest, bytes, received.transforms));
                begun.options.append(&mut received.recorded);
                if let Some(format) = received.format {
                    begun.format = Ok(format);
                }
                self.stream(begun, &mut received.reader, &Inside::default())
            }
        }
    }

    fn file(&mut self, begun: Begun, source: &walk::Source, listed: Option<u64>) -> Result<(), Gone> {
        let perhaps = listed.is_some_and(|bytes| self.known.perhaps_again(&begun, bytes));
        if listed.is_none_or(|bytes| bytes > small::LARGEST) {
            let again = if perhaps { known::hash_file(source) } else { None };
            if let Some(id) = again.and_then(|digest| self.known.same_again(&digest, &begun)) {
                return self.already(begun, id);
            }
            return match walk::open(source) {
                Ok(mut file) => self.stream(begun, &mut file, &Inside::of(source)),
                Err(error) => self.unopened(begun, &error),
            };
        }
        match small::read(source) {
            Err(error) => self.unopened(begun, &error),
            Ok(small::Bytes::All(bytes)) => {
                if perhaps && let Some(id) = self.known.same_again(&Digest::of(&bytes), &begun) {
                    return self.already(begun, id);
                }
                if !self.is_simple(&bytes) {
                    return self.stream(begun, &mut Cursor::new(bytes), &Inside::of(source));
                }
                self.small(Small { begun, bytes })
            }
            // It grew since it was listed.
            Ok(small::Bytes::Begin(bytes, file)) => {
                self.stream(begun, &mut Cursor::new(bytes).chain(file), &Inside::of(source))
            }
        }
    }

    /// Whether bytes, all there are, can be worked on as they are.
    pub(super) fn is_simple(&self, bytes: &[u8]) -> bool {
        let fits = bytes.len() as u64 <= self.options.limits.total;
        fits && decode::is_plain(bytes) && archive::recognise(bytes).is_none()
    }

    /// Takes a small file that is whole.
    pub(super) fn small(&mut self, file: Small) -> Result<(), Gone> {
        if self.group.add(file) { self.send_group() } else { Ok(()) }
    }

    fn already(&mut self, begun: Begun, id: Id) -> Result<(), Gone> {
        self.notify(What::Begin(Box::new(begun)))?;
        self.notify(What::End(Box::new(Ended { already: Some(id), ..Ended::default() })))
    }

    fn unopened(&mut self, begun: Begun, error: &io::Error) -> Result<(), Gone> {
        self.notify(What::Begin(Box::new(begun)))?;
        let broken = Some(Trouble::Io(error.to_string()));
        self.notify(What::End(Box::new(Ended { broken, ..Ended::default() })))
    }

    /// A source of any size, handed on piece by piece while it is read.
    pub(super) fn stream(&mut self, mut begun: Begun, source: &mut dyn Read, inside: &Inside<'_>) -> Result<(), Gone> {
        let mut decoded = decode::open(source, &self.options.limits);
        let (head, trouble) = read_head(&mut decoded);
        // An API's answer is never opened as an archive, whatever it looks like.
        if begun.received.is_none()
            && let Some(kind) = inside.archive(&head, &begun.origin.path)
        {
            return self.archive(Opened { kind, begun, head, trouble }, &mut decoded, inside);
        }
        begun.transforms = decoded.transforms().to_vec();
        let complete = head.len() < HEAD_BYTES;
        let detection = match begun.format.as_ref().ok().copied().or(self.options.format) {
            Some(format) => Detection::Known(format),
            None if inside.is_layer(&head, &begun.origin.path) => {
                let reason = "an image's layer: not read; the manifest and config beside it are".to_owned();
                Detection::Unknown { reason, text: false }
            }
            None => detect(&head, complete, &begun.origin.path),
        };
        let ended = match detection {
            Detection::Known(format) => {
                (begun.format, begun.kept) = (Ok(format), true);
                let crowd = Arc::clone(&begun.crowd);
                self.notify(What::Begin(Box::new(begun)))?;
                self.split((format, &crowd), head, trouble, &mut decoded)?
            }
            Detection::Unknown { reason, text } => self.keep(begun, reason, text, head, trouble, &mut decoded)?,
        };
        self.notify(What::End(Box::new(self.finished(ended, &mut decoded))))
    }

    /// Reads to the end, so that the whole original is hashed, and says what is known of it.
    pub(super) fn finished<R: Read>(&self, mut ended: Ended, decoded: &mut decode::Decoded<R>) -> Ended {
        if ended.broken.is_none() && !ended.cancelled {
            let mut rest = vec![0; CHUNK_BYTES];
            while !self.cancelled() {
                match decoded.read(&mut rest) {
                    Ok(0) => break,
                    Ok(_) => {}
                    Err(e) => {
                        ended.broken = Some(Trouble::Io(e.to_string()));
                        break;
                    }
                }
            }
        }
        ended.cancelled |= self.cancelled();
        ended.original = Some(decoded.original());
        ended.transforms = decoded.transforms().to_vec();
        ended
    }

    fn split<R: Read>(
        &mut self,
        (format, crowd): (Format, &Arc<AtomicBool>),
        head: Vec<u8>,
        trouble: Option<String>,
        decoded: &mut decode::Decoded<R>,
    ) -> Result<Ended, Gone> {
        let mut ended = Ended::default();
        let mut splitter = Splitter::new(format, self.options.limits);
        let (mut segments, mut pending) = (Vec::new(), 0);
        let mut chunk = head;
        let mut trouble = trouble;
        let (kind, batch_bytes) = (Kind::Read(format), bytes_of(format));
        loop {
            let before = segments.len();
            if let Err(error) = splitter.push(&chunk, &mut segments) {
                ended.broken = Some(Trouble::Split(error));
                segments.extend(self.rest_unread(decoded));
                break;
            }
            pending += segments.iter().skip(before).map(|s: &Segment| s.bytes.len()).sum::<usize>();
            if pending >= batch_bytes {
                self.task(kind, &mut segments, crowd)?;
                pending = 0;
            }
            if let Some(what) = trouble.take() {
                ended.broken = Some(Trouble::Io(what));
                break;
            }
            if self.cancelled() {
                ended.cancelled = true;
                return Ok(ended);
            }
            chunk.resize(CHUNK_BYTES, 0);
            match decoded.read(&mut chunk) {
                Ok(0) => break,
                Ok(n) => chunk.truncate(n),
                Err(e) => {
                    ended.broken = Some(Trouble::Io(e.to_string()));
                    break;
                }
            }
        }
        let split_on = matches!(ended.broken, Some(Trouble::Split(_)));
        if !split_on && let Err(error) = splitter.finish(&mut segments) {
            ended.broken.get_or_insert(Trouble::Split(error));
        }
        self.task(kind, &mut segments, crowd)?;
        Ok(ended)
    }

    /// What follows a place where splitting ended: kept in one piece, as far as a piece may be large.
    fn rest_unread<R: Read>(&self, decoded: &mut decode::Decoded<R>) -> Option<Segment> {
        let mut bytes = Vec::new();
        let _ = decoded.by_ref().take(self.options.limits.segment as u64).read_to_end(&mut bytes);
        (!bytes.is_empty()).then(|| Segment { kind: SegmentKind::Glue, pointer: String::new(), list: None, bytes })
    }

    /// Something no reader knows: text is kept whole, anything else is only named and hashed.
    fn keep<R: Read>(
        &mut self,
        mut begun: Begun,
        reason: String,
        text: bool,
        head: Vec<u8>,
        trouble: Option<String>,
        decoded: &mut decode::Decoded<R>,
    ) -> Result<Ended, Gone> {
        let mut ended = Ended { broken: trouble.map(Trouble::Io), ..Ended::default() };
        let mut bytes = head;
        if text && ended.broken.is_none() {
            let room = (KEEP_BYTES + 1).saturating_sub(bytes.len()) as u64;
            if let Err(e) = decoded.by_ref().take(room).read_to_end(&mut bytes) {
                ended.broken = Some(Trouble::Io(e.to_string()));
            }
        }
        begun.kept = text && bytes.len() <= KEEP_BYTES;
        begun.format = Err(reason);
        let kept = begun.kept;
        self.notify(What::Begin(Box::new(begun)))?;
        if kept && !bytes.is_empty() {
            let segment = Segment { kind: SegmentKind::Glue, pointer: String::new(), list: None, bytes };
            self.task(Kind::Keep, &mut vec![segment], &Arc::default())?;
        }
        Ok(ended)
    }
}

/// Fills the head. An error keeps what was read before it.
fn read_head<R: Read>(decoded: &mut decode::Decoded<R>) -> (Vec<u8>, Option<String>) {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    match decoded.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head) {
        Ok(_) => (head, None),
        Err(e) => (head, Some(e.to_string())),
    }
}

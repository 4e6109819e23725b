//! The feed: opens each input, decodes and hashes it, tells its format and cuts it into batches.

use crossbeam_channel::Sender;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};

use super::batch::{BATCH_BYTES, Done, Kind, Task, What};
use super::known::Known;
use super::{Content, Input, Options};
use crate::collect::{decode, walk};
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
}

/// A source ends.
#[derive(Default)]
pub(super) struct Ended {
    /// SHA-256 and size of the original bytes; `None` where the input could not be opened.
    pub original: Option<(Digest, u64)>,
    pub transforms: Vec<String>,
    /// Why it was not read to its end.
    pub broken: Option<Trouble>,
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
    options: &'a Options,
    known: &'a Known,
    cancel: &'a AtomicBool,
    tasks: Sender<Task>,
    notices: Sender<Done>,
    sequence: u64,
}

/// The other side has stopped: it has the reason.
struct Gone;

impl<'a> Feed<'a> {
    pub fn new(
        options: &'a Options,
        known: &'a Known,
        cancel: &'a AtomicBool,
        tasks: Sender<Task>,
        notices: Sender<Done>,
    ) -> Self {
        Feed { options, known, cancel, tasks, notices, sequence: 0 }
    }

    /// Feeds every input in order, until told to stop.
    pub fn run(mut self, inputs: Vec<Input>) {
        for input in inputs {
            if self.cancelled() || self.one(input).is_err() {
                break;
            }
        }
    }

    fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    fn notify(&mut self, what: What) -> Result<(), Gone> {
        let sequence = self.sequence;
        self.sequence += 1;
        self.notices.send(Done { sequence, what }).map_err(|_| Gone)
    }

    fn task(&mut self, kind: Kind, segments: &mut Vec<Segment>) -> Result<(), Gone> {
        if segments.is_empty() {
            return Ok(());
        }
        let sequence = self.sequence;
        self.sequence += 1;
        self.tasks.send(Task { sequence, kind, segments: std::mem::take(segments) }).map_err(|_| Gone)
    }

    fn one(&mut self, mut input: Input) -> Result<(), Gone> {
        let mut begun = Begun {
            context: self.options.context_of(&input),
            options: self.options.recorded(&input),
            modified: input.modified,
            as_of: input.as_of.or(self.options.as_of),
            origin: input.origin.clone(),
            format: Err("it could not be opened".into()),
            kept: false,
        };
        if let Some(id) = self.known.same_again(&input, &begun) {
            self.notify(What::Begin(Box::new(begun)))?;
            return self.notify(What::End(Box::new(Ended { already: Some(id), ..Ended::default() })));
        }
        let opened = match std::mem::replace(&mut input.content, Content::Reader(Box::new(io::empty()))) {
            Content::File(source) => walk::open(&source).map(|f| Box::new(f) as Box<dyn Read + Send>),
            Content::Reader(reader) => Ok(reader),
        };
        let source = match opened {
            Ok(source) => source,
            Err(e) => {
                self.notify(What::Begin(Box::new(begun)))?;
                let broken = Some(Trouble::Io(e.to_string()));
                return self.notify(What::End(Box::new(Ended { broken, ..Ended::default() })));
            }
        };
        let mut decoded = decode::open(source, &self.options.limits);
        let (head, trouble) = read_head(&mut decoded);
        let complete = head.len() < HEAD_BYTES;
        let detection = match self.options.format {
            Some(format) => Detection::Known(format),
            None => detect(&head, complete, &input.origin.path),
        };
        let ended = match detection {
            Detection::Known(format) => {
                (begun.format, begun.kept) = (Ok(format), true);
                self.notify(What::Begin(Box::new(begun)))?;
                self.split(format, head, trouble, &mut decoded)?
            }
            Detection::Unknown { reason, text } => self.keep(begun, reason, text, head, trouble, &mut decoded)?,
        };
        self.notify(What::End(Box::new(self.finished(ended, &mut decoded))))
    }

    /// Reads to the end, so that the whole original is hashed, and says what is known of it.
    fn finished<R: Read>(&self, mut ended: Ended, decoded: &mut decode::Decoded<R>) -> Ended {
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
        format: Format,
        head: Vec<u8>,
        trouble: Option<String>,
        decoded: &mut decode::Decoded<R>,
    ) -> Result<Ended, Gone> {
        let mut ended = Ended::default();
        let mut splitter = Splitter::new(format, self.options.limits);
        let (mut segments, mut pending) = (Vec::new(), 0);
        let mut chunk = head;
        let mut trouble = trouble;
        let kind = Kind::Read(format);
        loop {
            let before = segments.len();
            if let Err(error) = splitter.push(&chunk, &mut segments) {
                ended.broken = Some(Trouble::Split(error));
                segments.extend(self.rest_unread(decoded));
                break;
            }
            pending += segments.iter().skip(before).map(|s: &Segment| s.bytes.len()).sum::<usize>();
            if pending >= BATCH_BYTES {
                self.task(kind, &mut segments)?;
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
        self.task(kind, &mut segments)?;
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
            self.task(Kind::Keep, &mut vec![segment])?;
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

//! The storing side: puts batches back in order, stages them, signs what is whole.

use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::Options;
use super::batch::{Batch, Done, What, push_summed};
use super::beside::Beside;
use super::feed::{Begun, Ended, Trouble};
use super::finish::Finished;
use super::hashes::{Copied, Hashes};
use super::known::Known;
use super::place::{self, Row};
use super::report::{Progress, Report};
use super::shelf::{Blobs, Shelving};
use super::sign::Signing;
use super::small::Whole;
use crate::case::ahead::Placed;
use crate::case::observed;
use crate::case::store::Change;
use crate::case::store::blob::{FRAME_BYTES, Frame, Packer, Staged};
use crate::case::{Case, CaseError};
use crate::collect::redact::Redactions;
use crate::model::fact::Item;
use crate::model::id::Id;
use crate::model::live::LivePage;
use crate::read::Collector;

/// One transaction takes about this much of evidence and observations, uncompressed.
const FLUSH_BYTES: usize = 8 << 20;
/// What the words about a source take in the events and in the projections, roughly.
const SOURCE_BYTES: usize = 2 << 10;
/// Whole sources wait at most this long for others to be stored with.
const FLUSH_AFTER: Duration = Duration::from_millis(400);

/// Items of a log's sums that become lines together.
const SUMMED: usize = 256;

/// What waits for the next transaction, in order.
enum Step {
    Evidence(Vec<Frame>),
    Observations(Vec<Frame>),
    Finish(Box<Finished>, Hashes),
    Whole(Box<Whole>),
}

impl Step {
    /// The frames of a stored copy.
    fn evidence(&self) -> Option<&[Frame]> {
        match self {
            Step::Evidence(frames) => Some(frames),
            _ => None,
        }
    }
}

/// The source whose batches are coming in.
struct Open {
    begun: Begun,
    collector: Option<Collector>,
    base: u64,
    lines: Vec<u8>,
    redactions: Redactions,
    hashes: Hashes,
    /// Its items are being folded.
    streams: bool,
}

pub(super) struct Store<'c> {
    case: &'c mut Case,
    options: &'c Options,
    known: Known,
    group: Option<(Id, u32)>,
    open: Option<Open>,
    steps: Vec<Step>,
    waiting_bytes: usize,
    waiting_since: Option<Instant>,
    staged: Option<(Staged, Staged)>,
    packer: Packer,
    report: Report,
    beside: Beside,
}

impl<'c> Store<'c> {
    pub fn new(case: &'c mut Case, options: &'c Options, known: Known, beside: Beside) -> Result<Self, CaseError> {
        let packer = Packer::new().map_err(|e| CaseError::Refused(format!("compressing: {e}")))?;
        Ok(Store {
            packer,
            case,
            options,
            known,
            group: None,
            open: None,
            steps: Vec::new(),
            waiting_bytes: 0,
            waiting_since: None,
            staged: None,
            report: Report::default(),
            beside,
        })
    }

    /// Nothing more will be stored.
    pub fn end_fold(&mut self) {
        self.beside.end();
    }

    pub fn into_report(self) -> Report {
        self.report
    }

    /// Takes everything in its order until the feed and the workers are done.
    pub fn run(&mut self, done: Receiver<Done>, progress: &dyn Progress) -> Result<(), CaseError> {
        let mut early: BTreeMap<u64, What> = BTreeMap::new();
        let mut next = 0;
        loop {
            let received = done.recv_timeout(FLUSH_AFTER);
            match received {
                Ok(Done { sequence, what }) => {
                    early.insert(sequence, what);
                }
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            while let Some(what) = early.remove(&next) {
                next += 1;
                self.take(what, progress)?;
            }
            let overdue =
                !self.options.steady && self.waiting_since.is_some_and(|since| since.elapsed() >= FLUSH_AFTER);
            if self.waiting_bytes >= FLUSH_BYTES || overdue {
                self.flush(progress)?;
            }
        }
        self.flush(progress)
    }

    fn take(&mut self, what: What, progress: &dyn Progress) -> Result<(), CaseError> {
        match what {
            What::Begin(begun) => {
                let collector = begun.format.as_ref().ok().map(|format| Collector::new(*format));
                let redactions = Redactions::default();
                let evidence = Copied::begin(&begun.transforms);
                self.open = Some(Open {
                    begun: *begun,
                    collector,
                    base: 0,
                    lines: Vec::new(),
                    redactions,
                    hashes: Hashes { evidence, ..Hashes::default() },
                    streams: false,
                });
            }
            What::Batch(batch) => self.batch(*batch, progress)?,
            What::Small(files) => self.small(files, progress),
            What::Broken(what) => return Err(CaseError::Refused(format!("compressing evidence failed: {what}"))),
            What::End(ended) => self.end(*ended)?,
        }
        Ok(())
    }

    fn batch(&mut self, mut batch: Batch, progress: &dyn Progress) -> Result<(), CaseError> {
        let Some(open) = self.open.as_mut() else { return Ok(()) };
        if batch.changed {
            // What waits behind the end of another source is of this one; without such an end, what is staged is too.
            let ended = self.steps.iter().rposition(|step| matches!(step, Step::Finish(..)));
            let waiting = self.steps.iter().skip(ended.map_or(0, |at| at + 1)).filter_map(Step::evidence).flatten();
            let staged = self.staged.as_ref().filter(|_| ended.is_none()).map(|(evidence, _)| evidence);
            let parted = open.hashes.evidence.part(self.case.conn(), staged, waiting);
            parted.map_err(|e| CaseError::Refused(format!("hashing evidence failed: {e}")))?;
        }
        let items = open.take(&mut batch);
        self.beside.items(&open.begun, &mut open.streams, items);
        open.hashes.evidence.take(&mut batch.frames);
        progress.bytes(batch.frames.iter().map(|f| f.bytes() as u64).sum());
        let full = open.lines.len() / FRAME_BYTES * FRAME_BYTES;
        if full > 0 {
            let rest = open.lines.split_off(full);
            let lines = std::mem::replace(&mut open.lines, rest);
            let frames = pack(&mut self.packer, lines, &mut open.hashes)?;
            self.wait(Step::Observations(frames));
        }
        self.wait(Step::Evidence(batch.frames));
        Ok(())
    }

    fn end(&mut self, ended: Ended) -> Result<(), CaseError> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        if let (Some(collector), Some(Trouble::Split(error))) = (open.collector.as_mut(), &ended.broken) {
            collector.broken(error);
        }
        let paged = LivePage::of(&open.begun.options).is_some();
        let mut collected = open.collector.take().map(|c| c.paged(paged).finish(self.options.partial));
        let summed = collected.as_mut().map(|collected| std::mem::take(&mut collected.summed)).unwrap_or_default();
        self.summed(&mut open, summed)?;
        if let Some(archive) = &ended.archive {
            open.lines =
                archive.observations().map_err(|e| CaseError::Refused(format!("naming what was refused: {e}")))?;
        }
        if !open.lines.is_empty() {
            let frames = pack(&mut self.packer, std::mem::take(&mut open.lines), &mut open.hashes)?;
            self.wait(Step::Observations(frames));
        }
        let mut finished = Finished {
            begun: open.begun,
            ended,
            collected,
            redactions: open.redactions,
            raw: self.options.keep_raw,
            extra: Vec::new(),
            streamed: open.streams,
        };
        finished.note_trouble();
        self.wait(Step::Finish(Box::new(finished), open.hashes));
        self.waiting_since.get_or_insert_with(Instant::now);
        Ok(())
    }

    /// What a log of pulls comes to: the last of its observations.
    fn summed(&mut self, open: &mut Open, items: Vec<Item>) -> Result<(), CaseError> {
        for some in items.chunks(SUMMED) {
            push_summed(some, &mut open.lines)
                .map_err(|e| CaseError::Refused(format!("naming what was summed: {e}")))?;
            if open.lines.len() > FRAME_BYTES {
                let frames = pack(&mut self.packer, std::mem::take(&mut open.lines), &mut open.hashes)?;
                self.wait(Step::Observations(frames));
            }
        }
        let ahead = self.options.clock_offset.saturating_mul(1_000_000);
        if !items.is_empty() {
            let placed = items.into_iter().map(|item| observed::place(item, 0, ahead)).collect();
            self.beside.items(&open.begun, &mut open.streams, vec![(0, placed)]);
        }
        Ok(())
    }

    /// Small files that are whole: each is stored in the next transaction.
    fn small(&mut self, files: Vec<Whole>, progress: &dyn Progress) {
        for whole in files {
            progress.bytes(whole.given.evidence.bytes.len() as u64);
            self.wait(Step::Whole(Box::new(whole)));
        }
        self.waiting_since.get_or_insert_with(Instant::now);
    }

    fn wait(&mut self, step: Step) {
        match &step {
            Step::Evidence(frames) | Step::Observations(frames) => {
                self.waiting_bytes += frames.iter().map(Frame::bytes).sum::<usize>();
            }
            Step::Finish(..) => self.waiting_bytes += SOURCE_BYTES,
            Step::Whole(whole) => {
                let given = &whole.given;
                self.waiting_bytes += given.evidence.bytes.len() + given.observations.bytes.len() + SOURCE_BYTES;
            }
        }
        self.steps.push(step);
    }

    /// One transaction for all that waits.
    fn flush(&mut self, progress: &dyn Progress) -> Result<(), CaseError> {
        if self.steps.is_empty() {
            return Ok(());
        }
        let steps = std::mem::take(&mut self.steps);
        (self.waiting_bytes, self.waiting_since) = (0, None);
        let (staged, known, group, packer) = (&mut self.staged, &mut self.known, &mut self.group, &mut self.packer);
        let beside = &mut self.beside;
        let rows = self.case.change("storing evidence", |change| {
            let mut signing = Signing::new(group, beside);
            let mut shelf = Shelving::new(packer);
            for step in steps {
                apply(change, step, staged, known, &mut signing, &mut shelf)?;
            }
            if let Some((evidence, observations)) = staged {
                let now = change.env().now();
                let sql = change.sql("storing evidence");
                evidence.renew(change.tx(), now).and_then(|()| observations.renew(change.tx(), now)).map_err(sql)?;
            }
            shelf.close(change)?;
            signing.sign(change)?;
            Ok((signing.rows, signing.events))
        })?;
        let (rows, events) = rows;
        self.report.events += events;
        for row in rows {
            match row {
                Row::Evidence(row) => {
                    progress.source(&row.path);
                    self.report.evidence.push(row);
                }
                Row::Unread(row) => self.report.unrecognised.push(row),
            }
        }
        Ok(())
    }
}

impl Open {
    /// Adds a batch; its items with the places they count from.
    fn take(&mut self, batch: &mut Batch) -> Vec<Placed> {
        self.redactions.merge(&batch.redactions);
        let (mut items, start) = (Vec::new(), self.base);
        for part in batch.parts.drain(..) {
            observed::push_line(self.base, &part.tail, &mut self.lines);
            if !part.items.is_empty() {
                items.push((self.base, part.items));
            }
            self.base += part.bytes;
        }
        if let (Some(collector), Some(next)) = (self.collector.as_mut(), batch.collector.take()) {
            collector.merge(next, start);
            self.begun.crowd.store(collector.is_of_a_crowd(), Ordering::Relaxed);
        }
        items
    }
}

fn apply(
    change: &mut Change<'_>,
    step: Step,
    staged: &mut Option<(Staged, Staged)>,
    known: &mut Known,
    signing: &mut Signing<'_>,
    shelf: &mut Shelving<'_>,
) -> Result<(), CaseError> {
    let step = match step {
        Step::Whole(whole) => {
            let Whole { finished, given } = *whole;
            return place::whole(change, &finished, Blobs::Whole(given), known, signing, shelf);
        }
        other => other,
    };
    let sql = change.sql("storing evidence");
    if staged.is_none() {
        let holder = crate::case::store::holder(change.env());
        let now = change.env().now();
        let begin = || Staged::begin(change.tx(), now, &holder);
        *staged = Some((begin().map_err(&sql)?, begin().map_err(&sql)?));
    }
    let Some((evidence, observations)) = staged.as_mut() else { return Ok(()) };
    match step {
        Step::Evidence(frames) => {
            frames.iter().try_for_each(|frame| evidence.push(change.tx(), frame)).map_err(sql)?;
        }
        Step::Observations(frames) => {
            frames.iter().try_for_each(|frame| observations.push(change.tx(), frame)).map_err(sql)?;
        }
        Step::Finish(finished, hashes) => {
            if let Some((mut evidence, mut observations)) = staged.take() {
                let told = hashes.evidence.tell(change.tx(), &finished.ended, &mut evidence);
                told.map_err(|e| change.store("storing evidence", e))?;
                observations.adopt(hashes.observations);
                place::whole(
                    change,
                    &finished,
                    Blobs::Staged(Box::new((evidence, observations))),
                    known,
                    signing,
                    shelf,
                )?;
            }
        }
        Step::Whole(_) => {}
    }
    Ok(())
}

fn pack(packer: &mut Packer, lines: Vec<u8>, hashes: &mut Hashes) -> Result<Vec<Frame>, CaseError> {
    let failed = |e| CaseError::Refused(format!("compressing observations failed: {e}"));
    let mut frames = packer.pack(lines).map_err(failed)?;
    frames.iter_mut().for_each(|frame| frame.hash_into(&mut hashes.observations));
    Ok(frames)
}

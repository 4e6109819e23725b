//! Import: files and standard input become acquisitions and readings, and the projections follow.
//!
//! Steps run side by side, joined by bounded channels, so that memory does not grow with the input:
//!
//! ```text
//! feed: open, decode, hash, split ─► workers: redact, read, compress ─► store: hash, stage, sign ─► fold
//! ```
//!
//! The first evidence of a case is folded while the next is stored, much of any other when all is stored.
//!
//! Small files go the same way many at a time, and the members of archives as if they were files.
//!
//! The store side puts batches back into their order, so the outcome never depends on which worker was faster. Evidence
//! is staged in small transactions; a source exists from the moment its events are signed, and what was signed stays
//! whatever happens next.

mod batch;
mod beside;
mod feed;
mod finish;
mod hashes;
mod known;
mod members;
mod pages;
mod place;
mod report;
mod shelf;
mod sign;
mod small;
mod store;

pub use batch::redact_as_read;
pub(crate) use batch::{Kind, clean_of, push_summed, read_stored, redact};
pub(crate) use finish::{as_of, too_late};
pub(crate) use members::Failing;
pub(crate) use pages::Pages;
pub use report::{EvidenceRow, Progress, Report, Silent, UnreadRow};

use crossbeam_channel::bounded;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::atomic::AtomicBool;

use crate::case::ahead::{Ahead, Folded};
use crate::case::project::BUILD_ARGUMENTS;
use crate::case::store::blob::Packer;
use crate::case::{Case, CaseError};
use crate::collect::archive::ArchiveLimits;
use crate::collect::walk;
use crate::model::acquisition::{Origin, OriginKind};
use crate::model::digest::Digest;
use crate::model::time::Micros;
use crate::read::{Format, Hints, Limits};

/// One thing to import.
pub struct Input {
    /// Where it is from.
    pub origin: Origin,
    /// How to open it.
    pub content: Content,
    /// The file's modification time.
    pub modified: Option<Micros>,
    /// Its size, where known beforehand.
    pub bytes: Option<u64>,
    /// Overrides of the options for this input alone (the exercise's files each have their own).
    pub context: Option<String>,
    /// As above.
    pub as_of: Option<Micros>,
}

/// Where an input's bytes come from.
pub enum Content {
    /// A file that [`crate::collect::walk`] found.
    File(walk::Source),
    /// Anything that can be read: standard input, bytes at hand.
    Reader(Box<dyn Read + Send>),
    /// Bytes that were received and hashed already.
    Received(Box<Received>),
}

/// Bytes that were received and hashed before they came here, because something was left out of them on the way.
pub struct Received {
    /// What was not left out.
    pub reader: Box<dyn Read + Send>,
    /// SHA-256 and size of the bytes as they came.
    pub original: (Digest, u64),
    /// What was done to them, in order.
    pub transforms: Vec<String>,
    /// What is recorded of them beside the import's own options.
    pub recorded: BTreeMap<String, String>,
    /// Read as this format, whatever they look like.
    pub format: Option<Format>,
}

/// How to import.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Read as this format, whatever the content looks like.
    pub format: Option<Format>,
    /// The cluster context or site the evidence is of.
    pub context: Option<String>,
    /// The time the evidence speaks of.
    pub as_of: Option<Micros>,
    /// Seconds by which the source's clock runs ahead.
    pub clock_offset: i64,
    /// Build arguments for the Dockerfiles among it, by name. They must hold no secrets: they are recorded.
    pub build_args: BTreeMap<String, String>,
    /// The evidence is a part (a filtered list): it never says that something is gone.
    pub partial: bool,
    /// Store without redaction.
    pub keep_raw: bool,
    /// Which column of a table holds what.
    pub hints: Hints,
    /// Limits of one acquisition.
    pub limits: Limits,
    /// Limits of one archive.
    pub archives: ArchiveLimits,
    /// Sign what came when it is much, never because time went by: the events then depend on the inputs alone, as the
    /// exercise's must.
    pub steady: bool,
}

impl Options {
    /// The options that bear on reading, as recorded in the acquisition.
    fn recorded(&self, input: &Input) -> BTreeMap<String, String> {
        let mut recorded = BTreeMap::new();
        if let Some(format) = self.format {
            recorded.insert("as".to_owned(), format.as_str().to_owned());
        }
        if let Some(at) = input.as_of.or(self.as_of) {
            recorded.insert("as-of".to_owned(), at.rfc3339());
        }
        if self.clock_offset != 0 {
            recorded.insert("clock-offset".to_owned(), self.clock_offset.to_string());
        }
        if !self.build_args.is_empty() {
            // As JSON, sorted by name: no value can be mistaken for a name or another value.
            let arguments = serde_json::to_string(&self.build_args).unwrap_or_default();
            recorded.insert(BUILD_ARGUMENTS.to_owned(), arguments);
        }
        if self.partial {
            recorded.insert("partial".to_owned(), "true".to_owned());
        }
        if let Some(map) = self.hints.recorded() {
            recorded.insert("map".to_owned(), map);
        }
        recorded
    }

    fn context_of(&self, input: &Input) -> Option<String> {
        input.context.clone().or_else(|| self.context.clone())
    }
}

/// Imports everything, in order. Returns what happened to each input; an error means that the case could not be written,
/// and says what; everything stored before it stays.
pub fn import(
    case: &mut Case,
    inputs: Vec<Input>,
    options: &Options,
    progress: &dyn Progress,
    cancel: &AtomicBool,
) -> Result<Report, CaseError> {
    let folds = inputs.len() >= MANY_INPUTS;
    import_in(case, inputs, options, progress, cancel, folds)
}

/// As [`import`], of inputs that may come while it runs; folding beside the storing where that can be done, or not at all.
pub fn import_in(
    case: &mut Case,
    inputs: impl IntoIterator<Item = Input, IntoIter: Send>,
    options: &Options,
    progress: &dyn Progress,
    cancel: &AtomicBool,
    folds: bool,
) -> Result<Report, CaseError> {
    case.sweep()?;
    case.refresh()?;
    let before = case.counts()?;
    let known = known::Known::of(case)?;
    let ahead = if folds { case.fold_ahead()? } else { None };
    case.only_adds(true)?;
    let (mut report, folded) = side_by_side(case, inputs.into_iter(), options, progress, cancel, known, ahead)?;
    report.interrupted = cancel.load(std::sync::atomic::Ordering::Relaxed);
    case.only_adds(false)?;
    case.release_memory()?;
    if let Some(folded) = folded {
        report.folded_beside = case.take_folded(folded, report.events)?;
    }
    case.refresh()?;
    case.release_memory()?;
    let after = case.counts()?;
    report.images = report::Growth { new: after.images.saturating_sub(before.images), total: after.images };
    report.uses = report::Growth { new: after.uses.saturating_sub(before.uses), total: after.uses };
    Ok(report)
}

/// Runs the steps until all is stored, or one of them cannot go on: what was stored, and what was folded by then.
fn side_by_side(
    case: &mut Case,
    inputs: impl Iterator<Item = Input> + Send,
    options: &Options,
    progress: &dyn Progress,
    cancel: &AtomicBool,
    known: known::Known,
    ahead: Option<Ahead>,
) -> Result<(Report, Option<Folded>), CaseError> {
    let workers = std::thread::available_parallelism().map_or(2, |n| n.get()).clamp(1, 8);
    let (to_workers, tasks) = bounded::<batch::Task>(workers + 1);
    let (to_store, done) = bounded::<batch::Done>(workers + 1);
    let ways = batch::Ways { options, folds: ahead.is_some() };
    let (to_fold, parts) = bounded(PARTS);
    let (to_free, spent) = bounded(PARTS);
    let beside = beside::Beside::new(ahead.is_some().then(|| (to_fold, case.env().now())));
    let mut store = store::Store::new(case, options, known.clone(), beside)?;
    let (outcome, folded) = std::thread::scope(|scope| {
        let feed_store = to_store.clone();
        let known = &known;
        scope.spawn(move || feed::Feed::new(options, known, cancel, to_workers, feed_store).run(inputs));
        for _ in 0..workers {
            let (tasks, to_store, spent) = (tasks.clone(), to_store.clone(), spent.clone());
            scope.spawn(move || {
                let Ok(mut packer) = Packer::new() else { return };
                let mut small = small::Worker::new(ways);
                for task in tasks {
                    if to_store.send(batch::work(task, ways, &mut packer, &mut small)).is_err() {
                        break;
                    }
                    // Memory is costly to free on a thread that did not ask for it, and the one that folds has more to do.
                    spent.try_iter().for_each(drop);
                }
            });
        }
        drop((tasks, to_store));
        let folding = ahead.map(|ahead| scope.spawn(move || ahead.run(&parts, &to_free)));
        // Dropping `done` on an error makes every sender stop.
        let outcome = store.run(done, progress);
        store.end_fold();
        (outcome, folding.and_then(|thread| thread.join().ok().flatten()))
    });
    outcome.map(|()| (store.into_report(), folded))
}

/// So many inputs are worth a thread that folds. A few large ones are not: their readers keep every processor busy until
/// the last byte, and what is folded meanwhile is only held in memory for longer.
const MANY_INPUTS: usize = 64;
/// Parts that wait to be folded: batches of large sources, or whole small ones.
const PARTS: usize = 8;

impl Input {
    /// Bytes at hand, as a part of the exercise.
    pub fn exercise(path: &str, bytes: &'static [u8], context: Option<&str>, as_of: Option<Micros>) -> Self {
        Input {
            origin: Origin {
                kind: OriginKind::Exercise,
                host: String::new(),
                root: String::new(),
                path: path.to_owned(),
            },
            content: Content::Reader(Box::new(bytes)),
            modified: None,
            bytes: Some(bytes.len() as u64),
            context: context.map(str::to_owned),
            as_of,
        }
    }
}

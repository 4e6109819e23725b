//! A batch: about 1 MiB of segments of one source, redacted, read and compressed on a worker.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Options;
use super::small::{self, Small, Whole};
use crate::case::observed;
use crate::case::refresh::slim;
use crate::case::store::blob::{Frame, Packer};
use crate::collect::redact::{Redactions, Shape, redact_records, redact_segment, redact_yaml};
use crate::model::delimited;
use crate::model::fact::Item;
use crate::model::reading::Reject;
use crate::model::yaml_events::YamlEvent;
use crate::read::{Collector, Format, Hints, Limits, Outcome, Segment, SegmentKind, read_told, read_with};

/// How many bytes of segments make a batch: most batches then fit into one frame.
pub(super) const BATCH_BYTES: usize = (1 << 20) - (96 << 10);

/// The same of a log of pulls: whatever a batch says of an image is summed up in it, and each sum is joined to all others.
const LOG_BATCH_BYTES: usize = 2 << 20;

/// How many bytes of segments of a format make a batch.
pub(super) fn bytes_of(format: Format) -> usize {
    if format.is_pull_log() { LOG_BATCH_BYTES } else { BATCH_BYTES }
}

/// Work for a worker. `sequence` numbers tasks and notices of the feed in one row, so the store can put them in order.
pub(super) struct Task {
    pub sequence: u64,
    pub work: Work,
}

/// What is to be done.
pub(super) enum Work {
    /// A part of a source, and whether those before it named too many pullers.
    Segments(Kind, Vec<Segment>, Arc<AtomicBool>),
    /// Whole small files.
    Small(Vec<Small>),
}

/// How a batch is to be treated.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// A known format: redact by its shape, read.
    Read(Format),
    /// Text that no reader knows: redact by every rule there is, store, read nothing.
    Keep,
}

/// What the store receives, from workers and from the feed.
pub(super) struct Done {
    pub sequence: u64,
    pub what: What,
}

/// Notices in the order of the sources.
pub(super) enum What {
    /// A source begins.
    Begin(Box<super::feed::Begun>),
    /// A batch of it.
    Batch(Box<Batch>),
    /// Whole small files, between other sources.
    Small(Vec<Whole>),
    /// A worker could not compress.
    Broken(String),
    /// A source ends.
    End(Box<super::feed::Ended>),
}

/// A finished batch.
#[derive(Default)]
pub(super) struct Batch {
    pub frames: Vec<Frame>,
    pub parts: Vec<Part>,
    pub redactions: Redactions,
    /// What the batch's segments add up to; `None` where nothing is read.
    pub collector: Option<Collector>,
    /// A byte of it is another one than it was.
    pub changed: bool,
}

/// One segment of a finished batch.
pub(super) struct Part {
    /// Bytes it takes in the stored copy.
    pub bytes: u64,
    /// Its observations line, without base.
    pub tail: Vec<u8>,
    /// What is in that line, where it is folded at once; spots count from the segment's first byte.
    pub items: Vec<Item>,
}

/// How to work on what comes in.
#[derive(Clone, Copy)]
pub(super) struct Ways<'o> {
    pub options: &'o Options,
    /// What is read is folded at once, so it is handed on.
    pub folds: bool,
}

/// The most glue that a collector is shown: a list's head and tail are far smaller.
const GLUE_BYTES: usize = 64 << 10;

/// Redacts, reads, compresses.
pub(super) fn work(task: Task, ways: Ways<'_>, packer: &mut Packer, small: &mut small::Worker<'_>) -> Done {
    let what = match task.work {
        Work::Segments(kind, segments, crowd) => {
            let crowded = crowd.load(Ordering::Relaxed);
            batch((kind, crowded), &segments, ways, packer).map(|batch| What::Batch(Box::new(batch)))
        }
        Work::Small(files) => small.work(files).map(What::Small),
    };
    Done { sequence: task.sequence, what: what.unwrap_or_else(|e| What::Broken(e.to_string())) }
}

fn batch(
    (kind, crowded): (Kind, bool),
    segments: &[Segment],
    ways: Ways<'_>,
    packer: &mut Packer,
) -> std::io::Result<Batch> {
    let mut stored = Vec::with_capacity(segments.iter().map(|s| s.bytes.len()).sum::<usize>() + 1024);
    let mut batch = take((kind, crowded), segments, ways, &mut stored)?;
    batch.frames = packer.pack(stored)?;
    Ok(batch)
}

/// Redacts and reads segments; appends their stored copies.
pub(super) fn take(
    (kind, crowded): (Kind, bool),
    segments: &[Segment],
    ways: Ways<'_>,
    stored: &mut Vec<u8>,
) -> std::io::Result<Batch> {
    let mut batch = Batch::default();
    if let Kind::Read(format) = kind {
        batch.collector = Some(if crowded { Collector::of_a_crowd(format) } else { Collector::new(format) });
    }
    for segment in segments {
        let start = stored.len();
        let mut told = None;
        if ways.options.keep_raw {
            stored.extend_from_slice(&segment.bytes);
        } else if is_yaml(kind) {
            let (redactions, events) = redact_yaml(&segment.bytes, stored);
            batch.redactions.merge(&redactions);
            told = events;
        } else {
            batch.redactions.merge(&redact(kind, segment.columns(), &segment.bytes, stored));
        }
        let bytes = stored.get(start..).unwrap_or_default();
        batch.changed |= bytes != segment.bytes;
        let (tail, items) = match (kind, &mut batch.collector) {
            (Kind::Read(format), Some(collector)) => {
                read(format, segment, (bytes, told.as_deref(), start as u64), ways, collector)?
            }
            _ => (Vec::new(), Vec::new()),
        };
        batch.parts.push(Part { bytes: bytes.len() as u64, tail, items });
    }
    Ok(batch)
}

/// Formats whose reader takes what the search for secrets was told by the parser.
fn is_yaml(kind: Kind) -> bool {
    matches!(kind, Kind::Read(Format::KubernetesYaml | Format::ComposeYaml))
}

/// Appends bytes with their secrets replaced, as far as their kind tells where secrets stand. `columns`: see
/// [`Segment::columns`].
pub(crate) fn redact(kind: Kind, columns: Option<&str>, bytes: &[u8], out: &mut Vec<u8>) -> Redactions {
    match (kind, columns) {
        (Kind::Read(format), Some(columns)) if format.shape() == crate::read::Shape::Delimited => {
            redact_records(columns, bytes, out)
        }
        (kind, _) => redact_as(kind, bytes, out),
    }
}

/// Appends a segment of a known format with its secrets replaced, as an import does it before anything is stored or read.
pub fn redact_as_read(format: Format, segment: &Segment, out: &mut Vec<u8>) -> Redactions {
    redact(Kind::Read(format), segment.columns(), &segment.bytes, out)
}

fn redact_as(kind: Kind, bytes: &[u8], out: &mut Vec<u8>) -> Redactions {
    match kind {
        Kind::Read(format) => redact_segment(shape(format), bytes, out),
        Kind::Keep => {
            // Nobody knows what it is, so what any shape would hide is hidden.
            let mut counts = Redactions::default();
            let first = bytes.iter().find(|b| !b.is_ascii_whitespace());
            let outer = if matches!(first, Some(b'{' | b'[')) { Shape::Json } else { Shape::Yaml };
            let mut cells = Vec::new();
            if outer == Shape::Yaml && looks_delimited(bytes) {
                counts.merge(&redact_records("", bytes, &mut cells));
            }
            let mut once = Vec::with_capacity(bytes.len());
            counts.merge(&redact_segment(outer, if cells.is_empty() { bytes } else { &cells }, &mut once));
            counts.merge(&redact_segment(Shape::Text, &once, out));
            counts
        }
    }
}

/// Whether the first record is a row of headers with as many cells as the one below it: then a column's header tells what
/// stands in its cells.
fn looks_delimited(bytes: &[u8]) -> bool {
    let Some(header) = delimited::header(bytes, true) else { return false };
    let mut cells = Vec::new();
    delimited::record(bytes, header.range.start, header.delimiter, true, &mut cells);
    let columns = cells.len();
    delimited::record(bytes, header.range.end, header.delimiter, true, &mut cells);
    columns > 1 && cells.len() == columns
}

fn shape(format: Format) -> Shape {
    if format == Format::Environment {
        return Shape::Environment;
    }
    match format.shape() {
        _ if format == Format::Dockerfile => Shape::Dockerfile,
        crate::read::Shape::Json => Shape::Json,
        crate::read::Shape::Yaml => Shape::Yaml,
        crate::read::Shape::Text | crate::read::Shape::Whole | crate::read::Shape::Delimited => Shape::Text,
    }
}

/// Reads one segment into its line of observations. What was read is dropped here, on the thread that made it, unless it
/// is folded at once.
fn read(
    format: Format,
    segment: &Segment,
    (stored, told, start): (&[u8], Option<&[YamlEvent]>, u64),
    Ways { options, folds }: Ways<'_>,
    collector: &mut Collector,
) -> std::io::Result<(Vec<u8>, Vec<Item>)> {
    if segment.kind == SegmentKind::Glue {
        collector.glue(stored.get(..stored.len().min(GLUE_BYTES)).unwrap_or_default());
        return Ok(Default::default());
    }
    let outcome = match told {
        None if format.is_pull_log() => read_log((segment, stored, start), options.keep_raw, options, collector),
        None => read_stored(format, segment, stored, options.keep_raw, &options.hints, &options.limits),
        Some(_) => read_told(format, segment, stored, told, &options.hints, &options.limits),
    };
    collector.add(&outcome);
    let tail = observed::tail(&outcome.items, &outcome.rejects)?;
    if !folds {
        return Ok((tail, Vec::new()));
    }
    let ahead = options.clock_offset.saturating_mul(1_000_000);
    let items = outcome.items.into_iter().map(|item| slim(observed::place(item, 0, ahead)));
    Ok((tail, items.collect()))
}

/// Reads stored bytes. A copy that was kept raw is read through redaction, so that nothing read out of it has its secrets;
/// items are found in it all the same, but where within an item a fact stands is then only told by its pointer.
pub(crate) fn read_stored(
    format: Format,
    segment: &Segment,
    stored: &[u8],
    raw: bool,
    hints: &Hints,
    limits: &Limits,
) -> Outcome {
    if !raw {
        return read_with(format, segment, stored, hints, limits);
    }
    let mut clean = Vec::with_capacity(stored.len());
    redact(Kind::Read(format), segment.columns(), stored, &mut clean);
    let mut outcome = read_with(format, segment, &clean, hints, limits);
    for item in &mut outcome.items {
        if item.spot.length == clean.len() as u64 {
            item.spot.length = stored.len() as u64;
        }
        let uses =
            item.uses.iter_mut().flat_map(|u| [Some(&mut u.spot), u.seen.as_mut().map(|s| &mut s.spot)]).flatten();
        let rest = item.sightings.iter_mut().map(|s| &mut s.spot).chain(item.relations.iter_mut().map(|r| &mut r.spot));
        uses.chain(rest).for_each(|spot| (spot.offset, spot.length) = (0, 0));
        item.lineage.iter_mut().for_each(|lineage| lineage.forget_places());
        item.reports.iter_mut().for_each(|report| report.forget_places());
    }
    outcome
}

/// Reads a segment of a log of pulls on top of what the collector has; see [`read_stored`] for copies that were kept raw.
fn read_log(
    (segment, stored, start): (&Segment, &[u8], u64),
    raw: bool,
    options: &Options,
    collector: &mut Collector,
) -> Outcome {
    let clean = clean_of(collector.format(), segment, stored, raw);
    collector.read_log((segment, clean.as_deref().unwrap_or(stored), start), &options.hints, &options.limits)
}

/// A copy that was kept raw without its secrets; `None` where the stored one has none.
pub(crate) fn clean_of(format: Format, segment: &Segment, stored: &[u8], raw: bool) -> Option<Vec<u8>> {
    raw.then(|| {
        let mut clean = Vec::with_capacity(stored.len());
        redact(Kind::Read(format), segment.columns(), stored, &mut clean);
        clean
    })
}

/// The last observations of a source: what a log of pulls comes to, a line each.
pub(crate) fn push_summed(items: &[Item], out: &mut Vec<u8>) -> std::io::Result<()> {
    for item in items {
        observed::push_line(0, &observed::tail(std::slice::from_ref(item), &[])?, out);
    }
    Ok(())
}

/// Redaction counts as they are recorded.
pub(super) fn recorded(redactions: &Redactions) -> BTreeMap<String, u64> {
    redactions.by_place.iter().map(|(place, n)| ((*place).to_owned(), *n)).collect()
}

/// A reject made from text.
pub(super) fn reject(locator: &str, reason: impl std::fmt::Display) -> Reject {
    Reject { locator: locator.to_owned(), reason: reason.to_string() }
}

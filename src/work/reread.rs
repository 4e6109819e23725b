//! Reading stored evidence again: after an upgrade, or to check that a reading is what this version makes of the bytes.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};

use super::import::{Pages, as_of, clean_of, push_summed, read_stored, too_late};
use crate::case::events::kinds::{self, ReadPayload};
use crate::case::observed;
use crate::case::state::Source;
use crate::case::store::blob::{BlobReader, Frame, Staged, stat};
use crate::case::store::{Draft, holder};
use crate::case::verify::Problem;
use crate::case::{Case, CaseError};
use crate::model::digest::Digest;
use crate::model::live::LivePage;
use crate::model::reading::Reading;
use crate::read::{Collected, Collector, Format, Hints, Limits, Outcome, ReadError, Segment, SegmentKind, Splitter};

/// How much is read at a time.
const CHUNK_BYTES: usize = 256 << 10;

/// What came of reading stored bytes again.
struct Again {
    lines: Vec<u8>,
    collected: Collected,
}

/// The sources whose reading is of an older reader version than this program's.
pub fn plan(case: &Case) -> Result<Vec<Source>, CaseError> {
    let (state, _) = case.state()?;
    let outdated = |source: &Source| {
        let reading = source.reading.as_ref()?;
        let format = Format::parse(&reading.format)?;
        (reading.version < format.version()).then_some(())
    };
    Ok(state.sources.into_values().filter(|s| outdated(s).is_some()).collect())
}

/// Reads them again and appends the new readings; says how many.
pub fn run(case: &mut Case, plan: Vec<Source>, cancel: &AtomicBool) -> Result<usize, CaseError> {
    let mut done = 0;
    let mut pages = Pages::of(case.current()?.sources.values());
    for source in plan {
        if cancel.load(Ordering::Relaxed) {
            break;
        }
        let Some(old) = &source.reading else { continue };
        let Some(again) = read(case, &source, old)? else { continue };
        let mut reading = renewed(&source, old, &again);
        pages.settle(&source.acquisition, &mut reading);
        case.change("storing a new reading", |change| {
            let sql = change.sql("storing a new reading");
            let mut reading = reading;
            if !again.lines.is_empty() {
                let now = change.env().now();
                let mut staged = Staged::begin(change.tx(), now, &holder(change.env())).map_err(&sql)?;
                for frame in Frame::pack(&again.lines).map_err(|e| CaseError::Refused(e.to_string()))? {
                    staged.push(change.tx(), &frame).map_err(&sql)?;
                }
                reading.observations = Some(staged.seal(change.tx()).map_err(&sql)?);
            }
            let mut draft = Draft::new(kinds::READ, kinds::to_value(&ReadPayload { readings: vec![reading] })?);
            draft.anchors = vec![source.acquisition.id.to_string()];
            change.append(vec![draft])
        })?;
        done += 1;
    }
    case.refresh()?;
    Ok(done)
}

/// Where today's readers, of the same version as the recorded ones, find something else in the stored bytes.
pub fn differences(case: &Case) -> Result<Vec<Problem>, CaseError> {
    let (state, _) = case.state()?;
    let mut problems = Vec::new();
    for source in state.sources.values() {
        let Some(reading) = &source.reading else { continue };
        let same_version = Format::parse(&reading.format).is_some_and(|f| f.version() == reading.version);
        if !same_version {
            continue;
        }
        let Some(again) = read(case, source, reading)? else { continue };
        let found = (!again.lines.is_empty()).then(|| Digest::of(&again.lines));
        if found != reading.observations {
            let detail = format!(
                "the recorded reading has {} facts, reading the stored bytes again gives {}",
                reading.facts, again.collected.facts
            );
            problems.push(Problem { kind: "reading", place: source.acquisition.place(), detail });
        }
    }
    Ok(problems)
}

fn renewed(source: &Source, old: &Reading, again: &Again) -> Reading {
    let stated = source.acquisition.options.get("as-of").and_then(|t| crate::model::time::Micros::parse_rfc3339(t));
    let format = Format::parse(&old.format);
    let version = format.map_or(old.version, |f| f.version());
    let collected = &again.collected;
    let as_of = as_of(&source.acquisition, stated, Some(&collected.times), format.is_some_and(Format::is_dated));
    let mut notes = collected.notes.clone();
    notes.extend(too_late(&source.acquisition, &as_of, &collected.times));
    Reading {
        version,
        observations: None,
        items: collected.items,
        facts: collected.facts,
        rejected: collected.rejected,
        rejects: collected.rejects.clone(),
        status: collected.status,
        reason: collected.reason.clone(),
        notes,
        scope: collected.scope.clone(),
        as_of,
        ..old.clone()
    }
}

/// Splits and reads the stored bytes. `None` where there are none to read.
fn read(case: &Case, source: &Source, reading: &Reading) -> Result<Option<Again>, CaseError> {
    let (Some(stored), Some(format)) = (&source.acquisition.stored, Format::parse(&reading.format)) else {
        return Ok(None);
    };
    let found = stat(case.conn(), stored).map_err(case.sql("reading evidence"))?;
    let Some(found) = found.filter(|s| !s.expunged) else { return Ok(None) };
    let mut input = BlobReader::new(case.conn(), found.row);
    let limits = Limits::default();
    let mut splitter = Splitter::new(format, limits);
    let raw = source.acquisition.raw;
    let hints = Hints::of_options(&source.acquisition.options);
    let mut pass = Pass { format, raw, hints, limits, base: 0, lines: Vec::new(), collector: Collector::new(format) };
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut segments = Vec::new();
    let failed = |what: String| CaseError::Damaged { path: case.path().to_path_buf(), what };
    let broken: Option<ReadError> = loop {
        let n = input.read(&mut chunk).map_err(|e| failed(format!("evidence {}: {e}", stored.short())))?;
        let step = match n {
            0 => splitter.finish(&mut segments),
            n => splitter.push(chunk.get(..n).unwrap_or_default(), &mut segments),
        };
        pass.take(&mut segments)?;
        match step {
            Err(error) => break Some(error),
            Ok(()) if n == 0 => break None,
            Ok(()) => {}
        }
    };
    if let Some(error) = &broken {
        pass.collector.broken(error);
    }
    let options = &source.acquisition.options;
    let collector = pass.collector.paged(LivePage::of(options).is_some());
    let mut lines = pass.lines;
    let collected = collector.finish(options.contains_key("partial"));
    push_summed(&collected.summed, &mut lines).map_err(|e| CaseError::Refused(e.to_string()))?;
    Ok(Some(Again { lines, collected }))
}

/// One run over the segments of one source.
struct Pass {
    format: Format,
    raw: bool,
    hints: Hints,
    limits: Limits,
    base: u64,
    lines: Vec<u8>,
    collector: Collector,
}

impl Pass {
    fn outcome(&mut self, segment: &Segment) -> Outcome {
        if self.format.is_pull_log() {
            let clean = clean_of(self.format, segment, &segment.bytes, self.raw);
            let bytes = clean.as_deref().unwrap_or(&segment.bytes);
            return self.collector.read_log((segment, bytes, self.base), &self.hints, &self.limits);
        }
        read_stored(self.format, segment, &segment.bytes, self.raw, &self.hints, &self.limits)
    }

    fn take(&mut self, segments: &mut Vec<Segment>) -> Result<(), CaseError> {
        for segment in segments.drain(..) {
            if segment.kind == SegmentKind::Glue {
                self.collector.glue(&segment.bytes);
            } else {
                let outcome = self.outcome(&segment);
                let tail =
                    observed::tail(&outcome.items, &outcome.rejects).map_err(|e| CaseError::Refused(e.to_string()))?;
                observed::push_line(self.base, &tail, &mut self.lines);
                self.collector.add(&outcome);
            }
            self.base += segment.bytes.len() as u64;
        }
        Ok(())
    }
}

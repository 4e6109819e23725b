//! CI files, Helm values and bake files, read as an import reads them: detected, split, redacted, read.

mod bake;
mod corpus;
mod detection;
mod github;
mod gitlab;
mod helm;
mod hostile;
mod secrets;
mod smaller;

use hullbreach::model::fact::{Item, Use};
use hullbreach::model::reading::{Reject, Status};
use hullbreach::read::{
    Collected, Collector, Detection, Format, Limits, Segment, SegmentKind, Splitter, detect, read_segment,
};
use hullbreach::work::import::redact_as_read;

/// All that reading a file gives.
struct Whole {
    format: &'static str,
    /// With spots counted from the stored copy's first byte.
    items: Vec<Item>,
    rejects: Vec<Reject>,
    collected: Collected,
    /// The stored copy.
    stored: Vec<u8>,
}

/// The word of a file's format, or why there is none.
fn detected(name: &str, text: &str) -> String {
    match detect(text.as_bytes(), true, name) {
        Detection::Known(format) => format.as_str().to_owned(),
        Detection::Unknown { reason, .. } => reason,
    }
}

/// Reads a file that some reader knows.
#[track_caller]
fn read(name: &str, text: &str) -> Whole {
    match detect(text.as_bytes(), true, name) {
        Detection::Known(format) => read_as(format, text.as_bytes()),
        Detection::Unknown { reason, .. } => panic!("{name} is not known: {reason}\n{text}"),
    }
}

fn read_as(format: Format, bytes: &[u8]) -> Whole {
    let limits = Limits::default();
    let (mut segments, mut splitter) = (Vec::new(), Splitter::new(format, limits));
    let error = splitter.push(bytes, &mut segments).err().or(splitter.finish(&mut segments).err());
    let mut collector = Collector::new(format);
    let (mut items, mut rejects, mut stored) = (Vec::new(), Vec::new(), Vec::new());
    for segment in segments {
        let base = stored.len();
        redact_as_read(format, &segment, &mut stored);
        let clean = stored.get(base..).unwrap().to_vec();
        if segment.kind == SegmentKind::Glue {
            collector.glue(&clean);
            continue;
        }
        let outcome = read_segment(format, &Segment { bytes: clean, ..segment }, &limits);
        collector.add(&outcome);
        rejects.extend(outcome.rejects);
        items.extend(outcome.items.into_iter().map(|mut item| {
            item.spot.offset += base as u64;
            item
        }));
    }
    if let Some(error) = &error {
        collector.broken(error);
    }
    Whole { format: format.as_str(), items, rejects, collected: collector.finish(false), stored }
}

/// `role name as-written`, then what it comes to, what it needs, its marks and its confidence, where there is something to say.
fn shown(place: &Use) -> String {
    let mut text = format!("{} {} {}", place.role.as_str(), place.name, place.as_written);
    if let Some(resolved) = &place.resolved {
        text += &format!(" = {resolved}");
    }
    if !place.needs.is_empty() {
        text += &format!(" needs {}", place.needs.join(", "));
    }
    for mark in &place.marks {
        text += &format!(" {mark}");
    }
    if place.confidence != 1000 {
        text += &format!(" {}", place.confidence);
    }
    text
}

/// A line for each object, followed by one for each of its uses.
fn lines(whole: &Whole) -> Vec<String> {
    let mut lines = Vec::new();
    for item in &whole.items {
        if let Some(object) = &item.object {
            lines.push(format!("{} {}/{}", object.kind, object.namespace, object.name));
        }
        lines.extend(item.uses.iter().map(|place| format!("  {}", shown(place))));
    }
    lines
}

/// Reads a file without rejects, whose facts stand where they say, and compares what it says with `expected`, a line
/// for each object and use, indented alike.
#[track_caller]
fn assert_reads(name: &str, format: &str, text: &str, expected: &str) -> Whole {
    let whole = read(name, text);
    assert_eq!(whole.format, format, "{text}");
    assert_eq!(whole.rejects, [], "{text}");
    assert_eq!(whole.collected.status, Status::Read, "{}", whole.collected.reason);
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let found = lines(&whole);
    let found: Vec<&str> = found.iter().map(|line| line.trim()).collect();
    assert_eq!(found, expected, "{text}");
    assert_spots(&whole);
    whole
}

/// Each fact's bytes are the name as written, unless it was put together or written with escapes.
#[track_caller]
fn assert_spots(whole: &Whole) {
    for item in &whole.items {
        for place in &item.uses {
            let start = (item.spot.offset + place.spot.offset) as usize;
            let found = whole.stored.get(start..start + place.spot.length as usize).unwrap();
            let found = String::from_utf8_lossy(found);
            assert!(place.as_written.contains(&*found) && !found.is_empty(), "{found:?} for {place:?}");
            let (start, end) = (item.spot.offset, item.spot.offset + item.spot.length);
            assert!(start + place.spot.offset + place.spot.length <= end, "{place:?} stands outside of its item");
        }
    }
}

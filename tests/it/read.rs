//! The readers over whole files: what is taken out of real recordings, and that nothing hostile harms.

use std::collections::BTreeSet;
use std::path::PathBuf;

use hullbreach::model::digest::RelationKind;
use hullbreach::model::fact::{Item, Role, SeenState, Sighting, SightingKind, Use};
use hullbreach::model::reading::{Reject, Status};
use hullbreach::read::{
    Collected, Collector, Detection, Format, Limits, Segment, SegmentKind, Splitter, detect, read_segment,
};
use proptest::prelude::*;

/// All that reading a file gives.
struct Whole {
    format: Format,
    /// With spots counted from the file's first byte.
    items: Vec<Item>,
    rejects: Vec<Reject>,
    collected: Collected,
}

fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/read_fixtures").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn segments(
    format: Format,
    limits: Limits,
    bytes: &[u8],
    chunk: usize,
) -> (Vec<Segment>, Option<hullbreach::read::ReadError>) {
    let (mut out, mut error) = (Vec::new(), None);
    let mut splitter = Splitter::new(format, limits);
    for part in bytes.chunks(chunk.max(1)) {
        error = splitter.push(part, &mut out).err().or(error);
    }
    error = splitter.finish(&mut out).err().or(error);
    let joined: Vec<u8> = out.iter().flat_map(|s| s.bytes.iter().copied()).collect();
    assert!(joined == bytes, "the segments are not the input");
    (out, error)
}

fn read_as(format: Format, limits: Limits, bytes: &[u8]) -> Whole {
    let (segments, error) = segments(format, limits, bytes, 64 << 10);
    let mut collector = Collector::new(format);
    let (mut items, mut rejects, mut base) = (Vec::new(), Vec::new(), 0);
    for segment in &segments {
        if segment.kind == SegmentKind::Glue {
            collector.glue(&segment.bytes);
        } else {
            let outcome = read_segment(format, segment, &limits);
            collector.add(&outcome);
            rejects.extend(outcome.rejects);
            items.extend(outcome.items.into_iter().map(|mut item| {
                item.spot.offset += base;
                item
            }));
        }
        base += segment.bytes.len() as u64;
    }
    if let Some(error) = &error {
        collector.broken(error);
    }
    Whole { format, items, rejects, collected: collector.finish(false) }
}

fn read(bytes: &[u8]) -> Whole {
    match detect(bytes.get(..256 << 10).unwrap_or(bytes), bytes.len() <= 256 << 10, "") {
        Detection::Known(format) => read_as(format, Limits::default(), bytes),
        Detection::Unknown { reason, .. } => panic!("not known: {reason}"),
    }
}

fn read_text(text: &str) -> Whole {
    read(text.as_bytes())
}

fn uses(whole: &Whole) -> impl Iterator<Item = &Use> {
    whole.items.iter().flat_map(|item| &item.uses)
}

fn sightings(whole: &Whole) -> Vec<&Sighting> {
    whole.items.iter().flat_map(|item| &item.sightings).collect()
}

/// `role name as-written` of each use.
fn brief(whole: &Whole) -> Vec<String> {
    uses(whole).map(|u| format!("{} {} {}", u.role.as_str(), u.name, u.as_written)).collect()
}

/// Each fact's bytes are the name as written.
fn assert_spots(whole: &Whole, bytes: &[u8]) {
    for item in &whole.items {
        for place in &item.uses {
            let start = (item.spot.offset + place.spot.offset) as usize;
            let found = bytes.get(start..start + place.spot.length as usize).unwrap();
            assert_eq!(String::from_utf8_lossy(found), place.as_written, "{:?}", item.spot);
        }
    }
}

mod hostile;
mod kinds;
mod recordings;

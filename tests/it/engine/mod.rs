//! Engine output and lists of machines over whole files: records as each engine prints them, redacted as an import does,
//! and what must never be taken for one.

mod containers;
mod hostile;
mod images;
mod import;
mod machines;
mod tables;
mod twins;

use hullbreach::model::fact::{Item, Use};
use hullbreach::model::reading::Reject;
use hullbreach::read::{
    Collected, Collector, Detection, Format, Hints, Limits, SegmentKind, Splitter, detect, read_with,
};
use hullbreach::work::import::redact_as_read;

/// Digests of one letter each.
fn sha(letter: char) -> String {
    format!("sha256:{}", letter.to_string().repeat(64))
}

struct Whole {
    format: Format,
    items: Vec<Item>,
    rejects: Vec<Reject>,
    collected: Collected,
    /// The stored copy.
    stored: String,
}

/// Splits, redacts and reads, as an import does.
fn read_as(format: Format, hints: &Hints, text: &str) -> Whole {
    let limits = Limits::default();
    let (mut segments, mut splitter) = (Vec::new(), Splitter::new(format, limits));
    let mut error = None;
    for chunk in text.as_bytes().chunks(64 << 10) {
        error = splitter.push(chunk, &mut segments).err().or(error);
    }
    error = splitter.finish(&mut segments).err().or(error);
    let mut collector = Collector::new(format);
    let (mut items, mut rejects, mut stored) = (Vec::new(), Vec::new(), Vec::new());
    for segment in &segments {
        let base = stored.len();
        redact_as_read(format, segment, &mut stored);
        let bytes = &stored[base..];
        if segment.kind == SegmentKind::Glue {
            collector.glue(bytes);
            continue;
        }
        let outcome = read_with(format, segment, bytes, hints, &limits);
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
    let stored = String::from_utf8(stored).unwrap();
    Whole { format, items, rejects, collected: collector.finish(false), stored }
}

fn word(text: &str) -> Result<Format, String> {
    match detect(text.as_bytes(), true, "") {
        Detection::Known(format) => Ok(format),
        Detection::Unknown { reason, .. } => Err(reason),
    }
}

fn read(text: &str) -> Whole {
    read_as(word(text).unwrap(), &Hints::default(), text)
}

fn uses(whole: &Whole) -> Vec<&Use> {
    whole.items.iter().flat_map(|item| &item.uses).collect()
}

/// `role name as-written` of each use.
fn brief(whole: &Whole) -> Vec<String> {
    uses(whole).iter().map(|u| format!("{} {} {}", u.role.as_str(), u.name, u.as_written)).collect()
}

/// The bytes each use points at.
fn pointed(whole: &Whole) -> Vec<&str> {
    let spots = whole.items.iter().flat_map(|item| item.uses.iter().map(move |u| (item.spot.offset, &u.spot)));
    spots.map(|(base, s)| &whole.stored[(base + s.offset) as usize..(base + s.offset + s.length) as usize]).collect()
}

fn reasons(whole: &Whole) -> Vec<String> {
    whole.rejects.iter().map(|r| format!("{} {}", r.locator, r.reason)).collect()
}

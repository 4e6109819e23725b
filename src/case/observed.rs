//! Observations as they are stored: one JSON line for each segment that said something.

use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, BufReader, Read};

use crate::model::fact::Item;
use crate::model::reading::Reject;
use crate::model::time::Micros;

/// The longest line that is read back; a segment is far smaller than what it was read from.
const MAX_LINE: usize = 256 << 20;

/// What one segment said. `base` is the segment's first byte in the stored evidence; spots of items count from it.
#[derive(Debug, Deserialize)]
pub struct Observed {
    /// First byte of the segment in the stored evidence.
    pub base: u64,
    /// What was read.
    #[serde(default)]
    pub items: Vec<Item>,
    /// What was not understood.
    #[serde(default)]
    pub rejects: Vec<Reject>,
}

#[derive(Serialize)]
struct Said<'a> {
    #[serde(skip_serializing_if = "slice_is_empty")]
    items: &'a [Item],
    #[serde(skip_serializing_if = "slice_is_empty")]
    rejects: &'a [Reject],
}

fn slice_is_empty<T>(slice: &&[T]) -> bool {
    slice.is_empty()
}

/// The line without its base, so that it can be made before the base is known: `"items":[…]}`. Empty where the segment
/// said nothing.
pub fn tail(items: &[Item], rejects: &[Reject]) -> io::Result<Vec<u8>> {
    if items.is_empty() && rejects.is_empty() {
        return Ok(Vec::new());
    }
    let mut line = serde_json::to_vec(&Said { items, rejects })?;
    line.remove(0);
    line.push(b'\n');
    Ok(line)
}

/// Puts the base before a tail.
pub fn push_line(base: u64, tail: &[u8], out: &mut Vec<u8>) {
    if !tail.is_empty() {
        out.extend_from_slice(format!("{{\"base\":{base},").as_bytes());
        out.extend_from_slice(tail);
    }
}

/// Reads observations back, line by line.
pub struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    broken: bool,
}

impl<R: Read> Lines<R> {
    /// Over the bytes of an observations blob.
    pub fn new(input: R) -> Self {
        Lines { input: BufReader::with_capacity(1 << 16, input), line: Vec::new(), broken: false }
    }
}

impl<R: Read> Iterator for Lines<R> {
    type Item = io::Result<Observed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.broken {
            return None;
        }
        self.line.clear();
        match (&mut self.input).take(MAX_LINE as u64).read_until(b'\n', &mut self.line) {
            Ok(0) => None,
            Ok(_) => Some(serde_json::from_slice(&self.line).map_err(io::Error::from)),
            Err(e) => {
                // A reader that failed once would fail for ever.
                self.broken = true;
                Some(Err(e))
            }
        }
    }
}

/// Makes an item's spot count from the start of the evidence, and takes a source clock's error out of its times.
pub fn place(mut item: Item, base: u64, clock_ahead: i64) -> Item {
    item.spot.offset += base;
    if clock_ahead != 0 {
        let fix = |time: &mut Option<Micros>| {
            if let Some(time) = time {
                time.0 = time.0.saturating_sub(clock_ahead);
            }
        };
        if let Some(object) = &mut item.object {
            fix(&mut object.created);
        }
        for seen in item.uses.iter_mut().filter_map(|u| u.seen.as_mut()) {
            fix(&mut seen.started);
            fix(&mut seen.finished);
        }
        for sighting in &mut item.sightings {
            fix(&mut sighting.from);
            fix(&mut sighting.to);
        }
        if let Some(pulls) = &mut item.pulls {
            pulls.shift(clock_ahead.saturating_neg());
        }
    }
    item
}

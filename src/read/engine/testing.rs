//! For tests: a text as it is detected, split and read.

use crate::model::fact::Item;
use crate::read::{Collected, Collector, Detection, Format, Limits, Splitter, detect, read_segment};

/// The items of a text of a format that must be detected, and what was collected of it.
pub fn read(format: Format, text: &str) -> (Vec<Item>, Collected) {
    assert_eq!(detect(text.as_bytes(), true, "x"), Detection::Known(format), "{text}");
    let (mut splitter, mut segments) = (Splitter::new(format, Limits::default()), Vec::new());
    splitter.push(text.as_bytes(), &mut segments).unwrap();
    splitter.finish(&mut segments).unwrap();
    let (mut collector, mut items) = (Collector::new(format), Vec::new());
    for segment in &segments {
        let outcome = read_segment(format, segment, &Limits::default());
        collector.add(&outcome);
        items.extend(outcome.items);
    }
    (items, collector.finish(false))
}

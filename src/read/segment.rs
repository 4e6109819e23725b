//! What a splitter hands on: runs of bytes that together are exactly the input.

use std::sync::Arc;

/// What a segment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentKind {
    /// Something to read: an object, a document, a run of lines.
    Item,
    /// What stands around and between items: brackets, list metadata, comments, and whatever could not be split.
    Glue,
}

/// A run of bytes of the input. All segments' bytes in order are the input, always.
///
/// Pointers of items: the first document's are plain RFC 6901 pointers (`""` for a whole document, `/items/17` for an
/// element of a list, `/17` for an element of a top-level array); those of the n-th document, from the second, begin
/// with `/doc/n` (`/doc/2`, `/doc/2/items/3`). Runs of lines are `line:N`, N the number of the first line, from 1.
/// Glue has an empty pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Whether there is something to read in it.
    pub kind: SegmentKind,
    /// Where it stands; see above.
    pub pointer: String,
    /// What the list around it said of itself before its first element.
    pub list: Option<Arc<ListHead>>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What a list said of itself before its items, as far as it had: in `kubectl`'s output `kind` follows `items`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListHead {
    /// The list's `kind`, as `PodList`; empty where not yet told.
    pub kind: String,
    /// The list's `apiVersion`; empty where not yet told.
    pub api_version: String,
    /// The header line of a table of text; empty for everything else.
    pub columns: String,
}

impl Segment {
    /// The header above an item that is a run of lines or records, empty where the run has its own; `None` for glue.
    pub fn columns(&self) -> Option<&str> {
        let above = self.list.as_ref().map_or("", |list| list.columns.as_str());
        (self.kind == SegmentKind::Item).then_some(above)
    }

    pub(super) fn glue(bytes: Vec<u8>) -> Self {
        Segment { kind: SegmentKind::Glue, pointer: String::new(), list: None, bytes }
    }
}

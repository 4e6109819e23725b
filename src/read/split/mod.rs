//! Cuts a stream of bytes into segments. Where it cuts is a function of the bytes alone, never of how they came in
//! chunks, and nothing is lost: the segments' bytes in order are the input.
//!
//! A splitter looks at brackets, quotes and line starts only; it never decides what an object means, and it holds one
//! segment at a time.

mod delimited;
mod held;
mod json;
mod lines;
mod recover;
mod whole;
mod yaml;
mod yaml_line;

use super::{Format, Limits, ReadError, Segment, Shape};
use held::Held;

/// Glue is handed out in pieces of this size where there is much of it.
const PIECE: usize = 64 << 10;

/// Cuts one acquisition's bytes into segments.
#[derive(Debug)]
pub struct Splitter {
    inner: Inner,
    broken: bool,
}

#[derive(Debug)]
enum Inner {
    Json(json::JsonSplitter),
    Yaml(yaml::YamlSplitter),
    Lines(lines::LineSplitter),
    Whole(whole::WholeSplitter),
    Delimited(delimited::DelimitedSplitter),
}

impl Splitter {
    /// A splitter for one acquisition of a format.
    pub fn new(format: Format, limits: Limits) -> Self {
        let inner = match format.shape() {
            Shape::Json => Inner::Json(json::JsonSplitter::new(limits, lists(format))),
            Shape::Yaml => Inner::Yaml(yaml::YamlSplitter::new(limits)),
            Shape::Text => Inner::Lines(lines::LineSplitter::new(limits)),
            Shape::Whole => Inner::Whole(whole::WholeSplitter::new(limits)),
            Shape::Delimited => Inner::Delimited(delimited::DelimitedSplitter::new(limits, records(format))),
        };
        Splitter { inner, broken: false }
    }

    /// Takes the next bytes and appends the segments that are finished by them.
    ///
    /// On an error all bytes held are appended as glue, and whatever is pushed later comes out as glue too, so a caller
    /// that goes on still stores the evidence whole.
    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<Segment>) -> Result<(), ReadError> {
        if self.broken {
            out.push(Segment::glue(chunk.to_vec()));
            return Ok(());
        }
        let result = match &mut self.inner {
            Inner::Json(json) => json.push(chunk, out),
            Inner::Yaml(yaml) => yaml.push(chunk, out),
            Inner::Lines(lines) => lines.push(chunk, out),
            Inner::Whole(whole) => whole.push(chunk, out),
            Inner::Delimited(table) => table.push(chunk, out),
        };
        self.settle(result, out)
    }

    /// Ends the input. On an error what was held has been appended as glue.
    pub fn finish(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        if self.broken {
            return Ok(());
        }
        let result = match &mut self.inner {
            Inner::Json(json) => json.finish(out),
            Inner::Yaml(yaml) => yaml.finish(out),
            Inner::Lines(lines) => lines.finish(out),
            Inner::Whole(whole) => whole.finish(out),
            Inner::Delimited(table) => table.finish(out),
        };
        let result = self.settle(result, out);
        self.broken = true;
        result
    }

    fn settle(&mut self, result: Result<(), ReadError>, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        if result.is_err() {
            self.broken = true;
            self.held().glue_rest(out);
        }
        result
    }

    fn held(&mut self) -> &mut Held {
        match &mut self.inner {
            Inner::Json(json) => &mut json.held,
            Inner::Yaml(yaml) => &mut yaml.held,
            Inner::Lines(lines) => &mut lines.held,
            Inner::Whole(whole) => &mut whole.held,
            Inner::Delimited(table) => &mut table.held,
        }
    }
}

/// The members of a JSON document whose elements are items of their own.
fn lists(format: Format) -> &'static [&'static str] {
    match format {
        Format::RegistryEvents => &["events"],
        Format::Cloudtrail => &["Records"],
        Format::HubAudit => &["logs"],
        _ => &["items", "rows"],
    }
}

/// Records of a run. Those of a log are many and small, and nothing of a run is kept but sums.
fn records(format: Format) -> u64 {
    if format == Format::PullTable { 2_048 } else { 256 }
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use crate::read::SegmentKind;

    /// Splits a text handed over in chunks of one size; neighbouring glue is joined, and the whole is checked to be the
    /// input again.
    pub fn split(format: Format, limits: Limits, text: &[u8], chunk: usize) -> (Vec<Segment>, Option<ReadError>) {
        let (mut out, mut error) = (Vec::new(), None);
        let mut splitter = Splitter::new(format, limits);
        for part in text.chunks(chunk.max(1)) {
            error = splitter.push(part, &mut out).err().or(error);
        }
        error = splitter.finish(&mut out).err().or(error);
        let whole: Vec<u8> = out.iter().flat_map(|s| s.bytes.clone()).collect();
        assert_eq!(whole, text, "the segments are not the input");
        let mut joined: Vec<Segment> = Vec::new();
        for segment in out {
            match joined.last_mut() {
                Some(last) if last.kind == SegmentKind::Glue && segment.kind == SegmentKind::Glue => {
                    last.bytes.extend(segment.bytes);
                }
                _ => joined.push(segment),
            }
        }
        (joined, error)
    }

    /// The items' pointers and texts.
    pub fn items(format: Format, text: &str) -> Vec<(String, String)> {
        let (segments, error) = split(format, Limits::default(), text.as_bytes(), text.len());
        assert_eq!(error, None);
        pairs(&segments)
    }

    pub fn pairs(segments: &[Segment]) -> Vec<(String, String)> {
        let items = segments.iter().filter(|s| s.kind == SegmentKind::Item);
        items.map(|s| (s.pointer.clone(), String::from_utf8_lossy(&s.bytes).into_owned())).collect()
    }

    /// Splits in every small chunk size and checks that the result is always the same.
    pub fn same_for_all_chunks(format: Format, limits: Limits, text: &[u8]) {
        let whole = split(format, limits, text, text.len());
        for chunk in [1, 2, 3, 7, 16, 61, 509] {
            assert_eq!(split(format, limits, text, chunk), whole, "chunks of {chunk}");
        }
    }
}

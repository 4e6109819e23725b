//! Evidence that was kept raw, on its way to a person: its secrets are hidden by the very rules an import hides them by,
//! item by item, because a line alone rarely tells that it holds a secret. Its lines keep their numbers.

use std::io::{self, Cursor, Read};

use super::import::{Kind, redact};
use crate::read::{Format, Limits, Splitter};

/// How much is read at a time.
const CHUNK_BYTES: usize = 256 << 10;

/// Reads stored bytes with their secrets replaced. Holds one item at a time; what no reader knows is held whole, which an
/// import has kept small.
pub struct Hidden<R> {
    input: R,
    kind: Kind,
    splitter: Option<Splitter>,
    ready: Cursor<Vec<u8>>,
    done: bool,
}

impl<R: Read> Hidden<R> {
    /// Over the whole of a stored copy, of the format it was read as.
    pub fn new(input: R, format: Option<Format>) -> Self {
        let kind = format.map_or(Kind::Keep, Kind::Read);
        let splitter = format.map(|format| Splitter::new(format, Limits::default()));
        Hidden { input, kind, splitter, ready: Cursor::default(), done: false }
    }

    fn fill(&mut self) -> io::Result<()> {
        let (mut segments, mut out) = (Vec::new(), Vec::new());
        let mut whole = self.splitter.is_none();
        if let Some(splitter) = &mut self.splitter {
            let mut chunk = vec![0; CHUNK_BYTES];
            let n = self.input.read(&mut chunk)?;
            self.done = n == 0;
            let step = match n {
                0 => splitter.finish(&mut segments),
                n => splitter.push(chunk.get(..n).unwrap_or_default(), &mut segments),
            };
            whole = step.is_err();
        }
        for segment in &segments {
            redact(self.kind, segment.columns(), &segment.bytes, &mut out);
        }
        if whole {
            // As an import does: what cannot be split is one piece, and no larger than a piece may be.
            let mut rest = Vec::new();
            self.input.by_ref().take(Limits::default().segment as u64).read_to_end(&mut rest)?;
            redact(self.kind, None, &rest, &mut out);
            self.done = true;
        }
        self.ready = Cursor::new(out);
        Ok(())
    }
}

impl<R: Read> Read for Hidden<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let n = self.ready.read(buffer)?;
            if n > 0 || buffer.is_empty() || self.done {
                return Ok(n);
            }
            self.fill()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str, format: Option<Format>) -> String {
        let mut out = String::new();
        Hidden::new(text.as_bytes(), format).read_to_string(&mut out).unwrap();
        out
    }

    #[test]
    fn a_value_is_hidden_by_what_stands_on_other_lines() {
        let item =
            "{\"kind\":\"Pod\",\"spec\":{\"containers\":[{\"env\":[{\"name\":\"A\",\n\"value\":\"s3cr3t\"}]}]}}\n";
        for (text, format) in
            [(item.to_owned(), Some(Format::KubernetesJson)), (item.repeat(9_000), Some(Format::KubernetesJson))]
        {
            let out = hidden(&text, format);
            assert!(!out.contains("s3cr3t"));
            assert_eq!(out.lines().count(), text.lines().count());
        }
        assert!(!hidden(item, None).contains("s3cr3t"));
        assert!(!hidden(&item[..item.len() - 9], Some(Format::KubernetesJson)).contains("s3cr3t"));
        assert_eq!(hidden("nginx:1\nredis:2\n", Some(Format::ReferenceList)), "nginx:1\nredis:2\n");
    }
}

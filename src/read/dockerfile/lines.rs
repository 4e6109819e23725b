//! Lines: physical ones with their place, and the logical ones that continuation makes of them, from which every byte
//! still leads back to where it stands. Nothing here knows an instruction.

/// One line of the file without its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Physical<'t> {
    /// Where it begins in the file.
    pub start: usize,
    /// The text, without `\n`, `\r\n`, and any further `\r`.
    pub text: &'t str,
}

/// Hands out the lines of a text.
#[derive(Debug, Clone)]
pub(super) struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lines<'t> {
    /// The lines from a place on.
    pub fn new(text: &'t str, at: usize) -> Self {
        Lines { text, at }
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = Physical<'t>;

    fn next(&mut self) -> Option<Physical<'t>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
        let start = self.at;
        self.at += length;
        let text = rest.get(..length).unwrap_or_default().trim_end_matches(['\n', '\r']);
        Some(Physical { start, text })
    }
}

/// A line as an instruction sees it: joined over its continuations.
#[derive(Debug, Clone, Default)]
pub(super) struct Logical {
    /// The joined text.
    pub text: String,
    /// Where its parts stand: place in the joined text, place in the file.
    parts: Vec<(usize, usize)>,
}

impl Logical {
    fn push(&mut self, text: &str, source: usize) {
        if !text.is_empty() {
            self.parts.push((self.text.len(), source));
            self.text.push_str(text);
        }
    }

    /// The place in the file of a byte of the joined text.
    pub fn source(&self, at: usize) -> usize {
        let after = self.parts.partition_point(|(from, _)| *from <= at);
        let (from, source) = after.checked_sub(1).and_then(|i| self.parts.get(i)).copied().unwrap_or_default();
        source + (at - from.min(at))
    }

    /// The place in the file behind the last byte of a range of the joined text.
    pub fn source_end(&self, end: usize) -> usize {
        end.checked_sub(1).map_or(0, |last| self.source(last) + 1)
    }
}

/// The next logical line: comments and empty lines before it are passed over, and so are those inside it. `None` at the
/// end of the file.
pub(super) fn next_logical(lines: &mut Lines<'_>, escape: char) -> Option<Logical> {
    loop {
        let first = lines.next()?;
        let text = first.text.trim_start();
        let start = first.start + (first.text.len() - text.len());
        let (text, mut continued) = without_continuation(if text.starts_with('#') { "" } else { text }, escape);
        if text.is_empty() && !continued {
            continue;
        }
        let mut logical = Logical::default();
        logical.push(text, start);
        while continued {
            let Some(line) = lines.next() else { break };
            let inside = line.text.trim_start();
            if inside.is_empty() || inside.starts_with('#') {
                continue;
            }
            let text;
            (text, continued) = without_continuation(line.text, escape);
            logical.push(text, line.start);
        }
        if logical.parts.is_empty() {
            logical.parts.push((0, start));
        }
        return Some(logical);
    }
}

/// The line without its continuation character, and whether it had one. One that another precedes is none, and blanks
/// may follow it.
fn without_continuation(line: &str, escape: char) -> (&str, bool) {
    match line.trim_end_matches([' ', '\t']).strip_suffix(escape) {
        Some(before) if !before.ends_with(escape) => (before, true),
        _ => (line, false),
    }
}

/// Finds the line of a place in the file.
#[derive(Debug)]
pub(super) struct LineIndex(Vec<usize>);

impl LineIndex {
    /// Indexes a text.
    pub fn new(text: &str) -> Self {
        LineIndex(memchr::memchr_iter(b'\n', text.as_bytes()).collect())
    }

    /// The number of the line, from 1.
    pub fn line(&self, at: usize) -> usize {
        self.0.partition_point(|end| *end < at) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logical(text: &str) -> Vec<String> {
        let mut lines = Lines::new(text, 0);
        std::iter::from_fn(|| next_logical(&mut lines, '\\')).map(|line| line.text).collect()
    }

    #[test]
    fn continuation_comments_and_empty_lines() {
        for (text, expected) in [
            ("a \\\n  b\n", &["a   b"][..]),
            ("a \\  \t\n# c\n\n   \nb", &["a b"]),
            ("a\\\\\nb", &["a\\\\", "b"]),
            ("a \\\\\\\nb", &["a \\\\\\", "b"]),
            ("\\\na", &["a"]),
            ("  # x\n\n  a\r\nb \\\r\nc\r\n", &["a", "b c"]),
            ("a \\", &["a "]),
            ("\\", &[""]),
            ("", &[]),
            ("a # no comment", &["a # no comment"]),
        ] {
            assert_eq!(logical(text), expected, "{text:?}");
        }
    }

    #[test]
    fn every_byte_leads_back() {
        let text = "FROM al\\\n# c\npine";
        let line = next_logical(&mut Lines::new(text, 0), '\\').unwrap();
        assert_eq!(line.text, "FROM alpine");
        assert_eq!((line.source(5), line.source(7), line.source_end(11)), (5, 13, text.len()));
        let index = LineIndex::new(text);
        assert_eq!((index.line(0), index.line(8), index.line(9), index.line(13)), (1, 1, 2, 3));
    }
}

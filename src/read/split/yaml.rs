//! Splits YAML by lines: documents at their markers, and the elements of a list at their dashes.
//!
//! A document marker at a line's start ends a document wherever it stands (YAML 1.2, 9.1.2). A list is split where
//! `items:` stands alone at the first column and is followed by a line that begins with a dash: every later line with a
//! dash at that column begins an element, and the first line at or left of that column without one ends the list. No
//! text inside an element can stand that far left. From the first anchor (`&name`) on, an element may be named by a
//! later one, so the rest of the list is one segment; an anchor before the list makes the whole document one.

use std::sync::Arc;

use super::held::{Held, document_pointer, head_of};
use crate::read::tree::parse_yaml;
use crate::read::{Limits, ListHead, ReadError, Segment};

/// What part of a document the pending lines are.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    /// Before a list, if one comes.
    Head,
    /// In a list whose dashes stand at a column.
    Items(usize),
    /// After a list.
    Tail,
    /// In a document that is not split.
    Whole,
}

/// What runs over from the line before.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Scalar {
    None,
    /// A block scalar of a key or dash at a column.
    Block(usize),
    /// A quoted one, by its quote.
    Quoted(u8),
}

#[derive(Debug)]
pub(super) struct YamlSplitter {
    pub held: Held,
    limits: Limits,
    phase: Phase,
    scalar: Scalar,
    /// Documents with something in them.
    documents: u64,
    has_content: bool,
    /// The last line of content was `items:`.
    after_key: bool,
    anchored: bool,
    head: Option<Arc<ListHead>>,
    /// Number of the pending element, and how many dashes stand in the pending segment.
    index: u64,
    dashes: u64,
    searched: usize,
    /// A line was taken: a byte order mark can only stand before the first.
    begun: bool,
}

impl YamlSplitter {
    pub fn new(limits: Limits) -> Self {
        YamlSplitter {
            held: Held::default(),
            limits,
            phase: Phase::Head,
            scalar: Scalar::None,
            documents: 0,
            has_content: false,
            after_key: false,
            anchored: false,
            head: None,
            index: 0,
            dashes: 0,
            searched: 0,
            begun: false,
        }
    }

    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<Segment>) -> Result<(), ReadError> {
        self.held.extend(chunk);
        while let Some(step) = memchr::memchr(b'\n', self.held.bytes.get(self.searched..).unwrap_or_default()) {
            let end = self.searched + step + 1;
            self.searched = end;
            self.line(end, out)?;
        }
        if self.held.bytes.len() - self.held.pos > self.limits.segment {
            return Err(self.too_large());
        }
        self.searched = self.held.bytes.len();
        self.searched -= self.held.compact();
        Ok(())
    }

    pub fn finish(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        let end = self.held.bytes.len();
        if end > self.held.pos {
            self.line(end, out)?;
        }
        self.end_document(out)
    }

    /// Takes the line from `pos` to `end`.
    fn line(&mut self, end: usize, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        if end - self.held.pos > self.limits.segment {
            return Err(self.too_large());
        }
        let line = self.held.slice(self.held.pos, end);
        let line = if self.begun { line } else { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) };
        self.begun = true;
        let indent = line.iter().take_while(|b| **b == b' ').count();
        let text = line.get(indent..).unwrap_or_default().trim_ascii_end();
        let marker = marker(line);
        if let Some(after) = marker {
            let ends_after = line.starts_with(b"...");
            let content = !ends_after && !after.is_empty() && !after.starts_with(b"#");
            if !ends_after {
                self.end_document(out)?;
            }
            self.held.pos = end;
            if ends_after {
                return self.end_document(out);
            }
            if content {
                self.begin_content();
                self.phase = Phase::Whole;
            }
            return Ok(());
        }
        if !text.is_empty() {
            let text = text.to_vec();
            self.content(indent, &text, out)?;
        }
        self.held.pos = end;
        if self.held.pending() > self.limits.segment { Err(self.too_large()) } else { Ok(()) }
    }

    /// Takes a line that is not blank.
    fn content(&mut self, indent: usize, text: &[u8], out: &mut Vec<Segment>) -> Result<(), ReadError> {
        let edge = match self.phase {
            Phase::Items(column) => column,
            _ => 0,
        };
        match self.scalar {
            Scalar::Block(column) if indent > column => return Ok(()),
            Scalar::Quoted(quote) if indent > edge => {
                if closes(text, quote) {
                    self.scalar = Scalar::None;
                }
                return Ok(());
            }
            _ => self.scalar = Scalar::None,
        }
        if text.starts_with(b"#") {
            return Ok(());
        }
        self.begin_content();
        match self.phase {
            Phase::Head => self.head_line(indent, text, out),
            Phase::Items(column) => self.list_line(column, indent, text, out)?,
            Phase::Tail | Phase::Whole => {}
        }
        let line = Line::of(indent, text);
        self.anchored |= line.anchor;
        self.scalar = line.opens;
        Ok(())
    }

    fn begin_content(&mut self) {
        if !self.has_content {
            self.has_content = true;
            self.documents += 1;
        }
    }

    fn head_line(&mut self, indent: usize, text: &[u8], out: &mut Vec<Segment>) {
        if self.after_key && is_dash(text) && !self.anchored {
            let before = String::from_utf8_lossy(self.held.slice(self.held.start, self.held.pos)).into_owned();
            let tree = parse_yaml(&before, &self.limits).ok();
            self.head = Some(head_of(tree.as_ref().and_then(|t| t.root())));
            self.held.glue(self.held.pos, out);
            self.index = 0;
            self.dashes = 1;
            self.phase = Phase::Items(indent);
        } else if indent > 0 && !self.after_key {
            // A value of an earlier key.
        } else if self.after_key && (indent > 0 || is_dash(text)) || indent == 0 && is_dash(text) {
            self.phase = Phase::Whole;
        }
        self.after_key = indent == 0 && is_items_key(text);
    }

    fn list_line(
        &mut self,
        column: usize,
        indent: usize,
        text: &[u8],
        out: &mut Vec<Segment>,
    ) -> Result<(), ReadError> {
        if indent > column {
            return Ok(());
        }
        if indent == column && is_dash(text) {
            if self.anchored {
                self.dashes += 1;
                return Ok(());
            }
            self.end_element(out)?;
            self.dashes = 1;
            return Ok(());
        }
        self.end_element(out)?;
        self.phase = Phase::Tail;
        Ok(())
    }

    fn end_element(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        let pointer = format!("{}/items/{}", document_pointer(self.documents), self.index);
        self.held.item(self.held.pos, pointer, self.head.clone(), &self.limits, out)?;
        self.index += self.dashes;
        self.dashes = 0;
        Ok(())
    }

    fn end_document(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        match self.phase {
            Phase::Items(_) => self.end_element(out)?,
            Phase::Head | Phase::Whole if self.has_content => {
                let pointer = document_pointer(self.documents);
                self.held.item(self.held.pos, pointer, None, &self.limits, out)?;
            }
            _ => self.held.glue(self.held.pos, out),
        }
        self.phase = Phase::Head;
        self.scalar = Scalar::None;
        self.has_content = false;
        self.after_key = false;
        self.anchored = false;
        self.head = None;
        Ok(())
    }

    fn too_large(&self) -> ReadError {
        let document = document_pointer(self.documents);
        let locator = match self.phase {
            Phase::Items(_) => format!("{document}/items/{}", self.index),
            _ => document,
        };
        ReadError::SegmentTooLarge { locator, limit: self.limits.segment }
    }
}

/// What follows a document marker; `None` where the line is none.
fn marker(line: &[u8]) -> Option<&[u8]> {
    let after = line.strip_prefix(b"---").or_else(|| line.strip_prefix(b"..."))?;
    matches!(after.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n')).then(|| after.trim_ascii())
}

fn is_dash(text: &[u8]) -> bool {
    text == b"-" || text.starts_with(b"- ") || text.starts_with(b"-\t")
}

/// `items:` with nothing but a comment after it.
fn is_items_key(text: &[u8]) -> bool {
    let value = [&b"items:"[..], b"\"items\":", b"'items':"].iter().find_map(|key| text.strip_prefix(*key));
    value.is_some_and(|value| {
        let value = value.trim_ascii();
        value.is_empty() || value.starts_with(b"#")
    })
}

/// Whether a continued quoted scalar ends on this line; a quote doubled or after a backslash does not end it.
fn closes(text: &[u8], quote: u8) -> bool {
    let mut bytes = text.iter().peekable();
    while let Some(byte) = bytes.next() {
        if *byte == b'\\' && quote == b'"' {
            bytes.next();
        } else if *byte == quote {
            if quote == b'\'' && bytes.peek() == Some(&&quote) {
                bytes.next();
            } else {
                return true;
            }
        }
    }
    false
}

/// What one line of content begins.
struct Line {
    anchor: bool,
    opens: Scalar,
}

impl Line {
    fn of(mut column: usize, mut text: &[u8]) -> Line {
        let mut dash = column;
        while is_dash(text) {
            dash = column;
            let rest = text.get(1..).unwrap_or_default();
            let inner = rest.trim_ascii_start();
            column += 1 + (rest.len() - inner.len());
            text = inner;
        }
        let value = value_of(text);
        // A scalar right after a dash belongs to the dash's column, one after a key to the key's.
        let column = if value.len() == text.len() { dash } else { column };
        let first = value.first().copied().unwrap_or_default();
        let anchor = first == b'&' && value.len() > 1 || matches!(first, b'{' | b'[') && flow_anchor(value);
        // Properties stand before the scalar they belong to.
        let bare = value.rsplit(|b| *b == b' ').next().unwrap_or_default();
        let opens = match first {
            b'"' | b'\'' if !closes(value.get(1..).unwrap_or_default(), first) => Scalar::Quoted(first),
            b'|' | b'>' => Scalar::Block(column),
            b'&' | b'!' if matches!(bare.first(), Some(b'|' | b'>')) => Scalar::Block(column),
            _ => Scalar::None,
        };
        Line { anchor, opens }
    }
}

/// The value on a line after its key, or the whole of it where it has no key.
fn value_of(text: &[u8]) -> &[u8] {
    let key_end = match text.first() {
        Some(quote @ (b'"' | b'\'')) => {
            let rest = text.get(1..).unwrap_or_default();
            rest.iter().position(|b| b == quote).map(|end| end + 2)
        }
        Some(b'{' | b'[' | b'&' | b'|' | b'>') => None,
        _ => memchr::memmem::find(text, b": "),
    };
    let after = key_end.and_then(|end| text.get(end..)).and_then(|rest| rest.strip_prefix(b":"));
    after.map_or(text, <[u8]>::trim_ascii_start)
}

/// An anchor inside a flow collection, outside of quotes.
fn flow_anchor(text: &[u8]) -> bool {
    let (mut quote, mut before) = (0, b'[');
    for byte in text {
        match *byte {
            b'"' | b'\'' if quote == 0 => quote = *byte,
            same if same == quote => quote = 0,
            b'&' if quote == 0 && matches!(before, b' ' | b'[' | b'{' | b',' | b':') => return true,
            _ => {}
        }
        before = *byte;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::testing::{items, same_for_all_chunks, split};
    use super::*;
    use crate::read::Format;

    const YAML: Format = Format::KubernetesYaml;

    fn pointers(text: &str) -> Vec<String> {
        items(YAML, text).into_iter().map(|(p, _)| p).collect()
    }

    #[test]
    fn documents_are_split_at_markers_and_empty_ones_do_not_count() {
        let text = "# Source: a\n---\n---\n# Source: b\na: 1\n--- # c\nb: |\n  ---x\n...\nc: 2\n--- {d: 1}\n---\n";
        assert_eq!(pointers(text), ["", "/doc/2", "/doc/3", "/doc/4"]);
        assert_eq!(items(YAML, text)[1].1, "--- # c\nb: |\n  ---x\n...\n");
        assert_eq!(pointers("a: 1\r\n---\r\nb: 2\r\n"), ["", "/doc/2"]);
        assert_eq!(pointers("\u{feff}---\na: 1"), [""]);
        assert_eq!(pointers("# nothing\n\n---\n"), [] as [String; 0]);
    }

    #[test]
    fn lists_are_split_at_their_dashes() {
        for list in [
            "apiVersion: v1\nitems:\n- a: 1\n  b:\n  - x\n# note\n- b: |\n   - x\n  c:\n  - |\n   &x\nkind: List\n",
            "apiVersion: v1\nkind: PodList\nitems:\n  - a: 1\n    b:\n    - x\n\n  - b: 2\nmetadata: {}\n",
            "items:\n-\n  a: 1\n-   b: 2",
        ] {
            assert_eq!(pointers(list), ["/items/0", "/items/1"], "{list}");
        }
        assert_eq!(pointers("kind: List\nitems: []\n"), [""]);
        assert_eq!(pointers("kind: X\nspec:\n  items:\n  - a\n"), [""]);
        assert_eq!(pointers("- a: 1\n- b: 1\n"), [""]);
        assert_eq!(pointers("a: 1\n---\nitems:\n- a\n- b\n"), ["", "/doc/2/items/0", "/doc/2/items/1"]);
    }

    #[test]
    fn an_anchor_keeps_together_what_may_be_named_later() {
        let text = "items:\n- a: 1\n- b: &x\n    c: 1\n- *x\nkind: List\n";
        let found = items(YAML, text);
        assert_eq!(found[1], ("/items/1".into(), "- b: &x\n    c: 1\n- *x\n".into()));
        assert_eq!(pointers("x: &a 1\nitems:\n- *a\n- b\n"), [""]);
        assert_eq!(pointers("items:\n- a: [&x 1]\n- *x\n"), ["/items/0"]);
    }

    #[test]
    fn what_only_looks_like_an_anchor_does_not() {
        for first in
            ["- a: x && y\n", "- a: |\n    b: &c\n", "- a: \"x\n    b: &c\"\n", "- a: 'b: &c'\n", "- \"k\": \"&x\"\n"]
        {
            assert_eq!(pointers(&format!("items:\n{first}- b: 1\n")), ["/items/0", "/items/1"], "{first}");
        }
    }

    #[test]
    fn chunks_do_not_matter() {
        let text =
            "\u{feff}# c\n---\na: \"x\n  y\"\n---\nitems:\n- a: |\n    - b\n- c: &d e\n- *d\nkind: List\n...\n--- x\n";
        same_for_all_chunks(YAML, Limits::default(), text.as_bytes());
        same_for_all_chunks(YAML, Limits { segment: 20, ..Limits::default() }, text.as_bytes());
        same_for_all_chunks(YAML, Limits::default(), text.replace('\n', "\r\n").as_bytes());
    }

    #[test]
    fn a_long_document_is_an_error_that_names_it() {
        let text = format!("a: 1\n---\nb: {}\n", "x".repeat(100));
        let limits = Limits { segment: 60, ..Limits::default() };
        let (segments, error) = split(YAML, limits, text.as_bytes(), 9);
        assert!(matches!(error, Some(ReadError::SegmentTooLarge { limit: 60, .. })), "{error:?}");
        assert_eq!(segments[0].bytes, b"a: 1\n");
    }
}

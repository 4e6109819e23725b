//! Splits JSON: documents one after the other, in each of them the elements of `items` (or of an API table's `rows`),
//! or of a top-level array.
//!
//! A document without such a list is one item. Broken JSON is taken up again only where that is safe: in a list printed
//! over lines an item's closing bracket stands alone at its opening bracket's indent, and documents begin at line starts.
//! Elsewhere what was good before is kept and the rest is glue.

use std::sync::Arc;

use super::held::{Held, document_pointer, head_of};
use super::recover::{indent_before, safe_cut};
use crate::read::tree::{Nest, parse_json, skip_nested, string_end};
use crate::read::{Limits, ListHead, ReadError, Segment};

/// How many bytes may be looked at again after broken parts; hostile input could else make that quadratic.
const MAX_RESCANNED: usize = 256 << 20;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mode {
    /// Between documents.
    Between,
    /// Inside a document's object, at its members.
    Members,
    /// Inside a string among a document's members.
    MemberText,
    /// Inside a value of a document.
    MemberValue,
    /// Inside a list, between its elements.
    Elements,
    /// Inside an element.
    Item,
    /// Inside a list, after something that cannot stand between elements.
    Lost,
}

#[derive(Debug)]
pub(super) struct JsonSplitter {
    pub held: Held,
    limits: Limits,
    /// Members whose elements are items of their own.
    lists: &'static [&'static str],
    mode: Mode,
    nest: Nest,
    /// Documents begun.
    documents: u64,
    /// The key whose value comes next: where its opening quote stands, and the list's name if it is one.
    key: Option<(usize, &'static str)>,
    expects_key: bool,
    text_start: usize,
    /// The list of this document, once it was met: `items`, `rows`, or empty for a top-level array.
    list: Option<&'static str>,
    head: Option<Arc<ListHead>>,
    index: u64,
    /// Spaces before the opening bracket of this item or document, where it stands alone on its line.
    indent: Option<usize>,
    rescanned: usize,
}

impl JsonSplitter {
    pub fn new(limits: Limits, lists: &'static [&'static str]) -> Self {
        JsonSplitter {
            held: Held::default(),
            limits,
            lists,
            mode: Mode::Between,
            nest: Nest::default(),
            documents: 0,
            key: None,
            expects_key: true,
            text_start: 0,
            list: None,
            head: None,
            index: 0,
            indent: None,
            rescanned: 0,
        }
    }

    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<Segment>) -> Result<(), ReadError> {
        self.held.extend(chunk);
        self.scan(out)?;
        let moved = self.held.compact();
        self.text_start = self.text_start.saturating_sub(moved);
        if let Some((at, _)) = &mut self.key {
            *at = at.saturating_sub(moved);
        }
        Ok(())
    }

    pub fn finish(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        while self.in_item_or_document() {
            if !self.recover(self.held.bytes.len(), out)? {
                return Err(ReadError::Truncated { locator: self.locator() });
            }
            self.scan(out)?;
        }
        match self.mode {
            Mode::Between => {
                self.held.glue_rest(out);
                Ok(())
            }
            Mode::Lost => Err(ReadError::Garbled { locator: self.locator() }),
            _ => Err(ReadError::Truncated { locator: self.locator() }),
        }
    }

    /// Looks at all bytes held.
    fn scan(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        loop {
            while self.held.pos < self.held.bytes.len() {
                let before = (self.held.pos, self.mode);
                self.step(out)?;
                if before == (self.held.pos, self.mode) {
                    break;
                }
            }
            if !self.is_too_large() {
                return Ok(());
            }
            self.too_large(out)?;
        }
    }

    fn step(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        match self.mode {
            Mode::Between => self.between(out),
            Mode::Members => self.member(out)?,
            Mode::MemberText => self.member_text(),
            Mode::MemberValue | Mode::Item => self.skip(out)?,
            Mode::Elements => self.element(out),
            Mode::Lost => self.lost(out),
        }
        Ok(())
    }

    fn between(&mut self, out: &mut Vec<Segment>) {
        let rest = self.held.bytes.get(self.held.pos..).unwrap_or_default();
        let Some(step) = rest.iter().position(|b| matches!(b, b'{' | b'[')) else {
            self.held.pos = self.held.bytes.len();
            return self.held.glue_pieces(out);
        };
        self.held.pos += step;
        self.held.glue_pieces(out);
        self.documents += 1;
        self.index = 0;
        self.head = None;
        if self.held.byte() == Some(b'[') {
            self.held.pos += 1;
            self.list = Some("");
            self.mode = Mode::Elements;
        } else {
            self.indent = indent_before(self.held.slice(self.held.start, self.held.pos));
            self.held.glue(self.held.pos, out);
            self.held.pos += 1;
            self.list = None;
            self.key = None;
            self.expects_key = true;
            self.mode = Mode::Members;
        }
    }

    fn member(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        let Some(byte) = self.held.byte() else { return Ok(()) };
        match byte {
            b'"' => {
                self.held.pos += 1;
                self.text_start = self.held.pos;
                self.mode = Mode::MemberText;
            }
            b'[' if self.list.is_none() && self.key.is_some_and(|(_, name)| !name.is_empty()) => {
                self.begin_list(out)?
            }
            b'{' | b'[' => {
                self.nest = Nest::default();
                self.mode = Mode::MemberValue;
            }
            b'}' => {
                self.held.pos += 1;
                if self.is_too_large() {
                    return self.too_large(out);
                }
                self.mode = Mode::Between;
                if self.list.is_none() {
                    let pointer = document_pointer(self.documents);
                    self.held.item(self.held.pos, pointer, None, &self.limits, out)?;
                }
            }
            b':' => {
                self.expects_key = false;
                self.held.pos += 1;
            }
            b',' => {
                self.expects_key = true;
                self.held.pos += 1;
            }
            _ => self.held.pos += 1,
        }
        Ok(())
    }

    fn member_text(&mut self) {
        let Some(end) = string_end(&self.held.bytes, self.held.pos) else {
            self.held.pos = self.held.bytes.len();
            return;
        };
        self.held.pos = end;
        if self.expects_key {
            let written = self.held.slice(self.text_start, end - 1);
            let name = self.lists.iter().copied().find(|name| name.as_bytes() == written).unwrap_or_default();
            self.key = Some((self.text_start.saturating_sub(1), name));
        }
        self.mode = Mode::Members;
    }

    fn begin_list(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        if self.is_too_large() {
            return self.too_large(out);
        }
        let (key_at, name) = self.key.take().unwrap_or((self.held.pos, ""));
        let before = String::from_utf8_lossy(self.held.slice(self.held.start, key_at));
        let head = format!("{}}}", before.trim_end().trim_end_matches(','));
        let tree = parse_json(&head, &self.limits).ok();
        self.head = Some(head_of(tree.as_ref().and_then(|t| t.root())));
        self.held.pos += 1;
        self.held.glue(self.held.pos, out);
        self.list = Some(name);
        self.index = 0;
        self.mode = Mode::Elements;
        Ok(())
    }

    fn element(&mut self, out: &mut Vec<Segment>) {
        let Some(byte) = self.held.byte() else { return };
        match byte {
            b' ' | b'\n' | b'\r' | b'\t' | b',' => {
                self.held.pos += 1;
                self.held.glue_pieces(out);
            }
            b'{' | b'[' => {
                self.indent = indent_before(self.held.slice(self.held.start, self.held.pos));
                self.held.glue(self.held.pos, out);
                self.nest = Nest::default();
                self.mode = Mode::Item;
            }
            b']' => {
                self.held.pos += 1;
                self.expects_key = false;
                self.mode = if self.list == Some("") { Mode::Between } else { Mode::Members };
            }
            _ => self.mode = Mode::Lost,
        }
    }

    /// Skips to the end of an element or of a value of a document.
    fn skip(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        let (pos, done) = skip_nested(&self.held.bytes, self.held.pos, &mut self.nest, 0);
        self.held.pos = pos;
        if !done {
            return Ok(());
        }
        if self.mode == Mode::MemberValue {
            self.mode = Mode::Members;
            return Ok(());
        }
        if self.is_too_large() {
            return self.too_large(out);
        }
        self.end_item(pos, out)
    }

    fn end_item(&mut self, end: usize, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        let (pointer, head) = (self.locator(), self.head.clone());
        self.held.item(end, pointer, head, &self.limits, out)?;
        self.index += 1;
        self.mode = Mode::Elements;
        Ok(())
    }

    /// Looks for the next element of a list printed over lines: an opening bracket alone at the elements' indent.
    fn lost(&mut self, out: &mut Vec<Segment>) {
        let opener = self.indent.map(|n| format!("\n{}{{\n", " ".repeat(n)));
        let rest = self.held.bytes.get(self.held.pos..).unwrap_or_default();
        match opener {
            None => self.held.pos = self.held.bytes.len(),
            Some(opener) => match memchr::memmem::find(rest, opener.as_bytes()) {
                Some(step) => {
                    self.held.pos += step + opener.len() - 2;
                    self.mode = Mode::Elements;
                }
                // What could be the beginning of an opening line waits for the next chunk.
                None => self.held.pos = self.held.pos.max(self.held.bytes.len().saturating_sub(opener.len() - 1)),
            },
        }
        self.held.glue_pieces(out);
    }

    fn in_item_or_document(&self) -> bool {
        self.mode == Mode::Item
            || (self.list.is_none() && matches!(self.mode, Mode::Members | Mode::MemberText | Mode::MemberValue))
    }

    /// Whether what is held as one piece is larger than the limit; glue is handed out before it could be.
    fn is_too_large(&self) -> bool {
        !matches!(self.mode, Mode::Between | Mode::Elements | Mode::Lost) && self.held.pending() > self.limits.segment
    }

    fn too_large(&mut self, out: &mut Vec<Segment>) -> Result<(), ReadError> {
        let limit = self.limits.segment;
        if self.in_item_or_document() && self.recover(self.held.start + limit, out)? {
            return Ok(());
        }
        Err(ReadError::SegmentTooLarge { locator: self.locator(), limit })
    }

    /// Cuts a broken item or document where that is safe, looking no further than `end`; the reader will reject it.
    fn recover(&mut self, end: usize, out: &mut Vec<Segment>) -> Result<bool, ReadError> {
        let text = self.held.slice(self.held.start, end);
        let length = safe_cut(text, self.indent, self.mode != Mode::Item);
        let Some(length) = length else { return Ok(false) };
        self.rescanned += text.len().saturating_sub(length);
        if self.rescanned > MAX_RESCANNED {
            return Ok(false);
        }
        let cut = self.held.start + length;
        if self.mode == Mode::Item {
            self.end_item(cut, out)?;
        } else {
            self.held.item(cut, document_pointer(self.documents), None, &self.limits, out)?;
            self.mode = Mode::Between;
        }
        self.held.pos = cut;
        Ok(true)
    }

    fn locator(&self) -> String {
        let document = document_pointer(self.documents);
        match self.list {
            Some("") => format!("{document}/{}", self.index),
            // What follows the list is the document's own, wherever in it the end of a chunk makes one look.
            Some(name) if matches!(self.mode, Mode::Elements | Mode::Item | Mode::Lost) => {
                format!("{document}/{name}/{}", self.index)
            }
            _ => document,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{items, pairs, same_for_all_chunks, split};
    use super::*;
    use crate::read::{Format, SegmentKind};

    const JSON: Format = Format::KubernetesJson;

    #[test]
    fn lists_documents_lines_and_arrays() {
        let list =
            r#"{"kind":"PodList","apiVersion":"v1","metadata":{"a":"]}\""},"items":[{"a":1}, {"b":"}"}],"x":[1]}"#;
        let found = items(JSON, list);
        assert_eq!(found, [("/items/0".into(), r#"{"a":1}"#.into()), ("/items/1".into(), r#"{"b":"}"}"#.into())]);
        let lines = "{\"a\":1}\n{\"kind\":\"List\",\"items\":[{\"b\":2}]}\n\n{\"c\":{\"items\":[3]}}\n";
        let found: Vec<String> = items(JSON, lines).into_iter().map(|(p, _)| p).collect();
        assert_eq!(found, ["", "/doc/2/items/0", "/doc/3"]);
        assert_eq!(items(JSON, "\u{feff}[{\"a\":1},\n{}]").len(), 2);
        assert_eq!(items(JSON, r#"{"items":null}"#), [(String::new(), r#"{"items":null}"#.into())]);
        assert_eq!(items(JSON, r#"{"kind":"PodList","items":[]}"#), []);
    }

    #[test]
    fn a_list_says_what_it_said_before_its_items() {
        let text =
            br#"{"kind":"PodList","apiVersion":"v1","items":[{}]}{"apiVersion":"v1","items":[{}],"kind":"List"}"#;
        let (segments, _) = split(JSON, Limits::default(), text, 7);
        let heads: Vec<&ListHead> = segments.iter().filter_map(|s| s.list.as_deref()).collect();
        assert_eq!((heads[0].kind.as_str(), heads[0].api_version.as_str()), ("PodList", "v1"));
        assert_eq!((heads[1].kind.as_str(), heads[1].api_version.as_str()), ("", "v1"));
    }

    #[test]
    fn chunks_do_not_matter() {
        for text in [
            &br#"{"kind":"PodList","items":[{"a\\":"\\\""},{"b":[{}]}],"metadata":{}} [1] {"x":"\"items\":["}"#[..],
            b"{\n  \"items\": [\n    {\n      \"a\": 1\n    },\n    x\n    {\n      \"b\": 1\n    }\n  ]\n}\n",
            b"{\"a\":\"\n{\"b\":1}\n{\"c\":1}\n",
            b"{\"items\":[{\"a\":1},{\"b\":",
        ] {
            same_for_all_chunks(JSON, Limits::default(), text);
            same_for_all_chunks(JSON, Limits { segment: 24, ..Limits::default() }, text);
        }
    }

    #[test]
    fn a_tail_that_is_too_large_is_told_of_its_document_in_whatever_chunks_it_comes() {
        let limits = Limits { segment: 24, ..Limits::default() };
        let long = "x".repeat(40);
        for tail in [format!("\"{long}\":1"), format!("\"x\":\"{long}\""), format!("\"x\":[\"{long}\"]")] {
            for list in ["[]", "[{}]"] {
                let text = format!("{{\"items\":{list},{tail}}}");
                same_for_all_chunks(JSON, limits, text.as_bytes());
                let (_, error) = split(JSON, limits, text.as_bytes(), 1);
                assert_eq!(error, Some(ReadError::SegmentTooLarge { locator: String::new(), limit: 24 }), "{text}");
            }
        }
    }

    #[test]
    fn a_cut_file_keeps_every_whole_item() {
        let (segments, error) = split(JSON, Limits::default(), br#"{"items":[{"a":1},{"b":{"c""#, 5);
        assert_eq!(pairs(&segments).len(), 1);
        assert_eq!(error, Some(ReadError::Truncated { locator: "/items/1".into() }));
        assert_eq!(segments.last().unwrap().kind, SegmentKind::Glue);
    }

    #[test]
    fn a_broken_item_of_a_printed_list_costs_only_itself() {
        let text = "{\n    \"items\": [\n        {\n            \"a\": \"x\n        },\n        {\n            \"b\": 1\n        }\n    ]\n}\n";
        let (segments, error) = split(JSON, Limits::default(), text.as_bytes(), 9);
        assert_eq!(error, None);
        let found = pairs(&segments);
        assert_eq!(found.len(), 2);
        assert!(found[1].1.contains("\"b\": 1") && found[1].0 == "/items/1");
    }

    #[test]
    fn a_broken_line_costs_only_itself() {
        let (segments, error) = split(JSON, Limits::default(), b"{\"a\":1}\n{\"b\":{\n{\"c\":1}\n{\"d\":1}\n", 4);
        assert_eq!(error, None);
        assert_eq!(pairs(&segments).len(), 4);
    }

    #[test]
    fn what_is_no_element_ends_a_one_line_list_and_is_skipped_in_a_printed_one() {
        let (segments, error) = split(JSON, Limits::default(), br#"{"items":[{"a":1},oops,{"b":1}]}"#, 3);
        assert_eq!((pairs(&segments).len(), error), (1, Some(ReadError::Garbled { locator: "/items/1".into() })));
        let printed =
            b"{\n  \"items\": [\n    {\n      \"a\": 1\n    },\n    oops\n    {\n      \"b\": 1\n    }\n  ]\n}\n";
        let (segments, error) = split(JSON, Limits::default(), printed, 3);
        assert_eq!((pairs(&segments).len(), error), (2, None));
    }

    #[test]
    fn limits_are_errors_that_name_them_and_nothing_is_lost() {
        let limits = Limits { segment: 100, items: 3, ..Limits::default() };
        let long = format!("{{\"items\":[{{}},{{\"a\":\"{}\"}}]}}", "x".repeat(200));
        let (segments, error) = split(JSON, limits, long.as_bytes(), 17);
        assert_eq!(error, Some(ReadError::SegmentTooLarge { locator: "/items/1".into(), limit: 100 }));
        assert_eq!(pairs(&segments).len(), 1);
        let (_, error) = split(JSON, limits, b"{\"items\":[{},{},{},{}]}", 17);
        assert_eq!(error, Some(ReadError::TooManyItems { locator: "/items/3".into(), limit: 3 }));
    }
}

//! JSON to a [`Tree`], in one pass and without recursion.
//!
//! Grammar of RFC 8259, with one mercy for evidence: control characters inside strings are let through.

use std::borrow::Cow;

use super::scan::{self, Nest, skip_nested};
use super::{Kind, Slot, Store, Tree, TreeError};
use crate::read::Limits;

/// Keys whose array or object is skipped unread. `managedFields` is half of a list's bytes and speaks of its writers
/// only; `annotations` hold what was applied once, and other texts that name images without running them.
fn is_skipped(key: &[u8]) -> bool {
    key == b"managedFields" || key == b"annotations"
}

/// What may come next.
#[derive(Clone, Copy, PartialEq)]
enum Next {
    Value,
    FirstValueOrEnd,
    Key,
    FirstKeyOrEnd,
    CommaOrEnd,
}

struct Builder<'a, 'l> {
    bytes: &'a [u8],
    at: usize,
    tree: Tree<'a>,
    /// Slots of the open arrays and objects, and whether each is an object.
    open: Vec<(u32, bool)>,
    /// Whether [`is_skipped`] counts.
    skips: bool,
    limits: &'l Limits,
}

/// Parses one JSON value with nothing but white space around it.
pub(crate) fn parse_json<'a>(source: &'a str, limits: &Limits) -> Result<Tree<'a>, TreeError> {
    parse(source, true, limits)
}

/// The same without skipping anything: the annotations of an image's manifest are what it says.
pub(crate) fn parse_json_whole<'a>(source: &'a str, limits: &Limits) -> Result<Tree<'a>, TreeError> {
    parse(source, false, limits)
}

fn parse<'a>(source: &'a str, skips: bool, limits: &Limits) -> Result<Tree<'a>, TreeError> {
    if u32::try_from(source.len()).is_err() {
        return Err(TreeError { offset: 0, reason: "larger than 4 GiB".to_owned() });
    }
    let slots = Vec::with_capacity(source.len() / 24 + 8);
    let mut builder = Builder {
        bytes: source.as_bytes(),
        at: 0,
        tree: Tree { source, slots, owned: Vec::new() },
        open: Vec::with_capacity(16),
        skips,
        limits,
    };
    builder.run()?;
    match builder.next_byte() {
        Err(_) => Ok(builder.tree),
        Ok(_) => Err(builder.error("something follows the value")),
    }
}

impl Builder<'_, '_> {
    fn run(&mut self) -> Result<(), TreeError> {
        let mut next = Next::Value;
        loop {
            let byte = self.next_byte()?;
            next = match (next, byte) {
                (Next::FirstValueOrEnd | Next::FirstKeyOrEnd | Next::CommaOrEnd, b']' | b'}') => self.close(byte)?,
                (Next::Value | Next::FirstValueOrEnd, _) => self.value(byte)?,
                (Next::Key | Next::FirstKeyOrEnd, b'"') => self.key()?,
                (Next::CommaOrEnd, b',') => {
                    self.at += 1;
                    if self.in_object() { Next::Key } else { Next::Value }
                }
                (Next::CommaOrEnd, _) => return Err(self.error("a comma or a closing bracket is missing")),
                (Next::Key | Next::FirstKeyOrEnd, _) => return Err(self.error("a key in quotes is missing")),
            };
            if self.open.is_empty() && next == Next::CommaOrEnd {
                return Ok(());
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn error(&self, reason: &str) -> TreeError {
        TreeError { offset: self.at, reason: format!("not valid JSON at byte {} of this item: {reason}", self.at) }
    }

    /// The next byte that is not white space.
    #[inline]
    fn next_byte(&mut self) -> Result<u8, TreeError> {
        self.at = scan::after_space(self.bytes, self.at);
        self.bytes.get(self.at).copied().ok_or_else(|| self.error("it ends too early"))
    }

    #[inline]
    fn in_object(&self) -> bool {
        self.open.last().is_some_and(|(_, is_object)| *is_object)
    }

    #[inline]
    fn push(&mut self, kind: Kind, store: Store, start: usize, end: usize) -> Result<u32, TreeError> {
        let at = self.tree.slots.len();
        if at >= self.limits.nodes {
            return Err(self.error(&format!("more than the limit of {} values in one item", self.limits.nodes)));
        }
        self.tree.slots.push(Slot { start: start as u32, end: end as u32, link: 0, kind, store });
        Ok(at as u32)
    }

    fn value(&mut self, byte: u8) -> Result<Next, TreeError> {
        match byte {
            b'{' | b'[' => {
                if self.open.len() >= self.limits.depth {
                    return Err(self.error(&format!("nested deeper than the limit of {} levels", self.limits.depth)));
                }
                let kind = if byte == b'{' { Kind::Object } else { Kind::Array };
                let slot = self.push(kind, Store::Source, self.at, self.at)?;
                self.open.push((slot, byte == b'{'));
                self.at += 1;
                Ok(if byte == b'{' { Next::FirstKeyOrEnd } else { Next::FirstValueOrEnd })
            }
            b'"' => self.string().map(|_| Next::CommaOrEnd),
            b't' => self.word(b"true", Kind::Bool),
            b'f' => self.word(b"false", Kind::Bool),
            b'n' => self.word(b"null", Kind::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(self.error("no value begins like this")),
        }
    }

    fn close(&mut self, byte: u8) -> Result<Next, TreeError> {
        let wanted = if self.in_object() { b'}' } else { b']' };
        if byte != wanted {
            return Err(self.error("a bracket is closed by one of the other kind"));
        }
        self.at += 1;
        let (end, link) = (self.at as u32, self.tree.slots.len() as u32);
        if let Some(slot) = self.open.pop().and_then(|(at, _)| self.tree.slots.get_mut(at as usize)) {
            slot.end = end;
            slot.link = link;
        }
        Ok(Next::CommaOrEnd)
    }

    fn key(&mut self) -> Result<Next, TreeError> {
        let (start, end) = self.string()?;
        if self.next_byte()? != b':' {
            return Err(self.error("the colon after a key is missing"));
        }
        self.at += 1;
        if self.skips && self.bytes.get(start..end).is_some_and(is_skipped) && matches!(self.next_byte()?, b'[' | b'{')
        {
            return self.skip_value();
        }
        Ok(Next::Value)
    }

    /// Skips an array or object and leaves a null that spans it.
    fn skip_value(&mut self) -> Result<Next, TreeError> {
        let start = self.at;
        let mut nest = Nest::default();
        match skip_nested(self.bytes, start, &mut nest, 0) {
            (end, true) => self.at = end,
            (end, false) => {
                self.at = end;
                return Err(self.error("it ends too early"));
            }
        }
        self.push(Kind::Null, Store::Source, start, self.at)?;
        Ok(Next::CommaOrEnd)
    }

    /// Reads a string from its opening quote; the range of its content.
    #[inline]
    fn string(&mut self) -> Result<(usize, usize), TreeError> {
        let start = self.at + 1;
        let mut store = Store::Source;
        let mut at = start;
        loop {
            at = scan::quote_or_backslash(self.bytes, at);
            match self.bytes.get(at) {
                Some(b'"') => break,
                Some(_) => {
                    store = Store::Escaped;
                    at += 2;
                }
                None => {
                    self.at = self.bytes.len();
                    return Err(self.error("a string has no end"));
                }
            }
        }
        self.push(Kind::Text, store, start, at)?;
        self.at = at + 1;
        Ok((start, at))
    }

    fn word(&mut self, word: &[u8], kind: Kind) -> Result<Next, TreeError> {
        let end = self.at + word.len();
        if self.bytes.get(self.at..end) != Some(word) {
            return Err(self.error("no value begins like this"));
        }
        self.push(kind, Store::Source, self.at, end)?;
        self.at = end;
        Ok(Next::CommaOrEnd)
    }

    fn number(&mut self) -> Result<Next, TreeError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().take_while(|b| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')).count();
        let end = self.at + length;
        self.push(Kind::Number, Store::Source, self.at, end)?;
        self.at = end;
        Ok(Next::CommaOrEnd)
    }
}

/// Decodes JSON escapes; what is no valid escape stays as it stands, a lone surrogate becomes U+FFFD.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        let Some(kind) = chars.next() else {
            out.push('\\');
            return Cow::Owned(out);
        };
        rest = chars.as_str();
        match kind {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            '"' | '\\' | '/' => out.push(kind),
            'u' => rest = unescape_unicode(rest, &mut out),
            other => out.extend(['\\', other]),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Decodes what follows `\u`, with a second escape where the first is a high surrogate; the rest of the text.
fn unescape_unicode<'a>(text: &'a str, out: &mut String) -> &'a str {
    let Some((first, rest)) = four_hex(text) else {
        out.push_str("\\u");
        return text;
    };
    if let Some(character) = char::from_u32(first) {
        out.push(character);
        return rest;
    }
    let low = rest.strip_prefix("\\u").and_then(four_hex).filter(|(low, _)| (0xDC00..0xE000).contains(low));
    match low {
        Some((low, after)) if first < 0xDC00 => {
            let joined = 0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00);
            out.push(char::from_u32(joined).unwrap_or('\u{FFFD}'));
            after
        }
        _ => {
            out.push('\u{FFFD}');
            rest
        }
    }
}

fn four_hex(text: &str) -> Option<(u32, &str)> {
    let digits = text.get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    Some((u32::from_str_radix(digits, 16).ok()?, text.get(4..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(source: &str, limits: &Limits) -> String {
        parse_json(source, limits).map(|_| String::new()).unwrap_or_else(|e| e.reason)
    }

    #[test]
    fn what_is_not_json_is_said_with_its_place() {
        let limits = Limits::default();
        for bad in
            ["", "{", "{\"a\"", "{\"a\":}", "[1,]", "{,}", "[1 2]", "{\"a\":1]", "tru", "\"abc", "[1}", "{a:1}", "{} x"]
        {
            assert!(reason(bad, &limits).starts_with("not valid JSON at byte"), "{bad:?} was taken");
        }
        for good in ["{}", "[]", "[[],{}]", "{\"a\":[1,-2.5e3,true,false,null,\"\\\"\"]}", " {\"a\" : 1 } \n"] {
            assert_eq!(reason(good, &limits), "", "{good}");
        }
    }

    #[test]
    fn depth_and_nodes_are_limited() {
        let limits = Limits { depth: 8, nodes: 100, ..Limits::default() };
        assert!(reason(&"[".repeat(9), &limits).contains("limit of 8 levels"));
        assert_eq!(reason(&format!("{}{}", "[".repeat(8), "]".repeat(8)), &limits), "");
        assert!(reason(&format!("[{}1]", "1,".repeat(200)), &limits).contains("limit of 100 values"));
    }

    #[test]
    fn escapes_are_decoded() {
        assert_eq!(unescape(r#"a\n\"\\\/A\ud83d\ude00\ud800x"#), "a\n\"\\/A😀\u{FFFD}x");
        assert_eq!(unescape(r"\q\u12"), r"\q\u12");
        assert_eq!(unescape("\\"), "\\");
    }

    #[test]
    fn managed_fields_are_skipped_with_their_span() {
        let source = r#"{"managedFields":[{"a":"]\""}],"annotations":{"x":"}"},"b":1}"#;
        let tree = parse_json(source, &Limits::default()).unwrap();
        let root = tree.root().unwrap();
        assert!(root.get("managedFields").is_none());
        assert_eq!(root.get("b").unwrap().integer(), Some(1));
        assert_eq!(root.members().count(), 3);
    }
}

//! One forward pass over JSON tokens, which asks the rules about every string and copies everything else.
//!
//! Nearly all bytes are boring: they are copied in runs, and neither keys nor values are decoded or allocated unless an
//! escape or a rule asks for it. What breaks JSON's grammar ends the pass; from there on, and once more over all of it,
//! the rules for text hold. Brackets need not balance: a list's head and tail are segments of their own.

use super::keys::KeyClass;
use super::leaf::{self, Change};
use super::rules::{Frame, Place};
use super::text::{self, Mode};
use super::tokens::{next_byte, skip_blanks, string_after, string_end};
use super::{MARK, Redactions, embedded};

/// Deeper nesting is treated as text.
const NESTING: usize = 512;

/// Rounds over what is no JSON, until nothing changes any more.
const ROUNDS: usize = 8;

/// Appends `bytes` to `out` with its secrets replaced.
pub(super) fn redact(bytes: &[u8], depth: u8, counts: &mut Redactions, out: &mut Vec<u8>) {
    let start = out.len();
    if once(bytes, depth, counts, out) {
        return;
    }
    for _ in 0..if depth == 0 { ROUNDS } else { 2 } {
        let before = out.split_off(start);
        if let Some(by_line) = text::redact(&before, Mode::Fallback, counts) {
            once(&by_line, depth, counts, out);
        } else {
            once(&before, depth, counts, out);
        }
        if out.get(start..) == Some(before.as_slice()) {
            return;
        }
    }
}

/// One pass; false where the bytes are no JSON, and were treated as far as they are.
fn once(bytes: &[u8], depth: u8, counts: &mut Redactions, out: &mut Vec<u8>) -> bool {
    let mut pass = Pass {
        bytes,
        at: 0,
        copied: 0,
        depth,
        stack: vec![Frame::root()],
        member: Place::Open,
        class: KeyClass::Plain,
        expects: Expects::Anything,
        cache: [CachedKey { start: 0, end: 0, class: KeyClass::Plain }; CACHE],
    };
    let clean = pass.run(counts, out);
    out.extend_from_slice(bytes.get(pass.copied..).unwrap_or_default());
    clean
}

/// Slots for keys seen in this segment: a pod repeats a few dozen keys hundreds of times.
const CACHE: usize = 128;

#[derive(Clone, Copy)]
struct CachedKey {
    start: usize,
    end: usize,
    class: KeyClass,
}

/// What the grammar allows next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expects {
    /// Outside of all brackets: the segment may begin in the middle of a list.
    Anything,
    KeyOrEnd,
    Key,
    Colon,
    Value,
    ValueOrEnd,
    CommaOrEnd,
}

struct Pass<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Everything before was written to the output.
    copied: usize,
    depth: u8,
    stack: Vec<Frame>,
    /// Place and class of the value that comes next in an object.
    member: Place,
    class: KeyClass,
    expects: Expects,
    cache: [CachedKey; CACHE],
}

impl<'a> Pass<'a> {
    /// Runs to the end; false where the bytes are no JSON.
    fn run(&mut self, counts: &mut Redactions, out: &mut Vec<u8>) -> bool {
        while let Some(byte) = self.bytes.get(self.at).copied() {
            let good = match byte {
                b' ' | b'\n' | b'\r' | b'\t' => {
                    self.at = skip_blanks(self.bytes, self.at + 1);
                    true
                }
                b'"' => self.string(counts, out),
                b':' => self.colon(),
                b',' => self.comma(),
                b'{' => self.open(false),
                b'[' => self.open(true) && self.managed_fields(counts, out),
                b'}' => self.close(false),
                b']' => self.close(true),
                0xef if self.at == 0 && self.bytes.starts_with(b"\xef\xbb\xbf") => {
                    self.at = 3;
                    true
                }
                _ => self.literal(byte, counts, out),
            };
            if !good {
                return false;
            }
        }
        true
    }

    fn top(&self) -> Frame {
        self.stack.last().copied().unwrap_or_else(Frame::root)
    }

    fn colon(&mut self) -> bool {
        self.at += 1;
        std::mem::replace(&mut self.expects, Expects::Value) == Expects::Colon
    }

    fn comma(&mut self) -> bool {
        self.at += 1;
        let good = matches!(self.expects, Expects::CommaOrEnd | Expects::Anything);
        self.expects = match self.stack.as_slice() {
            [_] | [] => Expects::Anything,
            [.., frame] if frame.array => Expects::Value,
            _ => Expects::Key,
        };
        good
    }

    fn open(&mut self, array: bool) -> bool {
        self.at += 1;
        let good = self.takes_value() && self.stack.len() < NESTING;
        let place = self.place(!array);
        let frame = self.top().open(place, array);
        self.stack.push(frame);
        self.expects = if array { Expects::ValueOrEnd } else { Expects::KeyOrEnd };
        good
    }

    /// Passes over `managedFields`, up to half of a raw list: names of fields, no values but a few names of managers.
    /// Only its strings and brackets are looked at; false where it does not end.
    fn managed_fields(&mut self, counts: &mut Redactions, out: &mut Vec<u8>) -> bool {
        if self.top().place() != Place::ManagedFields {
            return true;
        }
        let mut depth = 1;
        while let Some(byte) = self.bytes.get(self.at).copied() {
            self.at += 1;
            match byte {
                b'"' => {
                    let start = self.at;
                    let (end, escaped, closed) = string_end(self.bytes, start);
                    self.at = end + 1;
                    if !closed {
                        self.at = end;
                        return false;
                    }
                    if next_byte(self.bytes, self.at) != Some(b':') {
                        let raw = self.bytes.get(start..end).unwrap_or_default();
                        self.value(start, raw, escaped, counts, out);
                    }
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.stack.pop();
                self.after_value();
                return true;
            }
        }
        false
    }

    fn close(&mut self, array: bool) -> bool {
        self.at += 1;
        let good = match self.expects {
            Expects::CommaOrEnd => true,
            Expects::ValueOrEnd => array,
            Expects::KeyOrEnd => !array,
            Expects::Anything => self.stack.len() == 1,
            _ => false,
        };
        let fits = self.stack.len() == 1 || self.top().array == array;
        if self.stack.len() > 1 {
            self.stack.pop();
        }
        self.after_value();
        good && fits
    }

    fn takes_value(&self) -> bool {
        matches!(self.expects, Expects::Value | Expects::ValueOrEnd | Expects::Anything)
    }

    fn after_value(&mut self) {
        self.expects = if self.stack.len() == 1 { Expects::Anything } else { Expects::CommaOrEnd };
        if self.stack.len() == 1 {
            (self.member, self.class) = (Place::Open, KeyClass::Plain);
        }
    }

    /// Where the next value stands.
    fn place(&self, object: bool) -> Place {
        match self.stack.last() {
            Some(frame) if frame.array => frame.element(object),
            _ => self.member,
        }
    }

    fn string(&mut self, counts: &mut Redactions, out: &mut Vec<u8>) -> bool {
        let start = self.at + 1;
        let (end, escaped, closed) = string_end(self.bytes, start);
        self.at = if closed { end + 1 } else { end };
        let raw = self.bytes.get(start..end).unwrap_or_default();
        let key = match self.expects {
            Expects::KeyOrEnd | Expects::Key => true,
            Expects::Anything => next_byte(self.bytes, self.at) == Some(b':'),
            _ => false,
        };
        if key {
            self.key(start, end, raw, escaped);
            // Nearly always the colon is next, and a comma after a value: no need to go round for them.
            return closed && (self.bytes.get(self.at) != Some(&b':') || self.colon());
        }
        let good = self.takes_value();
        self.value(start, raw, escaped, counts, out);
        self.after_value();
        good && closed && (self.bytes.get(self.at) != Some(&b',') || self.comma())
    }

    fn key(&mut self, start: usize, end: usize, raw: &[u8], escaped: bool) {
        self.expects = Expects::Colon;
        let frame = self.top();
        let decoded;
        let name = if escaped {
            decoded = embedded::decode(raw);
            decoded.as_slice()
        } else {
            raw
        };
        self.class = if escaped { KeyClass::of(name) } else { self.classify(start, end, raw) };
        self.member = frame.member(self.class, name, self.bytes);
        if let Some(top) = self.stack.last_mut() {
            top.note_key(self.class);
        }
    }

    /// The class of a key, from the cache where the segment had it before.
    fn classify(&mut self, start: usize, end: usize, raw: &[u8]) -> KeyClass {
        let first = raw.first().copied().unwrap_or_default();
        let last = raw.last().copied().unwrap_or_default();
        let middle = raw.get(raw.len() / 2).copied().unwrap_or_default();
        let slot = (raw.len() * 31 + usize::from(first) * 7 + usize::from(last) * 13 + usize::from(middle)) % CACHE;
        let Some(cached) = self.cache.get_mut(slot) else { return KeyClass::of(raw) };
        if cached.end > 0 && self.bytes.get(cached.start..cached.end) == Some(raw) {
            return cached.class;
        }
        *cached = CachedKey { start, end, class: KeyClass::of(raw) };
        cached.class
    }

    fn value(&mut self, start: usize, raw: &'a [u8], escaped: bool, counts: &mut Redactions, out: &mut Vec<u8>) {
        let mut place = self.place(false);
        let in_object = self.stack.last().is_some_and(|frame| !frame.array);
        let class = self.class;
        if in_object
            && matches!(class, KeyClass::Name | KeyClass::Kind)
            && let Some(top) = self.stack.last_mut()
        {
            top.note(class, raw, start, start + raw.len());
        }
        if in_object && self.top().wants_name(class) {
            place = self.place_by_later_name(place);
        }
        let plain = matches!(
            place,
            Place::Open
                | Place::Image
                | Place::ManagedFields
                | Place::Annotation
                | Place::SecretNames
                | Place::Template
        );
        if plain && !escaped && leaf::is_boring(raw) {
            return;
        }
        let decoded;
        let text = if escaped {
            decoded = embedded::decode(raw);
            decoded.as_slice()
        } else {
            raw
        };
        let mut none = Default::default();
        let command = self.stack.last_mut().map_or(&mut none, |frame| &mut frame.command);
        let change = leaf::treat(place, command, text, self.depth, counts);
        if change == Change::Keep {
            return;
        }
        out.extend_from_slice(self.bytes.get(self.copied..start).unwrap_or_default());
        match change {
            // A newline inside of a string is no JSON, but it is a line.
            Change::Whole if raw.contains(&b'\n') => text::write_mark(raw, out),
            Change::Part(part) if !raw.contains(&b'\n') => embedded::encode(&part, out),
            Change::Part(_) => text::write_mark(raw, out),
            _ => out.extend_from_slice(MARK.as_bytes()),
        }
        self.copied = start + raw.len();
    }

    /// The place of an entry's `value` whose `name` comes right after it.
    fn place_by_later_name(&self, place: Place) -> Place {
        let name = || {
            let (key, at) = string_after(self.bytes, self.at, b',')?;
            let (value, end) = string_after(self.bytes, at, b':')?;
            (key == b"name").then_some((end - 1 - value.len(), end - 1))
        };
        let Some((start, end)) = name() else { return place };
        let mut entry = self.top();
        entry.note(KeyClass::Name, b"", start, end);
        entry.member(KeyClass::Value, b"value", self.bytes)
    }

    /// A number or a word. A long number beside a telling name is a secret, too.
    fn literal(&mut self, first: u8, counts: &mut Redactions, out: &mut Vec<u8>) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b)).count();
        let token = rest.get(..length).unwrap_or_default();
        let number = first.is_ascii_digit() || first == b'-';
        let good = number && token.iter().all(|b| b.is_ascii_digit() || b"+-.eE".contains(b))
            || matches!(token, b"true" | b"false" | b"null");
        if !good || !self.takes_value() {
            return false;
        }
        if number && self.place(false) == Place::Telling && token.iter().filter(|b| b.is_ascii_digit()).count() > 6 {
            counts.add("telling-name");
            out.extend_from_slice(self.bytes.get(self.copied..self.at).unwrap_or_default());
            out.extend_from_slice(format!("\"{MARK}\"").as_bytes());
            self.copied = self.at + length;
        }
        self.at += length;
        self.after_value();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> String {
        let (mut out, mut again) = (Vec::new(), Vec::new());
        redact(text.as_bytes(), 0, &mut Redactions::default(), &mut out);
        redact(&out, 0, &mut Redactions::default(), &mut again);
        assert_eq!(out, again, "not idempotent");
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn values_are_replaced_and_all_else_is_copied() {
        for (text, expected) in [
            (r#"{"env": [{"name":"A","value":"b c"}] }"#, r#"{"env": [{"name":"A","value":"[redacted]"}] }"#),
            (r#"{"env":[{"value":"a/b:1","name":"X_IMAGE"}]}"#, r#"{"env":[{"value":"a/b:1","name":"X_IMAGE"}]}"#),
            (r#"{"args":["--token","x1","img:1"]}"#, r#"{"args":["--token","[redacted]","img:1"]}"#),
            (r#"{"a":"{\"password\":\"\\u0041b\"}"}"#, r#"{"a":"{\"password\":\"[redacted]\"}"}"#),
            (r#"{"password":12345678,"token":12}"#, r#"{"password":"[redacted]","token":12}"#),
            (r#"{"data":{"k":"v"},"kind":"Secret"}"#, r#"{"data":{"k":"[redacted]"},"kind":"Secret"}"#),
            // What was done, in a record of Docker Hub's audit log.
            (
                r#"{"logs":[{"action":"repo.tag.push","data":{"tag":"1.5.0","digest":"sha256:ab"}}]}"#,
                r#"{"logs":[{"action":"repo.tag.push","data":{"tag":"1.5.0","digest":"sha256:ab"}}]}"#,
            ),
            (
                r#"[{"apiVersion":"v1","action":"x","data":{"k":"v"}}]"#,
                r#"[{"apiVersion":"v1","action":"x","data":{"k":"[redacted]"}}]"#,
            ),
            (r#"],"kind":"List","token":"x1"}"#, r#"],"kind":"List","token":"[redacted]"}"#),
            (r#"{"items":["#, r#"{"items":["#),
            (r#"{"pass\u0077ord":"x1"}"#, r#"{"pass\u0077ord":"[redacted]"}"#),
        ] {
            assert_eq!(redacted(text), expected);
        }
    }

    #[test]
    fn what_breaks_off_is_treated_to_its_end() {
        assert_eq!(redacted(r#"{"a":1,"password":"hunt"#), r#"{"a":1,"password":"[redacted]"#);
        assert_eq!(redacted("{\"a\":1 x \"password\": \"hunter\"}"), "{\"a\":1 x \"password\": \"[redacted]\"}");
        assert_eq!(
            redacted("{\"env\":[{\"name\":\"A\",\"value\":\"x"),
            "{\"env\":[{\"name\":\"A\",\"value\":\"[redacted]"
        );
    }
}

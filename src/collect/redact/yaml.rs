//! YAML by parser events with byte spans: every scalar is judged at its place, and only scalars and comments change.
//!
//! Aliases are never expanded. Where one stands at a sensitive place (`environment: *defaults`), what it points to is
//! judged as if it stood there. What does not parse is treated as far as it does, then line by line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle};

use super::keys::KeyClass;
use super::rules::{Frame, Place};
use super::text::{self, Mode};
use super::{Redactions, yaml_scalar};
use crate::model::yaml_events::{self, Edit, Notation, YamlEvent};

/// How often the events are read again because an alias gave an earlier node a new place.
const PASSES: usize = 4;

/// Appends `bytes` to `out` with its secrets replaced.
///
/// Gives back what the parser told of the first document of what it appended, where it parsed at once and the places of all
/// that was replaced are plain.
pub(super) fn redact(bytes: &[u8], counts: &mut Redactions, out: &mut Vec<u8>) -> Option<Vec<YamlEvent>> {
    // The parser takes a byte order mark away and counts from behind it.
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    out.extend_from_slice(bytes.get(..bytes.len() - body.len()).unwrap_or_default());
    let mut current = Cow::Borrowed(body);
    let mut told = None;
    // What did not parse may do so once its secrets are gone, and then has places again.
    for pass in 0..PASSES {
        let (clean, new, events) = once(&current, counts);
        told = events.filter(|_| pass == 0 && body.len() == bytes.len());
        let same = new == *current;
        current = Cow::Owned(new);
        if clean || same {
            break;
        }
    }
    out.extend_from_slice(&current);
    told
}

/// The largest text whose events are kept for who reads it next.
const TOLD_BYTES: usize = 1 << 20;

/// One round; true where all of it was parsed, then perhaps with the events of what comes of it.
fn once(bytes: &[u8], counts: &mut Redactions) -> (bool, Vec<u8>, Option<Vec<YamlEvent>>) {
    let source = same_length(bytes);
    let tells = matches!(source, Cow::Borrowed(_)) && bytes.len() <= TOLD_BYTES;
    let mut overrides = BTreeMap::new();
    let mut result = Pass::default();
    for _ in 0..PASSES {
        let known = overrides.len();
        let told = tells.then(Vec::new);
        result = Pass { overrides: std::mem::take(&mut overrides), told, ..Pass::default() };
        result.run(&source);
        overrides = std::mem::take(&mut result.overrides);
        if overrides.len() == known {
            break;
        }
    }
    counts.merge(&result.counts);
    let mut edits = result.edits;
    if result.clean {
        edits.extend(comments(&source, &result.tokens, counts));
    }
    edits.sort_by_key(|(range, _)| range.start);
    let told = result.told.filter(|_| result.clean).and_then(|told| yaml_events::after(told, &edits));
    let out = apply(bytes, edits);
    let by_line = if result.clean { None } else { text::redact(&out, Mode::Fallback, counts) };
    (result.clean, by_line.unwrap_or(out), told)
}

/// The bytes as text of the same length: what is no UTF-8 becomes question marks, so that spans fit the original.
fn same_length(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    Cow::Owned(text)
}

/// Makes edits that are sorted.
fn apply(bytes: &[u8], edits: Vec<Edit>) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut copied = 0;
    for (range, replacement) in edits {
        if range.start >= copied {
            out.extend_from_slice(bytes.get(copied..range.start).unwrap_or_default());
            out.extend_from_slice(&replacement);
            copied = range.end;
        }
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    out
}

/// An open mapping or sequence.
struct Level {
    frame: Frame,
    wants_key: bool,
    member: Place,
    class: KeyClass,
}

#[derive(Default)]
struct Pass {
    edits: Vec<Edit>,
    /// Where scalars and aliases stand; comments are found between them.
    tokens: Vec<Range<usize>>,
    /// Places that aliases give to the nodes they point to.
    overrides: BTreeMap<usize, Place>,
    levels: Vec<Level>,
    counts: Redactions,
    clean: bool,
    /// What the parser told of the first document, where it is to be kept.
    told: Option<Vec<YamlEvent>>,
    /// The first document has ended.
    first_ended: bool,
}

impl Pass {
    fn run(&mut self, source: &str) {
        let mut options = granit_parser::options! { emit_unresolved_aliases: true };
        options.set_emit_comments(false);
        self.levels.push(Level::of(Frame::root()));
        for event in Parser::new_from_str_with_options(source, options) {
            let Ok((event, span)) = event else { return };
            let range = span.byte_range().unwrap_or_default();
            self.tell(source, &event, &range);
            match event {
                Event::Scalar(value, style, anchor, _) => {
                    self.tokens.push(range.clone());
                    self.scalar(source, &value, style, anchor, range);
                }
                Event::SequenceStart(_, anchor, _) => self.open(anchor, true),
                Event::MappingStart(_, anchor, _) => self.open(anchor, false),
                Event::SequenceEnd | Event::MappingEnd => self.close(),
                Event::Alias(anchor) => {
                    self.tokens.push(range);
                    self.alias(anchor);
                }
                Event::UnresolvedAlias(_) => {
                    self.tokens.push(range);
                    self.value_done();
                }
                _ => {}
            }
        }
        self.clean = true;
    }

    /// Keeps an event of the first document.
    fn tell(&mut self, source: &str, event: &Event<'_>, range: &Range<usize>) {
        let Some(told) = self.told.as_mut().filter(|_| !self.first_ended) else { return };
        let (start, end) = (range.start as u32, range.end as u32);
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let text_tag = tag.as_ref().is_some_and(|t| t.is_yaml_core_schema_tag("str"));
                let (notation, inner) = match style {
                    ScalarStyle::Plain => (Notation::Plain, range.clone()),
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted if range.len() >= 2 => {
                        (Notation::Quoted, range.start + 1..range.end - 1)
                    }
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => (Notation::Quoted, range.clone()),
                    _ => (Notation::Block, range.clone()),
                };
                let as_written = source.get(inner) == Some(value.as_ref());
                let value = (!as_written).then(|| value.to_string());
                told.push(YamlEvent::Scalar { start, end, value, notation, text_tag, anchor: *anchor });
            }
            Event::SequenceStart(_, anchor, _) => told.push(YamlEvent::Sequence(start, *anchor)),
            Event::MappingStart(_, anchor, _) => told.push(YamlEvent::Mapping(start, *anchor)),
            Event::SequenceEnd | Event::MappingEnd => told.push(YamlEvent::End(end)),
            Event::Alias(anchor) => told.push(YamlEvent::Alias(start, *anchor)),
            Event::DocumentEnd => self.first_ended = true,
            Event::UnresolvedAlias(_) => self.told = None,
            _ => {}
        }
    }

    /// True where the next node is a key of a mapping.
    fn at_key(&self) -> bool {
        self.levels.last().is_some_and(|level| level.wants_key)
    }

    /// The place of the next value.
    fn place(&self, anchor: usize, object: bool) -> Place {
        let own = match self.levels.last() {
            _ if self.at_key() => Place::Open,
            Some(level) if level.frame.array => level.frame.element(object),
            Some(level) => level.member,
            None => Place::Open,
        };
        let elsewhere = self.overrides.get(&anchor).filter(|_| anchor != 0 && !is_sensitive(own));
        elsewhere.copied().unwrap_or(own)
    }

    fn open(&mut self, anchor: usize, array: bool) {
        let place = self.place(anchor, !array);
        let frame = self.levels.last().map_or_else(Frame::root, |level| level.frame).open(place, array);
        self.levels.push(Level::of(frame));
    }

    fn close(&mut self) {
        if self.levels.len() > 1 {
            self.levels.pop();
        }
        self.value_done();
    }

    /// After a value comes a key, after a key its value.
    fn value_done(&mut self) {
        if let Some(level) = self.levels.last_mut().filter(|level| !level.frame.array) {
            if level.wants_key {
                // A key that is no scalar tells nothing.
                (level.member, level.class) = (Place::Open, KeyClass::Plain);
            }
            level.wants_key = !level.wants_key && !level.frame.is_root();
        }
    }

    fn scalar(&mut self, source: &str, value: &str, style: ScalarStyle, anchor: usize, range: Range<usize>) {
        if self.at_key() {
            if let Some(level) = self.levels.last_mut() {
                level.key(value.as_bytes(), source.as_bytes());
            }
            return;
        }
        let place = self.place(anchor, false);
        if is_mark(source, &range) {
            return self.value_done();
        }
        if let Some(level) = self.levels.last_mut() {
            if !level.frame.array {
                level.frame.note(level.class, value.as_bytes(), range.start, range.end);
            }
            let scalar = yaml_scalar::Scalar { slice: source.get(range.clone()).unwrap_or_default(), value, style };
            if let Some(new) = scalar.redact(place, &mut level.frame.command, &mut self.counts) {
                self.edits.push((range, new));
            }
        }
        self.value_done();
    }

    fn alias(&mut self, anchor: usize) {
        let place = self.place(0, false);
        if !self.at_key() && is_sensitive(place) {
            self.overrides.entry(anchor).or_insert(place);
        }
        self.value_done();
    }
}

/// A bare mark, which the rules for text left in what did not parse, looks like a list of one word.
fn is_mark(source: &str, range: &Range<usize>) -> bool {
    let start = range.start.saturating_sub(1);
    source.get(start..range.end + 1) == Some(super::MARK)
}

/// Places where literals are secrets.
fn is_sensitive(place: Place) -> bool {
    !matches!(
        place,
        Place::Open
            | Place::Image
            | Place::ManagedFields
            | Place::Annotation
            | Place::Annotations
            | Place::SecretNames
            | Place::Message
            | Place::History
            | Place::Template
    )
}

impl Level {
    fn of(frame: Frame) -> Self {
        let wants_key = !frame.array && !frame.is_root();
        Level { frame, wants_key, member: Place::Open, class: KeyClass::Plain }
    }

    fn key(&mut self, key: &[u8], source: &[u8]) {
        self.wants_key = false;
        self.class = KeyClass::of(key);
        // A merge key puts what it names in this very mapping.
        self.member = if key == b"<<" { self.frame.place() } else { self.frame.member(self.class, key, source) };
        self.frame.note_key(self.class);
    }
}

/// Edits for the comments between tokens: they are read as one text in which all else is blank.
fn comments(source: &str, tokens: &[Range<usize>], counts: &mut Redactions) -> Vec<Edit> {
    let bytes = source.as_bytes();
    let mut blank: Vec<u8> = bytes.iter().map(|b| if *b == b'\n' || *b == b'\r' { *b } else { b' ' }).collect();
    let mut found = Vec::new();
    let mut from = 0;
    let ends = tokens.iter().map(|t| (t.start, t.end)).chain([(bytes.len(), bytes.len())]);
    for (end, next) in ends {
        while let Some(hash) = bytes.get(from..end).and_then(|gap| memchr::memchr(b'#', gap)).map(|at| from + at) {
            let rest = bytes.get(hash..end).unwrap_or_default();
            let stop = hash + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            let starts = hash.checked_sub(1).is_none_or(|at| bytes.get(at).is_some_and(u8::is_ascii_whitespace));
            from = if starts { stop } else { hash + 1 };
            if let (true, Some(slot), Some(text)) = (starts, blank.get_mut(hash + 1..stop), bytes.get(hash + 1..stop)) {
                slot.copy_from_slice(text);
                found.push(hash + 1..stop);
            }
        }
        from = next.max(from);
    }
    if found.is_empty() {
        return Vec::new();
    }
    let Some(redacted) = text::redact(&blank, Mode::Fallback, counts) else { return Vec::new() };
    let lines: Vec<&[u8]> = redacted.split(|b| *b == b'\n').collect();
    let (mut line, mut counted) = (0, 0);
    let mut edits = Vec::new();
    for range in found {
        line += memchr::memchr_iter(b'\n', bytes.get(counted..range.start).unwrap_or_default()).count();
        counted = range.start;
        let before = bytes.get(..range.start).unwrap_or_default();
        let column = range.start - memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let new = lines.get(line).and_then(|l| l.get(column..)).unwrap_or_default();
        let new = new.strip_suffix(b"\r").unwrap_or(new);
        if Some(new) != bytes.get(range.clone()) {
            edits.push((range, new.to_vec()));
        }
    }
    edits
}

//! Bake files in HCL. The parser bounds nesting itself; where one block is damaged the others are read by themselves.

use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, Body};
use hcl_edit::template::Element;

use super::{MAX_DEPTH, Taken};
use crate::model::fact::Spot;
use crate::model::recipe::{BakeGroup, BakeTarget, BakeValue, BakeVariable, Word};
use crate::model::text::scrub;
use crate::read::inline::Pointers;
use crate::read::outcome::Outcome;
use crate::read::{Limits, Segment};

/// Reads a whole file.
pub(in crate::read) fn read(source: &str, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let mut taken = Taken::new(segment, limits, out);
    let mark = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let text = source.get(mark..).unwrap_or_default();
    match hcl_edit::parser::parse_body(text) {
        Ok(body) => blocks(&body, Source { text, base: mark, line: 1 }, &mut taken),
        Err(error) => {
            let line = error.location().line();
            taken.reject(&format!("line:{line}"), format!("not valid HCL: {}", scrub(error.message())));
            each_block(text, mark, &mut taken);
        }
    }
    taken.finish(source.len());
}

/// The text that spans count in, and where it stands in the file.
#[derive(Clone, Copy)]
struct Source<'a> {
    text: &'a str,
    base: usize,
    line: usize,
}

impl<'a> Source<'a> {
    fn get(self, span: &Range<usize>) -> &'a str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    fn spot(self, span: &Range<usize>, line: usize) -> Spot {
        let (offset, length) = ((self.base + span.start) as u64, span.len() as u64);
        Spot { pointer: format!("line:{line}"), offset, length }
    }
}

/// Reads the blocks of a damaged file one by one: each begins at a word in the first column and ends at a bracket there.
fn each_block(text: &str, base: usize, taken: &mut Taken<'_>) {
    let (mut offset, mut start, mut start_line) = (0, None, 1);
    for (i, line) in text.split_inclusive('\n').enumerate() {
        let end = offset + line.len();
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) && line.trim_end().ends_with('{') {
            (start, start_line) = (Some(offset), i + 1);
        }
        if let Some(from) = start.filter(|_| line.trim_end() == "}") {
            start = None;
            let block = text.get(from..end).unwrap_or_default();
            if let Ok(body) = hcl_edit::parser::parse_body(block) {
                blocks(&body, Source { text: block, base: base + from, line: start_line }, taken);
            }
        }
        offset = end;
    }
}

fn blocks(body: &Body, source: Source<'_>, taken: &mut Taken<'_>) {
    let (mut at, mut line) = (0, source.line);
    for block in body.blocks() {
        let span = block.span().unwrap_or_default();
        // Lines are counted on from the block before.
        let between = source.text.as_bytes().get(at..span.start).unwrap_or_default();
        line += memchr::memchr_iter(b'\n', between).count();
        at = span.start.max(at);
        let spot = source.spot(&span, line);
        let Some(name) = block.labels.first().map(|label| label.as_str().to_owned()) else { continue };
        if !taken.room(&spot.pointer) {
            return;
        }
        match block.ident.as_str() {
            "variable" => {
                let default = attribute(block, "default").and_then(|e| value(e, source, line, 0, taken));
                taken.bake.variables.push(BakeVariable { name, default, spot });
            }
            "group" => {
                let targets = attribute(block, "targets").and_then(|e| value(e, source, line, 0, taken));
                taken.bake.groups.push(BakeGroup { name, targets });
            }
            "target" => target(block, name, spot, source, taken),
            _ => {}
        }
    }
}

fn attribute<'b>(block: &'b Block, key: &str) -> Option<&'b Expression> {
    block.body.attributes().find(|a| a.has_key(key)).map(|a| &a.value)
}

fn target(block: &Block, name: String, spot: Spot, source: Source<'_>, taken: &mut Taken<'_>) {
    let start = block.span().unwrap_or_default().start;
    let mut at = (start, spot.pointer.strip_prefix("line:").and_then(|n| n.parse().ok()).unwrap_or(1));
    let mut target = BakeTarget { name, spot, ..BakeTarget::default() };
    for attribute in block.body.attributes() {
        let key = attribute.key.as_str();
        if !BakeTarget::ATTRIBUTES.contains(&key) {
            continue;
        }
        let span = attribute.value.span().unwrap_or_default();
        let line = on(source, &mut at, &attribute.value);
        if key == "dockerfile-inline"
            && let Some(text) = literal(&attribute.value)
        {
            let spot = source.spot(&span, line);
            taken.inline(&mut target, &text, source.get(&span), spot, Pointers::Line(line));
        } else if let Some(value) = value(&attribute.value, source, line, 0, taken) {
            target.values.insert(key.to_owned(), value);
        }
    }
    taken.bake.targets.push(target);
}

/// A text without variables.
fn literal(expression: &Expression) -> Option<String> {
    match expression {
        Expression::String(text) => Some(text.to_string()),
        Expression::HeredocTemplate(heredoc) => heredoc
            .template
            .iter()
            .map(|element| match element {
                Element::Literal(text) => Some(text.as_str()),
                _ => None,
            })
            .collect(),
        _ => None,
    }
}

/// A value as written. `line` is that of the first value of an attribute, from which those inside are counted on.
fn value(
    expression: &Expression,
    source: Source<'_>,
    line: usize,
    depth: usize,
    taken: &mut Taken<'_>,
) -> Option<BakeValue> {
    let span = expression.span().unwrap_or_default();
    match expression {
        Expression::Array(list) if depth < MAX_DEPTH => {
            let mut at = (span.start, line);
            let values = list.iter().filter_map(|e| value(e, source, on(source, &mut at, e), depth + 1, taken));
            Some(BakeValue::List(values.collect()))
        }
        Expression::Object(map) if depth < MAX_DEPTH && map.iter().all(|(key, _)| key_of(key).is_some()) => {
            let mut at = (span.start, line);
            let members = map.iter().filter_map(|(key, e)| {
                let line = on(source, &mut at, e.expr());
                Some((key_of(key)?, value(e.expr(), source, line, depth + 1, taken)?))
            });
            Some(BakeValue::Map(members.collect()))
        }
        _ => {
            let text = source.get(&span);
            let spot = source.spot(&span, line);
            let kept = taken.keeps(text, &spot.pointer);
            kept.then(|| BakeValue::Expression(Word { text: text.to_owned(), spot }))
        }
    }
}

/// The line of an expression, counted on from the place before.
fn on(source: Source<'_>, at: &mut (usize, usize), expression: &Expression) -> usize {
    let start = expression.span().unwrap_or_default().start;
    let between = source.text.as_bytes().get(at.0..start).unwrap_or_default();
    *at = (start.max(at.0), at.1 + memchr::memchr_iter(b'\n', between).count());
    at.1
}

/// A literal key of a map.
fn key_of(key: &ObjectKey) -> Option<String> {
    match key {
        ObjectKey::Ident(name) => Some(name.as_str().to_owned()),
        ObjectKey::Expression(Expression::String(text)) => Some(text.to_string()),
        ObjectKey::Expression(Expression::Variable(name)) => Some(name.as_str().to_owned()),
        ObjectKey::Expression(_) => None,
    }
}

//! Names with values in text: `KEY=value`, `key: value`, `"key": "value"`, headers, query strings, connection strings.

use super::names::{self, Strength};
use super::text::{Mode, Span, Spans};
use super::values;

/// What the lines before said: `name: X` followed by `value: Y`, the form of an environment in YAML and JSON.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// The last key was `name`.
    was_name: bool,
    /// Its value is no name of a variable (`vendor:tool:property`).
    of_other: bool,
    /// Its value names a variable that carries an image reference.
    of_image: bool,
    /// Its value is a telling name itself.
    telling: bool,
}

/// Where a value starts and ends, without its quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub start: usize,
    pub end: usize,
}

/// One `=` or `:` with the name before it.
struct Assignment<'a> {
    name: &'a [u8],
    at: usize,
    quoted: bool,
    first: bool,
    spaced: bool,
}

/// Adds the secrets assigned in `text[start..end]`, one line.
pub(super) fn find(text: &[u8], start: usize, end: usize, mode: Mode, named: &mut Named, spans: &mut Spans) {
    let line = text.get(start..end).unwrap_or_default();
    let mut covered = start;
    for at in memchr::memchr2_iter(b'=', b':', line).map(|offset| start + offset) {
        // What stands inside of a value that is replaced needs no second look.
        if at < covered {
            continue;
        }
        if let Some(assignment) = name_before(text, start, at)
            && let Some(value) = judge(text, end, &assignment, mode, named, spans)
        {
            covered = value.end;
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.-/$".contains(&byte) || byte >= 0x80
}

/// The name that ends at `at`; quotes around it and spaces before an `=` are allowed.
fn name_before(text: &[u8], start: usize, at: usize) -> Option<Assignment<'_>> {
    let before = text.get(start..at)?;
    let trimmed = before.trim_ascii_end();
    let spaced = trimmed.len() < before.len();
    let equals = text.get(at) == Some(&b'=');
    let quoted = trimmed.last().is_some_and(|b| b"\"'".contains(b));
    // `PASSWORD : "…"` of HCL; a spaced colon before anything else is prose.
    let quotes = || text.get(at + 1..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\""));
    if spaced && !equals && !quoted && !quotes() {
        return None;
    }
    let mut bare = trimmed;
    while let Some(shorter) = bare.strip_suffix(b"\"").or(bare.strip_suffix(b"'")).or(bare.strip_suffix(b"\\")) {
        bare = shorter;
    }
    let low = bare.len().saturating_sub(160);
    let name_start = bare.get(low..)?.iter().rposition(|b| !is_name(*b)).map_or(low, |i| low + i + 1);
    let name = bare.get(name_start..)?;
    let lead = bare.get(..name_start)?;
    let first = lead.len() < 512 && lead.iter().all(|b| b.is_ascii_whitespace() || b"-\"'#{,?\\".contains(b));
    // `- name`: the dash of a list item is no part of the name.
    let name = if first { name.trim_ascii_start() } else { name };
    (!name.is_empty()).then_some(Assignment { name, at, quoted, first, spaced })
}

/// Decides about one assignment and remembers its name.
fn judge(
    text: &[u8],
    end: usize,
    a: &Assignment<'_>,
    mode: Mode,
    named: &mut Named,
    spans: &mut Spans,
) -> Option<Extent> {
    let equals = text.get(a.at) == Some(&b'=');
    let is_key = !equals && (a.quoted || a.first);
    let value = if is_key && a.name.eq_ignore_ascii_case(b"value") {
        let applies = if named.was_name { !named.of_other } else { mode == Mode::Fallback };
        named.was_name = false;
        applies.then(|| value_of(text, end, a, equals)).flatten().filter(|v| {
            let bytes = text.get(v.start..v.end).unwrap_or_default();
            let image = named.of_image && values::is_image(bytes);
            !image && !values::is_harmless(bytes)
        })
    } else {
        if is_key {
            let is_name = a.name.eq_ignore_ascii_case(b"name");
            let value = is_name.then(|| value_of(text, end, a, equals)).flatten();
            let bytes = value.and_then(|v| text.get(v.start..v.end)).unwrap_or_default();
            *named = Named {
                was_name: is_name,
                of_other: !bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b) || *b >= 0x80),
                of_image: names::is_image_variable(bytes),
                telling: names::strength(bytes) == Strength::Strong,
            };
        }
        telling_value(text, end, a, equals)
    };
    if let Some(value) = value {
        spans.push(text, Span { start: value.start, end: value.end, place: place(named, a.name) });
    }
    value
}

fn place(named: &Named, name: &[u8]) -> &'static str {
    if name.eq_ignore_ascii_case(b"value") && !named.telling { "env-value" } else { "telling-name" }
}

/// The value of an assignment whose name tells.
fn telling_value(text: &[u8], end: usize, a: &Assignment<'_>, equals: bool) -> Option<Extent> {
    let next = text.get(a.at + 1).copied().unwrap_or(b' ');
    let signature =
        equals && a.name == b"sig" && text.get(..a.at - 3).and_then(<[u8]>::last).is_some_and(|b| b"&?; ".contains(b));
    let strength = if signature { Strength::Strong } else { names::strength(a.name) };
    if strength == Strength::None {
        return None;
    }
    if !equals && !a.quoted && !next.is_ascii_whitespace() && !b"\"'\\".contains(&next) {
        // `password:hunter2`; never `secret:1.2`, which is an image and its tag.
        let value = value_of(text, end, a, false)?;
        let bytes = text.get(value.start..value.end)?;
        let tag = bytes.iter().all(|b| b.is_ascii_digit() || b".-v".contains(b)) || bytes == b"latest";
        let taken = names::is_password(a.name) && !tag && next != b'/' && !values::is_harmless(bytes);
        return taken.then_some(value);
    }
    // Only short values count as random; a long one need not be measured.
    let end = if strength == Strength::Strong { end } else { end.min(a.at + 400) };
    let value = value_of(text, end, a, equals)?;
    let bytes = text.get(value.start..value.end)?;
    let prose = !equals && !a.first && !a.quoted && is_prose(text, value, end);
    let random = strength == Strength::Strong || values::is_random(bytes);
    (random && !prose && !values::is_harmless(bytes)).then_some(value)
}

/// In the middle of a sentence (`failed to get token: unexpected status`) a plain word is no secret.
fn is_prose(text: &[u8], value: Extent, end: usize) -> bool {
    let bytes = text.get(value.start..value.end).unwrap_or_default();
    let more = text.get(value.end..end).is_some_and(|rest| rest.trim_ascii().len() > 1);
    more && bytes.iter().all(|b| b.is_ascii_alphabetic() || b".,-".contains(b))
}

/// Where the value after `=` or `:` stands.
fn value_of(text: &[u8], end: usize, a: &Assignment<'_>, equals: bool) -> Option<Extent> {
    let rest = text.get(a.at + 1..end)?;
    let skip = if equals {
        // `==`, `=>`; spaces only where they stand before the `=` too: `X= y` is an empty X.
        let signs = rest.iter().take_while(|b| **b == b'=' || **b == b'>').count();
        let spaces = rest.get(signs..)?.iter().take_while(|b| b.is_ascii_whitespace()).count();
        if a.spaced { signs + spaces } else { signs }
    } else {
        rest.iter().take_while(|b| b.is_ascii_whitespace() || **b == b'=').count()
    };
    let start = a.at + 1 + skip;
    let whole_line = !equals && a.first && !a.quoted;
    let header = !equals && is_header(a.name);
    let extent = if header && !opens_quote(text, start) {
        header_extent(text, start, end, whole_line)
    } else if whole_line && !opens_quote(text, start) {
        Extent { start, end }
    } else {
        extent(text, start, end)
    };
    (extent.start < extent.end).then_some(extent)
}

fn is_header(name: &[u8]) -> bool {
    let name = name.rsplit(|b| *b == b'-' || *b == b'"').next().unwrap_or(name);
    name.eq_ignore_ascii_case(b"authorization") || name.eq_ignore_ascii_case(b"cookie")
}

fn opens_quote(text: &[u8], at: usize) -> bool {
    text.get(at..).is_some_and(|t| t.iter().find(|b| **b != b'\\').is_some_and(|b| b"\"'`".contains(b)))
}

/// A header's value: to the closing quote of the argument it stands in, else scheme and credential, else the line.
fn header_extent(text: &[u8], start: usize, end: usize, whole_line: bool) -> Extent {
    let rest = text.get(start..end).unwrap_or_default();
    let quote = rest.iter().position(|b| b"\"'`".contains(b));
    let length = match quote {
        Some(at) => rest.get(..at).map_or(0, |r| r.iter().rposition(|b| *b != b'\\').map_or(0, |i| i + 1)),
        None if whole_line => rest.len(),
        None => {
            let first = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
            let gap = rest.get(first..).map_or(0, |r| r.len() - r.trim_ascii_start().len());
            let second = rest.get(first + gap..).unwrap_or_default();
            first + gap + second.iter().position(u8::is_ascii_whitespace).unwrap_or(second.len())
        }
    };
    Extent { start, end: start + length }
}

/// The value that starts at `start`: up to its closing quote, else up to what ends a word of a shell, a query string, a
/// connection string or a list of settings.
pub(super) fn extent(text: &[u8], start: usize, end: usize) -> Extent {
    let rest = text.get(start..end).unwrap_or_default();
    let slashes = rest.iter().take_while(|b| **b == b'\\').count();
    if let Some(quote) = rest.get(slashes).copied().filter(|b| b"\"'`".contains(b)) {
        let inside = slashes + 1;
        let close = closing(rest, inside, quote, slashes);
        return Extent { start: start + inside, end: start + close };
    }
    let mut length = 0;
    while let Some(byte) = rest.get(length) {
        let after = rest.get(length + 1..).unwrap_or_default();
        let ends = match byte {
            b'"' | b'\'' | b'`' => true,
            b'\\' => matches!(after.first(), Some(b'"' | b'\'' | b'n' | b'r' | b't') | None),
            b'&' | b',' | b';' => separates(after) || after.first().is_some_and(|b| b"\"'&".contains(b)),
            _ => byte.is_ascii_whitespace(),
        };
        if ends {
            break;
        }
        length += 1;
    }
    Extent { start, end: start + length }
}

/// Where the quote closes: the same quote behind as many backslashes as the opening one had.
fn closing(rest: &[u8], inside: usize, quote: u8, slashes: usize) -> usize {
    let mut at = inside;
    let mut run = 0;
    while let Some(byte) = rest.get(at) {
        if *byte == quote && (run == slashes || (run > slashes && (run - slashes).is_multiple_of(2) && slashes == 0)) {
            return at - slashes.min(run);
        }
        run = if *byte == b'\\' { run + 1 } else { 0 };
        at += 1;
    }
    rest.len()
}

/// True where another setting (`name=`) or nothing follows a separator.
fn separates(after: &[u8]) -> bool {
    let after = after.trim_ascii_start();
    let name = after.iter().take_while(|b| is_name(**b) || **b == b' ').count();
    after.is_empty() || (name > 0 && after.get(name) == Some(&b'='))
}

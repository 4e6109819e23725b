//! What a parser told of one YAML document, so that who looks for secrets in it and who reads facts out of it need not
//! parse it twice. Positions are bytes in the text that the events belong to.

/// One thing a parser met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum YamlEvent {
    /// A scalar, in `start..end` with its quotes.
    Scalar {
        /// First byte.
        start: u32,
        /// One past the last byte.
        end: u32,
        /// Its value, where that is not just its bytes (those between its quotes).
        value: Option<String>,
        /// Its notation.
        notation: Notation,
        /// Tagged as a text.
        text_tag: bool,
        /// The number of its anchor, 0 for none.
        anchor: usize,
    },
    /// A sequence begins at a byte, with the number of its anchor.
    Sequence(u32, usize),
    /// A mapping begins.
    Mapping(u32, usize),
    /// A sequence or mapping ends before this byte.
    End(u32),
    /// An alias at a byte, with the number of the anchor it names.
    Alias(u32, usize),
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// Without quotes.
    Plain,
    /// In single or double quotes.
    Quoted,
    /// A literal or folded block.
    Block,
}

/// New bytes for a range of a text.
pub type Edit = (std::ops::Range<usize>, Vec<u8>);

/// The events of the text that comes of replacing ranges, sorted and apart from each other. `None` where that cannot be
/// told without parsing the new text.
pub fn after(mut events: Vec<YamlEvent>, edits: &[Edit]) -> Option<Vec<YamlEvent>> {
    let apart = edits.windows(2).all(|pair| matches!(pair, [(a, _), (b, _)] if a.end <= b.start));
    let mut moved = Moved { edits, delta: 0 };
    for event in &mut events {
        match event {
            YamlEvent::Scalar { start, end, value, notation, .. } => {
                let range = *start as usize..*end as usize;
                let at = moved.position(*start)?;
                let length = match moved.edits.first() {
                    Some((edited, new)) if *edited == range => {
                        (*value, *notation) = (None, Notation::Quoted);
                        if is_simple(new) { new.len() } else { return None }
                    }
                    Some((edited, _)) if edited.start < range.end => return None,
                    _ => range.len(),
                };
                (*start, *end) = (at, at.checked_add(u32::try_from(length).ok()?)?);
            }
            YamlEvent::Sequence(at, _) | YamlEvent::Mapping(at, _) | YamlEvent::End(at) | YamlEvent::Alias(at, _) => {
                *at = moved.position(*at)?;
            }
        }
    }
    apart.then_some(events)
}

/// A text in quotes on one line, whose value is what stands between them.
fn is_simple(bytes: &[u8]) -> bool {
    match bytes {
        [b'\'', inner @ .., b'\''] | [b'"', inner @ .., b'"'] => {
            !inner.is_empty() && inner.is_ascii() && !inner.iter().any(|b| b"'\"\\\n\r\t".contains(b))
        }
        _ => false,
    }
}

/// Where bytes stand once the edits before them are made.
struct Moved<'e> {
    /// Those that are not passed.
    edits: &'e [Edit],
    delta: i64,
}

impl Moved<'_> {
    /// The new position of a byte that is not before the last one asked for; `None` within an edit.
    fn position(&mut self, at: u32) -> Option<u32> {
        while let Some(((range, new), rest)) =
            self.edits.split_first().filter(|((range, _), _)| range.end <= at as usize)
        {
            self.delta += i64::try_from(new.len()).ok()? - i64::try_from(range.len()).ok()?;
            self.edits = rest;
        }
        let within = self.edits.first().is_some_and(|(range, _)| range.start < at as usize);
        if within { None } else { u32::try_from(i64::from(at) + self.delta).ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(start: u32, end: u32) -> YamlEvent {
        YamlEvent::Scalar { start, end, value: None, notation: Notation::Plain, text_tag: false, anchor: 0 }
    }

    #[test]
    fn events_move_with_the_bytes_before_them() {
        // `a: 12` and `b: 3` below it.
        let events =
            vec![YamlEvent::Mapping(0, 0), scalar(0, 1), scalar(3, 5), scalar(6, 7), scalar(9, 10), YamlEvent::End(11)];
        let edits = [(3..5, b"'[redacted]'".to_vec())];
        let moved = after(events, &edits).unwrap();
        let quoted = YamlEvent::Scalar {
            start: 3,
            end: 15,
            value: None,
            notation: Notation::Quoted,
            text_tag: false,
            anchor: 0,
        };
        let expected =
            [YamlEvent::Mapping(0, 0), scalar(0, 1), quoted, scalar(16, 17), scalar(19, 20), YamlEvent::End(21)];
        assert_eq!(moved, expected);
    }

    #[test]
    fn what_must_be_parsed_is_not_guessed() {
        let of = |range: std::ops::Range<usize>, new: &[u8]| after(vec![scalar(3, 8)], &[(range, new.to_vec())]);
        assert_eq!(of(3..8, b"'it''s'"), None);
        assert_eq!(of(3..8, b"plain"), None);
        assert_eq!(of(4..6, b"'x'"), None);
        assert_eq!(of(1..6, b"'x'"), None);
        assert!(of(8..9, b"#").is_some());
    }
}

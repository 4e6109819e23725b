//! `RUN --mount=…`: one record of comma-separated fields, after RFC 4180 as Go reads it.

use std::ops::Range;

/// Where the value of a mount's `from` stands in its text, with the value; `None` where it has none. The last one counts.
pub(super) fn from(mount: &str) -> Result<Option<(Range<usize>, String)>, &'static str> {
    let mut found = None;
    for (start, field) in fields(mount)? {
        let Some((key, value)) = field.split_once('=') else { continue };
        if key.eq_ignore_ascii_case("from") {
            let start = start + key.len() + 1;
            found = (!value.is_empty()).then(|| (start..start + value.len(), value.to_owned()));
        }
    }
    Ok(found)
}

/// The fields, each with the place where its text begins. A doubled quote inside quotes makes the places after it in its
/// own field one byte off each; nobody writes one in the name of an image.
fn fields(record: &str) -> Result<Vec<(usize, String)>, &'static str> {
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let rest = record.get(at..).unwrap_or_default();
        let (start, field, length) = match rest.strip_prefix('"') {
            Some(inside) => {
                let (field, length) = quoted(inside)?;
                (at + 1, field, length + 1)
            }
            None => {
                let length = rest.find(',').unwrap_or(rest.len());
                let field = rest.get(..length).unwrap_or_default();
                if field.contains('"') {
                    return Err("a quote stands inside a field of the mount");
                }
                (at, field.to_owned(), length)
            }
        };
        fields.push((start, field));
        at += length;
        match record.get(at..).and_then(|rest| rest.chars().next()) {
            Some(',') => at += 1,
            None => return Ok(fields),
            Some(_) => return Err("something stands behind a quoted field of the mount"),
        }
    }
}

/// The text up to the closing quote, and its length with that.
fn quoted(inside: &str) -> Result<(String, usize), &'static str> {
    let mut field = String::new();
    let mut chars = inside.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != '"' {
            field.push(c);
        } else if chars.next_if(|(_, next)| *next == '"').is_some() {
            field.push('"');
        } else {
            return Ok((field, at + 1));
        }
    }
    Err("a quoted field of the mount is not closed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_from() {
        for (mount, expected) in [
            ("type=bind,from=a/b:1,target=/x", Some("a/b:1")),
            ("from=a", Some("a")),
            ("FROM=a,type=cache", Some("a")),
            ("\"from=a,b\",x", Some("a,b")),
            ("from=a,from=b", Some("b")),
            ("from=,target=/x", None),
            ("type=cache,target=/x", None),
            ("from,ro", None),
            ("", None),
        ] {
            let found = from(mount).unwrap();
            assert_eq!(found.as_ref().map(|(_, value)| value.as_str()), expected, "{mount}");
            if let Some((at, value)) = found {
                assert_eq!(&mount[at], value, "{mount}");
            }
        }
        for bad in ["fr\"om=a", "\"from=a", "\"from=a\"b"] {
            assert!(from(bad).is_err(), "{bad}");
        }
    }
}

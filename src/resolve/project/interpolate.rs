//! Variables in the values of compose and environment files (compose specification, "Interpolation"; compose-go,
//! `template`): `$V`, `${V}`, `${V:-d}`, `${V-d}`, `${V:?e}`, `${V?e}`, `${V:+a}`, `${V+a}`, nested, and `$$` for a
//! dollar sign.
//!
//! Where compose puts in an empty text for a variable that nothing defines, the variable is left standing and named: the
//! shell that knew it was not captured.

use std::collections::BTreeSet;

/// Deepest nesting.
const DEPTH: usize = 32;

/// Longest result, in bytes.
pub(super) const LONGEST: usize = 16 << 10;

/// What is known of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Its text.
    Known(String),
    /// It is defined, but its text depends on these, or was redacted.
    Unknown(BTreeSet<String>),
    /// Nothing defines it.
    Unset,
}

/// A text with its variables replaced as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Filled {
    /// The text; what is not known stands there as written.
    pub text: String,
    /// Variables that are not known.
    pub needs: BTreeSet<String>,
    /// Variables in whose place nothing stands.
    pub empty: BTreeSet<String>,
}

/// Why a text cannot be interpolated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// A dollar sign that begins no variable.
    #[error("`$` begins no variable here; a dollar sign itself is written `$$`")]
    Invalid,
    /// Nested too deep.
    #[error("variables are nested deeper than 32 levels")]
    TooDeep,
    /// Too long.
    #[error("the value grows beyond 16384 bytes when its variables are replaced: it is made to exhaust its reader")]
    TooLong,
}

/// Replaces the variables of a text.
pub(super) fn fill(text: &str, lookup: &dyn Fn(&str) -> Value) -> Result<Filled, Fault> {
    let mut filled = Filled::default();
    fill_into(text, lookup, 0, &mut filled)?;
    Ok(filled)
}

fn fill_into(text: &str, lookup: &dyn Fn(&str) -> Value, depth: usize, out: &mut Filled) -> Result<(), Fault> {
    if depth > DEPTH {
        return Err(Fault::TooDeep);
    }
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        push(out, before)?;
        if let Some(after) = after.strip_prefix('$') {
            push(out, "$")?;
            rest = after;
        } else if let Some(inside) = after.strip_prefix('{') {
            let end = closing(inside).ok_or(Fault::Invalid)?;
            braced(inside.get(..end).unwrap_or_default(), lookup, depth, out)?;
            rest = inside.get(end + 1..).unwrap_or_default();
        } else {
            let name = name_of(after);
            if name.is_empty() {
                return Err(Fault::Invalid);
            }
            put(name, &format!("${name}"), lookup(name), out)?;
            rest = after.get(name.len()..).unwrap_or_default();
        }
    }
    push(out, rest)
}

fn push(out: &mut Filled, text: &str) -> Result<(), Fault> {
    if out.text.len() + text.len() > LONGEST {
        return Err(Fault::TooLong);
    }
    out.text.push_str(text);
    Ok(())
}

/// The name a text begins with.
fn name_of(text: &str) -> &str {
    let fits = |(at, b): &(usize, u8)| *b == b'_' || b.is_ascii_alphabetic() || (*at > 0 && b.is_ascii_digit());
    let length = text.bytes().enumerate().take_while(fits).count();
    text.get(..length).unwrap_or_default()
}

/// Where the brace closes whose inside this is.
fn closing(inside: &str) -> Option<usize> {
    let bytes = inside.as_bytes();
    let (mut open, mut at) = (0usize, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'}' if open == 0 => return Some(at),
            b'}' => open -= 1,
            b'$' if bytes.get(at + 1) == Some(&b'{') => {
                open += 1;
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// What stands between `${` and `}`.
fn braced(inside: &str, lookup: &dyn Fn(&str) -> Value, depth: usize, out: &mut Filled) -> Result<(), Fault> {
    let name = name_of(inside);
    let rest = inside.get(name.len()..).unwrap_or_default();
    if name.is_empty() {
        return Err(Fault::Invalid);
    }
    let written = || format!("${{{inside}}}");
    let value = lookup(name);
    if rest.is_empty() {
        return put(name, &written(), value, out);
    }
    let (or_empty, rest) = rest.strip_prefix(':').map_or((false, rest), |rest| (true, rest));
    let counts = match &value {
        Value::Known(text) => !(or_empty && text.is_empty()),
        // A value was redacted because there was one.
        Value::Unknown(_) => true,
        Value::Unset => false,
    };
    let mut chars = rest.chars();
    let (operator, word) = (chars.next(), chars.as_str());
    match operator {
        Some('-') if counts => put(name, &written(), value, out),
        Some('-') => {
            let before = out.needs.len();
            if word.is_empty() {
                out.empty.insert(name.to_owned());
            }
            fill_into(word, lookup, depth + 1, out)?;
            // Either the variable or those of its default would do.
            if out.needs.len() > before {
                out.needs.insert(name.to_owned());
            }
            Ok(())
        }
        Some('?') if counts => put(name, &written(), value, out),
        Some('?') => put(name, &written(), Value::Unset, out),
        Some('+') if counts => fill_into(word, lookup, depth + 1, out),
        Some('+') => {
            out.empty.insert(name.to_owned());
            Ok(())
        }
        _ => Err(Fault::Invalid),
    }
}

/// Puts a value in, or leaves what was written where there is none.
fn put(name: &str, written: &str, value: Value, out: &mut Filled) -> Result<(), Fault> {
    match value {
        Value::Known(text) => {
            if text.is_empty() {
                out.empty.insert(name.to_owned());
            }
            push(out, &text)
        }
        Value::Unknown(needs) => {
            out.needs.extend(needs);
            push(out, written)
        }
        Value::Unset => {
            out.needs.insert(name.to_owned());
            push(out, written)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Value {
        match name {
            "V" => Value::Known("v".into()),
            "E" => Value::Known(String::new()),
            "H" => Value::Unknown(["H".to_owned()].into()),
            _ => Value::Unset,
        }
    }

    #[test]
    fn every_form() {
        for (text, filled, needs) in [
            ("plain", "plain", &[][..]),
            ("$V", "v", &[]),
            ("a$V-b", "av-b", &[]),
            ("${V}", "v", &[]),
            ("${V:-d}", "v", &[]),
            ("${V-d}", "v", &[]),
            ("${V:?e}", "v", &[]),
            ("${V?e}", "v", &[]),
            ("${V:+a}", "a", &[]),
            ("${V+a}", "a", &[]),
            ("${E}", "", &[]),
            ("${E:-d}", "d", &[]),
            ("${E-d}", "", &[]),
            ("${E:?e}", "${E:?e}", &["E"]),
            ("${E?e}", "", &[]),
            ("${E:+a}", "", &[]),
            ("${E+a}", "a", &[]),
            ("${U}", "${U}", &["U"]),
            ("$U", "$U", &["U"]),
            ("${U:-d}", "d", &[]),
            ("${U-d}", "d", &[]),
            ("${U:?say so}", "${U:?say so}", &["U"]),
            ("${U?e}", "${U?e}", &["U"]),
            ("${U:+a}", "", &[]),
            ("${U+a}", "", &[]),
            ("${U:-}", "", &[]),
            ("$$V", "$V", &[]),
            ("$$$V", "$v", &[]),
            ("$${V}", "${V}", &[]),
            ("${U:-${V}}", "v", &[]),
            ("${U:-${W:-${V:-x}y}z}", "vyz", &[]),
            ("${U:-${W}}", "${W}", &["U", "W"]),
            ("${V:+${U:-a}-b}", "a-b", &[]),
            ("${U:-a:b/c}", "a:b/c", &[]),
            ("${H}", "${H}", &["H"]),
            ("${H:-d}", "${H:-d}", &["H"]),
            ("${H:+a}", "a", &[]),
            ("${V}${V}/$V:${U:-1}", "vv/v:1", &[]),
        ] {
            let got = fill(text, &lookup).unwrap();
            assert_eq!(got.text, filled, "{text}");
            assert_eq!(got.needs.iter().collect::<Vec<_>>(), needs, "{text}");
        }
        assert_eq!(fill("${U:-}${E}", &lookup).unwrap().empty.len(), 2);
    }

    #[test]
    fn what_is_no_variable_is_a_fault() {
        for text in
            ["$", "a$", "${", "${V", "${}", "$1", "${1}", "${V!x}", "${V:x}", "${V:}", "$(V)", "${ V}", "${U:-${V}"]
        {
            assert_eq!(fill(text, &lookup), Err(Fault::Invalid), "{text}");
        }
    }

    #[test]
    fn growth_and_depth_are_bounded() {
        let deep = format!("{}x{}", "${U:-".repeat(40), "}".repeat(40));
        assert_eq!(fill(&deep, &lookup), Err(Fault::TooDeep));
        let long = |_: &str| Value::Known("x".repeat(1000));
        assert_eq!(fill(&"$V".repeat(100), &long), Err(Fault::TooLong));
    }
}

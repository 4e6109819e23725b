//! GitHub's expressions in a text: `${{ matrix.node }}`, `${{ env.IMAGE || 'alpine:3' }}`. Only what the file itself
//! says is put in their place; everything else is named as needed.

use std::collections::{BTreeMap, BTreeSet};

use super::job::is_redacted;
use super::matrix::Combination;
use crate::model::text::scrub;
use crate::read::tree::{Kind, MAX_TEXT, Node};

/// Where an expression's names are looked up.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s, 't> {
    /// The combination of the matrix; `None` where the matrix is not known.
    pub matrix: Option<&'s Combination<'t>>,
    /// Literal `env` of the file and the job.
    pub env: &'s BTreeMap<String, String>,
}

/// What a text came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Filled {
    /// The text; `None` where something is needed.
    pub text: Option<String>,
    /// What nothing defines.
    pub needs: BTreeSet<String>,
    /// The values that the matrix gave, in order.
    pub values: Vec<String>,
}

/// The longest name of something needed.
const LONGEST_NEED: usize = 100;

/// Whether a text has expressions.
pub(super) fn has_expression(text: &str) -> bool {
    text.contains("${{")
}

/// Replaces the expressions of a text.
pub(super) fn fill(text: &str, scope: Scope<'_, '_>) -> Filled {
    let mut filled = Filled::default();
    let mut done = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        done.push_str(before);
        let end = closing(after);
        let inner = after.get(..end).unwrap_or(after);
        if let Some(value) = evaluate(inner.trim(), scope, &mut filled) {
            done.push_str(&value);
        }
        rest = after.get(end + 2..).unwrap_or_default();
    }
    done.push_str(rest);
    if done.len() > MAX_TEXT {
        filled.needs.insert(need(text));
    }
    filled.text = filled.needs.is_empty().then_some(done);
    filled
}

/// The place of the `}}` that closes an expression, outside of quotes; the text's end where there is none.
fn closing(text: &str) -> usize {
    let mut quoted = false;
    let mut before = b' ';
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'\'' {
            quoted = !quoted;
        }
        if !quoted && byte == b'}' && before == b'}' {
            return at - 1;
        }
        before = if quoted { b' ' } else { byte };
    }
    text.len()
}

/// The value of `a || b || c`: the first that is not empty. `None`, with what it needs noted, where that is not known.
fn evaluate(text: &str, scope: Scope<'_, '_>, filled: &mut Filled) -> Option<String> {
    for term in alternatives(text) {
        match value(term.trim(), scope, filled) {
            Ok(value) if !value.is_empty() => return Some(value),
            Ok(_) => {}
            Err(needs) => {
                filled.needs.extend(needs);
                return None;
            }
        }
    }
    Some(String::new())
}

/// The parts between `||`, outside of quotes.
fn alternatives(text: &str) -> Vec<&str> {
    let (mut parts, mut quoted, mut start) = (Vec::new(), false, 0);
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        quoted ^= *byte == b'\'';
        if !quoted && *byte == b'|' && bytes.get(at + 1) == Some(&b'|') {
            parts.push(text.get(start..at).unwrap_or_default());
            start = at + 2;
            at += 1;
        }
        at += 1;
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

/// One operand: a literal, `matrix.…` or `env.…`.
fn value(term: &str, scope: Scope<'_, '_>, filled: &mut Filled) -> Result<String, BTreeSet<String>> {
    let inner = term.strip_prefix('\'').and_then(|t| t.strip_suffix('\''));
    if let Some(literal) = inner.filter(|text| !text.replace("''", "").contains('\'')) {
        return Ok(literal.replace("''", "'"));
    }
    if matches!(term, "true" | "false") || (term.parse::<f64>().is_ok() && !term.is_empty()) {
        return Ok(term.to_owned());
    }
    let missing = || Err(BTreeSet::from([need(term)]));
    if let (Some(path), Some(matrix)) = (term.strip_prefix("matrix."), scope.matrix)
        && is_path(term)
    {
        // A key that this combination does not have is null, which is an empty text.
        return match matrix_value(path, matrix) {
            None => Ok(String::new()),
            Some(node) => match node.string().filter(|text| !has_expression(text) && !is_redacted(text)) {
                Some(text) => {
                    filled.values.push(text.clone());
                    Ok(text)
                }
                None => missing(),
            },
        };
    }
    if let Some(name) = term.strip_prefix("env.")
        && let Some(text) = scope.env.get(name).filter(|text| !has_expression(text) && !is_redacted(text))
    {
        return Ok(text.clone());
    }
    if is_path(term) { missing() } else { Err(paths(term)) }
}

/// What a path below `matrix` names; an image in a map stands for the map, as a job's `container` takes both.
fn matrix_value<'t>(path: &str, matrix: &Combination<'t>) -> Option<Node<'t>> {
    let mut parts = path.split('.');
    let first = *matrix.get(parts.next()?)?;
    let found = parts.try_fold(first, |node, key| node.get(key))?;
    if found.kind() == Kind::Object { found.get("image").or(Some(found)) } else { Some(found) }
}

/// `a.b.c`, nothing else.
fn is_path(text: &str) -> bool {
    text.contains('.')
        && text
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')))
}

/// The paths that an expression names, outside of quotes; the expression itself where it names none.
fn paths(text: &str) -> BTreeSet<String> {
    let unquoted: String = text.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
    let words = unquoted.split(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)));
    let found: BTreeSet<String> =
        words.filter(|w| is_path(w) && w.starts_with(|c: char| c.is_ascii_alphabetic())).map(need).collect();
    if found.is_empty() { BTreeSet::from([need(text)]) } else { found }
}

/// A name of something needed, fit to be shown.
pub(super) fn need(text: &str) -> String {
    let shown = scrub(text.trim());
    shown.chars().take(LONGEST_NEED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Limits;
    use crate::read::tree::parse_yaml;

    fn filled(text: &str) -> Filled {
        let tree = parse_yaml("{node: 18, os: {image: 'ubuntu:22.04', n: 1}, later: '${{ x.y }}'}", &Limits::default());
        let tree = tree.unwrap();
        let matrix: Combination<'_> = tree.root().unwrap().members().map(|(k, v)| (k.string().unwrap(), v)).collect();
        let env = BTreeMap::from([
            ("TAG".to_owned(), "1.2".to_owned()),
            ("LATER".to_owned(), "${{ github.sha }}".to_owned()),
            ("HIDDEN".to_owned(), "[redacted]".to_owned()),
        ]);
        fill(text, Scope { matrix: Some(&matrix), env: &env })
    }

    #[test]
    fn what_the_file_says_is_put_in() {
        for (text, expected) in [
            ("node:${{ matrix.node }}", "node:18"),
            ("${{matrix.os}}", "ubuntu:22.04"),
            ("${{ matrix.os.image }}-${{ matrix.os.n }}", "ubuntu:22.04-1"),
            ("a:${{ env.TAG }}", "a:1.2"),
            ("${{ matrix.none }}", ""),
            ("${{ matrix.none || 'it''s' }}", "it's"),
            ("a:${{ matrix.none || 16 }}", "a:16"),
            ("${{ matrix.none || matrix.node }}", "18"),
            ("${{ '}}' }}x", "}}x"),
            ("plain", "plain"),
        ] {
            assert_eq!(filled(text).text.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_it_does_not_say_is_needed() {
        for (text, needs) in [
            ("${{ matrix.later }}", &["matrix.later"][..]),
            ("a:${{ github.sha }}-${{ inputs.tag }}", &["github.sha", "inputs.tag"]),
            ("${{ env.LATER }}", &["env.LATER"]),
            ("${{ env.HIDDEN }}", &["env.HIDDEN"]),
            ("${{ env.NONE }}", &["env.NONE"]),
            ("${{ format('a.b:{0}', needs.x.outputs.y) }}", &["needs.x.outputs.y"]),
            ("${{ fn() }}", &["fn()"]),
            ("${{ secrets.IMAGE || 'a' }}", &["secrets.IMAGE"]),
            ("${{ github.ref", &["github.ref"]),
            ("${{ '\u{1b}", &["'␛"]),
        ] {
            let got = filled(text);
            assert_eq!((got.text, got.needs.iter().map(String::as_str).collect::<Vec<_>>()), (None, needs.to_vec()));
        }
    }

    #[test]
    fn an_unknown_matrix_needs_its_key() {
        let env = BTreeMap::new();
        let got = fill("${{ matrix.a }}", Scope { matrix: None, env: &env });
        assert_eq!(got.needs, BTreeSet::from(["matrix.a".to_owned()]));
    }
}

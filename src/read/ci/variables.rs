//! Variables as GitLab's runner expands them: `$NAME`, `${NAME}`, `$$` for a dollar, and `$[[ inputs.name ]]`.

use std::collections::BTreeMap;

use super::expression::need;
use super::job::{Image, is_redacted};
use super::matrix::Combination;
use crate::read::tree::MAX_TEXT;

/// Deepest variables in variables.
const DEPTH: usize = 8;
/// Most replacements in one text.
const MAX_REPLACED: usize = 256;

/// A part of a text.
enum Part<'a> {
    Plain(&'a str),
    Name(&'a str),
    Input(&'a str),
}

/// Replaces the variables of a text; also the values that the matrix gave, in order.
pub(super) fn fill(text: &str, matrix: &Combination<'_>, variables: &BTreeMap<String, String>) -> (Image, Vec<String>) {
    let mut work = Work { matrix, variables, image: Image::plain(text), values: Vec::new(), left: MAX_REPLACED };
    let mut done = String::new();
    work.expand(text, DEPTH, &mut done);
    if done.len() > MAX_TEXT {
        work.image.needs.insert(need(text));
    }
    work.image.resolved = work.image.needs.is_empty().then_some(done);
    (work.image, work.values)
}

struct Work<'s, 't> {
    matrix: &'s Combination<'t>,
    variables: &'s BTreeMap<String, String>,
    image: Image,
    values: Vec<String>,
    left: usize,
}

impl Work<'_, '_> {
    fn expand(&mut self, text: &str, depth: usize, done: &mut String) {
        for part in parts(text) {
            match part {
                Part::Plain(plain) => done.push_str(plain),
                Part::Input(name) => {
                    self.image.needs.insert(need(name));
                }
                Part::Name(name) => self.name(name, depth, done),
            }
            if done.len() > MAX_TEXT {
                return;
            }
        }
    }

    fn name(&mut self, name: &str, depth: usize, done: &mut String) {
        let from_matrix = self.matrix.get(name).and_then(|node| node.string());
        if let Some(value) = &from_matrix {
            self.values.push(value.clone());
        }
        let value = from_matrix.or_else(|| self.variables.get(name).cloned()).filter(|value| !is_redacted(value));
        match value {
            Some(value) if depth > 0 && self.left > 0 => {
                self.left -= 1;
                self.expand(&value, depth - 1, done);
            }
            _ => {
                self.image.needs.insert(need(name));
            }
        }
    }
}

/// The plain parts and the variables of a text.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        found.push(Part::Plain(before));
        let word = after.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        if let Some(after) = after.strip_prefix('$') {
            found.push(Part::Plain("$"));
            rest = after;
        } else if let Some((name, after)) = after.strip_prefix("[[").and_then(|inner| inner.split_once("]]")) {
            found.push(Part::Input(name.trim().split([' ', '|']).next().unwrap_or_default()));
            rest = after;
        } else if let Some((name, after)) = after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            found.push(Part::Name(name));
            rest = after;
        } else if word > 0 {
            found.push(Part::Name(after.get(..word).unwrap_or_default()));
            rest = after.get(word..).unwrap_or_default();
        } else {
            found.push(Part::Plain("$"));
            rest = after;
        }
    }
    found.push(Part::Plain(rest));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> (Option<String>, Vec<String>) {
        let pairs = [("A", "1"), ("B", "${A}2"), ("LOOP", "$LOOP"), ("S", "[redacted]"), ("D", "$$A")];
        let variables = pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let (image, _) = fill(text, &Combination::new(), &variables);
        (image.resolved, image.needs.into_iter().collect())
    }

    #[test]
    fn forms() {
        for (text, value) in
            [("x:$A", "x:1"), ("${B}x", "12x"), ("a$$b", "a$b"), ("$A$A", "11"), ("5$", "5$"), ("$D", "$A")]
        {
            assert_eq!(filled(text), (Some(value.to_owned()), vec![]), "{text}");
        }
        for (text, need) in [
            ("$CI_REGISTRY_IMAGE/x:$A", "CI_REGISTRY_IMAGE"),
            ("x:$[[ inputs.tag | expand_vars ]]", "inputs.tag"),
            ("$LOOP", "LOOP"),
            ("a:$S", "S"),
            ("${X:-1}", "X:-1"),
        ] {
            assert_eq!(filled(text), (None, vec![need.to_owned()]), "{text}");
        }
    }

    #[test]
    fn a_bomb_ends() {
        let mut variables = BTreeMap::from([("V0".to_owned(), "xxxxxxxxxx".to_owned())]);
        for i in 1..9 {
            variables.insert(format!("V{i}"), format!("$V{}", i - 1).repeat(50));
        }
        let (image, _) = fill("$V8", &Combination::new(), &variables);
        assert_eq!(image.resolved, None);
        assert!(image.needs.len() <= 9);
    }
}

//! Expansion of variables in a word, in every form that BuildKit knows (`frontend/dockerfile/shell`):
//! `$v ${v} ${v:-w} ${v-w} ${v:+w} ${v+w} ${v:?e} ${v?e} ${v#p} ${v##p} ${v%p} ${v%%p} ${v/p/r} ${v//p/r}`, nested, with
//! quotes and escapes.
//!
//! Unlike BuildKit, which takes nothing for what is not set, this says which variables a text would need.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::iter::Peekable;
use std::str::Chars;

use super::pattern::{Pattern, Refused};
use crate::model::recipe::variable_name;

/// Deepest nesting of `${…${…}…}`.
const DEPTH: usize = 32;
/// Longest result, in bytes; an image's name has at most some hundred. Values that refer to values could double each time.
pub(super) const LONGEST: usize = 16 << 10;
/// The work that patterns in one word may take.
const FUEL: u64 = 1_000_000;

/// What is known of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'v> {
    /// It has this value.
    Set(Cow<'v, str>),
    /// It has none.
    Unset,
    /// Whether it has one, and which, cannot be known here.
    Unknown,
}

/// A word with its variables replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expanded {
    /// The text. Where a variable is missing, nothing stands (or the word beside it).
    pub text: String,
    /// The variables that the text depends on and that have no known value; with any of them the text is not to be used.
    pub missing: BTreeSet<String>,
    /// What `${v:?message}` says where it refuses, as `v: message`. The variable is among the missing ones.
    pub refusal: Option<String>,
}

/// Why a word cannot be expanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExpandError {
    /// A quote or a `${` is not closed.
    #[error("a `{0}` is missing in it")]
    Open(char),
    /// `${}`, `${{x}`, `${:x}`.
    #[error("a `${{` in it names no variable")]
    NoName,
    /// `${v!w}`, `${v:x}`.
    #[error("a `${{…}}` in it has a form that BuildKit does not know")]
    Form,
    /// A pattern that cannot be used.
    #[error("a pattern in it has a `\\` that escapes nothing")]
    Pattern,
    /// More nested, longer, or more work than an image's name can need.
    #[error("it is nested deeper, or grows longer, than any image's name")]
    TooMuch,
}

impl From<Refused> for ExpandError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Escape => ExpandError::Pattern,
            Refused::TooMuch => ExpandError::TooMuch,
        }
    }
}

/// Expands one word. Quotes and escape characters in it are taken away.
pub fn expand<'v>(word: &str, escape: char, lookup: &dyn Fn(&str) -> Value<'v>) -> Result<Expanded, ExpandError> {
    expand_within(word, escape, lookup, &mut { FUEL })
}

/// [`expand`] with the fuel of several words.
pub(super) fn expand_within<'v>(
    word: &str,
    escape: char,
    lookup: &dyn Fn(&str) -> Value<'v>,
    fuel: &mut u64,
) -> Result<Expanded, ExpandError> {
    let mut expander = Expander { rest: word.chars().peekable(), escape, lookup, fuel };
    expander.until(None, false, 0)
}

struct Expander<'w, 'l, 'v> {
    rest: Peekable<Chars<'w>>,
    escape: char,
    lookup: &'l dyn Fn(&str) -> Value<'v>,
    fuel: &'l mut u64,
}

impl Expanded {
    fn push(&mut self, c: char) {
        self.text.push(c);
    }

    fn add(&mut self, other: Expanded) -> Result<(), ExpandError> {
        self.text.push_str(&other.text);
        self.depend(other.missing, other.refusal);
        if self.text.len() > LONGEST { Err(ExpandError::TooMuch) } else { Ok(()) }
    }

    fn depend(&mut self, missing: BTreeSet<String>, refusal: Option<String>) {
        self.missing.extend(missing);
        self.refusal = self.refusal.take().or(refusal);
    }
}

impl Expander<'_, '_, '_> {
    /// Everything up to a sign, which is taken too, or up to the end. `raw` keeps escape characters, for patterns.
    fn until(&mut self, stop: Option<char>, raw: bool, depth: usize) -> Result<Expanded, ExpandError> {
        let mut out = Expanded::default();
        while let Some(c) = self.rest.next() {
            match c {
                c if Some(c) == stop => return Ok(out),
                '\'' => self.single_quoted(&mut out)?,
                '"' => self.double_quoted(&mut out, raw, depth)?,
                '$' => out.add(self.dollar(depth)?)?,
                c if c == self.escape => {
                    if raw {
                        out.push(c);
                    }
                    // One at the end escapes nothing.
                    if let Some(c) = self.rest.next() {
                        out.push(c);
                    }
                }
                c => out.push(c),
            }
        }
        stop.map_or(Ok(out), |stop| Err(ExpandError::Open(stop)))
    }

    fn single_quoted(&mut self, out: &mut Expanded) -> Result<(), ExpandError> {
        loop {
            match self.rest.next() {
                Some('\'') => return Ok(()),
                Some(c) => out.push(c),
                None => return Err(ExpandError::Open('\'')),
            }
        }
    }

    fn double_quoted(&mut self, out: &mut Expanded, raw: bool, depth: usize) -> Result<(), ExpandError> {
        loop {
            match self.rest.next() {
                Some('"') => return Ok(()),
                Some('$') => out.add(self.dollar(depth)?)?,
                Some(c) if c == self.escape => {
                    if raw {
                        out.push(c);
                    }
                    // Elsewhere in double quotes an escape character stays.
                    match self.rest.next_if(|next| matches!(next, '"' | '$') || *next == c) {
                        Some(next) => out.push(next),
                        None if self.rest.peek().is_some() => out.push(c),
                        None => {}
                    }
                }
                Some(c) => out.push(c),
                None => return Err(ExpandError::Open('"')),
            }
        }
    }

    /// What stands behind a `$`.
    fn dollar(&mut self, depth: usize) -> Result<Expanded, ExpandError> {
        if self.rest.next_if_eq(&'{').is_none() {
            let name = variable_name(&mut self.rest);
            return Ok(if name.is_empty() {
                Expanded { text: "$".to_owned(), ..Expanded::default() }
            } else {
                self.plain(&name)
            });
        }
        if depth >= DEPTH {
            return Err(ExpandError::TooMuch);
        }
        match self.rest.peek() {
            None => return Err(ExpandError::Open('}')),
            Some('{' | '}' | ':') => return Err(ExpandError::NoName),
            _ => {}
        }
        let name = variable_name(&mut self.rest);
        let sign = self.rest.next().ok_or(ExpandError::Open('}'))?;
        match sign {
            '}' => Ok(self.plain(&name)),
            ':' => {
                let sign = self.rest.next().ok_or(ExpandError::Open('}'))?;
                self.choice(&name, sign, true, depth)
            }
            '-' | '+' | '?' => self.choice(&name, sign, false, depth),
            '#' | '%' => self.trimmed(&name, sign, depth),
            '/' => self.replaced(&name, depth),
            _ => Err(ExpandError::Form),
        }
    }

    /// The variable's value as it is.
    fn plain(&self, name: &str) -> Expanded {
        match (self.lookup)(name) {
            Value::Set(value) => Expanded { text: value.into_owned(), ..Expanded::default() },
            // Nothing can ever set `$1` or `$@` in a Dockerfile.
            Value::Unset if !is_settable(name) => Expanded::default(),
            _ => missing(name, String::new()),
        }
    }

    /// `${v-w}`, `${v+w}`, `${v?e}`, and with `:` where an empty value counts as none.
    fn choice(&mut self, name: &str, sign: char, colon: bool, depth: usize) -> Result<Expanded, ExpandError> {
        if !matches!(sign, '-' | '+' | '?') {
            return Err(ExpandError::Form);
        }
        let word = self.until(Some('}'), false, depth + 1)?;
        let value = match (self.lookup)(name) {
            Value::Set(value) if colon && value.is_empty() => None,
            Value::Set(value) => Some(value.into_owned()),
            Value::Unset => None,
            Value::Unknown => {
                let text = if sign == '?' { String::new() } else { word.text };
                return Ok(missing(name, text));
            }
        };
        let text = |text| Expanded { text, ..Expanded::default() };
        Ok(match (sign, value) {
            ('-' | '?', Some(value)) => text(value),
            ('-', None) | ('+', Some(_)) => word,
            ('+', None) => Expanded::default(),
            _ => {
                let reason = if word.text.is_empty() { "must be set" } else { word.text.as_str() };
                Expanded { refusal: Some(format!("{name}: {reason}")), ..missing(name, String::new()) }
            }
        })
    }

    /// `${v#p}`, `${v##p}`, `${v%p}`, `${v%%p}`.
    fn trimmed(&mut self, name: &str, sign: char, depth: usize) -> Result<Expanded, ExpandError> {
        let word = self.until(Some('}'), true, depth + 1)?;
        let (longest, pattern) = word.text.strip_prefix(sign).map_or((false, word.text.as_str()), |rest| (true, rest));
        let mut out = self.plain(name);
        if out.missing.is_empty() {
            let pattern = Pattern::parse(pattern)?;
            out.text = match sign {
                '#' => pattern.without_prefix(&out.text, longest, self.fuel)?,
                _ => pattern.without_suffix(&out.text, longest, self.fuel)?,
            };
        }
        out.depend(word.missing, word.refusal);
        Ok(out)
    }

    /// `${v/p/r}`, `${v//p/r}`.
    fn replaced(&mut self, name: &str, depth: usize) -> Result<Expanded, ExpandError> {
        let all = self.rest.next_if_eq(&'/').is_some();
        let pattern = self.until(Some('/'), true, depth + 1)?;
        let by = self.until(Some('}'), true, depth + 1)?;
        let mut out = self.plain(name);
        if out.missing.is_empty() {
            if out.text.len().saturating_mul(by.text.len()) > LONGEST * 64 {
                return Err(ExpandError::TooMuch);
            }
            out.text = Pattern::parse(&pattern.text)?.replace(&out.text, &by.text, all, self.fuel)?;
        }
        out.depend(pattern.missing, pattern.refusal);
        out.depend(by.missing, by.refusal);
        Ok(out)
    }
}

fn is_settable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn missing(name: &str, text: String) -> Expanded {
    Expanded { text, missing: BTreeSet::from([name.to_owned()]), refusal: None }
}

#[cfg(test)]
mod tests;

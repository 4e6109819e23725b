//! Conditions: when a key or a command means something. A tiny boolean language over words that are true or not.
//!
//! ```text
//! either  = both { "||" both }
//! both    = not { "&&" not }
//! not     = "!" not | "(" either ")" | word
//! ```
//!
//! The words are a pure snapshot of the terminal's state; nothing here looks at anything else.

use std::collections::BTreeSet;

/// Words that a condition may use, with what they mean; besides them `view:` with a view's id.
pub const WORDS: [(&str, &str); 11] = [
    ("case", "a case is open"),
    ("read-only", "the case is open for reading only"),
    ("rows", "the list has a row that is marked"),
    ("selection", "rows are selected"),
    ("filter", "a filter is set"),
    ("open", "something is open inside of the view"),
    ("input", "text is being typed"),
    ("overlay", "a help, palette or dialog is open"),
    ("busy", "background work can be cancelled"),
    ("back", "there is a place to go back to"),
    ("followed", "something was followed to get here"),
];

/// Deepest nesting of a condition; what a person writes has two or three.
const DEPTH: usize = 16;

/// What is true now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    words: BTreeSet<String>,
}

impl Conditions {
    /// Those words are true, all others are not.
    pub fn of<'w>(words: impl IntoIterator<Item = &'w str>) -> Conditions {
        Conditions { words: words.into_iter().map(str::to_owned).collect() }
    }

    /// Makes a word true where `holds`.
    pub fn set(&mut self, word: &str, holds: bool) {
        if holds {
            self.words.insert(word.to_owned());
        }
    }

    /// True where the word is.
    pub fn holds(&self, word: &str) -> bool {
        self.words.contains(word)
    }
}

/// A condition, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// Nothing was asked.
    Always,
    /// The word is true.
    Word(String),
    /// It is not so.
    Not(Box<Expression>),
    /// Both are so.
    And(Box<Expression>, Box<Expression>),
    /// One of them is so.
    Or(Box<Expression>, Box<Expression>),
}

impl Expression {
    /// Reads a condition; an error says what is wrong in words for people.
    pub fn parse(text: &str) -> Result<Expression, String> {
        let tokens = tokens(text)?;
        if tokens.is_empty() {
            return Ok(Expression::Always);
        }
        let mut parser = Parser { tokens: &tokens, at: 0 };
        let expression = parser.either(0)?;
        match parser.peek() {
            None => Ok(expression),
            Some(token) => Err(format!("{token:?} does not belong there")),
        }
    }

    /// True where the condition holds.
    pub fn holds(&self, now: &Conditions) -> bool {
        match self {
            Expression::Always => true,
            Expression::Word(word) => now.holds(word),
            Expression::Not(inner) => !inner.holds(now),
            Expression::And(a, b) => a.holds(now) && b.holds(now),
            Expression::Or(a, b) => a.holds(now) || b.holds(now),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<&str>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '!' | '(' | ')' => 1,
            '&' | '|' if rest.starts_with("&&") || rest.starts_with("||") => 2,
            c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            c => return Err(format!("{c:?} means nothing in a condition; write words with !, &&, || and ( )")),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '.')
}

struct Parser<'t> {
    tokens: &'t [&'t str],
    at: usize,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t str> {
        self.tokens.get(self.at).copied()
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn either(&mut self, depth: usize) -> Result<Expression, String> {
        let mut left = self.both(depth)?;
        while self.take("||") {
            left = Expression::Or(Box::new(left), Box::new(self.both(depth)?));
        }
        Ok(left)
    }

    fn both(&mut self, depth: usize) -> Result<Expression, String> {
        let mut left = self.not(depth)?;
        while self.take("&&") {
            left = Expression::And(Box::new(left), Box::new(self.not(depth)?));
        }
        Ok(left)
    }

    fn not(&mut self, depth: usize) -> Result<Expression, String> {
        if depth > DEPTH {
            return Err(format!("nested deeper than {DEPTH}"));
        }
        if self.take("!") {
            return Ok(Expression::Not(Box::new(self.not(depth + 1)?)));
        }
        if self.take("(") {
            let inner = self.either(depth + 1)?;
            return if self.take(")") { Ok(inner) } else { Err("a ( is not closed".to_owned()) };
        }
        match self.peek() {
            Some(word) if word.starts_with(is_word) => {
                self.at += 1;
                known(word)?;
                Ok(Expression::Word(word.to_owned()))
            }
            Some(token) => Err(format!("a word is missing before {token:?}")),
            None => Err("a word is missing at the end".to_owned()),
        }
    }
}

fn known(word: &str) -> Result<(), String> {
    if word.starts_with("view:") || WORDS.iter().any(|(known, _)| *known == word) {
        return Ok(());
    }
    let words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
    Err(format!("{word:?} is no condition; there are {} and view:NAME", words.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn conditions_hold_or_not() {
        let now = Conditions::of(["case", "rows", "view:images"]);
        let table = [
            ("", true),
            ("case", true),
            ("filter", false),
            ("!filter", true),
            ("!!case", true),
            ("case && filter", false),
            ("case || filter", true),
            ("filter || case && rows", true),
            ("(filter || case) && !rows", false),
            ("view:images && !view:start", true),
        ];
        for (text, wanted) in table {
            assert_eq!(Expression::parse(text).unwrap().holds(&now), wanted, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_said() {
        for (text, said) in [
            ("cse", "is no condition"),
            ("case &&", "missing at the end"),
            ("(case", "not closed"),
            ("case filter", "does not belong"),
            ("case & rows", "means nothing"),
            ("&& case", "missing before"),
        ] {
            let error = Expression::parse(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
        assert!(Expression::parse(&"!".repeat(100_000)).is_err());
        assert!(Expression::parse(&"(".repeat(100_000)).is_err());
    }

    proptest! {
        #[test]
        fn no_text_breaks_it_and_the_opposite_is_one(
            parts in proptest::collection::vec(prop::sample::select(vec!["case", "rows", "!", "&&", "||", "(", ")", "é"]), 1..8),
        ) {
            let now = Conditions::of(["case"]);
            let text = parts.join(" ");
            let opposite = Expression::parse(&format!("!({text})"));
            match Expression::parse(&text) {
                Ok(parsed) => prop_assert_ne!(parsed.holds(&now), opposite.unwrap().holds(&now)),
                Err(said) => prop_assert!(!said.is_empty()),
            }
        }
    }
}

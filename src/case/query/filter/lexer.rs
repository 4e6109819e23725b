//! Cuts a filter expression into tokens, each with the column where it begins.

use super::{FilterError, Operator};

/// A token and the character, from 1, at which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::case::query) struct Token {
    pub column: usize,
    pub kind: Kind,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::case::query) enum Kind {
    Open,
    Close,
    And,
    Or,
    Not,
    /// A word or quoted text alone.
    Word(String),
    /// `field operator value`, the field not looked up yet.
    Term {
        field: String,
        operator: Operator,
        value: String,
        value_column: usize,
    },
}

/// All tokens of an expression.
pub(in crate::case::query) fn tokens(text: &str) -> Result<Vec<Token>, FilterError> {
    let mut lexer = Lexer { chars: text.chars().collect(), at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
}

impl Lexer {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Result<Option<Token>, FilterError> {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        let column = self.at + 1;
        let Some(first) = self.peek() else { return Ok(None) };
        let single = match first {
            '(' => Some(Kind::Open),
            ')' => Some(Kind::Close),
            '-' => Some(Kind::Not),
            _ => None,
        };
        let kind = match single {
            Some(kind) => {
                self.at += 1;
                kind
            }
            None if first == '"' => Kind::Word(self.quoted()?),
            None => self.word(column)?,
        };
        Ok(Some(Token { column, kind }))
    }

    /// A keyword, a word, or a field with its comparison.
    fn word(&mut self, column: usize) -> Result<Kind, FilterError> {
        let word = self.take_while(|c| !ends_word(c) && !":~!\"".contains(c));
        if let Some(operator) = self.operator() {
            if word.is_empty() {
                let reason = format!("a field's name is missing before {}", operator.as_str());
                return Err(FilterError { column, reason });
            }
            let value_column = self.at + 1;
            let value = match self.peek() {
                Some('"') => self.quoted()?,
                _ => self.take_while(|c| !ends_word(c) && c != '"'),
            };
            if value.is_empty() && self.chars.get(value_column - 1) != Some(&'"') {
                let reason = format!("a value is missing after {word}{}; write \"\" for none", operator.as_str());
                return Err(FilterError { column: value_column, reason });
            }
            return Ok(Kind::Term { field: word, operator, value, value_column });
        }
        if let Some(stray) = self.peek().filter(|c| !ends_word(*c)) {
            let reason = format!("{stray:?} is not expected here; texts with signs go into double quotes");
            return Err(FilterError { column: self.at + 1, reason });
        }
        Ok(match word.to_ascii_lowercase().as_str() {
            "and" => Kind::And,
            "or" => Kind::Or,
            "not" => Kind::Not,
            _ => Kind::Word(word),
        })
    }

    fn operator(&mut self) -> Option<Operator> {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let fits = |operator: &Operator| operator.as_str().chars().enumerate().all(|(i, c)| rest.get(i) == Some(&c));
        let operator = Operator::ALL.into_iter().find(fits)?;
        self.at += operator.as_str().len();
        Some(operator)
    }

    /// A text in double quotes, in which `\"` and `\\` stand for the signs themselves.
    fn quoted(&mut self) -> Result<String, FilterError> {
        let column = self.at + 1;
        let mut text = String::new();
        self.at += 1;
        loop {
            let next = self.peek();
            self.at += 1;
            match next {
                None => return Err(FilterError { column, reason: "this double quote is never closed".into() }),
                Some('"') => return Ok(text),
                Some('\\') => {
                    text.extend(self.peek());
                    self.at += 1;
                }
                Some(c) => text.push(c),
            }
        }
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> String {
        let word: String = self.chars.iter().skip(self.at).take_while(|c| keep(**c)).collect();
        self.at += word.chars().count();
        word
    }
}

fn ends_word(c: char) -> bool {
    c.is_whitespace() || c == '(' || c == ')'
}

//! Maven's order (POM reference, "Version Order Specification").

use std::cmp::Ordering;

use super::{digits, is_number, numbers};

/// What counts as nothing at an end.
const NOTHING: [&str; 4] = ["0", "", "final", "ga"];

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    /// A hyphen, or a change between digits and letters, stands before it; else a dot.
    hyphen: bool,
    text: String,
}

impl Token {
    fn is_nothing(&self) -> bool {
        NOTHING.contains(&self.text.as_str()) || self.text.bytes().all(|b| b == b'0')
    }

    /// The larger, the later; texts of one rank are compared as such.
    fn rank(&self) -> u8 {
        match self.text.as_str() {
            "alpha" => 0,
            "beta" => 1,
            "milestone" => 2,
            "rc" | "cr" => 3,
            "snapshot" => 4,
            "" | "final" | "ga" | "release" => 5,
            "sp" => 6,
            text if !is_number(text) => 7,
            _ if self.hyphen => 8,
            _ => 9,
        }
    }
}

pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (trimmed(tokens(a)), trimmed(tokens(b)));
    for at in 0..a.len().max(b.len()) {
        let found = match (a.get(at), b.get(at)) {
            (Some(x), Some(y)) => token(x, y),
            (Some(x), None) => token(x, &nothing_like(x)),
            (None, Some(y)) => token(&nothing_like(y), y),
            (None, None) => Ordering::Equal,
        };
        if found != Ordering::Equal {
            return found;
        }
    }
    Ordering::Equal
}

/// What a missing token counts as beside this one.
fn nothing_like(token: &Token) -> Token {
    let text = if is_number(&token.text) { "0" } else { "" };
    Token { hyphen: token.hyphen, text: text.to_owned() }
}

fn token(a: &Token, b: &Token) -> Ordering {
    a.rank().cmp(&b.rank()).then_with(|| match a.rank() {
        8 | 9 => numbers(&a.text, &b.text),
        7 => a.text.cmp(&b.text),
        _ => Ordering::Equal,
    })
}

fn tokens(version: &str) -> Vec<Token> {
    let version = version.to_ascii_lowercase();
    let (mut found, mut rest, mut hyphen) = (Vec::new(), version.as_str(), false);
    loop {
        let (number, after) = digits(rest);
        let (text, after) = if number.is_empty() {
            let end = rest.find(|c: char| c == '.' || c == '-' || c.is_ascii_digit()).unwrap_or(rest.len());
            rest.split_at(end)
        } else {
            (number, after)
        };
        let changes = after.starts_with(|c: char| c != '.' && c != '-');
        let text = match text {
            "" => "0",
            // One letter stands for its word only where a number follows.
            "a" if changes => "alpha",
            "b" if changes => "beta",
            "m" if changes => "milestone",
            text => text,
        };
        found.push(Token { hyphen, text: text.to_owned() });
        if after.is_empty() {
            return found;
        }
        hyphen = changes || after.starts_with('-');
        rest = if changes { after } else { after.get(1..).unwrap_or_default() };
    }
}

/// Takes away what counts as nothing at the end and before each hyphen.
fn trimmed(tokens: Vec<Token>) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if token.hyphen {
            trim_end(&mut kept);
        }
        kept.push(token);
    }
    trim_end(&mut kept);
    kept
}

fn trim_end(tokens: &mut Vec<Token>) {
    while tokens.pop_if(|token| token.is_nothing()).is_some() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_specification() {
        for (a, b, expected) in [
            ("1", "1.1", Ordering::Less),
            ("1-snapshot", "1", Ordering::Less),
            ("1", "1-sp", Ordering::Less),
            ("1-foo2", "1-foo10", Ordering::Less),
            ("1.foo", "1-foo", Ordering::Equal),
            ("1-foo", "1-1", Ordering::Less),
            ("1-1", "1.1", Ordering::Less),
            ("1.ga", "1-ga", Ordering::Equal),
            ("1-ga", "1.0", Ordering::Equal),
            ("1.0", "1", Ordering::Equal),
            ("1-sp", "1-ga", Ordering::Greater),
            ("1-a1", "1-alpha-1", Ordering::Equal),
            ("2.0-rc1", "2.0-cr1", Ordering::Equal),
            ("2.0-alpha", "2.0-beta", Ordering::Less),
            ("2.14.1", "2.15.0", Ordering::Less),
            ("2.0-beta9", "2.0", Ordering::Less),
            ("4.1.100.Final", "4.1.100", Ordering::Equal),
            ("31.1-jre", "31.1-android", Ordering::Greater),
        ] {
            assert_eq!(compare(a, b), expected, "{a} {b}");
            assert_eq!(compare(b, a), expected.reverse(), "{b} {a}");
        }
    }
}

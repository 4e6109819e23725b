//! Alpine's order (apk-tools, `doc/apk-package.5` and `version.c` as documented): `digits{.digits}{letter}{_suffix{digits}}{~hash}{-r digits}`.

use std::cmp::Ordering;

use super::{digits, numbers};

/// Suffixes in their order; those before [`FINAL`] are older than a version without any.
const SUFFIXES: [&str; 9] = ["alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"];
const FINAL: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'v> {
    First(&'v str),
    Digits(&'v str),
    Letter(&'v str),
    /// Place in [`SUFFIXES`], and its digits.
    Suffix(usize, &'v str),
    Revision(&'v str),
    End,
    /// What is no version of Alpine.
    Rest(&'v str),
}

impl Token<'_> {
    /// Where tokens of two kinds meet, the one of the smaller rank is newer.
    fn rank(self) -> u8 {
        match self {
            Token::First(_) => 0,
            Token::Digits(_) => 1,
            Token::Letter(_) => 2,
            Token::Suffix(..) => 3,
            Token::Revision(_) => 4,
            Token::Rest(_) => 5,
            Token::End => 6,
        }
    }

    fn is_before_final(self) -> bool {
        matches!(self, Token::Suffix(place, _) if place < FINAL)
    }
}

pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (Tokens { rest: a, first: true }, Tokens { rest: b, first: true });
    loop {
        let (x, y) = (a.next(), b.next());
        let found = match (x, y) {
            (Token::End, Token::End) => return Ordering::Equal,
            (Token::First(x), Token::First(y)) => numbers(x, y),
            // A component that begins with 0 is read as a fraction.
            (Token::Digits(x), Token::Digits(y)) if x.starts_with('0') || y.starts_with('0') => x.cmp(y),
            (Token::Digits(x), Token::Digits(y)) | (Token::Revision(x), Token::Revision(y)) => numbers(x, y),
            (Token::Letter(x), Token::Letter(y)) | (Token::Rest(x), Token::Rest(y)) => x.cmp(y),
            (Token::Suffix(p, x), Token::Suffix(q, y)) => p.cmp(&q).then_with(|| numbers(x, y)),
            // `-r0` is what a version without a revision has.
            (Token::Revision(x), Token::End) => numbers(x, "0"),
            (Token::End, Token::Revision(y)) => numbers("0", y),
            (x, y) if x.is_before_final() != y.is_before_final() => y.is_before_final().cmp(&x.is_before_final()),
            (x, y) => y.rank().cmp(&x.rank()),
        };
        if found != Ordering::Equal {
            return found;
        }
    }
}

struct Tokens<'v> {
    rest: &'v str,
    first: bool,
}

impl<'v> Tokens<'v> {
    fn next(&mut self) -> Token<'v> {
        let rest = self.rest;
        let first = std::mem::take(&mut self.first);
        if rest.is_empty() {
            return Token::End;
        }
        if first {
            let (number, after) = digits(rest);
            self.rest = after;
            return Token::First(number);
        }
        if let Some((number, after)) = rest.strip_prefix('.').map(digits).filter(|(number, _)| !number.is_empty()) {
            self.rest = after;
            return Token::Digits(number);
        }
        if let Some((number, after)) = rest.strip_prefix("-r").map(digits).filter(|(number, _)| !number.is_empty()) {
            self.rest = after;
            return Token::Revision(number);
        }
        if let Some(suffix) = rest.strip_prefix('_') {
            // The longest name that fits: `pre` begins with `p`.
            let fits = (0..SUFFIXES.len()).filter_map(|at| Some((at, suffix.strip_prefix(*SUFFIXES.get(at)?)?)));
            if let Some((place, after)) = fits.min_by_key(|(_, after)| after.len()) {
                let (number, after) = digits(after);
                self.rest = after;
                return Token::Suffix(place, number);
            }
        }
        if let Some(hash) = rest.strip_prefix('~') {
            self.rest = hash.trim_start_matches(|c: char| c.is_ascii_hexdigit());
            return self.next();
        }
        let letter = rest.bytes().take_while(u8::is_ascii_lowercase).count();
        if letter == 1 {
            let (letter, after) = rest.split_at(1);
            self.rest = after;
            return Token::Letter(letter);
        }
        self.rest = "";
        Token::Rest(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_alpine() {
        for (a, b, expected) in [
            ("2.34", "0.1.0_alpha", Ordering::Greater),
            ("0.1.0_alpha", "0.1.3_alpha", Ordering::Less),
            ("1.0.3-r1", "1.0.3-r2", Ordering::Less),
            ("1.0.3", "1.0.3-r0", Ordering::Equal),
            ("1.1.1c-r0", "1.1.1d-r0", Ordering::Less),
            ("1.1.1-r9", "1.1.1a-r0", Ordering::Less),
            ("3.1.4-r1", "3.1.4-r10", Ordering::Less),
            ("1.2_rc1", "1.2", Ordering::Less),
            ("1.2_rc1", "1.2-r5", Ordering::Less),
            ("1.2_pre2", "1.2_rc1", Ordering::Less),
            ("1.2_p1", "1.2", Ordering::Greater),
            ("1.2_p1", "1.2-r9", Ordering::Greater),
            ("1.2_git20200101", "1.2_p1", Ordering::Less),
            ("1.2.1", "1.2a", Ordering::Greater),
            ("1.01", "1.1", Ordering::Less),
            ("1.2_alpha1_p2", "1.2_alpha1", Ordering::Greater),
            ("5.6.1-r2", "5.6.2-r0", Ordering::Less),
        ] {
            assert_eq!(compare(a, b), expected, "{a} {b}");
            assert_eq!(compare(b, a), expected.reverse(), "{b} {a}");
        }
    }
}

//! Shell patterns of `${v#p}`, `${v%p}` and `${v/p/r}`: `*`, `?` and escapes, no brackets. Matching takes time in
//! proportion to text and pattern, never more, and is paid for out of a fixed amount of fuel.

/// One part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Char(char),
    Any,
    Many,
}

/// A pattern that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// A `\` before something that needs none, or at the end.
    Escape,
    /// More work than one file may ask for.
    TooMuch,
}

/// A pattern.
#[derive(Debug, Clone)]
pub(super) struct Pattern(Vec<Token>);

impl Pattern {
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let mut tokens = Vec::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            tokens.push(match c {
                '*' => Token::Many,
                '?' => Token::Any,
                // `\}` and `\/` were escaped for the sake of `${…}`: the sign itself follows as any other.
                '\\' if matches!(chars.peek(), Some('}' | '/')) => continue,
                '\\' => match chars.next() {
                    Some(sign @ ('*' | '?' | '\\')) => Token::Char(sign),
                    _ => return Err(Refused::Escape),
                },
                c => Token::Char(c),
            });
        }
        Ok(Pattern(tokens))
    }

    /// How many characters at the start match, the fewest or the most.
    fn prefix(
        &self,
        text: impl Iterator<Item = char>,
        longest: bool,
        fuel: &mut u64,
    ) -> Result<Option<usize>, Refused> {
        // Which places in the pattern can be reached so far; the last is its end.
        let mut here = vec![false; self.0.len() + 1];
        self.reach(&mut here, 0);
        let mut found = here.last().copied().unwrap_or_default().then_some(0);
        for (length, c) in (1..).zip(text) {
            if found.is_some() && !longest || !here.contains(&true) {
                break;
            }
            *fuel = fuel.checked_sub(here.len() as u64).ok_or(Refused::TooMuch)?;
            let mut next = vec![false; here.len()];
            for (at, token) in self.0.iter().enumerate().filter(|(at, _)| here.get(*at) == Some(&true)) {
                match token {
                    Token::Many => self.reach(&mut next, at),
                    Token::Any => self.reach(&mut next, at + 1),
                    Token::Char(wanted) if *wanted == c => self.reach(&mut next, at + 1),
                    Token::Char(_) => {}
                }
            }
            here = next;
            if here.last() == Some(&true) {
                found = Some(length);
            }
        }
        Ok(found)
    }

    /// Marks a place, and those behind any `*` there: it can match nothing.
    fn reach(&self, places: &mut [bool], mut at: usize) {
        while let Some(place) = places.get_mut(at).filter(|place| !**place) {
            *place = true;
            if self.0.get(at) != Some(&Token::Many) {
                return;
            }
            at += 1;
        }
    }

    /// The text without what matches at its start.
    pub fn without_prefix(&self, text: &str, longest: bool, fuel: &mut u64) -> Result<String, Refused> {
        let length = self.prefix(text.chars(), longest, fuel)?.unwrap_or(0);
        Ok(text.chars().skip(length).collect())
    }

    /// The text without what matches at its end.
    pub fn without_suffix(&self, text: &str, longest: bool, fuel: &mut u64) -> Result<String, Refused> {
        let reversed = Pattern(self.0.iter().rev().copied().collect());
        let length = reversed.prefix(text.chars().rev(), longest, fuel)?.unwrap_or(0);
        Ok(text.chars().take(text.chars().count().saturating_sub(length)).collect())
    }

    /// The text with the first match, or all of them, replaced; each match is as long as it can be.
    pub fn replace(&self, text: &str, by: &str, all: bool, fuel: &mut u64) -> Result<String, Refused> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text.chars();
        let mut just_matched = false;
        loop {
            match self.prefix(rest.clone(), true, fuel)? {
                // Nothing is matched anew where a match has just ended.
                Some(0) if just_matched => {}
                Some(length) => {
                    out.push_str(by);
                    if !all {
                        out.extend(rest.skip(length));
                        return Ok(out);
                    }
                    if let Some(last) = length.checked_sub(1) {
                        rest.nth(last);
                        just_matched = true;
                        continue;
                    }
                }
                None => {}
            }
            just_matched = false;
            match rest.next() {
                Some(c) => out.push(c),
                None => return Ok(out),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortest_and_longest_ends() {
        let fuel = &mut 10_000;
        for (pattern, text, shortest, longest) in [
            ("*/", "a/b/c", "b/c", "c"),
            ("*", "abc", "abc", ""),
            ("", "abc", "abc", "abc"),
            ("x*x", "xaxbx", "bx", ""),
            ("?", "äb", "b", "b"),
            ("z", "abc", "abc", "abc"),
            ("\\*", "*a", "a", "a"),
            ("a\\}", "a}b", "b", "b"),
        ] {
            let pattern = Pattern::parse(pattern).unwrap();
            assert_eq!(pattern.without_prefix(text, false, fuel).unwrap(), shortest, "{pattern:?}");
            assert_eq!(pattern.without_prefix(text, true, fuel).unwrap(), longest, "{pattern:?}");
        }
        for (pattern, text, shortest, longest) in [
            ("/*", "a/b/c", "a/b", "a"),
            ("*", "abc", "abc", ""),
            (":*", "a:1:2", "a:1", "a"),
            ("x", "abc", "abc", "abc"),
        ] {
            let pattern = Pattern::parse(pattern).unwrap();
            assert_eq!(pattern.without_suffix(text, false, fuel).unwrap(), shortest, "{pattern:?}");
            assert_eq!(pattern.without_suffix(text, true, fuel).unwrap(), longest, "{pattern:?}");
        }
    }

    #[test]
    fn replacing_once_and_everywhere() {
        let fuel = &mut 10_000;
        for (pattern, by, text, once, all) in [
            ("b", "X", "abcb", "aXcb", "aXcX"),
            ("*", "X", "abc", "X", "X"),
            ("b*", "X", "abcb", "aX", "aX"),
            ("", "X", "ab", "Xab", "XaXbX"),
            ("?/", "", "a/b/c", "b/c", "c"),
            ("z", "X", "ab", "ab", "ab"),
        ] {
            let pattern = Pattern::parse(pattern).unwrap();
            assert_eq!(pattern.replace(text, by, false, fuel).unwrap(), once, "{pattern:?}");
            assert_eq!(pattern.replace(text, by, true, fuel).unwrap(), all, "{pattern:?}");
        }
    }

    #[test]
    fn work_is_bounded_and_bad_escapes_are_refused() {
        let pattern = Pattern::parse(&"a*".repeat(200)).unwrap();
        assert_eq!(pattern.replace(&"a".repeat(2000), "b", true, &mut 100_000), Err(Refused::TooMuch));
        for bad in ["\\", "\\x"] {
            assert_eq!(Pattern::parse(bad).unwrap_err(), Refused::Escape);
        }
    }
}

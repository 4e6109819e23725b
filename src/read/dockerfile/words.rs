//! The words of an instruction: its flags, and its arguments in each of the forms that instructions take them in. Places
//! are bytes of the joined line.

use std::ops::Range;

use serde::de::IgnoredAny;

/// A word and the bytes it was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut {
    pub text: String,
    pub at: Range<usize>,
}

/// A flag without its quotes; `at` tells for each byte of the text where it stands, and last where the flag ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct CutFlag {
    pub text: String,
    pub at: Vec<usize>,
}

impl CutFlag {
    fn push(&mut self, c: char, at: usize) {
        self.text.push(c);
        self.at.extend(at..at + c.len_utf8());
    }
}

/// Blanks as the parser of instructions has them.
fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

/// The range without white space at its ends.
pub(super) fn trimmed(line: &str, range: Range<usize>) -> Range<usize> {
    let Some(text) = line.get(range.clone()) else { return range.start..range.start };
    let front = text.len() - text.trim_start().len();
    range.start + front..(range.start + text.trim_end().len()).max(range.start + front)
}

/// The instruction's own word and what follows it.
pub(super) fn split_keyword(line: &str, range: Range<usize>) -> (Range<usize>, Range<usize>) {
    let whole = trimmed(line, range);
    let text = line.get(whole.clone()).unwrap_or_default();
    let length = text.find(is_blank).unwrap_or(text.len());
    let keyword = whole.start..whole.start + length;
    (keyword.clone(), trimmed(line, keyword.end..whole.end))
}

/// The flags at the start of a range, and the rest. `--` ends them.
pub(super) fn split_flags(line: &str, range: Range<usize>, escape: char) -> (Vec<CutFlag>, Range<usize>) {
    let mut flags = Vec::new();
    let mut at = range.start;
    loop {
        let rest = trimmed(line, at..range.end);
        if !line.get(rest.clone()).is_some_and(|rest| rest.starts_with("--")) {
            return (flags, rest);
        }
        let (mut flag, end) = flag(line, rest, escape);
        if flag.text == "--" {
            return (flags, trimmed(line, end..range.end));
        }
        flag.at.push(end);
        flags.push(flag);
        at = end;
    }
}

/// One flag: up to a space outside quotes. Quotes and escape characters are taken away.
fn flag(line: &str, range: Range<usize>, escape: char) -> (CutFlag, usize) {
    let mut flag = CutFlag::default();
    let mut quote = None;
    let mut chars = line.get(range.clone()).unwrap_or_default().char_indices();
    while let Some((offset, c)) = chars.next() {
        let at = range.start + offset;
        match c {
            c if Some(c) == quote => quote = None,
            '\'' | '"' if quote.is_none() => quote = Some(c),
            c if c == escape => {
                if let Some((offset, c)) = chars.next() {
                    flag.push(c, range.start + offset);
                }
            }
            c if quote.is_none() && c.is_whitespace() => return (flag, at),
            c => flag.push(c, at),
        }
    }
    (flag, range.end)
}

/// Words between blanks; quotes mean nothing.
pub(super) fn by_blanks(line: &str, range: Range<usize>) -> Vec<Cut> {
    let text = line.get(range.clone()).unwrap_or_default();
    let mut words = Vec::new();
    let mut at = range.start;
    for word in text.split(is_blank) {
        if !word.is_empty() {
            words.push(Cut { text: word.to_owned(), at: at..at + word.len() });
        }
        at += word.len() + 1;
    }
    words
}

/// Words between white space outside quotes; quotes and escape characters stay in them, to be taken away when they are
/// expanded.
pub(super) fn by_quotes(line: &str, range: Range<usize>, escape: char) -> Vec<Cut> {
    let mut words = Vec::new();
    let mut word: Option<Cut> = None;
    let mut quote = None;
    let mut chars = line.get(range.clone()).unwrap_or_default().char_indices();
    while let Some((offset, c)) = chars.next() {
        let at = range.start + offset;
        if quote.is_none() && c.is_whitespace() {
            words.extend(word.take().filter(|word| !word.text.is_empty()));
            continue;
        }
        let word = word.get_or_insert_with(|| Cut { text: String::new(), at: at..at });
        word.at.end = at + c.len_utf8();
        match c {
            c if c == escape && quote != Some('\'') => {
                // One at the end of the line escapes nothing and is dropped.
                if let Some((offset, next)) = chars.next() {
                    word.text.extend([c, next]);
                    word.at.end = range.start + offset + next.len_utf8();
                }
                continue;
            }
            '\'' | '"' if quote.is_none() => quote = Some(c),
            c if Some(c) == quote => quote = None,
            _ => {}
        }
        word.text.push(c);
    }
    words.extend(word.filter(|word| !word.text.is_empty()));
    words
}

/// A JSON array of strings. `Ok(None)` is no JSON array, an error one that holds something else than strings.
pub(super) fn json(line: &str, range: Range<usize>) -> Result<Option<Vec<Cut>>, String> {
    let range = trimmed(line, range);
    let text = line.get(range.clone()).unwrap_or_default();
    if !text.starts_with('[') {
        return Ok(None);
    }
    match serde_json::from_str::<Vec<String>>(text) {
        Ok(words) => Ok(Some(words.into_iter().map(|text| Cut { text, at: range.clone() }).collect())),
        Err(_) if serde_json::from_str::<Vec<IgnoredAny>>(text).is_ok() => {
            Err("an array here may hold strings only".to_owned())
        }
        Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &[Cut]) -> Vec<&str> {
        words.iter().map(|word| word.text.as_str()).collect()
    }

    #[test]
    fn flags_end_at_the_first_other_word() {
        for (line, flags, rest) in [
            ("--from=a b c", &["--from=a"][..], "b c"),
            ("--from='a b' --x=\"y\" z", &["--from=a b", "--x=y"], "z"),
            ("--a\\ b -- --c", &["--a b"], "--c"),
            ("-- x", &[], "x"),
            ("-x --y", &[], "-x --y"),
            ("x --y", &[], "x --y"),
            ("--a='", &["--a="], ""),
            ("--a\\", &["--a"], ""),
            ("", &[], ""),
        ] {
            let (found, after) = split_flags(line, 0..line.len(), '\\');
            assert_eq!(found.iter().map(|f| f.text.as_str()).collect::<Vec<_>>(), flags, "{line}");
            assert_eq!(&line[after], rest, "{line}");
            for flag in found {
                assert_eq!(flag.at.len(), flag.text.len() + 1, "{line}");
            }
        }
    }

    #[test]
    fn words_in_quotes_stay_together() {
        for (line, expected) in [
            ("a b=c", &["a", "b=c"][..]),
            ("abc=\"1 2\" d", &["abc=\"1 2\"", "d"]),
            ("a=1\\ 2 b='x\\' c", &["a=1\\ 2", "b='x\\'", "c"]),
            ("a=\"x\\\" y\" \\", &["a=\"x\\\" y\""]),
            ("", &[]),
        ] {
            assert_eq!(texts(&by_quotes(line, 0..line.len(), '\\')), expected, "{line}");
        }
        let line = "xx  a='b c'  d";
        let words = by_quotes(line, 4..line.len(), '\\');
        assert_eq!(words.iter().map(|w| &line[w.at.clone()]).collect::<Vec<_>>(), ["a='b c'", "d"]);
    }

    #[test]
    fn arrays_of_strings() {
        let of = |line: &str| json(line, 0..line.len()).map(|w| w.map(|w| w.len()));
        assert_eq!(of(" [\"a\", \"b\"] "), Ok(Some(2)));
        assert_eq!(of("[]"), Ok(Some(0)));
        assert_eq!(of("['a']"), Ok(None));
        assert_eq!(of("a"), Ok(None));
        assert!(of("[\"a\", 1]").is_err() && of("[[\"a\"]]").is_err());
    }
}

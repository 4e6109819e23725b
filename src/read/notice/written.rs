//! Dates as people write them, "March 19, 2026" and "19 March 2026", to `2026-03-19`.

use std::borrow::Cow;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The text with such dates as digits; everything else stays.
pub(super) fn digits(text: &str) -> Cow<'_, str> {
    let spaced: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    let (mut out, mut at, mut found) = (String::new(), 0, false);
    while let Some(word) = spaced.get(at) {
        match spaced.get(at..at + 3).and_then(date) {
            Some((date, rest)) => {
                out.push_str(&date);
                out.push_str(rest);
                (at, found) = (at + 3, true);
            }
            None => {
                out.push_str(word);
                at += 1;
            }
        }
    }
    if found { Cow::Owned(out) } else { Cow::Borrowed(text) }
}

/// The date of three words, and what stands behind the year.
fn date<'t>(words: &[&'t str]) -> Option<(String, &'t str)> {
    let [first, second, third] = words else { return None };
    let day = |word: &str| {
        let bare = word.trim_end_matches(|c: char| c.is_whitespace() || c == ',');
        let bare = ["st", "nd", "rd", "th"].into_iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(bare);
        bare.parse::<u8>().ok().filter(|day| (1..=31).contains(day) && bare.len() <= 2)
    };
    let (month, day) = match month(first) {
        Some(month) => (month, day(second)?),
        None => (month(second)?, day(first)?),
    };
    let year = third.get(..4).filter(|year| year.bytes().all(|b| b.is_ascii_digit()))?;
    let rest = third.get(4..)?;
    (!rest.starts_with(|c: char| c.is_alphanumeric())).then(|| (format!("{year}-{month:02}-{day:02}"), rest))
}

/// A month by its name or the first three letters of it.
fn month(word: &str) -> Option<usize> {
    let bare = word.trim_end_matches(|c: char| c.is_whitespace() || ",.".contains(c)).to_ascii_lowercase();
    let fits = |month: &&str| **month == bare || bare.len() == 3 && month.starts_with(&bare);
    MONTHS.iter().position(fits).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_words_become_digits() {
        for (text, wanted) in [
            ("from March 19, 2026 17:43 UTC until", "from 2026-03-19 17:43 UTC until"),
            ("on 19 March 2026, at", "on 2026-03-19, at"),
            ("3rd Sep. 2026.", "2026-09-03."),
            ("May 2026 was warm", "May 2026 was warm"),
            ("march 40, 2026", "march 40, 2026"),
            ("image may 12 20261", "image may 12 20261"),
            ("", ""),
        ] {
            assert_eq!(digits(text), wanted, "{text}");
        }
    }
}

//! Times in a line: two of them are a window.

use std::collections::BTreeSet;

use crate::model::indicator::Window;
use crate::model::time::Micros;

/// The days that are named in a text, as `2026-03-17`.
pub(super) fn dates(text: &str) -> BTreeSet<String> {
    words(text).filter_map(|word| date(word).map(str::to_owned)).collect()
}

/// The window that a line tells, as `--window` takes it: exactly two times, in order. A time without a date is of the day
/// on its line, else of `day`; without either there is no window.
pub(super) fn window(line: &str, day: Option<&str>) -> Option<String> {
    let here: BTreeSet<&str> = words(line).filter_map(date).collect();
    let day = if here.len() == 1 { here.first().copied() } else { day.filter(|_| here.is_empty()) };
    let mut moments = Vec::new();
    let mut on: Option<&str> = None;
    for word in words(line) {
        let clock_at = word.find('T').map_or(0, |at| at + 1);
        match (date(word), clock(word.get(clock_at..).unwrap_or_default())) {
            (Some(_), Some(_)) => moments.push(word.to_owned()),
            // A date, and its time in the next word.
            (Some(date), None) => on = Some(date),
            (None, Some(clock)) => {
                let clock = if clock.ends_with('Z') || clock.contains('+') { clock } else { format!("{clock}Z") };
                moments.push(format!("{}T{clock}", on.take().or(day)?));
            }
            (None, None) => {}
        }
    }
    let [from, to] = moments.as_slice() else { return None };
    let window = format!("{from}..{to}");
    Window::parse(&window, Micros(0)).ok().map(|_| window)
}

/// The window that two lines tell together, as where a mail breaks a sentence: one time on each, or the day on one of them,
/// and between the times a word that joins them. Two rows with a time each are no window.
pub(super) fn wrapped(first: &str, second: &str, day: Option<&str>) -> Option<String> {
    const JOINING: [&str; 6] = ["and", "to", "until", "till", "through", "-"];
    const BETWEEN: usize = 5;
    if first.trim().is_empty() || second.trim().is_empty() {
        return None;
    }
    let joined = format!("{first} {second}");
    let all: Vec<&str> = words(&joined).filter(|word| !word.is_empty()).collect();
    let is_time = |word: &&str| clock(word.get(word.find('T').map_or(0, |at| at + 1)..).unwrap_or_default()).is_some();
    let from = all.iter().position(is_time)?;
    let to = all.iter().rposition(is_time)?;
    let between = all.get(from + 1..to)?;
    let joins = between.iter().any(|word| JOINING.contains(&word.to_ascii_lowercase().as_str()));
    let window = window(&joined, day)?;
    (joins && between.len() <= BETWEEN).then_some(window)
}

/// Words with a range `02:00Z-07:00Z` or `a..b` taken apart.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| c.is_whitespace() || ",;()[]{}\"'<>|–".contains(c))
        .flat_map(|word| word.split(".."))
        .flat_map(|word| match word.split_once('-') {
            Some((from, to)) if clock(from).is_some() && clock(to).is_some() => vec![from, to],
            _ => vec![word],
        })
        .map(|word| word.trim_end_matches(['.', '!', '?']))
}

/// The date that a word begins with.
fn date(word: &str) -> Option<&str> {
    let date = word.get(..10)?;
    let fits = date.char_indices().all(|(at, c)| if at == 4 || at == 7 { c == '-' } else { c.is_ascii_digit() });
    let ends = word.get(10..).is_none_or(|rest| rest.is_empty() || rest.starts_with('T'));
    (fits && ends && Micros::parse_stated(date, Micros(0)).is_some()).then_some(date)
}

/// A time of day, `02:00` with seconds and a zone or without.
fn clock(word: &str) -> Option<String> {
    let bare = word.strip_suffix(['Z', 'z']).unwrap_or(word);
    let bare = bare.split('+').next().unwrap_or_default();
    let parts: Vec<&str> = bare.split(':').collect();
    let digits = |part: &&str| part.split('.').all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    let fits = (2..=3).contains(&parts.len())
        && parts.iter().all(digits)
        && parts.first().is_some_and(|hour| hour.len() == 2)
        && parts.get(1).is_some_and(|minute| minute.len() == 2);
    fits.then(|| word.replace('z', "Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_times_in_order_are_a_window() {
        let day = Some("2026-03-17");
        let table = [
            ("from 02:00Z to 07:00Z", Some("2026-03-17T02:00Z..2026-03-17T07:00Z")),
            ("window 02:00-07:00 UTC", Some("2026-03-17T02:00Z..2026-03-17T07:00Z")),
            ("02:00Z..07:00Z.", Some("2026-03-17T02:00Z..2026-03-17T07:00Z")),
            ("2026-03-16 22:00 until 2026-03-17 03:00", Some("2026-03-16T22:00Z..2026-03-17T03:00Z")),
            ("2026-03-16T22:00:00Z,2026-03-17T03:00:00Z", Some("2026-03-16T22:00:00Z..2026-03-17T03:00:00Z")),
            ("07:00Z to 02:00Z", None),
            ("at 02:00Z", None),
            ("02:00Z 03:00Z 04:00Z", None),
            ("1:2 3:4 image:12:34x", None),
        ];
        for (line, wanted) in table {
            assert_eq!(window(line, day).as_deref(), wanted, "{line}");
        }
        assert_eq!(window("from 02:00Z to 07:00Z", None), None, "the day is not known");
    }

    #[test]
    fn a_sentence_that_a_mail_broke_tells_its_window_and_rows_do_not() {
        let day = Some("2026-03-17");
        let window = Some("2026-03-17T02:00Z..2026-03-17T07:00Z");
        let table = [
            ("was pushed between 02:00 UTC", "and 07:00 UTC on that day.", window),
            ("between 2026-03-17 02:00 UTC and", "2026-03-17 07:00 UTC an attacker", window),
            ("re-pushed from 02:00Z to", "07:00Z by somebody else", window),
            ("2026-03-17T02:00Z pushed a/b:1", "2026-03-17T07:00Z pushed a/b:2", None),
            ("seen at 02:00Z by nobody. This and that was looked at", "at 07:00Z", None),
            ("until 02:00Z", "", None),
        ];
        for (first, second, wanted) in table {
            assert_eq!(wrapped(first, second, day).as_deref(), wanted, "{first} / {second}");
        }
    }
}

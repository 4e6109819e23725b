//! Times as logs write them, at the pace of a log of ten million lines. What a time leaves out is said, never guessed
//! silently.

use chrono::DateTime;

use crate::model::time::Micros;

const SECOND: i64 = 1_000_000;
const HOUR: u64 = 3_600;

/// A time and how exact it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub at: Micros,
    /// It has no zone, and was taken as UTC.
    pub assumed_utc: bool,
    /// It is a number, taken as seconds, milliseconds, microseconds or nanoseconds since 1970 by its size.
    pub number: bool,
    /// How exact it is, in seconds: 0 for a second or better.
    pub precision: u64,
}

/// Why a text is no time.
pub(super) const NO_TIME: &str = "no time that is read here: write 2026-03-17T02:00:00Z, 2026-03-17 02:00:00 +01:00, or seconds \
                                  since 1970";

/// Reads a time: RFC 3339 and its relatives (a blank for the `T`, slashes for the hyphens, the zone left out or apart,
/// `2026/03/17/02` for an hour), seconds or smaller units since 1970, and what mail and web servers write. Dates that could
/// be meant in two ways (`03/04/2026`) are refused.
pub(super) fn parse(text: &str) -> Option<Stamp> {
    let text = text.trim();
    let bytes = text.as_bytes();
    match bytes {
        [_, _, _, _, b'-' | b'/', ..] if bytes.len() >= 8 => dated(bytes),
        [first, ..] if first.is_ascii_digit() && bytes.iter().all(|b| b.is_ascii_digit() || *b == b'.') => epoch(text),
        _ => other(text),
    }
}

/// Year first.
fn dated(bytes: &[u8]) -> Option<Stamp> {
    let separator = *bytes.get(4)?;
    let (year, month, day) = (number(bytes, 0, 4)?, number(bytes, 5, 2)?, number(bytes, 8, 2)?);
    if bytes.get(7) != Some(&separator) {
        return None;
    }
    let days = days(year, month, day)?;
    let rest = bytes.get(10..)?;
    let stamp = |seconds: i64, precision| Stamp {
        at: Micros((days * 86_400 + seconds) * SECOND),
        assumed_utc: true,
        number: false,
        precision,
    };
    let (Some(between), Some(hour)) = (rest.first(), number(rest, 1, 2)) else {
        return rest.is_empty().then(|| stamp(0, 24 * HOUR));
    };
    if !matches!(between, b'T' | b't' | b' ' | b'_' | b'/') || hour > 23 {
        return None;
    }
    if rest.len() == 3 {
        return Some(stamp(hour * 3_600, HOUR));
    }
    let minute = number(rest, 4, 2).filter(|n| *n < 60 && rest.get(3) == Some(&b':'))?;
    let (second, at) = match (rest.get(6), number(rest, 7, 2)) {
        // A leap second is the last of its minute.
        (Some(b':'), Some(second)) if second <= 60 => (second.min(59), 9),
        (Some(b':'), _) => return None,
        _ => (0, 6),
    };
    let (fraction, length) = fraction(rest.get(at..)?);
    let (offset, told) = zone(rest.get(at + length..)?)?;
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset;
    let precision = if at == 6 { 60 } else { 0 };
    Some(Stamp { at: Micros(seconds * SECOND + fraction), assumed_utc: !told, number: false, precision })
}

/// The microseconds of a fraction and its length in bytes; a comma is a point in some countries.
fn fraction(rest: &[u8]) -> (i64, usize) {
    let Some((b'.' | b',', digits)) = rest.split_first() else { return (0, 0) };
    let length = digits.iter().take_while(|b| b.is_ascii_digit()).count();
    let mut micros = 0;
    for place in 0..6 {
        let digit = digits.get(place).filter(|_| place < length).map_or(0, |b| i64::from(b - b'0'));
        micros = micros * 10 + digit;
    }
    (micros, length + 1)
}

/// Seconds ahead of UTC, and whether the zone was told. `None` for names of zones: most of them mean several.
fn zone(rest: &[u8]) -> Option<(i64, bool)> {
    let rest = rest.trim_ascii();
    match rest {
        [] => Some((0, false)),
        b"Z" | b"z" | b"UTC" | b"GMT" => Some((0, true)),
        [sign @ (b'+' | b'-'), digits @ ..] => {
            let hours = number(digits, 0, 2).filter(|n| *n < 24)?;
            let minutes = match digits.get(2..)? {
                [] => 0,
                [b':', minutes @ ..] | minutes => number(minutes, 0, 2).filter(|n| *n < 60 && minutes.len() == 2)?,
            };
            let seconds = hours * 3_600 + minutes * 60;
            Some((if *sign == b'-' { -seconds } else { seconds }, true))
        }
        _ => None,
    }
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<i64> {
    let digits = bytes.get(at..at + length)?;
    digits.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
}

/// Days since 1970 of a day that is in the calendar (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    if !(1970..=9999).contains(&year) || !(1..=length).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
}

/// A number since 1970. Ten digits are seconds, thirteen milliseconds, and so on: no log is of the year 5000.
fn epoch(text: &str) -> Option<Stamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let number: i64 = whole.parse().ok()?;
    let unit = match whole.len() {
        9..=11 => SECOND,
        12..=14 => 1_000,
        15..=17 => 1,
        18..=19 => return Some(at_number(number / 1_000)),
        _ => return None,
    };
    let mut below = 0;
    for place in 0..6 {
        below = below * 10 + fraction.as_bytes().get(place).map_or(0, |b| i64::from(b.wrapping_sub(b'0')));
    }
    let micros = number.checked_mul(unit)?.checked_add(below.min(999_999) * unit / SECOND)?;
    Some(at_number(micros))
}

fn at_number(micros: i64) -> Stamp {
    Stamp { at: Micros(micros), assumed_utc: false, number: true, precision: 0 }
}

/// What mail (`Tue, 17 Mar 2026 02:00:00 GMT`) and web servers (`17/Mar/2026:02:00:00 +0000`) write.
fn other(text: &str) -> Option<Stamp> {
    let text = text.trim_start_matches('[').trim_end_matches(']');
    let found = DateTime::parse_from_rfc2822(text).or_else(|_| DateTime::parse_from_str(text, "%d/%b/%Y:%H:%M:%S %z"));
    let at = found.ok().map(|t| Micros(t.timestamp_micros())).filter(|at| at.0 > 0)?;
    Some(Stamp { at, assumed_utc: false, number: false, precision: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 2026-03-17T02:00:00Z.
    const TWO: i64 = 1_773_712_800_000_000;

    #[test]
    fn times_as_logs_write_them() {
        for (text, after, assumed, precision) in [
            ("2026-03-17T02:00:00Z", 0, false, 0),
            ("2026-03-17T02:00:01.5Z", 1_500_000, false, 0),
            ("2026-03-17 02:00:00.123456789 +0000", 123_456, false, 0),
            ("2026-03-17T03:30:00+01:30", 0, false, 0),
            ("2026-03-16 19:00:00 -0700", 0, false, 0),
            ("2026-03-16T19:00:00-07", 0, false, 0),
            ("2026-03-17 02:00:00,250 UTC", 250_000, false, 0),
            ("2026-03-17 02:00:00", 0, true, 0),
            ("2026-03-17 02:00", 0, true, 60),
            ("2026/03/17 02:00:59", 59_000_000, true, 0),
            ("2026/03/17/02", 0, true, 3_600),
            ("2026-03-17", -7_200_000_000, true, 86_400),
            ("1773712800", 0, false, 0),
            ("1773712800.25", 250_000, false, 0),
            ("1773712800123", 123_000, false, 0),
            ("1773712800123456", 123_456, false, 0),
            ("1773712800123456789", 123_456, false, 0),
            ("Tue, 17 Mar 2026 02:00:00 GMT", 0, false, 0),
            ("[17/Mar/2026:02:00:00 +0000]", 0, false, 0),
        ] {
            let found = parse(text).map(|s| (s.at.0 - TWO, s.assumed_utc, s.precision));
            assert_eq!(found, Some((after, assumed, precision)), "{text}");
        }
    }

    #[test]
    fn what_could_be_meant_in_two_ways_is_no_time() {
        for text in [
            "",
            "-",
            "03/04/2026 02:00",
            "2026-02-30T00:00:00Z",
            "2026-03-17T25:00:00Z",
            "2026-03-17T02:61:00Z",
            "2026-03-17 02:00:00 CET",
            "2026-03/17",
            "12",
            "99999999999999999999",
            "1773712800.x",
            "noon",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_clock_of_the_house(micros in 0i64..250_000_000_000_000_000) {
            let text = Micros(micros).rfc3339();
            prop_assert_eq!(parse(&text).map(|s| s.at), Some(Micros(micros)));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9:/TZ.+ -]{0,40}", other in any::<String>()) {
            let _ = (parse(&text), parse(&other));
        }
    }
}

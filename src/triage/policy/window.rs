//! How long there is: hours, days, or until the quarter ends.

use chrono::{Datelike as _, NaiveDate};

use crate::model::time::Micros;

const HOUR: i64 = 3_600_000_000;

/// A span from the moment a priority was reached. The order is that of the longest time it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// So many hours.
    Hours(i64),
    /// Until the quarter of the year ends, in UTC: images are rebuilt at least quarterly.
    Quarter,
}

impl Window {
    /// Reads `6 h`, `7 d`, `quarter`.
    pub fn parse(text: &str) -> Option<Window> {
        let text = text.trim();
        if text == "quarter" {
            return Some(Window::Quarter);
        }
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
        let hours = match text.get(digits.len()..)?.trim() {
            "h" => 1,
            "d" => 24,
            _ => return None,
        };
        let number: i64 = digits.parse().ok()?;
        // Ten years: more is a slip.
        (1..=87_600).contains(&number).then(|| Window::Hours(number * hours)).filter(|w| w.longest() <= 87_600)
    }

    /// The most hours it can be.
    pub(super) fn longest(self) -> i64 {
        match self {
            Window::Hours(hours) => hours,
            Window::Quarter => 92 * 24,
        }
    }

    /// The moment it ends.
    pub fn after(self, reached: Micros) -> Micros {
        match self {
            Window::Hours(hours) => Micros(reached.0.saturating_add(hours.saturating_mul(HOUR))),
            Window::Quarter => quarter_end(reached).unwrap_or(Micros(reached.0.saturating_add(self.longest() * HOUR))),
        }
    }

    /// For people.
    pub fn shown(self) -> String {
        match self {
            Window::Hours(hours) if hours % 24 == 0 && hours > 24 => format!("{} d", hours / 24),
            Window::Hours(hours) => format!("{hours} h"),
            Window::Quarter => "the quarter's end".to_owned(),
        }
    }
}

/// The first moment of the next quarter.
fn quarter_end(at: Micros) -> Option<Micros> {
    let day = at.datetime()?.date_naive();
    let (year, month) = match day.month0() / 3 * 3 + 4 {
        13 => (day.year().checked_add(1)?, 1),
        month => (day.year(), month),
    };
    let end = NaiveDate::from_ymd_opt(year, month, 1)?.and_hms_opt(0, 0, 0)?;
    Some(Micros(end.and_utc().timestamp_micros()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_shown() {
        for (text, shown) in [("6 h", "6 h"), ("24h", "24 h"), ("7 d", "7 d"), (" quarter ", "the quarter's end")] {
            assert_eq!(Window::parse(text).unwrap().shown(), shown);
        }
        for bad in ["", "h", "0 h", "-1 h", "6", "6 weeks", "99999999999999999999 h", "87600 d", "6 h 5"] {
            assert_eq!(Window::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn they_end_when_they_should() {
        let at = |text: &str| Micros::parse_rfc3339(text).unwrap();
        assert_eq!(Window::Hours(6).after(at("2026-11-19T23:00:00Z")), at("2026-11-20T05:00:00Z"));
        for (from, to) in [
            ("2026-11-19T23:00:00Z", "2027-01-01T00:00:00Z"),
            ("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"),
            ("2026-09-30T23:59:59Z", "2026-10-01T00:00:00Z"),
        ] {
            assert_eq!(Window::Quarter.after(at(from)), at(to));
        }
        assert!(Window::Quarter.after(Micros(i64::MAX)) >= Micros(i64::MAX - 1));
    }
}

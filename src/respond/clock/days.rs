//! Days of the calendar: lists of holidays, and which days people work.

use chrono::{Datelike as _, NaiveDate, Weekday};
use std::collections::BTreeSet;

/// Days on which nobody works, beside weekends.
pub type Holidays = BTreeSet<NaiveDate>;

/// Days that a list may have.
const MOST: usize = 5_000;

/// Why a list of holidays is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HolidaysError {
    /// A line is no day.
    #[error("line {line}: `{text}` is no day; write one a line, as 2026-12-25, a name may follow")]
    Day {
        /// From 1.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// Too many.
    #[error("more than {MOST} days; keep those of a few years")]
    Many,
    /// None.
    #[error("no day in it; write one a line, as 2026-12-25")]
    Empty,
}

/// Reads a list of holidays: a day a line (`2026-12-25`), a name may follow; blank lines and `#` comments are skipped.
pub fn holidays(text: &str) -> Result<Holidays, HolidaysError> {
    let mut days = Holidays::new();
    for (n, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let Some(word) = line.split([' ', '\t', ',', ';']).next().filter(|word| !word.is_empty()) else { continue };
        let day = NaiveDate::parse_from_str(word, "%Y-%m-%d").map_err(|_| {
            let text = crate::model::text::scrub(word).chars().take(40).collect();
            HolidaysError::Day { line: n + 1, text }
        })?;
        days.insert(day);
        if days.len() > MOST {
            return Err(HolidaysError::Many);
        }
    }
    if days.is_empty() { Err(HolidaysError::Empty) } else { Ok(days) }
}

/// Whether people work on a day.
pub(super) fn is_business(day: NaiveDate, holidays: &Holidays) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !holidays.contains(&day)
}

/// The day that is so many business days after another, which itself never counts; none past the calendar's end.
pub(super) fn business_days_after(day: NaiveDate, count: u32, holidays: &Holidays) -> Option<NaiveDate> {
    let mut day = day;
    for _ in 0..count {
        day = day.succ_opt()?;
        while !is_business(day, holidays) {
            day = day.succ_opt()?;
        }
    }
    Some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
    }

    #[test]
    fn lists_are_read_and_bad_lines_named() {
        let text = "# NYSE 2026\n\n2026-11-26 Thanksgiving\n2026-12-25\n2026-11-26\n";
        assert_eq!(holidays(text).unwrap(), Holidays::from([day("2026-11-26"), day("2026-12-25")]));
        let error = holidays("2026-11-26\nChristmas\n").unwrap_err();
        assert_eq!(error, HolidaysError::Day { line: 2, text: "Christmas".into() });
        assert_eq!(holidays("# none\n"), Err(HolidaysError::Empty));
        assert!(matches!(holidays("2026-02-30"), Err(HolidaysError::Day { line: 1, .. })));
    }

    #[test]
    fn weekends_and_holidays_do_not_count() {
        let off = Holidays::from([day("2026-11-26")]);
        // Friday, Saturday and Sunday all count from Monday on.
        for from in ["2026-11-20", "2026-11-21", "2026-11-22"] {
            assert_eq!(business_days_after(day(from), 4, &off), Some(day("2026-11-27")), "{from}");
        }
        assert_eq!(business_days_after(day("2026-11-20"), 4, &Holidays::new()), Some(day("2026-11-26")));
        assert_eq!(business_days_after(day("2026-11-20"), 0, &off), Some(day("2026-11-20")));
    }
}

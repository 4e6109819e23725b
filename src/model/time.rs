//! Time: microseconds UTC as an integer, with the text as written beside it where a person or a file stated it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Micros(pub i64);

impl Micros {
    /// Parses RFC 3339 (`2026-11-21T18:55:07Z`, any offset, up to nanoseconds, `T` or a space).
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|t| Micros(t.timestamp_micros()))
    }

    /// What a person may type for `--as-of` and the like: RFC 3339; `YYYY-MM-DD HH:MM[:SS]`, `YYYY-MM-DDTHH:MM[:SS]`
    /// with or without `Z` (UTC is assumed and said so by the caller); `HH:MM[Z]` on the day of `now`; a plain date.
    pub fn parse_stated(text: &str, now: Micros) -> Option<Self> {
        let text = text.trim();
        if let Some(time) = Self::parse_rfc3339(text) {
            return Some(time);
        }
        let bare = text.strip_suffix(['Z', 'z']).unwrap_or(text).replace('T', " ");
        for format in ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"] {
            if let Ok(time) = NaiveDateTime::parse_from_str(&bare, format) {
                return Some(Micros(time.and_utc().timestamp_micros()));
            }
        }
        if let Ok(day) = NaiveDate::parse_from_str(&bare, "%Y-%m-%d") {
            return Some(Micros(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros()));
        }
        let clock = ["%H:%M:%S", "%H:%M"].iter().find_map(|f| chrono::NaiveTime::parse_from_str(&bare, f).ok())?;
        let today = now.datetime()?.date_naive();
        Some(Micros(today.and_time(clock).and_utc().timestamp_micros()))
    }

    /// As a chrono time; `None` outside chrono's range.
    pub fn datetime(self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_micros(self.0)
    }

    /// To the minute, UTC, for people: `2026-03-17 07:50Z`.
    pub fn to_minute(self) -> String {
        self.datetime().map_or_else(|| self.rfc3339(), |at| at.format("%Y-%m-%d %H:%MZ").to_string())
    }

    /// RFC 3339 in UTC: seconds where the fraction is zero, otherwise microseconds.
    pub fn rfc3339(self) -> String {
        let format = if self.0 % 1_000_000 == 0 { SecondsFormat::Secs } else { SecondsFormat::Micros };
        self.datetime().map_or_else(|| format!("{} µs", self.0), |t| t.to_rfc3339_opts(format, true))
    }
}

impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

impl fmt::Debug for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOON: i64 = 1_773_748_800_000_000;

    #[test]
    fn rfc3339_with_any_offset() {
        let table = [
            ("2026-03-17T12:00:00Z", NOON),
            ("2026-03-17T13:30:00+01:30", NOON),
            ("2026-03-17 12:00:00.000001Z", NOON + 1),
            ("2026-03-17T12:00:00.123456789Z", NOON + 123_456),
        ];
        for (text, micros) in table {
            assert_eq!(Micros::parse_rfc3339(text), Some(Micros(micros)), "{text}");
        }
        for bad in ["", "now", "2026-03-17", "2026-03-17T12:00:00", "2026-02-30T12:00:00Z", "2026-03-17T25:00:00Z"] {
            assert_eq!(Micros::parse_rfc3339(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_a_person_types() {
        let midnight = NOON - 12 * 3_600_000_000;
        let table = [
            ("2026-03-17T12:00:00+00:00", NOON),
            ("2026-03-17 12:00", NOON),
            ("2026-03-17T12:00Z", NOON),
            ("2026-03-17 12:00:00.5", NOON + 500_000),
            (" 12:00Z ", NOON),
            ("12:00:01", NOON + 1_000_000),
            ("2026-03-17", midnight),
        ];
        for (text, micros) in table {
            assert_eq!(Micros::parse_stated(text, Micros(NOON + 77)), Some(Micros(micros)), "{text}");
        }
        for bad in ["", "noon", "25:00", "17/03/2026", "T", "Z"] {
            assert_eq!(Micros::parse_stated(bad, Micros(NOON)), None, "{bad}");
        }
        assert_eq!(Micros::parse_stated("12:00", Micros(i64::MAX)), None);
    }

    #[test]
    fn shown_as_short_as_exact() {
        assert_eq!(Micros(NOON).rfc3339(), "2026-03-17T12:00:00Z");
        assert_eq!(Micros(NOON + 1).to_string(), "2026-03-17T12:00:00.000001Z");
        assert_eq!(Micros(i64::MAX).to_string(), format!("{} µs", i64::MAX));
    }

    proptest! {
        #[test]
        fn round_trips(micros in -62_000_000_000_000_000_i64..250_000_000_000_000_000) {
            prop_assert_eq!(Micros::parse_rfc3339(&Micros(micros).rfc3339()), Some(Micros(micros)));
        }

        #[test]
        fn never_panics(text in ".{0,40}", now in any::<i64>()) {
            let _ = Micros::parse_stated(&text, Micros(now));
        }
    }
}

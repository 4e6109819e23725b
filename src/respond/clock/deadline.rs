//! The arithmetic of deadlines.
//!
//! One property holds for every rule and zone: what begins later is never due earlier. It decides what happens where a
//! wall clock jumps. Hours are hours as they pass. Days and months keep the hour of the wall clock; a month that is too
//! short gives all of its last day. Business days give all of the last one.

use chrono::{DateTime, Days, Duration, MappedLocalTime, Months, NaiveDate, NaiveDateTime, TimeZone as _, Utc};
use chrono_tz::Tz;

use super::days::{Holidays, business_days_after};
use crate::model::clock::{Offset, Unit};
use crate::model::time::Micros;

/// The last microsecond of a day.
const LAST_MICRO: u32 = 999_999;
/// Minutes that a wall clock may jump over: a whole day, at the date line, and a little more.
const LONGEST_GAP: i64 = 26 * 60;

/// A zone by its name in the tz database; UTC for an empty one.
pub fn zone(name: &str) -> Option<Tz> {
    if name.is_empty() { Some(Tz::UTC) } else { name.parse().ok() }
}

/// When something is due that began at `start`; none where the calendar ends before.
pub fn deadline(start: Micros, offset: Offset, zone: Tz, holidays: &Holidays) -> Option<Micros> {
    let start = start.datetime()?;
    let due = match offset.unit {
        Unit::Hours => start.checked_add_signed(Duration::hours(i64::from(offset.count)))?,
        Unit::Days => {
            let local = wall(start, zone)?;
            instant(local.checked_add_days(Days::new(u64::from(offset.count)))?, zone)?
        }
        Unit::Months => instant(months_after(wall(start, zone)?, offset.count)?, zone)?,
        Unit::BusinessDays => {
            let day = business_days_after(wall(start, zone)?.date(), offset.count, holidays)?;
            instant(end_of(day)?, zone)?
        }
    };
    Some(Micros(due.timestamp_micros()))
}

/// When a wall clock of a zone showed a time that is written here as if it were UTC.
pub fn from_wall(shown: Micros, zone: Tz) -> Option<Micros> {
    Some(Micros(instant(shown.datetime()?.naive_utc(), zone)?.timestamp_micros()))
}

/// The same day and hour so many months later; the end of the last day where that month has no such day.
fn months_after(local: NaiveDateTime, count: u32) -> Option<NaiveDateTime> {
    use chrono::Datelike as _;
    let later = local.checked_add_months(Months::new(count))?;
    if later.day() == local.day() { Some(later) } else { end_of(later.date()) }
}

fn end_of(day: NaiveDate) -> Option<NaiveDateTime> {
    day.and_hms_micro_opt(23, 59, 59, LAST_MICRO)
}

/// What a wall clock shows, where it shows an hour twice the furthest that it came: so that it never goes back.
fn wall(at: DateTime<Utc>, zone: Tz) -> Option<NaiveDateTime> {
    let local = at.with_timezone(&zone).naive_local();
    let MappedLocalTime::Ambiguous(first, second) = zone.from_local_datetime(&local) else { return Some(local) };
    if at < second.with_timezone(&Utc) {
        return Some(local);
    }
    // The clock was turned back between the two: find when, to the microsecond.
    let shift = |us: i64| -> Option<i64> {
        let at = DateTime::from_timestamp_micros(us)?;
        Some(at.with_timezone(&zone).naive_local().and_utc().timestamp_micros() - us)
    };
    let (mut before, mut after) = (first.timestamp_micros(), second.timestamp_micros());
    let old = shift(before)?;
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if shift(middle)? == old { before = middle } else { after = middle }
    }
    Some(DateTime::from_timestamp_micros(after + old)?.naive_utc())
}

/// When a wall clock shows this: the first time where it does twice, and where it never does the moment at which it
/// jumps over it.
fn instant(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => Some(at.with_timezone(&Utc)),
        MappedLocalTime::None => {
            let minute = local - Duration::microseconds(local.and_utc().timestamp_micros().rem_euclid(60_000_000));
            let shown = |n: i64| zone.from_local_datetime(&(minute + Duration::minutes(n))).earliest();
            (1..=LONGEST_GAP).find_map(shown).map(|at| at.with_timezone(&Utc))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn due(start: &str, count: u32, unit: Unit, name: &str, off: &Holidays) -> String {
        let start = Micros::parse_rfc3339(start).unwrap();
        deadline(start, Offset { count, unit }, zone(name).unwrap(), off).unwrap().rfc3339()
    }

    #[test]
    fn deadlines_by_unit_and_zone() {
        use Unit::{BusinessDays, Days, Hours, Months};
        let none = Holidays::new();
        let thanksgiving = super::super::days::holidays("2026-11-26").unwrap();
        let table: &[(&str, u32, Unit, &str, &Holidays, &str)] = &[
            ("2026-03-17T07:40:00Z", 72, Hours, "", &none, "2026-03-20T07:40:00Z"),
            // 72 hours over the change to summer time are 72 hours.
            ("2026-03-27T12:00:00Z", 72, Hours, "Europe/Berlin", &none, "2026-03-30T12:00:00Z"),
            // Three days over it keep the hour of the wall clock: 13:00+01:00 becomes 13:00+02:00.
            ("2026-03-27T12:00:00Z", 3, Days, "Europe/Berlin", &none, "2026-03-30T11:00:00Z"),
            ("2026-10-23T11:00:00Z", 3, Days, "Europe/Berlin", &none, "2026-10-26T12:00:00Z"),
            // 02:30 does not exist on 29 March 2026: the moment of the jump.
            ("2026-03-28T01:30:00Z", 1, Days, "Europe/Berlin", &none, "2026-03-29T01:00:00Z"),
            // 02:30 comes twice on 25 October 2026: the first.
            ("2026-10-24T00:30:00Z", 1, Days, "Europe/Berlin", &none, "2026-10-25T00:30:00Z"),
            // Months, and those that are too short.
            ("2026-03-20T07:40:00Z", 1, Months, "", &none, "2026-04-20T07:40:00Z"),
            ("2026-01-31T10:00:00Z", 1, Months, "", &none, "2026-02-28T23:59:59.999999Z"),
            ("2028-01-31T10:00:00Z", 1, Months, "", &none, "2028-02-29T23:59:59.999999Z"),
            ("2028-02-29T10:00:00Z", 12, Months, "", &none, "2029-02-28T23:59:59.999999Z"),
            ("2026-12-31T10:00:00Z", 2, Months, "", &none, "2027-02-28T23:59:59.999999Z"),
            // The day in the regulator's zone counts: 23:30Z is the next day in Brussels.
            ("2026-01-30T23:30:00Z", 1, Months, "Europe/Brussels", &none, "2026-02-28T22:59:59.999999Z"),
            // Four business days over a weekend, and over Thanksgiving.
            ("2026-11-20T22:00:00Z", 4, BusinessDays, "America/New_York", &none, "2026-11-27T04:59:59.999999Z"),
            ("2026-11-20T22:00:00Z", 4, BusinessDays, "America/New_York", &thanksgiving, "2026-11-28T04:59:59.999999Z"),
            ("2026-11-21T12:00:00Z", 4, BusinessDays, "America/New_York", &none, "2026-11-27T04:59:59.999999Z"),
            // Samoa had no 30 December 2011.
            ("2011-12-29T10:30:00Z", 1, Days, "Pacific/Apia", &none, "2011-12-30T10:00:00Z"),
        ];
        for (start, count, unit, name, off, wanted) in table {
            assert_eq!(due(start, *count, *unit, name, off), *wanted, "{start} + {count} {unit:?} in {name}");
        }
    }

    #[test]
    fn a_wall_clock_never_goes_back() {
        let berlin = zone("Europe/Berlin").unwrap();
        let at =
            |text: &str| wall(Micros::parse_rfc3339(text).unwrap().datetime().unwrap(), berlin).unwrap().to_string();
        assert_eq!(at("2026-10-25T00:30:00Z"), "2026-10-25 02:30:00");
        assert_eq!(at("2026-10-25T01:30:00Z"), "2026-10-25 03:00:00", "shown a second time");
        assert_eq!(at("2026-10-25T02:30:00Z"), "2026-10-25 03:30:00");
    }

    #[test]
    fn the_calendar_ends_without_a_panic() {
        let off = Holidays::new();
        for unit in [Unit::Hours, Unit::Days, Unit::Months, Unit::BusinessDays] {
            for start in [i64::MIN, i64::MAX, 0] {
                let _ = deadline(Micros(start), Offset { count: 20_000, unit }, Tz::Europe__London, &off);
            }
        }
        let huge = Offset { count: u32::MAX, unit: Unit::Months };
        assert_eq!(deadline(Micros(0), huge, Tz::UTC, &off), None);
        assert_eq!(zone("Mars/Olympus"), None);
    }

    fn units() -> impl Strategy<Value = Unit> {
        prop::sample::select(vec![Unit::Hours, Unit::Days, Unit::Months, Unit::BusinessDays])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        /// Around the changes of zones that jump in odd ways, too.
        #[test]
        fn what_begins_later_is_never_due_earlier(
            near in prop::sample::select(vec![
                "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-11-01T06:00:00Z", "2026-04-04T15:00:00Z",
                "2011-12-30T10:00:00Z", "2026-01-31T00:00:00Z", "2028-02-29T00:00:00Z", "2011-11-06T02:31:00Z",
            ]),
            zone in prop::sample::select(vec![
                "", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns",
            ]),
            shift in -3i64 * 86_400_000_000..3 * 86_400_000_000,
            later in 0i64..4 * 3_600_000_000,
            count in 0u32..40,
            unit in units(),
        ) {
            let zone = super::zone(zone).unwrap();
            let off = super::super::days::holidays("2026-11-02\n2026-03-30").unwrap();
            let start = Micros::parse_rfc3339(near).unwrap().0 + shift;
            let due = |at| deadline(Micros(at), Offset { count, unit }, zone, &off).unwrap();
            prop_assert!(due(start) <= due(start + later), "{} and {} later", Micros(start), later);
            prop_assert!(due(start) >= Micros(start) || count == 0);
        }
    }
}

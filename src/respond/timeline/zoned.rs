//! Times that people type, in the zone they say.

use chrono_tz::Tz;

use crate::model::time::Micros;
use crate::respond::clock::from_wall;

/// A time that was typed: with an offset or `Z` as it stands, otherwise what the wall clock of the zone showed. `day` is
/// the day that a time without one is of.
pub fn stated(typed: &str, day: Micros, zone: Tz) -> Option<Micros> {
    let typed = typed.trim();
    let read = Micros::parse_stated(typed, day)?;
    let told = Micros::parse_rfc3339(typed).is_some() || typed.ends_with(['Z', 'z']);
    if told || zone == Tz::UTC { Some(read) } else { from_wall(read, zone) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_an_offset_is_of_the_zone() {
        let day = Micros::parse_rfc3339("2026-07-01T00:00:00Z").unwrap();
        let of = |typed: &str| stated(typed, day, Tz::Europe__Berlin).unwrap().rfc3339();
        assert_eq!(of("2026-03-17 07:40"), "2026-03-17T06:40:00Z");
        assert_eq!(of("2026-07-17 07:40"), "2026-07-17T05:40:00Z");
        assert_eq!(of("07:40"), "2026-07-01T05:40:00Z");
        assert_eq!(of("2026-03-17T07:40Z"), "2026-03-17T07:40:00Z");
        assert_eq!(of("2026-03-17T07:40:00+05:00"), "2026-03-17T02:40:00Z");
        assert_eq!(stated("then", day, Tz::UTC), None);
    }
}

//! Handover between shifts: since when somebody was away.

use crate::model::time::Micros;

/// A break of this long is the end of a shift, in microseconds: four hours.
pub const BREAK: i64 = 4 * 3_600_000_000;

/// When somebody left: their last word before the latest break of [`BREAK`] or more, the break until now included; none
/// where they never said anything, or never left. `words` are the times of what they said, in any order.
pub fn left_at(words: &[Micros], now: Micros) -> Option<Micros> {
    let mut words: Vec<Micros> = words.iter().copied().filter(|at| *at <= now).collect();
    words.sort_unstable();
    let mut later = now;
    for at in words.into_iter().rev() {
        if later.0.saturating_sub(at.0) >= BREAK {
            return Some(at);
        }
        later = at;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_break_counts() {
        let at = |hours: i64| Micros(hours * 3_600_000_000);
        let words = [at(10), at(1), at(2), at(11)];
        assert_eq!(left_at(&words, at(12)), Some(at(2)), "back since hour 10");
        assert_eq!(left_at(&words, at(20)), Some(at(11)), "just coming back");
        assert_eq!(left_at(&[at(1), at(3)], at(4)), None, "never away");
        assert_eq!(left_at(&[], at(4)), None);
        assert_eq!(left_at(&[at(90)], at(4)), None, "a clock that runs ahead");
    }
}

//! The response: who does what by when, which deadlines run, which credentials are dead, what happened and when we knew.
//!
//! Pure. It is given the records of a case, what the inventory counts, and a time; it says what they come to. It never
//! stores anything, reads a clock, or decides what the law asks for: rules are data, and what a person stated is never
//! inferred.
//!
//! | part | owns |
//! |---|---|
//! | [`checklist`] | tasks: templates, where each stands, what is next |
//! | [`clock`] | deadlines: their rules, their arithmetic, where each stands |
//! | [`credentials`] | which there are, and whether the old ones are proved dead |
//! | [`incident`] | the declaration, and the alert that says so |
//! | [`handover`] | since when somebody was away |
//! | [`situation`] | what needs a decision now |
//! | [`timeline`] | what happened, what was learned, what was done |

pub mod checklist;
pub mod clock;
pub mod credentials;
pub mod handover;
pub mod incident;
pub mod situation;
mod table;
pub mod timeline;

use crate::model::time::Micros;

/// The time that is left, for people: `71:13` hours and minutes, `12 d` where it is long, with a minus where it is over.
pub fn left(now: Micros, due: Micros) -> String {
    let minutes = due.0.saturating_sub(now.0).div_euclid(60_000_000);
    let (sign, minutes) = if minutes < 0 { ("-", minutes.saturating_neg()) } else { ("", minutes) };
    let (hours, days) = (minutes / 60, minutes / (24 * 60));
    if hours >= 100 { format!("{sign}{days} d") } else { format!("{sign}{hours:02}:{:02}", minutes % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_in_words() {
        let of = |minutes: i64| left(Micros(0), Micros(minutes * 60_000_000));
        assert_eq!([of(0), of(313), of(4_273), of(6_000), of(-130)], ["00:00", "05:13", "71:13", "4 d", "-02:10"]);
        assert_eq!(left(Micros(i64::MAX), Micros(i64::MIN)).chars().next(), Some('-'));
    }
}

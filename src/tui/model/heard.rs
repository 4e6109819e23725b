//! What the last line says of clusters that are being watched: how long ago each was heard of.
//!
//! Owns the words and when they change. Pure: when a cluster was heard of is handed in, the clock too.

use crate::cli::words::age;
use crate::model::text::{fit, scrub};
use crate::model::time::Micros;
use crate::work::collect::watch::Contact;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
/// Ages below two minutes go in steps of so many seconds: more often would only be noise.
const STEP: i64 = 10 * SECOND;
/// A watched cluster sends a bookmark about every minute, and is asked again after five minutes of silence. One that is not
/// heard of for longer is not watched by anybody, whatever it said last.
const SILENT: i64 = 6 * MINUTE;
/// What ended so long ago is told by the age of the sources alone.
const FORGOTTEN: i64 = 24 * 60 * MINUTE;
/// The most columns of a context's name.
const NAME: usize = 16;

/// `watch prod 20 s`; with several clusters the one that was not heard of for the longest time. None where there is nothing
/// to say.
pub fn words(contacts: &[Contact], now: Micros) -> Option<String> {
    let told: Vec<&Contact> = contacts.iter().filter(|contact| passed(contact, now) < FORGOTTEN).collect();
    let live: Vec<&&Contact> = told.iter().filter(|contact| !contact.ended).collect();
    let Some(oldest) = live.iter().min_by_key(|contact| contact.last) else {
        // The newest end counts: until then the case was kept up to date.
        let newest = told.iter().max_by_key(|contact| contact.last)?;
        return Some(format!("watch ended {}", written(newest, now)));
    };
    let name = fit(&scrub(&oldest.context), NAME);
    let which = if live.len() == 1 { name } else { format!("{} clusters, {name}", live.len()) };
    let sign = if passed(oldest, now) >= SILENT { " SILENT" } else { "" };
    Some(format!("watch {which}{sign} {}", written(oldest, now)))
}

/// When the words change by the passing of time alone.
pub fn next_change(contacts: &[Contact], now: Micros) -> Option<Micros> {
    let next = |contact: &Contact| {
        let passed = passed(contact, now);
        let step = if passed < 2 * MINUTE { STEP } else { MINUTE };
        now.0.saturating_add(step - passed.rem_euclid(step))
    };
    contacts.iter().filter(|contact| passed(contact, now) < FORGOTTEN).map(next).min().map(Micros)
}

/// A clock that was set back makes nothing come from the future.
fn passed(contact: &Contact, now: Micros) -> i64 {
    now.0.saturating_sub(contact.last.0).max(0)
}

fn written(contact: &Contact, now: Micros) -> String {
    match passed(contact, now) {
        ..STEP => "now".to_owned(),
        passed if passed < 2 * MINUTE => age(Micros(passed - passed.rem_euclid(STEP)), Micros(0)),
        passed => age(Micros(passed), Micros(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Micros = Micros(1_000_000 * SECOND);

    fn contact(context: &str, seconds: i64, ended: bool) -> Contact {
        Contact { context: context.to_owned(), last: Micros(NOW.0 - seconds * SECOND), ended }
    }

    #[test]
    fn the_cluster_that_was_not_heard_of_for_the_longest_time_is_named() {
        let said = |contacts: &[Contact]| words(contacts, NOW).unwrap_or_default();
        assert_eq!(said(&[]), "");
        assert_eq!(said(&[contact("prod", 3, false)]), "watch prod now");
        assert_eq!(said(&[contact("prod", 27, false)]), "watch prod 20 s");
        assert_eq!(said(&[contact("prod", 27, false), contact("eu", 130, false)]), "watch 2 clusters, eu 2 min");
        assert_eq!(said(&[contact("prod", 420, false)]), "watch prod SILENT 7 min");
        assert_eq!(said(&[contact("prod", -50, false)]), "watch prod now", "a clock that was set back");
        assert_eq!(said(&[contact("a\u{1b}[2J\u{202e}-long-name-of-a-context", 3, false)]), {
            let name = fit(&scrub("a\u{1b}[2J\u{202e}-long-name-of-a-context"), NAME);
            assert!(!name.contains('\u{1b}') && !name.contains('\u{202e}'));
            format!("watch {name} now")
        });
    }

    #[test]
    fn a_watch_that_ended_says_so_for_a_day() {
        let said = |contacts: &[Contact]| words(contacts, NOW);
        let both = [contact("prod", 60, true), contact("eu", 300, true)];
        assert_eq!(said(&both).unwrap(), "watch ended 60 s");
        assert_eq!(said(&[contact("prod", 27, false), contact("eu", 300, true)]).unwrap(), "watch prod 20 s");
        assert_eq!(said(&[contact("prod", 90_000, true)]), None);
        assert_eq!(said(&[contact("prod", 90_000, false)]), None);
    }

    #[test]
    fn the_next_change_is_when_the_words_change() {
        for seconds in [0, 3, 9, 10, 119, 120, 125, 359, 86_399] {
            let contacts = [contact("prod", seconds, false)];
            let next = next_change(&contacts, NOW).expect("something is said");
            assert!(next > NOW, "{seconds}");
            let before = words(&contacts, Micros(next.0 - 1));
            assert_eq!(before, words(&contacts, NOW), "{seconds}: nothing changes earlier");
        }
        assert_eq!(next_change(&[contact("prod", 90_000, false)], NOW), None);
    }
}

//! Where deadlines stand, by what was stated.

use super::*;
use crate::model::clock::ClockState;
use crate::model::record::Word;
use crate::model::record::{Records, Thing};
use crate::model::time::Micros;
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000_000;

fn say(records: &mut Records, event: &str, thing: Thing, id: &str, says: Value, replaces: &[&str]) {
    let Value::Object(says) = says else { panic!("fields") };
    let word = Word {
        event: event.to_owned(),
        author: "ana".to_owned(),
        at: Micros(0),
        says: says.into_iter().collect(),
        replaces: replaces.iter().map(|event| (*event).to_owned()).collect(),
    };
    records.take(thing, id, word);
}

fn at(hours: i64) -> Micros {
    Micros(1_773_734_400_000_000 + hours * HOUR)
}

fn aware() -> FirstAware {
    FirstAware { at: at(0), written: "08:00Z".into(), source: Some("mail".into()) }
}

fn stands(records: &Records, id: &str, hours: i64) -> (ClockState, Option<Micros>) {
    let clocks = Clocks::of(records, Some(&aware()), at(hours));
    let clock = clocks.get(id).unwrap();
    (clock.state, clock.due_at)
}

#[test]
fn a_clock_waits_for_its_condition_then_runs_from_awareness() {
    let mut records = Records::default();
    assert_eq!(stands(&records, "nis2-warning", 1), (ClockState::NotStarted, None));
    let clocks = Clocks::of(&records, Some(&aware()), at(1));
    assert_eq!(clocks.get("nis2-warning").unwrap().why, "needs \"significant\"");
    say(&mut records, "a", Thing::Trigger, "significant", json!({"at": at(3).0, "so": true}), &[]);
    assert_eq!(stands(&records, "nis2-warning", 4), (ClockState::Running, Some(at(24))));
    assert_eq!(stands(&records, "nis2-warning", 25).0, ClockState::Missed);
    // The final report waits for the filing, not for the notification's time.
    assert_eq!(stands(&records, "nis2-final", 25).0, ClockState::NotStarted);
    say(&mut records, "b", Thing::Clock, "nis2-notification", json!({"met": at(30).0, "evidence:e1": true}), &[]);
    assert_eq!(stands(&records, "nis2-notification", 31).0, ClockState::Met);
    assert_eq!(stands(&records, "nis2-final", 31).0, ClockState::Running);
}

#[test]
fn the_earliest_of_contested_times_counts_and_is_shown() {
    let mut records = Records::default();
    say(&mut records, "a", Thing::Trigger, "material", json!({"at": at(5).0, "source": "board"}), &[]);
    say(&mut records, "b", Thing::Trigger, "material", json!({"at": at(2).0, "source": "cfo"}), &[]);
    let clocks = Clocks::of(&records, None, at(6));
    let trigger = clocks.trigger("material").unwrap();
    assert_eq!((trigger.since, trigger.source.as_deref()), (Some(at(2)), Some("cfo")));
    assert!(trigger.contested.as_deref().unwrap().contains("2026-03-17T10:00:00Z (ana)"), "{trigger:?}");
    assert_eq!(trigger.history.len(), 2);
    // Said again after seeing both, one stands.
    say(&mut records, "c", Thing::Trigger, "material", json!({"at": at(4).0}), &["a", "b"]);
    let clocks = Clocks::of(&records, None, at(6));
    assert_eq!(clocks.trigger("material").unwrap().since, Some(at(4)));
    assert_eq!(clocks.trigger("material").unwrap().contested, None);
}

#[test]
fn the_earlier_of_two_bounds_counts() {
    let mut records = Records::default();
    say(&mut records, "a", Thing::Trigger, "major", json!({"at": at(3).0}), &[]);
    assert_eq!(stands(&records, "dora-initial", 4).1, Some(at(7)));
    let mut late = Records::default();
    say(&mut late, "a", Thing::Trigger, "major", json!({"at": at(22).0}), &[]);
    assert_eq!(stands(&late, "dora-initial", 23).1, Some(at(24)), "24 hours after awareness at the latest");
}

#[test]
fn what_is_off_or_said_not_to_apply_does_not_run() {
    let mut records = Records::default();
    assert_eq!(stands(&records, "circia-incident", 100).0, ClockState::NotApplicable);
    assert_eq!(stands(&records, "contract-insurer", 100).0, ClockState::NotApplicable);
    say(&mut records, "a", Thing::Clock, "contract-insurer", json!({"applies": true}), &[]);
    assert_eq!(stands(&records, "contract-insurer", 2), (ClockState::Running, Some(at(72))));
    say(&mut records, "b", Thing::Clock, "sec-8k", json!({"applies": false, "reason": "not listed"}), &[]);
    assert_eq!(stands(&records, "sec-8k", 2).0, ClockState::NotApplicable);
    say(&mut records, "c", Thing::Trigger, "personal-data", json!({"so": false}), &[]);
    assert_eq!(stands(&records, "gdpr-authority", 2).0, ClockState::NotApplicable, "denied by who knows");
}

#[test]
fn soon_is_a_quarter_between_an_hour_and_a_day() {
    assert!(soon(at(0), at(4), at(3)) && !soon(at(0), at(8), at(5)));
    assert!(soon(at(0), at(24), at(18)) && !soon(at(0), at(24), at(17)));
    assert!(soon(at(0), at(720), at(697)) && !soon(at(0), at(720), at(695)));
    assert!(soon(at(0), at(1), at(9)), "over is soon");
}

#[test]
fn a_rule_that_another_program_wrote_is_held_to_the_same_limits() {
    let mut rule = Catalog::carried().clock("sec-8k").unwrap().clone();
    rule.count = u32::MAX;
    let mut records = Records::default();
    say(&mut records, "a", Thing::Clock, "sec-8k", json!({ "rule": rule }), &[]);
    say(&mut records, "b", Thing::Trigger, "material", json!({"at": at(0).0, "so": true}), &[]);
    // The carried rule stands: nothing counts to the end of the calendar.
    let clocks = Clocks::of(&records, None, at(1));
    assert!(clocks.get("sec-8k").unwrap().due_at.is_some_and(|due| due < at(24 * 10)));
}

#[test]
fn an_amendment_is_due_four_business_days_after_what_was_missing_is_known() {
    let rule = Catalog::of(&Records::default()).clock("sec-8k-amendment").map(|rule| rule.count);
    assert_eq!(rule, Some(4));
}

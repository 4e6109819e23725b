//! Two responders at once: what they say does not depend on the order in which it arrives, and nothing is lost.

use hullbreach::case::Case;
use hullbreach::case::responding::Statement;
use hullbreach::model::record::{Records, Thing};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{World, assert_clean};

fn say(case: &mut Case, known: &Records, id: &str, says: Value) {
    let statement = Statement::new(Thing::Task, id, &says).unwrap();
    case.say_all(known, vec![statement]).unwrap();
}

#[test]
fn two_words_at_once_stand_until_somebody_who_saw_both_says_it_again() {
    let world = World::new();
    let mut ana = world.new_case();
    let nothing = Records::default();
    say(&mut ana, &nothing, "D1", json!({"state": "done", "evidence:x": true}));
    let mut bo = world.open("bo");
    say(&mut bo, &nothing, "D1", json!({"state": "waived", "reason": "not ours"}));
    let records = bo.current().unwrap().response;
    let record = records.get(Thing::Task, "D1").unwrap();
    assert!(record.clash("state").unwrap().contains("done (ana)"));
    say(&mut ana, &records, "D1", json!({"state": "open"}));
    let after = ana.current().unwrap().response;
    assert_eq!(after.get(Thing::Task, "D1").unwrap().clash("state"), None);
    assert_clean(&world.verify());
}

#[test]
fn a_group_is_all_or_nothing_and_nothing_is_refused() {
    let world = World::new();
    let mut case = world.new_case();
    let nothing = Records::default();
    let statement = |id: &str| Statement::new(Thing::Task, id, &json!({"state": "open"})).unwrap();
    let empty = Statement { says: Default::default(), ..statement("D2") };
    assert!(case.say_all(&nothing, vec![statement("D1"), empty]).is_err());
    assert!(case.current().unwrap().response.is_empty());
    case.say_all(&nothing, vec![statement("D1"), statement("D2")]).unwrap();
    let (state, _) = case.state().unwrap();
    let plan = case.plan_undo(&state, None).unwrap();
    assert_eq!(plan.events.len(), 2, "one undo takes back both");
    case.undo(&plan).unwrap();
    assert!(case.current().unwrap().response.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    /// The fingerprint of what is said does not depend on who comes first into the file.
    #[test]
    fn the_picture_is_the_same_whatever_the_order(words in proptest::collection::vec((0u8..3, 0u8..2, any::<bool>()), 1..6)) {
        let states = ["open", "done", "waived"];
        let picture = |turned: bool| {
            let world = World::new();
            let mut case = world.new_case();
            let nothing = Records::default();
            let mut list = words.clone();
            if turned {
                list.reverse();
            }
            for (state, task, flag) in list {
                say(&mut case, &nothing, &format!("T{task}"), json!({"state": states[usize::from(state)], "role:x": flag}));
            }
            let records = case.current().unwrap().response;
            records.each().map(|(thing, record)| (thing, record.id.clone(), record.terms())).collect::<Vec<_>>()
        };
        prop_assert_eq!(picture(false), picture(true));
    }
}

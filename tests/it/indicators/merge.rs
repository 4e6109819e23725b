//! Two responders at once: the most severe state and the widest window count, and the conflict is shown.

use hullbreach::case::events::indicators::Says;
use hullbreach::case::indicators::Entry;
use hullbreach::case::state::State as Told;
use hullbreach::case::{Case, query};
use hullbreach::model::indicator::{State, Target, Window};
use hullbreach::model::time::Micros;
use proptest::prelude::*;

use crate::support::{World, assert_clean};

const HOUR: i64 = 3_600_000_000;

fn window(from: i64, to: i64) -> Window {
    let (from, to) = (Some(Micros(from * HOUR)), Some(Micros(to * HOUR)));
    let mut window = Window { from, to, written: String::new() };
    window.written = window.shown();
    window
}

fn says(state: State, from: i64, to: i64) -> Says {
    Says { state: Some(state), window: Some(window(from, to)), ..Says::default() }
}

fn only(case: &Case) -> Entry {
    case.current().unwrap().indicators.entries.remove(0)
}

fn begun(world: &World) -> (Case, Entry) {
    let mut case = world.new_case();
    let target = Target::parse("registry:docker.io").unwrap();
    let id = case.new_id().unwrap();
    case.add_indicator(id, &target, "registry:docker.io", says(State::Suspect, 2, 7)).unwrap();
    let entry = only(&case);
    (case, entry)
}

#[test]
fn one_word_after_another_replaces_and_two_at_once_both_stand() {
    let world = World::new();
    let (mut ana, first) = begun(&world);
    ana.set_indicator(&first, says(State::Bad, 3, 4)).unwrap();
    let replaced = only(&ana);
    assert_eq!((replaced.indicator.state, replaced.indicator.window), (State::Bad, Some(window(3, 4))));
    assert!(replaced.conflicts.is_empty());

    // Ben had not seen what ana said.
    let mut ben = world.open("ben");
    ben.set_indicator(&first, says(State::Cleared, 1, 2)).unwrap();
    let both = only(&ben);
    assert_eq!((both.indicator.state, both.indicator.window.clone()), (State::Bad, Some(window(1, 4))));
    assert_eq!(both.conflicts.len(), 2, "{:?}", both.conflicts);
    assert!(both.conflicts[0].contains("bad (ana)") && both.conflicts[0].contains("cleared (ben)"));

    // Whoever sets the field again, having seen both, ends the conflict.
    ben.set_indicator(&both, says(State::Suspect, 2, 3)).unwrap();
    let resolved = only(&ben);
    assert_eq!((resolved.indicator.state, resolved.conflicts.len()), (State::Suspect, 0));
    // Undo brings both words back.
    let (state, _) = ben.state().unwrap();
    let plan = ben.plan_undo(&state, None).unwrap();
    ben.undo(&plan).unwrap();
    ben.refresh().unwrap();
    assert_eq!(only(&ben), both);
    assert_clean(&ben.verify().unwrap());
}

#[test]
fn a_withdrawal_that_had_not_seen_a_word_leaves_it_standing() {
    let world = World::new();
    let (mut ana, first) = begun(&world);
    ana.withdraw_indicator(&first, None).unwrap();
    assert!(!only(&ana).open);
    let mut ben = world.open("ben");
    ben.set_indicator(&first, says(State::Bad, 2, 9)).unwrap();
    let kept = only(&ben);
    assert!(kept.open && kept.conflicts.iter().any(|conflict| conflict.contains("kept open")), "{:?}", kept.conflicts);
    ben.withdraw_indicator(&kept, None).unwrap();
    assert!(!only(&ben).open);
    assert_eq!(query::indicators::indicators(ben.conn(), false).unwrap(), []);
}

#[test]
fn windows_that_clear_count_only_where_all_of_them_agree() {
    let world = World::new();
    let (mut ana, first) = begun(&world);
    ana.set_indicator(&first, says(State::Cleared, 1, 6)).unwrap();
    let mut ben = world.open("ben");
    ben.set_indicator(&first, says(State::Cleared, 4, 9)).unwrap();
    assert_eq!(only(&ben).indicator.window, Some(window(4, 6)));
}

#[test]
fn a_mirror_that_is_added_again_at_once_stays() {
    let world = World::new();
    let mut ana = world.new_case();
    let mirror = hullbreach::model::mirror::Mirror::parse("m.corp=docker.io").unwrap();
    ana.add_mirror(&mirror).unwrap();
    let seen = ana.current().unwrap().indicators.mirrors[&mirror].clone();
    let mut ben = world.open("ben");
    ben.add_mirror(&mirror).unwrap();
    ana.remove_mirror(&mirror, &seen).unwrap();
    let left = ana.current().unwrap().indicators.mirrors;
    assert_eq!(left.get(&mirror).map(Vec::len), Some(1), "what ana had not seen was not removed");
    ana.remove_mirror(&mirror, &left[&mirror]).unwrap();
    assert!(ana.current().unwrap().indicators.mirrors.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_order_in_which_events_arrive_is_irrelevant(
        words in proptest::collection::vec((any::<bool>(), 0..5_u8, 0..3_usize, 0..6_i64, 1..6_i64), 1..8),
        seed in any::<u64>(),
    ) {
        let world = World::new();
        let (ana, first) = begun(&world);
        let mut known = vec![first];
        let mut cases = [ana, world.open("ben")];
        for (who, what, state, from, hours) in words {
            let case = &mut cases[usize::from(who)];
            // What was seen may be long out of date.
            let entry = known[seed as usize % known.len()].clone();
            match what {
                0 => drop(case.withdraw_indicator(&entry, None).unwrap()),
                _ => drop(case.set_indicator(&entry, says(State::ALL[state], from, from + hours)).unwrap()),
            }
            known.push(only(case));
        }
        let mut events = Vec::new();
        cases[0].each_event_row(|row| events.push(hullbreach::case::store::decode(&row).unwrap())).unwrap();
        let forwards = Told::of(events.clone());
        let turn = seed as usize % events.len();
        events.rotate_left(turn);
        events.reverse();
        let backwards = Told::of(events);
        prop_assert_eq!(&forwards.indicators, &backwards.indicators);
        prop_assert_eq!(forwards.fingerprint(), backwards.fingerprint());
    }
}

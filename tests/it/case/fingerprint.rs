//! The two fingerprints: the same for everyone who has the same events, whatever way they came.

use proptest::prelude::*;
use std::fs;

use crate::support::evidence::{acquisition, import, reading, say};
use crate::support::{START, World, new};
use hullbreach::case::events::kinds::{self, Acquired, Expunged, Joined, ReadPayload, Retracted, to_value};
use hullbreach::case::events::{Envelope, EventHash, Group, HybridTime, SeenHead, WallTime};
use hullbreach::case::state::State;
use hullbreach::case::{Access, Case};
use hullbreach::model::digest::Digest;
use hullbreach::model::id::Id;
use hullbreach::model::time::Micros;

/// What one device says next; numbers name earlier things, modulo what there is.
#[derive(Debug, Clone)]
enum Say {
    Got(u8),
    Read(u8, u32),
    TakeBack(usize),
    TakeBackGroup,
    Expunge(u8),
}

fn says() -> impl Strategy<Value = Vec<(usize, bool, bool, Say)>> {
    let say = prop_oneof![
        3 => (0..6u8).prop_map(Say::Got),
        3 => (0..6u8, 1..4u32).prop_map(|(n, version)| Say::Read(n, version)),
        3 => any::<usize>().prop_map(Say::TakeBack),
        1 => Just(Say::TakeBackGroup),
        1 => (0..6u8).prop_map(Say::Expunge),
    ];
    proptest::collection::vec((0..3usize, any::<bool>(), any::<bool>(), say), 1..40)
}

/// Three devices' events: each chain whole, each seeing the others only now and then.
fn history(says: &[(usize, bool, bool, Say)]) -> Vec<(EventHash, Envelope)> {
    let mut events: Vec<(EventHash, Envelope)> = Vec::new();
    let mut heads: [Option<(u64, EventHash)>; 3] = [None; 3];
    let mut tell = |device: usize, sees: bool, grouped: bool, kind: &str, payload, events: &mut Vec<_>| {
        let others = (0..3).filter(|d| *d != device && sees);
        let seen = others.filter_map(|d| heads[d].map(|(seq, hash)| SeenHead { writer: Id([d as u8; 16]), seq, hash }));
        let envelope = Envelope {
            format: 1,
            version: 1,
            case: None,
            writer: Id([device as u8; 16]),
            seq: heads[device].map_or(1, |h| h.0 + 1),
            prev: heads[device].map(|h| h.1),
            seen: seen.collect(),
            // Clocks that agree on nothing.
            hlc: HybridTime { us: START + [5, 0, -3][device] * events_len(events), n: 0 },
            at: WallTime { us: Micros(START), offset: 0 },
            actor: format!("{device}"),
            device: format!("{device}"),
            kind: kind.to_owned(),
            anchors: vec![],
            refs: vec![],
            group: grouped.then_some(Group { id: Id([device as u8; 16]), n: 1, of: None }),
            payload,
        };
        let hash = EventHash::of(&serde_json::to_vec(&envelope).unwrap());
        heads[device] = Some((envelope.seq, hash));
        events.push((hash, envelope));
    };
    let joined = Joined { signing: "0".into(), exchange: String::new(), name: "n".into(), host: "h".into() };
    tell(0, false, false, kinds::GENESIS, to_value(&new("Hub").genesis).unwrap(), &mut events);
    tell(0, false, false, kinds::JOINED, to_value(&joined).unwrap(), &mut events);
    for (device, sees, grouped, say) in says {
        let got = |n: &u8| acquisition(&format!("{}", n % 3), &[*n]);
        let (kind, payload) = match say {
            Say::Got(n) => (kinds::ACQUIRED, to_value(&Acquired { acquisitions: vec![got(n)] })),
            Say::Read(n, version) => {
                let mut reading = reading(got(n).id, *version, Some(Digest::of(&[*n, *version as u8])));
                // Two devices may read differently with one version: the later word counts.
                reading.facts = *device as u64;
                (kinds::READ, to_value(&ReadPayload { readings: vec![reading] }))
            }
            Say::TakeBack(n) => {
                let events = vec![events[n % events.len()].0];
                (kinds::RETRACTED, to_value(&Retracted { events, groups: vec![] }))
            }
            Say::TakeBackGroup => {
                let groups = vec![Id([*device as u8; 16])];
                (kinds::RETRACTED, to_value(&Retracted { events: vec![], groups }))
            }
            Say::Expunge(n) => {
                (kinds::EXPUNGED, to_value(&Expunged { blobs: vec![Digest::of(&[*n])], reason: "x".into() }))
            }
        };
        tell(*device, *sees, *grouped, kind, payload.unwrap(), &mut events);
    }
    events
}

fn events_len(events: &[(EventHash, Envelope)]) -> i64 {
    events.len() as i64
}

/// All that a state says.
fn picture(state: &State) -> String {
    let told: Vec<_> = state.events.iter().map(|t| (t.hash, t.place.lamport, t.retracted)).collect();
    let mut expunged: Vec<_> = state.expunged.iter().collect();
    expunged.sort();
    let sources = state.sources.iter().map(|(id, s)| (id, s.event, &s.by, &s.reading)).collect::<Vec<_>>();
    format!(
        "{told:?} {sources:?} {expunged:?} {:?} {:?}",
        state.members.keys(),
        (state.fingerprint(), state.frontier())
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn arrival_plays_no_part(says in says(), order in any::<u64>(), turns in 0..60usize) {
        let events = history(&says);
        let expected = picture(&State::of(events.clone()));
        let mut shuffled = events.clone();
        shuffled.sort_by_key(|(hash, _)| EventHash::of(&[&hash.0[..], &order.to_be_bytes()].concat()));
        prop_assert_eq!(&picture(&State::of(shuffled.clone())), &expected);
        let turns = turns % shuffled.len();
        shuffled.rotate_left(turns);
        shuffled.reverse();
        prop_assert_eq!(&picture(&State::of(shuffled)), &expected);
    }

    #[test]
    fn causes_stand_before_effects_and_taking_back_twice_is_nothing(says in says()) {
        let mut events = history(&says);
        let state = State::of(events.clone());
        let places: std::collections::HashMap<_, _> = state.events.iter().map(|t| (t.hash, t.place)).collect();
        for told in &state.events {
            for cause in told.envelope.prev.iter().chain(told.envelope.seen.iter().map(|s| &s.hash)) {
                prop_assert!(places[cause] < told.place);
            }
        }
        // A device takes back its last event and then that: the picture is as it was.
        let (last, envelope) = events.last().unwrap().clone();
        let mut before = (last, envelope);
        for _ in 0..2 {
            let payload = to_value(&Retracted { events: vec![before.0], groups: vec![] }).unwrap();
            let seq = before.1.seq + 1;
            let kind = kinds::RETRACTED.to_owned();
            let next = Envelope { kind, payload, seq, prev: Some(before.0), seen: vec![], group: None, ..before.1.clone() };
            let hash = EventHash::of(&serde_json::to_vec(&next).unwrap());
            before = (hash, next);
            events.push(before.clone());
        }
        prop_assert_eq!(State::of(events).fingerprint(), state.fingerprint());
    }
}

#[test]
fn a_reading_an_undo_and_an_expunge_change_the_picture() {
    let world = World::new();
    let mut case = world.new_case();
    let prints = |case: &Case| {
        let (state, _) = case.state().unwrap();
        (state.fingerprint(), state.frontier())
    };
    let empty = prints(&case);
    let imported = import(&mut case, "a.json", b"a");
    let one = prints(&case);
    assert!(one.0 != empty.0 && one.1 != empty.1);
    // A word changes what was said, not what counts.
    say(&mut case, "hello");
    let said = prints(&case);
    assert!(said.0 == one.0 && said.1 != one.1);
    let newer = reading(imported.id, 2, Some(imported.observations.clone()));
    let payload = to_value(&ReadPayload { readings: vec![newer] }).unwrap();
    let draft = hullbreach::case::store::Draft::new(kinds::READ, payload);
    case.change("reading", |change| change.append(vec![draft])).unwrap();
    let reread = prints(&case);
    assert_ne!(reread.0, one.0);
    let (state, _) = case.state().unwrap();
    let plan = case.plan_undo(&state, None).unwrap();
    case.undo(&plan).unwrap();
    assert_eq!(prints(&case).0, one.0);
    let (state, _) = case.state().unwrap();
    let plan = case.plan_expunge(&state, imported.stored.hex()).unwrap();
    case.expunge(&plan, "x").unwrap();
    assert_ne!(prints(&case).0, one.0);
}

#[test]
fn a_copy_has_the_same_and_so_does_its_report() {
    let world = World::new();
    let mut case = world.new_case();
    import(&mut case, "a.json", b"a");
    drop(case);
    let copy = world.cases().join("copy.case");
    fs::copy(world.path(), &copy).unwrap();
    let copied = Case::open(&copy, Access::Read, &world.device("ben")).unwrap().verify().unwrap();
    let original = world.verify();
    assert_eq!((&copied.frontier, &copied.state), (&original.frontier, &original.state));
    assert_eq!((copied.frontier.len(), copied.state.len()), (64, 64));
    say(&mut Case::open(&copy, Access::Write, &world.device("ben")).unwrap(), "on");
    let went_on = Case::open(&copy, Access::Read, &world.ana()).unwrap().verify().unwrap();
    assert!(went_on.frontier != original.frontier && went_on.state == original.state);
}

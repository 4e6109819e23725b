//! Chains: gapless, one a device and file, each saying what it saw.

use std::collections::BTreeSet;

use crate::support::evidence::{note, say};
use crate::support::{START, World, assert_clean, tamper};
use hullbreach::case::events::{Envelope, HybridTime, SeenHead};
use hullbreach::case::identity::Device;
use hullbreach::case::{Access, Case};
use hullbreach::model::id::Id;

fn envelopes(world: &World) -> Vec<Envelope> {
    let case = Case::open(&world.path(), Access::Read, &world.ana()).unwrap();
    tamper::events(&case).into_iter().map(|(_, e)| e).collect()
}

fn writers(events: &[Envelope]) -> BTreeSet<Id> {
    events.iter().map(|e| e.writer).collect()
}

#[test]
fn one_goes_on_over_reopening() {
    let world = World::new();
    drop(world.new_case());
    for n in 0..3 {
        let mut case = world.open("ana");
        say(&mut case, &n.to_string());
        say(&mut case, "and");
    }
    let events = envelopes(&world);
    assert_eq!(events.iter().map(|e| e.seq).collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
    assert_eq!(writers(&events).len(), 1);
    assert_eq!(events.iter().map(|e| e.kind.as_str()).take(2).collect::<Vec<_>>(), ["case.genesis", "member.joined"]);
    assert!(events.iter().all(|e| e.at.offset == 60));
    assert_clean(&world.verify());
}

#[test]
fn two_devices_on_one_file_each_see_the_other() {
    let world = World::new();
    let mut ana = world.new_case();
    let mut ben = world.open("ben");
    let first = say(&mut ben, "ben 1");
    let second = say(&mut ana, "ana 1");
    let third = say(&mut ben, "ben 2");
    let (state, _) = ana.state().unwrap();
    let told = |hash| state.events.iter().find(|t| t.hash == hash).unwrap();
    assert_eq!(told(second).envelope.seen.iter().map(|s| s.hash).collect::<Vec<_>>(), [first]);
    assert_eq!(told(third).envelope.seen.iter().map(|s| s.hash).collect::<Vec<_>>(), [second]);
    assert!(told(first).place < told(second).place && told(second).place < told(third).place);
    // What was seen once is not told again.
    let fourth = say(&mut ben, "ben 3");
    let (state, _) = ana.state().unwrap();
    assert!(state.events.iter().find(|t| t.hash == fourth).unwrap().envelope.seen.is_empty());
    let report = ana.verify().unwrap();
    assert_clean(&report);
    assert_eq!(report.devices.iter().map(|d| d.name.as_str()).collect::<BTreeSet<_>>(), ["ana", "ben"].into());
    assert_eq!(writers(&envelopes(&world)).len(), 2);
}

#[test]
fn processes_of_one_device_take_turns_and_lose_nothing() {
    let world = World::new();
    drop(world.new_case());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (env, path) = (world.ana(), world.path());
            scope.spawn(move || {
                for n in 0..10 {
                    let mut case = Case::open(&path, Access::Write, &env).unwrap();
                    say(&mut case, &format!("{thread} {n}"));
                    say(&mut case, &format!("{thread} {n} more"));
                }
            });
        }
    });
    let events = envelopes(&world);
    let said: BTreeSet<String> =
        events.iter().filter(|e| e.kind == "note.added").map(|e| e.payload.to_string()).collect();
    assert_eq!((said.len(), events.len()), (80, 82));
    assert_eq!(writers(&events).len(), 1);
    assert_clean(&world.verify());
    // The newest head is the one that was remembered, whoever came last to remember.
    tamper::run(&world.path(), "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)");
    crate::support::assert_found(&world.verify(), "missing-tail");
}

#[test]
fn devices_that_write_at_once_lose_nothing() {
    let world = World::new();
    drop(world.new_case());
    std::thread::scope(|scope| {
        for user in ["ana", "ben", "cem"] {
            let (env, path) = (world.device(user), world.path());
            scope.spawn(move || {
                let mut case = Case::open(&path, Access::Write, &env).unwrap();
                for n in 0..20 {
                    say(&mut case, &format!("{user} {n}"));
                }
            });
        }
    });
    let events = envelopes(&world);
    assert_eq!(events.iter().filter(|e| e.kind == "note.added").count(), 60);
    assert_eq!(writers(&events).len(), 3);
    assert_clean(&world.verify());
}

#[test]
fn a_clock_set_back_changes_no_order() {
    let world = World::new();
    let mut case = world.new_case();
    let future = {
        world.set_clock(START + 5 * 365 * 86_400_000_000);
        say(&mut case, "in five years")
    };
    world.set_clock(START - 86_400_000_000);
    let past = say(&mut case, "yesterday");
    let (state, _) = case.state().unwrap();
    let told = |hash| state.events.iter().find(|t| t.hash == hash).unwrap();
    assert!(told(future).place < told(past).place);
    // The claim is kept; the wrong clock does not carry the right one along.
    assert!(told(past).envelope.hlc.us < START && told(future).envelope.at.us.0 > START);
    assert_clean(&case.verify().unwrap());
}

#[test]
fn a_clock_that_stands_still_or_jitters_still_orders() {
    let world = World::new();
    let mut case = world.new_case();
    let mut last = None;
    for back in [0, 500, 30_000_000, 0] {
        world.set_clock(START - back);
        let hash = say(&mut case, "tick");
        let (state, _) = case.state().unwrap();
        let told = state.events.iter().find(|t| t.hash == hash).unwrap();
        assert!(last.is_none_or(|before| before < told.envelope.hlc), "{:?}", told.envelope.hlc);
        last = Some(told.envelope.hlc);
    }
}

#[test]
fn a_hostile_counter_neither_panics_nor_stops_anyone() {
    let world = World::new();
    let mut case = world.new_case();
    let ben = world.device("ben");
    say(&mut Case::open(&world.path(), Access::Write, &ben).unwrap(), "hello");
    let (_, mine) = tamper::events(&case).into_iter().rev().find(|(_, e)| e.actor == "ben").unwrap();
    let hostile = Envelope {
        seq: mine.seq + 1,
        prev: tamper::events(&case).into_iter().find(|(_, e)| *e == mine).map(|(h, _)| h),
        hlc: HybridTime { us: START + 40_000_000, n: u32::MAX },
        ..mine.clone()
    };
    tamper::plant(&world.path(), &hostile, &tamper::sign(&ben, &hostile), i64::MAX);
    say(&mut case, "on");
    say(&mut case, "and on");
    assert!(case.verify().unwrap().problems.iter().all(|p| p.kind == "event-columns"));
}

#[test]
fn more_chains_than_an_event_can_name_still_stand_before_it() {
    let world = World::new();
    let mut case = world.new_case();
    let all = tamper::events(&case);
    let ((genesis, template), mut before) = (all[0].clone(), all[1].clone());
    let ben = world.device("ben");
    let device = Device::load_or_create(&ben).unwrap().public();
    let mut lamport = 2;
    // Each of these came after the one before: the later, the larger its counter.
    for n in 0..300u16 {
        let mut writer = [9; 16];
        writer[..2].copy_from_slice(&n.to_be_bytes());
        let event = Envelope {
            case: Some(genesis),
            writer: Id(writer),
            seq: 1,
            seen: vec![SeenHead { writer: before.1.writer, seq: before.1.seq, hash: before.0 }],
            device: device.clone(),
            kind: "note.added".to_owned(),
            payload: serde_json::json!({ "n": n }),
            ..template.clone()
        };
        lamport += 1;
        let signed = tamper::sign(&ben, &event);
        tamper::plant(&world.path(), &event, &signed, lamport);
        before = (signed.hash, event);
    }
    let mine = say(&mut case, "after all of them");
    let (state, _) = case.state().unwrap();
    let last = state.events.last().unwrap();
    assert_eq!((last.hash, last.envelope.seen.len()), (mine, 256));
    assert_eq!(last.place.lamport, lamport as u64 + 1);
    let numbers = last.envelope.seen.iter().map(|s| u16::from_be_bytes([s.writer.0[0], s.writer.0[1]]));
    assert_eq!(numbers.min(), Some(300 - 256));
    assert!(case.verify().unwrap().problems.iter().all(|p| p.kind == "stranger"));
}

#[test]
fn a_failed_change_leaves_no_trace() {
    let world = World::new();
    let mut case = world.new_case();
    let before = case.arrivals().unwrap();
    let failed: Result<(), _> = case.change("failing", |change| {
        change.append(vec![note("never said")])?;
        Err(hullbreach::case::CaseError::Refused("no".into()))
    });
    assert!(failed.is_err());
    assert_eq!(case.arrivals().unwrap(), before);
    say(&mut case, "said");
    let mut float = note("x");
    float.payload = serde_json::json!({"score": 0.5});
    assert!(case.change("failing", |change| change.append(vec![note("first"), float])).is_err());
    say(&mut case, "said too");
    let events = envelopes(&world);
    assert_eq!(events.iter().map(|e| e.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_clean(&world.verify());
}

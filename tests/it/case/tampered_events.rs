//! `verify` finds what was done to events, each with SQL on a real file.

use crate::support::evidence::{import, note, say};
use crate::support::{World, assert_clean, assert_found, tamper};
use hullbreach::case::events::kinds::{self, Joined};
use hullbreach::case::events::{Envelope, EventHash};
use hullbreach::case::identity::Device;
use hullbreach::case::verify::Report;
use hullbreach::case::{Access, Case};
use hullbreach::model::id::Id;

/// A case of five events in one chain: genesis, joined, acquired, read, note.
fn made() -> World {
    let world = World::new();
    let mut case = world.new_case();
    import(&mut case, "pods.json", b"{\"kind\":\"PodList\"}\n");
    say(&mut case, "a note");
    drop(case);
    assert_clean(&world.verify());
    world
}

fn after(sql: &str) -> Report {
    let world = made();
    tamper::run(&world.path(), sql);
    world.verify()
}

fn kinds_of(report: &Report) -> Vec<&'static str> {
    let mut kinds: Vec<_> = report.problems.iter().map(|p| p.kind).collect();
    kinds.dedup();
    kinds
}

fn events(world: &World) -> Vec<(EventHash, Envelope)> {
    tamper::events(&Case::open(&world.path(), Access::Read, &world.ana()).unwrap())
}

/// Plants an event made from the last one, signed with the key of a device.
fn plant(world: &World, user: &str, change: impl FnOnce(&mut Envelope)) -> Report {
    let all = events(world);
    let (last, mut envelope) = all.last().unwrap().clone();
    (envelope.seq, envelope.prev) = (envelope.seq + 1, Some(last));
    change(&mut envelope);
    tamper::plant(&world.path(), &envelope, &tamper::sign(&world.device(user), &envelope), 6);
    world.verify()
}

#[test]
fn a_changed_byte() {
    let report =
        after("UPDATE event SET bytes = CAST(replace(CAST(bytes AS TEXT), 'a note', 'A note') AS BLOB) WHERE seq = 5");
    assert_eq!(kinds_of(&report), ["event-bytes"]);
    assert_eq!(report.events, 4);
    // The name changed along with the bytes: the signature tells.
    let world = made();
    let (_, mut last) = events(&world).pop().unwrap();
    last.payload = serde_json::json!({"text": "A note"});
    let bytes = serde_json::to_vec(&last).unwrap();
    tamper::raw(&world.path())
        .execute("UPDATE event SET bytes = ?1, hash = ?2 WHERE seq = 5", (&bytes, EventHash::of(&bytes).0))
        .unwrap();
    let report = world.verify();
    assert_found(&report, "signature");
    assert_found(&report, "missing-tail");
}

#[test]
fn bytes_that_are_no_event() {
    for junk in ["x''", "x'7b7d'", "zeroblob(300000)", "CAST(printf('%.*c', 200000, '[') AS BLOB)"] {
        let world = made();
        tamper::run(&world.path(), &format!("UPDATE event SET bytes = {junk} WHERE seq = 4"));
        assert_found(&world.verify(), "event-bytes");
    }
}

#[test]
fn a_gap() {
    let report = after("DELETE FROM event WHERE seq = 4");
    assert_found(&report, "gap");
    assert!(report.problems.iter().any(|p| p.detail.contains("events 4 to 4 are missing")), "{:#?}", report.problems);
}

#[test]
fn a_cut_tail() {
    let report = after("DELETE FROM event WHERE seq = 5");
    assert_eq!(kinds_of(&report), ["missing-tail"]);
    assert!(report.problems[0].detail.contains("up to event 5"));
    assert_eq!(kinds_of(&after("DELETE FROM event WHERE seq > 2")), ["blob-unclaimed", "missing-tail"]);
}

#[test]
fn a_cut_beginning() {
    let world = made();
    tamper::run(&world.path(), "DELETE FROM event WHERE seq = 2");
    let report = world.verify();
    assert_found(&report, "gap");
    assert_found(&report, "stranger");
    tamper::run(&world.path(), "DELETE FROM event WHERE seq = 1");
    let error = Case::open(&world.path(), Access::Read, &world.ana()).err().unwrap();
    assert!(error.to_string().contains("genesis"), "{error}");
}

#[test]
fn a_fork_signed_with_the_same_key() {
    let world = made();
    let before = events(&world)[3].0;
    let report = plant(&world, "ana", |e| {
        (e.seq, e.prev, e.payload) = (5, Some(before), serde_json::json!({"text": "another past"}));
    });
    assert_found(&report, "fork");
    // Nobody builds upon either of the two histories.
    let mut case = world.open("ana");
    say(&mut case, "on");
    assert_eq!(case.state().unwrap().0.events.iter().filter(|t| t.envelope.seq == 1).count(), 2);
}

#[test]
fn a_wrong_signature() {
    assert_eq!(kinds_of(&after("UPDATE event SET signature = zeroblob(64) WHERE seq = 5")), ["signature"]);
    assert_found(&after("UPDATE event SET signature = x'00' WHERE seq = 5"), "signature");
    let swapped = "UPDATE event SET signature = (SELECT signature FROM event WHERE seq = 4) WHERE seq = 5";
    assert_eq!(kinds_of(&after(swapped)), ["signature"]);
}

#[test]
fn an_event_signed_with_another_key() {
    let world = made();
    assert_eq!(kinds_of(&plant(&world, "mallory", |_| {})), ["signature"]);
}

#[test]
fn a_weak_key_signs_nothing() {
    let world = made();
    // The identity point: under it one signature fits every message.
    let weak = format!("01{}", "00".repeat(31));
    let report = plant(&world, "ana", |e| e.device = weak);
    assert_found(&report, "signature");
}

#[test]
fn columns_that_lie() {
    for lie in [
        "kind = 'note.struck'",
        "device = 'someone'",
        "claimed_us = 0",
        "hlc_us = hlc_us + 1",
        "hlc_n = 9",
        "lamport = 1",
        "lamport = -1",
        "seq = 50",
        "seq = -1",
        "writer = zeroblob(16)",
        "writer = zeroblob(3)",
    ] {
        let world = made();
        tamper::run(&world.path(), &format!("UPDATE event SET {lie} WHERE seq = 5"));
        let report = world.verify();
        assert_found(&report, "event-columns");
        let kinds = kinds_of(&report);
        assert!(kinds.iter().all(|k| ["event-columns", "missing-tail", "sqlite"].contains(k)), "{lie}: {kinds:?}");
    }
}

#[test]
fn an_event_of_another_case() {
    let world = made();
    assert_eq!(kinds_of(&plant(&world, "ana", |e| e.case = Some(EventHash([7; 32])))), ["other-case"]);
    let world = made();
    assert_eq!(kinds_of(&plant(&world, "ana", |e| e.case = None)), ["other-case"]);
}

#[test]
fn a_stranger() {
    let world = made();
    let mallory = Device::load_or_create(&world.device("mallory")).unwrap().public();
    let as_mallory = |e: &mut Envelope| {
        (e.writer, e.seq, e.prev, e.device) = (Id([66; 16]), 1, None, mallory.clone());
    };
    let report = plant(&world, "mallory", as_mallory);
    assert_found(&report, "stranger");
    assert!(report.devices.iter().any(|d| d.name == "not a member"));
    // Nobody joins for another device.
    let world = made();
    let report = plant(&world, "ana", |e| {
        let joined =
            Joined { signing: mallory.clone(), exchange: "00".repeat(32), name: "Mallory".into(), host: "m".into() };
        (e.kind, e.payload) = (kinds::JOINED.into(), serde_json::to_value(joined).unwrap());
    });
    assert!(report.devices.iter().all(|d| d.key != mallory));
}

#[test]
fn a_second_beginning() {
    let world = made();
    let report = plant(&world, "ana", |e| {
        (e.kind, e.case) = (kinds::GENESIS.into(), None);
        e.payload = serde_json::json!({"nonce": Id([5; 16]), "title": "Another", "tool": "x"});
    });
    assert_eq!(kinds_of(&report), ["genesis"]);
}

#[test]
fn a_payload_that_is_not_what_its_kind_says() {
    let world = made();
    let report = plant(&world, "ana", |e| (e.kind, e.payload) = (kinds::ACQUIRED.into(), serde_json::json!([1])));
    assert_eq!(kinds_of(&report), ["event-payload"]);
}

#[test]
fn a_cause_that_is_not_there_and_a_number_zero() {
    let world = made();
    let seen = hullbreach::case::events::SeenHead { writer: Id([8; 16]), seq: 3, hash: EventHash([8; 32]) };
    assert_eq!(kinds_of(&plant(&world, "ana", |e| e.seen = vec![seen])), ["missing-cause"]);
    let world = made();
    for seq in [0, u64::MAX] {
        let report = plant(&world, "ana", |e| (e.seq, e.prev) = (seq, None));
        assert_found(&report, "gap");
    }
}

#[test]
fn what_a_hostile_event_says_is_made_safe_to_show() {
    let world = made();
    let report = plant(&world, "mallory", |e| {
        (e.actor, e.kind) = ("\u{1b}]0;pwned\u{7}".into(), "note\u{202e}.added".into());
        e.anchors = vec!["\u{9b}2J".into()];
    });
    let case = Case::open(&world.path(), Access::Read, &world.ana()).unwrap();
    let rows: Vec<_> = case.state().unwrap().0.events.iter().map(hullbreach::case::state::LogRow::from).collect();
    let text = format!("{report:?}{}", serde_json::to_string(&rows).unwrap());
    assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{7}']) && !text.contains("\\u001b"), "{text}");
}

#[test]
fn kinds_of_a_newer_version_are_no_problem() {
    let world = World::new();
    let mut case = world.new_case();
    case.change("noting", |change| {
        let digest = crate::support::evidence::store(change, b"a longer text that a responder typed")?;
        let mut draft = note("x");
        draft.payload = serde_json::json!({"title": "x", "text": [{"blob": digest}]});
        change.append(vec![draft]).map(|_| ())
    })
    .unwrap();
    assert_clean(&case.verify().unwrap());
    let (state, _) = case.state().unwrap();
    assert!(state.events.last().unwrap().payload.summary("note.added").contains("newer"));
}

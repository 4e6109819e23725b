//! Taking back, and taking back the taking back.

use crate::support::evidence::{import, import_as, say};
use crate::support::{World, assert_clean};
use hullbreach::case::Case;
use hullbreach::case::events::EventHash;
use hullbreach::model::id::Id;

fn undo(case: &mut Case, named: Option<&str>) -> Result<EventHash, String> {
    let (state, _) = case.state().unwrap();
    let plan = case.plan_undo(&state, named).map_err(|e| e.to_string())?;
    assert_eq!(plan.events.len(), plan.summaries.len());
    let hash = case.undo(&plan).map_err(|e| e.to_string())?;
    assert_clean(&case.verify().unwrap());
    Ok(hash)
}

fn standing(case: &Case) -> Vec<EventHash> {
    case.state().unwrap().0.events.iter().filter(|t| !t.retracted).map(|t| t.hash).collect()
}

#[test]
fn the_last_of_ones_own_then_the_one_before() {
    let world = World::new();
    let mut case = world.new_case();
    let notes: Vec<EventHash> = ["one", "two", "three"].iter().map(|t| say(&mut case, t)).collect();
    for n in (0..3).rev() {
        undo(&mut case, None).unwrap();
        let left: Vec<EventHash> = standing(&case).into_iter().filter(|h| notes.contains(h)).collect();
        assert_eq!(left, notes[..n]);
    }
    let error = undo(&mut case, None).unwrap_err();
    assert!(error.contains("nothing of yours"), "{error}");
}

#[test]
fn an_import_goes_and_comes_back() {
    let world = World::new();
    let mut case = world.new_case();
    let kept = import(&mut case, "kept.json", b"kept");
    let before = case.state().unwrap().0.fingerprint();
    let group = Id([3; 16]);
    let first = import_as(&mut case, "a.json", b"a", Some((group, 1)));
    let second = import_as(&mut case, "b.json", b"b", Some((group, 3)));
    let with = case.state().unwrap().0.fingerprint();
    // Named by any part, the whole group goes.
    let (state, _) = case.state().unwrap();
    let plan = case.plan_undo(&state, Some(&first.read.to_string())).unwrap();
    assert_eq!((plan.events.len(), plan.group, plan.redo), (4, Some(group), false));
    let retraction = undo(&mut case, None).unwrap();
    let (state, _) = case.state().unwrap();
    assert_eq!(state.sources.keys().collect::<Vec<_>>(), [&kept.id]);
    assert_eq!(state.fingerprint(), before);
    assert!(case.plan_undo(&state, Some(&retraction.to_string())).unwrap().redo);
    // Redo, undo, redo: each takes back the one before.
    let mut last = retraction;
    for n in 0..3 {
        last = undo(&mut case, Some(&last.to_string())).unwrap();
        let (state, _) = case.state().unwrap();
        assert_eq!(state.sources.contains_key(&second.id), n % 2 == 0, "{n}");
        assert_eq!(state.fingerprint(), if n % 2 == 0 { with } else { before });
    }
}

#[test]
fn a_part_that_came_after_the_undo_is_not_taken_back() {
    let world = World::new();
    let mut case = world.new_case();
    let group = Id([3; 16]);
    import_as(&mut case, "a.json", b"a", Some((group, 1)));
    undo(&mut case, None).unwrap();
    let late = import_as(&mut case, "b.json", b"b", Some((group, 3)));
    assert_eq!(case.state().unwrap().0.sources.keys().collect::<Vec<_>>(), [&late.id]);
}

#[test]
fn what_another_device_said_stays() {
    let world = World::new();
    let mut ana = world.new_case();
    let hers = say(&mut ana, "ana's");
    let mut ben = world.open("ben");
    let error = undo(&mut ben, Some(&hers.to_string())).unwrap_err();
    assert!(error.contains("another device"), "{error}");
    assert!(undo(&mut ben, None).unwrap_err().contains("nothing of yours"));
    // Not even under her group's name.
    let group = Id([4; 16]);
    let imported = import_as(&mut ana, "a.json", b"a", Some((group, 1)));
    import_as(&mut ben, "b.json", b"b", Some((group, 1)));
    undo(&mut ben, None).unwrap();
    assert_eq!(ben.state().unwrap().0.sources.keys().collect::<Vec<_>>(), [&imported.id]);
}

#[test]
fn a_retraction_by_another_device_in_the_file_has_no_effect() {
    use hullbreach::case::events::kinds::{RETRACTED, Retracted, to_value};
    use hullbreach::case::store::Draft;
    let world = World::new();
    let mut ana = world.new_case();
    let imported = import(&mut ana, "a.json", b"a");
    let payload = Retracted { events: vec![imported.acquired, imported.read], groups: vec![] };
    let draft = Draft::new(RETRACTED, to_value(&payload).unwrap());
    world.open("ben").change("taking back", |change| change.append(vec![draft])).unwrap();
    assert!(ana.state().unwrap().0.sources.contains_key(&imported.id));
}

#[test]
fn permanent_kinds_stay() {
    let world = World::new();
    let mut case = world.new_case();
    let imported = import(&mut case, "a.json", b"secret");
    let (state, _) = case.state().unwrap();
    let plan = case.plan_expunge(&state, imported.stored.hex()).unwrap();
    case.expunge(&plan, "leaked").unwrap();
    let (state, _) = case.state().unwrap();
    let permanent = ["case.genesis", "member.joined", "blob.expunged"];
    for told in state.events.iter().filter(|t| permanent.contains(&t.envelope.kind.as_str())) {
        let error = undo(&mut case, Some(&told.hash.to_string())).unwrap_err();
        assert!(error.contains("cannot be taken back"), "{error}");
    }
    let ben = &mut world.open("ben");
    say(ben, "x");
    let (state, _) = ben.state().unwrap();
    let started = state.events.iter().find(|t| t.envelope.kind == "writer.started").unwrap();
    assert!(undo(ben, Some(&started.hash.to_string())).unwrap_err().contains("cannot be taken back"));
}

#[test]
fn prefixes_must_be_long_enough_and_of_one_event() {
    let world = World::new();
    let mut case = world.new_case();
    let hash = say(&mut case, "one").to_string();
    for bad in ["", &hash[..5], "zzzzzz", &"0".repeat(64), &format!("{hash}0"), "é\u{1b}[2Jé"] {
        let error = undo(&mut case, Some(bad)).unwrap_err();
        assert!(error.contains("no event begins so"), "{error}");
    }
    undo(&mut case, Some(&hash[..6].to_uppercase())).unwrap();
    let error = undo(&mut case, Some(&hash)).unwrap_err();
    assert!(error.contains("taken back already"), "{error}");
}

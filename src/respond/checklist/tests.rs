//! Where tasks stand, by what was said of them.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::model::record::{Records, Thing, Word};
use crate::model::task::{Duty, TaskState};
use crate::model::time::Micros;
use crate::respond::clock::{Clocks, FirstAware};

const HOUR: i64 = 3_600_000_000;

struct World {
    records: Records,
    sets: BTreeMap<String, Members>,
    now: Micros,
}

impl World {
    fn new() -> World {
        World { records: Records::default(), sets: BTreeMap::new(), now: Micros(0) }
    }

    fn say(&mut self, event: &str, task: &str, says: Value, replaces: &[&str]) {
        let word = Word {
            event: event.to_owned(),
            author: "ana".to_owned(),
            at: Micros(1),
            says: says.as_object().unwrap().clone().into_iter().collect(),
            replaces: replaces.iter().map(|event| (*event).to_owned()).collect(),
        };
        self.records.take(Thing::Task, task, word);
    }

    fn list(&self) -> Checklist {
        let aware = FirstAware { at: Micros(0), written: String::new(), source: None };
        let clocks = Clocks::of(&self.records, Some(&aware), self.now);
        let roles = BTreeMap::from([(Duty::Scribe, BTreeSet::from(["bo".to_owned()]))]);
        let inputs = Inputs { zero: Micros(0), now: self.now, clocks: &clocks, sets: &self.sets, roles: &roles };
        Checklist::of(&self.records, &inputs)
    }

    fn state(&self, task: &str) -> TaskState {
        self.list().get(task).unwrap().state
    }
}

#[test]
fn of_two_words_at_once_the_least_complete_counts_and_is_shown() {
    let mut world = World::new();
    world.say("a", "D1", json!({"state": "done", "evidence:x": true}), &[]);
    assert_eq!(world.state("D1"), TaskState::Done);
    world.say("b", "D1", json!({"state": "waived", "reason": "no"}), &[]);
    let list = world.list();
    let task = list.get("d1").unwrap();
    assert_eq!(task.state, TaskState::Waived);
    assert_eq!(task.conflicts, ["state: done (ana), waived (ana)"]);
    world.say("c", "D1", json!({"state": "open"}), &["a", "b"]);
    assert_eq!(world.state("D1"), TaskState::Open);
    assert!(world.list().get("D1").unwrap().conflicts.is_empty());
}

#[test]
fn a_claim_ends_by_itself() {
    let mut world = World::new();
    world.say("a", "D1", json!({"state": "claimed", "who": "cy", "until": 4 * HOUR}), &[]);
    world.now = Micros(3 * HOUR);
    let list = world.list();
    let task = list.get("D1").unwrap();
    assert_eq!((task.state, task.claimed_by.as_slice()), (TaskState::Claimed, ["cy".to_owned()].as_slice()));
    assert!(task.is_of("CY") && !task.is_of("ana"));
    world.now = Micros(4 * HOUR);
    let list = world.list();
    assert_eq!(list.get("D1").unwrap().state, TaskState::Open);
    assert!(list.get("D1").unwrap().claimed_by.is_empty());
}

#[test]
fn a_set_decides_over_what_was_said() {
    let mut world = World::new();
    world.sets.insert("credentials:deploy-key".into(), Members { done: 1, total: 2 });
    world.say("a", "R5", json!({"state": "done", "evidence:x": true}), &[]);
    assert_eq!(world.state("R5"), TaskState::Open, "one key is not dead");
    world.sets.insert("credentials:deploy-key".into(), Members { done: 2, total: 2 });
    assert_eq!(world.state("R5"), TaskState::Done);
    world.sets.insert("credentials:deploy-key".into(), Members { done: 0, total: 0 });
    assert_eq!(world.state("R5"), TaskState::Done, "without members the word counts");
}

#[test]
fn a_task_of_a_deadline_is_due_and_done_with_it() {
    let mut world = World::new();
    let mut say = |event: &str, thing, id: &str, says: Value| {
        let says = says.as_object().unwrap().clone().into_iter().collect();
        let word = Word { event: event.into(), author: "ana".into(), at: Micros(1), says, replaces: vec![] };
        world.records.take(thing, id, word);
    };
    say("a", Thing::Trigger, "major", json!({"at": HOUR, "so": true}));
    let list = world.list();
    let task = list.get("N5").unwrap();
    assert_eq!((task.state, task.due_at), (TaskState::Open, Some(Micros(5 * HOUR))));
    let says = json!({"met": 2 * HOUR}).as_object().unwrap().clone().into_iter().collect();
    let word = Word { event: "b".into(), author: "ana".into(), at: Micros(1), says, replaces: vec![] };
    world.records.take(Thing::Clock, "dora-initial", word);
    assert_eq!(world.state("N5"), TaskState::Done);
}

#[test]
fn next_is_open_and_not_held_up_and_the_first_due_first() {
    let mut world = World::new();
    let list = world.list();
    let next: Vec<&str> = list.next().iter().map(|task| task.id.as_str()).take(3).collect();
    assert_eq!(next, ["D1", "D2", "C1"]);
    assert!(list.get("D3").unwrap().blocked_by == ["D1"]);
    assert!(list.get("D2").unwrap().is_of("bo"), "the scribe's");
    world.say("a", "D1", json!({"state": "done", "evidence:x": true}), &[]);
    world.now = Micros(HOUR / 2);
    let list = world.list();
    assert!(list.get("D3").unwrap().blocked_by.is_empty());
    assert!(list.get("D2").unwrap().overdue && !list.get("D1").unwrap().overdue && !list.get("D4").unwrap().overdue);
    let first = &list.stages()[0];
    assert_eq!((first.done, first.waived), (1, 0));
}

#[test]
fn added_tasks_nest_and_their_parts_hold_them_up() {
    let mut world = World::new();
    let spec = |id: &str, parent: Option<&str>| json!({"spec": {"id": id, "stage": "recovery", "title": "x", "parent": parent}});
    world.say("a", "own1", spec("own1", None), &[]);
    world.say("b", "own2", spec("own2", Some("own1")), &[]);
    let list = world.list();
    let at = |id: &str| list.tasks.iter().position(|task| task.id == id).unwrap();
    assert_eq!(at("own2"), at("own1") + 1);
    assert_eq!(
        (list.tasks[at("own2")].depth, list.tasks[at("own1")].blocked_by.as_slice()),
        (1, ["own2".to_owned()].as_slice())
    );
    // Two responders at once can make a circle; both tasks are still there.
    world.say("c", "own1", spec("own1", Some("own2")), &["a"]);
    assert_eq!(world.list().tasks.iter().filter(|task| task.added).count(), 2);
    // A record that tells of another task, or of none, shows nothing.
    world.say("d", "own3", spec("other", None), &[]);
    world.say("e", "own4", json!({"state": "done"}), &[]);
    assert!(world.list().get("own3").is_none() && world.list().get("own4").is_none());
}
